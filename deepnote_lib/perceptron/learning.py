"""퍼셉트론과 틀릴 때만 고치는 학습 규칙."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    check_2d,
    check_count,
    check_finite,
    check_float,
    check_labels,
    check_number,
    make_rng,
)
from deepnote_lib._typing import Array, IntArray, Rng
from deepnote_lib.activations import step
from deepnote_lib.perceptron.geometry import _norm


class Perceptron:
    """퍼셉트론: ŷ = step(x·w + b), 틀린 샘플에서만 w ← w + η (y - ŷ) x, b ← b + η (y - ŷ).

    Parameters
    ----------
    n_features : int, 1 이상
        입력의 특성 수 D.
    lr : float, 0보다 큼
        학습률 η. w = 0, b = 0에서 시작하면 w와 b의 크기만 바꾸고 예측은 바꾸지 않는다.
    w : 실수 배열, (D,) 또는 None
        처음 가중치. None이면 0이다. 복사해 쓴다.
    b : float
        처음 편향.

    Attributes
    ----------
    w : float64 배열, (D,)
        가중치. 결정 경계의 법선이다.
    b : float
        편향.
    mistakes : list[int]
        `fit`의 에포크마다 틀린(고친) 횟수.
    path : list[tuple[배열 (D,), float]]
        처음과, 고칠 때마다의 (w, b).

    Raises
    ------
    TypeError, ValueError
        n_features가 1 이상의 정수가 아니거나, lr이 0보다 크지 않거나, w가 (D,)가 아닐 때.

    Notes
    -----
    η가 0.1처럼 2진수로 딱 떨어지지 않으면 경계 위(x·w + b = 0)의 판정이 반올림에 따라 달라질 수 있다.

    References
    ----------
    Rosenblatt (1958), The perceptron: A probabilistic model for information storage.

    Examples
    --------
    >>> from deepnote_lib.perceptron import INPUTS
    >>> p = Perceptron(2)
    >>> p.fit(INPUTS, [0, 0, 0, 1]), p.w, p.b           # AND
    (6, array([2., 1.]), -2.0)
    >>> Perceptron(2).fit(INPUTS, [0, 1, 1, 0]) is None  # XOR
    True
    """

    def __init__(
        self, n_features: int, *, lr: float = 1.0, w: npt.ArrayLike | None = None, b: float = 0.0
    ) -> None:
        n_features = check_count("n_features", n_features)
        self.lr = check_number("lr", lr, low=0, low_open=True)
        self.w: Array = np.zeros(n_features)
        if w is not None:
            self.w = check_finite("w", check_float("w", w, ndim=1)).astype(np.float64)
            if self.w.shape[0] != n_features:
                raise ValueError(
                    f"w: shape이 ({n_features},)이어야 합니다. 받은 shape={self.w.shape}"
                )
        self.b = check_number("b", b)
        self.mistakes: list[int] = []
        self.path: list[tuple[Array, float]] = [(self.w.copy(), self.b)]

    def __repr__(self) -> str:
        return f"Perceptron(w={self.w.tolist()}, b={self.b:g}, lr={self.lr:g})"

    def score(self, x: npt.ArrayLike) -> Array:
        """점수 x·w + b. x는 (N, D), 결과는 (N,)."""
        return self._inputs(x) @ self.w + self.b

    def predict(self, x: npt.ArrayLike) -> IntArray:
        """예측 step(x·w + b). x는 (N, D), 결과는 0과 1의 정수 배열 (N,)."""
        return step(self.score(x))

    def distance(self, x: npt.ArrayLike) -> Array:
        """결정 경계까지의 부호 있는 거리 (x·w + b)/‖w‖. w가 0이면 ValueError."""
        return self.score(x) / _norm(self.w)

    def update(self, x_i: npt.ArrayLike, y_i: int) -> bool:
        """샘플 하나 (D,)를 보고 틀렸으면 고친다. 고쳤는지를 돌려준다."""
        x = self._inputs(check_float("x_i", x_i, ndim=1)[np.newaxis])
        return self._correct(x[0], int(check_labels("y_i", [y_i], n_classes=2)[0]))

    def fit(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        max_epochs: int = 100,
        shuffle: bool = False,
        rng: Rng = None,
    ) -> int | None:
        """한 에포크를 틀리지 않고 마칠 때까지 지금의 w, b에서 이어 배운다.

        Parameters
        ----------
        x : 실수 배열, (N, D)
            입력.
        y : 정수 배열, (N,)
            0과 1의 레이블. -1과 1이 아니다.
        max_epochs : int, 1 이상
            에포크 수의 상한.
        shuffle : bool
            에포크마다 차례를 새로 섞을지.
        rng : Generator, 정수 시드 또는 None
            섞는 데 쓰는 난수 생성기.

        Returns
        -------
        int 또는 None
            처음으로 틀리지 않은 에포크(1부터). max_epochs 안에 없으면 None.

        Raises
        ------
        TypeError, ValueError
            x가 (N, D)가 아니거나 y가 0과 1의 배열 (N,)이 아닐 때.
        """
        x = self._inputs(x)
        labels = check_labels("y", y, n=x.shape[0], n_classes=2).tolist()
        max_epochs = check_count("max_epochs", max_epochs)
        generator = make_rng(rng)
        self.mistakes, self.path = [], [(self.w.copy(), self.b)]
        for epoch in range(1, max_epochs + 1):
            order = generator.permutation(len(labels)) if shuffle else np.arange(len(labels))
            self.mistakes.append(sum(self._correct(x[i], labels[i]) for i in order))
            if self.mistakes[-1] == 0:
                return epoch
        return None

    def _correct(self, x_i: Array, y_i: int) -> bool:
        error = y_i - int(x_i @ self.w + self.b > 0)
        if error == 0:
            return False
        self.w = self.w + self.lr * error * x_i
        self.b = self.b + self.lr * error
        self.path.append((self.w.copy(), self.b))
        return True

    def _inputs(self, x: npt.ArrayLike) -> Array:
        return check_finite("x", check_2d("x", check_float("x", x), n_columns=self.w.shape[0]))
