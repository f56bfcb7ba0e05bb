"""계산 그래프의 노드: 값 하나와, 그 값이 어느 연산에서 나왔는지를 지닌다."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepnote_lib.graph.operations import Operation

if TYPE_CHECKING:
    from deepnote_lib.graph.build import Graph


def show(value: float) -> str:
    """수를 그림에 적는 꼴로 바꾼다. 유효 숫자 세 자리이고 음수에는 −를 쓴다.

    Parameters
    ----------
    value : float
        적을 수.

    Returns
    -------
    str

    Examples
    --------
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


class Node:
    """계산 그래프의 노드. `Graph`의 메서드와 +, −, ×, ÷, ** 연산자가 만든다.

    Parameters
    ----------
    graph : Graph
        노드가 든 그래프.
    value : float
        순전파에서 얻은 값.
    operation : Operation, optional
        이 값을 만든 연산. 기본값 None은 입력이나 상수이다.
    inputs : tuple of Node, default ()
        연산의 입력들.
    local : tuple of float, default ()
        입력마다의 국소 기울기 ∂(이 노드)/∂(입력).
    tracked : bool, default True
        기울기를 구하는 노드이면 참. 상수와, 상수만으로 얻은 값은 거짓.

    Attributes
    ----------
    name : str
        이름. 없으면 빈 글. 나머지 속성은 인수와 같다.

    Examples
    --------
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
        graph: Graph,
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
        """노드에 이름을 붙이고 그 노드를 돌려준다. 예: `z = (x * w + b).named("z")`."""
        self.graph._register(name, self)
        return self

    def __add__(self, other: Node | float) -> Node:
        return self.graph.add(self, other)

    def __radd__(self, other: float) -> Node:
        return self.graph.add(other, self)

    def __sub__(self, other: Node | float) -> Node:
        return self.graph.sub(self, other)

    def __rsub__(self, other: float) -> Node:
        return self.graph.sub(other, self)

    def __mul__(self, other: Node | float) -> Node:
        return self.graph.mul(self, other)

    def __rmul__(self, other: float) -> Node:
        return self.graph.mul(other, self)

    def __truediv__(self, other: Node | float) -> Node:
        return self.graph.div(self, other)

    def __rtruediv__(self, other: float) -> Node:
        return self.graph.div(other, self)

    def __pow__(self, exponent: float) -> Node:
        return self.graph.power(self, exponent)

    def __neg__(self) -> Node:
        return self.graph.neg(self)

    def __repr__(self) -> str:
        title = self.name or (self.operation.name if self.operation else "상수")
        return f"Node({title} = {show(self.value)})"
