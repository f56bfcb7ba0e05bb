"""소프트맥스와 교차 엔트로피를 합친 손실. 둘을 합치면 기울기가 (p - t)/N으로 간단해진다."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_2d, check_number
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.losses._inputs import _recorded, _rows


class SoftmaxCrossEntropy:
    """소프트맥스와 교차 엔트로피를 합친 손실: ∂L/∂z = (p - t) / N.

    Parameters
    ----------
    label_smoothing : float, 0 이상 1 미만
        레이블 평활 ε. 정답 분포를 t = (1 - ε)·one_hot(y) + ε/K로 무디게 한다. 0이면 원-핫이다.

    Raises
    ------
    TypeError, ValueError
        logits가 (N, K) 실수 배열이 아니거나, y가 (N,) 클래스 번호가 아닐 때.
    RuntimeError
        forward 없이 backward를 불렀을 때.

    Notes
    -----
    L = -Σ t log p에서 ∂L/∂p = -t/p의 1/p이 소프트맥스의 야코비 행렬 diag(p) - ppᵀ와 지워져
    p - t만 남는다. 그래서 두 단계를 따로 역전파하지 않는다.

    Examples
    --------
    >>> loss = SoftmaxCrossEntropy()
    >>> round(loss.forward(np.zeros((1, 4)), [2]), 4)               # log 4
    1.3863
    >>> loss.backward()
    array([[ 0.25,  0.25, -0.75,  0.25]])

    책: eq-softmax-gradient
    """

    def __init__(self, label_smoothing: float = 0.0) -> None:
        self.label_smoothing = check_number(
            "label_smoothing", label_smoothing, low=0, high=1, high_open=True
        )
        self._p: Array | None = None
        self._labels: IntArray | None = None

    def __repr__(self) -> str:
        smoothing = f"label_smoothing={self.label_smoothing:g}" if self.label_smoothing else ""
        return f"SoftmaxCrossEntropy({smoothing})"

    def forward(self, logits: Array, y: npt.ArrayLike) -> float:
        """손실을 계산하고 backward에 쓸 확률 p를 남긴다. logits (N, K), y (N,)."""
        z, rows, labels = _rows("logits", check_2d("logits", logits), y)
        epsilon = self.label_smoothing
        shifted = z - z.max(axis=1, keepdims=True)
        target_logit = shifted[rows, labels]
        if epsilon:
            target_logit = (1 - epsilon) * target_logit + epsilon * shifted.mean(axis=1)
        p = np.exp(shifted, out=shifted)  # 지수를 한 번만 구해 손실과 확률에 함께 쓴다
        total = p.sum(axis=1, keepdims=True)
        p /= total
        self._p, self._labels = p, labels
        return float(np.mean(np.log(total[:, 0]) - target_logit))

    def backward(self) -> Array:
        """∂L/∂logits = (p - t)/N, (N, K). p와 같은 dtype."""
        p = _recorded(self, self._p)
        n, n_classes = p.shape
        epsilon = self.label_smoothing
        dlogits = p / n if not epsilon else (p - epsilon / n_classes) / n
        dlogits[np.arange(n), self._labels] -= (1 - epsilon) / n  # 원-핫 t를 만들지 않고 뺀다
        return dlogits
