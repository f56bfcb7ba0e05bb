"""아핀 변환 층 z = xW + b. 신경망의 매개변수는 거의 모두 여기에 있다."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import as_array, check_count, check_dtype, make_rng, shown
from deepnote_lib._typing import Array, Initializer, Rng
from deepnote_lib.initializers import he_normal
from deepnote_lib.layers.base import Layer
from deepnote_lib.parameter import Parameter


class Affine(Layer):
    """아핀 변환 z = xW + b. 완전연결층이라고도 하며, PyTorch의 Linear, Keras의 Dense와 같다.

    Parameters
    ----------
    init
        W의 초기화. `init((n_in, n_out), rng)`로 호출한다.
    rng
        W를 뽑을 난수. 층마다 같은 정수를 주면 값이 겹치므로, Generator 하나를 나누어 쓴다.
    dtype
        매개변수의 dtype. 기울기 검증에는 float64를 쓴다. 입력은 이 dtype으로 바꿔 계산한다.

    W의 shape은 (n_in, n_out)이다. PyTorch는 (n_out, n_in)을 두고 xWᵀ + b를 계산한다.
    b는 0에서 시작하고 규제하지 않는다.

    >>> layer = Affine(2, 1, rng=0, dtype=np.float64)
    >>> layer.W.value = [[2.0], [3.0]]
    >>> layer.b.value = [1.0]
    >>> layer.forward([[1.0, 10.0]], training=True)              # 1·2 + 10·3 + 1
    array([[33.]])
    >>> layer.backward([[1.0]])                                  # ∂L/∂z Wᵀ
    array([[2., 3.]])
    >>> layer.W.grad                                             # xᵀ ∂L/∂z
    array([[ 1.],
           [10.]])
    """

    n_in: int
    n_out: int

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        init: Initializer = he_normal,
        rng: Rng = None,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.n_in = check_count("n_in", n_in)
        self.n_out = check_count("n_out", n_out)
        kind = check_dtype(dtype)
        weight = drawn(init, (self.n_in, self.n_out), make_rng(rng))
        self.W = Parameter(weight.astype(kind), name="W")
        self.b = Parameter(np.zeros(self.n_out, dtype=kind), name="b", penalized=False)
        self._x: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        x = as_array("x", x, dtype=self.W.dtype, n_columns=self.n_in)
        self._x = x if training else None
        return x @ self.W.value + self.b.value  # z = xW + b

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        x = self._recorded(self._x)
        dout = as_array("dout", dout, dtype=x.dtype)
        if dout.shape != (len(x), self.n_out):  # (n_out,)을 받으면 조용히 늘어날 수 있다
            raise ValueError(
                f"dout: shape=({len(x)}, {self.n_out})여야 합니다. 받은 shape={dout.shape}"
            )
        np.matmul(x.T, dout, out=self.W.grad)  # ∂L/∂W = xᵀ ∂L/∂z
        np.sum(dout, axis=0, out=self.b.grad)  # ∂L/∂b = Σₙ ∂L/∂zₙ
        return dout @ self.W.value.T if input_grad else None  # ∂L/∂x = ∂L/∂z Wᵀ

    def parameters(self) -> list[Parameter]:
        return [self.W, self.b]

    def __repr__(self) -> str:
        return f"Affine({self.n_in}→{self.n_out})"


def drawn(init: Initializer, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """init이 뽑은 W. 인수를 먼저 받아야 하는 초기화(normal처럼)를 그대로 건넸으면 그렇다고 말한다."""
    if not callable(init):
        raise TypeError(
            f"init: he_normal이나 normal(0.01) 같은 초기화 함수여야 합니다. 받은 값={shown(init)}"
        )
    try:
        weight = init(shape, rng)
    except TypeError as error:
        raise TypeError(
            f"init: init(shape, rng)로 호출할 수 있어야 합니다. 받은 값={shown(init)}. "
            "인수를 먼저 받는 초기화라면 normal(0.01), orthogonal()처럼 호출한 결과를 건네세요"
        ) from error
    weight = as_array("init", weight)
    if weight.shape != shape:
        raise ValueError(f"init: shape={shape}인 배열을 만들어야 합니다. 받은 shape={weight.shape}")
    return weight
