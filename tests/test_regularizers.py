"""규제 항의 값과 기울기, 그리고 다른 규약과의 차이."""

import numpy as np
import pytest

from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.parameter import Parameter
from deepnote_lib.regularizers import L1, L2, ElasticNet, Penalty, soft_threshold

pytestmark = pytest.mark.regularization
PENALTIES = [L1(0.3), L2(0.3), ElasticNet(0.2, 0.5)]


def parameters() -> list[Parameter]:
    W = Parameter(np.array([[1.0, -2.0], [0.5, 3.0]]), name="W")
    b = Parameter(np.array([10.0, -10.0]), name="b", penalized=False)
    return [W, b]


@pytest.mark.parametrize(
    ("penalty", "value", "gradient"),
    [
        # Σ|W| = 6.5, ΣW² = 1 + 4 + 0.25 + 9 = 14.25
        (L1(0.3), 0.3 * 6.5, [[0.3, -0.3], [0.3, 0.3]]),
        (L2(0.3), 0.5 * 0.3 * 14.25, [[0.3, -0.6], [0.15, 0.9]]),
        (ElasticNet(0.2, 0.5), 1.3 + 3.5625, [[0.2 + 0.5, -0.2 - 1.0], [0.2 + 0.25, 0.2 + 1.5]]),
    ],
)
def test_value_and_gradient_match_hand_values(penalty, value, gradient):
    W, b = parameters()
    W.grad[:] = 1.0
    assert penalty.value([W, b]) == pytest.approx(value, rel=1e-15)
    penalty.add_gradient([W, b])
    np.testing.assert_allclose(W.grad, 1.0 + np.array(gradient), rtol=1e-15)  # 덮어쓰지 않고 더한다
    assert not b.grad.any()  # 편향은 규제하지 않는다


@pytest.mark.parametrize("penalty", PENALTIES)
def test_gradient_is_the_derivative_of_the_value(penalty):
    """보고하는 손실과 갱신에 쓰는 기울기가 2배 어긋나는 흔한 결함을 막는다."""
    W, b = parameters()
    penalty.add_gradient([W, b])
    numeric = numerical_gradient(lambda w: penalty.value([Parameter(w, name="W")]), W.value)
    np.testing.assert_allclose(W.grad, numeric, rtol=1e-7)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_penalties_accept_an_iterator(penalty):
    expected = penalty.value(parameters())
    assert penalty.value(p for p in parameters()) == expected
    once, twice = parameters(), parameters()
    penalty.add_gradient(once)
    penalty.add_gradient(iter(twice))
    np.testing.assert_array_equal(once[0].grad, twice[0].grad)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_float32_stays_float32_and_values_stay_put(penalty):
    W = Parameter(np.array([[1.0, -2.0]], dtype=np.float32), name="W")
    before = W.value.copy()
    assert isinstance(penalty.value([W]), float)
    penalty.add_gradient([W])
    assert W.grad.dtype == np.float32
    np.testing.assert_array_equal(W.value, before)


def test_l1_gradient_at_zero_is_zero():
    W = Parameter(np.array([0.0, -0.0]), name="W")
    L1(1.0).add_gradient([W])
    np.testing.assert_array_equal(W.grad, [0.0, 0.0])


def test_gradient_descent_with_l1_never_reaches_exact_zeros_but_soft_threshold_does():
    w, lr, strength = np.array([0.25]), 0.1, 1.0
    by_gradient, by_threshold = w.copy(), w.copy()
    for _ in range(50):
        by_gradient = by_gradient - lr * strength * np.sign(by_gradient)
        by_threshold = soft_threshold(by_threshold, lr * strength)
    assert by_gradient[0] != 0
    assert abs(by_gradient[0]) < lr  # 0 둘레를 오간다
    assert by_threshold[0] == 0


def test_soft_threshold_solves_its_minimisation():
    w, threshold = np.array([3.0, 0.4, -0.4, -2.0]), 0.5
    u = np.linspace(-4, 4, 80_001)  # 간격 1e-4
    best = [u[np.argmin(0.5 * (u - value) ** 2 + threshold * np.abs(u))] for value in w]
    np.testing.assert_allclose(soft_threshold(w, threshold), best, atol=1e-4)


def test_soft_threshold_returns_a_new_array_of_the_same_dtype_without_negative_zeros():
    w = np.array([-0.1, 2.0], dtype=np.float32)
    w.flags.writeable = False
    out = soft_threshold(w, 0.5)
    assert out.dtype == np.float32
    assert not np.signbit(out[0])
    np.testing.assert_array_equal(out, np.array([0.0, 1.5], dtype=np.float32))


@pytest.mark.parametrize(
    "make", [L1, L2, lambda v: ElasticNet(v, 0.1), lambda v: ElasticNet(0.1, v)]
)
@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_strength_that_is_not_a_finite_nonnegative_number_is_rejected(make, value):
    with pytest.raises(ValueError, match=r"^(strength|l1|l2): 0 이상"):
        make(value)


def test_a_strength_given_as_text_is_a_type_error():
    with pytest.raises(TypeError, match=r"^strength: "):
        L2("0.1")


def test_soft_threshold_rejects_a_negative_threshold_and_text():
    with pytest.raises(ValueError, match=r"^threshold: "):
        soft_threshold(np.ones(2), -1.0)
    with pytest.raises(TypeError, match=r"^w: "):
        soft_threshold(np.array(["a"]), 1.0)


def test_repr_shows_the_strength():
    assert [repr(p) for p in PENALTIES] == ["L1(0.3)", "L2(0.3)", "ElasticNet(0.2, 0.5)"]


def test_an_unfinished_penalty_says_what_is_missing():
    with pytest.raises(NotImplementedError, match=r"Penalty: value\(\)"):
        Penalty().value([])
    with pytest.raises(NotImplementedError, match=r"Penalty: add_gradient\(\)"):
        Penalty().add_gradient([])
