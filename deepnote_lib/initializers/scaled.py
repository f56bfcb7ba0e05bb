"""분산을 팬(fan)에 맞추는 초기화: variance_scaling과 거기서 나온 LeCun, Xavier, He."""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import check_number, make_rng
from deepnote_lib._typing import Array, Initializer, Rng
from deepnote_lib.initializers.basic import _check_shape, normal, uniform

_FAN = {
    "fan_in": lambda n_in, n_out: n_in,
    "fan_out": lambda n_in, n_out: n_out,
    "fan_avg": lambda n_in, n_out: (n_in + n_out) / 2,
}


def variance_scaling(
    scale: float, *, mode: str = "fan_in", distribution: str = "normal"
) -> Initializer:
    """분산을 팬에 맞추는 초기화: Var(W) = scale / fan.

    Parameters
    ----------
    scale : float, 0보다 큼
        활성화 함수에 맞춘 배율. 항등·tanh는 1, ReLU는 2.
    mode : "fan_in", "fan_out", "fan_avg"
        fan으로 n_in, n_out, (n_in + n_out)/2 가운데 무엇을 쓸지.
    distribution : "normal", "uniform"
        N(0, scale/fan) 또는 U(-√(3·scale/fan), √(3·scale/fan)). 분산은 같다.

    Returns
    -------
    Initializer

    Raises
    ------
    ValueError
        scale이 0보다 크지 않거나, mode나 distribution이 목록에 없을 때.

    Notes
    -----
    fan_in은 순전파의 분산을, fan_out은 역전파의 분산을 지킨다. 정규 분포를 자르지 않는다(Keras는
    ±2σ에서 자르고 분산을 맞춘다). PyTorch의 가중치는 (n_out, n_in)이므로 전치해서 견준다.

    Examples
    --------
    >>> init = variance_scaling(2.0, mode="fan_out", distribution="uniform")
    >>> bool(np.abs(init((10, 24), 0)).max() <= 0.5)      # √(3·2/24) = 0.5
    True
    """
    check_number("scale", scale, low=0, low_open=True)
    if mode not in _FAN:
        raise ValueError(f"mode: {', '.join(_FAN)} 가운데 하나여야 합니다. 받은 값={mode!r}")
    if distribution not in ("normal", "uniform"):
        raise ValueError(
            f"distribution: normal, uniform 가운데 하나여야 합니다. 받은 값={distribution!r}"
        )

    def init(shape: tuple[int, int], rng: Rng) -> Array:
        variance = scale / _FAN[mode](*_check_shape(shape))
        if distribution == "normal":
            return normal(np.sqrt(variance))(shape, make_rng(rng))
        return uniform(np.sqrt(3 * variance))(shape, make_rng(rng))

    return init


def lecun_normal(shape: tuple[int, int], rng: Rng) -> Array:
    """LeCun 초기화, 정규 분포: W ~ N(0, 1/n_in).

    Parameters
    ----------
    shape : (n_in, n_out)
        가중치 행렬의 형상.
    rng : Generator, 정수 시드 또는 None
        난수 생성기.

    Returns
    -------
    float64 배열, (n_in, n_out)

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), Efficient BackProp.

    Examples
    --------
    >>> lecun_normal((100, 50), 0).std().round(2)      # √(1/100) = 0.1
    np.float64(0.1)
    """
    return variance_scaling(1.0, mode="fan_in")(shape, make_rng(rng))


def lecun_uniform(shape: tuple[int, int], rng: Rng) -> Array:
    """LeCun 초기화, 균등 분포: W ~ U(-√(3/n_in), √(3/n_in)). `lecun_normal`과 분산이 같다.

    Parameters
    ----------
    shape : (n_in, n_out)
        가중치 행렬의 형상.
    rng : Generator, 정수 시드 또는 None
        난수 생성기.

    Returns
    -------
    float64 배열, (n_in, n_out)

    Examples
    --------
    >>> bool(np.abs(lecun_uniform((300, 50), 0)).max() <= 0.1)
    True
    """
    return variance_scaling(1.0, mode="fan_in", distribution="uniform")(shape, make_rng(rng))


def xavier_normal(shape: tuple[int, int], rng: Rng) -> Array:
    """Xavier(Glorot) 초기화, 정규 분포: W ~ N(0, 2/(n_in + n_out)).

    Parameters
    ----------
    shape : (n_in, n_out)
        가중치 행렬의 형상.
    rng : Generator, 정수 시드 또는 None
        난수 생성기.

    Returns
    -------
    float64 배열, (n_in, n_out)

    References
    ----------
    Glorot, Bengio (2010), Understanding the difficulty of training deep feedforward networks.

    Examples
    --------
    >>> xavier_normal((150, 50), 0).std().round(2)     # √(2/200) = 0.1
    np.float64(0.1)
    """
    return variance_scaling(1.0, mode="fan_avg")(shape, make_rng(rng))


def xavier_uniform(shape: tuple[int, int], rng: Rng) -> Array:
    """Xavier(Glorot) 초기화, 균등 분포: W ~ U(-√(6/(n_in + n_out)), √(6/(n_in + n_out))).

    Parameters
    ----------
    shape : (n_in, n_out)
        가중치 행렬의 형상.
    rng : Generator, 정수 시드 또는 None
        난수 생성기.

    Returns
    -------
    float64 배열, (n_in, n_out)

    Examples
    --------
    >>> bool(np.abs(xavier_uniform((400, 200), 0)).max() <= 0.1)
    True
    """
    return variance_scaling(1.0, mode="fan_avg", distribution="uniform")(shape, make_rng(rng))


def he_normal(shape: tuple[int, int], rng: Rng) -> Array:
    """He 초기화, 정규 분포: W ~ N(0, 2/n_in). ReLU에 맞춘다.

    Parameters
    ----------
    shape : (n_in, n_out)
        가중치 행렬의 형상.
    rng : Generator, 정수 시드 또는 None
        난수 생성기.

    Returns
    -------
    float64 배열, (n_in, n_out)

    References
    ----------
    He, Zhang, Ren, Sun (2015), Delving Deep into Rectifiers.

    Examples
    --------
    >>> he_normal((200, 50), 0).std().round(2)         # √(2/200) = 0.1
    np.float64(0.1)
    """
    return variance_scaling(2.0, mode="fan_in")(shape, make_rng(rng))


def he_uniform(shape: tuple[int, int], rng: Rng) -> Array:
    """He 초기화, 균등 분포: W ~ U(-√(6/n_in), √(6/n_in)). `he_normal`과 분산이 같다.

    Parameters
    ----------
    shape : (n_in, n_out)
        가중치 행렬의 형상.
    rng : Generator, 정수 시드 또는 None
        난수 생성기.

    Returns
    -------
    float64 배열, (n_in, n_out)

    Examples
    --------
    >>> bool(np.abs(he_uniform((600, 50), 0)).max() <= 0.1)
    True
    """
    return variance_scaling(2.0, mode="fan_in", distribution="uniform")(shape, make_rng(rng))
