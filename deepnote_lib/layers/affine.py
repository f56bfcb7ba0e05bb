"""아핀 변환 층 z = xW + b. 신경망의 매개변수는 거의 모두 여기에 있다."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_2d, check_count, check_float, make_rng
from deepnote_lib._typing import Array, Initializer, Rng
from deepnote_lib.initializers import he_normal
from deepnote_lib.layers.base import Layer, check_dtype
from deepnote_lib.parameter import Parameter


class Affine(Layer):
    """아핀 변환 z = xW + b. PyTorch의 Linear, Keras의 Dense(활성화 없이)와 같은 층이다.

    Parameters
    ----------
    n_in, n_out : int
        입력과 출력의 열 수. 1 이상.
    init : Initializer
        W의 초기화. `init((n_in, n_out), rng)`로 부른다. 기본은 He 초기화.
    rng : Generator, int 또는 None
        W를 뽑을 난수. 층마다 같은 정수를 주면 값이 겹치므로, Generator 하나를 나누어 쓴다.
    dtype : float32 또는 float64
        매개변수의 dtype. 기울기 검증에는 float64를 쓴다.

    Raises
    ------
    TypeError, ValueError
        열 수가 1 이상의 정수가 아니거나, dtype이 실수가 아니거나, init이 만든 shape이 다를 때.

    Notes
    -----
    W의 shape은 (n_in, n_out)이다. PyTorch는 (n_out, n_in)을 두고 xWᵀ + b를 계산한다.
    b는 0에서 시작하고 규제하지 않는다.

    Examples
    --------
    >>> layer = Affine(2, 1, rng=0, dtype=np.float64)
    >>> layer.W.value[:] = [[2.0], [3.0]]
    >>> layer.b.value[:] = 1.0
    >>> layer.forward(np.array([[1.0, 10.0]]), training=True)    # 1·2 + 10·3 + 1
    array([[33.]])
    >>> layer.backward(np.array([[1.0]]))                        # ∂L/∂z Wᵀ
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
        if not callable(init):
            raise TypeError(
                "init: initializers의 초기화 함수여야 합니다(예: he_normal, normal(0.01)). "
                f"받은 타입={type(init).__name__}"
            )
        weight = check_float("init", init((self.n_in, self.n_out), make_rng(rng)))
        if weight.shape != (self.n_in, self.n_out):
            raise ValueError(
                f"init: shape이 ({self.n_in}, {self.n_out})인 배열을 만들어야 합니다. "
                f"받은 shape={weight.shape}"
            )
        self.W = Parameter(weight.astype(kind), name="W")
        self.b = Parameter(np.zeros(self.n_out, dtype=kind), name="b", penalized=False)
        self._x: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        check_2d("x", x, n_columns=self.n_in)
        self._x = x if training else None
        return x @ self.W.value + self.b.value  # z = xW + b

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        x = self._recorded(self._x)
        if dout.shape != (x.shape[0], self.n_out):  # (n_out,)을 받으면 조용히 늘어날 수 있다
            raise ValueError(
                f"dout: shape이 ({x.shape[0]}, {self.n_out})이어야 합니다. 받은 shape={dout.shape}"
            )
        np.matmul(x.T, dout, out=self.W.grad)  # ∂L/∂W = xᵀ ∂L/∂z
        np.sum(dout, axis=0, out=self.b.grad)  # ∂L/∂b = Σₙ ∂L/∂zₙ
        return dout @ self.W.value.T if input_grad else None  # ∂L/∂x = ∂L/∂z Wᵀ

    def parameters(self) -> list[Parameter]:
        return [self.W, self.b]

    def __repr__(self) -> str:
        return f"Affine({self.n_in}→{self.n_out})"
