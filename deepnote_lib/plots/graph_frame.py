"""계산 그래프의 배치를 축의 크기에 맞춘다: 글자의 크기를 정하고, 상자와 선의 자리를 포인트로 구한다."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from deepnote_lib._typing import Array
from deepnote_lib.graph import Graph, Node
from deepnote_lib.graph.node import show
from deepnote_lib.plots.graph_art import RADIUS, Box, text_width
from deepnote_lib.plots.layers import Item, Layers, arrange, port_offset

LARGEST, SMALLEST = 14.0, 7.5  # 글자의 크기(포인트)
NARROW, WIDE = 0.75, 2.4  # 방향을 바꾸는 열 사이의 폭(em). 높이의 차이가 클수록 넓다
Edge = tuple[Node, int]


@dataclass
class Frame:
    """그릴 것들의 자리. 선은 (M, 2) 점들이고 단위는 포인트이다."""

    font: float
    boxes: dict[Node, Box] = field(default_factory=dict)
    trunks: dict[Node, Array] = field(default_factory=dict)  # 노드의 오른쪽에서 갈라지는 점까지
    edges: dict[Edge, Array] = field(default_factory=dict)  # 갈라지는 점에서 다음 노드까지
    branches: dict[Edge, Array] = field(default_factory=dict)  # 갈래의 기울기를 적을 가로 선


def is_constant(node: Node) -> bool:
    """상수 노드인지. 상수는 값이 곧 상자의 글이다."""
    return node.operation is None and not node.tracked


def _half(node: Node) -> float:
    if node.operation is not None:
        return max(RADIUS, text_width(node.operation.symbol) / 2 + 0.22)
    return text_width(show(node.value) if is_constant(node) else node.name) / 2 + 0.35


def _heights(node: Node) -> tuple[float, float]:
    if is_constant(node):
        return 0.7, 0.7
    return (2.2 if node.operation is not None and node.name else 1.35), 1.55


def _widths(graph: Graph, layers: Layers) -> tuple[list[float], list[float]]:
    """열마다 상자의 폭과, 상자 오른쪽에 적을 수의 폭(em)."""
    gradients = graph.backward()
    boxes, labels = [0.0] * len(layers.columns), [0.0] * len(layers.columns)
    for node, item in layers.items.items():
        c = item.column
        if is_constant(node):
            continue
        name = text_width(node.name) if node.operation is not None else 0.0
        boxes[c] = max(boxes[c], 2 * _half(node), name)
        texts = [text_width(show(node.value))]
        if node.tracked:
            texts.append(text_width(show(gradients.nodes[node]), bold=True) + 0.4)
        labels[c] = max(labels[c], *texts)
    for edge, path in layers.paths.items():
        for item in path:
            if item.kind == "branch":
                text = text_width(show(gradients.edges[edge]), bold=True) + 0.4
                labels[item.column] = max(labels[item.column], text)
    for node, item in layers.items.items():
        if is_constant(node):
            labels[item.column] = max(labels[item.column], 2 * _half(node) - boxes[item.column])
    labels[layers.items[graph.output].column] += 0.6  # 출력의 화살촉
    return boxes, [label + 0.3 for label in labels]


def _gaps(layers: Layers) -> list[float]:
    gaps = [NARROW] * (len(layers.columns) - 1)
    for path in layers.paths.values():
        for a, b in pairwise(path):
            gaps[a.column] = max(gaps[a.column], min(WIDE, NARROW + 0.3 * abs(a.y - b.y)))
    return gaps


def _curve(start: tuple[float, float], end: tuple[float, float]) -> Array:
    """양 끝에서 가로로 나란한 곡선."""
    if start[1] == end[1]:
        return np.array([start, end])
    t = np.linspace(0, 1, 25)
    s = t * t * (3 - 2 * t)
    x = start[0] + (end[0] - start[0]) * t
    return np.column_stack([x, start[1] + (end[1] - start[1]) * s])


def frame(graph: Graph, area: tuple[float, float, float, float]) -> Frame:
    """그래프를 area(왼쪽, 아래, 오른쪽, 위)에 맞추어 놓는다."""
    left, bottom, right, top = area
    layers = arrange(graph, _heights)
    boxes, labels = _widths(graph, layers)
    gaps = _gaps(layers)
    wide = sum(boxes) + sum(labels) + sum(gaps)
    font = min(LARGEST, (right - left) / wide, (top - bottom) / layers.height)
    if font < SMALLEST:
        grow = SMALLEST / font
        raise ValueError(
            f"ax: 글자를 읽을 수 있으려면 그림의 가로나 세로가 지금의 {math.ceil(grow * 10) / 10:g}배는 "
            f"되어야 합니다. 받은 크기={right - left:.0f}×{top - bottom:.0f}포인트, "
            f"열 {len(layers.columns)}개"
        )
    # 남는 자리는 열 사이와 위아래로 고루 벌리되 너무 성기지 않게 한다
    room = (right - left) / font - wide
    extra = min(3.0, room / max(1, len(gaps)))
    x = [left / font + (room - extra * len(gaps)) / 2]
    for c, gap in enumerate(gaps):
        x.append(x[-1] + boxes[c] + labels[c] + gap + extra)
    stretch = min(1.6, (top - bottom) / font / layers.height)
    middle = (top + bottom) / 2 + font * stretch * layers.height / 2

    def y(item: Item) -> float:
        return middle - font * stretch * item.y

    places = Frame(font)
    for node, item in layers.items.items():
        c, half = item.column, _half(node)
        end = x[c] + boxes[c] + labels[c]
        if is_constant(node):
            center = end - half
        else:
            center = x[c] + boxes[c] - half if node.operation is None else x[c] + boxes[c] / 2
        tall, circle = (0.85, False) if node.operation is None else (RADIUS, half == RADIUS)
        box = Box(font * center, y(item), font * half, font * tall, circle)
        places.boxes[node] = box
        if not is_constant(node):
            places.trunks[node] = np.array([[box.x + box.half, box.y], [font * end, box.y]])
    for (node, position), path in layers.paths.items():
        box, ys = places.boxes[node], [layers.paths[node, i][-2].y for i in range(len(node.inputs))]
        offset = -font * port_offset(node, position, ys)
        points = []
        for a, b in pairwise(path):
            start = (font * (x[a.column] + boxes[a.column] + labels[a.column]), y(a))
            last = b is path[-1]
            end_y = y(b) + (offset if last else 0.0)
            points.append(_curve(start, (font * x[b.column], end_y)))
            if b.kind == "branch":
                c = b.column
                ends = [font * (x[c] + boxes[c] * (labels[c] < 1)), font * (x[c] + boxes[c] + labels[c])]
                places.branches[node, position] = np.array([[ends[0], y(b)], [ends[1], y(b)]])
        points.append(np.array([[box.edge(offset), box.y + offset]]))
        places.edges[node, position] = np.concatenate(points)
    return places
