"""이진 교차 엔트로피: 확률에서, 로짓에서, 그리고 역전파가 있는 꼴."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array
from deepnote_lib.activations import sigmoid, softplus
from deepnote_lib.losses._inputs import _binary, _recorded


def binary_cross_entropy(p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """이진 교차 엔트로피: 평균 -[y log p + (1 - y) log(1 - p)].

    Parameters
    ----------
    p : 실수 배열, (N,), (N, 1) 또는 (N, K)
        클래스 1의 확률. 로짓이 아니다.
    y : 0과 1의 배열, p와 같은 shape ((N, 1)에는 (N,)도 된다)
        정답.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    ValueError
        p가 0 이상 1 이하가 아니거나, y가 0과 1이 아니거나, shape이 다를 때.

    Notes
    -----
    정답 쪽 로그만 취하므로 0·log 0 = NaN이 생기지 않는다. 정답의 확률이 0이면 값은 ∞이고,
    상한을 두어 감추지 않는다. 로짓이 있으면 `sigmoid_binary_cross_entropy`를 쓴다.

    Examples
    --------
    >>> round(binary_cross_entropy([0.5, 0.5], [0, 1]), 4)        # log 2
    0.6931
    """
    p, t = _binary("p", p, y)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            f"p: 0 이상 1 이하인 확률이어야 합니다. 받은 범위={p.min():g}~{p.max():g}. "
            "로짓이라면 sigmoid_binary_cross_entropy를 쓰세요"
        )
    with np.errstate(divide="ignore"):  # log 0 = -∞는 옳은 값이다
        return float(-np.mean(np.where(t == 1, np.log(p), np.log1p(-p)))) + 0.0  # -0.0을 0.0으로


def sigmoid_binary_cross_entropy(logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """로짓의 이진 교차 엔트로피: 평균 softplus((1 - 2y) z) = 평균 -log σ(±z).

    Parameters
    ----------
    logits : 실수 배열, (N,), (N, 1) 또는 (N, K)
        시그모이드에 넣기 전의 값 z.
    y : 0과 1의 배열, logits와 같은 shape ((N, 1)에는 (N,)도 된다)
        정답.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    ValueError
        y가 0과 1이 아니거나 shape이 다를 때.

    Examples
    --------
    >>> sigmoid_binary_cross_entropy([-1000.0, 1000.0], [1, 1])   # (1000 + 0)/2
    500.0
    """
    z, t = _binary("logits", logits, y)
    return float(np.mean(softplus((1 - 2 * t) * z)))


class SigmoidBCE:
    """시그모이드와 이진 교차 엔트로피를 합친 손실: ∂L/∂z = (σ(z) - y) / M, M은 모든 원소의 수.

    Raises
    ------
    ValueError
        y가 0과 1이 아니거나 logits의 shape과 맞지 않을 때.
    RuntimeError
        forward 없이 backward를 불렀을 때.

    Notes
    -----
    dL/dp = (p - y)/(p(1 - p))의 분모가 σ′(z) = p(1 - p)와 지워지므로 포화해도 기울기가 살아 있다.

    Examples
    --------
    >>> loss = SigmoidBCE()
    >>> round(loss.forward(np.array([[0.0], [0.0]]), [0, 1]), 4), loss.backward().ravel()
    (0.6931, array([ 0.25, -0.25]))
    """

    def __init__(self) -> None:
        self._logits: Array | None = None
        self._t: Array | None = None

    def __repr__(self) -> str:
        return "SigmoidBCE()"

    def forward(self, logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """손실 평균 -log σ(±z). logits (N, 1)과 y (N,), 또는 둘 다 (N, K)."""
        z, t = _binary("logits", logits, y)
        self._logits, self._t = z, t
        return float(np.mean(softplus((1 - 2 * t) * z)))

    def backward(self) -> Array:
        """∂L/∂logits, logits와 같은 shape·dtype."""
        z, t = _recorded(self, self._logits), _recorded(self, self._t)
        return (sigmoid(z) - t) / z.size
