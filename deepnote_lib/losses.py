"""손실 함수. 이름이 입력을 말한다: `cross_entropy(p, y)`, `softmax_cross_entropy(logits, y)`.

레이블 y는 클래스 번호 (N,)이고, 손실은 배치의 평균이다. 역전파가 필요하면 클래스를 쓴다:
`forward(예측, y)`가 손실을, `backward()`가 예측에 대한 기울기를 반환한다. (소프트맥스, 오차역전파법 장)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    as_array,
    check_count,
    check_labels,
    check_methods,
    check_number,
    check_same_shape,
    shown,
)
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.activations import logsumexp, sigmoid, softplus

__all__ = [
    "MSE",
    "Loss",
    "SigmoidBCE",
    "SoftmaxCrossEntropy",
    "binary_cross_entropy",
    "cross_entropy",
    "half_squared_error",
    "mse",
    "nll",
    "one_hot",
    "sigmoid_binary_cross_entropy",
    "softmax_cross_entropy",
]

SUM_TOLERANCE = 1e-3  # float16 소프트맥스의 반올림과 수치 미분의 흔들림은 받고, 로짓은 걸러 낸다


def _rows(name: str, scores: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, IntArray, IntArray]:
    """점수 (N, K), 행 번호, 클래스 번호."""
    array = as_array(name, scores)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: 비지 않은 (N, K) 배열이어야 합니다. 받은 shape={array.shape}")
    n, n_classes = array.shape
    return array, np.arange(n), check_labels("y", y, n=n, n_classes=n_classes)


def _binary(name: str, scores: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """이진 점수와, 점수의 shape·dtype으로 맞춘 0/1 정답."""
    array, labels = as_array(name, scores), as_array("y", y)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(
            f"{name}: 비지 않은 (N,), (N, 1), (N, K) 배열이어야 합니다. 받은 shape={array.shape}"
        )
    if array.ndim == 2 and array.shape[1] == 1 and labels.ndim == 1:
        labels = labels[:, np.newaxis]  # (N, 1)과 (N,)이 (N, N)으로 퍼지지 않게 한다
    check_same_shape("y", labels, name, array)
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(
            f"y: 이진 정답은 0 또는 1이어야 합니다. 받은 범위={labels.min():g}~{labels.max():g}"
        )
    return array, labels.astype(array.dtype)


def _difference(prediction: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """예측 − 목표. shape이 다르면 브로드캐스팅하지 않고 알린다."""
    array, values = as_array("prediction", prediction), as_array("target", target)
    check_same_shape("target", values, "prediction", array)
    if array.size == 0:
        raise ValueError(f"prediction: 비지 않은 배열이어야 합니다. 받은 shape={array.shape}")
    return array - values.astype(array.dtype, copy=False)


class Loss:
    """모든 손실의 기반 클래스. 새 손실은 forward와 backward를 정의한다.

    >>> class MeanAbsoluteError(Loss):
    ...     def forward(self, prediction, target):
    ...         self._sign = np.sign(prediction - target)
    ...         return float(np.abs(prediction - target).mean())
    ...     def backward(self):
    ...         return self._recorded(self._sign) / self._sign.size
    >>> loss = MeanAbsoluteError()
    >>> loss.forward(np.array([[1.0], [4.0]]), np.array([[1.0], [2.0]]))
    1.0
    >>> loss.backward().ravel()
    array([0. , 0.5])
    """

    def forward(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
        """배치의 평균 손실을 계산하고 backward에 쓸 값을 남긴다."""
        raise NotImplementedError(f"{type(self).__name__}: forward()를 정의해야 합니다")

    def backward(self) -> Array:
        """마지막 forward의 손실을 예측으로 미분한 기울기, 예측과 같은 shape."""
        raise NotImplementedError(f"{type(self).__name__}: backward()를 정의해야 합니다")

    def _recorded(self, cache: Array | None) -> Array:
        if cache is None:
            raise RuntimeError(
                f"{type(self).__name__}: backward() 전에 forward(예측, y)를 호출해야 합니다"
            )
        return cache

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def check_loss(loss: object) -> None:
    """손실인지 확인한다. forward와 backward는 층에도 있으므로, 매개변수를 가진 것은 받지 않는다."""
    check_methods("loss", loss, ("forward", "backward"), "SoftmaxCrossEntropy()")
    if hasattr(loss, "parameters"):
        raise TypeError(
            "loss: 모델이나 층이 아니라 SoftmaxCrossEntropy() 같은 손실이어야 합니다. "
            f"받은 값={shown(loss)}"
        )


# 제곱 오차 ------------------------------------------------------------------------------


def mse(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """평균 제곱 오차: (1/M) Σᵢ (predictionᵢ − targetᵢ)², M은 모든 원소의 수.

    다른 규약: ½Σ(`half_squared_error`), 평균의 ½(scikit-learn의 MLPRegressor).

    >>> mse([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])      # (0 + 1 + 9)/3
    3.3333333333333335
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.mean(_difference(prediction, target) ** 2))


def half_squared_error(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """제곱 오차의 절반: ½ Σᵢ (predictionᵢ − targetᵢ)². 이 책에서 평균을 내지 않는 단 하나의 손실이다.

    미분하면 계수 없이 prediction − target이 된다.

    >>> half_squared_error([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])      # (0 + 1 + 9)/2
    5.0
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return float(0.5 * np.sum(_difference(prediction, target) ** 2))


class MSE(Loss):
    """평균 제곱 오차: L = (1/M) Σ (prediction − target)², ∂L/∂prediction = (2/M)(prediction − target).

    >>> loss = MSE()
    >>> loss.forward([[1.0], [4.0]], [[1.0], [2.0]]), loss.backward().ravel()
    (2.0, array([0., 2.]))
    """

    def __init__(self) -> None:
        self._difference: Array | None = None

    def forward(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            self._difference = _difference(prediction, target)
            return float(np.mean(self._difference**2))

    def backward(self) -> Array:
        difference = self._recorded(self._difference)
        return difference * (2 / difference.size)


# 이진 교차 엔트로피 ---------------------------------------------------------------------


def binary_cross_entropy(p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """이진 교차 엔트로피: 평균 −[y log p + (1 − y) log(1 − p)]. p는 클래스 1의 확률이고 로짓이 아니다.

    p는 (N,), (N, 1), (N, K), y는 같은 shape의 0과 1이다((N, 1)에는 (N,)도 된다). 정답의 로그만 취하므로
    0·log 0 = NaN이 생기지 않는다. 정답의 확률이 0이면 값은 ∞이고, 상한을 두어 감추지 않는다.

    >>> round(binary_cross_entropy([0.5, 0.5], [0, 1]), 4)        # log 2
    0.6931
    """
    p, t = _binary("p", p, y)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            f"p: 0 이상 1 이하인 확률이어야 합니다. 받은 범위={p.min():g}~{p.max():g}. "
            "로짓이라면 sigmoid_binary_cross_entropy를 쓰세요"
        )
    with np.errstate(divide="ignore"):  # log 0 = −∞는 옳은 값이다
        return float(-np.mean(np.where(t == 1, np.log(p), np.log1p(-p)))) + 0.0  # −0.0을 0.0으로


def sigmoid_binary_cross_entropy(logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """로짓의 이진 교차 엔트로피: 평균 softplus((1 − 2y)z) = 평균 −log σ(±z).

    logits와 y의 shape은 `binary_cross_entropy`의 p와 y와 같다.

    >>> sigmoid_binary_cross_entropy([-1000.0, 1000.0], [1, 1])   # (1000 + 0)/2
    500.0
    """
    z, t = _binary("logits", logits, y)
    return float(np.mean(softplus((1 - 2 * t) * z)))


class SigmoidBCE(Loss):
    """시그모이드와 이진 교차 엔트로피를 합친 손실: ∂L/∂z = (σ(z) − y) / M, M은 모든 원소의 수.

    ∂L/∂p = (p − y)/(p(1 − p))의 분모가 σ′(z) = p(1 − p)와 지워지므로 포화해도 기울기가 살아 있다.

    >>> loss = SigmoidBCE()
    >>> round(loss.forward([[0.0], [0.0]], [0, 1]), 4), loss.backward().ravel()
    (0.6931, array([ 0.25, -0.25]))
    """

    def __init__(self) -> None:
        self._logits: Array | None = None
        self._t: Array | None = None

    def forward(self, logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
        z, t = _binary("logits", logits, y)
        self._logits, self._t = z, t
        return float(np.mean(softplus((1 - 2 * t) * z)))

    def backward(self) -> Array:
        z, t = self._recorded(self._logits), self._recorded(self._t)
        return (sigmoid(z) - t) / z.size


# 교차 엔트로피 --------------------------------------------------------------------------


def one_hot(y: npt.ArrayLike, n_classes: int, *, dtype: npt.DTypeLike = np.float64) -> Array:
    """원-핫 인코딩 (N, K): t[n, k] = 1 (k = yₙ), 나머지는 0.

    >>> one_hot([0, 2], 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = check_labels("y", y, n_classes=check_count("n_classes", n_classes))
    try:
        t: Array = np.zeros((labels.shape[0], n_classes), dtype=dtype)
        t[np.arange(labels.shape[0]), labels] = 1
    except (TypeError, ValueError, SyntaxError):
        raise TypeError(
            f"dtype: np.float64 같은 수의 dtype이어야 합니다. 받은 값={shown(dtype)}"
        ) from None
    return t


def cross_entropy(p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """교차 엔트로피: −(1/N) Σₙ log p[n, yₙ]. p (N, K)는 행의 합이 1인 확률이고 로짓이 아니다.

    정답의 확률이 0이면 값은 ∞이다. log(p + 1e-7)처럼 작은 수를 더하면 손실이 16.1에서 막히고
    기울기가 손실과 어긋난다. 로짓이 있으면 `softmax_cross_entropy`를 쓴다.

    >>> round(cross_entropy([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]], [0, 2]), 4)   # −(log .7 + log .5)/2
    0.5249
    """
    p, rows, labels = _rows("p", p, y)
    with np.errstate(over="ignore"):
        sums = p.sum(axis=1)
    if not ((p >= 0).all() and (np.abs(sums - 1) <= SUM_TOLERANCE).all()):
        raise ValueError(
            "p: 행마다 0 이상이고 합이 1인 확률이어야 합니다. "
            f"받은 최솟값={p.min():g}, 합의 범위={sums.min():g}~{sums.max():g}. "
            "로짓이라면 softmax_cross_entropy를 쓰세요"
        )
    with np.errstate(divide="ignore"):  # log 0 = −∞는 옳은 값이다
        return float(-np.mean(np.log(p[rows, labels]))) + 0.0  # −0.0을 0.0으로


def nll(log_p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """음의 로그 가능도: −(1/N) Σₙ log_p[n, yₙ]. log_p (N, K)는 `log_softmax`의 출력이고 확률이 아니다.

    >>> round(nll(np.log([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]]), [0, 2]), 4)
    0.5249
    """
    log_p, rows, labels = _rows("log_p", log_p, y)
    if not log_p.max() <= SUM_TOLERANCE:
        raise ValueError(
            f"log_p: 0 이하인 로그 확률이어야 합니다. 받은 최댓값={log_p.max():g}. "
            "확률이라면 cross_entropy를, 로짓이라면 softmax_cross_entropy를 쓰세요"
        )
    return float(-np.mean(log_p[rows, labels])) + 0.0  # −0.0을 0.0으로


def softmax_cross_entropy(logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """로짓 (N, K)의 교차 엔트로피: (1/N) Σₙ (log Σₖ e^z[n, k] − z[n, yₙ]).

    로짓이 모두 같으면 log K이다. 확률을 거치지 않으므로 로짓의 차이가 커도 ∞가 되지 않는다.

    >>> softmax_cross_entropy([[0.0, 2000.0]], [0])
    2000.0
    """
    z, rows, labels = _rows("logits", logits, y)
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = z - z.max(axis=1, keepdims=True)  # 로짓이 커도 뺄셈이 자릿수를 잃지 않는다
        return float(np.mean(logsumexp(shifted, axis=1) - shifted[rows, labels]))


class SoftmaxCrossEntropy(Loss):
    """소프트맥스와 교차 엔트로피를 합친 손실: ∂L/∂z = (p − t) / N. 로짓 (N, K)를 받는다.

    label_smoothing(ε, 0 이상 1 미만)은 정답 분포를 t = (1 − ε)·one_hot(y) + ε/K로 고르게 한다.

    L = −Σ t log p에서 ∂L/∂p = −t/p의 1/p이 소프트맥스의 야코비 행렬 diag(p) − ppᵀ와 지워져
    p − t만 남는다. 그래서 두 단계를 따로 역전파하지 않는다.

    >>> loss = SoftmaxCrossEntropy()
    >>> round(loss.forward(np.zeros((1, 4)), [2]), 4)               # log 4
    1.3863
    >>> loss.backward()
    array([[ 0.25,  0.25, -0.75,  0.25]])
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

    def forward(self, logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
        z, rows, labels = _rows("logits", logits, y)
        epsilon = self.label_smoothing
        with np.errstate(over="ignore", invalid="ignore"):
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
        p = self._recorded(self._p)
        n, n_classes = p.shape
        epsilon = self.label_smoothing
        dlogits = p / n if not epsilon else (p - epsilon / n_classes) / n
        dlogits[np.arange(n), self._labels] -= (1 - epsilon) / n  # 원-핫 t를 만들지 않고 뺀다
        return dlogits
