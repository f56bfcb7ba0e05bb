"""독자가 첫 주에 밟던 함정들. 여기의 테스트는 모두, 다시 설계하기 전의 코드에서는 실패한다."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn import metrics as sk

import deepnote_lib
from deepnote_lib import activations, initializers, metrics, perceptron
from deepnote_lib._checks import check_number
from deepnote_lib.gradcheck import gradient_check
from deepnote_lib.layers import Affine, Dropout, Layer, LeakyReLU, ReLU
from deepnote_lib.losses import SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD
from deepnote_lib.parameter import Parameter
from deepnote_lib.training import History, Record, Trainer

X = np.random.default_rng(0).normal(size=(6, 4))
Y = np.array([0, 1, 2, 0, 1, 2])


class BiasTwice(Affine):
    """db를 두 배로 적는 버그."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout, input_grad=input_grad)
        self.b.grad *= 2
        return dx


def report_of(layer_class):
    layer = layer_class(4, 3, rng=0, dtype=np.float64)
    return gradient_check(layer, SoftmaxCrossEntropy(), X, Y)


# 기울기 검증 ----------------------------------------------------------------------------


def test_assert_gradient_check_fails_when_the_backward_pass_is_wrong():
    report = report_of(BiasTwice)
    assert not report.passed
    assert not report
    assert bool(report) is False
    with pytest.raises(AssertionError):
        assert report_of(BiasTwice)


def test_assert_gradient_check_passes_and_prints_the_report_when_it_is_right():
    report = report_of(Affine)
    assert bool(report) is True
    assert repr(report) == str(report)
    assert repr(report).splitlines()[-1] == "기울기 검증: 3개 가운데 모두 통과했습니다"


class Counting(Layer):
    """buffers()로 내놓은 배열에 순전파의 횟수를 세는 독자의 층."""

    def __init__(self):
        self.calls = np.zeros(2)

    def forward(self, x, *, training=False):
        self.calls[0] += training
        self.calls = self.calls + [0, 1]  # 새 배열로 바꾸기도 한다
        return x

    def backward(self, dout, *, input_grad=True):
        return dout

    def buffers(self):
        return {"calls": self.calls}


def test_gradient_check_restores_the_buffers_of_a_readers_own_layer():
    layer = Counting()
    model = Sequential(Affine(4, 3, rng=0, dtype=np.float64), layer)
    assert gradient_check(model, SoftmaxCrossEntropy(), X, Y).passed
    np.testing.assert_array_equal(layer.calls, [0, 0])


# 정수와 목록 ----------------------------------------------------------------------------


def test_dropout_keeps_the_mean_of_integers():
    out = Dropout(0.4, rng=0).forward(np.ones((1, 10_000), int), training=True)
    # 남은 원소는 1/0.6. 표준 오차는 √(0.4/0.6/1e4) = 0.008이고 그 네 배를 허용한다
    assert out.mean() == pytest.approx(1.0, abs=0.033)
    assert set(np.unique(out)) == {0.0, 1 / 0.6}


def test_dropout_does_not_overflow_pixels():
    out = Dropout(0.5, rng=0).forward(np.full((1, 50), 200, dtype=np.uint8), training=True)
    assert set(np.unique(out)) == {0.0, 400.0}


def test_dropout_takes_a_list():
    layer = Dropout(0.5, rng=0)
    out = layer.forward([[1.0] * 50], training=True)
    assert set(np.unique(out)) == {0.0, 2.0}
    np.testing.assert_array_equal(layer.backward([[1.0] * 50]), out)
    np.testing.assert_array_equal(layer.forward([[1, 2]]), [[1.0, 2.0]])


def test_leaky_relu_that_took_a_list_can_go_back():
    layer = LeakyReLU(0.5)
    np.testing.assert_array_equal(layer.forward([[1, -2]], training=True), [[1.0, -1.0]])
    np.testing.assert_array_equal(layer.backward([[1, 1]]), [[1.0, 0.5]])


# 오류의 문장 ----------------------------------------------------------------------------

RANGES = {
    "0 이상인": {"low": 0},
    "0보다 큰": {"low": 0, "low_open": True},
    "1 이하인": {"high": 1},
    "1보다 작은": {"high": 1, "high_open": True},
    "0 이상 1 이하인": {"low": 0, "high": 1},
    "0 이상 1 미만인": {"low": 0, "high": 1, "high_open": True},
    "0 초과 1 이하인": {"low": 0, "high": 1, "low_open": True},
    "0 초과 1 미만인": {"low": 0, "high": 1, "low_open": True, "high_open": True},
}


def test_the_eight_range_errors_are_right_korean():
    sentences = []
    for limits in RANGES.values():
        outside = 50 if "high" in limits else -50
        with pytest.raises(ValueError, match="v") as caught:
            check_number("v", outside, **limits)
        sentences.append(str(caught.value))
    assert sentences == [
        "v: 0 이상인 수여야 합니다. 받은 값=-50",
        "v: 0보다 큰 수여야 합니다. 받은 값=-50",
        "v: 1 이하인 수여야 합니다. 받은 값=50",
        "v: 1보다 작은 수여야 합니다. 받은 값=50",
        "v: 0 이상 1 이하인 수여야 합니다. 받은 값=50",
        "v: 0 이상 1 미만인 수여야 합니다. 받은 값=50",
        "v: 0 초과 1 이하인 수여야 합니다. 받은 값=50",
        "v: 0 초과 1 미만인 수여야 합니다. 받은 값=50",
    ]


def test_the_range_errors_that_a_reader_meets_read_the_same():
    with pytest.raises(ValueError, match=r"^rate: 0 이상 1 미만인 수여야 합니다\. 받은 값=50$"):
        Dropout(50)


@pytest.mark.parametrize("epochs", [0, -3, 1.5])
def test_fit_blames_the_argument_that_the_caller_wrote(epochs):
    model = mlp(4, 3, rng=0)
    trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1))
    message = rf"^epochs: 1 이상의 정수여야 합니다\. 받은 값={epochs}$"
    for call in (trainer.fit, trainer.epochs):
        with pytest.raises((TypeError, ValueError), match=message):
            call(X, Y, epochs=epochs, batch_size=2)


def test_a_factory_given_as_an_initializer_says_to_call_it_first():
    with pytest.raises(
        TypeError, match=r"^init: .*함수 normal\. .*normal\(0\.01\), orthogonal\(\)처럼 호출"
    ):
        mlp(4, 5, 3, init=initializers.normal)
    with pytest.raises(
        TypeError, match=r"^init: .*함수 orthogonal\. .*normal\(0\.01\), orthogonal\(\)처럼 호출"
    ):
        mlp(4, 5, 3, init=initializers.orthogonal)


def test_a_function_given_as_an_activation_names_the_layer():
    with pytest.raises(TypeError, match=r"^activation: .*함수 relu\. layers\.ReLU를 괄호 없이"):
        mlp(4, 5, 3, activation=activations.relu)
    with pytest.raises(TypeError, match=r"^activation: .*layers\.ReLU를 괄호 없이"):
        mlp(4, 5, 3, activation=ReLU())


def test_a_named_initializer_needs_no_generator():
    for init in (initializers.he_normal, initializers.xavier_uniform, initializers.normal(0.1)):
        assert init((784, 20)).shape == (784, 20)
        assert not np.array_equal(init((3, 4)), init((3, 4)))  # 매번 새로운 난수이다


# 인수의 순서 ----------------------------------------------------------------------------


def test_metrics_take_the_truth_first_as_scikit_learn_does():
    rng = np.random.default_rng(0)
    y, predicted = rng.integers(0, 4, 50), rng.integers(0, 3, 50)
    ours = metrics.confusion_matrix(y, predicted, n_classes=4)
    np.testing.assert_array_equal(ours, sk.confusion_matrix(y, predicted))
    by_name = metrics.confusion_matrix(y=y, predicted=predicted, n_classes=4)
    np.testing.assert_array_equal(by_name, ours)
    assert not np.array_equal(ours, ours.T)  # 순서를 바꾸면 드러난다


def test_margin_and_mistake_bound_take_the_same_arguments():
    arguments = perceptron.INPUTS, [0, 0, 0, 1], [1.0, 1.0], -1.5
    assert perceptron.margin(*arguments) == pytest.approx(0.5 / np.sqrt(2), rel=1e-14)
    assert perceptron.mistake_bound(*arguments) == pytest.approx(51, rel=1e-14)


# 이름과 모듈 ----------------------------------------------------------------------------


def test_a_misspelt_module_is_answered_with_the_right_name():
    with pytest.raises(AttributeError, match=r"'layer'.*비슷한 이름: layers$"):
        _ = deepnote_lib.layer
    with pytest.raises(AttributeError, match=r"'없는이름'.*있는 모듈: activations, .*widgets$"):
        _ = deepnote_lib.없는이름


@pytest.mark.parametrize("name", ["datasets", "plots", "widgets"])
def test_every_module_is_reached_as_an_attribute(name):
    code = f"import deepnote_lib; print(deepnote_lib.{name}.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == f"deepnote_lib.{name}", done.stderr
    assert name in dir(deepnote_lib)
    assert name in deepnote_lib.__all__


# 매개변수, 모델, 기록 -------------------------------------------------------------------


def test_a_parameter_answers_like_an_array():
    W = Affine(3, 2, rng=0).W
    assert W.shape == (3, 2)
    assert W.dtype == np.float32
    assert np.linalg.norm(W) == np.linalg.norm(W.value)
    np.testing.assert_array_equal(np.asarray(W), W.value)
    np.testing.assert_array_equal(np.abs(W), np.abs(W.value))
    copy = np.array(W)
    copy[:] = 0
    assert W.value.any()  # np.array는 사본이다


def test_assigning_a_wrong_shape_to_a_parameter_is_refused():
    W = Affine(3, 2, rng=0).W
    array, before = W.value, W.value.copy()
    for wrong in (np.ones((2, 3)), np.ones(2), 1.0):
        with pytest.raises(ValueError, match=r"^W\.value: W의 shape=\(3, 2\)과 같아야"):
            W.value = wrong
        with pytest.raises(ValueError, match=r"^W\.grad: W의 shape=\(3, 2\)과 같아야"):
            W.grad = wrong
    np.testing.assert_array_equal(W.value, before)
    W.value = [[1, 2], [3, 4], [5, 6]]  # 맞으면 제자리에, 원래 dtype으로 적는다
    assert W.value is array
    assert W.value.dtype == np.float32
    assert W.value.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_a_parameter_replaced_after_the_optimizer_was_built_is_noticed():
    model = mlp(4, 5, 3, rng=0)
    trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1))
    trainer.fit(X, Y, epochs=1, rng=0)
    model.layers[0].W = Parameter(np.zeros((4, 5), dtype=np.float32), name="W")
    with pytest.raises(ValueError, match=r"^optimizer: .*다른 매개변수.*다시 만드세요"):
        trainer.fit(X, Y, epochs=1, rng=0)


def test_a_model_is_a_sequence_of_its_layers():
    model = mlp(4, 5, 3, rng=0)
    assert len(model) == 3
    assert model[0] is model.layers[0]
    assert model[-1] is model.layers[2]
    assert list(model) == list(model.layers)
    assert [type(layer).__name__ for layer in model[:2]] == ["Affine", "ReLU"]
    with pytest.raises(
        IndexError, match=r"^index: 층 3개 가운데 하나여야 합니다\(0부터 셉니다\)\. 받은 값=3$"
    ):
        model[3]
    with pytest.raises(TypeError, match=r"^index: 정수여야 합니다\. 받은 값='W'$"):
        model["W"]


def test_a_slice_of_a_history_is_a_history():
    history = History(Record(i, 1.0 / i, None, None, None, 0.1) for i in range(1, 6))
    assert isinstance(history[:3], History)
    assert history[:3].loss.tolist() == [1.0, 0.5, 1 / 3]
    assert history[:3].best_epoch == 3
    assert isinstance(history[0], Record)
    with pytest.raises(IndexError, match=r"^index: 기록 5개 가운데 하나여야 합니다.*받은 값=5$"):
        history[5]
    with pytest.raises(TypeError, match=r"^index: 정수여야 합니다\. 받은 값='loss'$"):
        history["loss"]


def test_a_readers_layer_with_a_plain_backward_trains_as_the_first_layer() -> None:
    class Scale(Layer):
        def __init__(self) -> None:
            self.g = Parameter(np.ones(2), name="g")

        def forward(self, x, *, training=False):
            self._x = x
            return x * self.g.value

        def backward(self, dout):
            self.g.grad = (self._x * dout).sum(axis=0)
            return dout * self.g.value

        def parameters(self):
            return [self.g]

    model = Sequential(Scale(), Affine(2, 2, rng=0, dtype=np.float64))
    trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1))
    trainer.fit(np.eye(2), [0, 1], epochs=1, rng=0)
    assert not np.array_equal(model[0].g.value, np.ones(2))
