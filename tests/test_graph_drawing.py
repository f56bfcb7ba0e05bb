"""계산 그래프의 그림: 글자가 겹치지 않고, 단계마다 하나씩 드러나고, 모든 단계의 배치가 같다."""

import matplotlib as mpl
import numpy as np
import pytest
from graph_examples import (
    EXPRESSIONS,
    RECIPES,
    cook,
    diamond,
    network,
    neuron,
    shopping,
    small,
    softmax,
    tangled,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure

from deepnote_lib import _figure_text, plots
from deepnote_lib.graph import Graph
from deepnote_lib.plots.graph import computational_graph, fit, layout
from deepnote_lib.widgets import explore

mpl.use("agg")
pytestmark = pytest.mark.backprop


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context():
        plots.use_style()
        yield
    plt.close("all")


def axes(size=(6.4, 3.6)):
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def full_axes(size):
    """그림을 채운 축. 배치를 다시 구하지 않아 빠르고, 글을 옮겨도 축이 움직이지 않는다."""
    figure = Figure(figsize=size, layout="none")
    FigureCanvasAgg(figure)
    return figure.add_axes([0, 0, 1, 1])


# --- 겹치는 글자 ---


def boxes_of(ax):
    """(글마다의 상자, 노드 도형마다의 상자, 선의 점들). 상자는 (왼쪽, 아래, 오른쪽, 위)이고 단위는 화소."""
    figure = ax.figure
    if figure.get_layout_engine() is not None:
        figure.get_layout_engine().execute(figure)  # 화면에 나갈 때의 위치
    renderer = figure.canvas.get_renderer()
    texts = []
    for text in ax.texts:
        box = text.get_window_extent(renderer)
        if text.get_bbox_patch() is not None:
            text.update_bbox_position_size(renderer)
            box = text.get_bbox_patch().get_window_extent(renderer)
        texts.append(box.extents)
    [patches] = [c for c in ax.collections if isinstance(c, PatchCollection)]
    paths = [ax.transData.transform_path(p) for p in patches.get_paths()]
    [lines] = [c for c in ax.collections if isinstance(c, LineCollection)]
    t = np.linspace(0, 1, 30)[:, None, None]
    points = []
    for segment in lines.get_segments():
        xy = ax.transData.transform(segment)
        points.append((xy[:-1] * (1 - t) + xy[1:] * t).reshape(-1, 2))
    shapes = np.array([p.get_extents().extents for p in paths])
    return np.array(texts), shapes, np.concatenate(points)


def areas(boxes):
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def overlaps(a, b):
    """상자 a (N, 4)와 b (M, 4)가 겹치는 넓이 (N, M)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    return np.maximum(high - low, 0).prod(axis=2)


def crowded(ax):
    """겹치거나 걸친 글자. 비어 있어야 한다."""
    boxes, shapes, points = boxes_of(ax)
    words = [t.get_text() for t in ax.texts]
    pairs = np.argwhere(np.triu(overlaps(boxes, boxes), k=1) > 0)
    found = [f"‘{words[i]}’와 ‘{words[j]}’의 글자가 겹친다" for i, j in pairs]
    frame = np.array([ax.figure.bbox.extents])
    inside = np.isclose(overlaps(boxes, frame)[:, 0], areas(boxes), rtol=1e-6)
    found += [f"‘{words[i]}’이 그림 밖으로 나간다" for i in np.flatnonzero(~inside)]
    # 글자의 상자는 줄의 높이라서 글자보다 크다. 위아래 15%를 뺀 속을 지나는 것이 없어야 한다
    core = boxes.copy()
    core[:, 1] += 0.15 * (boxes[:, 3] - boxes[:, 1])
    core[:, 3] -= 0.15 * (boxes[:, 3] - boxes[:, 1])
    shared = overlaps(core, shapes)
    # 노드의 글은 상자 안에 통째로 있고, 이름과 수는 상자에 닿지 않는다
    straddling = ((shared > 0) & (shared <= 0.98 * areas(core)[:, None])).any(axis=1)
    found += [f"‘{words[i]}’이 상자에 걸쳐 있다" for i in np.flatnonzero(straddling)]
    within = (points > core[:, None, :2]) & (points < core[:, None, 2:])
    crossed = within.all(axis=2).any(axis=1)
    return found + [f"선이 ‘{words[i]}’을 지난다" for i in np.flatnonzero(crossed)]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("size", [(5.2, 3.6), (6.4, 3.6)])
def test_nothing_overlaps(expression, size):
    if expression is tangled:
        size = (7.2, 3.6)  # 열이 아홉이라 더 넓어야 읽힌다
    if expression is softmax and size[0] < 6:
        size = (5.6, 3.6)
    g = expression()
    for step in (None, len(g.steps)):
        assert crowded(computational_graph(g, step=step, ax=axes(size))) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(RECIPES, st.lists(st.floats(-2, 2), min_size=1, max_size=3))
def test_nothing_overlaps_in_random_expressions(recipe, values):
    g = cook(recipe, values)
    assume(len(g.nodes) <= 14)
    assert crowded(computational_graph(g, ax=full_axes((16.0, 9.0)))) == []


@pytest.mark.parametrize("fault", ["글자가 겹친다", "밖으로", "상자에 걸쳐", "선이"])
def test_the_check_would_notice_crowded_text(fault):
    ax = computational_graph(small(), ax=full_axes((6.4, 3.6)))
    name, *_, value = [t for t in ax.texts if t.get_text() in ("q", "−4")]
    assert (name.get_text(), value.get_text()) == ("q", "−4")
    x, y = name.get_position()
    [lines] = [c for c in ax.collections if isinstance(c, LineCollection)]
    places = {
        "글자가 겹친다": (x, y),
        "밖으로": (-5.0, 100.0),
        "상자에 걸쳐": (x, y - 10),
        "선이": lines.get_segments()[0][:2].mean(axis=0) - [0, 4],
    }
    value.set_position(places[fault])
    assert any(fault in found for found in crowded(ax))


# --- 값과 기울기와 단계 ---


def test_text_colour_position_and_weight_tell_values_from_gradients():
    ax = computational_graph(small(), ax=axes())
    colour = {"값": plots.PALETTE["blue"], "기울기": plots.PALETTE["vermillion"]}
    values = [t for t in ax.texts if t.get_color() == colour["값"]][:-1]  # 마지막은 범례
    gradients = [t for t in ax.texts if t.get_color() == colour["기울기"]][:-1]
    assert [t.get_text() for t in values] == ["2", "−3", "4", "−1", "−4"]
    assert [t.get_text() for t in gradients] == ["4", "4", "−1", "4", "1"]
    assert all(t.get_weight() == "bold" and t.get_bbox_patch() for t in gradients)
    assert all(t.get_weight() == "normal" and not t.get_bbox_patch() for t in values)
    for value, gradient in zip(values, gradients, strict=True):
        assert value.get_position()[0] == gradient.get_position()[0]
        assert value.get_position()[1] > gradient.get_position()[1]


def words(ax):
    return [t.get_text() for t in ax.texts if t.get_gid() == _figure_text.DATA]


def test_each_step_reveals_one_more_number():
    g = diamond()
    counts = []
    for step in range(len(g.steps) + 1):
        ax = computational_graph(g, step=step, ax=axes())
        assert g.caption(step).replace("²", "$^{2}$") == words(ax)[-1]
        counts.append(len(words(ax)))
    # x의 값 하나에서 시작해 값 셋, 출력의 기울기, 엣지 넷, 갈라진 길의 합
    assert np.diff(counts).tolist() == [1] * 9
    assert len(words(computational_graph(g, ax=axes()))) == counts[-1] - 1  # 설명 한 줄만 빠진다


def test_the_current_step_is_drawn_thick_in_its_colour():
    g = small()
    thick = []
    for step in range(len(g.steps) + 1):
        ax = computational_graph(g, step=step, ax=axes())
        [lines] = [c for c in ax.collections if isinstance(c, LineCollection)]
        colours = [mpl.colors.to_hex(c).upper() for c in lines.get_colors()]
        marked = {c for c, w in zip(colours, lines.get_linewidths(), strict=True) if w > 2}
        thick.append(marked)
    blue, red = {plots.PALETTE["blue"]}, {plots.PALETTE["vermillion"]}
    assert thick == [set(), blue, blue, red, red, red, red, red]


def test_every_step_has_the_same_layout():
    g = softmax()

    def places(step):
        ax = computational_graph(g, step=step, ax=axes())
        [lines] = [c for c in ax.collections if isinstance(c, LineCollection)]
        return np.concatenate(lines.get_segments())

    first = places(0)
    assert all(np.array_equal(first, places(k)) for k in range(1, len(g.steps) + 1))


# --- 배치 ---


def test_a_tree_is_drawn_without_crossings_even_when_inputs_skip_layers():
    for expression in (small, neuron, shopping, network, diamond):
        arranged = layout.arrange(expression(), lambda node: (1.0, 1.0))
        assert layout.crossings(arranged.columns) == 0


def test_the_first_operand_of_an_ordered_operation_enters_above():
    for first in ("a", "b"):
        g = Graph()
        a, b = g.input("a", 2), g.input("b", 3)
        difference = a - b if first == "a" else b - a
        arranged = layout.arrange(g, lambda node: (1.0, 1.0))
        top = min((a, b), key=lambda node: arranged.items[node].y)
        assert top.name == first
        assert layout.port_offset(difference, 0, [5.0, 1.0]) < layout.port_offset(
            difference, 1, [5.0, 1.0]
        )
    # 순서가 없는 연산은 위에서 온 것이 위로 들어간다
    assert layout.port_offset(g.add(a, b), 0, [5.0, 1.0]) > 0


def test_spread_keeps_the_order_and_the_gaps_and_stays_near_the_wishes():
    assert layout.spread([0.0, 5.0], [2.0], [1.0, 1.0]) == [0.0, 5.0]
    # 둘 다 1에 있고 싶지만 2만큼 떨어져야 한다. 무게가 3:1이면 가벼운 것이 세 배 움직인다
    assert layout.spread([1.0, 1.0], [2.0], [1.0, 1.0]) == [0.0, 2.0]
    assert layout.spread([1.0, 1.0], [2.0], [3.0, 1.0]) == [0.5, 2.5]


# --- 그림 전체 ---


def test_changed_numbers_change_both_summaries():
    figures = []
    for x in (2.0, 2.01):
        g = Graph()
        g.exp(g.input("x", x), name="y")
        figures.append(computational_graph(g, step=3, ax=axes()).figure)
    one, other = map(_figure_text.describe, figures)
    assert one != other
    assert "값 x, exp, y, 2, 7.39, 7.39, 1, 지수 y → x: 국소 기울기 7.39" in one
    assert _figure_text.fingerprint(figures[0]) != _figure_text.fingerprint(figures[1])
    assert "←" not in one  # 범례는 데이터가 아니다
    written = _figure_text.describe(computational_graph(network(), ax=axes()).figure)
    assert "w1" in written  # 첨자를 그리는 표시($)는 빼고 적는다
    assert "x^2" in written


def test_the_drawing_is_deterministic():
    def render():
        ax = computational_graph(softmax(), step=9, ax=axes())
        ax.figure.canvas.draw()
        return bytes(ax.figure.canvas.buffer_rgba())

    assert render() == render()


def test_the_current_axes_are_used_and_no_figure_is_made():
    figure, ax = plt.subplots()
    assert computational_graph(small()) is ax
    assert plt.get_fignums() == [figure.number]


def test_a_subfigure_can_hold_the_drawing():
    top, _ = Figure(figsize=(7, 8)).subfigures(2)
    ax = top.subplots()
    assert computational_graph(small(), ax=ax) is ax
    assert "−4" in words(ax)


def long_chain(n):
    g = Graph()
    x = g.input("x", 0.5)
    for _ in range(n - 1):
        x = g.tanh(x)
    return g


@pytest.mark.parametrize(
    ("graph", "step", "message"),
    [
        (small(), 8, "step: 0~7 사이여야 합니다. 받은 값=8"),
        (small(), -1, "step: 0 이상의 정수여야"),
        (long_chain(17), None, "그릴 수 있는 노드는 16개 이하입니다. 받은 개수=17"),
        (long_chain(16), None, "배는 되어야 합니다. .* 열 16개"),
    ],
)
def test_graphs_that_cannot_be_drawn_say_why(graph, step, message):
    with pytest.raises(ValueError, match=message):
        computational_graph(graph, step=step, ax=axes())


@pytest.mark.parametrize("size", [(0.2, 0.2), (6.4, 0.3), (0.05, 3.6)])
def test_axes_smaller_than_the_margins_are_refused(size):
    with pytest.raises(ValueError, match=r"^ax: 글자를 읽을 수 있으려면 .*배는 되어야 합니다"):
        computational_graph(small(), ax=full_axes(size))


def test_only_a_graph_can_be_drawn():
    with pytest.raises(TypeError, match=r"graph: Graph 객체여야 합니다\. 받은 값=Node\(f = −4\)"):
        computational_graph(small().output, ax=axes())
    with pytest.raises(TypeError, match="step: 0 이상의 정수여야"):
        computational_graph(small(), step=1.5, ax=axes())


def test_a_width_is_measured_with_the_font_in_use():
    with mpl.rc_context({"font.family": "DejaVu Sans Mono"}):
        mono = fit.text_width("iii")
    assert fit.text_width("iii") < mono == pytest.approx(1.8, abs=0.05)  # 고정폭 글자는 0.6em이다


def test_a_slider_over_the_steps_stays_small():
    g = neuron()
    slider = explore(
        lambda ax, step: computational_graph(g, step=step, ax=ax),
        step=range(len(g.steps) + 1), alt=g.caption, figsize=(6.4, 3.6), dpi=84,
    )  # fmt: skip
    assert len(slider.images) == 16
    assert len(slider.html.encode()) < 250_000
    assert slider.alts[1] == "곱셈: 2 × (−1) = −2"
    assert "0.393" in slider.text.splitlines()[-1]


def test_an_expression_of_constants_is_drawn_with_its_values():
    g = Graph()
    (g.exp(g.constant(0)) + 1) * g.input("x", 3)
    assert "1, 2" in _figure_text.fingerprint(computational_graph(g, ax=axes()).figure)
