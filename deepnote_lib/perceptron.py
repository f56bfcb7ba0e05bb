"""퍼셉트론: 논리 게이트, 틀릴 때만 갱신하는 학습 규칙, 실수 횟수의 상한. (퍼셉트론 장)

레이블은 0과 1이고 계단 함수는 step(0) = 0이다. 게이트의 임곗값 θ는 편향 b = −θ로 적는다.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    as_array,
    check_count,
    check_finite,
    check_flag,
    check_labels,
    check_number,
    make_rng,
)
from deepnote_lib._typing import Array, IntArray, Rng
from deepnote_lib.activations import step
from deepnote_lib.metrics import accuracy

__all__ = ["AND", "INPUTS", "NAND", "OR", "Perceptron", "margin", "mistake_bound", "xor"]


class Perceptron:
    """퍼셉트론: ŷ = step(x·w + b), 틀린 샘플에서만 w ← w + η(y − ŷ)x, b ← b + η(y − ŷ).

    Parameters
    ----------
    n_features
        입력의 특성 수 D.
    lr
        학습률 η. w = 0, b = 0에서 시작하면 w와 b의 크기만 바꾸고 예측은 바꾸지 않는다. 0.1처럼 2진수로 딱
        떨어지지 않으면 경계 위(x·w + b = 0)의 판정이 반올림에 따라 달라질 수 있다.
    w, b
        처음 가중치 (D,)와 편향. 주지 않으면 0이다.

    Attributes
    ----------
    mistakes
        `fit`의 에포크마다 틀린(갱신한) 횟수.
    path
        처음과, 갱신할 때마다의 (w, b).

    출처: Rosenblatt (1958), The perceptron: A probabilistic model for information storage.

    >>> p = Perceptron(2).fit(INPUTS, [0, 0, 0, 1])      # AND
    >>> p.n_epochs, p.w, p.b, p.score(INPUTS, [0, 0, 0, 1])
    (6, array([2., 1.]), -2.0, 1.0)
    >>> Perceptron(2).fit(INPUTS, [0, 1, 1, 0]).converged  # XOR
    False
    """

    def __init__(
        self, n_features: int, *, lr: float = 1.0, w: npt.ArrayLike | None = None, b: float = 0.0
    ) -> None:
        n_features = check_count("n_features", n_features)
        self.lr = check_number("lr", lr, low=0, low_open=True)
        self.w: Array = np.zeros(n_features)
        if w is not None:
            self.w = check_finite("w", as_array("w", w, ndim=1).astype(np.float64))
            if self.w.shape[0] != n_features:
                raise ValueError(f"w: shape=({n_features},)여야 합니다. 받은 shape={self.w.shape}")
        self.b = check_number("b", b)
        self.mistakes: list[int] = []
        self.path: list[tuple[Array, float]] = [(self.w.copy(), self.b)]

    def __repr__(self) -> str:
        return f"Perceptron(w={self.w.tolist()}, b={self.b:g}, lr={self.lr:g})"

    @property
    def n_epochs(self) -> int:
        """`fit`이 돈 에포크의 수. 수렴했으면 처음으로 틀리지 않은 에포크이다."""
        return len(self.mistakes)

    @property
    def converged(self) -> bool:
        """마지막 `fit`이 한 에포크를 틀리지 않고 끝났는지."""
        return bool(self.mistakes) and self.mistakes[-1] == 0

    def decision_function(self, x: npt.ArrayLike) -> Array:
        """점수 x·w + b. x는 (N, D), 결과는 (N,)."""
        return self._inputs(x) @ self.w + self.b

    def predict(self, x: npt.ArrayLike) -> IntArray:
        """예측 step(x·w + b). x는 (N, D), 결과는 0과 1의 정수 배열 (N,)."""
        return step(self.decision_function(x))

    def score(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """정확도. 점수 x·w + b는 `decision_function`이다."""
        return accuracy(y, self.predict(x))

    def distance(self, x: npt.ArrayLike) -> Array:
        """결정 경계까지의 부호 있는 거리 (x·w + b)/‖w‖. w가 0이면 ValueError가 난다."""
        return self.decision_function(x) / _norm(self.w)

    def update(self, x_i: npt.ArrayLike, y_i: int) -> bool:
        """샘플 하나 (D,)를 보고 틀렸으면 갱신한다. 갱신했는지를 반환한다."""
        x = self._inputs(as_array("x_i", x_i, ndim=1)[np.newaxis])
        return self._correct(x[0], int(check_labels("y_i", [y_i], n_classes=2)[0]))

    def fit(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        max_epochs: int = 100,
        shuffle: bool = False,
        rng: Rng = None,
    ) -> Self:
        """한 에포크를 틀리지 않고 마칠 때까지(길어도 max_epochs) 지금의 w, b에서 이어 배운다.

        x는 (N, D), y는 0과 1의 레이블 (N,)이다(−1과 1이 아니다). shuffle이 참이면 에포크마다 순서를 새로
        섞는다. 결과는 `converged`, `n_epochs`, `mistakes`에 남는다.
        """
        x = self._inputs(x)
        labels = check_labels("y", y, n=x.shape[0], n_classes=2).tolist()
        max_epochs = check_count("max_epochs", max_epochs)
        check_flag("shuffle", shuffle)
        generator = make_rng(rng)
        self.mistakes, self.path = [], [(self.w.copy(), self.b)]
        for _ in range(max_epochs):
            order = generator.permutation(len(labels)) if shuffle else np.arange(len(labels))
            self.mistakes.append(sum(self._correct(x[i], labels[i]) for i in order))
            if self.mistakes[-1] == 0:
                break
        return self

    def _correct(self, x_i: Array, y_i: int) -> bool:
        error = y_i - int(x_i @ self.w + self.b > 0)
        if error == 0:
            return False
        self.w = self.w + self.lr * error * x_i
        self.b = self.b + self.lr * error
        self.path.append((self.w.copy(), self.b))
        return True

    def _inputs(self, x: npt.ArrayLike) -> Array:
        return check_finite("x", as_array("x", x, n_columns=self.w.shape[0]))


# 논리 게이트 ----------------------------------------------------------------------------


class _Gate(Perceptron):
    """가중치를 손으로 정한 퍼셉트론. 모두가 함께 쓰므로 학습시키지 못하게 한다."""

    def __init__(self, w: list[float], b: float) -> None:
        super().__init__(len(w), w=w, b=b)
        self.w.setflags(write=False)
        self._ready = True

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, "_ready"):
            raise TypeError(
                "게이트: 값이 정해진 퍼셉트론이어야 합니다. "
                f"바꾸려던 값={name}. 학습시키려면 Perceptron(2)를 새로 만드세요"
            )
        super().__setattr__(name, value)


INPUTS: Array = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)
INPUTS.setflags(write=False)  # 진리표의 입력. 네 행은 책 어디에서나 이 순서이다

AND: Perceptron = _Gate([0.5, 0.5], -0.7)
NAND: Perceptron = _Gate([-0.5, -0.5], 0.7)
OR: Perceptron = _Gate([0.6, 0.6], -0.5)


def xor(x: npt.ArrayLike) -> IntArray:
    """두 층으로 만든 XOR: AND(NAND(x), OR(x)). x는 (N, 2), 결과는 0과 1의 정수 배열 (N,).

    >>> xor(INPUTS)
    array([0, 1, 1, 0])
    """
    hidden = np.stack([NAND.predict(x), OR.predict(x)], axis=1)
    return AND.predict(hidden)


# 결정 경계의 기하 -----------------------------------------------------------------------


def _norm(w: Array) -> float:
    with np.errstate(over="ignore"):
        norm = float(np.linalg.norm(w))
    if norm == 0:
        raise ValueError("w: 0이 아닌 벡터여야 합니다. 받은 ‖w‖=0")
    return norm


def _signed(x: npt.ArrayLike, y: npt.ArrayLike, n_features: int) -> tuple[IntArray, Array]:
    """−1과 1로 바꾼 레이블과 입력."""
    array = as_array("x", x, n_columns=n_features)
    if array.shape[0] == 0:
        raise ValueError(f"x: 샘플이 하나 이상이어야 합니다. 받은 shape={array.shape}")
    return 2 * check_labels("y", y, n=array.shape[0], n_classes=2).astype(np.int64) - 1, array


def margin(x: npt.ArrayLike, y: npt.ArrayLike, w: npt.ArrayLike, b: float) -> float:
    """마진: γ = minₙ sₙ(xₙ·w + b)/‖w‖, s = 2y − 1. 결정 경계까지의 가장 짧은 거리이다.

    x는 (N, D), y는 0과 1 (N,), w는 (D,)이다. 양수이면 모두 맞게 나눈 것이고, 틀린 샘플이 있으면 음수,
    경계 위에 있으면 0이다.

    >>> round(margin(INPUTS, [0, 0, 0, 1], [1, 1], -1.5), 4)       # 0.5/√2
    0.3536
    """
    w = as_array("w", w, ndim=1)
    signs, x = _signed(x, y, w.shape[0])
    return float((signs * (x @ w + check_number("b", b))).min() / _norm(w))


def mistake_bound(x: npt.ArrayLike, y: npt.ArrayLike, w: npt.ArrayLike, b: float) -> float:
    """수렴 정리의 상한: (R/γ)², R = maxₙ ‖(xₙ, 1)‖, γ = minₙ sₙ(xₙ, 1)·u, u = (w, b)/‖(w, b)‖.

    (w, b)는 데이터를 맞게 나누는 아무 값이나 되고, 마진이 클수록 상한이 작아진다. w = 0, b = 0에서 시작한
    퍼셉트론이 평생 틀리는 횟수는 이 값을 넘지 않는다. 차원, 샘플의 수와 순서, 학습률이 식에 없다. 여기의
    γ는 입력에 1을 이어 붙인 공간의 것이라 `margin`의 값과 다르다.

    출처: Novikoff (1962), On convergence proofs on perceptrons.

    >>> round(mistake_bound(INPUTS, [0, 0, 0, 1], [1, 1], -1.5), 6)  # 3·4.25/0.25
    51.0
    """
    w = as_array("w", w, ndim=1)
    signs, x = _signed(x, y, w.shape[0])
    augmented = np.hstack([x, np.ones((x.shape[0], 1))])
    u = np.append(w, check_number("b", b))
    gamma = float((signs * (augmented @ u)).min() / _norm(u))
    if gamma <= 0:
        raise ValueError(f"w, b: 데이터를 맞게 나눠야 합니다(γ > 0). 받은 γ={gamma + 0.0:g}")
    radius = np.linalg.norm(augmented, axis=1).max()
    return float((radius / gamma) ** 2)
