"""기울기 검증: 정확도, 되돌림, 그리고 심어 둔 버그를 잡는지. 실패할 수 없는 검증은 검증이 아니다."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepnote_lib.gradcheck import gradient_check, numerical_gradient
from deepnote_lib.losses import MSE, SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.parameter import Parameter

pytestmark = pytest.mark.backprop

# 수치 미분


def test_gradient_of_a_sum_of_squares_by_hand() -> None:
    # seed_errors 2: [6, 8]에서 ∂(x²+y²) = [12, 16]. 정수 배열이면 x + h가 잘려 [25000, 35000]이 나왔다
    x = np.array([6.0, 8.0])
    np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), x), [12, 16], rtol=1e-8)


@pytest.mark.parametrize("x", [np.array([6, 8]), np.array([6.0, 8.0], np.float32), [6.0, 8.0]])
def test_anything_but_float64_is_refused(x) -> None:
    with pytest.raises(TypeError, match="x: float64"):
        numerical_gradient(lambda x: np.sum(x**2), x)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_central_difference_is_exact_on_quadratics(a: float, b: float) -> None:
    # 이차식의 절단 오차는 0. 반올림 ε·|f|/h ≈ 1e-8 안
    x = np.array([a, b])
    gradient = numerical_gradient(lambda x: x[0] ** 2 + 3 * x[0] * x[1], x)
    np.testing.assert_allclose(gradient, [2 * a + 3 * b, 3 * a], atol=2e-8)


def test_central_beats_forward_and_the_error_is_v_shaped() -> None:
    # f = e^x, x = 1. 절단 오차: 전방 h·e/2, 중앙 h²·e/6. 아주 작은 h에서는 반올림이 이긴다
    def error(h: float, method: str) -> float:
        g = numerical_gradient(lambda x: np.exp(x[0]), np.array([1.0]), h=h, method=method)
        return abs(g[0] - np.e)

    assert error(1e-3, "forward") == pytest.approx(1e-3 * np.e / 2, rel=1e-2)
    assert error(1e-3, "central") == pytest.approx(1e-6 * np.e / 6, rel=1e-2)
    for method, best in [("forward", 1e-8), ("central", 1e-5)]:
        assert error(best, method) < min(error(1e-2, method), error(1e-13, method))


def test_denominator_is_the_step_that_really_happened() -> None:
    # x = 1e9에서 x ± 1e-6은 1.2e-7 눈금으로 반올림된다. 2h로 나누면 5%쯤 어긋난다
    x = np.array([1e9])
    assert numerical_gradient(lambda x: x[0], x)[0] == 1.0
    assert numerical_gradient(lambda x: x[0], x, method="forward")[0] == 1.0
    naive = ((x + 1e-6) - (x - 1e-6))[0] / 2e-6
    assert abs(naive - 1) > 0.01


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 2, 2)])
def test_shape_is_kept(shape) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    gradient = numerical_gradient(lambda x: np.sum(x**2), x)
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, 2 * x, rtol=1e-6, atol=1e-8)


def test_x_is_bitwise_unchanged_even_after_an_exception() -> None:
    x = np.random.default_rng(0).normal(size=(3, 2)) * 1e3
    before = x.tobytes()
    numerical_gradient(lambda x: np.sin(x).sum(), x)
    assert x.tobytes() == before
    calls = []

    def fails_later(x: np.ndarray) -> float:
        calls.append(1)
        if len(calls) == 6:
            raise ZeroDivisionError
        return float(x.sum())

    with pytest.raises(ZeroDivisionError):
        numerical_gradient(fails_later, x)
    assert x.tobytes() == before


def test_f_may_read_the_array_itself_instead_of_its_argument() -> None:
    W = np.array([[1.0, 2.0]])
    np.testing.assert_allclose(numerical_gradient(lambda _: (W**2).sum(), W), [[2, 4]], rtol=1e-8)


def test_read_only_and_transposed_arrays_work() -> None:
    x = np.arange(6.0).reshape(2, 3).T
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), 2 * x, atol=1e-7)
    x.setflags(write=False)
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), 2 * x, atol=1e-7)


def test_wrong_arguments_are_named() -> None:
    x = np.ones(2)
    with pytest.raises(TypeError, match=r"f: 수 하나.*\(2,\)"):
        numerical_gradient(lambda x: x**2, x)
    with pytest.raises(TypeError, match=r"f: 수 하나.*받은 값=None"):
        numerical_gradient(lambda x: None, x)
    with pytest.raises(ValueError, match="h: 0"):
        numerical_gradient(np.sum, x, h=0.0)
    with pytest.raises(ValueError, match=r"method.*'backward'"):
        numerical_gradient(np.sum, x, method="backward")


# 작은 모델: y = dropout(tanh(xW + b))·s + 잡음 같은 층을 시험에서 직접 만든다


class Linear:
    """이 시험만의 작은 층. bug에 이름을 주면 그 버그가 심긴다."""

    def __init__(self, n_in: int, n_out: int, *, bug: str = "", seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.W = Parameter(rng.normal(size=(n_in, n_out)), name="W")
        self.b = Parameter(rng.normal(size=n_out), name="b", penalized=False)
        self.bug = bug

    def parameters(self) -> list[Parameter]:
        return [self.W, self.b]

    def forward(self, x, *, training=False):
        self.x = x
        return x @ self.W.value + self.b.value

    def backward(self, dout):
        n = len(self.x)
        self.W.grad[...] = self.x.T @ dout
        self.b.grad[...] = dout.sum(axis=0)
        if self.bug == "2 db":
            self.b.grad *= 2
        elif self.bug == "db mean":
            self.b.grad /= n
        elif self.bug == "dW/n":
            self.W.grad /= n
        elif self.bug == "dW 0.01%":
            self.W.grad *= 1.0001
        elif self.bug == "accumulate":
            self.W.grad += self.x.T @ dout
        elif self.bug == "nan":
            self.W.grad[0, 0] = np.nan
        elif self.bug == "sign":
            self.W.grad *= -1
        W = np.abs(self.W.value) if self.bug == "|W| in dx" else self.W.value
        return dout @ W.T


class Model:
    """층을 차례로 잇는다."""

    def __init__(self, *layers) -> None:
        self.layers = layers

    def parameters(self):
        return [p for layer in self.layers if hasattr(layer, "W") for p in layer.parameters()]

    def forward(self, x, *, training=False):
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class Tanh:
    def forward(self, x, *, training=False):
        self.a = np.tanh(x)
        return self.a

    def backward(self, dout):
        return dout * (1 - self.a**2)


class Dropout:
    def __init__(self, rng) -> None:
        self.rng = rng

    def forward(self, x, *, training=False):
        self.mask = (self.rng.random(x.shape) > 0.5) * 2.0 if training else 1.0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class Running:
    """이동 통계만 가진 층. 훈련 순전파마다 통계를 새 배열로 바꾼다."""

    def __init__(self) -> None:
        self.running_mean, self.running_var = np.zeros(3), np.ones(3)

    def forward(self, x, *, training=False):
        if training:
            self.running_mean = 0.9 * self.running_mean + 0.1 * x.mean(axis=0)
            self.running_var *= 0.9
        return x

    def buffers(self):
        return {"running_mean": self.running_mean, "running_var": self.running_var}

    def backward(self, dout):
        return dout


class Center:
    """열의 평균을 뺀다. 앞 층의 편향은 기울기가 꼭 0이다."""

    def forward(self, x, *, training=False):
        return x - x.mean(axis=0)

    def backward(self, dout):
        return dout - dout.mean(axis=0)


class Ridge:
    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def value(self, parameters):
        return sum(0.05 * (p.value**2).sum() for p in parameters if p.penalized)

    def add_gradient(self, parameters):
        for p in parameters:
            if p.penalized:
                p.grad += self.factor * 0.1 * p.value


def data(n: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return rng.normal(size=(n, 4)), rng.integers(0, 3, size=n)


def network(bug: str = "", rng=None) -> Model:
    extra = [Dropout(rng)] if rng is not None else []
    return Model(Linear(4, 3, seed=1), Tanh(), *extra, Linear(3, 3, bug=bug, seed=2))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("penalty", [None, Ridge()])
def test_a_correct_network_passes(seed: int, penalty) -> None:
    rng = np.random.default_rng(seed)
    model = Model(Linear(4, 5, seed=seed), Tanh(), Dropout(rng), Linear(5, 3, seed=seed + 10))
    x = rng.normal(size=(6, 4))
    report = gradient_check(
        model, SoftmaxCrossEntropy(0.1), x, rng.integers(0, 3, 6), penalty=penalty
    )
    assert report, str(report)  # 보고는 통과했을 때만 참이다
    assert report.passed
    assert [check.name for check in report] == ["W", "b", "W", "b", "x"]
    assert max(check.ratio for check in report) < 0.5  # 옳은 역전파는 문턱에서 멀다


BUGS = ["2 db", "db mean", "dW/n", "dW 0.01%", "accumulate", "nan", "sign", "|W| in dx"]


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("dropout", [False, True])
def test_every_planted_bug_in_a_layer_is_caught(bug: str, dropout: bool) -> None:
    x, y = data()
    model = network(bug, np.random.default_rng(0) if dropout else None)
    report = gradient_check(model, SoftmaxCrossEntropy(), x, y)
    assert not report
    assert not report.passed
    assert "어긋납니다" in str(report)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_verdict_does_not_depend_on_the_unit_of_the_loss(scale: float) -> None:
    # 절대 오차 1e-8로 재면 손실을 1e-6배 했을 때 1% 버그가 지나간다
    class Scaled(SoftmaxCrossEntropy):
        factor = 1.0

        def forward(self, logits, y):
            return scale * super().forward(logits, y)

        def backward(self):
            return self.factor * scale * super().backward()

    class Off(Scaled):
        factor = 1.01

    x, y = data()
    assert gradient_check(network(), Scaled(), x, y).passed
    assert not gradient_check(network(), Off(), x, y).passed


class ForgotMean(SoftmaxCrossEntropy):
    def backward(self):
        return super().backward() * 6


class Reversed(SoftmaxCrossEntropy):
    def backward(self):
        return -super().backward()  # seed_errors 30: y - a


class HalfMSE(MSE):
    def backward(self):
        return super().backward() / 2


class NoShortcut(SigmoidBCE):
    def backward(self):
        p = 1 / (1 + np.exp(-self._logits))
        return super().backward() * p * (1 - p)  # σ′을 한 번 더 곱한다


class CappedCrossEntropy(SoftmaxCrossEntropy):
    """오개념 12: log(p + 1e-7)로 막은 손실에 p - t를 짝지은 것."""

    def forward(self, logits, y):
        super().forward(logits, y)
        return float(-np.log(self._p[np.arange(len(y)), y] + 1e-7).mean())


@pytest.mark.parametrize("loss", [ForgotMean(), Reversed()])
def test_planted_bugs_in_softmax_cross_entropy_are_caught(loss) -> None:
    x, y = data()
    assert gradient_check(network(), SoftmaxCrossEntropy(), x, y).passed
    report = gradient_check(network(), loss, x, y)
    assert not any(check.passed for check in report)


def test_planted_bugs_in_other_losses_are_caught() -> None:
    x, y = data()
    targets, bits = np.ones((6, 3)), np.eye(3)[y]
    assert gradient_check(network(), MSE(), x, targets).passed
    assert not gradient_check(network(), HalfMSE(), x, targets).passed
    assert gradient_check(network(), SigmoidBCE(), x, bits).passed
    assert not gradient_check(network(), NoShortcut(), x, bits).passed


def test_capped_cross_entropy_is_exposed_by_the_check() -> None:
    # 로짓의 차이가 100인 샘플: 막힌 손실은 평평한데 p - t는 (-1, 1)이다
    layer = Linear(2, 2)
    layer.W.value[...] = np.eye(2)
    layer.b.value[...] = 0
    x, y = np.array([[0.0, 100.0]]), np.array([0])
    assert gradient_check(layer, SoftmaxCrossEntropy(), x, y).passed
    report = gradient_check(layer, CappedCrossEntropy(), x, y)
    assert not report.passed
    np.testing.assert_allclose([report["b"].analytic, report["b"].numeric], [-1, 0], atol=1e-6)


def test_wrong_penalty_gradient_is_caught() -> None:
    # seed_errors 16: λ‖w‖²를 보고하면서 λw로 고친다(두 배 차이)
    x, y = data()
    assert not gradient_check(network(), SoftmaxCrossEntropy(), x, y, penalty=Ridge(0.5)).passed
    report = gradient_check(network(), SoftmaxCrossEntropy(), x, y, penalty=Ridge(0.5))
    assert report["b"].passed  # 편향은 규제하지 않으므로 맞다


@pytest.mark.parametrize("bug", ["", "|W| in dx", "dW/n"])
def test_a_huge_loss_neither_raises_a_false_alarm_nor_hides_a_bug(bug: str) -> None:
    # 손실이 1e4이면 차분의 반올림은 2e-16·1e4/1e-6 = 2e-6까지 커진다
    class Huge(Ridge):
        def value(self, parameters):
            return 1e4 + super().value(parameters)

    x, y = data()
    report = gradient_check(network(bug), SoftmaxCrossEntropy(), x, y, penalty=Huge())
    assert report.passed is (bug == ""), str(report)


def test_a_gradient_that_is_exactly_zero_is_no_false_alarm() -> None:
    # 평균을 빼는 층 앞의 편향: 역전파는 0, 수치 미분은 반올림뿐이라 순수한 상대 오차는 1이 된다
    x, y = data()
    for seed in range(20):
        model = Model(Linear(4, 3, seed=seed), Center())
        report = gradient_check(model, SoftmaxCrossEntropy(), x, y)
        assert report.passed, str(report)
        assert abs(report["b"].analytic) < 1e-15


def test_a_model_whose_gradients_are_all_zero_passes() -> None:
    layer = Linear(4, 1)
    report = gradient_check(layer, SoftmaxCrossEntropy(), np.ones((2, 4)), [0, 0])
    assert report.passed  # 클래스가 하나이면 손실은 늘 0이다
    assert {check.ratio for check in report} == {0.0}


def test_the_model_is_bitwise_as_before() -> None:
    x, y = data()
    rng = np.random.default_rng(3)
    model = Model(Linear(4, 3), Running(), Model(Dropout(rng), Dropout(rng)), Linear(3, 3))
    running = model.layers[1]
    for p in model.parameters():
        p.grad += 0.5
    arrays = [a for p in model.parameters() for a in (p.value, p.grad)]
    before = [a.tobytes() for a in (*arrays, x, running.running_mean, running.running_var)]
    state = rng.bit_generator.state
    assert gradient_check(model, SoftmaxCrossEntropy(), x, y).passed
    assert rng.bit_generator.state == state
    # running_mean은 순전파가 새 배열로 바꿨다. 지금 층이 가진 배열이 처음 값이어야 한다
    after = [a.tobytes() for a in (*arrays, x, running.running_mean, running.running_var)]
    assert after == before
    assert all(p.value is a for p, a in zip(model.parameters(), arrays[::2], strict=True))


def test_the_model_is_as_before_even_after_an_exception() -> None:
    class Breaks(SoftmaxCrossEntropy):
        calls = 0

        def forward(self, logits, y):
            self.calls += 1
            if self.calls == 10:
                raise FloatingPointError
            return super().forward(logits, y)

    x, y = data()
    rng = np.random.default_rng(3)
    model = Model(Linear(4, 3), Running(), Dropout(rng))
    before = [p.value.tobytes() for p in model.parameters()]
    state = rng.bit_generator.state
    with pytest.raises(FloatingPointError):
        gradient_check(model, Breaks(), x, y)
    assert [p.value.tobytes() for p in model.parameters()] == before
    assert rng.bit_generator.state == state
    assert (model.layers[1].running_mean == 0).all()


def test_float64_is_required_of_input_and_parameters() -> None:
    x, y = data()
    for bad in (x.astype(np.float32), x.astype(int), x.tolist()):
        with pytest.raises(TypeError, match=r"x: .*float64"):
            gradient_check(network(), SoftmaxCrossEntropy(), bad, y)
    layer = Linear(4, 3)
    layer.b = Parameter(np.zeros(3, dtype=np.float32), name="b")
    with pytest.raises(TypeError, match=r"b: .*float64.*float32"):
        gradient_check(layer, SoftmaxCrossEntropy(), x, y)


def test_a_gradient_of_another_shape_is_an_error_not_a_broadcast() -> None:
    # seed_errors 28: (3, 3)이어야 할 자리에 (3, 1)이 왔다
    class Thin(Linear):
        def backward(self, dout):
            dx = super().backward(dout)
            self.W.grad = self.W.grad[:, :1]
            return dx

    class Forgetful(Linear):
        def backward(self, dout):
            super().backward(dout)

    x, y = data()
    with pytest.raises(ValueError, match=r"^W\.grad: .*\(4, 3\).*\(4, 1\)"):
        gradient_check(Thin(4, 3), SoftmaxCrossEntropy(), x, y)
    with pytest.raises(ValueError, match=r"x: .*\(6, 4\)"):
        gradient_check(Forgetful(4, 3), SoftmaxCrossEntropy(), x, y)


def test_named_parameters_are_used_for_the_report() -> None:
    x, y = data()
    layer = Linear(4, 3)
    layer.named_parameters = lambda: [("0.Affine.W", layer.W), ("0.Affine.b", layer.b)]
    report = gradient_check(layer, SoftmaxCrossEntropy(), x, y)
    assert [check.name for check in report] == ["0.Affine.W", "0.Affine.b", "x"]
    with pytest.raises(KeyError, match=r"name: .*0\.Affine\.W, 0\.Affine\.b, x.*1\.Affine\.W"):
        report["1.Affine.W"]


def test_report_reads_as_a_table() -> None:
    x, y = data()
    good = gradient_check(Linear(4, 3), SoftmaxCrossEntropy(), x, y)
    assert len(good) == 3
    assert repr(good) == str(good)  # 노트북의 마지막 줄에 적어도 print한 것과 같다
    lines = str(good).splitlines()
    assert all("해석적" in line and "수치" in line and "통과" in line for line in lines[:3])
    assert lines[-1] == "기울기 검증: 3개 가운데 모두 통과했습니다"
    bad = gradient_check(Linear(4, 3, bug="2 db"), SoftmaxCrossEntropy(), x, y)
    assert str(bad["b"]).startswith("b[")
    assert str(bad["b"]).endswith("실패")
    assert str(bad).splitlines()[-1] == "기울기 검증: 3개 가운데 1개가 어긋납니다"
    assert bad["b"].analytic == pytest.approx(2 * bad["b"].numeric, rel=1e-6)


def test_model_needs_only_the_protocol() -> None:
    # 매개변수가 없는 모델: 입력의 기울기만 본다
    x, y = data()
    identity = SimpleNamespace(
        forward=lambda x, *, training: 2 * x, backward=lambda d: 2 * d, parameters=list
    )
    report = gradient_check(identity, SoftmaxCrossEntropy(), x, y)
    assert [check.name for check in report] == ["x"]
    assert report.passed


@pytest.mark.parametrize("method", ["central", "forward"])
def test_a_step_too_small_to_move_x_is_refused(method):
    # 1 + 1e-20은 float64에서 1이므로 분모가 0이 되어 nan이 나온다
    x = np.array([1.0])
    with pytest.raises(ValueError, match=r"h: .*1e-20"):
        numerical_gradient(lambda v: float((v**2).sum()), x, h=1e-20, method=method)
    assert x[0] == 1.0
