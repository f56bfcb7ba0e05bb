"""계산 그래프: 기울기가 수치 미분과 같고, 단계가 차례를 지키고, 그림에 겹치는 글자가 없다."""

import math
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from deepnote_lib import _figure_text, plots
from deepnote_lib.graph import Graph, operations
from deepnote_lib.graph.node import show
from deepnote_lib.plots.graph import computational_graph, layout
from deepnote_lib.widgets import explore

mpl.use("agg")


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context():
        plots.use_style()
        yield
    plt.close("all")


def small():
    # q = x + y = −1, f = q·z = −4 → ∂f/∂x = ∂f/∂y = z = 4, ∂f/∂z = q = −1
    g = Graph()
    x, y, z = g.input("x", 2), g.input("y", -3), g.input("z", 4)
    q = (x + y).named("q")
    g.mul(q, z, name="f")
    return g


def diamond():
    g = Graph()
    x = g.input("x", 1.5)
    g.mul(g.square(x, name="u"), g.exp(x, name="v"), name="f")
    return g


def neuron():
    g = Graph()
    inputs = [("w₁", 2), ("x₁", -1), ("w₂", -3), ("x₂", -2), ("b", -3)]
    w1, x1, w2, x2, b = (g.input(name, value) for name, value in inputs)
    g.sigmoid((w1 * x1 + w2 * x2 + b).named("z"), name="a")
    return g


def softmax():
    g = Graph()
    z1, z2 = g.input("z₁", 2.0), g.input("z₂", -0.5)
    e1, e2 = g.exp(z1), g.exp(z2)
    p = (e1 / (e1 + e2).named("S")).named("p₁")
    g.neg(g.log(p), name="L")
    return g


def logistic():
    g = Graph()
    g.div(1, 1 + g.exp(-g.input("x", 0.8)), name="y")
    return g


def shopping():
    g = Graph()
    apple, n = g.input("사과 값", 100), g.input("사과 개수", 2)
    orange, m, tax = g.input("귤 값", 150), g.input("귤 개수", 3), g.input("소비세", 1.1)
    ((apple * n + orange * m).named("과일") * tax).named("낼 돈")
    return g


def network():
    g = Graph()
    x, w1, w2 = g.input("x", 1.0), g.input("w₁", 0.5), g.input("w₂", -1.2)
    v1, v2, t = g.input("v₁", 2), g.input("v₂", 0.7), g.input("t", 2)
    g.square(g.relu(x * w1) * v1 + g.relu(x * w2) * v2 - t, name="L")
    return g


def itself():
    g = Graph()
    x = g.input("x", -3)
    x * x
    return g


def alone():
    g = Graph()
    g.input("x", 1)
    return g


def tangled():
    g = Graph()
    a, b = g.input("a", 2), g.input("b", 3)
    s, d = a + b, a - b
    r = g.max(s * d, s / a)
    r * s - a
    return g


EXPRESSIONS = [
    small, diamond, neuron, softmax, logistic, shopping, network, itself, alone, tangled,
]  # fmt: skip


def axes(size=(6.4, 3.6)):
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


# --- 값과 기울기 ---


def test_gradients_of_a_small_expression_match_the_hand_computation():
    gradients = small().backward()
    assert [gradients[n] for n in "xyzqf"] == [4.0, 4.0, -1.0, 4.0, 1.0]


def test_fan_out_adds_the_gradients_of_every_edge():
    # x·x: 두 엣지에서 −3씩 와서 −6
    g = itself()
    gradients = g.backward()
    assert [gradients.edges[g.output, i] for i in (0, 1)] == [-3.0, -3.0]
    assert gradients["x"] == -6.0
    # x²·eˣ: (2x + x²)eˣ. 곱하는 차례만 다르므로 반올림 몇 번의 차이만 허락한다
    assert diamond().backward()["x"] == pytest.approx((3.0 + 2.25) * math.exp(1.5), rel=1e-14)


def test_the_sigmoid_neuron_and_softmax_cross_entropy_match_their_formulas():
    gradients = neuron().backward()
    slope = math.exp(-1) / (1 + math.exp(-1)) ** 2  # z = −2 + 6 − 3 = 1
    for name, factor in [("w₁", -1), ("x₁", 2), ("w₂", -2), ("x₂", -3), ("b", 1)]:
        assert gradients[name] == pytest.approx(factor * slope, rel=1e-14)
    p = math.exp(2) / (math.exp(2) + math.exp(-0.5))
    gradients = softmax().backward()
    # p − 1이 지워지며 남는 반올림 오차만큼 느슨하다
    assert gradients["z₁"] == pytest.approx(p - 1, rel=1e-13)
    assert gradients["z₂"] == pytest.approx(1 - p, rel=1e-13)


@pytest.mark.parametrize("order", ["앞이 큼", "뒤가 큼", "같음"])
def test_max_sends_the_gradient_to_the_larger_and_on_a_tie_to_the_first(order):
    a, b = {"앞이 큼": (2, 1), "뒤가 큼": (1, 2), "같음": (2, 2)}[order]
    g = Graph()
    top = g.max(g.input("a", a), g.input("b", b))
    assert top.value == 2.0
    assert top.local == ((0.0, 1.0) if order == "뒤가 큼" else (1.0, 0.0))


def test_relu_has_zero_gradient_at_zero():
    g = Graph()
    assert g.relu(g.input("x", 0.0)).local == (0.0,)


@pytest.mark.parametrize(
    ("x", "n", "value", "slope"),
    [(2, 3, 8, 12), (-2, 3, -8, 12), (4, 0.5, 2, 0.25), (2, -1, 0.5, -0.25), (0, 2, 0, 0), (0, 1, 0, 1),
     (0, 0, 1, 0), (0, 1.5, 0, 0)],
)  # fmt: skip
def test_power_matches_the_hand_computation(x, n, value, slope):
    g = Graph()
    y = g.input("x", x) ** n
    assert (y.value, *y.local) == (value, slope)


def test_a_very_negative_sigmoid_does_not_overflow():
    g = Graph()
    # σ(−745) ≈ e⁻⁷⁴⁵는 가장 작은 양수 근처이다
    assert 0 < g.sigmoid(g.input("x", -740.0)).value < 1e-300


def test_numbers_on_either_side_become_constants_without_gradients():
    g = Graph()
    x = g.input("x", 2.0)
    y = 1 / (3 - (2 * x + 1 - 0.5) / 4) ** 2 + 5  # 안쪽: 3 − 4.5/4 = 1.875
    assert y.value == pytest.approx(1.875**-2 + 5, rel=1e-15)
    gradients = g.backward()
    assert gradients["x"] == pytest.approx(2 * 1.875**-3 * 0.5, rel=1e-14)
    constants = [n for n in g.nodes if n.operation is None and not n.tracked]
    assert [c.value for c in constants] == [2.0, 1.0, 0.5, 4.0, 3.0, 1.0, 5.0]
    with pytest.raises(KeyError, match="기울기를 구한 노드"):
        gradients[constants[0]]


def test_an_expression_of_constants_only_gets_no_gradient():
    g = Graph()
    two = g.exp(g.constant(0)) + 1
    product = two * g.input("x", 3)
    assert (product.value, two.tracked) == (6.0, False)
    assert set(g.backward().nodes) == {product, g["x"]}
    assert [s.kind for s in g.steps] == ["forward"] * 3 + ["seed", "edge"]
    assert "1, 2" in _figure_text.fingerprint(computational_graph(g, ax=axes()).figure)


# 어떤 값에서도 정의되는 연산만 골라, 수치 미분과 견줄 아무 식이나 만든다
UNARY = {
    "neg": lambda g, a: -a,
    "square": lambda g, a: g.square(a),
    "cube": lambda g, a: a**3,
    "sigmoid": lambda g, a: g.sigmoid(a),
    "tanh": lambda g, a: g.tanh(a),
    "relu": lambda g, a: g.relu(a),
    "exp": lambda g, a: g.exp(g.tanh(a)),
    "log": lambda g, a: g.log(g.square(a) + 1),
}
BINARY = {
    "add": lambda g, a, b: a + b,
    "sub": lambda g, a, b: a - b,
    "mul": lambda g, a, b: a * b,
    "div": lambda g, a, b: a / (g.square(b) + 0.5),
    "max": lambda g, a, b: g.max(a, b),
}
RECIPES = st.lists(
    st.tuples(st.sampled_from([*UNARY, *BINARY]), st.integers(0, 30), st.integers(0, 30)),
    min_size=1, max_size=7,
)  # fmt: skip


def cook(recipe, values):
    """recipe대로 식을 만들고, 쓰이지 않은 노드를 모두 더해 출력을 하나로 만든다."""
    g = Graph()
    pool = [g.input(f"x{i}", v) for i, v in enumerate(values)]
    for name, i, j in recipe:
        a, b = pool[i % len(pool)], pool[j % len(pool)]
        pool.append(UNARY[name](g, a) if name in UNARY else BINARY[name](g, a, b))
    used = {x for n in g.nodes for x in n.inputs}
    total, *rest = [n for n in g.nodes if n not in used]
    for node in rest:
        total = total + node
    return g


def slope(recipe, values, i, h):
    ends = [[v + s * h if k == i else v for k, v in enumerate(values)] for s in (1, -1)]
    high, low = (cook(recipe, e).output.value for e in ends)
    return (high - low) / (2 * h)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(RECIPES, st.lists(st.floats(-2, 2), min_size=1, max_size=3))
def test_random_expressions_agree_with_numerical_differentiation(recipe, values):
    g = cook(recipe, values)
    assume(all(abs(n.value) < 1e3 for n in g.nodes))
    # 꺾이는 점(ReLU의 0, max의 같은 값) 가까이에서는 수치 미분이 맞지 않는다
    for node in g.nodes:
        if node.operation is not None and node.operation.symbol in ("max", "ReLU"):
            a, b = [*[x.value for x in node.inputs], 0.0][:2]
            # max(a, a)는 꺾이지 않는다
            same = len(node.inputs) == 2 and node.inputs[0] is node.inputs[1]
            assume(same or abs(a - b) > 0.05)
    gradients = g.backward()
    for i in range(len(values)):
        coarse, fine = slope(recipe, values, i, 2e-4), slope(recipe, values, i, 1e-4)
        numeric = (4 * fine - coarse) / 3  # 리처드슨 보외: 절단 오차가 h⁴에 비례한다
        assume(abs(fine - coarse) < 1e-2 * (1 + abs(fine)))  # 아주 가파르게 휘는 곳은 뺀다
        scale = 1 + abs(numeric) + max(abs(n.value) for n in g.nodes)
        # 반올림 오차는 ε·|값|/h ≈ 2e−12·|값|, 절단 오차는 두 차이의 몇 분의 일
        tolerance = 1e-8 * scale + 0.1 * abs(fine - coarse)
        assert gradients[f"x{i}"] == pytest.approx(numeric, abs=tolerance)


# --- 단계 ---


def test_steps_go_forward_node_by_node_then_backward_edge_by_edge():
    g = small()
    q, f = g["q"], g["f"]
    assert [(s.kind, s.node, s.position) for s in g.steps] == [
        ("forward", q, None), ("forward", f, None), ("seed", f, None),
        ("edge", f, 0), ("edge", f, 1), ("edge", q, 0), ("edge", q, 1),
    ]  # fmt: skip
    assert [g.caption(k) for k in range(5)] == [
        "처음: 입력의 값만 안다",
        "덧셈 q: 2 + (−3) = −1",
        "곱셈 f: (−1) × 4 = −4",
        "역전파의 시작: 출력을 출력으로 미분한 기울기는 1",
        "곱셈 f → q: 국소 기울기 4 × 뒤에서 온 기울기 1 = 4",
    ]


def test_a_fork_gets_its_sum_step_right_after_its_last_edge():
    kinds = [(s.kind, s.node.name) for s in diamond().steps]
    assert kinds[-3:] == [("edge", "v"), ("edge", "u"), ("sum", "x")]
    assert diamond().steps[-1].text == "x: 갈라진 길의 기울기를 더하면 10.1 + 13.4 = 23.5"


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_backward_edge_comes_after_the_gradient_it_multiplies(expression):
    g = expression()
    known, waiting = set(), {n: len(g.users(n)) for n in g.nodes}
    for step in g.steps:
        if step.kind in ("seed", "sum"):
            known.add(step.node)
        elif step.kind == "edge":
            assert step.node in known
            source = step.node.inputs[step.position]
            waiting[source] -= 1
            if len(g.users(source)) == 1:
                known.add(source)
    assert known == set(g.backward().nodes)
    assert all(waiting[n] == 0 for n in known)


def test_function_formulas_do_not_wrap_a_negative_number_twice():
    g = Graph()
    g.exp(g.input("x", -1))
    assert g.steps[0].text == "지수: exp(−1) = 0.368"


# --- 오류 ---


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda g, x: x / 0, "나눗셈: 나누는 수는 0이 아니어야 합니다. 받은 식=2 ÷ 0"),
        (lambda g, x: g.log(x - 2), "로그: 로그의 입력은 0보다 커야 합니다. 받은 식=log\\(0\\)"),
        (lambda g, x: g.exp(x * 500), "지수: 결과의 값이 .* 받은 식=exp\\(1000\\)"),
        (lambda g, x: x * 1e308, "곱셈: 결과의 값이"),
        (lambda g, x: g.log(x * 1e-310), "로그: 국소 기울기의 값이"),
        (lambda g, x: (x - 2) ** -1, "-1제곱: 밑이"),
        (lambda g, x: (x - 2) ** 0.5, "0.5제곱: 밑이"),
        (lambda g, x: (-x) ** 0.5, "0.5제곱: 밑이"),
        (
            lambda g, x: x + Graph().input("y", 1),
            "x: 이 그래프의 노드여야 합니다. 받은 값=다른 그래프의",
        ),
        (lambda g, x: g.input("x", 1), "name: 다른 노드가 쓰지 않는 이름이어야 합니다"),
        (lambda g, x: (x + 1).named("x"), "name: 다른 노드가 쓰지 않는 이름이어야 합니다"),
        (lambda g, x: x.named(" "), "name: 비어 있지 않은 문자열이어야 합니다"),
        (lambda g, x: g.input("y", math.nan), "value: 유한한 수여야 합니다"),
    ],
)
def test_wrong_expressions_are_refused_in_korean(build, message):
    g = Graph()
    x = g.input("x", 2)
    with pytest.raises(ValueError, match=message):
        build(g, x)


def test_wrong_types_and_unknown_names_are_refused():
    g = small()
    with pytest.raises(TypeError, match=r"value: 유한한 수여야 합니다\. 받은 값='2'"):
        g["x"] + "2"
    with pytest.raises(TypeError, match="exponent: 유한한 수여야"):
        g["x"] ** g["y"]
    with pytest.raises(
        TypeError, match=r"exponent: 지수는 노드가 아니라 수여야 .* graph\.exp\(x\)"
    ):
        2 ** g["x"]
    for unknown in ("없음", 3, ["x"]):
        with pytest.raises(KeyError, match="그래프에 있는 이름이어야 합니다"):
            g[unknown]
    with pytest.raises(TypeError, match="name: 비어 있지 않은 문자열이어야 합니다"):
        g["x"].named(3)
    with pytest.raises(TypeError, match="node: "):
        g.rename("x", "y")
    with pytest.raises(ValueError, match="node: 이 그래프의 노드여야 합니다"):
        g.rename(small()["x"], "w")


def test_an_operation_is_applied_to_as_many_inputs_as_it_takes():
    g = small()
    with pytest.raises(TypeError, match=r"덧셈: 입력이 2개여야 합니다\. 받은 개수=1"):
        g.apply(operations.ADD, g["x"])
    with pytest.raises(TypeError, match="operation: "):
        g.apply("+", g["x"], g["y"])
    cube = operations.power(3)
    assert g.apply(cube, g["x"], name="x³").value == 8.0
    with pytest.raises(TypeError, match="exponent: 유한한 수여야"):
        operations.power("3")


@pytest.mark.parametrize("key", ["없음", "", 3, ["x"], np.array(["x"])])
def test_an_unknown_gradient_lists_the_known_names(key):
    with pytest.raises(
        KeyError, match=r"기울기를 구한 노드나 그 이름이어야 합니다\(이름: f, q, z, x, y\)"
    ):
        small().backward()[key]


def test_gradients_follow_a_name_that_is_given_later():
    g = small()
    gradients = g.backward()
    g["x"].named("x′")
    assert gradients["x′"] == gradients[g["x′"]] == 4.0
    constant = g.constant(2).named("c")
    for key in ("c", constant):
        with pytest.raises(KeyError, match="기울기를 구한 노드"):
            gradients[key]


def test_a_step_that_does_not_exist_is_refused():
    g = small()
    with pytest.raises(ValueError, match=r"step: 0~7 사이여야 합니다\. 받은 값=8"):
        g.caption(8)
    for step in (-1, 1.5, "1"):
        with pytest.raises((TypeError, ValueError), match="step: 0 이상의 정수여야"):
            g.caption(step)


def test_a_refused_node_leaves_no_trace():
    g = Graph()
    x = g.input("x", 0.0)
    for bad in (
        lambda: g.log(x),
        lambda: g.input("x", 1),
        lambda: x / 0,
        lambda: g.add(x, 1, name="x"),
    ):
        with pytest.raises(ValueError, match=r"로그|name|나눗셈"):
            bad()
    assert g.nodes == [x]


def test_backward_needs_one_output_that_depends_on_an_input():
    for build, got in [
        (lambda g: None, "빈 그래프"),
        (lambda g: g.input("y", 1) * 2, r"Node\(x = 2\), Node\(곱셈 = 2\)"),
        (lambda g: g.constant(1) * 2, "Node"),
    ]:
        g = Graph()
        if got != "빈 그래프":
            g.input("x", 2)
        build(g)
        with pytest.raises(ValueError, match=f"출력 하나뿐이고 .* 받은 노드={got}"):
            g.backward()


def test_renaming_frees_the_old_name():
    g = Graph()
    x = g.input("x", 2).named("y")
    assert g["y"] is x
    assert g.input("x", 1) is not x


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (1 / 3, "0.333"), (999.4, "999"), (999.6, "1000"), (-12345.6, "−12346"),
     (123456.0, "1.23e5"), (-1.5e-6, "−1.5e−6")],
)  # fmt: skip
def test_numbers_are_shown_with_three_digits_and_a_true_minus(value, text):
    assert show(value) == text


# --- 그림 ---


def boxes_of(ax):
    """(글마다의 상자, 노드 도형마다의 상자, 선의 점들). 단위는 화소."""
    ax.figure.draw_without_rendering()
    renderer = ax.figure.canvas.get_renderer()
    texts = []
    for text in ax.texts:
        box = text.get_window_extent(renderer)
        if text.get_bbox_patch() is not None:
            box = text.get_bbox_patch().get_window_extent(renderer)
        texts.append((text.get_text(), box))
    [patches] = [c for c in ax.collections if isinstance(c, PatchCollection)]
    shapes = [
        Bbox.from_extents(*ax.transData.transform_path(p).get_extents().extents)
        for p in patches.get_paths()
    ]
    [lines] = [c for c in ax.collections if isinstance(c, LineCollection)]
    points = []
    for segment in lines.get_segments():
        xy = ax.transData.transform(segment)
        t = np.linspace(0, 1, 30)[:, None, None]
        points.append((xy[:-1] * (1 - t) + xy[1:] * t).reshape(-1, 2))
    return texts, shapes, np.concatenate(points)


def area(box):
    return max(0.0, box.width) * max(0.0, box.height)


def overlap(a, b):
    return max(0.0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))


def assert_nothing_overlaps(ax):
    texts, shapes, points = boxes_of(ax)
    for (one, a), (other, b) in combinations(texts, 2):
        assert overlap(a, b) == 0, f"‘{one}’와 ‘{other}’의 글자가 겹친다"
    for text, full in texts:
        inside = overlap(full, ax.figure.bbox)
        assert inside == pytest.approx(area(full)), f"‘{text}’이 그림 밖으로 나간다"
        # 글자의 상자는 줄의 높이라서 글자보다 크다. 위아래 15%를 뺀 속을 지나는 것이 없어야 한다
        trim = 0.15 * full.height
        box = Bbox.from_extents(full.x0, full.y0 + trim, full.x1, full.y1 - trim)
        for shape in shapes:
            shared = overlap(box, shape)
            # 노드의 글은 상자 안에 통째로 있고, 이름과 수는 상자에 닿지 않는다
            assert shared == 0 or shared > 0.98 * area(box), f"‘{text}’이 상자에 걸쳐 있다"
        crossed = ((points > box.min) & (points < box.max)).all(axis=1)
        assert not crossed.any(), f"선이 ‘{text}’을 지난다"


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("size", [(5.2, 3.6), (6.4, 3.6)])
def test_nothing_overlaps(expression, size):
    if expression is tangled:
        size = (7.2, 3.6)  # 열이 아홉이라 더 넓어야 읽힌다
    if expression is softmax and size[0] < 6:
        size = (5.6, 3.6)
    g = expression()
    for step in (None, len(g.steps)):
        assert_nothing_overlaps(computational_graph(g, step=step, ax=axes(size)))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(RECIPES, st.lists(st.floats(-2, 2), min_size=1, max_size=3))
def test_nothing_overlaps_in_random_expressions(recipe, values):
    g = cook(recipe, values)
    assume(len(g.nodes) <= 14)
    assert_nothing_overlaps(computational_graph(g, ax=axes((16.0, 9.0))))


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
    # 차례가 없는 연산은 위에서 온 것이 위로 들어간다
    assert layout.port_offset(g.add(a, b), 0, [5.0, 1.0]) > 0


def test_spread_keeps_the_order_and_the_gaps_and_stays_near_the_wishes():
    assert layout.spread([0.0, 5.0], [2.0], [1.0, 1.0]) == [0.0, 5.0]
    # 둘 다 1에 있고 싶지만 2만큼 떨어져야 한다. 무게가 3:1이면 가벼운 쪽이 세 배 움직인다
    assert layout.spread([1.0, 1.0], [2.0], [1.0, 1.0]) == [0.0, 2.0]
    assert layout.spread([1.0, 1.0], [2.0], [3.0, 1.0]) == [0.5, 2.5]


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


def test_only_a_graph_can_be_drawn():
    with pytest.raises(TypeError, match=r"graph: Graph 객체여야 합니다\. 받은 값=Node\(f = −4\)"):
        computational_graph(small().output, ax=axes())
    with pytest.raises(TypeError, match="step: 0 이상의 정수여야"):
        computational_graph(small(), step=1.5, ax=axes())


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
