"""역전파: 출력에서 거꾸로 가며 국소 기울기와 뒤에서 온 기울기를 곱하고, 갈라진 길에서는 더한다.

노드의 목록만 보는 함수들이다. 목록은 만든 순서이므로, 노드의 입력은 언제나 그 노드보다 앞에 있다.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deepnote_lib._checks import shown
from deepnote_lib.graph.node import Node

Edge = tuple[Node, int]  # (쓰는 노드, 몇 번째 입력인지)


@dataclass(frozen=True)
class Gradients:
    """출력을 노드와 엣지로 미분한 값. `gradients[x]`나 `gradients["x"]`로 읽는다.

    Attributes
    ----------
    nodes
        노드 → 기울기. 갈라진 길을 모두 더한 값이다.
    edges
        (쓰는 노드, 몇 번째 입력) → 그 엣지를 따라 온 기울기.
    """

    nodes: dict[Node, float]
    edges: dict[Edge, float]

    def __getitem__(self, key: Node | str) -> float:
        name = key if isinstance(key, str) else None
        for node, gradient in self.nodes.items():
            if node is key or (name and node.name == name):
                return gradient
        known = ", ".join(node.name for node in self.nodes if node.name) or "없음"
        raise KeyError(
            f"key: 기울기를 구한 노드나 그 이름이어야 합니다(이름: {known}). 받은 값={shown(key)}"
        )


def users(nodes: Sequence[Node], node: Node) -> list[Edge]:
    """노드를 쓰는 엣지들. 만든 순서를 따른다."""
    return [(user, i) for user in nodes for i, source in enumerate(user.inputs) if source is node]


def output(nodes: Sequence[Node]) -> Node:
    """출력: 다른 노드가 쓰지 않은 하나뿐인 노드."""
    used = {source for node in nodes for source in node.inputs}
    ends = [node for node in nodes if node not in used]
    if len(ends) != 1 or not ends[0].tracked:
        got = ", ".join(map(repr, ends)) or "빈 그래프"
        raise ValueError(
            f"graph: 쓰이지 않은 노드가 출력 하나뿐이고 입력에서 이어져야 합니다. 받은 노드={got}"
        )
    return ends[0]


def backward(nodes: Sequence[Node]) -> Gradients:
    """출력을 모든 노드와 엣지로 미분한다: ∂L/∂x = Σ (x를 쓰는 연산마다) 국소 기울기 × 뒤에서 온 기울기."""
    gradients: dict[Node, float] = {output(nodes): 1.0}
    edges: dict[Edge, float] = {}
    # 쓰는 노드가 모두 먼저 지나가므로, node에 이르면 gradients[node]는 다 더해져 있다
    for node in reversed(nodes):
        for position, source in enumerate(node.inputs):
            if source.tracked:
                edges[node, position] = node.local[position] * gradients[node]
                gradients[source] = gradients.get(source, 0.0) + edges[node, position]
    return Gradients(gradients, edges)
