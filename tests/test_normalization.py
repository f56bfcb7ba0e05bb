"""배치 정규화: 손으로 계산한 값, 이동 평균, 알려진 함정."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepnote_lib.layers import Affine, BatchNorm
from deepnote_lib.models import Sequential

pytestmark = pytest.mark.initialization


def test_forward_matches_the_hand_computation():
    layer = BatchNorm(1, eps=1e-300, dtype=np.float64)  # 이만한 ε은 결과에 보이지 않는다
    layer.gamma.value[:], layer.beta.value[:] = 2.0, 10.0
    # 평균 4, N으로 나눈 분산 (9 + 1 + 0 + 16)/4 = 6.5
    out = layer.forward(np.array([[1.0], [3.0], [4.0], [8.0]]), training=True)
    expected = 10 + 2 * np.array([[-3.0], [-1.0], [0.0], [4.0]]) / np.sqrt(6.5)
    np.testing.assert_allclose(out, expected, rtol=1e-15)


def test_backward_matches_the_hand_computation():
    layer = BatchNorm(1, eps=1e-300, dtype=np.float64)
    layer.gamma.value[:] = 3.0
    layer.forward(np.array([[-1.0], [0.0], [1.0]]), training=True)
    # μ = 0, σ² = 2/3, x̂ = [−√1.5, 0, √1.5]. dout = [1, 0, 0]이면
    # ∂γ = −√1.5, ∂β = 1. d = γ·dout = [3, 0, 0]: mean d = 1, mean d·x̂ = −√1.5
    # ∂x = (d − 1 + x̂√1.5)/σ = √1.5·[3−1−1.5, 0−1+0, 0−1+1.5] = √1.5·[0.5, −1, 0.5]
    dx = layer.backward(np.array([[1.0], [0.0], [0.0]]))
    root = np.sqrt(1.5)
    np.testing.assert_allclose(dx, root * np.array([[0.5], [-1.0], [0.5]]), rtol=1e-14)
    np.testing.assert_allclose(layer.gamma.grad, [-root], rtol=1e-14)
    np.testing.assert_allclose(layer.beta.grad, [1.0], rtol=1e-15)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(2, 40),
    scale=st.floats(0.1, 100),
    shift=st.floats(-100, 100),
)
def test_training_output_has_mean_zero_and_variance_one(seed, n, scale, shift):
    """ε까지 적으면 분산은 σ²/(σ² + ε)이다. 값 둘이 거의 같으면 σ²이 ε만큼 작을 수 있다."""
    x = np.random.default_rng(seed).normal(shift, scale, size=(n, 3))
    out = BatchNorm(3, eps=1e-12, dtype=np.float64).forward(x, training=True)
    var = x.var(axis=0)
    rounding = 1e-14 * np.abs(x).max() / np.sqrt(var.min())  # x를 반올림한 것이 x̂에서 커진 만큼
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-9 + rounding)
    np.testing.assert_allclose(out.var(axis=0), var / (var + 1e-12), rtol=1e-6 + rounding)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_input_gradient_is_orthogonal_to_constants_and_to_the_output(seed):
    """x를 옮기거나 늘려도 x̂가 같으므로, 기울기는 그 두 방향으로 0이다(ε이 아주 작을 때)."""
    rng = np.random.default_rng(seed)
    layer = BatchNorm(3, eps=1e-14, dtype=np.float64)
    x_hat = layer.forward(rng.normal(size=(8, 3)), training=True)
    dx = layer.backward(rng.normal(size=(8, 3)))
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose((dx * x_hat).sum(axis=0), 0, atol=1e-10)


def test_running_statistics_follow_the_stated_rule():
    layer = BatchNorm(1, momentum=0.9, dtype=np.float64)
    layer.forward(np.array([[1.0], [3.0]]), training=True)  # μ = 2, σ² = 1 (N으로 나눈 값)
    np.testing.assert_allclose(layer.running_mean, [0.2], rtol=1e-15)  # 0.9·0 + 0.1·2
    np.testing.assert_allclose(layer.running_var, [1.0], rtol=1e-15)  # 0.9·1 + 0.1·1
    layer.forward(np.array([[0.0], [4.0]]), training=True)  # μ = 2, σ² = 4
    np.testing.assert_allclose(layer.running_mean, [0.38], rtol=1e-15)  # 0.9·0.2 + 0.1·2
    np.testing.assert_allclose(layer.running_var, [1.3], rtol=1e-15)  # 0.9·1 + 0.1·4


def test_prediction_uses_the_running_statistics_and_leaves_them_alone():
    layer = BatchNorm(2, eps=1e-5, dtype=np.float64)
    layer.running_mean[:], layer.running_var[:] = [1.0, 2.0], [4.0, 9.0]
    out = layer.forward(np.array([[3.0, 5.0]]))  # (3−1)/2 = 1, (5−2)/3 = 1
    np.testing.assert_allclose(out, [[1.0, 1.0]], rtol=1e-5)  # ε이 분산에 1e-5를 더한다
    np.testing.assert_array_equal(layer.running_mean, [1.0, 2.0])
    np.testing.assert_array_equal(layer.running_var, [4.0, 9.0])


def test_bias_before_batch_norm_gets_no_gradient():
    """평균을 빼면 b가 사라진다. 상대 오차만 보는 기울기 검증이 헛경보를 내던 자리이다."""
    rng = np.random.default_rng(0)
    affine = Affine(3, 4, rng=rng, dtype=np.float64)
    model = Sequential(affine, BatchNorm(4, dtype=np.float64))
    model.forward(rng.normal(size=(6, 3)), training=True)
    model.backward(rng.normal(size=(6, 4)))
    np.testing.assert_allclose(affine.b.grad, 0, atol=1e-14)
    assert np.abs(affine.W.grad).max() > 1e-3


def test_constant_column_gives_beta_instead_of_nan():
    layer = BatchNorm(1, dtype=np.float64)
    layer.beta.value[:] = 7.0
    np.testing.assert_array_equal(
        layer.forward(np.full((3, 1), 5.0), training=True), np.full((3, 1), 7.0)
    )


def test_one_sample_cannot_be_normalised_in_training():
    layer = BatchNorm(2)
    with pytest.raises(ValueError, match=r"^x: .*2개 이상.*\(1, 2\).*batch_size"):
        layer.forward(np.ones((1, 2)), training=True)
    assert layer.forward(np.ones((1, 2))).shape == (1, 2)  # 예측은 된다


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_stays_in_the_dtype(dtype):
    layer = BatchNorm(3, dtype=dtype)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(dtype)
    out, predicted = layer.forward(x, training=True), layer.forward(x)
    layer.forward(x, training=True)
    arrays = [out, predicted, layer.backward(x), layer.running_mean, layer.running_var]
    arrays += [a for p in layer.parameters() for a in (p.value, p.grad)]
    assert {a.dtype for a in arrays} == {np.dtype(dtype)}


def test_arguments_are_not_modified():
    layer = BatchNorm(3)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    x.flags.writeable = False
    layer.forward(x, training=True)
    layer.backward(x)
    layer.forward(x)


def test_backward_without_input_gradient_still_fills_its_parameters():
    layer = BatchNorm(1, dtype=np.float64)
    layer.forward(np.array([[1.0], [3.0]]), training=True)
    assert layer.backward(np.ones((2, 1)), input_grad=False) is None
    np.testing.assert_array_equal(layer.beta.grad, [2.0])


def test_parameters_are_not_penalized():
    assert [(p.name, p.penalized) for p in BatchNorm(2).parameters()] == [
        ("gamma", False),
        ("beta", False),
    ]


def test_buffers_are_the_running_statistics_themselves():
    layer = BatchNorm(2)
    assert layer.buffers()["running_mean"] is layer.running_mean
    assert layer.buffers()["running_var"] is layer.running_var


def test_backward_before_forward_is_an_error():
    layer = BatchNorm(2)
    with pytest.raises(RuntimeError, match=r"^BatchNorm: .*training=True"):
        layer.backward(np.ones((3, 2)))
    layer.forward(np.ones((3, 2)), training=True)
    with pytest.raises(ValueError, match=r"^dout: .*\(3, 2\).*\(2,\)"):
        layer.backward(np.ones(2))


@pytest.mark.parametrize(
    ("kwargs", "error"),
    [
        ({"n_features": 0}, ValueError),
        ({"momentum": 1.0}, ValueError),
        ({"momentum": -0.1}, ValueError),
        ({"eps": 0.0}, ValueError),
        ({"dtype": np.int64}, TypeError),
    ],
)
def test_arguments_outside_their_range_are_named(kwargs, error):
    with pytest.raises(error, match=rf"^{next(iter(kwargs))}: "):
        BatchNorm(**{"n_features": 2} | kwargs)


def test_wrong_number_of_columns_is_named():
    with pytest.raises(ValueError, match=r"^x: .*\(N, 3\).*\(2, 4\)"):
        BatchNorm(3).forward(np.ones((2, 4)), training=True)
    assert repr(BatchNorm(3)) == "BatchNorm(3)"
