"""층의 인터페이스 forward, backward, parameters와, 층을 차례로 이은 Chain."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature
from typing import Any

import numpy as np

from deepnote_lib._checks import as_array, check_index, check_instance, check_same_shape
from deepnote_lib._state import by_name
from deepnote_lib._typing import Array
from deepnote_lib.parameter import Parameter


class Layer:
    """모든 층의 기반 클래스. 새 층은 forward와 backward를, 매개변수가 있으면 parameters도 정의한다.

    n_in과 n_out은 입력과 출력의 열 수이고, 열 수를 바꾸지 않는 층은 둘 다 None이다. 기울기는 backward를
    호출할 때마다 **덮어쓴다**. 기울기를 더해 나가는 PyTorch와 달리 zero_grad()가 필요 없다.

    >>> class Square(Layer):
    ...     def forward(self, x, *, training=False):
    ...         self._x = x if training else None
    ...         return x**2
    ...     def backward(self, dout, *, input_grad=True):
    ...         return dout * 2 * self._recorded(self._x)
    >>> layer = Square()
    >>> layer.forward(np.array([[3.0]]), training=True)
    array([[9.]])
    >>> layer.backward(np.array([[1.0]]))
    array([[6.]])
    """

    n_in: int | None = None
    n_out: int | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """입력 (N, n_in)에서 출력 (N, n_out)을 계산한다. 입력 배열은 바꾸지 않는다.

        training이 참이면 역전파에 쓸 캐시를 남기고 훈련 방식으로 계산한다(드롭아웃, 배치 정규화).
        거짓이면 추론만 하며, 남아 있던 캐시를 버린다.
        """
        raise NotImplementedError(f"{type(self).__name__}: forward()를 정의해야 합니다")

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        """dout = ∂L/∂out (N, n_out)을 받아 매개변수의 grad를 덮어쓰고 ∂L/∂x (N, n_in)를 반환한다.

        input_grad가 거짓이면 ∂L/∂x를 계산하지 않아도 된다(첫 층은 쓸 곳이 없다).
        forward(x, training=True)보다 먼저 호출하면 RuntimeError가 난다.
        """
        raise NotImplementedError(f"{type(self).__name__}: backward()를 정의해야 합니다")

    def parameters(self) -> list[Parameter]:
        """학습되는 매개변수의 목록. 매개변수가 없는 층은 빈 목록이다."""
        return []

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """(이름, 매개변수)를 차례로 낸다. 층을 품은 층에서는 "0.Affine.W"처럼 위치가 앞에 붙는다."""
        return ((p.name, p) for p in self.parameters())

    def buffers(self) -> dict[str, Array]:
        """학습되지 않지만 함께 저장해야 하는 배열(배치 정규화의 이동 평균). 사본이 아니다."""
        return {}

    def state(self) -> dict[str, Array]:
        """매개변수의 값과 버퍼를 이름으로 모은 것. 사본이 아니다. 저장, 되돌리기가 모두 이것을 쓴다."""
        values = [(name, p.value) for name, p in self.named_parameters()]
        return by_name([*values, *self.buffers().items()])

    def _recorded(self, cache: Array | None) -> Array:
        if cache is None:
            raise RuntimeError(
                f"{type(self).__name__}: backward() 전에 forward(x, training=True)를 호출해야 합니다"
            )
        return cache

    def _matching(self, dout: Array, out: Array) -> Array:
        """출력과 shape·dtype이 같은 dout."""
        array = as_array("dout", dout, dtype=out.dtype)
        check_same_shape("dout", array, "출력", out)
        return array

    def __repr__(self) -> str:
        return type(self).__name__


def without_input_grad(model: Any) -> dict[str, bool]:
    """∂L/∂x를 계산하지 말라는 backward의 인수. 그 인수를 받지 않는 독자의 클래스에는 건네지 않는다."""
    return {"input_grad": False} if "input_grad" in signature(model.backward).parameters else {}


class Chain(Layer):
    """층을 차례로 이은 것: 순전파는 앞에서 뒤로, 역전파는 뒤에서 앞으로 지나간다.

    `chain[0]`은 첫 층이고, len과 for도 쓸 수 있다. Sequential과 Residual이 함께 쓴다.

    >>> from deepnote_lib.layers import Affine, ReLU
    >>> chain = Chain(Affine(4, 5, rng=0), ReLU(), Affine(5, 3, rng=1))
    >>> chain[0], len(chain), [name for name, _ in chain.named_parameters()]
    (Affine(4→5), 3, ['0.Affine.W', '0.Affine.b', '2.Affine.W', '2.Affine.b'])
    """

    def __init__(self, *layers: Layer, name: str = "layers") -> None:
        if not layers:
            raise ValueError(f"{name}: 층이 하나 이상 있어야 합니다. 받은 개수=0")
        width: int | None = None
        for i, layer in enumerate(layers):
            check_instance(f"{name}[{i}]", layer, Layer, "ReLU()")
            if width is not None and layer.n_in is not None and layer.n_in != width:
                raise ValueError(
                    f"{name}[{i}]: {layer!r}의 n_in은 앞 층의 출력 열 수({width})와 같아야 합니다. "
                    f"받은 n_in={layer.n_in}"
                )
            width = width if layer.n_out is None else layer.n_out
        self.layers = layers
        self.n_in = next((layer.n_in for layer in layers if layer.n_in is not None), None)
        self.n_out = width
        parameters = self.parameters()
        for what in (layers, parameters):
            if len({id(item) for item in what}) < len(what):
                raise ValueError(
                    f"{name}: 같은 층 객체를 두 번 넣을 수 없습니다. 층마다 새로 만드세요. "
                    f"받은 층={', '.join(map(repr, layers))}"
                )
        kinds = sorted({str(p.dtype) for p in parameters})
        if len(kinds) > 1:
            raise TypeError(f"{name}: dtype이 모두 같아야 합니다. 받은 dtype={', '.join(kinds)}")
        trained = (i for i, layer in enumerate(layers) if layer.parameters())
        self._first_trained = next(trained, 0)
        self._last_call = without_input_grad(layers[self._first_trained])

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """매개변수의 dtype. 매개변수가 없으면 float64."""
        return next((p.dtype for p in self.parameters()), np.dtype(np.float64))

    def forward(self, x: Array, *, training: bool = False) -> Array:
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        d: Array | None = dout
        for i, layer in reversed(list(enumerate(self.layers))):
            if not input_grad and i == self._first_trained:  # 더 앞에는 갱신할 매개변수가 없다
                layer.backward(d, **self._last_call)  # type: ignore[arg-type]
                return None
            d = layer.backward(d)  # type: ignore[arg-type]
        return d

    def parameters(self) -> list[Parameter]:
        return [p for layer in self.layers for p in layer.parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        for i, layer in enumerate(self.layers):
            for name, p in layer.named_parameters():
                yield f"{i}.{type(layer).__name__}.{name}", p

    def buffers(self) -> dict[str, Array]:
        return {
            f"{i}.{type(layer).__name__}.{name}": array
            for i, layer in enumerate(self.layers)
            for name, array in layer.buffers().items()
        }

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self.layers[index]
        return self.layers[check_index(index, len(self), "층")]

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"
