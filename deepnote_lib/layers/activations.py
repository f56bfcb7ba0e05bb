"""활성화 층: 원소마다 같은 함수를 적용하고, 역전파에서는 그 미분을 곱한다."""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import as_array, check_number
from deepnote_lib._typing import Array
from deepnote_lib.activations import leaky_relu, relu, sigmoid, tanh
from deepnote_lib.layers.base import Layer


class Elementwise(Layer):
    """원소마다 따로 계산하는 층. 캐시 하나로 ∂out/∂x를 다시 만든다."""

    def __init__(self) -> None:
        self._cache: Array | None = None

    def _cached_for(self, dout: Array) -> tuple[Array, Array]:
        cache = self._recorded(self._cache)
        return cache, self._matching(dout, cache)


class ReLU(Elementwise):
    """ReLU: out = max(0, x). 기울기는 x > 0인 원소만 지나간다(x = 0에서는 0으로 둔다).

    >>> layer = ReLU()
    >>> layer.forward([[-1.0, 0.0, 2.0]], training=True)
    array([[0., 0., 2.]])
    >>> layer.backward([[5.0, 5.0, 5.0]])
    array([[0., 0., 5.]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        out = relu(x)
        self._cache = out if training else None
        return out

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array:
        out, dout = self._cached_for(dout)
        return dout * (out > 0)  # out > 0은 x > 0과 같다


class LeakyReLU(Elementwise):
    """Leaky ReLU: x > 0이면 x, 아니면 slope·x. 꺼진 뉴런에도 기울기가 조금 흐른다.

    slope는 음수 구간의 기울기(slope)로, 0 이상 1 이하이다.

    >>> layer = LeakyReLU(slope=0.1)
    >>> layer.forward([[-2.0, 3.0]], training=True)
    array([[-0.2,  3. ]])
    >>> layer.backward([[1.0, 1.0]])
    array([[0.1, 1. ]])
    """

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        self.slope = check_number("slope", slope, low=0, high=1)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        x = as_array("x", x)
        self._cache = x if training else None
        return leaky_relu(x, self.slope)

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array:
        x, dout = self._cached_for(dout)
        return np.where(x > 0, dout, self.slope * dout)

    def __repr__(self) -> str:
        return f"LeakyReLU({self.slope:g})"


class Sigmoid(Elementwise):
    """시그모이드: a = σ(x) = 1 / (1 + e⁻ˣ). 역전파는 출력 a만으로 계산한다.

    >>> layer = Sigmoid()
    >>> layer.forward([[0.0]], training=True)
    array([[0.5]])
    >>> layer.backward([[1.0]])                                  # ½(1 − ½)
    array([[0.25]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        out = sigmoid(x)
        self._cache = out if training else None
        return out

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array:
        a, dout = self._cached_for(dout)
        return dout * a * (1 - a)  # σ′(x) = a(1 − a)


class Tanh(Elementwise):
    """하이퍼볼릭 탄젠트: a = tanh(x).

    >>> layer = Tanh()
    >>> layer.forward([[0.0]], training=True)
    array([[0.]])
    >>> layer.backward([[1.0]])                                  # 1 − 0²
    array([[1.]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        out = tanh(x)
        self._cache = out if training else None
        return out

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array:
        a, dout = self._cached_for(dout)
        return dout * (1 - a * a)  # tanh′(x) = 1 − a²
