"""축 하나를 함께 보는 함수: 로그-합-지수, 소프트맥스, 로그 소프트맥스와 그 순진한 꼴."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_float, check_number
from deepnote_lib._typing import Array


def logsumexp(z: npt.ArrayLike, *, axis: int = -1, keepdims: bool = False) -> Array:
    """지수 합의 로그: log Σₖ e^zₖ = m + log Σₖ e^(zₖ - m), m = maxₖ zₖ.

    Parameters
    ----------
    z : 실수 배열, (..., K)
        로짓.
    axis : int
        더하는 축. 기본값은 마지막 축(클래스)이다.
    keepdims : bool
        참이면 더한 축을 크기 1로 남긴다.

    Returns
    -------
    z에서 axis 축을 없앤 shape, 같은 dtype의 배열
        가장 큰 로짓 이상이고, 그보다 log K 넘게 크지 않다.

    Notes
    -----
    z에 c를 더하면 값도 c만큼 커진다(소프트맥스와 달리 **그대로가 아니다**). m을 빼 두면 가장 큰
    지수가 e⁰ = 1이라 넘치지 않는다. -∞인 로짓은 확률 0인 자리로 보며, 모두 -∞이면 -∞이다.

    Examples
    --------
    >>> logsumexp([1000.0, 1000.0]).round(4)         # 1000 + log 2
    np.float64(1000.6931)
    """
    z = check_float("z", z)
    m = z.max(axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, z.dtype.type(0))  # ∞ - ∞를 피한다
    with np.errstate(divide="ignore"):
        log_sum = np.log(np.exp(z - m).sum(axis=axis, keepdims=True)) + m
    return log_sum if keepdims else log_sum.squeeze(axis=axis)


def logsumexp_naive(z: npt.ArrayLike, *, axis: int = -1, keepdims: bool = False) -> Array:
    """식을 그대로 옮긴 log Σₖ e^zₖ. 로짓이 크면 ∞, 모두 아주 작으면 -∞가 된다.

    Parameters
    ----------
    z : 실수 배열, (..., K)
        로짓.
    axis, keepdims
        `logsumexp`와 같다.

    Returns
    -------
    z에서 axis 축을 없앤 shape, 같은 dtype의 배열

    Examples
    --------
    >>> logsumexp_naive([0.0, 0.0]).round(4)         # log 2
    np.float64(0.6931)
    """
    return np.log(np.exp(check_float("z", z)).sum(axis=axis, keepdims=keepdims))


def softmax(z: npt.ArrayLike, *, axis: int = -1, temperature: float = 1.0) -> Array:
    """소프트맥스: pₖ = e^((zₖ - m)/T) / Σⱼ e^((zⱼ - m)/T), m = maxⱼ zⱼ.

    Parameters
    ----------
    z : 실수 배열, (..., K)
        로짓. 무한대와 NaN은 거르지 않으며 결과가 NaN이 된다.
    axis : int
        합이 1이 되는 축. 기본값은 마지막 축(클래스)이다.
    temperature : float, 0보다 큼
        온도 T. 1보다 크면 고르게, 0에 가까우면 argmax 쪽으로 쏠린다.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0 이상이고 axis 축으로 더하면 1이다.

    Raises
    ------
    ValueError
        temperature가 0보다 크지 않을 때.

    Notes
    -----
    분자와 분모에 같은 e^(-m/T)를 곱한 꼴이라 값은 정의와 같고, 지수가 0 이하라 넘치지 않는다.

    Examples
    --------
    >>> softmax([1000.0, 1001.0, 1002.0]).round(3)
    array([0.09 , 0.245, 0.665])

    책: eq-softmax
    """
    z = check_float("z", z)
    p = z - z.max(axis=axis, keepdims=True)
    if temperature != 1.0:
        p /= check_number("temperature", temperature, low=0, low_open=True)
    np.exp(p, out=p)  # p는 여기서 만든 배열이므로 제자리에서 고쳐도 z는 그대로다
    p /= p.sum(axis=axis, keepdims=True)
    return p


def softmax_naive(z: npt.ArrayLike, *, axis: int = -1) -> Array:
    """식을 그대로 옮긴 소프트맥스: e^zₖ / Σⱼ e^zⱼ. 로짓이 크면 ∞/∞ = NaN이 된다.

    Parameters
    ----------
    z : 실수 배열, (..., K)
        로짓. float32는 88.7, float64는 709.8을 넘으면 무너진다.
    axis : int
        합이 1이 되는 축.

    Returns
    -------
    z와 같은 shape·dtype의 배열

    Examples
    --------
    >>> softmax_naive([0.0, 0.0])
    array([0.5, 0.5])
    """
    exp_z = np.exp(check_float("z", z))
    return exp_z / exp_z.sum(axis=axis, keepdims=True)


def log_softmax(z: npt.ArrayLike, *, axis: int = -1) -> Array:
    """로그 소프트맥스: log pₖ = (zₖ - m) - log Σⱼ e^(zⱼ - m), m = maxⱼ zⱼ.

    Parameters
    ----------
    z : 실수 배열, (..., K)
        로짓.
    axis : int
        지수를 취해 더하면 1이 되는 축. 기본값은 마지막 축(클래스)이다.

    Returns
    -------
    z와 같은 shape·dtype의 배열
        0 이하인 로그 확률.

    Notes
    -----
    확률이 0으로 내려앉은 뒤에 로그를 취하면 -∞이지만, 이 꼴은 로짓의 차이를 그대로 지킨다.

    Examples
    --------
    >>> log_softmax([0.0, 2000.0])
    array([-2000.,     0.])
    """
    z = check_float("z", z)
    shifted = z - z.max(axis=axis, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return shifted


def log_softmax_naive(z: npt.ArrayLike, *, axis: int = -1) -> Array:
    """식을 그대로 옮긴 로그 소프트맥스: log(softmax_naive(z)). -∞나 NaN이 되기 쉽다.

    Parameters
    ----------
    z : 실수 배열, (..., K)
        로짓.
    axis : int
        소프트맥스를 취하는 축.

    Returns
    -------
    z와 같은 shape·dtype의 배열

    Examples
    --------
    >>> np.exp(log_softmax_naive([0.0, 0.0]))
    array([0.5, 0.5])
    """
    return np.log(softmax_naive(z, axis=axis))
