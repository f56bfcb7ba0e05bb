"""‘규제’ 장의 식."""

import itertools
import math

import numpy as np
import pytest
from registry import equation

from deepnote_lib import losses
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.layers import Affine, Dropout
from deepnote_lib.models import mlp
from deepnote_lib.optimizers import SGD
from deepnote_lib.parameter import Parameter
from deepnote_lib.regularizers import L1, L2
from deepnote_lib.training import EarlyStopping, Trainer
from tools.experiments.mnist_mlp import OneHotBCE

pytestmark = pytest.mark.regularization
SLOPE = {"rtol": 1e-6, "atol": 1e-8}  # 수치 미분은 일곱 자리쯤 맞는다


def signs(n):
    """부호 n개의 모든 조합, (2ⁿ, n). 평균 0, 분산 1인 잡음이 고르게 나오는 모든 경우이다."""
    return np.array(list(itertools.product([-1, 1], repeat=n)))


# 과대적합 ---------------------------------------------------------------------------------


@equation("eq-overfitting-nested")
def test_overfitting_nested(rng):
    """아무 데이터에나 차수를 올려 가며 최소 제곱으로 맞추어, 늘 성립하는지 본다."""
    x, y = rng.uniform(-1, 1, size=12), rng.normal(size=12)

    def smallest(d):
        powers = np.vander(x, d + 1)
        return losses.mse(powers @ np.linalg.lstsq(powers, y)[0], y)

    def formula():
        return [smallest(d + 1) <= smallest(d) for d in range(1, 7)]

    return formula, [True] * 6


@equation("eq-expected-gap")
def test_expected_gap(rng):
    """잡음이 ±σ일 때 훈련과 새 측정에서 나올 수 있는 모든 경우를 늘어놓고 평균한다."""
    N, p, sigma = 5, int(rng.integers(1, 5)), rng.uniform(0.5, 2)
    X, w = rng.normal(size=(N, p)), rng.normal(size=p)
    measured = X @ w + sigma * signs(N)
    predicted = measured @ np.linalg.pinv(X).T @ X.T
    train = np.mean((measured - predicted) ** 2)
    new = np.mean((measured[:, np.newaxis] - predicted) ** 2)

    def formula():
        return 2 * sigma**2 * p / N

    return formula, new - train


@equation("eq-fixed-prior")
def test_fixed_prior(rng):
    """라이브러리의 손실과 규제 항을 더한 것과 견준다."""
    X, y, w, c = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=3), rng.uniform(1, 9)
    ell, N = (y - X @ w) ** 2, 6
    lam = c / N

    def formula():
        squares = sum(w**2)
        return 1 / N * sum(ell) + lam / 2 * squares, 1 / N * (sum(ell) + c / 2 * squares)

    return formula, losses.mse(X @ w, y) + L2(c / N).value([Parameter(w, name="w")])


# 편향과 분산 ------------------------------------------------------------------------------


@equation("eq-bias-variance")
def test_bias_variance(rng):
    """라이브러리의 평균 제곱 오차와 견준다."""
    f_m, f, M = rng.normal(2, 1.5, size=7), rng.normal(), 7
    f_bar = np.mean(f_m)

    def formula():
        left = 1 / M * sum((f_m[m] - f) ** 2 for m in range(M))
        right = (f_bar - f) ** 2 + 1 / M * sum((f_m[m] - f_bar) ** 2 for m in range(M))
        return left, right

    return formula, losses.mse(f_m, np.full(M, f))


@equation("eq-noise-floor")
def test_noise_floor(rng):
    """잡음이 ±σ일 때 데이터와 새 측정값의 모든 경우를 늘어놓고 평균한다.

    진짜 규칙은 곡선인데 직선으로 맞추므로 통계적 편향도 있다.
    """
    x, sigma, at = rng.uniform(-1, 1, size=6), rng.uniform(0.5, 1), rng.uniform(-1, 1)
    data = np.exp(2 * x) + sigma * signs(6)
    f_D = np.polyval(np.polyfit(x, data.T, 1), at)
    f = np.exp(2 * at)
    E, Var = np.mean, np.var

    def formula():
        return (E(f_D) - f) ** 2 + Var(f_D) + sigma**2

    return formula, np.mean([(y - f_D) ** 2 for y in (f - sigma, f + sigma)])


@equation("eq-cross-validation")
def test_cross_validation(rng):
    """다시 적합하지 않고, 모두로 적합한 잔차에서 겹을 뺀 잔차를 구하는 공식과 견준다."""
    X, y, K = rng.normal(size=(11, 2)), rng.normal(size=11), 3
    V = np.array_split(rng.permutation(11), K)

    def f_without(k):
        rest = np.setdiff1d(np.arange(11), V[k])
        return X @ np.linalg.lstsq(X[rest], y[rest])[0]

    def formula():
        return 1 / K * sum(1 / len(V[k]) * sum((y - f_without(k))[V[k]] ** 2) for k in range(K))

    shadow = np.eye(11) - X @ np.linalg.pinv(X)
    left_out = [np.linalg.solve(shadow[np.ix_(v, v)], (shadow @ y)[v]) for v in V]
    return formula, np.mean([np.mean(residual**2) for residual in left_out])


@equation("eq-best-of-many")
def test_best_of_many(rng):
    """가장 높은 정확도의 기댓값을 이항 분포에서 꼭 맞게 구해, 늘 성립하는지 본다."""
    m, n = rng.integers(2, 2000, size=8), rng.integers(1, 300, size=8)

    def expected_best(m, n):
        at_most = np.cumsum([math.comb(n, k) / 2**n for k in range(n)])
        return sum(1 - at_most**m) / n  # 최댓값이 k를 넘을 확률을 k = 0부터 n - 1까지 더한다

    best = np.array([expected_best(*pair) for pair in zip(m.tolist(), n.tolist(), strict=True)])

    def formula():
        return best <= 1 / 2 + np.sqrt(np.log(m) / (2 * n))

    return formula, [True] * 8


# L2 규제 ----------------------------------------------------------------------------------


def regression(rng, N=12, d=3):
    return rng.normal(size=(N, d)), rng.normal(size=N)


@equation("eq-l2-objective", **SLOPE)
def test_l2_objective(rng):
    """라이브러리의 목적 함수, 그것을 수치 미분한 것과 견준다."""
    layer, x, y = (
        Affine(3, 2, rng=rng, dtype=np.float64),
        rng.normal(size=(5, 3)),
        rng.integers(0, 2, 5),
    )
    lam, loss = rng.uniform(0.5, 2), losses.SoftmaxCrossEntropy()
    layer.b.value[...] = rng.normal(size=2)
    W, b = layer.W.value, layer.b.value
    L = loss.forward(layer.forward(x, training=True), y)
    layer.backward(loss.backward())
    dL_dW, dL_db = layer.W.grad, layer.b.grad

    def formula():
        return L + lam / 2 * (W**2).sum(), dL_dW + lam * W, dL_db

    def objective(_):
        return loss.forward(layer.forward(x), y) + L2(lam).value(layer.parameters())

    return formula, (objective(None), *(numerical_gradient(objective, array) for array in (W, b)))


@equation("eq-ridge", rtol=1e-7)  # 경사 하강법이 다가간 거리
def test_ridge(rng):
    """평균을 빼지 않은 데이터에서 편향까지 두고, 라이브러리로 경사 하강법을 걸은 것과 견준다."""
    X_raw, y_raw = regression(rng)
    X_raw, y_raw, N, lam = X_raw + rng.normal(size=3), y_raw + 2, 12, rng.uniform(0.1, 1)
    X, y, eye = X_raw - X_raw.mean(axis=0), y_raw - y_raw.mean(), np.eye(3)

    def formula():
        return np.linalg.inv(X.T @ X + N * lam / 2 * eye) @ X.T @ y

    layer, loss = Affine(3, 1, rng=rng, dtype=np.float64), losses.MSE()
    steps = SGD(layer.parameters(), lr=0.05)
    for _ in range(3000):
        loss.forward(layer.forward(X_raw, training=True), y_raw[:, np.newaxis])
        layer.backward(loss.backward())
        L2(lam).add_gradient(layer.parameters())
        steps.step()
    return formula, layer.W.value[:, 0]


@equation("eq-ridge-shrink")
def test_ridge_shrink(rng):
    """방향마다의 가중치는 방정식을 통째로 풀고, 유효 자유도는 예측 행렬의 대각합으로 구한다."""
    (X, y), N, lam = regression(rng), 12, rng.uniform(0.1, 2)
    _, s, V_T = np.linalg.svd(X, full_matrices=False)
    w_0 = np.linalg.lstsq(X, y)[0]

    def formula():
        kept = s**2 / (s**2 + N * lam / 2)
        return kept * (V_T @ w_0), sum(kept)

    pull = np.linalg.solve(X.T @ X + N * lam / 2 * np.eye(3), X.T)
    return formula, (V_T @ (pull @ y), np.trace(X @ pull))


@equation("eq-l2-prior")
def test_l2_prior(rng):
    """가우스 분포의 조건부 평균으로 구한 가중치가 바닥이 되게 하는 람다를 거꾸로 찾는다."""
    (X, y), N, (sigma, tau) = regression(rng), 12, rng.uniform(0.5, 2, size=2)

    def formula():
        return 2 * sigma**2 / (N * tau**2)

    w = tau**2 * X.T @ np.linalg.solve(tau**2 * X @ X.T + sigma**2 * np.eye(N), y)
    loss = losses.MSE()
    loss.forward(X @ w, y)
    return formula, -(w @ X.T @ loss.backward()) / (w @ w)


@equation("eq-weight-decay")
def test_weight_decay(rng):
    """라이브러리의 규제 항과 SGD로 한 걸음 간 것과 견준다."""
    w, g, eta, lam = rng.normal(size=4), rng.normal(size=4), *rng.uniform(0.1, 1, size=2)

    def formula():
        return w - eta * (g + lam * w), (1 - eta * lam) * w - eta * g

    parameter = Parameter(w, name="w")
    parameter.grad[...] = g
    L2(lam).add_gradient([parameter])
    SGD([parameter], lr=eta).step()
    return formula, parameter.value


@equation("eq-l2-batches", **SLOPE)
def test_l2_batches(rng):
    """미니배치마다 라이브러리의 규제 항으로 기울기를 쌓은 것과 견준다. 손실은 합으로 잰다."""
    w, lam, M = rng.normal(size=3), rng.uniform(0.5, 2), 4
    batches = [regression(rng, N=3) for _ in range(M)]

    def ell(m, w):
        X, y = batches[m]
        return sum((X @ w - y) ** 2)

    def slope(f):
        return numerical_gradient(f, w)

    def formula():
        left = sum(slope(lambda w, m=m: ell(m, w)) + lam * w for m in range(M))
        right = slope(lambda w: sum(ell(m, w) for m in range(M)) + M / 2 * lam * sum(w**2))
        return left, right

    parameter = Parameter(w, name="w")
    for X, y in batches:
        parameter.grad += 2 * X.T @ (X @ w - y)
        L2(lam).add_gradient([parameter])
    return formula, parameter.grad


# L1 규제 ----------------------------------------------------------------------------------


def bottom(f, low=-10.0, high=10.0):
    """볼록 함수 f의 바닥을 삼분법으로 찾는다."""
    for _ in range(90):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (left, high) if f(left) > f(right) else (low, right)
    return (low + high) / 2


# 삼분법은 함숫값의 반올림 때문에 바닥의 자리를 여덟 자리쯤 찾는다
SEARCH = {"rtol": 1e-6, "atol": 1e-6}


def both_sides(rng, threshold, n=8):
    """크기가 임곗값을 넘는 수와 넘지 않는 수, 부호가 다른 수를 섞는다."""
    return threshold * rng.uniform(0.2, 0.8, size=n) * np.resize([1, 4, -1, -4], n)


@equation("eq-l1-objective")
def test_l1_objective(rng):
    """라이브러리의 손실과 규제 항을 더한 것과 견준다."""
    (X, y), w, lam = regression(rng), rng.normal(size=3), rng.uniform(0.1, 1)
    L = losses.mse(X @ w, y)

    def formula():
        return L + lam * sum(np.abs(w))

    return formula, np.mean((y - X @ w) ** 2) + L1(lam).value([Parameter(w, name="w")])


@equation("eq-soft-threshold", **SEARCH)
def test_soft_threshold(rng):
    """바닥을 삼분법으로 찾은 것과 견준다."""
    tau = rng.uniform(0.5, 2)
    a = both_sides(rng, tau)

    def formula():
        return np.sign(a) * np.maximum(np.abs(a) - tau, 0)

    return formula, [bottom(lambda u, a=a_i: (u - a) ** 2 / 2 + tau * abs(u)) for a_i in a]


@equation("eq-proximal-step", **SEARCH)
def test_proximal_step(rng):
    """쪽에 적힌 문제 (u − a)²/2η + λ|u|의 바닥을 삼분법으로 찾은 것과 견준다."""
    eta, lam, g = rng.uniform(0.2, 0.8), rng.uniform(1, 2), rng.normal(size=8)
    arrived = both_sides(rng, eta * lam)
    w = arrived + eta * g

    def S(tau, a):
        return np.sign(a) * np.maximum(np.abs(a) - tau, 0)

    def formula():
        return S(eta * lam, w - eta * g)

    return formula, [
        bottom(lambda u, a=a: (u - a) ** 2 / (2 * eta) + lam * abs(u)) for a in arrived
    ]


@equation("eq-l1-optimality", rtol=1e-6, atol=1e-6)  # 좌표마다 내려간 바닥의 오차
def test_l1_optimality(rng):
    """가중치를 하나씩 삼분법으로 내려 찾은 바닥에서, 손실을 수치 미분해 본다."""
    X = np.linalg.qr(rng.normal(size=(12, 4)))[0] + 0.05 * rng.normal(size=(12, 4))
    true = np.array([2.0, -2.0, 0.0, 0.0])
    y, lam = X @ true + 0.05 * rng.normal(size=12), rng.uniform(0.3, 0.8)

    def L(w):
        return float(np.sum((X @ w - y) ** 2)) / 2

    w = np.zeros(4)
    for _ in range(12):
        for j in range(4):
            w[j] = bottom(lambda u, j=j: L(np.where(np.arange(4) == j, u, w)) + lam * abs(u))
    zero = np.abs(w) < 1e-6
    slope = numerical_gradient(L, w)

    def formula():
        return np.abs(slope[zero]) <= lam, -lam * np.sign(w[~zero])

    return formula, (np.ones(zero.sum(), dtype=bool), slope[~zero])


@equation("eq-elastic-net", **SEARCH)
def test_elastic_net(rng):
    """바닥을 삼분법으로 찾은 것과 견준다."""
    lam1, lam2 = rng.uniform(0.5, 2, size=2)
    a = both_sides(rng, lam1)

    def S(tau, a):
        return np.sign(a) * np.maximum(np.abs(a) - tau, 0)

    def formula():
        return S(lam1, a) / (1 + lam2)

    def objective(u, a):
        return (u - a) ** 2 / 2 + lam1 * abs(u) + lam2 * u**2 / 2

    return formula, [bottom(lambda u, a=a_i: objective(u, a)) for a_i in a]


def all_masks(n):
    """켜짐 1, 꺼짐 0의 모든 조합 (2ⁿ, n)."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)


def mask_weights(masks, p):
    """마스크마다 뽑힐 확률. 켜짐은 1 - p, 꺼짐은 p이다."""
    kept = masks.sum(axis=1)
    return (1 - p) ** kept * p ** (masks.shape[1] - kept)


@equation("eq-dropout")
def test_dropout(rng):
    """같은 시드의 층이 같은 마스크를 뽑는다. 꺼진 자리의 값은 정확히 0이다."""
    p, seed = rng.uniform(0.2, 0.6), int(rng.integers(100))
    h, g = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    layer = Dropout(p, rng=seed)
    forward = layer.forward(h, training=True)
    m = (forward != 0).astype(float)

    def formula():
        return m / (1 - p) * h, m / (1 - p) * g

    return formula, (forward, layer.backward(g))


@equation("eq-dropout-moments")
def test_dropout_moments(rng):
    """모든 마스크를 확률로 무게 달아 더한 평균과 분산."""
    p, h = rng.uniform(0.2, 0.6), rng.normal(size=5)
    masks = all_masks(5)
    weights, dropped = mask_weights(masks, p), masks * h / (1 - p)
    mean = weights @ dropped
    variance = weights @ (dropped - mean) ** 2

    def formula():
        return h, p / (1 - p) * h**2

    return formula, (mean, variance)


@equation("eq-dropout-ridge")
def test_dropout_ridge(rng):
    """마스크는 행마다 독립이므로, 행마다 모든 마스크를 늘어놓아 기댓값을 구한다."""
    p = rng.uniform(0.2, 0.6)
    X, w, y = rng.normal(size=(6, 4)), rng.normal(size=4), rng.normal(size=6)
    masks = all_masks(4)
    weights = mask_weights(masks, p)
    expected = sum(
        weights @ (y_i - (masks * x_i / (1 - p)) @ w) ** 2 for x_i, y_i in zip(X, y, strict=True)
    )

    def formula():
        return np.sum((y - X @ w) ** 2) + p / (1 - p) * np.sum(w**2 * np.sum(X**2, axis=0))

    return formula, expected


@equation("eq-input-noise")
def test_input_noise(rng):
    """잡음의 1차와 2차 적률만 쓰이므로, ±σ를 똑같은 확률로 갖는 잡음을 모두 늘어놓는다."""
    sigma = rng.uniform(0.3, 1.5)
    X, w, y = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5)
    noise = sigma * (2 * all_masks(3) - 1)
    N = len(y)
    expected = (
        sum(np.mean((y_i - (x_i + noise) @ w) ** 2) for x_i, y_i in zip(X, y, strict=True)) / N
    )

    def formula():
        return np.sum((y - X @ w) ** 2) / N + sigma**2 * np.sum(w**2)

    return formula, expected


# 조기 종료 --------------------------------------------------------------------------------


@equation("eq-patience")
def test_patience(rng):
    """무작위 검증 손실을 한 에포크씩 EarlyStopping에 보여 준다. 0.1 단위라 같은 값도 나온다."""
    P, v = int(rng.integers(2, 5)), np.round(rng.uniform(0, 1, size=200), 1)
    epoch = np.zeros(1)  # 되돌린 값이 곧 가장 좋았던 에포크의 번호가 되게 한다
    stopper = EarlyStopping([epoch], patience=P)
    stopped = 0
    for value in v:
        stopped += 1
        epoch[0] = stopped
        if stopper.should_stop(value):
            break
    stopper.restore()

    def formula():
        def b(e):
            return int(np.argmin(v[:e])) + 1

        E = next((e for e in range(1, len(v)) if e - b(e) == P), len(v))
        return E, b(E)

    return formula, (stopped, int(epoch[0]))


@equation("eq-early-stopping-shrink")
def test_early_stopping_shrink(rng):
    """0에서 출발한 경사 하강법을 실제로 T걸음 내려가고, 고유 방향마다 견준다."""
    X, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    H, eta, T = 2 / 20 * X.T @ X, 0.1, int(rng.integers(3, 30))
    h, v = np.linalg.eigh(H)
    w_star = np.linalg.lstsq(X, y)[0]
    w = np.zeros(4)
    for _ in range(T):
        w = w - eta * 2 / 20 * X.T @ (X @ w - y)

    def formula():
        return (1 - (1 - eta * h) ** T) * (v.T @ w_star)

    return formula, v.T @ w


@equation("eq-early-stopping-ridge")
def test_early_stopping_ridge(rng):
    """x를 넓게 뽑되, 차이가 가장 큰 언저리(x ≈ 2.5)도 늘 넣는다."""
    x = np.append(rng.exponential(3, size=200), rng.uniform(2.4, 2.6, size=20))

    def formula():
        gap = (1 - np.exp(-x)) - x / (1 + x)
        return (gap >= 0) & (gap <= 0.204)

    return formula, np.ones(220, dtype=bool)


@equation("eq-minimum-norm", rtol=1e-6, atol=1e-8)  # 유한한 걸음에서 멈춘 극한
def test_minimum_norm(rng):
    """0에서 출발해 오래 내려간 가중치와, 특잇값 분해가 준 최소 노름 해."""
    X, y = (
        np.linalg.qr(rng.normal(size=(12, 4)))[0].T + 0.05 * rng.normal(size=(4, 12)),
        rng.normal(size=4),
    )
    w = np.zeros(12)
    for _ in range(500):
        w = w - 0.4 * X.T @ (X @ w - y)

    def formula():
        solution = X.T @ np.linalg.inv(X @ X.T) @ y
        return solution, solution

    return formula, (w, np.linalg.pinv(X) @ y)


# MNIST를 200번 ---------------------------------------------------------------------------------


@equation("eq-mnist-mlp-convert", rtol=1e-6, atol=1e-8)
def test_mnist_mlp_convert(rng):
    """식의 η와 λ로 라이브러리가 한 걸음 간 곳이, 합으로 적은 손실을 수치 미분해 간 곳이다."""
    N, K, eta_sum, ell = 6, 3, rng.uniform(0.01, 0.1), rng.uniform(0.1, 1)
    x, y = rng.normal(size=(N, 4)), rng.integers(0, K, N)
    start = mlp(4, K, rng=0, dtype=np.float64).parameters()[0].value

    def total(W):
        z, t = x @ W, np.eye(K)[y]
        return (np.logaddexp(0, z) - t * z).sum() + ell / 2 * (W**2).sum()

    def stepped(eta, lam):
        model = mlp(4, K, rng=0, dtype=np.float64)
        if eta <= 0 or lam < 0:  # 부호를 뒤집은 식은 라이브러리가 받지 않는다
            return np.full_like(start, np.nan)
        Trainer(model, OneHotBCE(), SGD(model.parameters(), lr=eta), penalty=L2(lam)).step(x, y)
        return model.parameters()[0].value

    def formula():
        return stepped(N * K * eta_sum, ell / (N * K))

    return formula, start - eta_sum * numerical_gradient(total, start)


@equation("eq-mnist-mlp-effective", rtol=1e-6, atol=1e-8)
def test_mnist_mlp_effective(rng):
    """한 에포크 동안 제자리에서 더해지는 기울기를 하나씩 모아, 식의 수치 미분과 견준다."""
    B, ell = int(rng.integers(3, 9)), rng.uniform(0.1, 1)
    x, w = rng.normal(size=(B, 5, 4)), rng.normal(size=4)  # 미니배치 B개
    added = sum(x_batch.T @ np.tanh(x_batch @ w) + ell * w for x_batch in x)

    def data_cost(v):
        return np.log(np.cosh(x @ v)).sum()

    def formula():
        return numerical_gradient(lambda v: data_cost(v) + B * ell / 2 * (v**2).sum(), w)

    return formula, added
