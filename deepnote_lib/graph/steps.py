"""순전파와 역전파를 한 단계씩 적은 목록. 그림과 슬라이더가 이 차례를 따른다."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from deepnote_lib.graph.backward import backward
from deepnote_lib.graph.node import Node, show

if TYPE_CHECKING:
    from deepnote_lib.graph.build import Graph


@dataclass(frozen=True)
class Step:
    """계산의 한 단계.

    Attributes
    ----------
    kind : {"forward", "seed", "edge", "sum"}
        순전파의 노드, 역전파의 시작, 역전파의 엣지, 갈라진 길의 덧셈.
    node : Node
        값이나 기울기를 얻는 노드. "edge"에서는 엣지가 들어가는(쓰는) 노드이다.
    position : int or None
        "edge"에서 몇 번째 입력인지.
    text : str
        그림에 함께 적는 설명 한 줄.
    """

    kind: Literal["forward", "seed", "edge", "sum"]
    node: Node
    position: int | None
    text: str


def _title(node: Node) -> str:
    operation = node.operation.name if node.operation else ""
    return f"{operation} {node.name}".strip()


def _signed(value: float) -> str:
    return f"({show(value)})" if value < 0 else show(value)


def steps(graph: Graph) -> list[Step]:
    """그래프의 순전파와 역전파를 한 단계씩 적는다.

    Parameters
    ----------
    graph : Graph
        출력이 하나인 그래프. 바꾸지 않는다.

    Returns
    -------
    list of Step
        연산 노드마다 한 단계, 역전파의 시작, 엣지마다 한 단계. 갈라진 노드는 마지막 갈래 뒤에 더하는
        단계가 있다.
    """
    gradients = backward(graph)
    found = []
    for node in graph.nodes:
        if node.operation is not None:
            # exp(−1)처럼 이미 괄호가 있으면 음수를 다시 묶지 않는다
            template = node.operation.formula
            write = show if "({" in template else _signed
            formula = template.format(*(write(x.value) for x in node.inputs))
            text = f"{_title(node)}: {formula} = {show(node.value)}"
            found.append(Step("forward", node, None, text))
    found.append(Step("seed", graph.output, None, "역전파의 시작: 출력을 출력으로 미분한 기울기는 1"))
    arrived: dict[Node, list[float]] = {}
    for node in reversed(graph.nodes):
        for position, source in enumerate(node.inputs):
            if not source.tracked:
                continue
            gradient, title = gradients.edges[node, position], _title(node)
            where = f"{title} → {source.name}" if source.name else title
            text = (
                f"{where}: 국소 기울기 {show(node.local[position])}"
                f" × 뒤에서 온 기울기 {show(gradients.nodes[node])} = {show(gradient)}"
            )
            found.append(Step("edge", node, position, text))
            parts = arrived.setdefault(source, [])
            parts.append(gradient)
            if len(parts) == len(graph.users(source)) > 1:
                terms = " + ".join([show(parts[0]), *map(_signed, parts[1:])])
                text = f"{_title(source)}: 갈라진 길의 기울기를 더하면 {terms} = {show(gradients.nodes[source])}"
                found.append(Step("sum", source, None, text))
    return found
