"""드롭아웃: 훈련할 때만 뉴런을 무작위로 끈다 (규제 장)."""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import as_array, check_number, make_rng
from deepnote_lib._typing import Array, Rng
from deepnote_lib.layers.activations import Elementwise


class Dropout(Elementwise):
    """드롭아웃: out = x · m / (1 − rate), m은 확률 1 − rate로 1, 확률 rate로 0 (훈련할 때만).

    rate는 **버릴** 확률(남길 확률이 아님)이고 0 이상 1 미만이다.

    훈련할 때 미리 나누어 두므로(inverted dropout) 추론할 때는 아무것도 하지 않는다. 추론할 때
    1 − rate를 곱하는 구현도 있다. 마스크는 x의 dtype과 무관하게 같고, rate=0이어도 난수를 같은 만큼
    쓰므로 rate만 바꾼 비교 실험에서 나머지 난수가 같다.

    출처: Srivastava 외 (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting.

    >>> layer = Dropout(0.5, rng=0)
    >>> x = np.ones((1, 6))
    >>> sorted({float(v) for v in layer.forward(x, training=True)[0]})
    [0.0, 2.0]
    >>> layer.forward(x)                                         # 추론: 그대로
    array([[1., 1., 1., 1., 1., 1.]])
    """

    def __init__(self, rate: float, *, rng: Rng = None) -> None:
        super().__init__()
        self.rate = check_number("rate", rate, low=0, high=1, high_open=True)
        self.rng = make_rng(rng)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        x = as_array("x", x)
        if not training:
            self._cache = None
            return x
        keep = self.rng.random(x.shape, dtype=np.float32) >= self.rate
        self._cache = keep * x.dtype.type(1 / (1 - self.rate))
        return x * self._cache

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array:
        mask, dout = self._cached_for(dout)
        return dout * mask  # 순전파와 같은 마스크

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"
