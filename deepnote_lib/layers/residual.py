"""잔차 연결: 층 묶음의 출력을 입력에 더한다. 기울기에도 지름길이 생긴다."""

from __future__ import annotations

from collections.abc import Iterator

from deepnote_lib._checks import check_number, check_same_shape
from deepnote_lib._typing import Array
from deepnote_lib.layers.base import Layer
from deepnote_lib.parameter import Parameter


class Residual(Layer):
    """잔차 연결 y = x + scale·f(x). f는 안에 넣은 층을 차례로 지난 것이다.

    Parameters
    ----------
    *inner : Layer
        f를 이루는 하나 이상의 층. f의 출력은 입력과 shape이 같아야 한다.
    scale : float
        f(x)에 곱하는 수. 기본은 1. 층이 L개인 깊은 신경망에서는 1/√L이 분산을 지킨다.

    Raises
    ------
    TypeError
        층 객체가 아닌 것이 있거나 scale이 수가 아닐 때.
    ValueError
        층이 없거나, 겹치거나, 이웃한 층의 열 수가 맞지 않거나, 들어온 열 수와 나가는 열 수가 다를 때.

    Notes
    -----
    역전파에서는 두 갈래의 기울기를 더한다: ∂L/∂x = ∂L/∂y + scale·(f의 역전파). 앞 항은 W를 하나도
    지나지 않으므로 층이 아무리 많아도 사라지지 않는다.

    References
    ----------
    He, Zhang, Ren, Sun (2016), Deep Residual Learning for Image Recognition.

    Examples
    --------
    >>> import numpy as np
    >>> from deepnote_lib.layers import Affine, ReLU
    >>> block = Residual(Affine(2, 2, rng=0), ReLU())
    >>> block
    Residual(Affine(2→2), ReLU)
    >>> block.layers[0].W.value[:] = [[2.0, 0.0], [0.0, -2.0]]
    >>> block.forward(np.array([[1.0, 1.0]]), training=True)     # [1, 1] + [2, 0]
    array([[3., 1.]])
    >>> block.backward(np.array([[1.0, 1.0]]))                   # [1, 1] + [2, 0]
    array([[3., 1.]])
    """

    def __init__(self, *inner: Layer, scale: float = 1.0) -> None:
        if not inner:
            raise ValueError("inner: 층이 하나 이상 있어야 합니다. 받은 층이 없습니다")
        self.n_in = self.n_out = width = None
        for i, layer in enumerate(inner):
            if not isinstance(layer, Layer):
                got = (
                    f"클래스 {layer.__name__}" if isinstance(layer, type) else type(layer).__name__
                )
                raise TypeError(f"inner: {i}번째는 층 객체여야 합니다(예: ReLU()). 받은 것={got}")
            if width is not None and layer.n_in is not None and layer.n_in != width:
                raise ValueError(
                    f"inner: {i}번째 {layer!r}의 n_in은 앞 층의 출력 열 수 {width}이어야 합니다. "
                    f"받은 n_in={layer.n_in}"
                )
            if self.n_in is None:
                self.n_in = layer.n_in
            width = width if layer.n_out is None else layer.n_out
        if self.n_in != width:
            raise ValueError(
                f"inner: 입력에 더하려면 출력의 열 수가 입력과 같은 {self.n_in}이어야 합니다. 받은 열 수={width}"
            )
        self.n_out = width
        self.layers = inner
        self.scale = check_number("scale", scale)
        distinct = {id(layer) for layer in inner} | {id(p) for p in self.parameters()}
        if len(distinct) < len(inner) + len(self.parameters()):
            raise ValueError("inner: 같은 층 객체를 두 번 넣을 수 없습니다. 층마다 새로 만드세요")

    def forward(self, x: Array, *, training: bool = False) -> Array:
        out = x
        for layer in self.layers:
            out = layer.forward(out, training=training)
        check_same_shape("f(x)", out, "x", x)  # (N, 1)이 조용히 늘어나지 않게 한다
        return x + self.scale * out  # y = x + scale·f(x)

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        d: Array | None = self.scale * dout
        for i, layer in reversed(list(enumerate(self.layers))):
            d = layer.backward(d, input_grad=input_grad or i > 0)  # type: ignore[arg-type]
        return dout + d if input_grad else None  # type: ignore[operator]  # 두 갈래를 더한다

    def parameters(self) -> list[Parameter]:
        return [p for layer in self.layers for p in layer.parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """안쪽 자리와 층의 이름을 붙인 매개변수를 차례로 낸다."""
        for i, layer in enumerate(self.layers):
            inner = getattr(
                layer,
                "named_parameters",
                lambda layer=layer: ((p.name, p) for p in layer.parameters()),
            )
            for name, p in inner():
                yield f"{i}.{type(layer).__name__}.{name}", p

    def buffers(self) -> dict[str, Array]:
        return {
            f"{i}.{type(layer).__name__}.{name}": array
            for i, layer in enumerate(self.layers)
            for name, array in layer.buffers().items()
        }

    def __repr__(self) -> str:
        scale = "" if self.scale == 1 else f", scale={self.scale:g}"
        return f"Residual({', '.join(map(repr, self.layers))}{scale})"
