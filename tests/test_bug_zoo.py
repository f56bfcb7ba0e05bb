"""버그 동물원: 무작위 형상의 옳은 신경망 300개는 통과하고, 동물원의 버그는 형상마다 모두 걸린다.

test_gradient_matrix는 형상을 고정하고 층 × 손실 × 규제를 훑는다. 여기서는 형상과 깊이를 무작위로 섞고,
거기에 없는 버그(형상이 우연히 맞을 때만 돌거나, 앞선 순전파의 상태가 남아야 드러나는 것)를 심는다.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepnote_lib.gradcheck import GradientReport, gradient_check
from deepnote_lib.layers import Affine, Dropout, Layer, LeakyReLU, ReLU, Sigmoid, Tanh
from deepnote_lib.losses import MSE, SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.regularizers import L1, L2, ElasticNet

pytestmark = pytest.mark.backprop

STEP = 1e-6  # gradient_check의 기본 h
ACTIVATIONS = [ReLU, LeakyReLU, Sigmoid, Tanh]
PENALTIES = [None, L1(0.1), L2(0.1), ElasticNet(0.05, 0.1)]
LOSSES = [
    (MSE, lambda rng, n, k: rng.normal(size=(n, k))),
    (SigmoidBCE, lambda rng, n, k: rng.integers(0, 2, (n, k)).astype(float)),
    (SoftmaxCrossEntropy, lambda rng, n, k: rng.integers(0, k, n)),
]


def shake_biases(model: Sequential, rng: np.random.Generator) -> None:
    # b = 0이면, 앞 층이 모두 꺼진 샘플의 z가 정확히 0이라 ReLU의 꺾인 점에 놓인다
    for p in model.parameters():
        if not p.penalized:
            p.value += rng.normal(size=p.value.shape)


def near_kink(model: Sequential, x: np.ndarray) -> bool:
    close = False
    for layer in model.layers:
        close |= isinstance(layer, ReLU | LeakyReLU) and bool((np.abs(x) < 10 * STEP).any())
        x = layer.forward(x)
    return close


def smooth_input(model: Sequential, rng: np.random.Generator, n: int) -> np.ndarray:
    x = rng.normal(size=(n, model.n_in))
    while near_kink(model, x):
        x = rng.normal(size=x.shape)
    return x


def random_check(seed: int, n: int, sizes: list[int]) -> GradientReport:
    """시드가 활성화 × 손실 × 규제의 조합 48가지를 차례로 고른다."""
    rng = np.random.default_rng(seed)
    loss, make_y = LOSSES[seed % 3]
    activation = ACTIVATIONS[seed // 3 % 4]
    penalty = PENALTIES[seed // 12 % 4]
    model = mlp(*sizes, activation=activation, rng=rng, dtype=np.float64)
    shake_biases(model, rng)
    x = smooth_input(model, rng, n)
    return gradient_check(model, loss(), x, make_y(rng, n, sizes[-1]), penalty=penalty)


@pytest.mark.parametrize("block", range(10))
def test_three_hundred_random_networks_pass(block: int) -> None:
    for seed in range(30 * block, 30 * block + 30):
        rng = np.random.default_rng(10_000 + seed)
        sizes = rng.integers(1, 8, size=rng.integers(2, 5)).tolist()
        report = random_check(seed, int(rng.integers(1, 9)), sizes)
        assert report.passed, f"시드 {seed}, 폭 {sizes}\n{report}"


# 옳은 역전파도 형상을 수없이 바꾸면 비가 0.5까지 오르므로, 운에 맡기지 않고 늘 같은 예를 본다
@settings(derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 6),
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
)
def test_any_shape_passes(seed: int, n: int, sizes: list[int]) -> None:
    report = random_check(seed, n, sizes)
    assert report.passed, str(report)


# 아래부터는 일부러 틀린 코드 ---------------------------------------------------------------


class WrongAxis(Affine):
    """db를 axis=1로 더한다. 배치 크기와 출력의 수가 같으면 조용하다."""

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout)
        self.b.grad[:] = dout.sum(axis=1)
        return dx


class StaleCache(Affine):
    """앞 배치의 입력으로 dW를 구한다. 첫 순전파에서는 틀릴 기억이 없다."""

    previous = None

    def forward(self, x, *, training=False):
        out = super().forward(x, training=training)
        if training:
            self._x, self.previous = (x if self.previous is None else self.previous), x
        return out


class SharedMask(ReLU):
    """마스크를 클래스에 적어, 모든 ReLU가 마지막 ReLU의 마스크를 쓴다."""

    def forward(self, x, *, training=False):
        out = super().forward(x, training=training)
        if training:
            SharedMask.mask = out > 0
        return out

    def backward(self, dout, *, input_grad=True):
        return dout * SharedMask.mask


class RedrawnDropout(Dropout):
    """역전파에서 마스크를 새로 뽑는다."""

    def backward(self, dout, *, input_grad=True):
        self.forward(dout, training=True)
        return super().backward(dout)


class MeanTwice(SoftmaxCrossEntropy):
    """이미 든 1/N을 한 번 더 나눈다."""

    def backward(self):
        dz = super().backward()
        return dz / len(dz)


class Twice(Affine):
    """옳은 층 z = (xW + b)W + b: 같은 W와 b를 두 번 쓴다."""

    sums = True

    def forward(self, x, *, training=False):
        self._first = x
        return super().forward(super().forward(x, training=training), training=training)

    def backward(self, dout, *, input_grad=True):
        dh = super().backward(dout)
        late = [p.grad.copy() for p in self.parameters()]
        self._x = self._first
        dx = super().backward(dh)
        for p, grad in zip(self.parameters(), late, strict=True):
            p.grad += grad * self.sums
        return dx


class ForgetsSum(Twice):
    """+=를 잊어 앞의 곱셈에서 온 것만 남긴다."""

    sums = False


# 이름: (심을 자리, 틀린 것, 옳은 쌍둥이, 걸려야 하는 매개변수)
FIRST = {"W1", "b1", "x"}
EVERY = {"W1", "b1", "W2", "b2", "W3", "b3", "x"}
NAMES = ("W1", "b1", "W2", "b2", "W3", "b3", "x")
ZOO = {
    "db의 축": ("affine", WrongAxis, Affine, {"b2"}),
    "옛 캐시": ("affine", StaleCache, Affine, {"W2"}),
    "+= 누락": ("affine", ForgetsSum, Twice, {"W2", "b2"}),
    "남의 마스크": ("activation", SharedMask, ReLU, FIRST),
    "새 마스크": ("extra", RedrawnDropout, Dropout, EVERY - {"W3", "b3"}),
    "평균 두 번": ("loss", MeanTwice, SoftmaxCrossEntropy, EVERY),
}


def planted(
    seed, *, affine=Affine, activation=ReLU, extra=None, loss=SoftmaxCrossEntropy, used=True
):
    """배치 크기와 은닉층의 폭이 같은 신경망. used이면 다른 배치를 한 번 지난 다음 검증한다."""
    rng = np.random.default_rng(seed)
    d, h, k = (int(v) for v in rng.integers(2, 7, size=3))
    h += 3  # 폭이 아주 좁으면 모두 꺼지거나 마스크가 우연히 같아 틀린 코드도 옳은 값을 낸다

    def layer(n_in: int, n_out: int, kind: type[Affine] = Affine) -> Layer:
        return kind(n_in, n_out, rng=rng, dtype=np.float64)

    stack = [layer(d, h), activation(), layer(h, h, affine), activation()]
    stack += [extra(0.3, rng=rng)] if extra else []
    model, criterion = Sequential(*stack, layer(h, k)), loss()
    shake_biases(model, rng)
    y = rng.integers(0, k, h)
    if used:
        criterion.forward(model.forward(rng.normal(size=(h, d)), training=True), y)
        model.backward(criterion.backward())
    return gradient_check(model, criterion, smooth_input(model, rng, h), y)


def failed(report: GradientReport) -> set[str]:
    return {name for name, check in zip(NAMES, report, strict=True) if not check.passed}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ZOO)
def test_the_correct_twin_passes_in_every_shape(name: str, seed: int) -> None:
    slot, _, right, _ = ZOO[name]
    report = planted(seed, **{slot: right})
    assert report.passed, str(report)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ZOO)
def test_every_bug_of_the_zoo_is_flagged_where_it_lives(name: str, seed: int) -> None:
    slot, wrong, _, where = ZOO[name]
    report = planted(seed, **{slot: wrong})
    assert failed(report) == where, str(report)


def test_a_stale_cache_hides_in_a_model_that_was_never_used() -> None:
    # 그래서 기울기 검증은 다른 배치를 한 번 지난 모델에서도 한다
    assert planted(0, affine=StaleCache, used=False).passed
    assert not planted(0, affine=StaleCache, used=True).passed


@pytest.mark.parametrize("n", [2, 5, 20])
def test_the_ratio_tells_by_what_factor_a_gradient_is_wrong(n: int) -> None:
    # 역전파가 옳은 값의 k배이면 비는 10⁶ |k − 1| / (|k| + 1). 바닥 1e-8·max|n| 때문에 아주 조금 작다
    rng = np.random.default_rng(0)
    model = mlp(3, 4, activation=Tanh, rng=rng, dtype=np.float64)
    report = gradient_check(model, MeanTwice(), rng.normal(size=(n, 3)), rng.integers(0, 4, n))
    assert report["0.Affine.W"].ratio == pytest.approx(1e6 * (n - 1) / (n + 1), rel=0.05)
