"""활성화 함수와 소프트맥스: 손으로 구한 값, 성질, 순진한 형태가 무너지는 곳, 미분."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from deepnote_lib import activations as A
from deepnote_lib.gradcheck import numerical_gradient

pytestmark = pytest.mark.softmax


def scores(limit: float, dtype: type = np.float64) -> st.SearchStrategy[np.ndarray]:
    """|z| ≤ limit인 (N, K) 로짓."""
    width = np.dtype(dtype).itemsize * 8
    return hnp.arrays(
        dtype,
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6),
        elements=st.floats(-limit, limit, width=width),
    )


def test_step_is_zero_at_zero_and_returns_integers() -> None:
    out = A.step([-1.0, -0.0, 0.0, 1e-300, 2.0])
    assert out.dtype == np.int64
    assert out.tolist() == [0, 0, 0, 1, 1]
    assert A.step(3.0).shape == ()


def test_hand_worked_values() -> None:
    # σ(ln 3) = 3/(3+1) = 0.75, tanh(ln 2) = (2 - ½)/(2 + ½) = 0.6, softplus(ln 3) = ln 4
    assert A.sigmoid(np.log(3.0)) == pytest.approx(0.75, rel=1e-15)
    assert A.tanh(np.log(2.0)) == pytest.approx(0.6, rel=1e-15)
    assert A.softplus(np.log(3.0)) == pytest.approx(np.log(4.0), rel=1e-15)
    assert A.relu([-2.0, 0.0, 3.0]).tolist() == [0, 0, 3]
    assert A.leaky_relu([-2.0, 0.0, 3.0], 0.25).tolist() == [-0.5, 0, 3]
    # 미분: σ′ = 0.75·0.25, tanh′ = 1 - 0.36
    assert A.sigmoid_derivative(np.log(3.0)) == pytest.approx(0.1875, rel=1e-15)
    assert A.tanh_derivative(np.log(2.0)) == pytest.approx(0.64, rel=1e-15)


def test_softmax_of_logs_returns_the_proportions() -> None:
    # e^(ln 1), e^(ln 2), e^(ln 5)의 합은 8
    z = np.log([[1.0, 2.0, 5.0]])
    np.testing.assert_allclose(A.softmax(z), [[0.125, 0.25, 0.625]], rtol=1e-15)
    np.testing.assert_allclose(A.logsumexp(z), [np.log(8)], rtol=1e-15)
    np.testing.assert_allclose(A.log_softmax(z), np.log([[0.125, 0.25, 0.625]]), rtol=1e-14)


def test_adding_keeps_probabilities_and_multiplying_changes_them() -> None:
    # 오개념: "점수를 곱해도 그대로다"
    z = np.array([2.0, 1.0, 0.1])
    assert A.softmax(z).round(3).tolist() == [0.659, 0.242, 0.099]
    assert A.softmax(z + 100).round(3).tolist() == [0.659, 0.242, 0.099]
    assert A.softmax(2 * z).round(3).tolist() == [0.864, 0.117, 0.019]
    assert A.softmax(z, temperature=2).round(3).tolist() == [0.502, 0.304, 0.194]


def test_softmax_of_two_classes_is_a_sigmoid() -> None:
    z = np.linspace(-30, 30, 61)
    two = A.softmax(np.stack([np.zeros_like(z), z], axis=1))[:, 1]
    np.testing.assert_allclose(two, A.sigmoid(z), rtol=1e-14)


def test_temperature_goes_from_argmax_to_uniform() -> None:
    z = np.array([1.0, 2.0, 4.0])
    np.testing.assert_array_equal(A.softmax(z, temperature=1e-3), [0, 0, 1])
    np.testing.assert_allclose(A.softmax(z, temperature=1e9), 1 / 3, rtol=1e-8)
    with pytest.raises(ValueError, match=r"temperature.*0"):
        A.softmax(z, temperature=0.0)


@given(scores(1e4))
def test_softmax_is_a_finite_distribution_up_to_ten_thousand(z: np.ndarray) -> None:
    p = A.softmax(z)
    assert np.isfinite(p).all()
    assert (p >= 0).all()
    # 최대 6개의 합: 반올림은 몇 ulp
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-14)
    for f in (A.log_softmax, A.logsumexp, A.sigmoid, A.tanh, A.softplus, A.sigmoid_derivative):
        assert np.isfinite(f(z)).all()


@given(scores(100), st.floats(-100, 100))
def test_softmax_is_shift_invariant_and_logsumexp_equivariant(z: np.ndarray, c: float) -> None:
    # z + c의 반올림(≤ 2e-14)이 확률의 상대 오차가 된다
    np.testing.assert_allclose(A.softmax(z + c), A.softmax(z), rtol=1e-12)
    np.testing.assert_allclose(A.logsumexp(z + c), A.logsumexp(z) + c, rtol=0, atol=1e-12)


@given(scores(50))
def test_softmax_keeps_the_order_of_scores(z: np.ndarray) -> None:
    p = A.softmax(z)
    greater = z[:, :, None] > z[:, None, :]
    assert (p[:, :, None] >= p[:, None, :])[greater].all()
    raised = z.copy()
    raised[:, 0] += 1.0  # 한 점수를 올리면 그 확률은 줄지 않고 나머지는 늘지 않는다
    q = A.softmax(raised)
    assert (q[:, 0] >= p[:, 0]).all()
    assert (q[:, 1:] <= p[:, 1:] * (1 + 1e-14)).all()


@given(scores(200))
def test_log_softmax_is_the_log_of_softmax(z: np.ndarray) -> None:
    # |z| ≤ 200이면 확률은 e^-400까지라 float64로 적힌다. 로그의 크기가 400까지라 1e-12면 넉넉하다
    np.testing.assert_allclose(A.log_softmax(z), np.log(A.softmax(z)), rtol=1e-13, atol=1e-12)


@given(scores(1e3))
def test_logsumexp_lies_between_max_and_max_plus_log_k(z: np.ndarray) -> None:
    excess = A.logsumexp(z) - z.max(axis=1)
    assert (excess >= -1e-12).all()
    assert (excess <= np.log(z.shape[1]) + 1e-12).all()


@given(hnp.arrays(np.float64, st.integers(1, 20), elements=st.floats(-1e4, 1e4)))
def test_sigmoid_is_symmetric_and_monotone(z: np.ndarray) -> None:
    np.testing.assert_allclose(A.sigmoid(-z), 1 - A.sigmoid(z), rtol=0, atol=2e-16)
    ordered = A.sigmoid(np.sort(z))
    assert (np.diff(ordered) >= 0).all()
    np.testing.assert_allclose(A.tanh(z), 2 * A.sigmoid(2 * z) - 1, rtol=0, atol=4e-16)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_any_axis_sums_to_one_and_matches_moving_that_axis_last(axis: int) -> None:
    z = np.random.default_rng(0).normal(size=(2, 3, 4))
    p = A.softmax(z, axis=axis)
    np.testing.assert_allclose(p.sum(axis=axis), 1, rtol=1e-15)
    moved = np.moveaxis(A.softmax(np.moveaxis(z, axis, -1)), -1, axis)
    np.testing.assert_allclose(p, moved, rtol=1e-15)
    np.testing.assert_allclose(
        A.log_softmax(z, axis=axis), z - A.logsumexp(z, axis=axis, keepdims=True), rtol=1e-14
    )
    assert A.logsumexp(z, axis=axis).shape == tuple(np.delete(z.shape, axis))


def test_wrong_axis_is_visible_in_the_row_sums() -> None:
    # 오개념: "axis는 대충 맞으면 된다"
    p = A.softmax(np.array([[1.0, 2.0, 3.0], [1.0, 5.0, 2.0]]), axis=0)
    assert not np.allclose(p.sum(axis=1), 1)


# 순진한 형태: 보통 크기에서는 같고, 큰 값에서 무너진다. 정의를 그대로 옮긴 식을 여기 적어 비교한다


def sigmoid_naive(z):
    return 1 / (1 + np.exp(-z))


def logsumexp_naive(z):
    return np.log(np.exp(z).sum(axis=-1))


def log_softmax_naive(z):
    return np.log(A.softmax_naive(z))


@given(scores(20))
def test_naive_twins_agree_on_moderate_scores(z: np.ndarray) -> None:
    # 순진한 로그 꼴은 e^-40까지의 확률을 거치므로 절대 오차로 견준다
    np.testing.assert_allclose(sigmoid_naive(z), A.sigmoid(z), rtol=1e-14)
    np.testing.assert_allclose(A.softmax_naive(z), A.softmax(z), rtol=1e-13)
    np.testing.assert_allclose(log_softmax_naive(z), A.log_softmax(z), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(logsumexp_naive(z), A.logsumexp(z), rtol=1e-12, atol=1e-12)


def test_naive_softmax_gives_nan_where_the_stable_one_works() -> None:
    z = np.array([1000.0, 1001.0, 1002.0])
    with np.errstate(all="ignore"):
        assert np.isnan(A.softmax_naive(z)).all()
        assert np.isinf(logsumexp_naive(z))
        assert np.isinf(logsumexp_naive(-z))
        assert np.isnan(log_softmax_naive(z)).all()
    assert A.softmax(z).round(3).tolist() == [0.09, 0.245, 0.665]
    # 1002 + log(1 + e^-1 + e^-2) = 1002.4076
    assert A.logsumexp(z) == pytest.approx(1002.4076, abs=1e-4)


def test_float32_naive_softmax_breaks_already_at_one_hundred() -> None:
    z = np.array([100, 0, -100], dtype=np.float32)
    with np.errstate(all="ignore"):
        assert np.isnan(A.softmax_naive(z)).any()
    # e^-100 = 3.7e-44
    np.testing.assert_allclose(A.softmax(z), [1, 0, 0], atol=1e-43)


def test_seed_log_of_softmax_is_not_log_softmax_for_a_gap_of_two_hundred() -> None:
    # seed_errors 38: log(softmax(z))를 log_softmax와 같다고 적었다. float32에서 e^-200은 0이다
    z = np.array([[0, 200]], dtype=np.float32)
    with np.errstate(divide="ignore"):
        assert np.log(A.softmax(z))[0, 0] == -np.inf
    assert A.log_softmax(z)[0, 0] == -200.0


def test_naive_sigmoid_overflows_and_the_stable_one_is_silent() -> None:
    with pytest.warns(RuntimeWarning, match="overflow"):
        sigmoid_naive(-1000.0)
    assert A.sigmoid(-1000.0) == 0.0
    assert A.sigmoid(np.array([-200.0], dtype=np.float32))[0] == 0.0
    # 작은 값의 상대 정밀도: σ(-700) = e^-700 / (1 + e^-700)
    assert A.sigmoid(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-13, abs=0)
    assert A.sigmoid_derivative(50.0) == pytest.approx(np.exp(-50.0), rel=1e-13, abs=0)


def test_logsumexp_accepts_minus_infinity_as_probability_zero() -> None:
    assert A.logsumexp([-np.inf, 0.0]) == 0.0
    assert A.logsumexp([-np.inf, -np.inf]) == -np.inf


# 미분


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (A.sigmoid, A.sigmoid_derivative),
        (A.tanh, A.tanh_derivative),
        (A.relu, A.relu_derivative),
        (A.leaky_relu, A.leaky_relu_derivative),
        (lambda z: A.leaky_relu(z, 0.3), lambda z: A.leaky_relu_derivative(z, 0.3)),
        (A.softplus, A.sigmoid),
    ],
)
def test_derivatives_are_functions_of_z_and_match_central_differences(function, derivative) -> None:
    z = np.linspace(-4, 4, 40)  # 0을 비켜 간다. 중앙 차분의 오차는 1e-9쯤
    numeric = numerical_gradient(lambda z: function(z).sum(), z)
    np.testing.assert_allclose(derivative(z), numeric, rtol=1e-7, atol=1e-8)


def test_derivative_takes_z_not_the_activation() -> None:
    # seed_errors 34: sigmoid_derivative(x) = x(1 - x)는 활성화 값을 받는 함수였다
    assert A.sigmoid_derivative(0.0) == 0.25
    assert A.sigmoid_derivative(1.0) != 0.0


def test_kinks_take_the_documented_value() -> None:
    assert A.relu_derivative(0.0) == 0.0
    assert A.leaky_relu_derivative(0.0, 0.2) == 0.2
    for f in (A.leaky_relu, A.leaky_relu_derivative):
        with pytest.raises(ValueError, match=r"slope.*1\.5"):
            f([1.0], slope=1.5)


# 자료형과 순수성

FLOAT_FUNCTIONS = [
    A.sigmoid, A.sigmoid_derivative, A.tanh, A.tanh_derivative, A.relu, A.relu_derivative,
    A.leaky_relu, A.leaky_relu_derivative, A.softplus, A.logsumexp, A.softmax, A.softmax_naive, A.log_softmax,
]  # fmt: skip


@pytest.mark.parametrize("f", FLOAT_FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept_and_the_argument_is_untouched(f, dtype) -> None:
    z = np.array([[-1.0, 0.5, 2.0], [0.0, 0.0, 0.0]], dtype=dtype)
    before = z.copy()
    z.setflags(write=False)
    out = f(z)
    assert out.dtype == dtype
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("f", FLOAT_FUNCTIONS)
def test_integers_become_float64_and_text_is_refused(f) -> None:
    assert f([[0, 1]]).dtype == np.float64
    with pytest.raises(TypeError, match="z:"):
        f(np.array([["a"]]))


def test_temperature_keeps_float32() -> None:
    assert A.softmax(np.zeros(2, dtype=np.float32), temperature=0.7).dtype == np.float32
