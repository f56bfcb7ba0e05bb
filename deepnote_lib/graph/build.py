"""수식을 적으면 노드가 쌓이는 그래프. 적는 순간 순전파의 값과 국소 기울기가 정해진다."""

from __future__ import annotations

import math
from collections.abc import Callable

from deepnote_lib._checks import check_count, check_instance, check_number, shown
from deepnote_lib.graph import operations as ops
from deepnote_lib.graph.backward import Edge, Gradients, backward, output, users
from deepnote_lib.graph.node import Node, show
from deepnote_lib.graph.operations import Operation
from deepnote_lib.graph.steps import Step, steps


class Graph:
    """계산 그래프. 입력을 넣고 수식을 적으면 노드가 생긴다.

    ∂L/∂x = Σ (x를 쓰는 연산마다) 국소 기울기 × 뒤에서 온 기울기

    nodes는 만든 순서대로의 노드이고, 이 순서가 곧 순전파의 순서이다. ReLU는 0에서 0, max는 두 값이 같을
    때 앞의 입력으로만 기울기를 보낸다.

    >>> g = Graph()
    >>> x, w, b = g.input("x", 2), g.input("w", -3), g.input("b", 7)
    >>> z = (x * w + b).named("z")
    >>> loss = g.square(z)
    >>> z.value, loss.value
    (1.0, 1.0)
    >>> gradients = g.backward()
    >>> gradients["x"], gradients["w"], gradients["b"], gradients[z]
    (-6.0, 4.0, 2.0, 2.0)
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._names: dict[str, Node] = {}

    def __getitem__(self, name: str) -> Node:
        if not isinstance(name, str) or name not in self._names:
            known = ", ".join(self._names) or "없음"
            raise KeyError(
                f"name: 그래프에 있는 이름이어야 합니다({known}). 받은 이름={shown(name)}"
            )
        return self._names[name]

    # 노드를 만든다 ----------------------------------------------------------------------

    def input(self, name: str, value: float) -> Node:
        """기울기를 구할 입력. 이름은 그래프 안에서 하나뿐이어야 한다."""
        node = Node(self, check_number("value", value))
        self.rename(node, name)
        self.nodes.append(node)
        return node

    def constant(self, value: float) -> Node:
        """기울기를 구하지 않는 상수."""
        node = Node(self, check_number("value", value), tracked=False)
        self.nodes.append(node)
        return node

    def rename(self, node: Node, name: str) -> None:
        """노드에 이름을 붙인다. 이전 이름은 다시 쓸 수 있게 된다."""
        self._check_own("node", node)
        if not isinstance(name, str) or not name.strip():
            error = ValueError if isinstance(name, str) else TypeError
            raise error(f"name: 비어 있지 않은 문자열이어야 합니다. 받은 값={shown(name)}")
        if self._names.get(name, node) is not node:
            raise ValueError(f"name: 다른 노드가 쓰지 않는 이름이어야 합니다. 받은 이름={name!r}")
        self._names.pop(node.name, None)
        node.name, self._names[name] = name, node

    def apply(self, operation: Operation, *inputs: Node | float, name: str | None = None) -> Node:
        """연산 하나를 노드로 더한다. 실패하면 그래프는 그대로이다."""
        check_instance("operation", operation, Operation, "graph.operations.ADD")
        if len(inputs) != len(operation.local):
            raise TypeError(
                f"{operation.name}: 입력이 {len(operation.local)}개여야 합니다. 받은 개수={len(inputs)}"
            )
        nodes = tuple(self._as_node(x) for x in inputs)
        x = tuple(node.value for node in nodes)
        got = f"받은 식={operation.formula.format(*map(show, x))}"
        if not operation.accepts(*x):
            raise ValueError(f"{operation.name}: {operation.expectation}. {got}")

        def finite(what: str, function: Callable[..., float], *values: float) -> float:
            try:
                value = function(*values)
            except OverflowError:
                value = math.inf
            if not math.isfinite(value):
                raise ValueError(
                    f"{operation.name}: {what}의 값이 컴퓨터가 나타낼 수 있는 범위에 들어야 합니다. {got}"
                )
            return value

        value = finite("결과", operation.forward, *x)
        local = tuple(finite("국소 기울기", d, *x, value) for d in operation.local)
        tracked = any(node.tracked for node in nodes)
        node = Node(self, value, operation=operation, inputs=nodes, local=local, tracked=tracked)
        if name is not None:
            self.rename(node, name)
        constants = [made for made, given in zip(nodes, inputs, strict=True) if made is not given]
        self.nodes += [*constants, node]
        return node

    def _as_node(self, x: Node | float) -> Node:
        if not isinstance(x, Node):
            return Node(self, check_number("value", x), tracked=False)
        self._check_own("x", x)
        return x

    def _check_own(self, argument: str, node: Node) -> None:
        check_instance(argument, node, Node, 'graph["x"]')
        if node.graph is not self:
            raise ValueError(
                f"{argument}: 이 그래프의 노드여야 합니다. 받은 값=다른 그래프의 {node!r}"
            )

    # 연산 -------------------------------------------------------------------------------

    def add(self, a: Node | float, b: Node | float, *, name: str | None = None) -> Node:
        """덧셈 a + b."""
        return self.apply(ops.ADD, a, b, name=name)

    def sub(self, a: Node | float, b: Node | float, *, name: str | None = None) -> Node:
        """뺄셈 a − b."""
        return self.apply(ops.SUB, a, b, name=name)

    def mul(self, a: Node | float, b: Node | float, *, name: str | None = None) -> Node:
        """곱셈 a × b."""
        return self.apply(ops.MUL, a, b, name=name)

    def div(self, a: Node | float, b: Node | float, *, name: str | None = None) -> Node:
        """나눗셈 a ÷ b."""
        return self.apply(ops.DIV, a, b, name=name)

    def max(self, a: Node | float, b: Node | float, *, name: str | None = None) -> Node:
        """두 값 가운데 큰 것."""
        return self.apply(ops.MAX, a, b, name=name)

    def power(self, x: Node | float, exponent: float, *, name: str | None = None) -> Node:
        """거듭제곱 xⁿ. 지수 n은 노드가 아니라 수이다."""
        return self.apply(ops.power(exponent), x, name=name)

    def square(self, x: Node | float, *, name: str | None = None) -> Node:
        """제곱 x²."""
        return self.power(x, 2, name=name)

    def neg(self, x: Node | float, *, name: str | None = None) -> Node:
        """부호를 바꾼 값 −x."""
        return self.apply(ops.NEG, x, name=name)

    def exp(self, x: Node | float, *, name: str | None = None) -> Node:
        """지수 함수 eˣ."""
        return self.apply(ops.EXP, x, name=name)

    def log(self, x: Node | float, *, name: str | None = None) -> Node:
        """자연로그 log x."""
        return self.apply(ops.LOG, x, name=name)

    def sigmoid(self, x: Node | float, *, name: str | None = None) -> Node:
        """시그모이드 σ(x) = 1/(1 + e⁻ˣ)."""
        return self.apply(ops.SIGMOID, x, name=name)

    def tanh(self, x: Node | float, *, name: str | None = None) -> Node:
        """하이퍼볼릭 탄젠트 tanh x."""
        return self.apply(ops.TANH, x, name=name)

    def relu(self, x: Node | float, *, name: str | None = None) -> Node:
        """ReLU: max(0, x). 0보다 크면 그대로, 아니면 0이다."""
        return self.apply(ops.RELU, x, name=name)

    # 읽는다 -----------------------------------------------------------------------------

    @property
    def output(self) -> Node:
        """출력: 다른 노드가 쓰지 않은 하나뿐인 노드."""
        return output(self.nodes)

    def users(self, node: Node) -> list[Edge]:
        """노드를 쓰는 엣지들: (쓰는 노드, 몇 번째 입력인지). 만든 순서를 따른다."""
        return users(self.nodes, node)

    def backward(self) -> Gradients:
        """출력을 모든 노드와 엣지로 미분한 기울기."""
        return backward(self.nodes)

    @property
    def steps(self) -> list[Step]:
        """순전파는 노드마다, 역전파는 엣지마다 한 단계씩 적은 목록."""
        return steps(self.nodes)

    def caption(self, step: int) -> str:
        """step째 단계를 설명하는 한 줄. 0은 아무것도 계산하지 않은 처음이다."""
        if check_count("step", step, low=0) == 0:
            return "처음: 입력의 값만 안다"
        found = self.steps
        if step > len(found):
            raise ValueError(f"step: 0~{len(found)} 사이여야 합니다. 받은 값={step}")
        return found[step - 1].text
