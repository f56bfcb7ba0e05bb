"""신경망 진단: 손으로 계산한 통계, 그대로 남는 모델, 잘못된 신경망마다의 경고, 건강한 신경망의 침묵."""

import math
import unicodedata

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from deepnote_lib import plots
from deepnote_lib.datasets import digits
from deepnote_lib.initializers import constant, he_normal, he_uniform, normal, xavier_normal, zeros
from deepnote_lib.inspection import inspect_network
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
from deepnote_lib.losses import MSE, SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD
from deepnote_lib.regularizers import L2
from deepnote_lib.training import Trainer

pytestmark = pytest.mark.initialization
mpl.use("agg")
(X, Y), _ = digits(rng=0)
X, Y = X[:200], Y[:200]


def inspect(model, x=X, y=Y, **keywords):
    return inspect_network(model, SoftmaxCrossEntropy(), x, y, **keywords)


def kinds(report):
    return {f.kind for f in report.findings}


def deep(*, depth=5, width=100, seed=0, **keywords):
    return mlp(64, *[width] * depth, 10, rng=seed, **keywords)


# --- 통계 ---


def small():
    """x = [[1], [2]], z = [x, −x], a = relu(z), 출력 o = a₁ + a₂."""
    model = mlp(1, 2, 1, rng=0, dtype=np.float64)
    model.layers[0].W.value[:] = [[1.0, -1.0]]
    model.layers[2].W.value[:] = [[1.0], [1.0]]
    return model, np.array([[1.0], [2.0]])


def test_statistics_match_the_hand_computation():
    model, x = small()
    report = inspect_network(model, MSE(), x, [[0.0], [0.0]], lr=0.1)
    z, a, o = report.layers
    # z = [[1, −1], [2, −2]]: 평균 0, 제곱의 평균 (1+1+4+4)/4 = 2.5
    assert (z.name, z.width, z.mean, z.second_moment, z.min, z.max) == (
        "0.Affine",
        2,
        0,
        2.5,
        -2,
        2,
    )
    assert z.std == pytest.approx(math.sqrt(2.5), rel=1e-15)
    assert z.spread == 0.5  # 뉴런마다 샘플 사이의 표준편차가 ½
    assert z.neuron_spread == 1.0  # 열의 평균 0에서 2만큼, 가장 큰 값 2로 나눈다
    # a = [[1, 0], [2, 0]]: 절반이 0이고 뉴런 하나가 죽었다
    assert (a.activation, a.mean, a.zero_share, a.dead_share) == ("relu", 0.75, 0.5, 0.5)
    assert math.isnan(a.saturated_share)
    # o = [1, 2], L = (1 + 4)/2, ∂L/∂o = o = [1, 2], 표준편차 ½
    assert report.loss == 2.5
    assert o.gradient_std == 0.5
    assert a.gradient_std == 0.5  # ∂L/∂a = o Wᵀ = [[1, 1], [2, 2]]
    # ∂L/∂W₁ = xᵀ(∂L/∂a · 1[z>0]) = [1·1 + 2·2, 0] = [5, 0], 크기 √12.5, W₁의 크기 1
    W = report["0.Affine.W"]
    assert W.gradient_rms == pytest.approx(math.sqrt(12.5), rel=1e-15)
    assert W.update_ratio == pytest.approx(0.1 * math.sqrt(12.5), rel=1e-15)
    assert (W.shape, W.rms, W.std, W.column_spread) == ((1, 2), 1.0, 1.0, 1.0)
    assert W.gradient_column_spread == 0.5  # [5, 0]의 평균 2.5에서 2.5, 5로 나눈다
    assert math.isnan(report["2.Affine.W"].column_spread)  # 열이 하나
    assert math.isnan(report["0.Affine.b"].update_ratio)  # 0과 비교할 수 없다
    np.testing.assert_array_equal(report.activation_std, [z.std, a.std, o.std])
    np.testing.assert_array_equal(report.gradient_std, [z.gradient_std, 0.5, 0.5])
    assert math.isnan(report.predicted_loss)  # 제곱 오차에는 무작위 추측이 없다
    assert math.isnan(report.logit_variance)


def test_the_penalty_adds_to_the_gradient_but_not_to_the_loss():
    model, x = small()
    report = inspect_network(model, MSE(), x, [[0.0], [0.0]], penalty=L2(2.0))
    # [5, 0] + 2·[1, −1] = [7, −2], 제곱의 평균 53/2
    assert report["0.Affine.W"].gradient_rms == pytest.approx(math.sqrt(26.5), rel=1e-15)
    assert report.loss == 2.5
    assert math.isnan(report["0.Affine.W"].update_ratio)  # lr이 없다


def test_saturation_is_counted_where_the_derivative_is_small():
    z = np.array([[0.0, 2.6, 2.7, -3.0]])  # tanh 2.6 = 0.989, tanh 2.7 = 0.991
    report = inspect_network(Sequential(Tanh()), MSE(), z, np.zeros((1, 4)))
    assert report["0.Tanh"].saturated_share == 0.5
    z = np.array([[0.0, 4.5, 4.7, -4.7]])  # σ(4.5) = 0.989, σ(4.7) = 0.991
    report = inspect_network(Sequential(Sigmoid()), MSE(), z, np.zeros((1, 4)))
    assert report["0.Sigmoid"].saturated_share == 0.5


@pytest.mark.parametrize("std", [0.1, 0.3, 0.6])
def test_the_first_loss_follows_from_the_variance_of_the_logits(std):
    """s² ≤ 0.36이면 2차까지의 예측 log K + s²(1 − 1/K)/2가 실제와 가깝다."""
    z = std * np.random.default_rng(0).standard_normal((5000, 10))
    y = np.random.default_rng(1).integers(0, 10, 5000)
    report = inspect_network(Sequential(LeakyReLU(1.0)), SoftmaxCrossEntropy(), z, y)
    assert report.logit_variance == pytest.approx(std**2, rel=0.02)  # 5,000 × 9개의 표본 분산
    assert report.predicted_loss == pytest.approx(
        math.log(10) + 0.45 * report.logit_variance, rel=1e-12
    )
    # 표집 오차 s/√5000의 네 배와 3차 이상의 항 s⁴/8
    assert report.loss == pytest.approx(report.predicted_loss, abs=4 * std / 5000**0.5 + std**4 / 8)


def test_binary_loss_is_predicted_from_the_mean_square_of_the_logit():
    z = np.array([[0.5], [-0.5], [0.5], [-0.5]])
    report = inspect_network(Sequential(LeakyReLU(1.0)), SigmoidBCE(), z, [0, 0, 1, 1])
    # log 2 + ¼/8, 4차 항은 z⁴/192 = 0.0003
    assert report.predicted_loss == pytest.approx(math.log(2) + 0.25 / 8, rel=1e-15)
    assert report.loss == pytest.approx(report.predicted_loss, abs=4e-4)


def test_a_constant_added_to_a_row_of_logits_changes_no_prediction():
    z = np.random.default_rng(0).normal(size=(20, 10))
    y = np.arange(20) % 10
    same = Sequential(LeakyReLU(1.0))
    a, b = (
        inspect_network(same, SoftmaxCrossEntropy(), v, y) for v in (z, z + np.arange(20)[:, None])
    )
    assert a.predicted_loss == pytest.approx(b.predicted_loss, rel=1e-12)


# --- 모델은 그대로 ---


def busy(dtype=np.float64):
    rng = np.random.default_rng(3)
    return Sequential(
        Affine(64, 20, rng=rng, dtype=dtype), BatchNorm(20, dtype=dtype), ReLU(), Dropout(0.3, rng=rng),
        Residual(Affine(20, 20, rng=rng, dtype=dtype), Tanh()),
        Sequential(Affine(20, 12, rng=rng, dtype=dtype), Sigmoid()), Affine(12, 10, rng=rng, dtype=dtype),
    )  # fmt: skip


def test_inspecting_changes_nothing_at_all():
    inspected, twin = busy(), busy()
    losses = SoftmaxCrossEntropy(), SoftmaxCrossEntropy()
    x, y = X[:32].astype(np.float64), Y[:32]
    x.flags.writeable = y.flags.writeable = False
    for model, loss in zip((inspected, twin), losses, strict=True):
        loss.forward(model.forward(x, training=True), y)
    methods = [vars(layer).copy() for layer in inspected.layers]
    inspect_network(inspected, losses[0], X, Y, lr=0.1, penalty=L2(0.1))
    assert [vars(layer).keys() for layer in inspected.layers] == [m.keys() for m in methods]
    for model, loss in zip((inspected, twin), losses, strict=True):
        model.backward(loss.backward())  # 앞서 남긴 캐시로 역전파가 이어진다
    for p, q in zip(inspected.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(p.value, q.value)
        np.testing.assert_array_equal(p.grad, q.grad)
    for name, array in inspected.buffers().items():
        np.testing.assert_array_equal(array, twin.buffers()[name])
    np.testing.assert_array_equal(
        inspected.forward(x, training=True), twin.forward(x, training=True)
    )


def test_inspecting_after_an_error_leaves_the_model_usable():
    model = busy()
    before = [p.value.copy() for p in model.parameters()]
    with pytest.raises(ValueError, match=r"^y:"):
        inspect(model, X, Y[:3])
    for p, value in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.value, value)
    assert "forward" not in vars(model.layers[0])


def test_two_inspections_agree():
    model = busy()
    assert str(inspect(model, lr=0.1)) == str(inspect(model, lr=0.1))


# --- 층을 찾는다 ---


def test_nested_layers_are_listed_in_the_order_of_the_forward_pass():
    report = inspect(busy())
    assert [row.name for row in report.layers] == [
        "0.Affine", "1.BatchNorm", "2.ReLU", "3.Dropout", "4.Residual.0.Affine", "4.Residual.1.Tanh",
        "4.Residual", "5.Sequential.0.Affine", "5.Sequential.1.Sigmoid", "6.Affine",
    ]  # fmt: skip
    assert [p.name for p in report.parameters] == [name for name, _ in busy().named_parameters()]
    assert not np.isnan(report.gradient_std).any()


class OwnReLU(Layer):
    def forward(self, x, *, training=False):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout, *, input_grad=True):
        return dout * self.mask


class OwnNetwork:
    """독자가 속성으로 층을 지니고 손으로 이은 신경망. 뒤의 활성화 하나를 두 번 쓴다."""

    def __init__(self, init=he_normal, activation=OwnReLU):
        rng = np.random.default_rng(0)
        self.first = Affine(64, 30, init=init, rng=rng, dtype=np.float64)
        self.act = activation()
        self.rest = [Affine(30, 10, init=init, rng=rng, dtype=np.float64)]
        self.name = "나의 신경망"

    def forward(self, x, training=False):
        return self.rest[0].forward(
            self.act.forward(self.first.forward(x, training=training)), training=training
        )

    def backward(self, dout):
        return self.first.backward(self.act.backward(self.rest[0].backward(dout)))

    def parameters(self):
        return self.first.parameters() + self.rest[0].parameters()


class OwnLoss:
    def forward(self, z, y):
        self.p = np.exp(z - z.max(axis=1, keepdims=True))
        self.p /= self.p.sum(axis=1, keepdims=True)
        self.y = y
        return -np.log(self.p[np.arange(len(y)), y]).mean()

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(d)), self.y] -= 1
        return d / len(d)


class HalfLoss(OwnLoss):
    def forward(self, z, y):
        return super().forward(z, y) / 2


def test_a_network_of_the_readers_own_is_inspected():
    report = inspect_network(OwnNetwork(), OwnLoss(), X, Y, lr=0.1)
    assert [row.name for row in report.layers] == ["first", "act", "rest.0"]
    assert [p.name for p in report.parameters] == ["first.W", "first.b", "rest.0.W", "rest.0.b"]
    assert report["act"].activation == "relu"
    assert report.start.n_classes == 10  # 손실의 값을 보고 교차 엔트로피임을 안다
    assert report.healthy
    assert (
        inspect_network(OwnNetwork(constant(0.1)), OwnLoss(), X, Y).findings[0].kind == "symmetry"
    )
    assert inspect_network(OwnNetwork(), HalfLoss(), X, Y).start.n_classes == 0


def test_layers_kept_in_a_dict_are_found_whatever_the_attribute_is_called():
    class Named(OwnNetwork):
        """층을 사전 layers에 담고, 크기의 목록도 지닌 신경망."""

        def __init__(self):
            super().__init__()
            self.sizes = [64, 30, 10]
            self.layers = {"Affine1": self.first, "Activation1": self.act, "Affine2": self.rest[0]}
            self.loss = OwnLoss()

    report = inspect_network(Named(), OwnLoss(), X, Y)
    assert [row.name for row in report.layers] == ["first", "act", "rest.0"]

    class Only(Named):
        def __init__(self):
            super().__init__()
            self.inner = self.layers
            self.layers = self.sizes
            del self.first, self.act, self.rest

        def forward(self, x, training=False):
            for layer in self.inner.values():
                x = layer.forward(x, training=training)
            return x

        def backward(self, dout):
            for layer in reversed(self.inner.values()):
                dout = layer.backward(dout)

        def parameters(self):
            return [p for layer in self.inner.values() for p in layer.parameters()]

    report = inspect_network(Only(), OwnLoss(), X, Y)
    assert [row.name for row in report.layers] == [
        "inner.Affine1",
        "inner.Activation1",
        "inner.Affine2",
    ]
    assert report.parameters[0].name == "inner.Affine1.W"
    assert not np.isnan(report.gradient_std).any()


def test_own_activations_are_recognized_by_what_they_do():
    class MyTanh(Tanh):
        pass

    class MySigmoid(Sigmoid):
        pass

    class Flatten(Layer):
        def forward(self, x, *, training=False):
            self.shape = x.shape
            return x.reshape(len(x), -1)

        def backward(self, dout, *, input_grad=True):
            return dout.reshape(self.shape)

    class Identity(LeakyReLU):
        pass

    x = np.random.default_rng(0).normal(size=(5, 2, 3))
    layers = [Flatten(), Identity(1.0), MyTanh(), MySigmoid(), Identity(1.0)]
    report = inspect_network(Sequential(*layers), MSE(), x, np.zeros((5, 6)))
    assert [row.activation for row in report.layers] == ["", "", "tanh", "sigmoid", ""]


def test_a_layer_used_twice_gets_the_gradient_of_each_pass():
    class Twice(OwnNetwork):
        def forward(self, x, training=False):
            a = self.first.forward(x, training=training)
            return self.rest[0].forward(self.act.forward(self.act.forward(a)), training=training)

        def backward(self, dout):
            d = self.act.backward(self.act.backward(2 * self.rest[0].backward(dout)))
            return self.first.backward(d)

    model = Twice()
    model.alias = model.first  # 같은 층을 두 이름으로 지녀도 한 번만 적는다
    report = inspect_network(model, OwnLoss(), X, Y)
    assert [row.name for row in report.layers] == ["first", "act", "act", "rest.0"]
    assert not np.isnan(report.gradient_std).any()
    assert len(report.parameters) == 4


def test_a_layer_whose_backward_is_skipped_has_no_gradient():
    class Cut(OwnNetwork):
        def backward(self, dout):
            return self.rest[0].backward(dout)

    report = inspect_network(Cut(), OwnLoss(), X, Y)
    np.testing.assert_array_equal(np.isnan(report.gradient_std), [True, True, False])


# --- 잘못된 신경망 ---


@pytest.mark.parametrize("activation", [ReLU, Tanh])
def test_small_weights_make_the_signal_vanish(activation):
    report = inspect(deep(init=normal(0.01), activation=activation), lr=0.1)
    assert kinds(report) == {"vanishing_activations", "vanishing_gradients"}
    found = report.findings[0]
    # 층마다 0.01·√100(·√½) = 0.1(0.07)배: 0.27·0.08·0.07에서 1% 아래로 내려간다
    assert (found.layer, found.severity) == ("2.Affine", "critical")
    assert "√(2/n_in)" in found.message
    assert f"{report['2.Affine'].spread:.2g}" in found.message


@pytest.mark.parametrize("activation", [Tanh, Sigmoid])
def test_large_weights_saturate(activation):
    report = inspect(deep(init=normal(1.0), activation=activation))
    assert "saturated" in kinds(report)
    found = next(f for f in report.findings if f.kind == "saturated")
    assert f"{report[found.layer].saturated_share:.0%}" in found.message
    assert report[found.layer].saturated_share == np.nanmax(
        [r.saturated_share for r in report.layers]
    )


def test_large_weights_explode_with_relu():
    report = inspect(deep(init=normal(1.0)), lr=0.1)
    assert kinds(report) == {"exploding_activations", "exploding_gradients"}
    # 층마다 √(100/2) = 7배. 첫 층은 √64·0.48 = 3.9, 둘째 층은 27쯤이라 처음으로 10을 넘는다
    assert report.findings[0].layer == "2.Affine"
    assert "clip_gradients" in report.findings[-1].message


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "model",
    [
        lambda dtype: deep(depth=1, init=constant(0.01), dtype=dtype),
        lambda dtype: deep(depth=2, init=zeros, dtype=dtype),
        lambda dtype: deep(depth=1, init=zeros, activation=Sigmoid, dtype=dtype),
    ],
    ids=["상수", "0", "0과 시그모이드"],
)
def test_equal_weights_are_one_neuron(model, dtype):
    report = inspect(model(dtype))
    assert kinds(report) == {"symmetry"}
    assert report.findings[0].layer == "0.Affine.W"
    layers = sum(p.name.endswith("W") for p in report.parameters) - 1  # 마지막 층은 세지 않는다
    assert (
        f"뉴런 100개가 뉴런 하나처럼 동작합니다(대칭). 이런 층은 {layers}개입니다."
        in report.findings[0].message
    )
    assert report["0.Affine"].neuron_spread < 1e-6
    assert not report.healthy


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_rounding_residue_of_equal_weights_is_not_called_exploding(dtype):
    """모든 W가 상수이면 은닉층의 기울기는 반올림 오차이고, 층마다 커져도 폭주가 아니다."""
    report = inspect(deep(init=constant(0.05), dtype=dtype))
    assert report.gradient_std[0] > 100 * report.gradient_std[-3] > 0
    assert kinds(report) == {"symmetry", "exploding_activations"}


def test_equal_weights_stay_equal_through_training_and_are_still_noticed():
    model = deep(depth=1, width=8, init=constant(0.1), dtype=np.float64)
    Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1)).fit(
        X, Y, epochs=5, batch_size=20, rng=0
    )
    report = inspect(model)
    assert report["0.Affine.W"].column_spread < 1e-10
    assert kinds(report) == {"symmetry"}


def test_equal_first_weights_with_a_random_second_layer_are_not_symmetric():
    """다음 층의 행이 다르면 기울기가 달라 첫 스텝에 깨진다. 편향이 달라도 그렇다."""
    model = deep(depth=1, dtype=np.float64)
    model.layers[0].W.value[:] = 0.1
    assert "symmetry" not in kinds(inspect(model))
    model = deep(depth=1, init=constant(0.1), activation=Tanh, dtype=np.float64)
    model.layers[0].b.value[:] = np.random.default_rng(0).normal(size=100)
    assert "symmetry" not in kinds(inspect(model))


def test_a_zero_last_layer_and_a_zero_single_layer_are_fine():
    model = deep(depth=2)
    model.layers[-1].W.value[:] = 0.0
    report = inspect(model, lr=0.1)
    assert report.healthy, str(report)
    assert report.loss == pytest.approx(math.log(10), rel=1e-6)
    assert inspect(mlp(64, 10, init=zeros), lr=0.1).healthy


def test_large_negative_biases_kill_neurons():
    model = deep(depth=2)
    model.layers[2].b.value[:] = -10.0
    report = inspect(model)
    assert kinds(report) == {"dead_neurons"}  # 뒤따르는 신호의 소멸은 따로 적지 않는다
    assert (report.findings[0].layer, report.findings[0].severity) == ("3.ReLU", "critical")
    assert "뉴런 100개 가운데 100개(100%)" in report.findings[0].message
    model.layers[2].b.value[:20] = 0.0
    report = inspect(model)
    assert report["3.ReLU"].dead_share == pytest.approx(0.8, abs=0.03)
    assert [f.severity for f in report.findings] == ["warning"]


def test_zeros_made_by_dropout_are_not_dead_neurons():
    layers = [Affine(64, 50, rng=0), ReLU(), Dropout(0.95, rng=0), Affine(50, 10, rng=1)]
    report = inspect(Sequential(*layers), X[:5], Y[:5])
    assert report["2.Dropout"].dead_share > 0.7
    assert "dead_neurons" not in kinds(report)


def test_deep_sigmoid_loses_signal_and_gradient():
    report = inspect(deep(depth=6, init=xavier_normal, activation=Sigmoid))
    assert {"vanishing_activations", "vanishing_gradients"} <= kinds(report)
    ratio = report["0.Affine"].gradient_std / report["11.Sigmoid"].gradient_std
    assert ratio < 0.01
    assert (
        f"{ratio:.2g}배"
        in next(f for f in report.findings if f.kind == "vanishing_gradients").message
    )


@pytest.mark.parametrize(("lr", "kind"), [(100.0, "large_updates"), (1e-6, "small_updates")])
def test_the_learning_rate_is_judged_by_the_update_ratio(lr, kind):
    report = inspect(deep(depth=2), lr=lr)
    assert kinds(report) == {kind}
    fastest = max(p.update_ratio for p in report.parameters if p.name.endswith("W"))
    assert (
        f"{fastest:.2g}배" in report.findings[0].message
        or f"{fastest:.3g}배" in report.findings[0].message
    )
    assert inspect(deep(depth=2)).healthy  # lr을 주지 않으면 판단하지 않는다


def test_large_logits_at_the_start_are_reported():
    model = deep(depth=2)
    model.layers[-1].W.value *= 20
    report = inspect(model)
    assert kinds(report) == {"large_logits"}
    assert (report.findings[0].layer, f"{report.loss:.3g}" in report.findings[0].message) == (
        "",
        True,
    )
    assert "마지막 층의 W" in report.findings[0].message


def test_raw_pixels_are_blamed_on_the_input():
    report = inspect(deep(depth=2), 255 * X)
    assert kinds(report) == {"large_logits"}
    assert "standardize" in report.findings[0].message


@pytest.mark.parametrize("where", ["W", "넘침", "손실"])
def test_values_that_are_not_finite_are_the_only_finding(where):
    model, loss = deep(depth=2), SoftmaxCrossEntropy()
    if where == "W":
        model.layers[2].W.value[3, 4] = np.nan
    elif where == "넘침":
        model.layers[0].W.value *= 1e38
        model.layers[2].W.value *= 1e38
    else:

        class Broken(SoftmaxCrossEntropy):
            def forward(self, logits, y):
                return super().forward(logits, y) * math.inf

        loss = Broken()
    report = inspect_network(model, loss, X, Y, lr=0.1)
    assert [f.kind for f in report.findings] == ["not_finite"]
    assert report.findings[0].layer == {"W": "2.Affine", "넘침": "2.Affine", "손실": ""}[where]
    assert "[위험]" in str(report)


# --- 건강한 신경망 ---

NARROW, WIDE = [(32, 2), (32, 6), (100, 4)], [(512, 2), (512, 6)]
HEALTHY = [
    *((he_normal, ReLU, *size) for size in NARROW + WIDE),
    *((he_uniform, ReLU, *size) for size in NARROW),
    *((xavier_normal, Tanh, *size) for size in NARROW + WIDE),
]


@pytest.mark.parametrize(("init", "activation", "width", "depth"), HEALTHY)
def test_a_healthy_network_raises_no_alarm(init, activation, width, depth):
    for seed in range(30):
        rows = np.random.default_rng(seed).choice(len(X), 50, replace=False)
        model = deep(depth=depth, width=width, seed=seed, init=init, activation=activation)
        report = inspect(model, X[rows], Y[rows], lr=0.1)
        assert report.healthy, f"시드 {seed}\n{report}"


def test_other_healthy_networks_raise_no_alarm():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 30)), rng.integers(0, 2, 100)
    for seed in range(30):
        narrowing = mlp(30, 128, 32, 1, rng=seed)
        assert inspect_network(narrowing, SigmoidBCE(), x, y, lr=0.1).healthy
        regression = mlp(30, 64, 64, 1, activation=LeakyReLU, rng=seed)
        assert inspect_network(regression, MSE(), x, x[:, :1], lr=0.01).healthy
    assert inspect(busy(), lr=0.1).healthy
    assert inspect(deep(depth=50, width=256), lr=0.01).healthy


def test_one_sample_and_a_constant_input_raise_no_alarm():
    for x, y in ((X[:1], Y[:1]), (np.ones((20, 64)), Y[:20])):
        report = inspect(deep(depth=2), x, y)
        assert report.healthy, str(report)


def test_a_trained_network_raises_no_alarm():
    model = deep(depth=2, width=64)
    Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1)).fit(
        X, Y, epochs=30, batch_size=20, rng=0
    )
    assert inspect(model, lr=0.1).healthy


# --- 글과 오류 ---


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_the_report_reads_as_korean_tables_of_aligned_columns():
    text = str(inspect(deep(depth=1, activation=Tanh), lr=0.1))
    heading, layers, params, verdict = text.split("\n\n")
    assert heading.startswith("샘플 200개, 손실 2.")
    assert "무작위 추측 log 10 = 2.303" in heading
    lines = layers.splitlines()
    assert lines[0].split("  ")[0] == "층"
    assert len({columns(line) for line in lines}) == 1  # 마지막 열은 늘 차 있고 오른쪽으로 맞춘다
    assert "포화" in lines[0]
    assert "1.Tanh" in lines[2]
    assert "0.0%" in lines[2]
    assert "갱신 비율" in params
    assert verdict == "경고 없음: 이상한 곳을 찾지 못했습니다."


def test_the_report_shows_only_what_was_measured():
    report = inspect_network(Sequential(Tanh()), MSE(), np.ones((3, 2)), np.zeros((3, 2)))
    assert "매개변수" not in str(report)
    assert "무작위" not in str(report)
    assert "갱신 비율" not in str(inspect(deep(depth=1)))


def test_the_last_line_of_a_cell_reads_like_the_print():
    for model in (deep(depth=1), deep(depth=1, init=zeros)):
        report = inspect(model, lr=0.1)
        assert repr(report) == str(report)
        assert bool(report) is report.healthy
    assert not report


def test_findings_are_printed_with_the_worst_first():
    report = inspect(deep(init=normal(1.0), activation=Tanh))
    assert [f.severity for f in report.findings] == ["critical", "warning"]
    lines = str(report).split("\n\n")[-1].splitlines()
    assert lines[0] == "경고 2개"
    assert lines[1].startswith(f"[위험] {report.findings[0].layer}: ")
    assert lines[2].startswith("[주의] 손실(")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"x": np.zeros(64)}, ValueError, "^x:"),
        ({"x": np.zeros((0, 64))}, ValueError, "^x:"),
        ({"x": np.full((2, 64), np.inf)}, ValueError, "^x:"),
        ({"x": np.array([["a"]])}, TypeError, "^x:"),
        ({"lr": 0.0}, ValueError, "^lr:"),
        ({"lr": "0.1"}, TypeError, "^lr:"),
        ({"model": Sequential}, TypeError, r"^model: .*Sequential\(…\)처럼 괄호를 붙여"),
        ({"model": X}, TypeError, r"^model: forward\(\), backward\(\), parameters\(\)가 있는 객체"),
        ({"loss": SoftmaxCrossEntropy}, TypeError, r"^loss: .*괄호를 붙여"),
        ({"loss": math.log}, TypeError, "^loss:"),
        ({"loss": ReLU()}, TypeError, r"^loss: .*손실이어야 합니다\. 받은 값=ReLU"),
        ({"penalty": 0.1}, TypeError, "^penalty:"),
    ],
)
def test_bad_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        inspect_network(
            **({"model": deep(depth=1), "loss": SoftmaxCrossEntropy(), "x": X, "y": Y} | arguments)
        )


@pytest.mark.parametrize("name", ["9.Affine", 0, ["0.Affine"], np.array(["0.Affine"])])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(KeyError, match=r"0\.Affine, 1\.ReLU"):
        inspect(deep(depth=1))[name]


def test_lists_and_integers_are_inspected_like_arrays():
    x = np.arange(12).reshape(4, 3)
    model = mlp(3, 5, 2, rng=0)
    reports = [
        inspect_network(model, SoftmaxCrossEntropy(), v, [0, 1, 0, 1])
        for v in (x, x.tolist(), x.astype(float))
    ]
    assert len({str(report) for report in reports}) == 1


def test_what_a_readers_own_class_forgot_to_return_is_named():
    class NoOutput(ReLU):
        def forward(self, x, *, training=False):
            super().forward(x, training=training)

    class NoGradient(ReLU):
        def backward(self, dout, *, input_grad=True):
            super().backward(dout)

    class NoValue(SoftmaxCrossEntropy):
        def forward(self, logits, y):
            super().forward(logits, y)

    class PerSample(SoftmaxCrossEntropy):
        def forward(self, logits, y):
            return np.full(len(y), super().forward(logits, y))

    with pytest.raises(TypeError, match=r"^1\.NoOutput\.forward\(\)의 출력: 수의 배열이어야"):
        inspect(deep(depth=1, activation=NoOutput))
    with pytest.raises(TypeError, match=r"^0\.Affine\.backward\(\)의 dout: 수의 배열이어야"):
        inspect(deep(depth=1, activation=NoGradient))
    with pytest.raises(TypeError, match=r"^loss\.forward\(\)의 값: 수의 배열이어야"):
        inspect_network(deep(depth=1), NoValue(), X, Y)
    with pytest.raises(
        ValueError, match=r"^loss: forward\(\)가 수 하나를 반환해야 합니다\. 받은 shape=\(200,\)"
    ):
        inspect_network(deep(depth=1), PerSample(), X, Y)


# --- 그림 ---


@pytest.fixture(autouse=True)
def _clean():
    with mpl.rc_context():
        yield
    plt.close("all")


def test_the_figure_draws_the_numbers_of_the_report():
    report = inspect(deep(depth=2, activation=Tanh))
    panels = plots.network_report(report, axes=Figure().subplots(3, 1))
    assert plt.get_fignums() == []
    z, a = panels[0].lines
    np.testing.assert_array_equal(z.get_xdata(), [0, 2, 4])
    np.testing.assert_array_equal(z.get_ydata(), report.activation_std[::2])
    np.testing.assert_array_equal(a.get_ydata(), report.activation_std[1::2])
    np.testing.assert_array_equal(panels[1].lines[0].get_ydata(), report.gradient_std[::2])
    assert {ax.get_yscale() for ax in panels[:2]} == {"log"}
    (saturated,) = panels[2].lines  # ReLU가 없으니 죽은 뉴런의 선도 없다
    assert saturated.get_label() == "포화"
    np.testing.assert_array_equal(
        saturated.get_ydata(), [report[n].saturated_share for n in ("1.Tanh", "3.Tanh")]
    )
    assert [t.get_text() for t in panels[2].get_xticklabels()] == [
        row.name for row in report.layers
    ]
    low, high = panels[0].get_ylim()
    assert high / low >= 99  # 작은 차이를 부풀리지 않는다


@pytest.mark.parametrize(
    "model",
    [
        lambda: deep(depth=2),
        lambda: deep(depth=20),
        lambda: deep(depth=2, init=zeros),
        lambda: mlp(64, 10, rng=0),
    ],
    ids=["ReLU", "깊게", "0", "한 층"],
)
def test_the_figure_is_drawn_in_the_book_style_without_warnings(model):
    plots.use_style()
    panels = plots.network_report(inspect(model()))
    assert len(panels) == 3
    panels[0].figure.canvas.draw()


def test_values_that_cannot_be_drawn_are_left_out():
    model = deep(depth=2)
    model.layers[2].W.value[:] = np.nan
    panels = plots.network_report(inspect(model), axes=Figure().subplots(3, 1))
    np.testing.assert_array_equal(panels[0].lines[0].get_xdata(), [0])


def test_bad_figure_arguments_are_refused():
    report = inspect(deep(depth=1))
    with pytest.raises(TypeError, match=r"^report:"):
        plots.network_report("보고")
    with pytest.raises(ValueError, match=r"^axes: .*받은 개수=2"):
        plots.network_report(report, axes=Figure().subplots(2, 1))
    with pytest.raises(TypeError, match=r"^axes: .*받은 값=\[1, 2, 3\]"):
        plots.network_report(report, axes=[1, 2, 3])
