"""배치를 축의 크기에 맞춘다: 글자의 크기를 정하고, 상자와 선의 위치를 포인트로 구한다."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import matplotlib as mpl
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from deepnote_lib._typing import Array
from deepnote_lib.graph import Graph, Node
from deepnote_lib.graph.backward import Edge
from deepnote_lib.graph.node import show
from deepnote_lib.plots.graph.layout import Item, Layout, arrange, port_offset

LARGEST, SMALLEST = 14.0, 7.5  # 글자의 크기(포인트)
NARROW, WIDE = 0.75, 2.4  # 방향을 바꾸는 열 사이의 너비(em). 높이의 차이가 클수록 넓다
RADIUS = 1.0  # 연산 노드의 반지름(em)
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
Point = tuple[float, float]


# 글의 너비 ------------------------------------------------------------------------------


def drawn(text: str) -> str:
    """첨자(w₁, x²)를 읽기 좋은 크기로 그리게 바꾼다. 글꼴에 든 첨자는 너무 작다."""
    text = re.sub("[₀-₉]+", lambda m: f"$_{{{m[0].translate(DIGITS)}}}$", text)
    return re.sub(r"\^([−\d.]+)", r"$^{\1}$", text.replace("²", "^2"))


def text_width(text: str, *, bold: bool = False) -> float:
    """글자의 크기(em)를 단위로 한 글의 너비."""
    fonts = (tuple(mpl.rcParams["font.family"]), mpl.rcParams["mathtext.fontset"])
    return _text_width(text, bold, fonts)


@lru_cache(maxsize=4096)  # 슬라이더는 같은 글을 단계마다 다시 쓴다
def _text_width(text: str, bold: bool, fonts: tuple[tuple[str, ...], str]) -> float:
    font = FontProperties(size=100, weight="bold" if bold else "normal")
    text = drawn(text)
    with_math = text.count("$") >= 2
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=with_math)[0]) / 100


# 위치 -----------------------------------------------------------------------------------


@dataclass
class Box:
    """노드의 상자. 가운데와 너비의 절반, 높이의 절반(포인트)."""

    x: float
    y: float
    half: float
    tall: float
    circle: bool = False

    @property
    def center(self) -> Point:
        """상자의 글을 놓을 가운데."""
        return self.x, self.y

    @property
    def above(self) -> Point:
        """노드의 이름을 놓을 상자 위."""
        return self.x, self.y + 1.62 * self.tall

    def edge(self, offset: float) -> float:
        """가운데에서 offset만큼 위인 높이에서 상자의 왼쪽."""
        if self.circle:
            return self.x - math.sqrt(self.half**2 - offset**2)
        return self.x - self.half


@dataclass
class Places:
    """그릴 것들의 위치. 선은 (M, 2) 점들이고 단위는 포인트이다."""

    font: float
    boxes: dict[Node, Box] = field(default_factory=dict)
    trunks: dict[Node, Array] = field(default_factory=dict)  # 노드의 오른쪽에서 갈라지는 점까지
    edges: dict[Edge, Array] = field(default_factory=dict)  # 갈라지는 점에서 다음 노드까지
    branches: dict[Edge, Array] = field(default_factory=dict)  # 갈래의 기울기를 적을 가로 선


def is_constant(node: Node) -> bool:
    """상수 노드인지. 상수는 값이 곧 상자의 글이다."""
    return node.operation is None and not node.tracked


def fit(graph: Graph, area: tuple[float, float, float, float]) -> Places:
    """그래프를 area(왼쪽, 아래, 오른쪽, 위)에 맞춰 놓는다. 글자를 읽을 수 없으면 ValueError."""
    left, bottom, right, top = area
    layout = arrange(graph, _heights)
    boxes, labels = _widths(graph, layout)
    gaps = _gaps(layout)
    wide = sum(boxes) + sum(labels) + sum(gaps)
    font = min(LARGEST, (right - left) / wide, (top - bottom) / layout.height)
    if font < SMALLEST:
        grow = SMALLEST / max(font, 0.5)  # 여백보다 작은 축에서는 font가 음수이다
        raise ValueError(
            f"ax: 글자를 읽을 수 있으려면 그림의 가로나 세로가 지금의 {math.ceil(grow * 10) / 10:g}배는 "
            f"되어야 합니다. 받은 크기={right - left:.0f}×{top - bottom:.0f}포인트, "
            f"열 {len(layout.columns)}개"
        )
    # 남는 공간은 열 사이와 위아래로 고루 벌리되 너무 성기지 않게 한다
    room = (right - left) / font - wide
    extra = min(3.0, room / max(1, len(gaps)))
    x = [left / font + (room - extra * len(gaps)) / 2]
    for c, gap in enumerate(gaps):
        x.append(x[-1] + boxes[c] + labels[c] + gap + extra)
    stretch = min(1.6, (top - bottom) / font / layout.height)
    middle = (top + bottom) / 2 + font * stretch * layout.height / 2

    def y(item: Item) -> float:
        return middle - font * stretch * item.y

    places = Places(font)
    for node, item in layout.items.items():
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
    for (node, position), path in layout.paths.items():
        box = places.boxes[node]
        ys = [layout.paths[node, i][-2].y for i in range(len(node.inputs))]
        offset = -font * port_offset(node, position, ys)
        points = []
        for a, b in pairwise(path):
            start = (font * (x[a.column] + boxes[a.column] + labels[a.column]), y(a))
            last = b is path[-1]
            end_y = y(b) + (offset if last else 0.0)
            points.append(_curve(start, (font * x[b.column], end_y)))
            if b.kind == "branch":
                c = b.column
                near = font * (x[c] + boxes[c] * (labels[c] < 1))
                far = font * (x[c] + boxes[c] + labels[c])
                places.branches[node, position] = np.array([[near, y(b)], [far, y(b)]])
        points.append(np.array([[box.edge(offset), box.y + offset]]))
        places.edges[node, position] = np.concatenate(points)
    return places


def _half(node: Node) -> float:
    """상자 너비의 절반(em)."""
    if node.operation is not None:
        return max(RADIUS, text_width(node.operation.symbol) / 2 + 0.22)
    return text_width(show(node.value) if is_constant(node) else node.name) / 2 + 0.35


def _heights(node: Node) -> tuple[float, float]:
    if is_constant(node):
        return 0.7, 0.7
    return (2.2 if node.operation is not None and node.name else 1.35), 1.55


def _widths(graph: Graph, layout: Layout) -> tuple[list[float], list[float]]:
    """열마다 상자의 너비와, 상자 오른쪽에 적을 수의 너비(em)."""
    gradients = graph.backward()
    boxes, labels = [0.0] * len(layout.columns), [0.0] * len(layout.columns)
    for node, item in layout.items.items():
        c = item.column
        if is_constant(node):
            continue
        name = text_width(node.name) if node.operation is not None else 0.0
        boxes[c] = max(boxes[c], 2 * _half(node), name)
        texts = [text_width(show(node.value))]
        if node.tracked:
            texts.append(text_width(show(gradients.nodes[node]), bold=True) + 0.4)
        labels[c] = max(labels[c], *texts)
    for edge, path in layout.paths.items():
        for item in path:
            if item.kind == "branch":
                text = text_width(show(gradients.edges[edge]), bold=True) + 0.4
                labels[item.column] = max(labels[item.column], text)
    for node, item in layout.items.items():
        if is_constant(node):
            labels[item.column] = max(labels[item.column], 2 * _half(node) - boxes[item.column])
    labels[layout.items[graph.output].column] += 0.6  # 출력의 화살촉
    return boxes, [label + 0.3 for label in labels]


def _gaps(layout: Layout) -> list[float]:
    gaps = [NARROW] * (len(layout.columns) - 1)
    for path in layout.paths.values():
        for a, b in pairwise(path):
            gaps[a.column] = max(gaps[a.column], min(WIDE, NARROW + 0.3 * abs(a.y - b.y)))
    return gaps


def _curve(start: Point, end: Point) -> Array:
    """양 끝에서 가로로 나란한 곡선."""
    if start[1] == end[1]:
        return np.array([start, end])
    t = np.linspace(0, 1, 25)
    s = t * t * (3 - 2 * t)
    x = start[0] + (end[0] - start[0]) * t
    return np.column_stack([x, start[1] + (end[1] - start[1]) * s])
