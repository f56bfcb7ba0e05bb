"""계산 그래프를 그린다. 엣지의 위에는 값을, 아래에는 기울기를 적고 단계마다 하나씩 드러낸다."""

from __future__ import annotations

from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepnote_lib._checks import check_count
from deepnote_lib.graph import Graph, Node, Step
from deepnote_lib.graph.node import show
from deepnote_lib.plots.digest import DATA, GUIDE
from deepnote_lib.plots.graph_art import Canvas, drawn, text_width
from deepnote_lib.plots.graph_frame import Frame, frame, is_constant
from deepnote_lib.plots.style import PALETTE, get_axes

MAX_NODES = 16
HEAD, FOOT, MARGIN = 28.0, 25.0, 3.0  # 설명 한 줄, 범례, 가장자리(포인트)
VALUE, GRADIENT, IDLE, PAST = PALETTE["blue"], PALETTE["vermillion"], "#C4C8CF", "#6B6F76"
VALUE_FILL, GRADIENT_FILL, INPUT_FILL = "#DCE7F6", "#FBE6DC", "#EDEFF2"


@dataclass
class _Known:
    """몇 단계까지 계산했을 때 아는 것들과, 지금 단계."""

    values: set[Node]
    gradients: set[Node] = field(default_factory=set)
    edges: set[tuple[Node, int]] = field(default_factory=set)
    current: Step | None = None


def _known(graph: Graph, step: int | None) -> _Known:
    steps = graph.steps
    if step is not None and check_count("step", step, low=0) > len(steps):
        raise ValueError(f"step: 0~{len(steps)}이어야 합니다. 받은 값={step}")
    known = _Known({node for node in graph.nodes if node.operation is None})
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
    """축의 폭과 높이(포인트). 배치를 맡은 것이 있으면 먼저 자리를 정하게 한다."""
    figure = ax.figure
    if isinstance(figure, Figure) and (engine := figure.get_layout_engine()) is not None:
        engine.execute(figure)
    box = ax.get_window_extent()
    return box.width * 72 / ax.figure.dpi, box.height * 72 / ax.figure.dpi


def _edges(canvas: Canvas, graph: Graph, places: Frame, known: _Known) -> None:
    step = known.current
    for (node, position), line in places.edges.items():
        source = node.inputs[position]
        forward = step is not None and step.kind == "forward" and step.node is node
        backward = step is not None and (step.kind, step.node, step.position) == ("edge", node, position)
        color = VALUE if forward else GRADIENT if backward else PAST if source in known.values else IDLE
        canvas.line(line, color, thick=forward or backward)
        if backward and len(graph.users(source)) > 1:
            canvas.arrow(line[0], color, to_left=True)
        if not backward:
            canvas.arrow(line[-1], color)
    for node, line in places.trunks.items():
        forward = step is not None and step.kind == "forward" and step.node is node
        backward = step is not None and (
            (step.kind in ("seed", "sum") and step.node is node)
            or (step.position is not None and step.node.inputs[step.position] is node
                and len(graph.users(node)) == 1)
        )  # fmt: skip
        color = VALUE if forward else GRADIENT if backward else PAST if node in known.values else IDLE
        canvas.line(line, color, thick=forward or backward)
        if backward:
            canvas.arrow(line[0], color, to_left=True)
        elif node is graph.output:
            canvas.arrow(line[-1], color)
        if len(graph.users(node)) > 1:
            canvas.dot(line[-1], color)


def _nodes(canvas: Canvas, places: Frame, known: _Known) -> None:
    for node, box in places.boxes.items():
        step = known.current
        active = step is not None and step.node is node
        color = PAST if node in known.values else IDLE
        fill = "#FFFFFF" if node.operation else INPUT_FILL
        if active and step is not None:
            color, fill = (VALUE, VALUE_FILL) if step.kind == "forward" else (GRADIENT, GRADIENT_FILL)
        constant = is_constant(node)
        canvas.box(box, color if node.operation or active else "none", "none" if constant else fill,
                   thick=active)  # fmt: skip
        text = node.operation.symbol if node.operation else show(node.value) if constant else node.name
        canvas.text(box.center, text, color=VALUE if constant else PALETTE["ink"], gid=DATA)
        if node.operation and node.name:
            canvas.text(box.above, node.name, color=PALETTE["ink"], gid=DATA)


def _numbers(canvas: Canvas, graph: Graph, places: Frame, known: _Known) -> None:
    gradients = graph.backward()
    for node, line in places.trunks.items():
        if node in known.values:
            canvas.text(canvas.over(line), show(node.value), color=VALUE, gid=DATA, above=True)
        if node in known.gradients:
            canvas.pill(canvas.under(line), show(gradients.nodes[node]), GRADIENT, GRADIENT_FILL)
    for edge, line in places.branches.items():
        if edge in known.edges:
            canvas.pill(canvas.under(line), show(gradients.edges[edge]), GRADIENT, GRADIENT_FILL)


def computational_graph(graph: Graph, *, step: int | None = None, ax: Axes | None = None) -> Axes:
    """계산 그래프를 왼쪽(입력)에서 오른쪽(출력)으로 그린다. 선 위는 값, 아래의 굵은 수는 기울기이다.

    엣지의 기울기 = 국소 기울기 × 뒤에서 온 기울기, 갈라진 점에서는 갈래마다의 기울기를 더한다.

    Parameters
    ----------
    graph : Graph
        노드가 16개 이하이고 출력이 하나인 그래프.
    step : int, optional
        몇 단계까지 계산한 그림인지(0~len(graph.steps)). 지금 단계를 굵은 선으로 보이고 그 설명을 위에
        적는다. 기본값 None은 설명 없이 모두 계산한 그림이다.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다. 제목을 달려면 그리기 전에 단다(글자의 크기를 축에 맞춘다).

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        graph가 Graph가 아니거나, 노드가 너무 많거나, 출력이 하나가 아니거나, step이 범위 밖이거나,
        글자를 읽을 수 없을 만큼 그림이 작을 때.

    Notes
    -----
    노드는 깊이에 따라 열에 놓고 엣지의 교차가 적어지도록 열 안의 차례를 정한다. 모든 step의 배치가
    같아서 슬라이더로 넘겨도 흔들리지 않는다. 뺄셈과 나눗셈에서는 위로 들어가는 것이 앞의 수이다.

    Examples
    --------
    >>> g = Graph()
    >>> x, y = g.input("x", 2), g.input("y", -3)
    >>> f = g.mul(x, y, name="f")
    >>> ax = computational_graph(g, ax=Figure().subplots())
    >>> [t.get_text() for t in ax.texts][:4]
    ['x', 'y', '×', 'f']
    """
    if not isinstance(graph, Graph):
        raise TypeError(f"graph: Graph여야 합니다. 받은 타입={type(graph).__name__}")
    if len(graph.nodes) > MAX_NODES:
        raise ValueError(
            f"graph: 그릴 수 있는 노드는 {MAX_NODES}개 이하입니다. 받은 개수={len(graph.nodes)}. "
            "식을 나누어 그리세요"
        )
    known = _known(graph, step)
    ax = get_axes(ax)
    ax.set_axis_off()
    width, height = _size(ax)
    head = HEAD if step is not None else MARGIN
    ax.set(xlim=(0, width), ylim=(0, height))
    places = frame(graph, (MARGIN, FOOT, width - MARGIN, height - head))
    canvas = Canvas(ax, places.font)
    _edges(canvas, graph, places, known)
    _nodes(canvas, places, known)
    _numbers(canvas, graph, places, known)
    if step is not None:
        text = graph.caption(step)
        size = min(12.5, (width - 2 * MARGIN) / text_width(text))
        ax.text(MARGIN, height - MARGIN, drawn(text), fontsize=size, va="top", color=PALETTE["ink"], gid=DATA)
    ax.text(MARGIN, FOOT / 2 - 1, "값 →", fontsize=11, va="center", color=VALUE, gid=GUIDE)
    ax.text(MARGIN + 44, FOOT / 2 - 1, "← 기울기", fontsize=11, va="center", weight="bold", color=GRADIENT,
            gid=GUIDE, bbox={"boxstyle": "round,pad=0.2", "fc": GRADIENT_FILL, "ec": "none"})  # fmt: skip
    canvas.finish()
    return ax
