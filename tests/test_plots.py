"""그림: 데이터를 그대로 그리고, 축을 반환하고, 그림을 흘리지 않고, 틀린 인수를 이름으로 알린다."""

import inspect
import math
import re
from itertools import combinations
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from deepnote_lib import _figure_text, plots
from deepnote_lib.graph import Graph
from deepnote_lib.inspection import inspect_network
from deepnote_lib.layers import Affine, ReLU
from deepnote_lib.losses import SoftmaxCrossEntropy
from deepnote_lib.models import Sequential
from deepnote_lib.plots import images, style

mpl.use("agg")


@pytest.fixture(autouse=True)
def _clean():
    """테스트마다 전역 설정을 되돌리고, 남긴 그림을 닫는다."""
    with mpl.rc_context():
        yield
    plt.close("all")


@pytest.fixture
def ax():
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def history(n=12, validation=True):
    e = np.arange(n)
    return SimpleNamespace(
        loss=np.exp(-e / 4.0),
        val_loss=np.exp(-e / 5.0) + 0.01 * e if validation else np.full(n, np.nan),
        accuracy=1 - np.exp(-(e + 1) / 4.0),
        val_accuracy=1 - np.exp(-(e + 1) / 5.0) if validation else np.array([None] * n),
    )


X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
IMAGES = np.arange(4 * 9, dtype=float).reshape(4, 3, 3)
PROBABILITIES = np.array([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 1.0]])
TRACE = [("Affine", np.array([[-1.0, 1.0]])), ("ReLU", np.array([[0.0, 1.0]]))]
BINS = (np.array([0.55, 0.7, 0.9]), np.array([0.5, 0.6, 0.9]), np.array([4, 0, 12]))

CALLS = {
    "loss_curve": lambda ax: plots.loss_curve(history(), ax=ax),
    "accuracy_curve": lambda ax: plots.accuracy_curve(history(), ax=ax),
    "points": lambda ax: plots.points(X, [0, 1, 1, 0], ax=ax),
    "line": lambda ax: plots.line([1.0, 1.0], -1.0, ax=ax, label="경계"),
    "decision_boundary": lambda ax: plots.decision_boundary(
        lambda g: g[:, 0] > 0.5, X, [0, 1, 0, 1], ax=ax, resolution=20
    ),
    "digit_grid": lambda ax: plots.digit_grid(IMAGES, [0, 1, 2, 3], ax=ax),
    "misclassified": lambda ax: plots.misclassified(IMAGES, [0, 1, 2, 3], [0, 2, 2, 1], ax=ax),
    "weight_images": lambda ax: plots.weight_images(np.eye(9)[:, :4], shape=(3, 3), ax=ax),
    "activation_histogram": lambda ax: plots.activation_histogram(TRACE, ax=ax),
    "confusion_matrix": lambda ax: plots.confusion_matrix([[8, 2], [1, 9]], ax=ax),
    "reliability_diagram": lambda ax: plots.reliability_diagram(BINS, ax=ax),
    "simplex": lambda ax: plots.simplex(PROBABILITIES, ax=ax, path=True, label="온도"),
}


# --- 모든 그림 함수의 공통 규칙 ---


@pytest.mark.parametrize("name", CALLS)
def test_a_plot_returns_the_given_axes_and_registers_no_figure(name, ax):
    before = dict(mpl.rcParams)
    assert CALLS[name](ax) is ax
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", CALLS)
def test_a_plot_without_axes_draws_on_the_current_axes(name):
    _, current = plt.subplots()
    assert CALLS[name](None) is current
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_plot_draws_in_the_book_style_without_a_missing_glyph(name, ax):
    with mpl.rc_context():
        plots.use_style()
        figure = Figure()
        FigureCanvasAgg(figure)
        CALLS[name](figure.subplots())
        figure.canvas.draw()  # 경고는 오류이므로 글자가 빠지면 실패한다


@pytest.mark.parametrize("name", CALLS)
def test_a_plot_leaves_its_data_unchanged(name, ax):
    arrays = (X, IMAGES, PROBABILITIES, *BINS, *(a for _, a in TRACE))
    copies = [a.copy() for a in arrays]
    CALLS[name](ax)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, copies, strict=True))


@pytest.mark.parametrize(
    ("ax", "cure"),
    [
        ("축", "받은 값='축'$"),
        (Figure().subplots(1, 2), r"축이 여럿이면 ax=axes\[0\]처럼 하나를 고르세요"),
        (Figure(), r"fig, ax = plt\.subplots\(\)의 ax를 건네세요"),
    ],
)
def test_what_is_not_an_axes_is_refused_with_a_cure(ax, cure):
    with pytest.raises(TypeError, match=f"^ax: Matplotlib의 Axes여야 합니다.*{cure}"):
        plots.points(X, [0, 1, 1, 0], ax=ax)


@pytest.mark.parametrize("name", ["loss_curve", "accuracy_curve", "points", "activation_histogram",
                                  "confusion_matrix", "reliability_diagram"])  # fmt: skip
def test_axes_are_labelled(name, ax):
    CALLS[name](ax)
    assert ax.get_xlabel()
    assert ax.get_ylabel()


# --- 곡선 ---


def test_a_history_draws_training_and_validation_from_epoch_one(ax):
    h = history()
    plots.loss_curve(h, ax=ax)
    train, validation = ax.lines
    assert np.array_equal(train.get_ydata(), h.loss)
    assert np.array_equal(validation.get_ydata(), h.val_loss)
    assert list(train.get_xdata()) == list(range(1, 13))
    assert [line.get_label() for line in ax.lines] == ["훈련", "검증"]


def test_training_and_validation_differ_by_marker_not_by_color_alone(ax):
    plots.accuracy_curve(history(), ax=ax)
    train, validation = ax.lines
    assert train.get_color() == validation.get_color()
    assert train.get_marker() != validation.get_marker()


def test_runs_drawn_on_one_axes_differ_by_color_and_line_style():
    plots.use_style()
    _, ax = plt.subplots()
    plots.loss_curve(history(), ax=ax, label="없음")
    plots.loss_curve(history(), ax=ax, label="L2")
    first, _, second, second_validation = ax.lines
    assert first.get_color() != second.get_color()
    assert first.get_linestyle() != second.get_linestyle()
    assert second.get_linestyle() == second_validation.get_linestyle()
    assert ax.get_legend_handles_labels()[1] == [
        "없음 · 훈련",
        "없음 · 검증",
        "L2 · 훈련",
        "L2 · 검증",
    ]


def test_a_history_without_validation_draws_one_curve(ax):
    plots.loss_curve(history(validation=False), ax=ax, label="L2")
    plots.accuracy_curve(history(validation=False), ax=ax)
    plots.loss_curve(SimpleNamespace(loss=[1.0, 0.5]), ax=ax)
    assert [line.get_label() for line in ax.lines] == ["L2", "훈련", "훈련"]


def test_a_plain_sequence_draws_one_curve_without_a_legend(ax):
    plots.loss_curve([3, 2, 1], ax=ax)
    assert list(ax.lines[0].get_ydata()) == [3, 2, 1]
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    ("values", "error"),
    [([], ValueError), ([[1.0]], ValueError), (["a"], TypeError), ([0.5, 1.2], ValueError)],
)
def test_a_bad_curve_is_refused(values, error, ax):
    with pytest.raises(error, match="history:"):
        plots.accuracy_curve(values, ax=ax)


# --- 점, 직선, 결정 경계 ---


def test_classes_differ_by_color_and_marker(ax):
    plots.points(X, [0, 1, 2, 0], ax=ax, names=["가", "나", "다"])
    assert [len(c.get_offsets()) for c in ax.collections] == [2, 1, 1]
    colors = {tuple(c.get_facecolor()[0]) for c in ax.collections}
    shapes = {c.get_paths()[0].vertices.tobytes() for c in ax.collections}
    assert len(colors) == len(shapes) == 3
    assert ax.get_legend_handles_labels()[1] == ["가", "나", "다"]


def test_a_line_satisfies_its_equation_and_keeps_the_limits(ax):
    plots.points(X, [0, 1, 1, 0], ax=ax)
    before = ax.get_xlim(), ax.get_ylim()
    plots.line([2.0, -3.0], 0.5, ax=ax)
    xy = ax.lines[0].get_xydata()
    assert len(xy) == 2
    assert np.allclose(xy @ [2.0, -3.0] + 0.5, 0)
    assert (ax.get_xlim(), ax.get_ylim()) == before


@pytest.mark.parametrize(
    ("w", "b", "expected"),
    [
        ([1.0, 0.0], -0.25, [[0.25, 0.0], [0.25, 1.0]]),  # x₁ = 0.25: 세로 직선
        ([0.0, 2.0], -1.0, [[0.0, 0.5], [1.0, 0.5]]),  # x₂ = 0.5: 가로 직선
        ([1.0, -1.0], 0.0, [[0.0, 0.0], [1.0, 1.0]]),  # x₂ = x₁: 꼭짓점을 지난다
    ],
)
def test_a_line_is_cut_at_the_edges_of_the_view(w, b, expected, ax):
    plots.line(w, b, ax=ax)  # 빈 축의 범위는 [0, 1]²
    assert np.allclose(ax.lines[0].get_xydata(), expected)


def test_a_line_takes_the_parameters_of_a_layer(ax):
    layer = Affine(2, 1, rng=0, dtype=np.float64)
    plots.line(layer.W.value.ravel(), layer.b, ax=ax)
    xy = ax.lines[0].get_xydata()
    assert np.allclose(layer.forward(xy), 0)
    with pytest.raises(ValueError, match=r"받은 shape=\(2, 1\)\. w\.ravel\(\)로 펴세요"):
        plots.line(layer.W, layer.b, ax=ax)


def test_a_line_outside_the_view_leaves_an_empty_line(ax):
    plots.line([1.0, 1.0], -9.0, ax=ax)
    assert len(ax.lines[0].get_xydata()) == 0
    assert "선 n 0" in _figure_text.describe(ax.figure)


def test_regions_are_the_predicted_classes(ax):
    # 세 클래스: x₁ < 0.3 → 0, x₁ < 0.6 → 2, 나머지 → 1
    plots.decision_boundary(
        lambda g: np.select([g[:, 0] < 0.3, g[:, 0] < 0.6], [0, 2], 1),
        X,
        [0, 1, 0, 1],
        ax=ax,
        resolution=50,
    )
    regions = ax.images[0].get_array()
    grid = np.linspace(-0.08, 1.08, 50)  # 점의 범위 0~1을 8%씩 넓힌 것
    assert np.array_equal(regions[0], np.select([grid < 0.3, grid < 0.6], [0, 2], 1))
    contours = [c for c in ax.collections if hasattr(c, "levels")]
    where = sorted(
        {round(float(v), 1) for c in contours for p in c.get_paths() for v in p.vertices[:, 0]}
    )
    assert where == [0.3, 0.6]  # 0과 2 사이에 1의 경계가 끼지 않는다


def test_a_model_that_answers_one_class_has_no_boundary(ax):
    plots.decision_boundary(lambda g: np.zeros(len(g), int), X[:1], [1], ax=ax, resolution=5)
    assert not [c for c in ax.collections if hasattr(c, "levels")]
    assert np.ptp(ax.get_xlim()) == pytest.approx(0.16)  # 점이 하나면 너비를 1로 보고 8%씩 넓힌다


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: plots.points(np.zeros((3, 3)), [0, 1, 1]), "x:"),
        (lambda: plots.points(np.zeros((0, 2)), []), "x:"),
        (lambda: plots.points([[np.nan, 0.0]], [0]), "x:"),
        (lambda: plots.points(X, [0, 1]), "y:"),
        (lambda: plots.points(X, [0, 1, 7, 0]), "y:"),
        (lambda: plots.points(X, [0, 1, 1, 0], names=["가"]), "names:"),
        (lambda: plots.line([0.0, 0.0], 1.0), "w:"),
        (lambda: plots.line([1.0], 1.0), "w:"),
        (lambda: plots.line([1.0, np.inf], 1.0), "w:"),
        (lambda: plots.line([1.0, 1.0], np.nan), "b:"),
        (lambda: plots.decision_boundary(lambda g: g, X, [0, 1, 1, 0]), "predict"),
        (lambda: plots.decision_boundary(lambda g: g[:, 0], X, [0, 1, 1, 0]), "predict"),
        (lambda: plots.decision_boundary(lambda g: np.full(len(g), 9), X, [0, 1, 1, 0]), "predict"),
        (
            lambda: plots.decision_boundary(lambda g: g, X, [0, 1, 1, 0], resolution=1),
            "resolution:",
        ),
    ],
)
def test_bad_points_and_lines_are_refused_by_name_before_drawing(call, name):
    with pytest.raises((TypeError, ValueError), match=name):
        call()
    assert plt.get_fignums() == []  # 틀린 인수로는 그림도 만들지 않는다


# --- 숫자와 가중치 ---


@pytest.mark.parametrize("flat", [False, True])
def test_a_grid_holds_every_pixel_of_every_image(flat, ax):
    plots.digit_grid(IMAGES.reshape(4, 9) if flat else IMAGES, ax=ax)
    canvas = np.ma.filled(ax.images[0].get_array(), np.nan)
    assert sorted(canvas[np.isfinite(canvas)]) == list(range(36))
    assert np.array_equal(canvas[1:4, :3], IMAGES[0])  # 첫 그림은 왼쪽 위, 한 칸 아래에서 시작한다


@pytest.mark.parametrize(("n", "columns"), [(1, 1), (4, 2), (10, 5), (20, 5), (25, 5), (100, 10)])
def test_a_grid_chooses_few_blanks_and_a_landscape_shape(n, columns):
    assert images._columns(n) == columns


def test_misclassified_shows_only_the_wrong_ones_in_order(ax):
    plots.misclassified(IMAGES, [0, 1, 2, 3], [0, 2, 2, 1], n=1, ax=ax)
    assert [t.get_text() for t in ax.texts] == ["1→2"]
    assert "틀린 2장 가운데 1장" in ax.get_title()
    canvas = np.ma.filled(ax.images[0].get_array(), np.nan)
    assert np.array_equal(canvas[np.isfinite(canvas)], IMAGES[1].ravel())


def test_misclassified_says_so_when_nothing_is_wrong(ax):
    plots.misclassified(IMAGES, [0, 1, 2, 3], [0, 1, 2, 3], ax=ax)
    assert [t.get_text() for t in ax.texts] == ["틀린 숫자가 없습니다"]
    assert not ax.images


def test_weights_share_one_scale_with_zero_in_the_middle(ax):
    W = np.array([[-3.0, 0.5], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    plots.weight_images(W, shape=(2, 2), ax=ax, titles=["가", "나"])
    assert ax.images[0].get_clim() == (-3.0, 3.0)
    canvas = np.ma.filled(ax.images[0].get_array(), np.nan)
    assert np.array_equal(canvas[np.isfinite(canvas)], [-3.0, 0.0, 0.5, 1.0, 0.0, 1.0, 0.0, 0.0])
    assert ax.images[0].get_cmap()(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.02)


def test_a_parameter_is_drawn_like_its_value(ax):
    layer = Affine(4, 2, rng=0)
    plots.weight_images(layer.W, shape=(2, 2), ax=ax)
    plots.weight_images(layer.W.value, shape=(2, 2), ax=ax)
    drawn, expected = (image.get_array().compressed() for image in ax.images)
    assert np.array_equal(drawn, expected)
    assert sorted(drawn) == sorted(layer.W.value.ravel())
    with pytest.raises(ValueError, match=r"^W: shape=\(6, K\)여야 합니다. 받은 shape=\(4, 2\)"):
        plots.weight_images(layer.W, shape=(2, 3), ax=ax)


def test_a_constant_image_and_zero_weights_are_drawn(ax):
    plots.digit_grid(np.zeros((1, 2, 2)), ax=ax)
    plots.weight_images(np.zeros((4, 1)), shape=(2, 2), ax=ax)
    assert [im.get_clim() for im in ax.images] == [(0.0, 1.0), (-1.0, 1.0)]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: plots.digit_grid(np.zeros((2, 5))), "images:"),
        (lambda: plots.digit_grid(np.zeros((0, 2, 2))), "images:"),
        (lambda: plots.digit_grid(np.zeros(4)), "images:"),
        (lambda: plots.digit_grid(np.full((1, 2, 2), np.nan)), "images:"),
        (lambda: plots.digit_grid(IMAGES, ["하나"]), "titles:"),
        (lambda: plots.misclassified(IMAGES, [0, 1], [0, 1]), "y:"),
        (lambda: plots.misclassified(IMAGES, [0] * 4, [0]), "predicted:"),
        (lambda: plots.misclassified(IMAGES, [0] * 4, [0] * 4, n=0), "n:"),
        (lambda: plots.weight_images(np.zeros((5, 2)), shape=(2, 2)), "W:"),
        (lambda: plots.weight_images(np.zeros((4, 2)), shape=(2, 2), titles=["하나"]), "titles:"),
    ],
)
def test_bad_images_are_refused_by_name_before_drawing(call, name):
    with pytest.raises((TypeError, ValueError), match=name):
        call()
    assert plt.get_fignums() == []


# --- 진단 ---


def test_histograms_count_every_activation_and_state_the_spread(ax):
    plots.activation_histogram(TRACE, ax=ax, bins=4)
    # 구간의 끝: −1, −0.5, 0, 0.5, 1. Affine은 [1, 0, 0, 1], ReLU는 [0, 0, 1, 1] → 높이 0.85
    heights = [p.get_data().values for p in ax.patches[::2]]
    assert np.allclose(heights[0] - 1, [0.85, 0, 0, 0.85])
    assert np.allclose(heights[1], [0, 0, 0.85, 0.85])
    assert [t.get_text() for t in ax.texts] == ["표준편차 1", "표준편차 0.5\n0이 50%"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["2: ReLU", "1: Affine"]


def test_a_layer_of_one_value_is_drawn(ax):
    plots.activation_histogram([("ReLU", np.zeros(5))], ax=ax)
    assert ax.texts[0].get_text() == "표준편차 0\n0이 100%"


def test_confusion_colors_are_shares_of_the_true_class(ax):
    plots.confusion_matrix([[8, 2], [0, 0]], ax=ax, names=["악성", "양성"])
    assert np.array_equal(ax.images[0].get_array(), [[0.8, 0.2], [0.0, 0.0]])  # 빈 행은 0으로 둔다
    assert [(t.get_text(), t.get_position()) for t in ax.texts] == [("8", (0, 0)), ("2", (1, 0))]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("예측", "정답")


def test_reliability_skips_empty_bins_and_draws_one_diagonal(ax):
    plots.reliability_diagram(BINS, ax=ax, label="훈련 전")
    plots.reliability_diagram(BINS, ax=ax, label="훈련 후")
    assert [line.get_label() for line in ax.lines] == ["완벽한 보정", "훈련 전", "훈련 후"]
    assert np.array_equal(ax.lines[1].get_xydata(), [[0.55, 0.5], [0.9, 0.9]])


def test_simplex_corners_are_certainty_and_the_center_is_uniform(ax):
    plots.simplex(np.vstack([np.eye(3), np.full(3, 1 / 3)]), ax=ax)
    plots.simplex(np.eye(3, dtype=np.float32), ax=ax)
    expected = [[0, 0], [1, 0], [0.5, np.sqrt(3) / 2], [0.5, np.sqrt(3) / 6]]
    assert np.allclose(ax.lines[1].get_xydata(), expected)
    assert len(ax.texts) == 3  # 겹쳐 그려도 삼각형과 이름은 하나이다


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: plots.activation_histogram([]), "trace:"),
        (lambda: plots.activation_histogram([("ReLU", np.zeros(0))]), r"trace\[0\]:"),
        (lambda: plots.activation_histogram([("ReLU", np.array([np.inf]))]), r"trace\[0\]:"),
        (lambda: plots.confusion_matrix([[1, 2]]), "cm:"),
        (lambda: plots.confusion_matrix([[0.5]]), "cm:"),
        (lambda: plots.confusion_matrix([[-1]]), "cm:"),
        (lambda: plots.confusion_matrix([[1]], names=["가", "나"]), "names:"),
        (lambda: plots.reliability_diagram(BINS[:2]), "bins:"),
        (lambda: plots.reliability_diagram((BINS[0], BINS[1], BINS[2][:2])), "bins:"),
        (lambda: plots.reliability_diagram((BINS[0], BINS[1], np.zeros(3))), "bins:"),
        (lambda: plots.simplex(np.full((1, 4), 0.25)), "points:"),
        (lambda: plots.simplex([[0.5, 0.2, 0.2]]), "points:"),
        (lambda: plots.simplex([[1.2, -0.2, 0.0]]), "points:"),
        (lambda: plots.simplex(PROBABILITIES, names=("가",)), "names:"),
    ],
)
def test_bad_diagnostics_are_refused_by_name_before_drawing(call, name):
    with pytest.raises((TypeError, ValueError), match=name):
        call()
    assert plt.get_fignums() == []


# --- 뜻 없는 인수 ---


def flat(grid):
    return np.zeros(len(grid), int)


def square_graph():
    g = Graph()
    g.square(g.input("x", 2), name="y")
    return g


def report():
    model = Sequential(Affine(2, 3, rng=0), ReLU(), Affine(3, 2, rng=1))
    return inspect_network(model, SoftmaxCrossEntropy(), X, [0, 1, 1, 0])


# 함수마다 모든 인수의 올바른 값. 하나씩 뜻 없는 값으로 바꾼다
ARGUMENTS = {
    plots.loss_curve: {"history": [3.0, 2.0], "label": "가"},
    plots.accuracy_curve: {"history": [0.5, 0.7], "label": "가"},
    plots.points: {"x": X, "y": [0, 1, 1, 0], "names": ["가", "나"]},
    plots.line: {"w": [1.0, 1.0], "b": -1.0, "label": "가"},
    plots.decision_boundary: {"predict": flat, "x": X, "y": [0, 1, 1, 0], "resolution": 5},
    plots.digit_grid: {"images": IMAGES, "titles": [1, 2, 3, 4]},
    plots.misclassified: {"images": IMAGES, "y": [0] * 4, "predicted": [1] * 4, "n": 2},
    plots.weight_images: {"W": np.eye(4), "shape": (2, 2), "titles": [1, 2, 3, 4]},
    plots.activation_histogram: {"trace": TRACE, "bins": 3},
    plots.confusion_matrix: {"cm": [[8, 2], [1, 9]], "names": ["가", "나"]},
    plots.reliability_diagram: {"bins": BINS, "label": "가"},
    plots.simplex: {"points": PROBABILITIES, "names": ["가", "나", "다"], "label": "가"},
    plots.computational_graph: {"graph": square_graph(), "step": 1},
    plots.network_report: {"report": report(), "axes": Figure().subplots(3, 1)},
}
NONSENSE = [
    None, "글", "", b"x", True, 3, -1, 0, 2.5, -0.0, math.nan, math.inf, 1e308, 10**400, 1j,
    object(), len, int, Figure, Figure(), range(3), iter([1.0]), [], (), {}, set(), {"가": 1},
    [[]], [[1], [2, 3]], ["가"], [None], [None, None], [1e308, -1e308], [math.nan] * 4, [1, 2, 3],
    [("가", 1)], [("가",)], ["가나"], np.array(3), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 9)),
    np.zeros((4, 2)), np.full((4, 2), 1e308), np.full((3, 3), 2**63, np.uint64), np.ones((1, 3)),
    np.zeros((2, 2, 2, 2)), np.array(["가"]), np.array([object()]), np.array([], dtype="U"),
    np.ones(4, bool), np.datetime64("2020-01-01"), np.ma.masked, 2**40, np.float16(3), Affine(2, 1),
    Affine(2, 1).W, X.T, IMAGES.astype("M8[s]"), BINS, TRACE, SimpleNamespace(loss="가", accuracy=3),
]  # fmt: skip
SWAPS = [
    pytest.param(call, name, id=f"{call.__name__}-{name}")
    for call, given in ARGUMENTS.items()
    for name in [*given, *({"ax"} if call is not plots.network_report else ())]
]


def test_every_public_plot_and_argument_is_tried():
    public = {
        getattr(plots, name) for name in plots.__all__ if name not in ("PALETTE", "use_style")
    }
    assert public == set(ARGUMENTS)
    for call, given in ARGUMENTS.items():
        kinds = inspect.signature(call).parameters.values()
        assert {p.name for p in kinds} - {"ax", "path"} == set(given)


@pytest.mark.parametrize(("call", "name"), SWAPS)
def test_nonsense_is_drawn_or_refused_by_name_in_korean(call, name):
    plots.use_style()
    # 개수가 어긋나면 다른 인수의 이름을 말하기도 한다
    names = "|".join(inspect.signature(call).parameters)
    spare = {"ax": Figure().subplots()} if "ax" in inspect.signature(call).parameters else {}
    for nonsense in NONSENSE:
        if name == "predict" and callable(nonsense):
            continue  # 독자의 함수가 낸 오류는 그대로 보인다
        try:
            call(**ARGUMENTS[call] | spare | {name: nonsense})
            spare = {"ax": Figure().subplots()} if spare else {}
        except (TypeError, ValueError) as error:
            assert re.match(rf"({names})[\w.()\[\]]*: .*[가-힣].*받은 ", str(error)), error  # noqa: PT017
    plt.close("all")


# --- 모양 ---


def _luminance(color):
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


# Machado, Oliveira, Fernandes (2009): 제1(적), 제2(녹), 제3(청) 색각 이상의 선형 RGB 변환
VISIONS = {
    "보통": np.eye(3),
    "제1": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "제2": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "제3": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def _lab(linear):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = xyz @ np.clip(linear, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_every_color_has_contrast_three_to_one_on_white():
    for color in plots.PALETTE.values():
        assert 1.05 / (_luminance(color) @ [0.2126, 0.7152, 0.0722] + 0.05) >= 3  # WCAG 2.2, 1.4.11


@pytest.mark.parametrize("vision", VISIONS)
def test_colors_stay_apart_in_every_color_vision(vision):
    seen = [_lab(np.asarray(VISIONS[vision]) @ _luminance(c)) for c in plots.PALETTE.values()]
    # CIE76 거리 16: 겨우 알아보는 차이(2.3)의 일곱 배
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 16


def test_the_cycle_pairs_each_color_with_its_own_line_style():
    plots.use_style()
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()
    assert cycle["color"] == list(plots.PALETTE.values())
    assert len(set(map(str, cycle["linestyle"]))) == len(cycle["color"]) >= 7


def test_style_changes_only_when_asked_and_figures_are_opaque():
    assert mpl.rcParams["font.family"] != style.RC["font.family"]
    plots.use_style()
    plots.use_style()  # 두 번 불러도 같다
    assert mpl.rcParams["font.family"] == [style.FONT_FAMILY, "DejaVu Sans"]
    assert to_rgb(mpl.rcParams["figure.facecolor"]) == (1, 1, 1)
    assert not mpl.rcParams["savefig.transparent"]


def test_palette_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        plots.PALETTE["blue"] = "#000000"
