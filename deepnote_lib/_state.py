"""모델이 지닌 배열: 이름을 붙여 모으고, 사본을 떠 두었다가 되돌린다.

`Layer`는 `named_parameters()`와 `state()`를 스스로 가진다. 상속하지 않은 독자의 클래스는 `parameters()`와,
있다면 `buffers()`로 같은 것을 만든다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deepnote_lib._typing import Array
from deepnote_lib.parameter import Parameter


def named_parameters(model: Any) -> list[tuple[str, Parameter]]:
    """모델의 매개변수와 이름."""
    if hasattr(model, "named_parameters"):
        return list(model.named_parameters())
    return [(p.name, p) for p in model.parameters()]


def state(model: Any) -> dict[str, Array]:
    """매개변수의 값과 버퍼. 사본이 아니라 배열 그 자체이다."""
    if hasattr(model, "state"):
        return dict(model.state())
    values = [(name, p.value) for name, p in named_parameters(model)]
    return by_name([*values, *_buffers(model)])


def _buffers(model: Any) -> list[tuple[str, Array]]:
    """모델의 버퍼. buffers()가 없는 독자의 모델은 layers에 담긴 층의 것을 모은다."""
    if hasattr(model, "buffers"):
        return list(model.buffers().items())
    return [pair for layer in getattr(model, "layers", ()) for pair in _buffers(layer)]


def by_name(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """이름 → 배열. 같은 이름이 또 나오면 프라임을 붙인다: 층 둘을 품은 독자의 모델에는 W가 둘이다.

    >>> by_name([("W", 1), ("b", 2), ("W", 3)])
    {'W': 1, 'b': 2, "W'": 3}
    """
    found: dict[str, Any] = {}
    for name, array in pairs:
        while name in found:
            name += "'"
        found[name] = array
    return found


class Snapshot:
    """`read()`가 주는 배열들의 사본. `take()`가 새로 뜨고 `restore()`가 제자리에 되돌린다."""

    def __init__(self, read: Callable[[], Mapping[Any, Array]]) -> None:
        self._read = read
        self.take()

    def take(self) -> None:
        """지금 값을 담는다."""
        self._copies = {name: array.copy() for name, array in self._read().items()}

    def restore(self) -> None:
        """담은 값을 되돌린다. 이름으로 찾으므로 층이 배열을 새것으로 바꿨어도 되돌아온다."""
        for name, array in self._read().items():
            array[...] = self._copies[name]


@contextmanager
def kept(model: Any) -> Iterator[None]:
    """블록이 끝나면(오류가 나도) 매개변수의 값, 기울기, 버퍼를 처음으로 되돌린다."""
    snapshot = Snapshot(
        lambda: (
            state(model) | by_name((f"{name}.grad", p.grad) for name, p in named_parameters(model))
        )
    )
    try:
        yield
    finally:
        snapshot.restore()
