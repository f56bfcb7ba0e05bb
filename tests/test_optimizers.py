"""옵티마이저: 손으로 센 세 걸음, 닫힌 꼴의 자취, 제자리 갱신."""

import numpy as np
import pytest

from deepnote_lib.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
)
from deepnote_lib.parameter import Parameter

pytestmark = pytest.mark.backprop
ALL = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW]


def run(make, gradients, start=1.0):
    """스칼라 매개변수 하나에 정해진 기울기를 차례로 준다."""
    p = Parameter(np.array([start]), name="W")
    optimizer = make([p])
    path = []
    for g in gradients:
        p.grad[:] = g
        optimizer.step()
        path.append(float(p.value[0]))
    return path


GRADIENTS = [1.0, 2.0, -1.0]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda p: SGD(p, lr=0.1), [0.9, 0.7, 0.8]),
        # v: −0.1, −0.05−0.2 = −0.25, −0.125+0.1 = −0.025
        (lambda p: Momentum(p, lr=0.1, beta=0.5), [0.9, 0.65, 0.625]),
        # θ += βv − ηg: −0.05−0.1, −0.125−0.2, −0.0125+0.1
        (lambda p: Nesterov(p, lr=0.1, beta=0.5), [0.85, 0.525, 0.6125]),
        # h: 1, 5, 6
        (
            lambda p: AdaGrad(p, lr=0.1),
            [0.9, 0.9 - 0.2 / 5**0.5, 0.9 - 0.2 / 5**0.5 + 0.1 / 6**0.5],
        ),
        # ρ = ½: h = ½, ¼+2 = 9/4, 9/8+1/2 = 13/8. 둘째 걸음 0.2/1.5
        (
            lambda p: RMSProp(p, lr=0.1, rho=0.5),
            [
                1 - 0.1 / 0.5**0.5,
                1 - 0.1 / 0.5**0.5 - 0.2 / 1.5,
                1 - 0.1 / 0.5**0.5 - 0.2 / 1.5 + 0.1 / 1.625**0.5,
            ],
        ),
        # β₁ = β₂ = ½. m: ½, 5/4, 1/8. m̂: 1, 5/3, 1/7. v: ½, 9/4, 13/8. v̂: 1, 3, 13/7
        (
            lambda p: Adam(p, lr=0.1, beta1=0.5, beta2=0.5),
            [
                0.9,
                0.9 - 0.1 * (5 / 3) / 3**0.5,
                0.9 - 0.1 * (5 / 3) / 3**0.5 - 0.1 / 7 / (13 / 7) ** 0.5,
            ],
        ),
    ],
    ids=["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam"],
)
def test_three_steps_match_the_hand_computation(make, expected):
    # ε = 1e-8은 분모를 상대적으로 1e-8쯤 바꾼다
    np.testing.assert_allclose(run(make, GRADIENTS), expected, rtol=1e-7)


def test_adamw_shrinks_the_weight_before_the_step_of_adam():
    path = run(lambda p: AdamW(p, lr=0.1, weight_decay=0.5), [3.0, 3.0])
    # 기울기가 일정하면 Adam의 걸음은 늘 η = 0.1: 1·0.95 − 0.1 = 0.85, 0.85·0.95 − 0.1
    np.testing.assert_allclose(path, [0.85, 0.7075], rtol=1e-7)


def test_adamw_leaves_biases_undecayed():
    W = Parameter(np.array([1.0]), name="W")
    b = Parameter(np.array([1.0]), name="b", penalized=False)
    AdamW([W, b], lr=0.1, weight_decay=0.5).step()  # 기울기 0: 감쇠만 남는다
    assert (W.value[0], b.value[0]) == (0.95, 1.0)


def test_adamw_without_decay_is_adam():
    gradients = np.random.default_rng(0).normal(size=20)
    assert run(lambda p: AdamW(p, weight_decay=0.0), gradients) == run(Adam, gradients)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize("sign", [1, -1])
def test_first_step_of_adam_is_the_learning_rate(scale, sign):
    (after,) = run(lambda p: Adam(p, lr=0.01), [sign * scale])
    assert after == pytest.approx(1 - sign * 0.01, rel=1e-6)  # ε/|g| ≤ 1e-5, 걸음은 1e-2


def test_adam_equals_the_textbook_formula():
    """합쳐 쓴 상수가 m̂, v̂로 쓴 식과 같다."""
    rng = np.random.default_rng(0)
    p = Parameter(rng.normal(size=(3, 4)), name="W")
    theta, m, v = p.value.copy(), 0.0, 0.0
    optimizer = Adam([p], lr=0.05, eps=1e-3)  # ε이 눈에 보이도록 키운다
    for t in range(1, 30):
        g = rng.normal(size=(3, 4))
        p.grad[:] = g
        optimizer.step()
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - 0.05 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-3)
        np.testing.assert_allclose(p.value, theta, rtol=1e-12, atol=1e-13)


def quadratic(make, a, n):
    """L = ½aθ², 곧 g = aθ."""
    p = Parameter(np.array([1.0]), name="W")
    optimizer = make([p])
    path = [1.0]
    for _ in range(n):
        p.grad[:] = a * p.value
        optimizer.step()
        path.append(float(p.value[0]))
    return np.array(path)


def test_sgd_follows_the_closed_form_on_a_quadratic():
    np.testing.assert_allclose(
        quadratic(lambda p: SGD(p, lr=0.1), 3.0, 20), 0.7 ** np.arange(21), rtol=1e-12
    )


def test_sgd_diverges_beyond_two_over_the_curvature():
    assert abs(quadratic(lambda p: SGD(p, lr=0.19), 10.0, 100)[-1]) < 1e-4  # |1 − 1.9| < 1
    assert abs(quadratic(lambda p: SGD(p, lr=0.21), 10.0, 100)[-1]) > 1e3  # |1 − 2.1| > 1


def test_momentum_follows_its_linear_recurrence_on_a_quadratic():
    # θₜ₊₁ = (1 + β − ηa)θₜ − βθₜ₋₁, θ₁ = (1 − ηa)θ₀
    path = quadratic(lambda p: Momentum(p, lr=0.1, beta=0.5), 2.0, 20)
    np.testing.assert_allclose(path[2:], 1.3 * path[1:-1] - 0.5 * path[:-2], atol=1e-14)
    assert path[1] == pytest.approx(0.8)


def test_nesterov_follows_its_linear_recurrence_on_a_quadratic():
    # 앞선 자리의 기울기를 쓰는 원래 규칙: φₜ₊₁ = (1+β)(1−ηa)φₜ − β(1−ηa)φₜ₋₁ (φ는 앞선 자리)
    path = quadratic(lambda p: Nesterov(p, lr=0.1, beta=0.5), 2.0, 20)
    np.testing.assert_allclose(path[2:], 1.5 * 0.8 * path[1:-1] - 0.5 * 0.8 * path[:-2], atol=1e-14)


def test_without_momentum_both_forms_are_sgd():
    gradients = np.random.default_rng(0).normal(size=10)
    sgd = run(lambda p: SGD(p, lr=0.1), gradients)
    for cls in (Momentum, Nesterov):
        np.testing.assert_allclose(
            run(lambda p, cls=cls: cls(p, lr=0.1, beta=0.0), gradients), sgd, rtol=1e-14
        )


def test_the_learning_rate_inside_the_velocity_keeps_old_steps():
    """v = βv − ηg 꼴에서는 학습률을 0에 가깝게 낮춰도 이미 쌓인 속도만큼 움직인다."""
    p = Parameter(np.array([0.0]), name="W")
    optimizer = Momentum([p], lr=0.1, beta=0.9)
    p.grad[:] = 1.0
    optimizer.step()  # v = −0.1
    optimizer.lr = 1e-12
    optimizer.step()  # v ≈ −0.09. PyTorch 꼴이라면 거의 움직이지 않는다
    assert p.value[0] == pytest.approx(-0.19, abs=1e-9)


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_updates_happen_in_place_and_keep_the_dtype(cls, dtype):
    p = Parameter(np.ones((2, 3), dtype=dtype), name="W")
    value, grad = p.value, p.grad
    grad[:] = np.arange(6).reshape(2, 3)
    before = grad.copy()
    optimizer = cls([p], lr=np.float64(0.1))  # NumPy 스칼라 학습률도 float32를 넓히지 않는다
    for _ in range(3):
        optimizer.step()
    assert p.value is value
    assert p.grad is grad
    assert p.value.dtype == dtype
    np.testing.assert_array_equal(grad, before)
    states = [
        a
        for s in vars(optimizer).values()
        if isinstance(s, list)
        for a in s
        if isinstance(a, np.ndarray)
    ]
    assert all(a.dtype == dtype for a in states)


@pytest.mark.parametrize("cls", ALL)
def test_zero_gradient_moves_nothing_but_decay(cls):
    p = Parameter(np.ones(3), name="b", penalized=False)
    cls([p], lr=0.1).step()
    np.testing.assert_array_equal(p.value, np.ones(3))


@pytest.mark.parametrize("cls", ALL)
def test_each_parameter_keeps_its_own_state(cls):
    """두 매개변수를 함께 갱신한 결과가 따로 갱신한 결과와 같다."""
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(5, 2))
    together = [Parameter(np.ones(1), name=n) for n in "ab"]
    optimizer = cls(together, lr=0.1)
    for row in gradients:
        for p, g in zip(together, row, strict=True):
            p.grad[:] = g
        optimizer.step()
    alone = [run(lambda p: cls(p, lr=0.1), gradients[:, i])[-1] for i in range(2)]
    assert [float(p.value[0]) for p in together] == alone


@pytest.mark.parametrize("cls", ALL)
def test_learning_rate_can_be_changed_and_is_checked(cls):
    optimizer = cls([Parameter(np.ones(1), name="W")], lr=0.1)
    optimizer.lr = 0.01
    assert optimizer.lr == 0.01
    assert repr(optimizer) == f"{cls.__name__}(lr=0.01)"
    for bad in (0.0, -0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"^lr: 0보다 큰"):
            optimizer.lr = bad
    assert optimizer.lr == 0.01


@pytest.mark.parametrize(
    ("parameters", "error", "match"),
    [
        ([], ValueError, "^parameters: .*하나 이상"),
        ([np.ones(2)], TypeError, r"^parameters: .*배열\(shape=\(2,\), dtype=float64\)"),
        (object(), TypeError, "^parameters: .*object"),
        ([Parameter(np.ones(1), name="W")] * 2, ValueError, "^parameters: .*두 번"),
    ],
)
def test_wrong_parameters_are_named(parameters, error, match):
    with pytest.raises(error, match=match):
        SGD(parameters, lr=0.1)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda p: Momentum(p, lr=0.1, beta=1.0), "beta"),
        (lambda p: AdaGrad(p, lr=0.1, eps=0.0), "eps"),
        (lambda p: RMSProp(p, lr=0.1, rho=1.5), "rho"),
        (lambda p: Adam(p, beta1=-0.1), "beta1"),
        (lambda p: Adam(p, beta2=1.0), "beta2"),
        (lambda p: Adam(p, eps=-1e-8), "eps"),
        (lambda p: AdamW(p, weight_decay=-0.1), "weight_decay"),
    ],
)
def test_hyperparameters_outside_their_range_are_named(make, name):
    with pytest.raises(ValueError, match=rf"^{name}: "):
        make([Parameter(np.ones(1), name="W")])


def test_an_unfinished_optimizer_says_what_is_missing():
    with pytest.raises(NotImplementedError, match=r"Optimizer: step\(\)"):
        Optimizer([Parameter(np.ones(1), name="W")], lr=0.1).step()
