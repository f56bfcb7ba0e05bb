"""계산 그래프의 노드: 값 하나와, 그 값이 어느 연산에서 나왔는지를 지닌다."""

from __future__ import annotations

from typing import Protocol

from deepnote_lib.graph import operations as ops
from deepnote_lib.graph.operations import Operation


def show(value: float) -> str:
    """그림에 적을 수. 유효 숫자 세 자리이고 음수에는 −를 쓴다.

    >>> [show(v) for v in (2.0, -0.12345, 1100.0, 3.2e-7, 1.5e8)]
    ['2', '−0.123', '1100', '3.2e−7', '1.5e8']
    """
    size = abs(value)
    if 999.5 <= size < 99999.5:
        text = f"{value:.0f}"
    else:
        text = f"{value + 0.0:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


class Recorder(Protocol):
    """노드가 아는 그래프: 연산을 더해 적고, 노드의 이름을 바꾼다. `Graph`가 이것을 갖춘다."""

    def apply(self, operation: Operation, *inputs: Node | float, name: str | None = None) -> Node:
        """연산 하나를 노드로 더한다."""

    def rename(self, node: Node, name: str) -> None:
        """노드에 이름을 붙인다."""


class Node:
    """계산 그래프의 노드. `Graph`의 메서드와 +, −, ×, ÷, ** 연산자가 만든다.

    Attributes
    ----------
    operation
        이 값을 만든 연산. None이면 입력이나 상수이다.
    inputs, local
        연산의 입력들과, 입력마다의 국소 기울기 ∂(이 노드)/∂(입력).
    tracked
        기울기를 구하는 노드인지. 상수와, 상수만으로 얻은 값은 거짓이다.
    name
        이름. 없으면 빈 문자열.

    >>> from deepnote_lib.graph import Graph
    >>> g = Graph()
    >>> x, y = g.input("x", 2), g.input("y", -3)
    >>> q = (x * y).named("q")
    >>> q, q.local
    (Node(q = −6), (-3.0, 2.0))
    """

    __slots__ = ("graph", "inputs", "local", "name", "operation", "tracked", "value")

    def __init__(
        self,
        graph: Recorder,
        value: float,
        *,
        operation: Operation | None = None,
        inputs: tuple[Node, ...] = (),
        local: tuple[float, ...] = (),
        tracked: bool = True,
    ) -> None:
        self.graph, self.value, self.name = graph, value, ""
        self.operation, self.inputs, self.local, self.tracked = operation, inputs, local, tracked

    def named(self, name: str) -> Node:
        """이름을 붙이고 이 노드를 반환한다. 예: `z = (x * w + b).named("z")`."""
        self.graph.rename(self, name)
        return self

    def __add__(self, other: Node | float) -> Node:
        return self.graph.apply(ops.ADD, self, other)

    def __radd__(self, other: float) -> Node:
        return self.graph.apply(ops.ADD, other, self)

    def __sub__(self, other: Node | float) -> Node:
        return self.graph.apply(ops.SUB, self, other)

    def __rsub__(self, other: float) -> Node:
        return self.graph.apply(ops.SUB, other, self)

    def __mul__(self, other: Node | float) -> Node:
        return self.graph.apply(ops.MUL, self, other)

    def __rmul__(self, other: float) -> Node:
        return self.graph.apply(ops.MUL, other, self)

    def __truediv__(self, other: Node | float) -> Node:
        return self.graph.apply(ops.DIV, self, other)

    def __rtruediv__(self, other: float) -> Node:
        return self.graph.apply(ops.DIV, other, self)

    def __pow__(self, exponent: float) -> Node:
        return self.graph.apply(ops.power(exponent), self)

    def __rpow__(self, base: float) -> Node:
        raise TypeError(
            f"exponent: 지수는 노드가 아니라 수여야 합니다. 받은 값={self!r}. "
            "eˣ은 graph.exp(x)로 쓰세요"
        )

    def __neg__(self) -> Node:
        return self.graph.apply(ops.NEG, self)

    def __repr__(self) -> str:
        title = self.name or (self.operation.name if self.operation else "상수")
        return f"Node({title} = {show(self.value)})"
