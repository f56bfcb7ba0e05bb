"""기울기 행렬: 층 × 손실 × 규제 × 시드를 수치 미분과 견주고, 심어 둔 버그는 반드시 잡는다.

버그를 못 잡는 검증은 검증이 아니다. 그래서 아래 절반은 일부러 틀린 역전파이고, 같은 장치로 옳은
쌍둥이가 통과하는지도 함께 확인한다.
"""

from collections.abc import Callable

import numpy as np
import pytest

from deepnote_lib.gradcheck import gradient_check
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
from deepnote_lib.regularizers import L1, L2, ElasticNet

pytestmark = pytest.mark.backprop

N, D, H = 6, 4, 5
SEEDS = range(3)


def affine(n_in, n_out, rng, cls=Affine):
    layer = cls(n_in, n_out, rng=rng, dtype=np.float64)
    layer.b.value[:] = rng.normal(size=n_out)  # b = 0이면 b에 얽힌 버그가 숨을 수 있다
    return layer


def norm(cls=BatchNorm):
    return cls(H, dtype=np.float64)


HIDDEN: dict[str, Callable[[np.random.Generator], list[Layer]]] = {
    "없음": lambda rng: [],
    "ReLU": lambda rng: [ReLU()],
    "LeakyReLU": lambda rng: [LeakyReLU(0.2)],
    "Sigmoid": lambda rng: [Sigmoid()],
    "Tanh": lambda rng: [Tanh()],
    "Dropout": lambda rng: [Dropout(0.4, rng=rng)],
    "BatchNorm": lambda rng: [norm(), Tanh()],
    "BatchNorm+ReLU+Dropout": lambda rng: [norm(), ReLU(), Dropout(0.3, rng=rng)],
    "깊게": lambda rng: [
        Sigmoid(),
        affine(H, H, rng),
        Tanh(),
        Sequential(affine(H, H, rng), ReLU()),
    ],
    "잔차": lambda rng: [Residual(affine(H, H, rng), Tanh(), affine(H, H, rng))],
    "잔차의 잔차": lambda rng: [
        Residual(
            norm(), Residual(affine(H, H, rng), ReLU(), scale=0.5), Dropout(0.3, rng=rng), scale=-2
        )
    ],
}
LOSSES = {
    "MSE": (MSE, 3, lambda rng, k: rng.normal(size=(N, k))),
    "SigmoidBCE 한 열": (SigmoidBCE, 1, lambda rng, k: rng.integers(0, 2, N)),
    "SigmoidBCE 여러 열": (SigmoidBCE, 3, lambda rng, k: rng.integers(0, 2, (N, k)).astype(float)),
    "소프트맥스": (SoftmaxCrossEntropy, 3, lambda rng, k: rng.integers(0, k, N)),
    "레이블 평활": (lambda: SoftmaxCrossEntropy(0.1), 3, lambda rng, k: rng.integers(0, k, N)),
}
PENALTIES = [None, L1(0.1), L2(0.1), ElasticNet(0.05, 0.1)]


@pytest.mark.parametrize("penalty", PENALTIES, ids=str)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_backward_agrees_with_central_differences(hidden, loss, penalty):
    make_loss, k, make_y = LOSSES[loss]
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        model = Sequential(affine(D, H, rng), *HIDDEN[hidden](rng), affine(H, k, rng))
        report = gradient_check(
            model, make_loss(), rng.normal(size=(N, D)), make_y(rng, k), penalty=penalty
        )
        assert report.passed, f"시드 {seed}\n{report}"
        assert len(report) == len(model.parameters()) + 1  # 입력의 기울기도 포함한다


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_criterion_does_not_depend_on_the_scale_of_the_loss(scale):
    """손실에 상수를 곱해도 옳은 역전파는 통과하고 1만분의 1 어긋난 역전파는 걸린다."""

    class Scaled(MSE):
        def forward(self, prediction, target):
            return scale * super().forward(prediction, target)

        def backward(self):
            return scale * super().backward()

    for cls, passes in [(Affine, True), (SlightlyOff, False)]:
        rng = np.random.default_rng(0)
        model = Sequential(affine(D, H, rng, cls), Tanh(), affine(H, 2, rng))
        report = gradient_check(model, Scaled(), rng.normal(size=(N, D)), rng.normal(size=(N, 2)))
        assert report.passed is passes


@pytest.mark.parametrize("seed", range(10))
def test_a_gradient_of_exactly_zero_raises_no_false_alarm(seed):
    """배치 정규화 앞의 편향은 기울기가 0이라 순수한 상대 오차로는 반올림이 버그로 보인다."""
    rng = np.random.default_rng(seed)
    model = Sequential(affine(D, H, rng), norm(), Sigmoid(), affine(H, 3, rng))
    report = gradient_check(
        model, SoftmaxCrossEntropy(), rng.normal(size=(N, D)), rng.integers(0, 3, N)
    )
    assert report["0.Affine.b"].passed


def test_input_grad_false_changes_no_parameter_gradient():
    rng = np.random.default_rng(0)
    model = Sequential(Dropout(0.0, rng=0), affine(D, H, rng), norm(), ReLU(), affine(H, 3, rng))
    model.forward(rng.normal(size=(N, D)), training=True)
    dout = rng.normal(size=(N, 3))
    model.backward(dout)
    expected = [p.grad.copy() for p in model.parameters()]
    for p in model.parameters():
        p.grad[:] = np.nan
    assert model.backward(dout, input_grad=False) is None
    for p, grad in zip(model.parameters(), expected, strict=True):
        np.testing.assert_array_equal(p.grad, grad)


# 아래부터는 심어 둔 버그 -----------------------------------------------------------------


class BiasTwice(Affine):
    """2 × db."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.b.grad *= 2
        return dx


class BiasAveraged(Affine):
    """합 대신 평균: 손실의 1/N과 두 번 나눈다."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.b.grad[:] = dout.mean(axis=0)
        return dx


class WeightAveraged(Affine):
    """dW / n."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.W.grad /= len(dout)
        return dx


class NoTranspose(Affine):
    """dout @ W: 정사각 행렬에서는 shape이 맞아 조용히 지나간다."""

    def backward(self, dout, *, input_grad=True):
        super().backward(dout)
        return dout @ self.W.value


class WeightTransposed(Affine):
    """doutᵀ x: 마찬가지로 정사각 행렬에서만 돌아간다."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.W.grad[:] = self.W.grad.T.copy()
        return dx


class AbsoluteWeight(Affine):
    """∂L/∂x에 |W|."""

    def backward(self, dout, *, input_grad=True):
        super().backward(dout)
        return dout @ np.abs(self.W.value).T


class SlightlyOff(Affine):
    """dW × 1.0001."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.W.grad *= 1.0001
        return dx


class Accumulating(Affine):
    """grad를 덮어쓰지 않고 더한다(zero_grad를 잊은 것과 같다)."""

    def backward(self, dout, *, input_grad=True):
        old_W, old_b = self.W.grad.copy(), self.b.grad.copy()
        dx = super().backward(dout)
        self.W.grad += old_W
        self.b.grad += old_b
        return dx


class OneRowMissing(Affine):
    """마지막 샘플을 빠뜨린다."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.W.grad[:] = self._x[:-1].T @ dout[:-1]
        return dx


class ReLUByGradient(ReLU):
    """x > 0이 아니라 dout > 0으로 가린다."""

    def backward(self, dout, *, input_grad=True):
        return dout * (dout > 0)


class LeakyWithoutSlope(LeakyReLU):
    def backward(self, dout, *, input_grad=True):
        return dout * (self._cache > 0)


class SigmoidOfInput(Sigmoid):
    """σ′을 출력 a가 아니라 입력 x로 계산한다."""

    def forward(self, x, *, training=False):
        out = super().forward(x, training=training)
        self._cache = x
        return out


class TanhNotSquared(Tanh):
    def backward(self, dout, *, input_grad=True):
        return dout * (1 - self._cache)


class StaleDropout(Dropout):
    """처음 뽑은 마스크를 역전파에서 계속 쓴다."""

    first = None

    def forward(self, x, *, training=False):
        out = super().forward(x, training=training)
        self.first = self._cache if self.first is None else self.first
        return out

    def backward(self, dout, *, input_grad=True):
        return dout * self.first


class UnscaledDropout(Dropout):
    """역전파에서 1/(1 − rate)를 빠뜨린다."""

    def backward(self, dout, *, input_grad=True):
        return dout * (self._cache > 0)


class BatchNormWithoutMean(BatchNorm):
    """μ도 x의 함수라는 것을 잊는다."""

    def backward(self, dout, *, input_grad=True):
        super().backward(dout)
        d = dout * self.gamma.value
        return (d - self._x_hat * (d * self._x_hat).mean(axis=0)) / self._std


class BatchNormWithoutVariance(BatchNorm):
    """σ도 x의 함수라는 것을 잊는다."""

    def backward(self, dout, *, input_grad=True):
        super().backward(dout)
        d = dout * self.gamma.value
        return (d - d.mean(axis=0)) / self._std


class BatchNormBetaAveraged(BatchNorm):
    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.beta.grad /= len(dout)
        return dx


class ResidualWithoutShortcut(Residual):
    """지름길의 기울기를 더하지 않는다."""

    def backward(self, dout, *, input_grad=True):
        return super().backward(dout) - dout


class ResidualOverwriting(Residual):
    """안쪽 갈래의 기울기를 지름길의 기울기로 덮는다."""

    def backward(self, dout, *, input_grad=True):
        super().backward(dout)
        return dout


class ResidualWithoutScale(Residual):
    """역전파에서 scale을 빠뜨린다."""

    def backward(self, dout, *, input_grad=True):
        self.scale, kept = 1.0, self.scale
        try:
            return super().backward(dout)
        finally:
            self.scale = kept


# 옳은 층 → 그 자리에 들어갈 틀린 층들
MUTANTS = {
    Affine: [
        BiasTwice, BiasAveraged, WeightAveraged, NoTranspose, WeightTransposed,
        AbsoluteWeight, SlightlyOff, Accumulating, OneRowMissing,
    ],
    ReLU: [ReLUByGradient],
    LeakyReLU: [LeakyWithoutSlope],
    Sigmoid: [SigmoidOfInput],
    Tanh: [TanhNotSquared],
    Dropout: [StaleDropout, UnscaledDropout],
    BatchNorm: [BatchNormWithoutMean, BatchNormWithoutVariance, BatchNormBetaAveraged],
    Residual: [ResidualWithoutShortcut, ResidualOverwriting, ResidualWithoutScale],
}  # fmt: skip


def checked(layer_class: type[Layer], seed: int):
    """가운데 층만 바꾼 모델을 한 걸음 쓴 다음(남은 상태가 있도록) 검증한다."""
    rng = np.random.default_rng(seed)
    if issubclass(layer_class, Affine):
        middle: Layer = affine(H, H, rng, layer_class)
    elif issubclass(layer_class, Dropout):
        middle = layer_class(0.4, rng=rng)
    elif issubclass(layer_class, BatchNorm):
        middle = norm(layer_class)
    elif issubclass(layer_class, Residual):
        middle = layer_class(affine(H, H, rng), Tanh(), scale=0.5)
    else:
        middle = layer_class()
    model = Sequential(affine(D, H, rng), middle, affine(H, 3, rng))
    loss, x, y = SoftmaxCrossEntropy(), rng.normal(size=(N, D)), rng.integers(0, 3, N)
    loss.forward(model.forward(x, training=True), y)
    model.backward(loss.backward())
    return gradient_check(model, loss, x, y)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("correct", MUTANTS)
def test_the_correct_twin_passes(correct, seed):
    report = checked(correct, seed)
    assert report.passed, str(report)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mutant", [m for ms in MUTANTS.values() for m in ms])
def test_a_planted_bug_is_caught(mutant, seed):
    report = checked(mutant, seed)
    assert not report.passed, str(report)
    assert "실패" in str(report)


class PenaltyTwice(L2):
    """½λΣW²을 보고하면서 2λW로 갱신한다(시드 문서의 결함)."""

    def add_gradient(self, parameters):
        super().add_gradient(parameters)
        super().add_gradient(parameters)


class PenaltyOnBias(L2):
    def add_gradient(self, parameters):
        for p in parameters:
            p.grad += self.strength * p.value


class PenaltyOverwriting(L2):
    """기울기에 더하지 않고 덮어쓴다."""

    def add_gradient(self, parameters):
        for p in parameters:
            if p.penalized:
                p.grad[:] = self.strength * p.value


class SquaredL1(L1):
    """sign(W) 대신 W."""

    def add_gradient(self, parameters):
        L2(self.strength).add_gradient(parameters)


@pytest.mark.parametrize(
    "penalty", [PenaltyTwice(0.1), PenaltyOnBias(0.1), PenaltyOverwriting(0.1), SquaredL1(0.1)]
)
def test_a_wrong_penalty_is_caught(penalty):
    rng = np.random.default_rng(0)
    model = Sequential(affine(D, H, rng), Tanh(), affine(H, 3, rng))
    arguments = SoftmaxCrossEntropy(), rng.normal(size=(N, D)), rng.integers(0, 3, N)
    assert not gradient_check(model, *arguments, penalty=penalty).passed
    assert gradient_check(model, *arguments, penalty=type(penalty).__base__(0.1)).passed


class SummedLoss(SoftmaxCrossEntropy):
    """평균을 보고하면서 합의 기울기를 낸다."""

    def backward(self):
        return super().backward() * N


class NegatedLoss(MSE):
    """target − prediction: 부호가 거꾸로."""

    def backward(self):
        return -super().backward()


class HalvedLoss(MSE):
    """2를 빠뜨린다(½Σ의 기울기)."""

    def backward(self):
        return super().backward() / 2


@pytest.mark.parametrize(
    "loss", [SummedLoss(), NegatedLoss(), HalvedLoss()], ids=lambda v: type(v).__name__
)
def test_a_wrong_loss_gradient_is_caught(loss):
    rng = np.random.default_rng(0)
    model = mlp(D, H, 3, activation=Tanh, rng=rng, dtype=np.float64)
    y = rng.integers(0, 3, N) if isinstance(loss, SoftmaxCrossEntropy) else rng.normal(size=(N, 3))
    x = rng.normal(size=(N, D))
    assert not gradient_check(model, loss, x, y).passed
    assert gradient_check(model, type(loss).__base__(), x, y).passed
