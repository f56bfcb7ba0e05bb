"""층의 순전파와 역전파: 손으로 계산한 값, 성질, 알아볼 수 있는 오류."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepnote_lib.initializers import normal, xavier_normal, zeros
from deepnote_lib.layers import (
    Affine,
    BatchNorm,
    Dropout,
    Layer,
    LeakyReLU,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
)

pytestmark = pytest.mark.backprop
ELEMENTWISE = [ReLU, LeakyReLU, Sigmoid, Tanh]


def affine_by_hand() -> Affine:
    layer = Affine(2, 3, rng=0, dtype=np.float64)
    layer.W.value[:] = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    layer.b.value[:] = [0.1, 0.2, 0.3]
    return layer


def test_affine_forward_matches_the_hand_computation():
    # 첫 행 [1, 2]: 1·1+2·4=9, 1·2+2·5=12, 1·3+2·6=15, 거기에 b를 더한다
    out = affine_by_hand().forward(np.array([[1.0, 2.0], [-1.0, 0.0]]))
    np.testing.assert_allclose(out, [[9.1, 12.2, 15.3], [-0.9, -1.8, -2.7]], rtol=1e-15)


def test_affine_backward_matches_the_hand_computation():
    layer = affine_by_hand()
    layer.forward(np.array([[1.0, 2.0], [3.0, 4.0]]), training=True)
    dx = layer.backward(np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]))
    # ∂L/∂x = dout Wᵀ: [1·1+2·3, 1·4+2·6] = [7, 16], [2+3, 5+6] = [5, 11]
    np.testing.assert_array_equal(dx, [[7.0, 16.0], [5.0, 11.0]])
    # ∂L/∂W = xᵀ dout: 첫 행 1·[1,0,2] + 3·[0,1,1], 둘째 행 2·[1,0,2] + 4·[0,1,1]
    np.testing.assert_array_equal(layer.W.grad, [[1.0, 3.0, 5.0], [2.0, 4.0, 8.0]])
    np.testing.assert_array_equal(layer.b.grad, [1.0, 1.0, 3.0])  # 열의 합


def test_affine_skips_the_input_gradient_but_not_its_own():
    layer = affine_by_hand()
    layer.forward(np.ones((1, 2)), training=True)
    assert layer.backward(np.ones((1, 3)), input_grad=False) is None
    np.testing.assert_array_equal(layer.W.grad, np.ones((2, 3)))


def test_affine_overwrites_gradients_in_the_same_array():
    layer = affine_by_hand()
    before = layer.W.grad
    for _ in range(2):  # 두 번 불러도 두 배가 되지 않는다
        layer.forward(np.ones((1, 2)), training=True)
        layer.backward(np.ones((1, 3)))
    assert layer.W.grad is before
    np.testing.assert_array_equal(layer.W.grad, np.ones((2, 3)))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), a=st.floats(-3, 3), c=st.floats(-3, 3))
def test_affine_without_bias_is_linear(seed, a, c):
    rng = np.random.default_rng(seed)
    layer = Affine(3, 2, rng=rng, dtype=np.float64)
    u, v = rng.normal(size=(2, 4, 3))
    np.testing.assert_allclose(
        layer.forward(a * u + c * v), a * layer.forward(u) + c * layer.forward(v), atol=1e-12
    )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_layer_treats_rows_independently(seed):
    """샘플의 순서를 바꾸면 출력의 순서만 바뀐다."""
    rng = np.random.default_rng(seed)
    x, order = rng.normal(size=(6, 4)), rng.permutation(6)
    for layer in [Affine(4, 3, rng=rng, dtype=np.float64), *(cls() for cls in ELEMENTWISE)]:
        np.testing.assert_allclose(layer.forward(x[order]), layer.forward(x)[order], rtol=1e-12)


@pytest.mark.parametrize(
    ("layer", "x", "out", "slope"),
    [
        (ReLU(), -2.0, 0.0, 0.0),
        (ReLU(), 0.0, 0.0, 0.0),
        (ReLU(), 3.0, 3.0, 1.0),
        (LeakyReLU(0.1), -2.0, -0.2, 0.1),
        (LeakyReLU(0.1), 0.0, 0.0, 0.1),
        (LeakyReLU(0.1), 3.0, 3.0, 1.0),
        (Sigmoid(), 0.0, 0.5, 0.25),
        (Sigmoid(), np.log(3), 0.75, 0.1875),  # σ(ln 3) = 3/4, 3/4·1/4 = 3/16
        (Tanh(), 0.0, 0.0, 1.0),
        (Tanh(), np.log(2), 0.6, 0.64),  # (2 − ½)/(2 + ½) = 0.6, 1 − 0.36
    ],
)
def test_elementwise_layers_match_hand_values(layer, x, out, slope):
    assert layer.forward(np.array([[x]]), training=True)[0, 0] == pytest.approx(out, abs=1e-15)
    assert layer.backward(np.array([[2.0]]))[0, 0] == pytest.approx(2 * slope, abs=1e-15)


@pytest.mark.parametrize(
    "make", [*ELEMENTWISE, lambda: Dropout(0.5, rng=0), lambda: Affine(4, 4, rng=0)]
)
def test_layers_modify_no_argument(make):
    """밑바닥 구현의 ReLU가 호출자의 dout을 고쳐 쓰던 결함이 여기에는 없다."""
    layer, rng = make(), np.random.default_rng(0)
    x, dout = rng.normal(size=(2, 3, 4)).astype(np.float32)
    x.flags.writeable = dout.flags.writeable = False
    layer.forward(x, training=True)
    layer.backward(dout)
    layer.forward(x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("make", [*ELEMENTWISE, lambda: Dropout(0.3, rng=0)])
def test_elementwise_layers_keep_the_dtype(make, dtype):
    layer, x = make(), np.ones((2, 3), dtype=dtype)
    assert layer.forward(x, training=True).dtype == dtype
    assert layer.backward(x).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_affine_computes_in_its_dtype(dtype):
    layer = Affine(3, 2, rng=0, dtype=dtype)
    x = np.ones((4, 3), dtype=dtype)
    out = layer.forward(x, training=True)
    arrays = [out, layer.backward(out), layer.W.value, layer.W.grad, layer.b.value, layer.b.grad]
    assert {a.dtype for a in arrays} == {np.dtype(dtype)}


@pytest.mark.parametrize("make", [lambda: Affine(3, 3, rng=0), *ELEMENTWISE, lambda: Dropout(0.5)])
def test_backward_needs_a_recorded_forward(make):
    layer, x = make(), np.ones((2, 3))
    name = type(layer).__name__
    with pytest.raises(RuntimeError, match=rf"^{name}: .*forward\(x, training=True\)"):
        layer.backward(x)
    layer.forward(x, training=True)
    layer.forward(x)  # 예측은 캐시를 버린다. 검증 데이터의 값으로 역전파하는 일이 없다
    with pytest.raises(RuntimeError, match="training=True"):
        layer.backward(x)


@pytest.mark.parametrize(
    "make", [lambda: Affine(3, 3, rng=0), *ELEMENTWISE, lambda: Dropout(0.5, rng=0)]
)
@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 1), (3, 2)])
def test_backward_rejects_a_gradient_that_would_broadcast(make, shape):
    layer = make()
    layer.forward(np.ones((2, 3)), training=True)
    with pytest.raises(ValueError, match=r"^dout: .*\(2, 3\)"):
        layer.backward(np.ones(shape))


@pytest.mark.parametrize(
    ("x", "error", "received"),
    [
        (np.ones((3, 63)), ValueError, r"\(3, 63\)"),
        (np.ones(64), ValueError, r"\(64,\)"),
        ([1.0] * 64, ValueError, r"\(64,\)"),
    ],
)
def test_affine_names_the_wrong_input(x, error, received):
    with pytest.raises(error, match=rf"^x: .*\(N, 64\).*{received}"):
        Affine(64, 10, rng=0).forward(x)


@pytest.mark.parametrize("x", [np.array([["a"] * 64]), np.ones((3, 64), complex), None, "글"])
def test_affine_refuses_what_is_not_a_number(x):
    with pytest.raises(TypeError, match=r"^x: 수의 배열이어야"):
        Affine(64, 10, rng=0).forward(x)


def every_layer():
    """모든 층. 매개변수는 float32이고, 열 수는 바꾸지 않는다."""
    affine = [Affine(3, 3, rng=0), Residual(Affine(3, 3, rng=0)), BatchNorm(3)]
    return [*affine, *(cls() for cls in ELEMENTWISE), Dropout(0.5, rng=0)]


@pytest.mark.parametrize("i", range(8))
def test_every_layer_takes_lists_and_integers_and_answers_as_for_floats(i):
    """forward도 backward도. 매개변수가 있으면 그 dtype으로, 없으면 float64로 계산한다."""
    rows = [[1, 0, -2], [3, 2, 1]]
    assert len(every_layer()) == 8
    layer = every_layer()[i]
    expected = layer.forward(np.array(rows, dtype=np.float64), training=True)
    d_expected = layer.backward(np.array(rows, dtype=np.float64))
    assert expected.dtype == d_expected.dtype == (np.float32 if layer.parameters() else np.float64)
    for x in (rows, tuple(map(tuple, rows)), np.array(rows), np.array(rows, dtype=np.int8)):
        layer = every_layer()[i]  # 드롭아웃의 난수가 처음부터 다시 시작한다
        out = layer.forward(x, training=True)
        dx = layer.backward(x)
        assert (out.dtype, dx.dtype) == (expected.dtype, expected.dtype)
        np.testing.assert_array_equal(out, expected)
        np.testing.assert_array_equal(dx, d_expected)


@pytest.mark.parametrize(
    "layer", [Affine(3, 2, rng=0), BatchNorm(3), Residual(Affine(3, 3, rng=0))]
)
def test_float64_does_not_leak_through_a_float32_layer(layer):
    x = np.random.default_rng(0).normal(size=(4, 3))
    assert layer.forward(x).dtype == np.float32
    out = layer.forward(x, training=True)
    dx = layer.backward(np.ones(out.shape))
    assert (out.dtype, dx.dtype) == (np.float32, np.float32)
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(out, layer.forward(x.astype(np.float32), training=True))


@pytest.mark.parametrize(
    ("kwargs", "error", "match"),
    [
        ({"n_in": 0}, ValueError, "n_in"),
        ({"n_out": 2.0}, TypeError, "n_out"),
        ({"dtype": int}, TypeError, "dtype.*클래스 int"),
        ({"dtype": np.float16}, TypeError, "dtype.*float16"),
        ({"init": "he"}, TypeError, "init.*'he'"),
        ({"init": lambda shape, rng: np.zeros(shape[::-1])}, ValueError, r"init.*\(3, 2\)"),
        ({"init": lambda shape, rng: np.zeros(shape, dtype=complex)}, TypeError, "init.*complex"),
        ({"rng": -1}, ValueError, "rng"),
    ],
)
def test_affine_names_the_wrong_argument(kwargs, error, match):
    with pytest.raises(error, match=match):
        Affine(**{"n_in": 2, "n_out": 3, "rng": 0} | kwargs)


def test_affine_initialises_with_the_given_initializer():
    assert not Affine(5, 4, init=zeros).W.value.any()
    expected = xavier_normal((5, 4), np.random.default_rng(3)).astype(np.float32)
    np.testing.assert_array_equal(Affine(5, 4, init=xavier_normal, rng=3).W.value, expected)
    assert Affine(200, 200, init=normal(0.01), rng=0).W.value.std() == pytest.approx(0.01, rel=0.02)


def test_affine_penalizes_weights_only():
    layer = Affine(2, 3)
    assert [(p.name, p.penalized) for p in layer.parameters()] == [("W", True), ("b", False)]
    assert not layer.b.value.any()


@pytest.mark.regularization
class TestDropout:
    def test_prediction_is_the_identity(self):
        x = np.random.default_rng(0).normal(size=(3, 4))
        np.testing.assert_array_equal(Dropout(0.9, rng=0).forward(x), x)

    def test_rate_is_the_share_that_is_dropped(self):
        out = Dropout(0.2, rng=0).forward(np.ones((100, 1000)), training=True)
        # 100,000번의 시행에서 표준 오차는 √(0.2·0.8/1e5) = 0.0013. 그 4배를 허용한다
        assert (out == 0).mean() == pytest.approx(0.2, abs=0.005)

    def test_survivors_are_scaled_so_that_the_mean_is_kept(self):
        out = Dropout(0.2, rng=0).forward(np.ones((100, 1000)), training=True)
        np.testing.assert_array_equal(np.unique(out), [0.0, 1.25])  # 1 / (1 − 0.2)
        assert out.mean() == pytest.approx(1.0, abs=0.0065)  # 1.25·0.0013의 4배

    def test_backward_uses_the_mask_of_the_forward_pass(self):
        layer, x = Dropout(0.5, rng=0), np.ones((4, 5))
        out = layer.forward(x, training=True)
        np.testing.assert_array_equal(layer.backward(np.full_like(x, 3.0)), 3.0 * out)

    def test_every_forward_draws_a_new_mask(self):
        layer, x = Dropout(0.5, rng=0), np.ones((4, 50))
        first = layer.forward(x, training=True)
        assert not np.array_equal(first, layer.forward(x, training=True))

    def test_the_mask_does_not_depend_on_the_dtype(self):
        masks = [Dropout(0.5, rng=7).forward(np.ones((4, 50), d), training=True) for d in "fd"]
        np.testing.assert_array_equal(*masks)

    def test_rate_zero_keeps_everything_and_draws_as_much(self):
        """rate만 다른 두 실험에서 드롭아웃 다음의 난수가 같다."""
        rngs = [np.random.default_rng(0), np.random.default_rng(0)]
        x = np.ones((3, 4))
        kept = Dropout(0.0, rng=rngs[0]).forward(x, training=True)
        Dropout(0.5, rng=rngs[1]).forward(x, training=True)
        np.testing.assert_array_equal(kept, x)
        assert rngs[0].random() == rngs[1].random()

    @pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, np.nan])
    def test_rate_outside_the_range_is_rejected(self, rate):
        with pytest.raises(ValueError, match=r"^rate: 0 이상"):
            Dropout(rate)

    def test_the_global_random_module_is_rejected(self):
        with pytest.raises(TypeError, match=r"^rng: "):
            Dropout(0.5, rng=np.random)


@pytest.mark.parametrize("slope", [-0.1, 1.1])
def test_leaky_relu_rejects_a_slope_outside_the_range(slope):
    with pytest.raises(ValueError, match=r"^slope: "):
        LeakyReLU(slope)


def test_relu_lets_nan_through_instead_of_hiding_it():
    assert np.isnan(ReLU().forward(np.array([[np.nan]]))).all()


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Affine(64, 100, rng=0), "Affine(64→100)"),
        (ReLU(), "ReLU"),
        (LeakyReLU(), "LeakyReLU(0.01)"),
        (Dropout(0.5), "Dropout(0.5)"),
    ],
)
def test_repr_shows_the_architecture(layer, text):
    assert repr(layer) == text


def test_an_unfinished_layer_says_what_is_missing():
    layer = Layer()
    with pytest.raises(NotImplementedError, match=r"Layer: forward\(\)"):
        layer.forward(np.ones((1, 1)))
    with pytest.raises(NotImplementedError, match=r"Layer: backward\(\)"):
        layer.backward(np.ones((1, 1)))
    assert layer.parameters() == []
    assert layer.buffers() == {}
