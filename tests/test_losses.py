"""손실: 손으로 구한 값, 원-핫, scikit-learn과의 대조, 기울기, 읽을 수 있는 오류."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import log_loss, mean_squared_error

from deepnote_lib import gradcheck, metrics
from deepnote_lib import losses as L
from deepnote_lib.activations import log_softmax, sigmoid, softmax
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.losses import one_hot

pytestmark = pytest.mark.softmax

P = np.array([[0.7, 0.2, 0.1], [0.1, 0.7, 0.2], [0.2, 0.1, 0.7]])
logits_arrays = hnp.arrays(np.float64, (3, 4), elements=st.floats(-1e4, 1e4))


def test_squared_errors_by_hand() -> None:
    # 차이 (0, 1, -2): 제곱의 합 5
    prediction, target = np.array([1.0, 2.0, 0.0]), np.array([1.0, 1.0, 2.0])
    assert L.mse(prediction, target) == pytest.approx(5 / 3, rel=1e-15)
    assert L.half_squared_error(prediction, target) == 2.5
    assert L.mse(prediction, target) == pytest.approx(mean_squared_error(target, prediction))
    loss = L.MSE()
    assert loss.forward(prediction, target) == pytest.approx(5 / 3, rel=1e-15)
    np.testing.assert_allclose(loss.backward(), [0, 2 / 3, -4 / 3], rtol=1e-15)


def test_cross_entropy_by_hand() -> None:
    # 모두 정답의 확률이 0.7: -log 0.7 = 0.3567
    assert L.cross_entropy(P, [0, 1, 2]) == pytest.approx(0.3567, abs=5e-5)
    # -(log 0.2 + log 0.1 + log 0.2)/3
    expected = -(2 * np.log(0.2) + np.log(0.1)) / 3
    assert L.cross_entropy(P, [1, 0, 0]) == pytest.approx(expected, rel=1e-15)
    assert L.nll(np.log(P), [1, 0, 0]) == pytest.approx(expected, rel=1e-15)
    assert L.softmax_cross_entropy(np.log(P), [1, 0, 0]) == pytest.approx(expected, rel=1e-14)


def test_uniform_scores_cost_log_k() -> None:
    # 마지막 층이 0이면 손실은 ln K
    for k in (2, 10, 1000):
        assert L.softmax_cross_entropy(np.zeros((5, k)), [0] * 5) == pytest.approx(
            np.log(k), rel=1e-12
        )
    assert L.sigmoid_binary_cross_entropy(np.zeros((5, 1)), [0, 1, 0, 1, 1]) == pytest.approx(
        np.log(2)
    )


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_parity_with_scikit_learn_log_loss(scale: float) -> None:
    rng = np.random.default_rng(0)
    z, y = scale * rng.normal(size=(50, 4)), rng.integers(0, 4, size=50)
    reference = log_loss(y, softmax(z), labels=range(4))
    assert L.cross_entropy(softmax(z), y) == pytest.approx(reference, rel=1e-12)
    assert L.softmax_cross_entropy(z, y) == pytest.approx(reference, rel=1e-12)
    binary = (y > 1).astype(int)
    reference = log_loss(binary, sigmoid(z[:, 0]))
    assert L.binary_cross_entropy(sigmoid(z[:, 0]), binary) == pytest.approx(reference, rel=1e-12)
    assert L.sigmoid_binary_cross_entropy(z[:, :1], binary) == pytest.approx(reference, rel=1e-10)


# 다섯 가지 형태: 식은 같지만 수는 그렇지 않다


def cross_entropy_chain(z, y):
    """같은 교차 엔트로피를, 확률에 로그를 취하는 데서 로짓을 바로 쓰는 데까지 다섯 가지로 계산한다."""
    t = one_hot(y, z.shape[1], dtype=z.dtype)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_loop = sum(-np.sum(row * np.log(p)) for row, p in zip(t, softmax(z), strict=True)) / len(
            y
        )
        in_one_line = -(t * np.log(softmax(z))).sum(axis=1).mean()
    stable = -(t * log_softmax(z)).sum(axis=1).mean()
    return [by_loop, in_one_line, stable, L.nll(log_softmax(z), y), L.softmax_cross_entropy(z, y)]


@given(hnp.arrays(np.float64, (3, 5), elements=st.floats(-20, 20)))
def test_five_forms_agree_on_the_labels_of_the_first_example(z: np.ndarray) -> None:
    # |z| ≤ 20이면 확률이 e^-40까지라 앞의 두 꼴도 상대 정밀도를 잃지 않는다
    forms = cross_entropy_chain(z, [0, 2, 1])
    assert len(forms) == 5
    assert all(type(value) is float for value in forms[3:])  # 라이브러리의 손실은 파이썬 수이다
    np.testing.assert_allclose(forms, L.softmax_cross_entropy(z, [0, 2, 1]), rtol=1e-12, atol=1e-14)


def test_five_forms_equal_the_probability_form() -> None:
    z = np.random.default_rng(1).normal(size=(3, 5))
    for value in cross_entropy_chain(z, [0, 2, 1]):
        assert value == pytest.approx(L.cross_entropy(softmax(z), [0, 2, 1]), rel=1e-14)


def test_a_logit_gap_of_two_hundred_separates_the_forms() -> None:
    # seed_errors 38, 45. float32에서 e^-200 = 0: 앞의 두 값은 ∞, 뒤의 세 값은 200
    forms = cross_entropy_chain(np.array([[0, 200]], dtype=np.float32), [0])
    assert forms == [np.inf, np.inf, 200.0, 200.0, 200.0]
    # 정답이 다른 쪽이면 0·∞ = NaN
    forms = cross_entropy_chain(np.array([[0, 200]], dtype=np.float32), [1])
    assert np.isnan(forms[:2]).all()
    assert forms[2:] == [0.0, 0.0, 0.0]


def test_large_common_shift_does_not_cost_digits() -> None:
    z = np.array([[0.0, 1.0, 3.0]])
    # 2^40을 더한 값은 정확히 적히므로 손실이 비트까지 같아야 한다
    assert L.softmax_cross_entropy(z + 2.0**40, [1]) == L.softmax_cross_entropy(z, [1])


# 막지 않은 손실


def test_seed_loss_capped_at_sixteen_is_not_ours() -> None:
    """seed_errors 1, 오개념 12: log(p + 1e-7)은 손실을 16.1에서 막고 완벽한 예측을 음수로 만든다."""
    z = np.array([[0.0, 100.0]])
    capped = -np.log(softmax(z)[0, 0] + 1e-7)
    assert capped == pytest.approx(16.118, abs=1e-3)
    assert L.softmax_cross_entropy(z, [0]) == 100.0
    assert L.cross_entropy(softmax(z), [0]) == pytest.approx(100.0, rel=1e-12)
    # 막힌 손실의 수치 미분은 0이지만 p - t는 (-1, 1)이다. 우리 손실은 둘이 같다
    flat = numerical_gradient(lambda z: float(-np.log(softmax(z)[0, 0] + 1e-7)), z)
    np.testing.assert_allclose(flat, 0, atol=1e-6)
    loss = L.SoftmaxCrossEntropy()
    numeric = numerical_gradient(lambda z: loss.forward(z, [0]), z)
    np.testing.assert_allclose(numeric, [[-1, 1]], rtol=1e-6)
    np.testing.assert_allclose(loss.backward(), [[-1, 1]], rtol=1e-15)


def test_probability_zero_costs_infinity_and_perfection_costs_zero() -> None:
    sure = np.array([[1.0, 0.0]])
    assert L.cross_entropy(sure, [1]) == np.inf
    assert str(L.cross_entropy(sure, [0])) == "0.0"  # -0.0도 음수도 아니다
    assert str(L.nll(np.zeros((1, 1)), [0])) == "0.0"
    # seed_errors 18: 포화한 출력에서 0·log 0 = NaN이 되던 자리
    assert str(L.binary_cross_entropy([1.0, 0.0], [1, 0])) == "0.0"
    assert L.binary_cross_entropy([1.0, 0.0], [0, 0]) == np.inf


def test_binary_logits_never_saturate() -> None:
    # seed_errors 18: z ≥ 37이면 1 - σ(z) = 0이라 NaN이나 ∞였다. softplus(40) = 40
    assert L.sigmoid_binary_cross_entropy([40.0], [0]) == pytest.approx(40.0, rel=1e-15)
    assert L.sigmoid_binary_cross_entropy([40.0], [1]) == pytest.approx(
        np.exp(-40), rel=1e-12, abs=0
    )
    assert L.sigmoid_binary_cross_entropy([1e4, -1e4], [0, 1]) == 1e4


@given(logits_arrays)
def test_losses_are_finite_and_nonnegative_up_to_ten_thousand(z: np.ndarray) -> None:
    y = [0, 3, 1]
    for value in (
        L.softmax_cross_entropy(z, y),
        L.nll(log_softmax(z), y),
        L.SoftmaxCrossEntropy(0.1).forward(z, y),
        L.sigmoid_binary_cross_entropy(z, one_hot(y, 4)),
    ):
        assert np.isfinite(value)
        assert value >= 0


@given(logits_arrays)
def test_shift_changes_neither_loss_nor_gradient_rows_sum(z: np.ndarray) -> None:
    loss = L.SoftmaxCrossEntropy()
    value = loss.forward(z, [0, 3, 1])
    np.testing.assert_allclose(loss.backward().sum(axis=1), 0, atol=1e-15)  # Σ(p - t) = 1 - 1
    # 1e4 + 7의 반올림은 2e-12
    assert loss.forward(z + 7, [0, 3, 1]) == pytest.approx(value, abs=1e-11)


# 기울기


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
@pytest.mark.parametrize("scale", [0.0, 1.0, 5.0])
def test_softmax_cross_entropy_gradient_is_p_minus_t_over_n(smoothing, scale) -> None:
    rng = np.random.default_rng(0)
    z, y = scale * rng.normal(size=(6, 4)), rng.integers(0, 4, size=6)
    loss = L.SoftmaxCrossEntropy(smoothing)
    loss.forward(z, y)
    analytic = loss.backward()
    t = (1 - smoothing) * one_hot(y, 4) + smoothing / 4
    np.testing.assert_allclose(analytic, (softmax(z) - t) / 6, rtol=0, atol=1e-16)
    numeric = numerical_gradient(lambda z: loss.forward(z, y), z)
    np.testing.assert_allclose(analytic, numeric, rtol=1e-7, atol=1e-9)


def test_bias_gradient_differs_per_class() -> None:
    # 편향의 기울기는 dz를 샘플 축으로 더한 것: (p - t)의 합, 클래스마다 다르다
    loss = L.SoftmaxCrossEntropy()
    loss.forward(np.zeros((4, 3)), [0, 0, 0, 1])
    # 4·(1/3)/4 - (3, 1, 0)/4
    np.testing.assert_allclose(loss.backward().sum(axis=0), [1 / 3 - 0.75, 1 / 3 - 0.25, 1 / 3])


def test_label_smoothing_by_hand() -> None:
    # ε = 0.3, K = 3: t = (0.8, 0.1, 0.1)
    loss = L.SoftmaxCrossEntropy(label_smoothing=0.3)
    expected = -(0.8 * np.log(0.7) + 0.1 * np.log(0.2) + 0.1 * np.log(0.1))
    assert loss.forward(np.log(P[:1]), [0]) == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(loss.backward(), [[-0.1, 0.1, 0.0]], atol=1e-15)


@pytest.mark.parametrize(
    ("shape", "y_shape"), [((5, 1), (5,)), ((5, 1), (5, 1)), ((5, 3), (5, 3)), ((5,), (5,))]
)
def test_sigmoid_bce_gradient(shape, y_shape) -> None:
    rng = np.random.default_rng(0)
    z, y = 3 * rng.normal(size=shape), rng.integers(0, 2, size=y_shape)
    loss = L.SigmoidBCE()
    assert loss.forward(z, y) == L.sigmoid_binary_cross_entropy(z, y)
    assert loss.forward(z, y) == pytest.approx(L.binary_cross_entropy(sigmoid(z), y), rel=1e-12)
    analytic = loss.backward()
    assert analytic.shape == shape
    np.testing.assert_allclose(analytic, (sigmoid(z) - y.reshape(shape)) / z.size, rtol=1e-14)
    numeric = numerical_gradient(lambda z: loss.forward(z, y), z)
    np.testing.assert_allclose(analytic, numeric, rtol=1e-7, atol=1e-9)


def test_mse_gradient() -> None:
    rng = np.random.default_rng(0)
    prediction, target = rng.normal(size=(2, 4, 3))
    loss = L.MSE()
    loss.forward(prediction, target)
    analytic = loss.backward()
    numeric = numerical_gradient(lambda p: loss.forward(p, target), prediction)
    np.testing.assert_allclose(analytic, numeric, rtol=1e-7, atol=1e-9)
    # ½Σ의 기울기는 계수 없는 차이이다
    numeric = numerical_gradient(lambda p: L.half_squared_error(p, target), prediction)
    np.testing.assert_allclose(prediction - target, numeric, rtol=1e-7, atol=1e-8)


def test_confidently_wrong_squared_error_stalls_and_cross_entropy_does_not() -> None:
    # 오개념: "교차 엔트로피와 MSE는 아무거나". z = -20, 정답 1
    z = np.array([[-20.0]])
    loss = L.SigmoidBCE()
    loss.forward(z, [1])
    assert loss.backward()[0, 0] == pytest.approx(-1, abs=1e-8)
    squared = numerical_gradient(lambda z: L.mse(sigmoid(z), [[1.0]]), z)
    assert abs(squared[0, 0]) < 1e-8


CASES = [
    (L.MSE, np.array([[0.5], [2.0]]), np.array([[1.0], [0.0]])),
    (L.SigmoidBCE, np.array([[0.5], [2.0]]), np.array([1, 0])),
    (L.SoftmaxCrossEntropy, np.array([[0.5, 1.0], [2.0, 0.0]]), np.array([1, 0])),
    (lambda: L.SoftmaxCrossEntropy(0.1), np.array([[0.5, 1.0], [2.0, 0.0]]), np.array([1, 0])),
]


@pytest.mark.parametrize(("make", "scores", "y"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradient_keeps_dtype_and_backward_is_repeatable_and_pure(make, scores, y, dtype) -> None:
    scores = scores.astype(dtype)
    before, y_before = scores.copy(), y.copy()
    loss = make()
    value = loss.forward(scores, y)
    assert isinstance(value, float)
    first = loss.backward()
    assert first.dtype == dtype
    kept = first.copy()
    first += 1  # 돌려준 배열을 고쳐도 다음 호출은 그대로이다
    np.testing.assert_array_equal(loss.backward(), kept)
    np.testing.assert_array_equal(scores, before)
    np.testing.assert_array_equal(y, y_before)


@pytest.mark.parametrize("make", [case[0] for case in CASES])
def test_backward_before_forward_says_what_to_do(make) -> None:
    loss = make()
    with pytest.raises(RuntimeError, match=f"{type(loss).__name__}.*forward"):
        loss.backward()


# 읽을 수 있는 오류


def test_seed_integer_labels_in_a_one_hot_formula_are_silent_there_and_right_here() -> None:
    """seed_errors 1, 오개념 13: 브로드캐스팅이 조용히 4.27을 준다. 옳은 값은 0.357이다."""
    y = np.array([0, 1, 2])
    assert -np.sum(y * np.log(P + 1e-7)) / 3 == pytest.approx(4.27, abs=5e-3)
    assert L.cross_entropy(P, y) == pytest.approx(0.357, abs=5e-4)


@pytest.mark.parametrize(
    "f",
    [L.cross_entropy, L.softmax_cross_entropy, lambda p, y: L.nll(np.log(p), y),
     lambda z, y: L.SoftmaxCrossEntropy().forward(z, y)],
)  # fmt: skip
def test_one_hot_labels_give_a_readable_error_everywhere(f) -> None:
    with pytest.raises(ValueError, match=r"y: .*클래스 번호.*\(3, 3\).*argmax"):
        f(P, np.eye(3))  # 원-핫
    with pytest.raises(TypeError, match=r"y.*float64"):
        f(P, [0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match=r"y.*0~2.*0~3"):
        f(P, [0, 1, 3])
    with pytest.raises(ValueError, match=r"y.*-1"):
        f(P, [0, 1, -1])  # 음수 번호가 뒤에서 세는 색인이 되지 않게 한다
    with pytest.raises(ValueError, match=r"y.*\(3,\).*\(2,\)"):
        f(P, [0, 1])


def test_the_name_of_the_argument_is_checked_against_its_values() -> None:
    with pytest.raises(ValueError, match=r"p.*softmax_cross_entropy"):
        L.cross_entropy([[2.0, -1.0]], [0])
    with pytest.raises(ValueError, match=r"p.*합"):
        L.cross_entropy([[0.9, 0.9]], [0])
    with pytest.raises(ValueError, match=r"log_p.*cross_entropy"):
        L.nll(P, [0, 1, 2])
    with pytest.raises(ValueError, match=r"p.*sigmoid_binary_cross_entropy"):
        L.binary_cross_entropy([3.0, -1.0], [1, 0])
    with pytest.raises(ValueError, match=r"p"):
        L.cross_entropy([[np.nan, 1.0]], [0])


def test_column_predictions_do_not_broadcast_against_row_targets() -> None:
    # (4, 1) - (4,)는 NumPy에서 조용히 (4, 4)가 된다
    column, row = np.zeros((4, 1)), np.zeros(4)
    for f in (L.mse, L.half_squared_error, L.MSE().forward):
        with pytest.raises(ValueError, match=r"target.*\(4, 1\).*\(4,\)"):
            f(column, row)
    with pytest.raises(ValueError, match=r"y.*\(4, 3\).*\(4,\)"):
        L.SigmoidBCE().forward(np.zeros((4, 3)), [0, 1, 0, 1])
    with pytest.raises(ValueError, match=r"y.*0 또는 1.*-1~1"):
        L.SigmoidBCE().forward(np.zeros((2, 1)), [-1, 1])


def test_empty_or_misshapen_batches_are_refused() -> None:
    none = np.array([], int)
    with pytest.raises(ValueError, match=r"logits.*\(0, 3\)"):
        L.softmax_cross_entropy(np.zeros((0, 3)), none)
    with pytest.raises(ValueError, match=r"logits.*\(3,\)"):
        L.softmax_cross_entropy(np.zeros(3), [0])
    with pytest.raises(ValueError, match=r"logits.*\(0, 1\)"):
        L.SigmoidBCE().forward(np.zeros((0, 1)), none)
    with pytest.raises(ValueError, match=r"prediction.*\(0,\)"):
        L.mse(none, none)
    with pytest.raises(ValueError, match=r"label_smoothing.*1"):
        L.SoftmaxCrossEntropy(label_smoothing=1.0)


@pytest.mark.parametrize("module", [L, gradcheck, metrics])
def test_seed_error_and_bug_have_different_words(module) -> None:
    # seed_errors 25: 예측과 정답의 차이를 오차와 오류로 섞어 불렀다. 이 모듈들의 것은 모두 '오차'이다
    source = inspect.getsource(module)
    assert "오류" not in source
    assert "오차" in source


def test_lists_and_integers_become_float64_scores() -> None:
    for make, y in [(L.MSE, [[1, 0]]), (L.SigmoidBCE, [[1, 0]]), (L.SoftmaxCrossEntropy, [1])]:
        by_list, by_array = make(), make()
        value = by_array.forward(np.array([[3.0, 0.0]]), y)
        for scores in ([[3, 0]], np.array([[3, 0]], dtype=np.int64), np.array([[3, 0]], np.uint8)):
            assert by_list.forward(scores, y) == value
            assert by_list.backward().dtype == np.float64
            np.testing.assert_array_equal(by_list.backward(), by_array.backward())


def test_one_hot_puts_a_single_one_per_row() -> None:
    t = one_hot([2, 0], 3, dtype=np.float32)
    assert t.dtype == np.float32
    assert t.tolist() == [[0, 0, 1], [1, 0, 0]]
    np.testing.assert_array_equal(t.argmax(axis=1), [2, 0])
    with pytest.raises(ValueError, match=r"y.*0~2.*3"):
        one_hot([3], 3)
    with pytest.raises(TypeError, match="n_classes"):
        one_hot([0], 3.0)


def test_reprs_name_the_loss() -> None:
    assert repr(L.MSE()) == "MSE()"
    assert repr(L.SigmoidBCE()) == "SigmoidBCE()"
    assert repr(L.SoftmaxCrossEntropy()) == "SoftmaxCrossEntropy()"
    assert repr(L.SoftmaxCrossEntropy(0.1)) == "SoftmaxCrossEntropy(label_smoothing=0.1)"
