"""가중치 초기화. 분산을 팬(fan)에 맞추는 VarianceScaling 하나에서 LeCun, Xavier, He가 나온다.

초기화는 `init(shape, rng)`로 호출하고 shape은 (n_in, n_out), 결과는 float64이다. 그대로 건네는 것
(zeros, he_normal)과, 인수를 정해서 건네는 것(normal(0.01), orthogonal())이 있다. 이름은 논문을 따른다.
"밑바닥부터 시작하는 딥러닝"이 Xavier라고 부르는 1/n_in은 여기서 LeCun이다. (초기화 장)

| 이름 | 분산 | 알맞은 활성화 | 출처 |
|---|---|---|---|
| lecun | 1/n_in | 항등 | LeCun, Bottou, Orr, Müller (1998), Efficient BackProp |
| xavier | 2/(n_in + n_out) | tanh | Glorot, Bengio (2010), Understanding the difficulty of training … |
| he | 2/n_in | ReLU | He, Zhang, Ren, Sun (2015), Delving Deep into Rectifiers |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    as_array,
    check_choice,
    check_count,
    check_finite,
    check_methods,
    check_number,
    check_size,
    make_rng,
    shown,
)
from deepnote_lib._state import Snapshot, state
from deepnote_lib._typing import Array, Initializer, Rng
from deepnote_lib.parameter import Parameter

__all__ = [
    "VarianceScaling",
    "constant",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "lsuv",
    "normal",
    "orthogonal",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]

Shape = tuple[int, int]


def _checked(shape: Shape) -> Shape:
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise ValueError(f"shape: (n_in, n_out) 형태의 튜플이어야 합니다. 받은 값={shown(shape)}")
    n_in, n_out = check_count("shape[0]", shape[0]), check_count("shape[1]", shape[1])
    check_size("shape", n_in, n_out)
    return n_in, n_out


def zeros(shape: Shape, rng: Rng = None) -> Array:
    """모두 0: W = 0. 한 층짜리 모델에는 적절하지만, 은닉층에 쓰면 대칭이 깨지지 않는다. rng는 쓰지 않는다.

    >>> zeros((1, 2))
    array([[0., 0.]])
    """
    return np.zeros(_checked(shape))


def constant(value: float) -> Initializer:
    """모두 같은 값: W = value.

    >>> constant(0.5)((1, 2))
    array([[0.5, 0.5]])
    """
    value = check_number("value", value)

    def init(shape: Shape, rng: Rng = None) -> Array:
        return np.full(_checked(shape), value)

    return init


def normal(std: float) -> Initializer:
    """평균이 0인 정규 분포: W ~ N(0, std²). std는 표준편차(분산이 아님)이고 층의 크기와 상관없다.

    >>> normal(0.01)((784, 20), 0).shape
    (784, 20)
    """
    std = check_number("std", std, low=0)

    def init(shape: Shape, rng: Rng = None) -> Array:
        return std * make_rng(rng).standard_normal(_checked(shape))

    return init


def uniform(limit: float) -> Initializer:
    """구간의 균등 분포: W ~ U(−limit, limit). 분산은 limit²/3이다.

    >>> bool(np.abs(uniform(0.1)((50, 50), 0)).max() <= 0.1)
    True
    """
    limit = check_number("limit", limit, low=0)

    def init(shape: Shape, rng: Rng = None) -> Array:
        return make_rng(rng).uniform(-limit, limit, size=_checked(shape))

    return init


@dataclass(frozen=True)
class VarianceScaling:
    """분산을 팬에 맞추는 초기화: Var(W) = scale / fan. 이 모듈의 이름난 초기화 여섯이 모두 이것이다.

    Parameters
    ----------
    scale
        활성화 함수에 맞춘 배율. 항등·tanh는 1, ReLU는 2.
    mode
        fan으로 n_in("fan_in"), n_out("fan_out"), 둘의 평균("fan_avg") 가운데 무엇을 쓸지. fan_in은 순전파의
        분산을, fan_out은 역전파의 분산을 지킨다.
    distribution
        N(0, scale/fan)("normal") 또는 U(−√(3·scale/fan), √(3·scale/fan))("uniform"). 분산은 같다.

    정규 분포를 자르지 않는다. Keras는 ±2σ에서 자르고 분산을 맞춘다.

    >>> init = VarianceScaling(2, mode="fan_out", distribution="uniform")
    >>> bool(np.abs(init((10, 24), 0)).max() <= 0.5)             # √(3·2/24) = 0.5
    True
    >>> he_normal((200, 50), 0).std().round(2)                   # √(2/200) = 0.1
    np.float64(0.1)
    >>> he_normal
    VarianceScaling(scale=2, mode='fan_in', distribution='normal')
    """

    scale: float
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in"
    distribution: Literal["normal", "uniform"] = "normal"

    def __post_init__(self) -> None:
        check_number("scale", self.scale, low=0, low_open=True)
        check_choice("mode", self.mode, ("fan_in", "fan_out", "fan_avg"))
        check_choice("distribution", self.distribution, ("normal", "uniform"))

    def __call__(self, shape: Shape, rng: Rng = None) -> Array:
        """shape (n_in, n_out)의 W를 뽑는다."""
        n_in, n_out = _checked(shape)
        fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[self.mode]
        variance = self.scale / fan
        if self.distribution == "normal":
            return normal(np.sqrt(variance))(shape, make_rng(rng))
        return uniform(np.sqrt(3 * variance))(shape, make_rng(rng))


lecun_normal = VarianceScaling(1)
lecun_uniform = VarianceScaling(1, distribution="uniform")
xavier_normal = VarianceScaling(1, "fan_avg")
xavier_uniform = VarianceScaling(1, "fan_avg", "uniform")
he_normal = VarianceScaling(2)
he_uniform = VarianceScaling(2, distribution="uniform")


def orthogonal(gain: float = 1.0) -> Initializer:
    """직교 초기화: 작은 차원에서 WᵀW 또는 WWᵀ = gain² I. gain은 모든 특잇값이다(ReLU는 √2).

    정규 난수 행렬의 QR 분해에서 R의 대각 부호를 Q로 옮겨야 치우침 없는(Haar) 분포가 된다.

    출처: Saxe, McClelland, Ganguli (2014), Exact solutions to the nonlinear dynamics of learning.

    >>> W = orthogonal()((5, 3), 0)
    >>> bool(np.allclose(W.T @ W, np.eye(3)))
    True
    """
    gain = check_number("gain", gain, low=0, low_open=True)

    def init(shape: Shape, rng: Rng = None) -> Array:
        n_in, n_out = _checked(shape)
        tall = (max(n_in, n_out), min(n_in, n_out))
        Q, R = np.linalg.qr(make_rng(rng).standard_normal(tall))
        Q *= np.sign(np.diagonal(R))
        return gain * (Q if n_in >= n_out else Q.T)

    return init


def lsuv(
    model: Any,
    x: npt.ArrayLike,
    *,
    target_std: float = 1.0,
    tolerance: float = 0.02,
    max_iter: int = 20,
    rng: Rng = None,
) -> list[float]:
    """LSUV: 직교 행렬에서 시작해 |std(z) − target_std| ≤ tolerance까지 W ← W · target_std / std(z).

    모델에 든 모든 W와 b를 제자리에서 새로 정하고, 앞 층부터 출력 z의 표준편차를 반환한다. b를 0으로 두면
    z가 W에 비례하므로 보통 한 번이면 맞는다. 추론 방식으로 재므로 드롭아웃은 쉬고 배치 정규화는 이동
    평균을 쓴다. max_iter 안에 맞추지 못하면 RuntimeError가 나고, 오류가 나면 모델은 그대로이다.

    출처: Mishkin, Matas (2016), All you need is a good init.

    >>> from deepnote_lib.models import mlp
    >>> model = mlp(20, 50, 50, 10, rng=0)
    >>> x = np.random.default_rng(0).normal(size=(100, 20))
    >>> np.round(lsuv(model, x, rng=0), 2)
    array([1., 1., 1.])
    """
    check_methods("model", model, ("forward", "parameters"), "mlp(64, 100, 10)")
    a = check_finite("x", as_array("x", x, ndim=2))
    if len(a) == 0:
        raise ValueError(f"x: 샘플이 하나 이상 있어야 합니다. 받은 shape={a.shape}")
    target_std = check_number("target_std", target_std, low=0, low_open=True)
    tolerance = check_number("tolerance", tolerance, low=0, low_open=True)
    check_count("max_iter", max_iter)
    rng = make_rng(rng)
    stds: list[float] = []

    def fit(layer: Any, a: Array) -> None:
        layer.W.value = orthogonal()(layer.W.shape, rng)
        layer.b.value[...] = 0.0
        for _ in range(max_iter):
            std = float(layer.forward(a).std(dtype=np.float64))
            if std == 0:
                raise ValueError(
                    f"x: {layer!r}의 출력이 샘플과 뉴런에 따라 달라야 합니다. 받은 표준편차=0"
                )
            layer.W.value *= target_std / std
            std = float(layer.forward(a).std(dtype=np.float64))
            if abs(std - target_std) <= tolerance:
                stds.append(std)
                return
        raise RuntimeError(
            f"max_iter: {layer!r}의 표준편차를 {max_iter}번 안에 {target_std:g}±{tolerance:g}로 "
            f"맞추지 못했습니다. 마지막 값={std:.6g}"
        )

    def walk(layer: Any, a: Array) -> Array:
        if isinstance(getattr(layer, "W", None), Parameter):
            fit(layer, a)
        inner = a
        for child in getattr(layer, "layers", ()):
            inner = walk(child, inner)
        return layer.forward(a)

    before = Snapshot(lambda: state(model))
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # 넘치면 아래의 표준편차가 알린다
            walk(model, a)
    except Exception:
        before.restore()
        raise
    return stds
