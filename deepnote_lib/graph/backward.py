"""역전파: 출력에서 거꾸로 가며 국소 기울기와 뒤에서 온 기울기를 곱하고, 갈라진 길에서는 더한다."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepnote_lib.graph.node import Node

if TYPE_CHECKING:
    from deepnote_lib.graph.build import Graph

Edge = tuple[Node, int]  # (쓰는 노드, 몇 번째 입력인지)


@dataclass(frozen=True)
class Gradients:
    """출력을 노드와 엣지로 미분한 값. `gradients[x]`나 `gradients["x"]`로 읽는다.

    Attributes
    ----------
    nodes : dict
        노드 → 기울기. 갈라진 길을 모두 더한 값이다.
    edges : dict
        (쓰는 노드, 몇 번째 입력) → 그 엣지를 따라 온 기울기.
    """

    nodes: dict[Node, float]
    edges: dict[Edge, float]

    def __getitem__(self, key: Node | str) -> float:
        if isinstance(key, str):
            key = next(iter(self.nodes)).graph[key]
        if key not in self.nodes:
            raise KeyError(f"key: 기울기를 구한 노드여야 합니다. 받은 값={key!r}")
        return self.nodes[key]


def backward(graph: Graph) -> Gradients:
    """그래프의 출력을 모든 노드와 엣지로 미분한다.

    Parameters
    ----------
    graph : Graph
        출력이 하나인 그래프. 바꾸지 않는다.

    Returns
    -------
    Gradients
    """
    nodes: dict[Node, float] = {graph.output: 1.0}
    edges: dict[Edge, float] = {}
    for node in reversed(graph.nodes):  # 쓰는 노드가 모두 먼저 지나가므로 nodes[node]는 다 더해져 있다
        for position, source in enumerate(node.inputs):
            if source.tracked:
                edges[node, position] = node.local[position] * nodes[node]
                nodes[source] = nodes.get(source, 0.0) + edges[node, position]
    return Gradients(nodes, edges)
