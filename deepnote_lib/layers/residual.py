"""잔차 연결: 층 묶음의 출력을 입력에 더한다. 기울기에도 지름길이 생긴다."""

from __future__ import annotations

from collections.abc import Iterator

from deepnote_lib._checks import as_array, check_number, check_same_shape
from deepnote_lib._typing import Array
from deepnote_lib.layers.base import Chain, Layer
from deepnote_lib.parameter import Parameter


class Residual(Layer):
    """잔차 연결: y = x + scale·f(x). f는 안에 넣은 층을 차례로 지난 것이다.

    f의 출력은 입력과 shape이 같아야 한다. 층이 L개인 깊은 신경망에서는 scale = 1/√L이 분산을 지킨다.

    역전파에서는 두 갈래의 기울기를 더한다: ∂L/∂x = ∂L/∂y + scale·(f의 역전파). 앞 항은 W를 하나도
    지나지 않으므로 층이 아무리 많아도 사라지지 않는다.

    출처: He, Zhang, Ren, Sun (2016), Deep Residual Learning for Image Recognition.

    >>> from deepnote_lib.layers import Affine, ReLU
    >>> block = Residual(Affine(2, 2, rng=0), ReLU())
    >>> block
    Residual(Affine(2→2), ReLU)
    >>> block.layers[0].W.value = [[2.0, 0.0], [0.0, -2.0]]
    >>> block.forward([[1.0, 1.0]], training=True)               # [1, 1] + [2, 0]
    array([[3., 1.]], dtype=float32)
    >>> block.backward([[1.0, 1.0]])                             # [1, 1] + [2, 0]
    array([[3., 1.]], dtype=float32)
    """

    def __init__(self, *inner: Layer, scale: float = 1.0) -> None:
        self.body = Chain(*inner, name="inner")
        self.n_in, self.n_out = self.body.n_in, self.body.n_out
        if self.n_in != self.n_out:
            raise ValueError(
                f"inner: 입력에 더하려면 출력의 열 수가 입력과 같은 {self.n_in}이어야 합니다. "
                f"받은 열 수={self.n_out}"
            )
        self.scale = check_number("scale", scale)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """f를 이루는 층."""
        return self.body.layers

    def forward(self, x: Array, *, training: bool = False) -> Array:
        x = as_array("x", x, dtype=self.body.dtype if self.parameters() else None)
        out = self.body.forward(x, training=training)
        check_same_shape("f(x)", out, "x", x)  # (N, 1)이 조용히 늘어나지 않게 한다
        return x + self.scale * out  # y = x + scale·f(x)

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        dout = as_array("dout", dout, dtype=self.body.dtype if self.parameters() else None)
        d = self.body.backward(self.scale * dout, input_grad=input_grad)
        return None if d is None else dout + d  # 두 갈래를 더한다

    def parameters(self) -> list[Parameter]:
        return self.body.parameters()

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        return self.body.named_parameters()

    def buffers(self) -> dict[str, Array]:
        return self.body.buffers()

    def __repr__(self) -> str:
        scale = "" if self.scale == 1 else f", scale={self.scale:g}"
        return f"Residual({', '.join(map(repr, self.layers))}{scale})"
