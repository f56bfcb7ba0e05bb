"""가장 단순한 초기화: 0, 상수, 정규 분포, 균등 분포."""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import check_count, check_number, make_rng
from deepnote_lib._typing import Array, Initializer, Rng


def _check_shape(shape: tuple[int, int]) -> tuple[int, int]:
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise ValueError(f"shape: (n_in, n_out) 꼴의 튜플이어야 합니다. 받은 값={shape!r}")
    return check_count("shape[0]", shape[0]), check_count("shape[1]", shape[1])


def zeros(shape: tuple[int, int], rng: Rng = None) -> Array:
    """모두 0: W = 0.

    Parameters
    ----------
    shape : (n_in, n_out)
        가중치 행렬의 형상.
    rng
        쓰지 않는다. 다른 초기화와 부르는 꼴을 맞춘 자리이다.

    Returns
    -------
    float64 배열, (n_in, n_out)

    Notes
    -----
    한 층짜리 모델에는 알맞다. 은닉층에 쓰면 뉴런이 모두 같아져 대칭이 깨지지 않는다.

    Examples
    --------
    >>> zeros((1, 2))
    array([[0., 0.]])
    """
    return np.zeros(_check_shape(shape))


def constant(value: float) -> Initializer:
    """모두 같은 값: W = value.

    Parameters
    ----------
    value : float
        모든 자리에 넣을 값.

    Returns
    -------
    Initializer

    Raises
    ------
    TypeError, ValueError
        value가 유한한 수가 아닐 때.

    Examples
    --------
    >>> constant(0.5)((1, 2), None)
    array([[0.5, 0.5]])
    """
    value = check_number("value", value)

    def init(shape: tuple[int, int], rng: Rng = None) -> Array:
        return np.full(_check_shape(shape), value)

    return init


def normal(std: float) -> Initializer:
    """평균이 0인 정규 분포: W ~ N(0, std²).

    Parameters
    ----------
    std : float, 0 이상
        표준편차(분산이 아님). 층의 크기와 상관없이 그대로 쓴다.

    Returns
    -------
    Initializer

    Raises
    ------
    TypeError, ValueError
        std가 0 이상의 수가 아닐 때.

    Examples
    --------
    >>> normal(0.01)((784, 20), 0).shape
    (784, 20)
    """
    std = check_number("std", std, low=0)

    def init(shape: tuple[int, int], rng: Rng) -> Array:
        return std * make_rng(rng).standard_normal(_check_shape(shape))

    return init


def uniform(limit: float) -> Initializer:
    """구간의 균등 분포: W ~ U(-limit, limit). 분산은 limit²/3이다.

    Parameters
    ----------
    limit : float, 0 이상
        구간의 끝.

    Returns
    -------
    Initializer

    Raises
    ------
    TypeError, ValueError
        limit가 0 이상의 수가 아닐 때.

    Examples
    --------
    >>> bool(np.abs(uniform(0.1)((50, 50), 0)).max() <= 0.1)
    True
    """
    limit = check_number("limit", limit, low=0)

    def init(shape: tuple[int, int], rng: Rng) -> Array:
        return make_rng(rng).uniform(-limit, limit, size=_check_shape(shape))

    return init
