"""계산 그래프의 배치: 노드를 깊이에 따라 열에 놓고, 열 안의 순서와 높이를 정한다.

엣지는 열을 지날 때 제 위치(Item)를 차지하고, 방향은 열과 열 사이에서만 바꾼다. 열 안에서는 모든 것이
가로로 나란하므로 글자와 선이 겹치지 않는다. 길이의 단위는 글자의 크기(em)이다.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Literal

from deepnote_lib.graph import Graph, Node
from deepnote_lib.graph.backward import Edge

RELAXATIONS = 160
SPACE = 0.3  # 위아래로 이웃한 것 사이의 최소 간격
BRANCH, PASS = (0.2, 1.55), (0.3, 0.3)  # 갈래와 지나가는 엣지가 위아래로 차지하는 높이
PORT = 0.5  # 한 노드로 들어가는 두 엣지 사이의 세로 간격


@dataclass(eq=False)
class Item:
    """한 열에서 공간을 차지하는 것: 노드, 기울기를 적을 갈래, 지나가는 엣지."""

    kind: Literal["node", "branch", "pass"]
    node: Node
    column: int
    up: float
    down: float
    y: float = 0.0
    # (왼쪽 이웃, 내 높이에서의 어긋남), (오른쪽 이웃, 그 높이에서의 어긋남)
    before: list[tuple[Item, float]] = field(default_factory=list)
    after: list[tuple[Item, float]] = field(default_factory=list)


Heights = Callable[[Node], tuple[float, float]]  # 노드가 선의 위와 아래로 차지하는 높이


@dataclass
class Layout:
    """배치의 결과. columns는 열마다 위에서 아래로의 Item, paths는 엣지마다 지나는 Item들이다."""

    columns: list[list[Item]]
    paths: dict[Edge, list[Item]]
    items: dict[Node, Item]

    @property
    def height(self) -> float:
        """맨 위에서 맨 아래까지의 높이."""
        return max(item.y + item.down for column in self.columns for item in column)


def _depths(graph: Graph) -> dict[Node, int]:
    depth: dict[Node, int] = {}
    for node in graph.nodes:
        depth[node] = max((depth[x] + 1 for x in node.inputs), default=0)
    for node in graph.nodes:  # 상수는 쓰는 곳 바로 앞에 둔다
        if node.operation is None and not node.tracked:
            depth[node] = min(depth[user] for user, _ in graph.users(node)) - 1
    return depth


def port_offset(node: Node, position: int, sources: Sequence[float]) -> float:
    """노드의 왼쪽에서 엣지가 들어가는 높이. 순서가 없는 연산은 위에서 온 것이 위로 들어간다."""
    if len(sources) < 2:
        return 0.0
    if node.operation is not None and node.operation.ordered:
        rank = position
    else:
        rank = sorted(range(len(sources)), key=lambda i: (sources[i], i)).index(position)
    return PORT * (rank - (len(sources) - 1) / 2)


def _build(graph: Graph, heights: Heights, flipped: set[Node]) -> Layout:
    depth = _depths(graph)
    forked = {n for n in graph.nodes if n.tracked and len(graph.users(n)) > 1}
    # 갈라진 엣지가 바로 다음 깊이로 가면 기울기를 적을 공간이 없으므로 그 앞에 열을 하나 끼운다
    extra = {depth[n] for n in forked if any(depth[u] == depth[n] + 1 for u, _ in graph.users(n))}
    column = {n: d + sum(e < d for e in extra) for n, d in depth.items()}
    columns: list[list[Item]] = [[] for _ in range(max(column.values()) + 1)]
    items = {n: Item("node", n, column[n], *heights(n)) for n in graph.nodes}
    paths: dict[Edge, list[Item]] = {}
    placed: set[Node] = set()

    def visit(node: Node) -> None:
        # 출력에서 거슬러 오르며 처음 만난 순서대로 놓으면 나무 모양의 식에는 교차가 없다
        if node in placed:
            return
        placed.add(node)
        columns[column[node]].append(items[node])
        edges = list(enumerate(node.inputs))
        for position, source in reversed(edges) if node in flipped else edges:
            path = [items[source]]
            for c in range(column[source] + 1, column[node]):
                if source in forked and c == column[source] + 1:
                    path.append(Item("branch", source, c, *BRANCH))
                else:
                    path.append(Item("pass", source, c, *PASS))
                columns[c].append(path[-1])
            visit(source)
            paths[node, position] = [*path, items[node]]

    visit(graph.output)
    for (node, position), path in paths.items():
        ordered = node.operation is not None and node.operation.ordered
        for left, right in pairwise(path):
            offset = PORT * (position - 0.5) if ordered and right is items[node] else 0.0
            left.after.append((right, offset))
            right.before.append((left, offset))
    return Layout(columns, paths, items)


def _untangle(graph: Graph, heights: Heights) -> Layout:
    """두 입력의 위아래를 하나씩 바꿔 보며 교차가 줄면 받아들인다."""
    flipped: set[Node] = set()
    best = _build(graph, heights, flipped)
    for node in (n for n in reversed(graph.nodes) if len(n.inputs) > 1):
        other = _build(graph, heights, flipped | {node})
        if crossings(other.columns) < crossings(best.columns):
            flipped, best = flipped | {node}, other
    return best


def crossings(columns: Sequence[Sequence[Item]]) -> int:
    """엣지가 서로 가로지르는 횟수."""
    count = 0
    for column in columns[:-1]:
        rank = {id(item): i for c in columns for i, item in enumerate(c)}
        ends = [(i, rank[id(b)] + 0.1 * off) for i, a in enumerate(column) for b, off in a.after]
        count += sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(ends, 2))
    return count


def spread(wanted: Sequence[float], gaps: Sequence[float], weights: Sequence[float]) -> list[float]:
    """순서와 최소 간격을 지키면서 wanted에 (무게를 둔 제곱 오차로) 가장 가까운 높이들을 구한다.

    간격을 뺀 높이는 줄지 않기만 하면 되므로, 거꾸로 된 이웃을 묶어 평균으로 바꾸면 된다(단조 회귀).
    """
    base = [0.0]
    for gap in gaps:
        base.append(base[-1] + gap)
    blocks: list[tuple[float, float, int]] = []
    for value, start, weight in zip(wanted, base, weights, strict=True):
        mean, mass, size = value - start, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, heavy, count = blocks.pop()
            mean = (mean * mass + other * heavy) / (mass + heavy)
            mass, size = mass + heavy, size + count
        blocks.append((mean, mass, size))
    flat = [mean for mean, _, size in blocks for _ in range(size)]
    return [value + start for value, start in zip(flat, base, strict=True)]


def _pull(source: Item) -> float:
    """source에서 나가는 엣지가 양 끝을 같은 높이로 당기는 힘. 상수는 계산의 줄기를 흔들지 않는다."""
    return 1.0 if source.node.tracked else 0.02


def _limits(column: Sequence[Item], item: Item) -> tuple[float, float]:
    """이웃을 건드리지 않고 item이 움직일 수 있는 높이의 범위."""
    i = next(k for k, other in enumerate(column) if other is item)
    low, high = -math.inf, math.inf
    if i > 0:
        low = column[i - 1].y + column[i - 1].down + item.up + SPACE
    if i + 1 < len(column):
        high = column[i + 1].y - column[i + 1].up - item.down - SPACE
    return low, high


def _straighten(layout: Layout) -> None:
    """여러 열을 지나는 엣지가 계단이 되지 않도록, 될 수 있으면 한 높이로 지나게 한다."""
    for path in layout.paths.values():
        middle = path[1:-1]
        limits = [_limits(layout.columns[item.column], item) for item in middle]
        low = max((low for low, _ in limits), default=0.0)
        high = min((high for _, high in limits), default=0.0)
        if len(middle) and low <= high:
            choices = [min(max(end.y, low), high) for end in (path[0], path[-1])]
            y = min(choices, key=lambda y: round(abs(y - path[0].y) + abs(y - path[-1].y), 6))
            for item in middle:
                item.y = y


def arrange(graph: Graph, heights: Heights) -> Layout:
    """그래프의 배치를 구한다. heights는 노드가 선의 위와 아래로 차지하는 높이를 알려 준다."""
    layout = _untangle(graph, heights)
    columns = layout.columns
    gaps = [[a.down + b.up + SPACE for a, b in pairwise(c)] for c in columns]
    for column, gap in zip(columns, gaps, strict=True):
        n = len(column)
        for item, y in zip(column, spread([0.0] * n, gap, [1.0] * n), strict=True):
            item.y = y
    for turn in range(RELAXATIONS):
        order = range(len(columns))
        for c in order if turn % 2 == 0 else reversed(order):
            wanted, weights = [], []
            for item in columns[c]:
                near = [(o.y - off, _pull(o)) for o, off in item.before]
                near += [(o.y + off, _pull(item)) for o, off in item.after]
                near = near or [(item.y, 1.0)]  # 노드가 하나뿐인 그래프
                total = sum(pull for _, pull in near)
                weights.append(total)
                wanted.append(sum(y * pull for y, pull in near) / total)
            for item, y in zip(columns[c], spread(wanted, gaps[c], weights), strict=True):
                item.y = y
    _straighten(layout)
    top = min(item.y - item.up for column in columns for item in column)
    for column in columns:
        for item in column:
            item.y -= top
    return layout
