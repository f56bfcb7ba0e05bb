"""활성화 함수와 소프트맥스. 모든 함수는 순수하고, 미분은 활성화 이전 값 z의 함수로 적는다.

z는 아무 shape의 실수 배열(목록과 수도 된다)이고 결과는 같은 shape·dtype이다. 아주 큰 |z|에서도 넘치지
않는 형태로 계산한다. (퍼셉트론, 소프트맥스 장)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import as_array, check_axis, check_flag, check_number
from deepnote_lib._typing import Array, IntArray

__all__ = [
    "leaky_relu",
    "leaky_relu_derivative",
    "log_softmax",
    "logsumexp",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "softmax",
    "softmax_naive",
    "softplus",
    "step",
    "tanh",
    "tanh_derivative",
]


def step(z: npt.ArrayLike) -> IntArray:
    """계단 함수: z > 0이면 1, 아니면 0. 결과는 int64이다.

    step(0) = 0은 규약일 뿐이고, 1로 정하는 책도 있다. 기울기가 0이거나 없으므로 역전파에 쓸 수 없다.

    >>> step([-0.5, 0.0, 0.5])
    array([0, 0, 1])
    """
    return np.asarray(as_array("z", z) > 0).astype(np.int64)


def sigmoid(z: npt.ArrayLike) -> Array:
    """시그모이드: σ(z) = 1 / (1 + e^(−z)), 0과 1 사이.

    z가 아주 작으면 e^(−z)는 무한대로 넘치지만 1/(1+∞) = 0은 옳은 값이다. 그래서 넘침 경고만 끈다.
    로그를 취할 때는 log(sigmoid(z)) 대신 −softplus(−z)를 쓴다.

    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_array("z", z)
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z: npt.ArrayLike) -> Array:
    """시그모이드의 미분: σ′(z) = σ(z)σ(−z) = σ(z)(1 − σ(z)), 0 이상 1/4 이하.

    z는 시그모이드의 출력 a가 **아니다**(a로는 a(1 − a)). z가 크면 1 − σ(z)는 반올림으로 0이 되지만,
    σ(−z)로 적으면 작은 기울기도 살아남는다.

    >>> float(sigmoid_derivative(0.0))
    0.25
    """
    z = as_array("z", z)
    return sigmoid(z) * sigmoid(-z)


def tanh(z: npt.ArrayLike) -> Array:
    """하이퍼볼릭 탄젠트: tanh(z) = (e^z − e^(−z)) / (e^z + e^(−z)) = 2σ(2z) − 1, −1과 1 사이.

    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(as_array("z", z))


def tanh_derivative(z: npt.ArrayLike) -> Array:
    """하이퍼볼릭 탄젠트의 미분: tanh′(z) = 1 − tanh(z)², 0 이상 1 이하.

    >>> float(tanh_derivative(0.0))
    1.0
    """
    return 1 - np.tanh(as_array("z", z)) ** 2


def relu(z: npt.ArrayLike) -> Array:
    """ReLU: max(0, z). 음수를 0으로 바꾼다.

    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(as_array("z", z), 0)


def relu_derivative(z: npt.ArrayLike) -> Array:
    """ReLU의 미분: z > 0이면 1, 아니면 0. 미분할 수 없는 0에서는 서브그레이디언트 [0, 1] 가운데 0을 고른다.

    >>> relu_derivative([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    z = as_array("z", z)
    return np.asarray(z > 0).astype(z.dtype)


def leaky_relu(z: npt.ArrayLike, slope: float = 0.01) -> Array:
    """Leaky ReLU: z > 0이면 z, 아니면 slope·z. slope는 0 이상 1 이하이고, 0이면 ReLU이다.

    >>> leaky_relu([-2.0, 0.0, 3.0], slope=0.1)
    array([-0.2,  0. ,  3. ])
    """
    z = as_array("z", z)
    check_number("slope", slope, low=0, high=1)
    with np.errstate(invalid="ignore"):  # slope = 0이면 0 · ∞가 생긴다
        return np.where(z > 0, z, slope * z)


def leaky_relu_derivative(z: npt.ArrayLike, slope: float = 0.01) -> Array:
    """Leaky ReLU의 미분: z > 0이면 1, 아니면 slope.

    >>> leaky_relu_derivative([-2.0, 0.0, 3.0], slope=0.1)
    array([0.1, 0.1, 1. ])
    """
    z = as_array("z", z)
    check_number("slope", slope, low=0, high=1)
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(slope))


def softplus(z: npt.ArrayLike) -> Array:
    """소프트플러스: log(1 + e^z) = max(z, 0) + log(1 + e^(−|z|)).

    미분은 시그모이드이고, −softplus(−z) = log σ(z)이다. 오른쪽 형태는 지수가 0 이하라 넘치지 않는다.

    >>> softplus([-1000.0, 0.0, 1000.0]).round(4)
    array([0.000e+00, 6.931e-01, 1.000e+03])
    """
    z = as_array("z", z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _logits(z: npt.ArrayLike, axis: int) -> Array:
    """axis 방향으로 하나 이상의 로짓이 있는 배열."""
    z = as_array("z", z)
    if z.ndim == 0 or z.shape[check_axis(axis, z.ndim)] == 0:
        raise ValueError(f"z: 로짓이 하나 이상 있는 배열이어야 합니다. 받은 shape={z.shape}")
    return z


def logsumexp(z: npt.ArrayLike, *, axis: int = -1, keepdims: bool = False) -> Array:
    """로그-합-지수: log Σₖ e^zₖ = m + log Σₖ e^(zₖ − m), m = maxₖ zₖ. axis 축이 사라진다.

    z에 c를 더하면 값도 c만큼 커진다(소프트맥스와 달리 **그대로가 아니다**). m을 빼 두면 가장 큰
    지수가 e⁰ = 1이라 넘치지 않는다. −∞인 로짓은 확률이 0인 클래스로 보며, 모두 −∞이면 −∞이다.

    >>> logsumexp([1000.0, 1000.0]).round(4)         # 1000 + log 2
    np.float64(1000.6931)
    """
    z = _logits(z, axis)
    check_flag("keepdims", keepdims)
    m = z.max(axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, z.dtype.type(0))  # ∞ − ∞를 피한다
    with np.errstate(divide="ignore", over="ignore"):
        log_sum = np.log(np.exp(z - m).sum(axis=axis, keepdims=True)) + m
    return log_sum if keepdims else log_sum.squeeze(axis=axis)


def softmax(z: npt.ArrayLike, *, axis: int = -1, temperature: float = 1.0) -> Array:
    """소프트맥스: pₖ = e^((zₖ − m)/T) / Σⱼ e^((zⱼ − m)/T), m = maxⱼ zⱼ. axis 축의 합이 1이다.

    온도 T(temperature)는 양수이고, 1보다 크면 고르게, 0에 가까우면 argmax로 쏠린다. m을 빼는 것은
    분자와 분모에 같은 e^(−m/T)를 곱하는 것이라 값은 정의와 같고, 지수가 0 이하라 넘치지 않는다.
    무한대와 NaN은 거르지 않으며 결과가 NaN이 된다.

    >>> softmax([1000.0, 1001.0, 1002.0]).round(3)
    array([0.09 , 0.245, 0.665])
    """
    z = _logits(z, axis)
    temperature = check_number("temperature", temperature, low=0, low_open=True)
    with np.errstate(over="ignore", invalid="ignore"):
        p = z - z.max(axis=axis, keepdims=True)
        if temperature != 1.0:
            p /= temperature
        np.exp(p, out=p)  # p는 여기서 만든 배열이므로 제자리에서 바꿔도 z는 그대로다
        p /= p.sum(axis=axis, keepdims=True)
    return p


def softmax_naive(z: npt.ArrayLike, *, axis: int = -1) -> Array:
    """정의를 그대로 옮긴 소프트맥스: e^zₖ / Σⱼ e^zⱼ. 로짓이 크면 ∞/∞ = NaN이 된다.

    float32는 로짓이 88.7을, float64는 709.8을 넘으면 무너진다.

    >>> softmax_naive([0.0, 0.0])
    array([0.5, 0.5])
    """
    exp_z = np.exp(_logits(z, axis))
    return exp_z / exp_z.sum(axis=axis, keepdims=True)


def log_softmax(z: npt.ArrayLike, *, axis: int = -1) -> Array:
    """로그 소프트맥스: log pₖ = (zₖ − m) − log Σⱼ e^(zⱼ − m), m = maxⱼ zⱼ.

    확률이 0으로 내려앉은 뒤에 로그를 취하면 −∞이지만, 이 형태는 로짓의 차이를 그대로 지킨다.

    >>> log_softmax([0.0, 2000.0])
    array([-2000.,     0.])
    """
    z = _logits(z, axis)
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = z - z.max(axis=axis, keepdims=True)
        shifted -= np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return shifted
