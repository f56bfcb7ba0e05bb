"""가중치 초기화. 분산을 팬(fan)에 맞추는 `variance_scaling` 하나에서 LeCun, Xavier, He가 나온다.

초기화 함수는 `init(shape, rng)` 꼴이고 shape은 (n_in, n_out), 결과는 float64이다. 이름은 논문을
따른다. "밑바닥부터 시작하는 딥러닝"이 Xavier라고 부르는 1/n_in은 여기서 LeCun이다. (초기화 장)
"""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import check_count, check_number, make_rng
from deepnote_lib._typing import Array, Initializer, Rng

_FAN = {
    "fan_in": lambda n_in, n_out: n_in,
    "fan_out": lambda n_in, n_out: n_out,
    "fan_avg": lambda n_in, n_out: (n_in + n_out) / 2,
}


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
        표준 편차(분산이 아님). 층의 크기와 상관없이 그대로 쓴다.

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


def orthogonal(gain: float = 1.0) -> Initializer:
    """직교 초기화: 작은 쪽 차원에서 WᵀW 또는 WWᵀ = gain² I.

    Parameters
    ----------
    gain : float, 0보다 큼
        모든 특잇값. 선형·tanh는 1, ReLU는 √2가 알맞다.

    Returns
    -------
    Initializer

    Raises
    ------
    ValueError
        gain이 0보다 크지 않을 때.

    Notes
    -----
    정규 난수 행렬의 QR 분해에서 R의 대각 부호를 Q로 옮겨야 치우침 없는(Haar) 분포가 된다.

    References
    ----------
    Saxe, McClelland, Ganguli (2014), Exact solutions to the nonlinear dynamics of learning.

    Examples
    --------
    >>> W = orthogonal()((5, 3), 0)
    >>> bool(np.allclose(W.T @ W, np.eye(3)))
    True
    """
    gain = check_number("gain", gain, low=0, low_open=True)

    def init(shape: tuple[int, int], rng: Rng) -> Array:
        n_in, n_out = _check_shape(shape)
        tall = (max(n_in, n_out), min(n_in, n_out))
        Q, R = np.linalg.qr(make_rng(rng).standard_normal(tall))
        Q *= np.sign(np.diagonal(R))
        return gain * (Q if n_in >= n_out else Q.T)

    return init
