"""잔차 연결, 기울기 클리핑, LSUV: 손으로 계산한 값, 성질, 알아볼 수 있는 오류."""

import numpy as np
import pytest

from deepnote_lib.initializers import lsuv
from deepnote_lib.layers import Affine, BatchNorm, Dropout, ReLU, Residual, Tanh
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import clip_gradients
from deepnote_lib.parameter import Parameter

pytestmark = pytest.mark.initialization


def affine(n_in, n_out, seed=0, dtype=np.float64):
    return Affine(n_in, n_out, rng=seed, dtype=dtype)


# --- 잔차 연결 ---


def test_residual_adds_the_scaled_branch_to_its_input():
    block = Residual(affine(2, 2), scale=0.5)
    block.layers[0].W.value[:] = [[2.0, 4.0], [6.0, 8.0]]
    # x W = [1·2 + 1·6, 1·4 + 1·8] = [8, 12], 절반을 [1, 1]에 더한다
    np.testing.assert_array_equal(block.forward(np.ones((1, 2)), training=True), [[5.0, 7.0]])
    # dout = [1, 0]: 지름길 [1, 0] + 0.5·[1, 0] Wᵀ = [1, 0] + 0.5·[2, 6]
    np.testing.assert_array_equal(block.backward(np.array([[1.0, 0.0]])), [[2.0, 3.0]])
    np.testing.assert_array_equal(block.layers[0].W.grad, [[0.5, 0.0], [0.5, 0.0]])


def test_residual_with_scale_zero_is_the_identity():
    x = np.random.default_rng(0).normal(size=(3, 4))
    block = Residual(affine(4, 4), Tanh(), scale=0.0)
    np.testing.assert_array_equal(block.forward(x, training=True), x)
    np.testing.assert_array_equal(block.backward(x), x)


def test_residual_skips_the_input_gradient_but_not_the_parameters():
    block, x = Residual(affine(3, 5), Tanh(), affine(5, 3, 1)), np.ones((2, 3))
    block.forward(x, training=True)
    block.backward(x)
    expected = [p.grad.copy() for p in block.parameters()]
    for p in block.parameters():
        p.grad[:] = np.nan
    assert block.backward(x, input_grad=False) is None
    for p, grad in zip(block.parameters(), expected, strict=True):
        np.testing.assert_array_equal(p.grad, grad)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_residual_keeps_the_dtype_and_its_arguments(dtype):
    block, x = Residual(affine(3, 3, dtype=dtype), ReLU(), scale=0.3), np.ones((2, 3), dtype=dtype)
    x.flags.writeable = False
    assert block.forward(x, training=True).dtype == dtype
    assert block.backward(x).dtype == dtype


def test_residual_passes_training_to_its_layers():
    block = Residual(Dropout(0.5, rng=0))
    np.testing.assert_array_equal(block.forward(np.ones((2, 50))), np.full((2, 50), 2.0))
    assert set(np.unique(block.forward(np.ones((2, 50)), training=True))) == {1.0, 3.0}


def test_parameters_and_buffers_inside_a_residual_are_named_and_saved(tmp_path):
    def make(seed):
        inner = Residual(affine(3, 4, seed), BatchNorm(4, dtype=np.float64), affine(4, 3, seed + 1))
        return Sequential(
            affine(3, 3, seed + 2), Residual(inner, scale=0.5), affine(3, 2, seed + 3)
        )

    a, b = make(0), make(10)
    names = [name for name, _ in a.named_parameters()]
    assert len(set(names)) == len(names) == len(a.parameters()) == 10
    assert "1.Residual.0.Residual.2.Affine.W" in names
    assert "1.Residual.0.Residual.1.BatchNorm.running_mean" in a.buffers()
    x = np.random.default_rng(0).normal(size=(8, 3))
    a.forward(x, training=True)  # 이동 평균을 움직인다
    a.save(tmp_path / "model.npz")
    b.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(b.forward(x), a.forward(x))


def test_residual_prints_its_structure():
    assert (
        repr(Residual(affine(3, 3), Tanh(), scale=0.5)) == "Residual(Affine(3→3), Tanh, scale=0.5)"
    )
    assert "Residual(Affine(3→3))" in Sequential(Residual(affine(3, 3))).summary()


def repeated():
    layer = affine(3, 3)
    return Residual(layer, layer)


def test_a_repeated_layer_without_parameters_is_refused():
    layer = ReLU()
    with pytest.raises(ValueError, match="두 번"):
        Residual(layer, layer)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Residual(), ValueError, "하나 이상"),
        (lambda: Residual(ReLU), TypeError, "클래스 ReLU"),
        (lambda: Residual("relu"), TypeError, r"^inner\[0\]: .*받은 값='relu'"),
        (lambda: Residual(affine(3, 4)), ValueError, "같은 3이어야 합니다. 받은 열 수=4"),
        (
            lambda: Residual(affine(3, 4), affine(5, 3)),
            ValueError,
            r"^inner\[1\]: .*열 수\(4\)와.*받은 n_in=5",
        ),
        (lambda: Residual(ReLU(), scale="1"), TypeError, "^scale:"),
        (repeated, ValueError, "두 번"),
    ],
)
def test_a_residual_that_cannot_be_added_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_branch_that_would_broadcast_is_refused():
    class First(ReLU):
        def forward(self, x, *, training=False):
            return x[:, :1]

    with pytest.raises(ValueError, match=r"^f\(x\): .*\(2, 3\)"):
        Residual(First()).forward(np.ones((2, 3)))


# --- 기울기 클리핑 ---


def parameters(*grads, dtype=np.float64):
    result = [
        Parameter(np.zeros(np.shape(g), dtype=dtype), name=f"p{i}") for i, g in enumerate(grads)
    ]
    for p, g in zip(result, grads, strict=True):
        p.grad[...] = g
    return result


def test_clipping_scales_all_gradients_by_one_factor():
    ps = parameters([2.0, 3.0], [[6.0]])  # √(4 + 9 + 36) = 7
    arrays = [p.grad for p in ps]
    assert clip_gradients(ps, max_norm=3.5) == pytest.approx(7.0, rel=1e-15)
    np.testing.assert_allclose(ps[0].grad, [1.0, 1.5], rtol=1e-15)  # 3.5/7 = ½
    np.testing.assert_allclose(ps[1].grad, [[3.0]], rtol=1e-15)
    assert all(p.grad is a for p, a in zip(ps, arrays, strict=True))


@pytest.mark.parametrize("max_norm", [5.0, 5.1])
def test_short_gradients_are_left_bit_for_bit(max_norm):
    ps = parameters([3.0], [4.0])
    assert clip_gradients(ps, max_norm) == 5.0
    assert (ps[0].grad[0], ps[1].grad[0]) == (3.0, 4.0)


@pytest.mark.parametrize(("dtype", "big"), [(np.float32, 3e38), (np.float64, 1e308)])
def test_the_norm_does_not_overflow(dtype, big):
    ps = parameters([big], [big], dtype=dtype)
    norm = clip_gradients(ps, 1.0)
    assert norm == pytest.approx(np.sqrt(2) * float(dtype(big)), rel=1e-6)
    # float32의 반올림은 6e-8이다
    np.testing.assert_allclose([p.grad[0] for p in ps], [0.5**0.5] * 2, rtol=1e-6)
    assert ps[0].grad.dtype == dtype


def test_zero_gradients_have_norm_zero():
    assert clip_gradients(parameters([0.0, 0.0]), 1.0) == 0.0
    assert clip_gradients([], 1.0) == 0.0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_clipping_refuses_a_gradient_that_is_not_finite_and_changes_nothing(bad):
    ps = parameters([30.0], [bad])
    with pytest.raises(FloatingPointError, match=r"^p1:"):
        clip_gradients(ps, 1.0)
    assert ps[0].grad[0] == 30.0


@pytest.mark.parametrize("arguments", [(parameters([1.0]), 0.0), ([np.ones(2)], 1.0), (3, 1.0)])
def test_bad_clipping_arguments_are_refused(arguments):
    with pytest.raises((TypeError, ValueError), match=r"^(max_norm|parameters):"):
        clip_gradients(*arguments)


# --- LSUV ---

X = np.random.default_rng(0).uniform(size=(200, 64))


def affine_stds(model, x):
    return [a.std(dtype=np.float64) for name, a in model.trace(x) if name == "Affine"]


@pytest.mark.parametrize("activation", [ReLU, Tanh])
@pytest.mark.parametrize("seed", range(3))
def test_lsuv_gives_every_affine_the_target_spread(activation, seed):
    model = mlp(64, *[100] * 8, 10, activation=activation, rng=0)
    found = lsuv(model, X, rng=seed)
    np.testing.assert_allclose(affine_stds(model, X), 1.0, atol=0.02)
    np.testing.assert_allclose(found, affine_stds(model, X), rtol=1e-12)
    assert len(found) == 9


def test_lsuv_keeps_the_directions_orthogonal():
    model = mlp(64, 30, 10, rng=0, dtype=np.float64)
    lsuv(model, X, target_std=0.5, rng=0)
    for layer in model.layers[::2]:
        G = layer.W.value.T @ layer.W.value
        np.testing.assert_allclose(G / G[0, 0], np.eye(len(G)), atol=1e-12)
    np.testing.assert_allclose(affine_stds(model, X), 0.5, atol=0.02)


def test_lsuv_reaches_into_nested_layers_and_repeats_with_its_seed():
    def make():
        block = Residual(affine(64, 32), ReLU(), Sequential(affine(32, 64)), scale=0.5)
        return Sequential(block, Dropout(0.5, rng=0), affine(64, 5))

    a, b = make(), make()
    a.layers[2].b.value[:] = 7.0
    assert lsuv(a, X, rng=1) == lsuv(b, X, rng=1)
    for p, q in zip(a.parameters(), b.parameters(), strict=True):
        np.testing.assert_array_equal(p.value, q.value)
    z = X @ a.layers[0].layers[0].W.value
    assert z.std() == pytest.approx(1.0, abs=0.02)
    assert a.forward(X).std() == pytest.approx(1.0, abs=0.02)


def test_lsuv_takes_a_single_layer_too():
    layer = affine(64, 3)
    (std,) = lsuv(layer, X, rng=0)
    assert std == layer.forward(X).std(dtype=np.float64) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"x": np.zeros((5, 64))}, ValueError, "표준편차=0"),
        ({"x": np.full((5, 64), np.nan)}, ValueError, "^x:"),
        ({"x": np.ones(64)}, ValueError, "^x:"),
        ({"tolerance": 1e-30, "max_iter": 2}, RuntimeError, "2번 안에"),
        ({"tolerance": 0.0}, ValueError, "^tolerance:"),
        ({"target_std": -1.0}, ValueError, "^target_std:"),
        ({"max_iter": 0}, ValueError, "^max_iter:"),
        ({"model": [affine(64, 3)]}, TypeError, "^model:"),
    ],
)
def test_a_failed_lsuv_leaves_the_model_as_it_was(arguments, error, message):
    model = mlp(64, 20, 10, rng=0)
    before = [p.value.copy() for p in model.parameters()]
    with pytest.raises(error, match=message):
        lsuv(**({"model": model, "x": X, "rng": 0} | arguments))
    for p, value in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.value, value)
