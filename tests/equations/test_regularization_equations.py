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
from deepnote_lib.regularizers import L1, L2, soft_threshold
from deepnote_lib.training import EarlyStopping, Trainer
from tools.experiments.mnist_mlp import OneHotBCE

pytestmark = pytest.mark.regularization
SLOPE = {"rtol": 1e-6, "atol": 1e-8}  # 수치 미분은 일곱 자리쯤 맞는다


def signs(n):
    """부호 n개의 모든 조합, (2ⁿ, n). 평균 0, 분산 1인 잡음이 고르게 나오는 모든 경우이다."""
    return np.array(list(itertools.product([-1, 1], repeat=n)))


def bottom(f, low=-10.0, high=10.0):
    """볼록 함수 f를 가장 작게 하는 값을 삼분법으로 찾는다."""
    for _ in range(70):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (left, high) if f(left) > f(right) else (low, right)
    return (low + high) / 2


norm = np.linalg.norm


# 과대적합 ---------------------------------------------------------------------------------


@equation(
    "eq-overfitting-nested",
    r"\min_{w \in \mathbb{R}^{d+2}} L_{d+1}(w) \le \min_{w \in \mathbb{R}^{d+1}} L_d(w)",
)
def test_overfitting_nested(rng):
    """차수를 하나씩 올리며 최소 제곱으로 구한 훈련 손실의 최솟값끼리 비교한다."""
    x, y = rng.uniform(-1, 1, size=12), rng.normal(size=12)

    def smallest(d):
        powers = np.vander(x, d + 1)
        return losses.mse(powers @ np.linalg.lstsq(powers, y)[0], y)

    def formula():
        return [smallest(d + 1) <= smallest(d) for d in range(1, 7)]

    return formula, [True] * 6


@equation(
    "eq-expected-gap",
    r"\mathrm{E}\bigl[L_{\text{새것}} - L_{\text{훈련}}\bigr] = \frac{2 \sigma^2 p}{N}",
)
def test_expected_gap(rng):
    """±σ 잡음의 모든 경우를 나열해 구한 평균 간격과 비교한다."""
    N, p, sigma = 5, int(rng.integers(1, 5)), rng.uniform(0.5, 2)
    X, w = rng.normal(size=(N, p)), rng.normal(size=p)
    measured = X @ w + sigma * signs(N)
    predicted = measured @ np.linalg.pinv(X).T @ X.T
    train = np.mean((measured - predicted) ** 2)
    new = np.mean((measured[:, np.newaxis] - predicted) ** 2)

    def formula():
        return 2 * sigma**2 * p / N

    return formula, new - train


@equation(
    "eq-fixed-prior",
    r"\frac{1}{N} \sum_{n} \ell_n(w) + \frac{\lambda}{2} \lVert w \rVert^2 = \frac{1}{N} "
    r"\Bigl( \sum_{n} \ell_n(w) + \frac{c}{2} \lVert w \rVert^2 \Bigr), \qquad \lambda = "
    r"\frac{c}{N}",
)
def test_fixed_prior(rng):
    """라이브러리의 평균 제곱 오차에 L2 규제 항을 더한 값과 비교한다."""
    N, (X, w) = 6, (rng.normal(size=(6, 3)), rng.normal(size=3))
    y, lam = rng.normal(size=N), rng.uniform(0.2, 2)
    ell, c = (y - X @ w) ** 2, N * lam

    def formula():
        left = 1 / N * sum(ell[n] for n in range(N)) + lam / 2 * norm(w) ** 2
        right = 1 / N * (sum(ell[n] for n in range(N)) + c / 2 * norm(w) ** 2)
        return left, right, c / N

    value = losses.mse(X @ w, y) + L2(lam).value([Parameter(w, name="w")])
    return formula, (value, value, lam)


# 편향과 분산 ------------------------------------------------------------------------------


@equation(
    "eq-bias-variance",
    r"\frac{1}{M} \sum_{m=1}^{M} (f_m - f)^2 = (\bar{f} - f)^2 + \frac{1}{M} "
    r"\sum_{m=1}^{M} (f_m - \bar{f})^2",
)
def test_bias_variance(rng):
    """라이브러리의 평균 제곱 오차와 비교한다."""
    f_m, f, M = rng.normal(2, 1.5, size=7), rng.normal(), 7
    f_bar = np.mean(f_m)

    def formula():
        left = 1 / M * sum((f_m[m] - f) ** 2 for m in range(M))
        right = (f_bar - f) ** 2 + 1 / M * sum((f_m[m] - f_bar) ** 2 for m in range(M))
        return left, right

    return formula, losses.mse(f_m, np.full(M, f))


@equation(
    "eq-noise-floor",
    r"\mathrm{E}[(y - f_D)^2] = (\mathrm{E}[f_D] - f)^2 + \mathrm{Var}(f_D) + \sigma^2",
)
def test_noise_floor(rng):
    """±σ 잡음의 모든 경우를 나열해 구한 오차 제곱의 평균과 비교한다.

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


@equation(
    "eq-cross-validation",
    r"\mathrm{CV} = \frac{1}{K} \sum_{k=1}^{K} \frac{1}{|V_k|} \sum_{i \in V_k} \bigl( "
    r"y_i - f_{-k}(x_i) \bigr)^2",
)
def test_cross_validation(rng):
    """모든 데이터로 한 번만 적합한 잔차에서 겹마다의 잔차를 구하는 공식과 비교한다."""
    X, y, K = rng.normal(size=(11, 2)), rng.normal(size=11), 3
    V = np.array_split(rng.permutation(11), K)

    rests = [np.setdiff1d(np.arange(11), v) for v in V]
    f = [X @ np.linalg.lstsq(X[rest], y[rest])[0] for rest in rests]  # f[k][i]는 f₋ₖ(xᵢ)

    def formula():
        squares = [1 / len(V[k]) * sum((y[i] - f[k][i]) ** 2 for i in V[k]) for k in range(K)]
        return 1 / K * sum(squares[k] for k in range(K))

    shadow = np.eye(11) - X @ np.linalg.pinv(X)
    left_out = [np.linalg.solve(shadow[np.ix_(v, v)], (shadow @ y)[v]) for v in V]
    return formula, np.mean([np.mean(residual**2) for residual in left_out])


@equation(
    "eq-best-of-many",
    r"\mathrm{E}\Bigl[\max_{1 \le i \le m} a_i\Bigr] \le \frac{1}{2} + \sqrt{\frac{\log "
    r"m}{2n}}",
)
def test_best_of_many(rng):
    """이항 분포에서 정확히 구한 기댓값, s마다 얻는 상한 가운데 가장 작은 값과 비교한다.

    젠센 부등식과 회프딩 보조정리로, 모든 s > 0에서 기댓값은 (log m)/s + 1/2 + s/8n을 넘지 않는다.
    """
    m, n = rng.integers(2, 2000, size=8), rng.integers(1, 300, size=8)

    def expected_best(m, n):
        at_most = np.cumsum([math.comb(n, k) / 2**n for k in range(n)])
        return sum(1 - at_most**m) / n  # 최댓값이 k를 넘을 확률을 k = 0부터 n - 1까지 더한다

    best = np.array([expected_best(*pair) for pair in zip(m.tolist(), n.tolist(), strict=True)])

    def upper(s, m, n):
        return math.log(m) / s + 1 / 2 + s / (8 * n)

    def formula():
        right = 1 / 2 + np.sqrt(np.log(m) / (2 * n))
        return best <= right, right

    tightest = [bottom(lambda s, a=a: upper(s, *a), 1, 1000) for a in zip(m, n, strict=True)]
    return formula, ([True] * 8, [upper(*a) for a in zip(tightest, m, n, strict=True)])


# L2 규제 ----------------------------------------------------------------------------------


def regression(rng, N=12, d=3):
    return rng.normal(size=(N, d)), rng.normal(size=N)


@equation(
    "eq-l2-objective",
    r"\begin{aligned} J(W, b) &= L(W, b) + \frac{\lambda}{2} \sum_{i,j} W_{ij}^2 \\ "
    r"\frac{\partial J}{\partial W} &= \frac{\partial L}{\partial W} + \lambda W, \qquad "
    r"\frac{\partial J}{\partial b} = \frac{\partial L}{\partial b} \end{aligned}",
    **SLOPE,
)
def test_l2_objective(rng):
    """라이브러리로 구한 목적 함수의 값, 그것을 수치 미분한 기울기와 비교한다."""
    layer = Affine(4, 3, rng=rng, dtype=np.float64)
    x, y = rng.normal(size=(5, 4)), rng.integers(0, 3, 5)
    lam, loss = rng.uniform(0.5, 2), losses.SoftmaxCrossEntropy()
    layer.b.value[...] = rng.normal(size=3)
    W, b = layer.W.value, layer.b.value
    L = loss.forward(layer.forward(x, training=True), y)
    layer.backward(loss.backward())
    dL_dW, dL_db = layer.W.grad, layer.b.grad

    def formula():
        J = L + lam / 2 * sum(W[i, j] ** 2 for i in range(4) for j in range(3))
        return J, dL_dW + lam * W, dL_db

    def objective(_):
        return loss.forward(layer.forward(x), y) + L2(lam).value(layer.parameters())

    return formula, (objective(None), *(numerical_gradient(objective, array) for array in (W, b)))


@equation(
    "eq-ridge",
    r"w_\lambda = \left( X^\top X + \tfrac{N\lambda}{2} I \right)^{-1} X^\top y",
    rtol=1e-7,
)  # 경사 하강법이 다가간 거리
def test_ridge(rng):
    """편향까지 두고 라이브러리의 경사 하강법으로 끝까지 훈련한 가중치와 비교한다."""
    X_raw, y_raw = regression(rng)
    X_raw, y_raw, N, lam = X_raw + rng.normal(size=3), y_raw + 2, 12, rng.uniform(0.1, 1)
    X, y, eye = X_raw - X_raw.mean(axis=0), y_raw - y_raw.mean(), np.eye(3)

    def formula():
        return np.linalg.inv(X.T @ X + N * lam / 2 * eye) @ X.T @ y

    layer, loss = Affine(3, 1, rng=rng, dtype=np.float64), losses.MSE()
    steps = SGD(layer.parameters(), lr=0.08)
    for _ in range(1200):
        loss.forward(layer.forward(X_raw, training=True), y_raw[:, np.newaxis])
        layer.backward(loss.backward())
        L2(lam).add_gradient(layer.parameters())
        steps.step()
    return formula, layer.W.value[:, 0]


@equation(
    "eq-ridge-shrink",
    r"v_i \cdot w_\lambda = \frac{s_i^2}{s_i^2 + N\lambda/2} \; v_i \cdot w_0, \qquad "
    r"\mathrm{df}(\lambda) = \sum_i \frac{s_i^2}{s_i^2 + N\lambda/2}",
)
def test_ridge_shrink(rng):
    """방정식을 한꺼번에 풀어 구한 가중치, 예측 행렬의 대각합과 비교한다."""
    (X, y), N, lam = regression(rng), 12, rng.uniform(0.1, 2)
    _, s, v = np.linalg.svd(X, full_matrices=False)  # v의 행이 방향이다
    w_0 = np.linalg.lstsq(X, y)[0]

    def formula():
        shrunk = [s[i] ** 2 / (s[i] ** 2 + N * lam / 2) * (v[i] @ w_0) for i in range(3)]
        return shrunk, sum(s[i] ** 2 / (s[i] ** 2 + N * lam / 2) for i in range(3))

    pull = np.linalg.solve(X.T @ X + N * lam / 2 * np.eye(3), X.T)
    return formula, (v @ (pull @ y), np.trace(X @ pull))


@equation("eq-l2-prior", r"\lambda = \frac{2 \sigma^2}{N \tau^2}")
def test_l2_prior(rng):
    """가우스 분포의 조건부 평균이 목적 함수를 최소로 만드는 λ와 비교한다."""
    (X, y), N, (sigma, tau) = regression(rng), 12, rng.uniform(0.5, 2, size=2)

    def formula():
        return 2 * sigma**2 / (N * tau**2)

    w = tau**2 * X.T @ np.linalg.solve(tau**2 * X @ X.T + sigma**2 * np.eye(N), y)
    loss = losses.MSE()
    loss.forward(X @ w, y)
    return formula, -(w @ X.T @ loss.backward()) / (w @ w)


@equation("eq-weight-decay", r"w - \eta (g + \lambda w) = (1 - \eta\lambda)\, w - \eta g")
def test_weight_decay(rng):
    """라이브러리의 L2와 SGD로 한 스텝 갱신한 가중치와 비교한다."""
    w, g, eta, lam = rng.normal(size=4), rng.normal(size=4), *rng.uniform(0.1, 1, size=2)

    def formula():
        return w - eta * (g + lam * w), (1 - eta * lam) * w - eta * g

    parameter = Parameter(w, name="w")
    parameter.grad[...] = g
    L2(lam).add_gradient([parameter])
    SGD([parameter], lr=eta).step()
    return formula, parameter.value


@equation(
    "eq-l2-batches",
    r"\sum_{m=1}^{M} \left( \frac{\partial \ell_m}{\partial w} + \lambda w \right) = "
    r"\frac{\partial}{\partial w} \left( \sum_{m=1}^{M} \ell_m + \frac{M}{2} \lambda "
    r"\lVert w \rVert^2 \right)",
    **SLOPE,
)
def test_l2_batches(rng):
    """미니배치마다 라이브러리의 L2로 더해 쌓은 기울기와 비교한다. 손실은 샘플의 합이다."""
    w, lam, M = rng.normal(size=3), rng.uniform(0.5, 2), 4
    batches = [regression(rng, N=3) for _ in range(M)]

    def ell(m, w):
        X, y = batches[m]
        return sum((X @ w - y) ** 2)

    def slope(f):
        return numerical_gradient(f, w)

    def formula():
        left = sum(slope(lambda w, m=m: ell(m, w)) + lam * w for m in range(M))
        right = slope(lambda w: sum(ell(m, w) for m in range(M)) + M / 2 * lam * norm(w) ** 2)
        return left, right

    parameter = Parameter(w, name="w")
    for X, y in batches:
        parameter.grad += 2 * X.T @ (X @ w - y)
        L2(lam).add_gradient([parameter])
    return formula, parameter.grad


# L1 규제 ----------------------------------------------------------------------------------


# 삼분법은 함숫값의 반올림 때문에 최솟값의 위치를 여덟 자리쯤 찾는다
SEARCH = {"rtol": 1e-6, "atol": 1e-6}


def both_sides(rng, threshold, n=8):
    """크기가 임곗값을 넘는 수와 넘지 않는 수, 부호가 다른 수를 섞는다."""
    return threshold * rng.uniform(0.2, 0.8, size=n) * np.resize([1, 4, -1, -4], n)


@equation("eq-l1-objective", r"J(w) = L(w) + \lambda \sum_{j} |w_j|")
def test_l1_objective(rng):
    """오차 제곱의 평균에 라이브러리의 L1 규제 항을 더한 값과 비교한다."""
    (X, y), w, lam = regression(rng), rng.normal(size=3), rng.uniform(0.1, 1)
    L = losses.mse(X @ w, y)

    def formula():
        return L + lam * sum(abs(w[j]) for j in range(3))

    return formula, np.mean((y - X @ w) ** 2) + L1(lam).value([Parameter(w, name="w")])


@equation(
    "eq-soft-threshold",
    r"S_\tau(a) = \underset{u}{\mathrm{argmin}} \left\{ \tfrac12 (u - a)^2 + \tau |u| "
    r"\right\} = \mathrm{sign}(a)\, \max(|a| - \tau,\ 0)",
    **SEARCH,
)
def test_soft_threshold(rng):
    """라이브러리의 soft_threshold와 비교한다. argmin은 삼분법으로 찾는다."""
    tau = rng.uniform(0.5, 2)
    a = both_sides(rng, tau)

    def formula():
        argmin = [bottom(lambda u, a=a_i: 1 / 2 * (u - a) ** 2 + tau * abs(u)) for a_i in a]
        return argmin, np.sign(a) * np.maximum(np.abs(a) - tau, 0)

    return formula, soft_threshold(a, tau)


@equation(
    "eq-proximal-step",
    r"w \leftarrow S_{\eta\lambda}\!\left( w - \eta \frac{\partial L}{\partial w} \right)",
    **SEARCH,
)
def test_proximal_step(rng):
    """(u − a)²/2η + λ|u|를 가장 작게 하는 u를 삼분법으로 찾아 비교한다. a는 w − η ∂L/∂w이다."""
    eta, lam, dL_dw = rng.uniform(0.2, 0.8), rng.uniform(1, 2), rng.normal(size=8)
    arrived = both_sides(rng, eta * lam)
    w = arrived + eta * dL_dw

    def formula():
        return soft_threshold(w - eta * dL_dw, eta * lam)

    return formula, [
        bottom(lambda u, a=a: (u - a) ** 2 / (2 * eta) + lam * abs(u)) for a in arrived
    ]


@equation(
    "eq-l1-optimality",
    r"\left|\frac{\partial L}{\partial w_j}\right| \le \lambda \ \ (w_j = 0), \qquad "
    r"\frac{\partial L}{\partial w_j} = -\lambda\, \mathrm{sign}(w_j) \ \ (w_j \ne 0)",
    rtol=1e-6,
    atol=1e-6,
    equivalent=("-lam / np.sign(w[j])",),  # 0이 아닌 가중치의 부호는 ±1이다
)  # 좌표마다 내려간 최솟값의 오차
def test_l1_optimality(rng):
    """좌표마다 삼분법으로 찾은 최솟값에서 손실을 수치 미분한 기울기와 비교한다."""
    X = np.linalg.qr(rng.normal(size=(12, 5)))[0] + 0.05 * rng.normal(size=(12, 5))
    true = np.array([2.0, -2.0, 0.0, 0.0, 3.0])
    y, lam = X @ true + 0.05 * rng.normal(size=12), rng.uniform(0.3, 0.8)

    def L(w):
        return float(np.sum((X @ w - y) ** 2)) / 2

    w = np.zeros(5)
    for _ in range(6):
        for j, column in enumerate(X.T):
            rest = y - X @ w + column * w[j]  # w[j]를 뺀 나머지가 남긴 오차
            w[j] = bottom(
                lambda u, x=column, r=rest: np.vdot(r - x * u, r - x * u) / 2 + lam * abs(u)
            )
    w[np.abs(w) < 1e-6] = 0
    slope = numerical_gradient(L, w)
    zero, others = np.flatnonzero(w == 0), np.flatnonzero(w)
    # 0인 자리의 부등식은 0이 아닌 자리에서도 등호로 성립해, 첨자가 어긋나도 참이다. 그래서 먼저 고른다
    slope_at_zero = slope[zero]

    def formula():
        return np.abs(slope_at_zero) <= lam, [-lam * np.sign(w[j]) for j in others]

    return formula, (np.ones(len(zero), dtype=bool), slope[others])


@equation(
    "eq-elastic-net",
    r"\underset{u}{\mathrm{argmin}} \left\{ \tfrac12 (u - a)^2 + \lambda_1 |u| + \tfrac12 "
    r"\lambda_2 u^2 \right\} = \frac{S_{\lambda_1}(a)}{1 + \lambda_2}",
    **SEARCH,
)
def test_elastic_net(rng):
    """라이브러리로 근접 경사 하강법을 반복해 멈춘 값과 비교한다. argmin은 삼분법으로 찾는다."""
    lam1, lam2 = rng.uniform(0.5, 2, size=2)
    a = both_sides(rng, lam1)

    def formula():
        argmin = [
            bottom(lambda u, a=a_i: 1 / 2 * (u - a) ** 2 + lam1 * abs(u) + 1 / 2 * lam2 * u**2)
            for a_i in a
        ]
        return argmin, soft_threshold(a, lam1) / (1 + lam2)

    w, eta = Parameter(np.zeros(8), name="w"), 0.3
    for _ in range(60):
        w.grad[...] = w.value - a
        L2(lam2).add_gradient([w])
        w.value[...] = soft_threshold(w.value - eta * w.grad, eta * lam1)
    return formula, w.value


# 드롭아웃과 잡음 --------------------------------------------------------------------------


def all_masks(n):
    """켜짐 1, 꺼짐 0의 모든 조합 (2ⁿ, n)."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)


def mask_weights(masks, p):
    """마스크마다 뽑힐 확률. 켜짐은 1 - p, 꺼짐은 p이다."""
    kept = masks.sum(axis=1)
    return (1 - p) ** kept * p ** (masks.shape[1] - kept)


@equation(
    "eq-dropout",
    r"\tilde{h}_j = \frac{m_j}{1 - p}\, h_j, \qquad \frac{\partial L}{\partial h_j} = "
    r"\frac{m_j}{1 - p}\, \frac{\partial L}{\partial \tilde{h}_j}",
)
def test_dropout(rng):
    """라이브러리의 드롭아웃 층이 순전파와 역전파에서 낸 값과 비교한다."""
    p, D, layer_seed = rng.uniform(0.2, 0.6), 24, int(rng.integers(100))
    h, g = rng.normal(size=D), rng.normal(size=D)
    layer = Dropout(p, rng=layer_seed)
    forward = layer.forward(h[np.newaxis], training=True)[0]
    m = (forward != 0).astype(float)  # 꺼진 자리의 값은 정확히 0이다

    def formula():
        h_tilde = [m[j] / (1 - p) * h[j] for j in range(D)]
        return h_tilde, [m[j] / (1 - p) * g[j] for j in range(D)]

    return formula, (forward, layer.backward(g[np.newaxis])[0])


@equation(
    "eq-dropout-moments",
    r"\mathrm{E}[\tilde{h}_j] = h_j, \qquad \mathrm{Var}[\tilde{h}_j] = \frac{p}{1 - p}\, "
    r"h_j^2",
)
def test_dropout_moments(rng):
    """모든 마스크를 나열해 확률로 가중한 평균, 분산과 비교한다."""
    p, h = rng.uniform(0.2, 0.6), rng.normal(size=5)
    masks = all_masks(5)
    weights, dropped = mask_weights(masks, p), masks * h / (1 - p)
    mean = weights @ dropped
    variance = weights @ (dropped - mean) ** 2

    def formula():
        return h, [p / (1 - p) * h[j] ** 2 for j in range(5)]

    return formula, (mean, variance)


@equation(
    "eq-dropout-ridge",
    r"\mathrm{E}\, \lVert y - \tilde{X} w \rVert^2 = \lVert y - X w \rVert^2 + \frac{p}{1 "
    r"- p} \sum_j w_j^2\, \lVert x_j \rVert^2",
)
def test_dropout_ridge(rng):
    """행마다 모든 마스크를 나열해 구한 제곱 오차의 기댓값과 비교한다."""
    p = rng.uniform(0.2, 0.6)
    X, w, y = rng.normal(size=(6, 4)), rng.normal(size=4), rng.normal(size=6)
    masks = all_masks(4)
    weights = mask_weights(masks, p)
    expected = sum(
        weights @ (y_i - (masks * x_i / (1 - p)) @ w) ** 2 for x_i, y_i in zip(X, y, strict=True)
    )

    def formula():
        added = sum(w[j] ** 2 * norm(X[:, j]) ** 2 for j in range(4))
        return norm(y - X @ w) ** 2 + p / (1 - p) * added

    return formula, expected


@equation(
    "eq-input-noise",
    r"\frac{1}{N}\, \mathrm{E}\, \lVert y - (X + R) w \rVert^2 = \frac{1}{N} \lVert y - X "
    r"w \rVert^2 + \sigma^2 \lVert w \rVert^2",
)
def test_input_noise(rng):
    """행마다 ±σ 잡음을 모두 나열해 구한 평균 제곱 오차와 비교한다.

    기댓값에는 잡음의 1차와 2차 적률만 쓰이므로 정규 분포 대신 ±σ여도 된다.
    """
    sigma = rng.uniform(0.3, 1.5)
    X, w, y = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5)
    noise = sigma * (2 * all_masks(3) - 1)
    N = len(y)
    expected = [np.mean((y_i - (x_i + noise) @ w) ** 2) for x_i, y_i in zip(X, y, strict=True)]

    def formula():
        return 1 / N * norm(y - X @ w) ** 2 + sigma**2 * norm(w) ** 2

    return formula, np.mean(expected)


# 조기 종료 --------------------------------------------------------------------------------


@equation(
    "eq-patience",
    r"E = \min \left\{ e : e - b_e = P \right\}, \qquad b_e = \min \left\{ s : v_s = "
    r"\min(v_1, \dots, v_e) \right\}",
)
def test_patience(rng):
    """라이브러리의 EarlyStopping이 멈춘 에포크, 되돌린 에포크와 비교한다.

    검증 손실은 0.1 단위의 무작위 수라서 같은 값도 나온다.
    """
    P, losses_seen = int(rng.integers(2, 5)), np.round(rng.uniform(0, 1, size=60), 1)
    v = dict(enumerate(losses_seen.tolist(), 1))  # v[1]이 첫 에포크의 손실이다
    epoch = np.zeros(1)  # 되돌린 값이 곧 가장 좋았던 에포크의 번호가 되게 한다
    stopper = EarlyStopping([epoch], patience=P)
    for stopped, loss in v.items():
        epoch[0] = stopped
        if stopper.should_stop(loss):
            break
    stopper.restore()

    def formula():
        def b(e):
            least = min(v[s] for s in v if s <= e)
            return min(s for s in v if s <= e and v[s] == least)

        E = min(e for e in v if e - b(e) == P)
        return E, b(E)

    return formula, (stopped, int(epoch[0]))


@equation(
    "eq-early-stopping-shrink",
    r"v_i \cdot w_T = \left( 1 - (1 - \eta h_i)^T \right) v_i \cdot w^*",
)
def test_early_stopping_shrink(rng):
    """0에서 출발한 경사 하강법을 T스텝 실행한 가중치와 방향마다 비교한다."""
    X, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    H, eta, T = 2 / 20 * X.T @ X, 0.1, int(rng.integers(3, 30))
    h, directions = np.linalg.eigh(H)
    v = directions.T
    w_star = np.linalg.lstsq(X, y)[0]
    w = np.zeros(4)
    for _ in range(T):
        w = w - eta * 2 / 20 * X.T @ (X @ w - y)

    def formula():
        return [(1 - (1 - eta * h[i]) ** T) * (v[i] @ w_star) for i in range(4)]

    return formula, v @ w


@equation(
    "eq-early-stopping-ridge",
    r"0 \le \left( 1 - e^{-x} \right) - \frac{x}{1 + x} \le 0.204 \qquad (x \ge 0)",
)
def test_early_stopping_ridge(rng):
    """여러 x에서 두 비율의 차이를 0, 0.204와 비교한다.

    등호가 성립하는 x = 0과 차이가 가장 큰 x ≈ 2.5 근처를 늘 넣는다.
    """
    x = np.concatenate([[0], rng.exponential(3, size=199), rng.uniform(2.4, 2.6, size=20)])

    def formula():
        gap = (1 - np.exp(-x)) - x / (1 + x)
        return (gap >= 0) & (gap <= 0.204)

    return formula, np.ones(220, dtype=bool)


@equation(
    "eq-minimum-norm",
    r"\lim_{T \to \infty} w_T = X^\top (X X^\top)^{-1} y = \operatorname*{arg\,min}_{Xw = "
    r"y} \lVert w \rVert",
    rtol=1e-6,
    atol=1e-8,
)  # 유한한 스텝에서 멈춘 극한
def test_minimum_norm(rng):
    """0에서 출발한 경사 하강법의 가중치, 해 하나를 옮겨 노름을 최소화한 가중치와 비교한다."""
    X = np.linalg.qr(rng.normal(size=(12, 4)))[0].T + 0.05 * rng.normal(size=(4, 12))
    y = rng.normal(size=4)
    w = np.zeros(12)
    for _ in range(200):
        w = w - 0.4 * X.T @ (X @ w - y)

    def formula():
        solution = X.T @ np.linalg.inv(X @ X.T) @ y
        return solution, solution

    some = np.append(np.linalg.solve(X[:, :4], y), np.zeros(8))
    free = np.linalg.svd(X)[2][4:].T  # 예측을 바꾸지 않는 방향. 옮겨도 정답을 모두 맞힌다
    return formula, (w, some - free @ np.linalg.lstsq(free, some)[0])


# MNIST를 200번 ----------------------------------------------------------------------------


@equation(
    "eq-mnist-mlp-convert",
    r"\eta = N K\, \eta_{\text{합}}, \qquad \lambda = \frac{\lambda_{\text{합}}}{N K}",
    rtol=1e-6,
    atol=1e-8,
)
def test_mnist_mlp_convert(rng):
    """합으로 적은 손실을 수치 미분해 한 스텝 갱신한 가중치와 비교한다.

    식의 η와 λ는 라이브러리의 손실과 규제 항에 넣어 한 스텝 갱신한다.
    """
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


@equation(
    "eq-mnist-mlp-effective",
    r"\sum_{b=1}^{B} \left( L_b + \frac{\lambda_{\text{합}}}{2} \lVert W \rVert^2 \right) "
    r"= \sum_{b=1}^{B} L_b + \frac{B\,\lambda_{\text{합}}}{2} \lVert W \rVert^2",
    rtol=1e-6,
    atol=1e-8,
)
def test_mnist_mlp_effective(rng):
    """미니배치마다 라이브러리의 L2로 더해 쌓은 목적 함수의 값, 기울기와 비교한다."""
    B, lam = int(rng.integers(3, 9)), rng.uniform(0.1, 1)
    x, W = rng.normal(size=(B, 5, 4)), rng.normal(size=4)  # 미니배치 B개

    def L(b, W):
        return np.log(np.cosh(x[b] @ W)).sum()

    def formula():
        def left(W):
            return sum(L(b, W) + lam / 2 * norm(W) ** 2 for b in range(B))

        def right(W):
            return sum(L(b, W) for b in range(B)) + B * lam / 2 * norm(W) ** 2

        return left(W), right(W), numerical_gradient(left, W), numerical_gradient(right, W)

    parameter, cost = Parameter(W, name="W"), 0.0
    for b in range(B):
        cost += L(b, W) + L2(lam).value([parameter])
        parameter.grad += x[b].T @ np.tanh(x[b] @ W)
        L2(lam).add_gradient([parameter])
    return formula, (cost, cost, parameter.grad, parameter.grad)
