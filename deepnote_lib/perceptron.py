"""퍼셉트론: 논리 게이트, 틀릴 때만 고치는 학습 규칙, 그 실수 횟수의 상한. (퍼셉트론 장)

레이블은 0과 1이고 계단 함수는 step(0) = 0이다. 게이트의 임곗값 θ는 편향 b = -θ로 적는다.
"""

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

INPUTS: Array = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)
INPUTS.setflags(write=False)  # 진리표의 입력. 네 행은 책 어디에서나 이 차례이다


class Perceptron:
    """퍼셉트론: ŷ = step(x·w + b), 틀린 표본에서만 w ← w + η (y - ŷ) x, b ← b + η (y - ŷ).

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
                raise ValueError(f"w: shape이 ({n_features},)이어야 합니다. 받은 shape={self.w.shape}")
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
        """표본 하나 (D,)를 보고 틀렸으면 고친다. 고쳤는지를 돌려준다."""
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


class _Gate(Perceptron):
    """가중치를 손으로 정한, 바꿀 수 없는 퍼셉트론."""

    def __init__(self, w: list[float], b: float) -> None:
        super().__init__(len(w), w=w, b=b)
        self.w.setflags(write=False)
        self._ready = True

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, "_ready"):
            raise AttributeError(
                f"{name}: 게이트의 값은 바꿀 수 없습니다. 배우게 하려면 Perceptron(2)를 새로 만드세요."
            )
        super().__setattr__(name, value)


AND: Perceptron = _Gate([0.5, 0.5], -0.7)
NAND: Perceptron = _Gate([-0.5, -0.5], 0.7)
OR: Perceptron = _Gate([0.6, 0.6], -0.5)


def xor(x: npt.ArrayLike) -> IntArray:
    """두 층으로 만든 XOR: AND(NAND(x), OR(x)).

    Parameters
    ----------
    x : 실수 배열, (N, 2)
        입력. 꼭 0과 1이 아니어도 된다.

    Returns
    -------
    정수 배열, (N,)
        0 또는 1.

    Raises
    ------
    TypeError, ValueError
        x가 (N, 2) 실수 배열이 아닐 때.

    Examples
    --------
    >>> xor(INPUTS)
    array([0, 1, 1, 0])
    """
    hidden = np.stack([NAND.predict(x), OR.predict(x)], axis=1)
    return AND.predict(hidden)


def margin(w: npt.ArrayLike, b: float, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """마진: γ = minₙ sₙ (xₙ·w + b)/‖w‖, s = 2y - 1. 결정 경계까지의 최소 거리이다.

    Parameters
    ----------
    w : 실수 배열, (D,)
        법선. 0이 아니다.
    b : float
        편향. w와 함께 ‖w‖로 나눈다.
    x : 실수 배열, (N, D)
        입력.
    y : 정수 배열, (N,)
        0과 1의 레이블.

    Returns
    -------
    float
        양수이면 모두 맞게 나눈다. 틀린 표본이 있으면 음수, 경계 위에 있으면 0이다.

    Raises
    ------
    TypeError, ValueError
        w가 0이거나, shape이 맞지 않거나, 표본이 없을 때.

    Examples
    --------
    >>> round(margin([1, 1], -1.5, INPUTS, [0, 0, 0, 1]), 4)       # 0.5/√2
    0.3536
    """
    w = check_float("w", w, ndim=1)
    signs, x = _signed(x, y, w.shape[0])
    return float((signs * (x @ w + check_number("b", b))).min() / _norm(w))


def mistake_bound(x: npt.ArrayLike, y: npt.ArrayLike, w: npt.ArrayLike, b: float) -> float:
    """수렴 정리의 상한: (R/γ)², R = maxₙ ‖(xₙ, 1)‖, γ = minₙ sₙ (xₙ, 1)·u, u = (w, b)/‖(w, b)‖.

    Parameters
    ----------
    x : 실수 배열, (N, D)
        입력. 편향을 함께 배우므로 1을 이어 붙여 잰다.
    y : 정수 배열, (N,)
        0과 1의 레이블.
    w, b
        데이터를 맞게 나누는 아무 (w, b). 마진이 클수록 상한이 작아진다.

    Returns
    -------
    float
        w = 0, b = 0에서 시작한 퍼셉트론이 평생 틀리는 횟수는 이 값을 넘지 않는다. 차원, 표본의
        수와 차례, 학습률이 식에 없다.

    Raises
    ------
    TypeError, ValueError
        (w, b)가 데이터를 나누지 못하거나(γ ≤ 0), shape이 맞지 않거나, 표본이 없을 때.

    Notes
    -----
    여기의 γ는 1을 이어 붙인 공간의 것이라 `margin`의 값과 다르다.

    References
    ----------
    Novikoff (1962), On convergence proofs on perceptrons.

    Examples
    --------
    >>> round(mistake_bound(INPUTS, [0, 0, 0, 1], [2, 1], -2), 6)   # R² = 3, γ² = 0
    Traceback (most recent call last):
    ValueError: w, b: 데이터를 맞게 나누어야 합니다(γ > 0). 받은 γ=0
    >>> round(mistake_bound(INPUTS, [0, 0, 0, 1], [1, 1], -1.5), 6)  # 3·4.25/0.25
    51.0
    """
    w = check_float("w", w, ndim=1)
    signs, x = _signed(x, y, w.shape[0])
    augmented = np.hstack([x, np.ones((x.shape[0], 1))])
    u = np.append(w, check_number("b", b))
    gamma = float((signs * (augmented @ u)).min() / _norm(u))
    if gamma <= 0:
        raise ValueError(f"w, b: 데이터를 맞게 나누어야 합니다(γ > 0). 받은 γ={gamma + 0.0:g}")
    radius = np.linalg.norm(augmented, axis=1).max()
    return float((radius / gamma) ** 2)


def _norm(w: Array) -> float:
    norm = float(np.linalg.norm(w))
    if norm == 0:
        raise ValueError("w: 0이 아닌 벡터여야 합니다. 받은 ‖w‖=0")
    return norm


def _signed(x: npt.ArrayLike, y: npt.ArrayLike, n_features: int) -> tuple[IntArray, Array]:
    """0과 1의 레이블을 -1과 1로 바꾸고, x와 함께 확인한다."""
    array = check_2d("x", check_float("x", x), n_columns=n_features)
    if array.shape[0] == 0:
        raise ValueError(f"x: 표본이 하나 이상이어야 합니다. 받은 shape={array.shape}")
    return 2 * check_labels("y", y, n=array.shape[0], n_classes=2).astype(np.int64) - 1, array
