"""손실 함수. 이름이 입력을 말한다: `cross_entropy(p, …)`, `nll(log_p, …)`, `softmax_cross_entropy(logits, …)`.

레이블은 늘 클래스 번호이고, 손실은 배치의 평균이다. 역전파가 필요하면 클래스를 쓴다:
`forward(...)`가 손실을, `backward()`가 첫 인수에 대한 기울기를 돌려준다. (소프트맥스, 오차역전파법 장)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    check_2d,
    check_float,
    check_labels,
    check_number,
    check_same_shape,
)
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.activations import log_softmax, logsumexp, sigmoid, softmax, softplus
from deepnote_lib.metrics import one_hot

_SUM_TOLERANCE = 1e-3  # float16 소프트맥스의 반올림과 수치 미분의 흔들림은 받고, 로짓은 걸러 낸다


def _rows(name: str, scores: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, IntArray, IntArray]:
    """(N, K) 점수와 (N,) 클래스 번호를 확인하고 (점수, 행 번호, 클래스 번호)를 돌려준다."""
    array = check_float(name, scores)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: 비지 않은 (N, K) 배열이어야 합니다. 받은 shape={array.shape}")
    n, n_classes = array.shape
    return array, np.arange(n), check_labels("y", y, n=n, n_classes=n_classes)


def _binary(name: str, scores: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """이진 점수와 0/1 정답을 확인하고, 정답을 점수의 shape·dtype으로 맞춘다."""
    array = check_float(name, scores)
    labels = np.asarray(y)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(
            f"{name}: 비지 않은 (N,), (N, 1), (N, K) 배열이어야 합니다. 받은 shape={array.shape}"
        )
    if array.ndim == 2 and array.shape[1] == 1 and labels.ndim == 1:
        labels = labels[:, np.newaxis]  # (N, 1)과 (N,)이 (N, N)으로 퍼지지 않게 한다
    check_same_shape("y", labels, name, array)
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(
            f"y: 이진 정답은 0 또는 1이어야 합니다. 받은 범위={labels.min()}~{labels.max()}"
        )
    return array, labels.astype(array.dtype)


def _pair(prediction: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """예측과 목표의 차이. shape이 다르면 브로드캐스팅하지 않고 알린다."""
    array = check_float("prediction", prediction)
    values = check_float("target", target)
    check_same_shape("target", values, "prediction", array)
    if array.size == 0:
        raise ValueError(f"prediction: 비지 않은 배열이어야 합니다. 받은 shape={array.shape}")
    return array - values.astype(array.dtype, copy=False)


def mse(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """평균 제곱 오차: (1/M) Σᵢ (predictionᵢ - targetᵢ)², M은 모든 원소의 수.

    Parameters
    ----------
    prediction : 실수 배열, 아무 shape
        예측.
    target : 실수 배열, prediction과 같은 shape
        목표. 브로드캐스팅하지 않는다.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    ValueError
        shape이 다르거나 비었을 때.

    Notes
    -----
    다른 규약: ½Σ(`half_squared_error`), 평균의 ½(scikit-learn의 MLPRegressor).

    Examples
    --------
    >>> mse([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])      # (0 + 1 + 9)/3
    3.3333333333333335
    """
    return float(np.mean(_pair(prediction, target) ** 2))


def half_squared_error(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """제곱 오차의 절반: ½ Σᵢ (predictionᵢ - targetᵢ)². 평균이 아니라 합이다.

    Parameters
    ----------
    prediction : 실수 배열, 아무 shape
        예측.
    target : 실수 배열, prediction과 같은 shape
        목표.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    ValueError
        shape이 다르거나 비었을 때.

    Notes
    -----
    이 책에서 평균을 내지 않는 단 하나의 손실이다. 미분하면 계수 없이 prediction - target이 된다.

    Examples
    --------
    >>> half_squared_error([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])      # (0 + 1 + 9)/2
    5.0
    """
    return float(0.5 * np.sum(_pair(prediction, target) ** 2))


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


def cross_entropy(p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """교차 엔트로피: -(1/N) Σₙ log p[n, yₙ].

    Parameters
    ----------
    p : 실수 배열, (N, K)
        확률. 행의 합이 1이다. 로짓이 아니다.
    y : 정수 배열, (N,)
        클래스 번호. 원-핫이 아니다.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    TypeError, ValueError
        p의 행이 확률 분포가 아니거나(합의 허용 오차 0.001), y가 (N,) 클래스 번호가 아닐 때.

    Notes
    -----
    정답의 확률이 0이면 값은 ∞이다. log(p + 1e-7)처럼 작은 수를 더하면 손실이 16.1에서 막히고
    기울기가 손실과 어긋난다. 로짓이 있으면 `softmax_cross_entropy`를 쓴다.

    Examples
    --------
    >>> round(cross_entropy([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]], [0, 2]), 4)   # -(log .7 + log .5)/2
    0.5249

    책: eq-cross-entropy
    """
    p, rows, labels = _rows("p", p, y)
    sums = p.sum(axis=1)
    if not ((p >= 0).all() and (np.abs(sums - 1) <= _SUM_TOLERANCE).all()):
        raise ValueError(
            "p: 행마다 0 이상이고 합이 1인 확률이어야 합니다. "
            f"받은 최솟값={p.min():g}, 합의 범위={sums.min():g}~{sums.max():g}. "
            "로짓이라면 softmax_cross_entropy를 쓰세요"
        )
    with np.errstate(divide="ignore"):  # log 0 = -∞는 옳은 값이다
        return float(-np.mean(np.log(p[rows, labels]))) + 0.0  # -0.0을 0.0으로


def nll(log_p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """음의 로그 가능도: -(1/N) Σₙ log_p[n, yₙ].

    Parameters
    ----------
    log_p : 실수 배열, (N, K)
        로그 확률(`log_softmax`의 출력). 확률이 아니다.
    y : 정수 배열, (N,)
        클래스 번호.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    TypeError, ValueError
        log_p에 양수가 있거나(허용 오차 0.001), y가 (N,) 클래스 번호가 아닐 때.

    Examples
    --------
    >>> round(nll(np.log([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]]), [0, 2]), 4)
    0.5249
    """
    log_p, rows, labels = _rows("log_p", log_p, y)
    if not log_p.max() <= _SUM_TOLERANCE:
        raise ValueError(
            f"log_p: 0 이하인 로그 확률이어야 합니다. 받은 최댓값={log_p.max():g}. "
            "확률이라면 cross_entropy를, 로짓이라면 softmax_cross_entropy를 쓰세요"
        )
    return float(-np.mean(log_p[rows, labels])) + 0.0  # -0.0을 0.0으로


def softmax_cross_entropy(logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """로짓의 교차 엔트로피: (1/N) Σₙ (log Σₖ e^z[n, k] - z[n, yₙ]).

    Parameters
    ----------
    logits : 실수 배열, (N, K)
        소프트맥스에 넣기 전의 값 z.
    y : 정수 배열, (N,)
        클래스 번호.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    TypeError, ValueError
        logits가 (N, K)가 아니거나, y가 (N,) 클래스 번호가 아닐 때.

    Notes
    -----
    로짓이 모두 같으면 log K이다. 확률을 거치지 않으므로 로짓의 차이가 커도 ∞가 되지 않는다.

    Examples
    --------
    >>> softmax_cross_entropy([[0.0, 2000.0]], [0])
    2000.0
    """
    logits, rows, labels = _rows("logits", logits, y)
    shifted = logits - logits.max(axis=1, keepdims=True)  # 로짓이 커도 뺄셈이 자릿수를 잃지 않는다
    return float(np.mean(logsumexp(shifted, axis=1) - shifted[rows, labels]))


def cross_entropy_chain(logits: npt.ArrayLike, y: npt.ArrayLike) -> dict[str, float]:
    """같은 교차 엔트로피를 낮은 수준에서 높은 수준까지 다섯 꼴로 계산한다.

    Parameters
    ----------
    logits : 실수 배열, (N, K)
        로짓.
    y : 정수 배열, (N,)
        클래스 번호.

    Returns
    -------
    dict[str, float]
        쓴 함수를 적은 이름과 값. 낮은 수준부터 차례로 다섯이다.

    Raises
    ------
    TypeError, ValueError
        logits가 (N, K)가 아니거나, y가 (N,) 클래스 번호가 아닐 때.

    Notes
    -----
    식은 모두 같지만 수는 그렇지 않다. 확률이 0으로 내려앉으면 앞의 두 꼴은 log 0 때문에
    ∞(정답 자리) 또는 0·∞ = NaN(다른 자리)이 되고, 뒤의 세 꼴은 옳은 값을 지킨다.

    Examples
    --------
    >>> for form, value in cross_entropy_chain([[2.0, 1.0, 0.0]], [0]).items():
    ...     print(f"{value:.4f}  {form}")
    0.4076  p = softmax(z); -Σ t log p
    0.4076  -(t * log(softmax(z))).sum(axis=1).mean()
    0.4076  -(t * log_softmax(z)).sum(axis=1).mean()
    0.4076  nll(log_softmax(z), y)
    0.4076  softmax_cross_entropy(z, y)
    """
    z, rows, labels = _rows("logits", logits, y)
    t = one_hot(labels, z.shape[1], dtype=z.dtype)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = softmax(z)
        total = 0.0
        for n in rows:
            total += -np.sum(t[n] * np.log(p[n]))
        one_line = -(t * np.log(softmax(z))).sum(axis=1).mean()
    return {
        "p = softmax(z); -Σ t log p": float(total / len(rows)),
        "-(t * log(softmax(z))).sum(axis=1).mean()": float(one_line),
        "-(t * log_softmax(z)).sum(axis=1).mean()": float(
            -(t * log_softmax(z)).sum(axis=1).mean()
        ),
        "nll(log_softmax(z), y)": nll(log_softmax(z), labels),
        "softmax_cross_entropy(z, y)": softmax_cross_entropy(z, labels),
    }


def _recorded(loss: object, cache: Array | None) -> Array:
    if cache is None:
        raise RuntimeError(f"{type(loss).__name__}: backward() 전에 forward(…)를 불러야 합니다.")
    return cache


class MSE:
    """평균 제곱 오차와 그 기울기: L = (1/M) Σ (prediction - target)², ∂L/∂prediction = (2/M)(prediction - target).

    Raises
    ------
    ValueError
        forward에 준 두 배열의 shape이 다를 때.
    RuntimeError
        forward 없이 backward를 불렀을 때.

    Examples
    --------
    >>> loss = MSE()
    >>> loss.forward([[1.0], [4.0]], [[1.0], [2.0]]), loss.backward().ravel()
    (2.0, array([0., 2.]))
    """

    def __init__(self) -> None:
        self._difference: Array | None = None

    def __repr__(self) -> str:
        return "MSE()"

    def forward(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
        """손실을 계산하고 backward에 쓸 차이를 남긴다. 두 배열의 shape은 같아야 한다."""
        self._difference = _pair(prediction, target)
        return float(np.mean(self._difference**2))

    def backward(self) -> Array:
        """∂L/∂prediction, prediction과 같은 shape·dtype."""
        difference = _recorded(self, self._difference)
        return difference * (2 / difference.size)


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
