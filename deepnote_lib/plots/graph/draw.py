"""계산 그래프를 그린다. 엣지의 위에는 값을, 아래에는 기울기를 적고 단계마다 하나씩 드러낸다."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Polygon

from deepnote_lib._checks import check_count, shown
from deepnote_lib._figure_text import DATA, GUIDE
from deepnote_lib._typing import Array
from deepnote_lib.graph import Graph, Node, Step
from deepnote_lib.graph.backward import Edge
from deepnote_lib.graph.node import show
from deepnote_lib.plots._shared import get_axes
from deepnote_lib.plots.graph.fit import Box, Places, Point, drawn, fit, is_constant, text_width
from deepnote_lib.plots.style import PALETTE

MAX_NODES = 16
HEAD, FOOT, MARGIN = 28.0, 25.0, 3.0  # 설명 한 줄, 범례, 가장자리(포인트)
VALUE, GRADIENT, IDLE, PAST = PALETTE["blue"], PALETTE["vermillion"], "#C4C8CF", "#6B6F76"
VALUE_FILL, GRADIENT_FILL, INPUT_FILL = "#DCE7F6", "#FBE6DC", "#EDEFF2"


def computational_graph(graph: Graph, *, step: int | None = None, ax: Axes | None = None) -> Axes:
    """계산 그래프를 왼쪽(입력)에서 오른쪽(출력)으로 그린다. 선 위는 값, 아래의 굵은 수는 기울기이다.

    엣지의 기울기 = 국소 기울기 × 뒤에서 온 기울기, 갈라진 점에서는 갈래마다의 기울기를 더한다.

    노드는 깊이에 따라 열에 놓고 엣지의 교차가 적어지도록 열 안의 순서를 정한다. 모든 step의 배치가 같아서
    슬라이더로 넘겨도 흔들리지 않는다. 뺄셈과 나눗셈에서는 위로 들어가는 입력이 앞의 수이다.

    Parameters
    ----------
    graph
        노드가 16개 이하이고 출력이 하나인 그래프.
    step
        몇 단계까지 계산한 그림인지(0~len(graph.steps)). 지금 단계를 굵은 선으로 보이고 그 설명을 위에 적는다.
        None은 설명 없이 모두 계산한 그림이다.
    ax
        제목을 달려면 그리기 전에 단다(글자의 크기를 축에 맞춘다).

    >>> g = Graph()
    >>> x, y = g.input("x", 2), g.input("y", -3)
    >>> f = g.mul(x, y, name="f")
    >>> ax = computational_graph(g, ax=Figure().subplots())
    >>> [t.get_text() for t in ax.texts][:4]
    ['x', 'y', '×', 'f']
    """
    if not isinstance(graph, Graph):
        raise TypeError(f"graph: Graph 객체여야 합니다. 받은 값={shown(graph)}")
    if len(graph.nodes) > MAX_NODES:
        raise ValueError(
            f"graph: 그릴 수 있는 노드는 {MAX_NODES}개 이하입니다. 받은 개수={len(graph.nodes)}. "
            "식을 나눠 그리세요"
        )
    known = _known(graph, step)
    ax = get_axes(ax)
    ax.set_axis_off()
    width, height = _size(ax)
    head = HEAD if step is not None else MARGIN
    ax.set(xlim=(0, width), ylim=(0, height))
    places = fit(graph, (MARGIN, FOOT, width - MARGIN, height - head))
    canvas = Canvas(ax, places.font)
    _draw_edges(canvas, graph, places, known)
    _draw_nodes(canvas, places, known)
    _draw_numbers(canvas, graph, places, known)
    if step is not None:
        text = graph.caption(step)
        size = min(12.5, (width - 2 * MARGIN) / text_width(text))
        ink, at = PALETTE["ink"], height - MARGIN
        ax.text(MARGIN, at, drawn(text), fontsize=size, va="top", color=ink, gid=DATA)
    ax.text(MARGIN, FOOT / 2 - 1, "값 →", fontsize=11, va="center", color=VALUE, gid=GUIDE)
    ax.text(
        MARGIN + 44, FOOT / 2 - 1, "← 기울기", fontsize=11, va="center", weight="bold", color=GRADIENT,
        gid=GUIDE, bbox={"boxstyle": "round,pad=0.2", "fc": GRADIENT_FILL, "ec": "none"},
    )  # fmt: skip
    canvas.finish()
    return ax


# 단계 -----------------------------------------------------------------------------------


@dataclass
class Known:
    """몇 단계까지 계산했을 때 아는 것들과, 지금 단계."""

    values: set[Node]
    gradients: set[Node] = field(default_factory=set)
    edges: set[Edge] = field(default_factory=set)
    current: Step | None = None

    def is_forward(self, node: Node) -> bool:
        """지금 단계가 node의 값을 구하는 순전파인지."""
        step = self.current
        return step is not None and step.kind == "forward" and step.node is node

    def color(self, node: Node, *, forward: bool, backward: bool) -> str:
        """node에서 나가는 선의 색."""
        if forward or backward:
            return VALUE if forward else GRADIENT
        return PAST if node in self.values else IDLE


def _known(graph: Graph, step: int | None) -> Known:
    steps = graph.steps
    if step is not None and check_count("step", step, low=0) > len(steps):
        raise ValueError(f"step: 0~{len(steps)} 사이여야 합니다. 받은 값={step}")
    known = Known({node for node in graph.nodes if node.operation is None})
    for done in steps[:step]:
        if done.kind == "forward":
            known.values.add(done.node)
        elif done.kind == "edge" and done.position is not None:
            known.edges.add((done.node, done.position))
            source = done.node.inputs[done.position]
            if len(graph.users(source)) == 1:
                known.gradients.add(source)
        else:
            known.gradients.add(done.node)
    known.current = steps[step - 1] if step else None
    return known


def _size(ax: Axes) -> tuple[float, float]:
    """축의 너비와 높이(포인트). 배치를 맡은 것이 있으면 먼저 위치를 정하게 한다."""
    figure = ax.figure
    if isinstance(figure, Figure) and (engine := figure.get_layout_engine()) is not None:
        engine.execute(figure)
    box = ax.get_window_extent()
    return box.width * 72 / ax.figure.dpi, box.height * 72 / ax.figure.dpi


def _draw_edges(canvas: Canvas, graph: Graph, places: Places, known: Known) -> None:
    step = known.current
    for (node, position), line in places.edges.items():
        source = node.inputs[position]
        forward = known.is_forward(node)
        backward = step is not None and (step.kind, step.node, step.position) == (
            "edge", node, position,
        )  # fmt: skip
        color = known.color(source, forward=forward, backward=backward)
        canvas.line(line, color, thick=forward or backward)
        if backward and len(graph.users(source)) > 1:
            canvas.arrow(line[0], color, to_left=True)
        if not backward:
            canvas.arrow(line[-1], color)
    for node, line in places.trunks.items():
        forward, alone = known.is_forward(node), len(graph.users(node)) == 1
        backward = step is not None and (
            (step.kind in ("seed", "sum") and step.node is node)
            or (step.position is not None and step.node.inputs[step.position] is node and alone)
        )
        color = known.color(node, forward=forward, backward=backward)
        canvas.line(line, color, thick=forward or backward)
        if backward:
            canvas.arrow(line[0], color, to_left=True)
        elif node is graph.output:
            canvas.arrow(line[-1], color)
        if len(graph.users(node)) > 1:
            canvas.dot(line[-1], color)


def _draw_nodes(canvas: Canvas, places: Places, known: Known) -> None:
    for node, box in places.boxes.items():
        step = known.current
        active = step is not None and step.node is node
        color = PAST if node in known.values else IDLE
        fill = "#FFFFFF" if node.operation else INPUT_FILL
        if active:
            forward = known.is_forward(node)
            color, fill = (VALUE, VALUE_FILL) if forward else (GRADIENT, GRADIENT_FILL)
        constant = is_constant(node)
        edge, inside = color if node.operation or active else "none", "none" if constant else fill
        canvas.box(box, edge, inside, thick=active)
        text = show(node.value) if constant else node.name
        if node.operation:
            text = node.operation.symbol
        canvas.text(box.center, text, color=VALUE if constant else PALETTE["ink"])
        if node.operation and node.name:
            canvas.text(box.above, node.name, color=PALETTE["ink"])


def _draw_numbers(canvas: Canvas, graph: Graph, places: Places, known: Known) -> None:
    gradients = graph.backward()
    for node, line in places.trunks.items():
        if node in known.values:
            canvas.value(line, show(node.value))
        if node in known.gradients:
            canvas.gradient(line, show(gradients.nodes[node]))
    for edge, line in places.branches.items():
        if edge in known.edges:
            canvas.gradient(line, show(gradients.edges[edge]))


# 붓 -------------------------------------------------------------------------------------


class Canvas:
    """축 하나에 그리는 붓. 선과 도형은 모아 두었다가 한꺼번에 올린다. 길이의 단위는 포인트이다."""

    def __init__(self, ax: Axes, font: float) -> None:
        self.ax, self.font = ax, font
        self._lines: list[tuple[Array, str, float]] = []
        self._patches: list[tuple[Patch, str, str, float]] = []

    def line(self, points: Array, color: str, *, thick: bool = False) -> None:
        """점들을 잇는 선."""
        self._lines.append((points, color, 2.8 if thick else 1.3))

    def arrow(self, tip: Array, color: str, *, to_left: bool = False) -> None:
        """끝이 tip인 화살촉."""
        size = self.font * (0.62 if to_left else 0.5)
        back = size if to_left else -size
        corners = np.array([[0, 0], [back, 0.5 * size], [back, -0.5 * size]]) + tip
        self._patches.append((Polygon(corners), color, color, 0.0))

    def dot(self, center: Array, color: str) -> None:
        """엣지가 갈라지는 점."""
        self._patches.append((Circle(tuple(center), 0.22 * self.font), color, color, 0.0))

    def box(self, box: Box, color: str, fill: str, *, thick: bool = False) -> None:
        """노드의 원이나 모서리가 둥근 상자."""
        if box.circle:
            patch: Patch = Circle(box.center, box.half)
        else:
            corner, size = (box.x - box.half, box.y - box.tall), (2 * box.half, 2 * box.tall)
            style = f"round,pad=0,rounding_size={0.45 * self.font}"
            patch = FancyBboxPatch(corner, *size, boxstyle=style)
        self._patches.append((patch, color, fill, 2.4 if thick else 1.3))

    def text(self, at: Point, text: str, *, color: str) -> None:
        """가운데가 at인 글."""
        self._write(at, text, color=color, va="center_baseline")

    def value(self, line: Array, text: str) -> None:
        """가로 선 위의 값."""
        at = float(line[:, 0].mean()), float(line[0, 1]) + 0.38 * self.font
        self._write(at, text, color=VALUE, va="baseline")

    def gradient(self, line: Array, text: str) -> None:
        """가로 선 아래의, 옅은 바탕을 깐 굵은 기울기."""
        at = float(line[:, 0].mean()), float(line[0, 1]) - 0.92 * self.font
        style = "round,pad=0.2,rounding_size=0.45"
        box = {"boxstyle": style, "fc": GRADIENT_FILL, "ec": "none"}
        self._write(at, text, color=GRADIENT, va="center_baseline", weight="bold", bbox=box)

    def _write(
        self,
        at: Point,
        text: str,
        *,
        color: str,
        va: Literal["baseline", "center_baseline"],
        weight: Literal["normal", "bold"] = "normal",
        bbox: dict[str, str] | None = None,
    ) -> None:
        self.ax.text(
            *at, drawn(text), color=color, fontsize=self.font, ha="center", va=va, weight=weight,
            bbox=bbox, gid=DATA, zorder=4,
        )  # fmt: skip

    def finish(self) -> None:
        """모아 둔 선과 도형을 축에 올린다. 수와 이름이 데이터이므로 이것들은 안내선이다."""
        points, colors, widths = zip(*self._lines, strict=True)
        lines = LineCollection(
            points, colors=colors, linewidths=widths, zorder=2, gid=GUIDE, capstyle="round"
        )
        patches, edges, fills, rims = zip(*self._patches, strict=True)
        shapes = PatchCollection(
            patches, edgecolors=edges, facecolors=fills, linewidths=rims, zorder=3, gid=GUIDE
        )
        self.ax.add_collection(lines, autolim=False)
        self.ax.add_collection(shapes, autolim=False)
