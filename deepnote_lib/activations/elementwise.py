"""원소별 활성화 함수와, 활성화 이전 값 z의 함수로 적은 그 미분."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_float, check_number
from deepnote_lib._typing import Array, IntArray


def step(z: npt.ArrayLike) -> IntArray:
    """계단 함수: z > 0이면 1, 아니면 0.

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.

    Returns
    -------
    int64 배열, z와 같은 shape
        0 또는 1. step(0) = 0이다.

    Notes
    -----
    0에서의 값은 약속일 뿐이다. 1로 정하는 책도 있다. 기울기는 0이거나 없으므로 역전파에 쓸 수 없다.

    Examples
    --------
    >>> step([-0.5, 0.0, 0.5])
    array([0, 0, 1])
    """
    return np.asarray(check_float("z", z) > 0).astype(np.int64)


def sigmoid(z: npt.ArrayLike) -> Array:
    """시그모이드: σ(z) = 1 / (1 + e^(-z)).

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값(로짓).

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0과 1 사이의 값.

    Notes
    -----
    z가 아주 작으면 e^(-z)는 무한대로 넘치지만 1/(1+∞) = 0은 옳은 값이다. 그래서 넘침 경고만 끈다.
    로그를 취할 일이 있으면 log(sigmoid(z)) 대신 -softplus(-z)를 쓴다.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = check_float("z", z)
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def sigmoid_naive(z: npt.ArrayLike) -> Array:
    """식을 그대로 옮긴 시그모이드: 1 / (1 + e^(-z)). z가 아주 작으면 넘침 경고를 낸다.

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0과 1 사이의 값.

    Notes
    -----
    float64는 z < -709.8, float32는 z < -88.7에서 `RuntimeWarning: overflow`가 난다.

    Examples
    --------
    >>> float(sigmoid_naive(0.0))
    0.5
    """
    return 1 / (1 + np.exp(-check_float("z", z)))


def sigmoid_derivative(z: npt.ArrayLike) -> Array:
    """시그모이드의 미분: σ′(z) = σ(z) σ(-z) = σ(z)(1 - σ(z)).

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값. 시그모이드의 출력 a가 **아니다**. a로는 a(1 - a)로 구한다.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0보다 크고 1/4 이하인 값.

    Notes
    -----
    z가 크면 1 - σ(z)는 반올림으로 0이 된다. σ(-z)로 적으면 작은 기울기도 살아남는다.

    Examples
    --------
    >>> float(sigmoid_derivative(0.0))
    0.25
    """
    z = check_float("z", z)
    return sigmoid(z) * sigmoid(-z)


def tanh(z: npt.ArrayLike) -> Array:
    """쌍곡 탄젠트: tanh(z) = (e^z - e^(-z)) / (e^z + e^(-z)) = 2σ(2z) - 1.

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        -1과 1 사이의 값.

    Examples
    --------
    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(check_float("z", z))


def tanh_derivative(z: npt.ArrayLike) -> Array:
    """쌍곡 탄젠트의 미분: tanh′(z) = 1 - tanh(z)². z는 활성화 이전 값이다.

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0보다 크고 1 이하인 값.

    Examples
    --------
    >>> float(tanh_derivative(0.0))
    1.0
    """
    return 1 - np.tanh(check_float("z", z)) ** 2


def relu(z: npt.ArrayLike) -> Array:
    """ReLU: max(0, z).

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0 이상인 값.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(check_float("z", z), 0)


def relu_derivative(z: npt.ArrayLike) -> Array:
    """ReLU의 미분: z > 0이면 1, 아니면 0. z는 활성화 이전 값이다.

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0 또는 1.

    Notes
    -----
    0에서는 미분할 수 없다. 하위 기울기 [0, 1] 가운데 0을 고른다.

    Examples
    --------
    >>> relu_derivative([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    z = check_float("z", z)
    return np.asarray(z > 0).astype(z.dtype)


def leaky_relu(z: npt.ArrayLike, slope: float = 0.01) -> Array:
    """Leaky ReLU: z > 0이면 z, 아니면 slope · z.

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.
    slope : float, 0 이상 1 이하
        음수 쪽의 기울기. 0이면 ReLU이다.

    Returns
    -------
    z와 같은 shape·dtype의 배열

    Raises
    ------
    ValueError
        slope가 0 이상 1 이하가 아닐 때.

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0], slope=0.1)
    array([-0.2,  0. ,  3. ])
    """
    z = check_float("z", z)
    check_number("slope", slope, low=0, high=1)
    return np.maximum(z, slope * z)  # slope가 1 이하이므로 큰 쪽이 정의와 같다


def leaky_relu_derivative(z: npt.ArrayLike, slope: float = 0.01) -> Array:
    """Leaky ReLU의 미분: z > 0이면 1, 아니면 slope. z는 활성화 이전 값이다.

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.
    slope : float, 0 이상 1 이하
        음수 쪽의 기울기.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        slope 또는 1.

    Raises
    ------
    ValueError
        slope가 0 이상 1 이하가 아닐 때.

    Examples
    --------
    >>> leaky_relu_derivative([-2.0, 0.0, 3.0], slope=0.1)
    array([0.1, 0.1, 1. ])
    """
    z = check_float("z", z)
    check_number("slope", slope, low=0, high=1)
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(slope))


def softplus(z: npt.ArrayLike) -> Array:
    """소프트플러스: log(1 + e^z) = max(z, 0) + log(1 + e^(-|z|)).

    Parameters
    ----------
    z : 실수 배열, 아무 shape
        활성화 이전 값.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0 이상인 값.

    Notes
    -----
    미분은 시그모이드이고, -softplus(-z) = log σ(z)이다. 오른쪽 꼴은 지수가 0 이하라 넘치지 않는다.

    Examples
    --------
    >>> softplus([-1000.0, 0.0, 1000.0]).round(4)
    array([0.000e+00, 6.931e-01, 1.000e+03])
    """
    z = check_float("z", z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
