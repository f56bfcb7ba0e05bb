"""계산 그래프: 기울기가 수치 미분과 같고, 단계가 순서를 지킨다. 그림은 test_graph_drawing이 본다."""

import math

import numpy as np
import pytest
from graph_examples import EXPRESSIONS, RECIPES, cook, diamond, itself, neuron, small, softmax
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deepnote_lib.graph import Graph, operations
from deepnote_lib.graph.node import show

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
