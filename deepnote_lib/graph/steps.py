"""순전파와 역전파를 한 단계씩 적은 목록. 그림과 슬라이더가 이 순서를 따른다."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from deepnote_lib.graph.backward import Gradients, backward, output, users
from deepnote_lib.graph.node import Node, show
from deepnote_lib.graph.operations import Operation


@dataclass(frozen=True)
class Step:
    """계산의 한 단계.

    Attributes
    ----------
    kind
        순전파의 노드, 역전파의 시작, 역전파의 엣지, 갈라진 길의 덧셈 가운데 하나.
    node
        값이나 기울기를 얻는 노드. "edge"에서는 엣지가 들어가는(쓰는) 노드이다.
    position
        "edge"에서 몇 번째 입력인지. 나머지는 None.
    text
        그림에 함께 적는 설명 한 줄.
    """

    kind: Literal["forward", "seed", "edge", "sum"]
    node: Node
    position: int | None
    text: str


def steps(nodes: Sequence[Node]) -> list[Step]:
    """연산 노드마다 한 단계, 역전파의 시작, 엣지마다 한 단계. 갈라진 노드는 마지막 갈래 뒤에서 더한다."""
    gradients = backward(nodes)
    found = [_forward(node, node.operation) for node in nodes if node.operation is not None]
    found.append(
        Step("seed", output(nodes), None, "역전파의 시작: 출력을 출력으로 미분한 기울기는 1")
    )
    arrived: dict[Node, list[float]] = {}
    for (node, position), gradient in gradients.edges.items():  # 역전파가 지나간 순서이다
        found.append(_edge(node, position, gradients))
        source = node.inputs[position]
        parts = arrived.setdefault(source, [])
        parts.append(gradient)
        if len(parts) == len(users(nodes, source)) > 1:
            found.append(_sum(source, parts, gradients))
    return found


def _forward(node: Node, operation: Operation) -> Step:
    # exp(−1)처럼 이미 괄호가 있으면 음수를 다시 묶지 않는다
    write = show if "({" in operation.formula else _signed
    formula = operation.formula.format(*(write(x.value) for x in node.inputs))
    return Step("forward", node, None, f"{_title(node)}: {formula} = {show(node.value)}")


def _edge(node: Node, position: int, gradients: Gradients) -> Step:
    source, title = node.inputs[position], _title(node)
    where = f"{title} → {source.name}" if source.name else title
    text = (
        f"{where}: 국소 기울기 {show(node.local[position])}"
        f" × 뒤에서 온 기울기 {show(gradients.nodes[node])}"
        f" = {show(gradients.edges[node, position])}"
    )
    return Step("edge", node, position, text)


def _sum(node: Node, parts: Sequence[float], gradients: Gradients) -> Step:
    terms = " + ".join([show(parts[0]), *map(_signed, parts[1:])])
    total = show(gradients.nodes[node])
    return Step("sum", node, None, f"{_title(node)}: 갈라진 길의 기울기를 더하면 {terms} = {total}")


def _title(node: Node) -> str:
    operation = node.operation.name if node.operation else ""
    return f"{operation} {node.name}".strip()


def _signed(value: float) -> str:
    return f"({show(value)})" if value < 0 else show(value)
