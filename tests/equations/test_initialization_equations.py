"""‘초기화’ 장의 식."""

import itertools
import math
from itertools import pairwise

import numpy as np
import pytest
from registry import equation

from deepnote_lib import activations, initializers
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.initializers import orthogonal
from deepnote_lib.inspection import inspect_network
from deepnote_lib.layers import Affine, ReLU, Residual, Tanh
from deepnote_lib.losses import SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.normalization import BatchNorm
from deepnote_lib.optimizers import SGD, clip_gradients
from deepnote_lib.parameter import Parameter
from deepnote_lib.training import Trainer

pytestmark = pytest.mark.initialization
SLOPE = {"rtol": 1e-6, "atol": 1e-8}  # 수치 미분은 일곱 자리쯤 맞는다


def bell(t):
    """표준 정규 분포의 밀도."""
    return np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)


GRID = np.linspace(-9, 9, 20001)  # 0을 사이에 두고 대칭이다
WEIGHT = bell(GRID) * (GRID[1] - GRID[0])  # 점마다의 확률


def gaussian_mean(values):
    """GRID에서 잰 값의 표준 정규 기댓값."""
    return values @ WEIGHT


def signs(*shape):
    """원소가 ±1인 배열 모두. 평균 0, 분산 1인 독립 원소가 고르게 나오는 모든 경우이다."""
    every = itertools.product([-1.0, 1.0], repeat=math.prod(shape))
    return np.array(list(every)).reshape(-1, *shape)


# 대칭 깨기 ----------------------------------------------------------------------------------------


D, H, N = 4, 3, 6


def network(params):
    """W₁, b₁, W₂, b₂를 넣은 tanh 두 층 신경망."""
    model = mlp(D, H, params[2].shape[1], activation=Tanh, rng=0, dtype=np.float64)
    for p, value in zip(model.parameters(), params, strict=True):
        p.value[...] = value
    return model


def library_gradients(params, loss, x, y):
    """라이브러리의 역전파로 구한 네 기울기와 출력층이 돌려보낸 기울기."""
    model = network(params)
    loss.forward(model.forward(x, training=True), y)
    dout = loss.backward()
    model.backward(dout)
    return [p.grad.copy() for p in model.parameters()], dout


def random_params(rng, K):
    return [rng.normal(size=s) for s in ((D, H), H, (H, K), K)]


@equation(
    "eq-symmetry-gradient",
    r"\begin{gathered} \frac{\partial L}{\partial w_j} = \sum_n (g_n \cdot a_j)\, "
    r"\varphi'(z_{nj})\, x_n \\ \frac{\partial L}{\partial b_j} = \sum_n (g_n \cdot "
    r"a_j)\, \varphi'(z_{nj}), \qquad \frac{\partial L}{\partial a_j} = \sum_n h_{nj}\, "
    r"g_n \end{gathered}",
)
def test_symmetry_gradient(rng):
    """샘플과 뉴런을 하나씩 돌며 더한 것을 라이브러리의 역전파와 견준다."""
    params, x, y = random_params(rng, 3), rng.normal(size=(N, D)), rng.integers(0, 3, N)
    (W1, b1, W2, _), (others, g) = params, library_gradients(params, SoftmaxCrossEntropy(), x, y)
    dphi, phi = activations.tanh_derivative, activations.tanh

    def formula():
        z = [[x[n] @ W1[:, j] + b1[j] for j in range(H)] for n in range(N)]
        a = W2
        dw = [sum((g[n] @ a[j]) * dphi(z[n][j]) * x[n] for n in range(N)) for j in range(H)]
        db = [sum((g[n] @ a[j]) * dphi(z[n][j]) for n in range(N)) for j in range(H)]
        da = [sum(phi(z[n][j]) * g[n] for n in range(N)) for j in range(H)]
        return np.array(dw), np.array(db), np.array(da)

    return formula, (others[0].T, others[1], others[2])


@equation("eq-symmetry-equivariance", r"\nabla L(\pi \theta) = \pi\, \nabla L(\theta)")
def test_symmetry_equivariance(rng):
    """자리를 바꾼 신경망의 기울기를 라이브러리로 따로 구해 견준다."""
    params, x, y = random_params(rng, 3), rng.normal(size=(N, D)), rng.integers(0, 3, N)
    order = np.array([2, 0, 1])

    def moved(values):
        W1, b1, W2, b2 = values
        return [W1[:, order], b1[order], W2[order], b2]

    loss = SoftmaxCrossEntropy()
    swapped = library_gradients(moved(params), loss, x, y)[0]

    def formula():
        grads = library_gradients(params, loss, x, y)[0]
        return np.concatenate([g.ravel() for g in moved(grads)])

    return formula, np.concatenate([g.ravel() for g in swapped])


@equation(
    "eq-symmetry-one-neuron",
    r"\sum_j \varphi(x_n \cdot w + b)\, a_j + b_2 = \varphi(x_n \cdot w + b) \Bigl( "
    r"\sum_j a_j \Bigr) + b_2",
)
def test_symmetry_one_neuron(rng):
    """들어오는 쪽만 같은 뉴런 셋의 출력을 라이브러리로 구해 뉴런 하나와 견준다."""
    w, b, a, b2 = rng.normal(size=D), rng.normal(), rng.normal(size=(H, 2)), rng.normal(size=2)
    x = rng.normal(size=(N, D))
    many = network([np.tile(w[:, np.newaxis], H), np.full(H, b), a, b2]).forward(x)
    phi = activations.tanh

    def formula():
        return (
            sum(phi(x @ w + b)[:, np.newaxis] * a[j] for j in range(H)) + b2,
            phi(x @ w + b)[:, np.newaxis] * a.sum(axis=0) + b2,
        )

    return formula, many


@equation(
    "eq-symmetry-difference",
    r"\delta \leftarrow (I - \eta\, C)\, \delta, \qquad C = \sum_n g_n \begin{pmatrix} "
    r"a\, \varphi''(z_n)\, \tilde{x}_n \tilde{x}_n^\top & \varphi'(z_n)\, \tilde{x}_n \\ "
    r"\varphi'(z_n)\, \tilde{x}_n^\top & 0 \end{pmatrix}",
    rtol=1e-5, atol=1e-8,
)
def test_symmetry_difference(rng):
    """같은 뉴런 셋의 하나만 조금 밀어 라이브러리로 한 스텝 가고, 두 뉴런의 차이를 수치 미분한다."""
    w, b, a, b2 = rng.normal(size=D), rng.normal(), rng.normal(), rng.normal()
    x, y, eta = rng.normal(size=(N, D)), rng.integers(0, 2, N), 0.3
    delta = rng.normal(size=D + 2)
    base = [np.tile(w[:, np.newaxis], H), np.full(H, b), np.full((H, 1), a), np.array([b2])]
    tilde, identity = np.column_stack([x, np.ones(N)]), np.eye(D + 2)
    g = library_gradients(base, SigmoidBCE(), x, y)[1][:, 0]
    z = tilde @ np.append(w, b)
    d1 = activations.tanh_derivative(z)
    d2 = numerical_gradient(lambda v: activations.tanh_derivative(v).sum(), z)

    def after(size):
        W1, b1, W2, b2_ = (p.copy() for p in base)
        W1[:, 0] += size * delta[:D]
        b1[0] += size * delta[D]
        W2[0, 0] += size * delta[D + 1]
        params = [W1, b1, W2, b2_]
        grads = library_gradients(params, SigmoidBCE(), x, y)[0]
        W1, b1, W2, _ = (p - eta * dp for p, dp in zip(params, grads, strict=True))
        columns = np.vstack([W1, b1, W2.T])
        return columns[:, 0] - columns[:, 1]

    def formula():
        C = sum(
            g[n]
            * np.block(
                [
                    [a * d2[n] * np.outer(tilde[n], tilde[n]), d1[n] * tilde[n][:, np.newaxis]],
                    [d1[n] * tilde[n], np.zeros(1)],
                ]
            )
            for n in range(N)
        )
        return (identity - eta * C) @ delta

    step = 1e-5
    return formula, (after(step) - after(-step)) / (2 * step)


# 분산의 전파와 Xavier·He --------------------------------------------------------------------------


@equation("eq-variance-forward", r"\mathrm{Var}(z) = n_{\text{in}}\, \sigma_w^2\, \mathrm{E}[x^2]")
def test_variance_forward(rng):
    """가중치 ±σ의 모든 경우를 늘어놓는다. 입력은 서로 얽혀 있고 평균도 0이 아니다."""
    n_in, sigma = int(rng.integers(3, 9)), rng.uniform(0.5, 2)
    x = rng.normal(1, 0.5, size=(7, 1)) * rng.uniform(0.5, 2, size=n_in) + rng.normal(size=(7, 1))
    z = x @ (sigma * signs(n_in)).T

    def formula():
        return n_in * sigma**2 * np.mean(x**2)

    return formula, z.var()


@equation(
    "eq-variance-backward",
    r"\mathrm{E}\!\left[\left(\frac{\partial L}{\partial h}\right)^{2}\right] \approx "
    r"n_{\text{out}}\, \sigma_w^2\, \mathrm{E}[g^2]",
)
def test_variance_backward(rng):
    """W가 ±σ인 모든 경우에 뒤에서 온 기울기를 전치로 거꾸로 보낸다."""
    n_out, sigma = int(rng.integers(2, 5)), rng.uniform(0.5, 2)
    g = rng.normal(0.5, 1, size=(6, n_out))
    dh = [g @ (sigma * w.reshape(2, n_out)).T for w in signs(2 * n_out)]

    def formula():
        return n_out * sigma**2 * np.mean(g**2)

    return formula, np.mean(np.square(dh))


@equation("eq-xavier", r"\sigma_w^2 = \frac{2}{n_{\text{in}} + n_{\text{out}}}")
def test_xavier(rng):
    """라이브러리가 같은 난수에 곱한 배율을 나눗셈으로 되찾는다."""
    n_in, n_out = (int(n) for n in rng.integers(2, 60, size=2))
    drawn = initializers.xavier_normal((n_in, n_out), rng=3)
    scale = drawn / np.random.default_rng(3).standard_normal((n_in, n_out))

    def formula():
        return 2 / (n_in + n_out)

    return formula, np.mean(scale) ** 2


@equation("eq-relu-half", r"\mathrm{E}[\mathrm{ReLU}(z)^2] = \frac{\sigma^2}{2}")
def test_relu_half(rng):
    """대칭인 분포는 모양과 상관없다: z와 −z를 짝지은 아무 표본."""
    half = rng.gamma(0.7, 2, size=50)
    z = np.concatenate([half, -half])
    sigma = z.std()

    def formula():
        return sigma**2 / 2

    return formula, np.mean(activations.relu(z) ** 2)


@equation("eq-he", r"\sigma_w^2 = \frac{2}{n_{\text{in}}}")
def test_he(rng):
    """ReLU가 남기는 몫을 수치 적분으로 재어, 2차 적률을 그대로 두는 분산을 푼다."""
    n_in = int(rng.integers(2, 900))
    z, p = GRID, WEIGHT
    kept = p @ activations.relu(z) ** 2  # σ² = 1일 때 남는 2차 적률

    def formula():
        return 2 / n_in

    return formula, 1 / (n_in * kept)


@equation("eq-uniform-limit", r"a = \sqrt{3\, \sigma_w^2}", rtol=1e-6)
def test_uniform_limit(rng):
    """구간을 잘게 나누어 잰 분산에서 σ²를 얻는다."""
    end = rng.uniform(0.1, 3)
    grid = (np.arange(-5000, 5000) + 0.5) / 5000 * end
    sigma = grid.std()

    def formula():
        return np.sqrt(3 * sigma**2)

    return formula, end


@equation("eq-log-spread", r"\mathrm{Var}(\log q_L) \approx \frac{5L}{n}", rtol=2e-3)
def test_log_spread(rng):
    """한 층의 상대 분산을 수치 적분으로 구해 L번 곱하고, 로그 정규 분포의 분산으로 바꾼다."""
    n, L = int(rng.integers(20_000, 40_000)), int(rng.integers(2, 12))
    z, p = GRID, WEIGHT
    energy = 2 * activations.relu(z) ** 2  # He: 평균이 1
    layer = (p @ energy**2 - (p @ energy) ** 2) / n

    def formula():
        return 5 * L / n

    return formula, np.log((1 + layer) ** L)


# 50층을 지나면 ------------------------------------------------------------------------------------


@equation(
    "eq-fifty-layers-forward",
    r"q_L = q_0 \prod_{\ell=1}^{L} \tfrac{1}{2}\, n_{\ell-1}\, \sigma_\ell^2",
)
def test_fifty_layers_forward(rng):
    """두 층의 모든 ±σ 행렬을 늘어놓아 마지막 활성값의 제곱을 평균한다."""
    x, sigma, widths = rng.normal(size=3), rng.uniform(0.5, 2, size=2), (3, 2, 2)
    total, count = 0.0, 0
    for W1 in signs(3, 2):
        h = activations.relu(x @ (sigma[0] * W1))
        for W2 in signs(2, 2):
            total += np.mean(activations.relu(h @ (sigma[1] * W2)) ** 2)
            count += 1
    q0 = np.mean(x**2)

    def formula():
        return q0 * np.prod([1 / 2 * n * s**2 for n, s in zip(widths, sigma, strict=False)])

    return formula, total / count


@equation(
    "eq-fifty-layers-ratio",
    r"\mathrm{E}[r_\ell] = 1, \qquad \mathrm{Var}[r_\ell] = \frac{5}{n}",
    rtol=1e-6,
)
def test_fifty_layers_ratio(rng):
    """한 항 2·relu(ε)²의 적률을 촘촘한 합으로 적분하고, 독립인 n개의 평균으로 바꾼다."""
    n = int(rng.integers(2, 1000))
    t = np.linspace(-12, 12, 240_001)
    weight = bell(t) * (t[1] - t[0])
    term = 2 * activations.relu(t) ** 2
    mean = weight @ term
    variance = weight @ (term - mean) ** 2 / n

    def formula():
        return 1, 5 / n

    return formula, (mean, variance)


@equation(
    "eq-fifty-layers-jacobian",
    r"g_1 = g_L\, (W_L^\top D_{L-1})\, (W_{L-1}^\top D_{L-2}) \cdots (W_2^\top D_1)",
)
def test_fifty_layers_jacobian(rng):
    """라이브러리의 역전파에서, 첫 아핀 층이 받은 기울기는 편향의 기울기와 같다."""
    widths = (4, 5, 3, 6)
    model = mlp(*widths, activation=Tanh, rng=rng, dtype=np.float64)
    x, g = rng.normal(size=(1, 4)), rng.normal(size=(1, 6))
    zs = [a[0] for name, a in model.trace(x) if name == "Affine"]
    Ws = [layer.W.value for layer in model.layers if isinstance(layer, Affine)]
    model.forward(x, training=True)
    model.backward(g)

    def formula():
        D1, D2 = (np.diag(1 - np.tanh(z) ** 2) for z in zs[:2])
        return g[0] @ (Ws[2].T @ D2) @ (Ws[1].T @ D1)

    return formula, model.parameters()[1].grad


@equation(
    "eq-fifty-layers-backward",
    r"\mathrm{E}[g_{\ell-1}^2] \approx n_\ell\, \sigma_\ell^2\; "
    r"\mathrm{E}[\varphi'(z_{\ell-1})^2]\; \mathrm{E}[g_\ell^2]",
)
def test_fifty_layers_backward(rng):
    """g와 z를 고정하고 ±σ 행렬을 모두 늘어놓아, 한 층을 거슬러 오른 기울기를 평균한다."""
    z, g, sigma = rng.normal(size=2), rng.normal(size=3), rng.uniform(0.5, 2)
    slope = activations.tanh_derivative(z)
    squares = [np.mean((g @ (sigma * W).T * slope) ** 2) for W in signs(2, 3)]

    def formula():
        return 3 * sigma**2 * np.mean(slope**2) * np.mean(g**2)

    return formula, np.mean(squares)


@equation(
    "eq-fifty-layers-saturation",
    r"\mathrm{E}[\tanh'(z)^2] \approx \frac{4}{3 \sqrt{2\pi}\, s}",
    rtol=2e-3,
)
def test_fifty_layers_saturation(rng):
    """z의 정규 분포 위에서 도함수의 제곱을 촘촘한 합으로 적분한다. s가 클 때의 어림이다."""
    s = rng.uniform(30, 60)
    z = np.linspace(-60, 60, 240_001)
    slope = activations.tanh_derivative(z)
    integral = np.sum(slope**2 * bell(z / s) / s) * (z[1] - z[0])

    def formula():
        return 4 / (3 * np.sqrt(2 * np.pi) * s)

    return formula, integral


@equation(
    "eq-fifty-layers-clip",
    r"\tilde{g} = g \cdot \min\!\left(1, \frac{c}{\lVert g \rVert}\right)",
)
def test_fifty_layers_clip(rng):
    """라이브러리의 clip_gradients에 둘로 나눈 기울기를 넣는다. 긴 것과 짧은 것을 함께 본다."""
    g = rng.normal(size=7)
    limits = np.linalg.norm(g) * np.array([0.3, 2.0])
    clipped = []
    for c in limits:
        first, second = Parameter(np.zeros(3), name="W"), Parameter(np.zeros(4), name="b")
        first.grad[...], second.grad[...] = g[:3], g[3:]
        clip_gradients([first, second], c)
        clipped.append(np.concatenate([first.grad, second.grad]))

    def formula():
        return np.array([g * min(1, c / np.linalg.norm(g)) for c in limits])

    return formula, clipped


# 배치 정규화 --------------------------------------------------------------------------------------


def library(x, gamma, beta, eps):
    """열 하나를 라이브러리의 배치 정규화에 훈련 방식으로 지나게 한다."""
    layer = BatchNorm(1, eps=eps, dtype=np.float64)
    layer.gamma.value[:], layer.beta.value[:] = gamma, beta
    return layer.forward(x[:, np.newaxis], training=True)[:, 0]


def slope(x, gamma, eps, weight):
    """손실이 출력의 가중합일 때, x로 미분한 값을 수치로 구한다."""
    return numerical_gradient(lambda v: float(weight @ library(v, gamma, 0.0, eps)), x.copy())


def standardized(x, eps):
    """엑스 햇과 s."""
    s = np.sqrt(np.var(x) + eps)
    return (x - np.mean(x)) / s, s


def two_layers(X, W, weight):
    """ε이 없다시피 한 배치 정규화와 tanh를 지난 출력의 가중합."""
    layer = BatchNorm(W.shape[1], eps=1e-14, dtype=np.float64)
    return float((weight * np.tanh(layer.forward(X @ W, training=True))).sum())


@equation(
    "eq-batch-norm",
    r"\begin{gathered} \mu = \frac{1}{N} \sum_{i=1}^{N} x_i, \qquad \sigma^2 = "
    r"\frac{1}{N} \sum_{i=1}^{N} (x_i - \mu)^2 \\ \hat{x}_i = \frac{x_i - "
    r"\mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad \mathrm{out}_i = \gamma\, \hat{x}_i + "
    r"\beta \end{gathered}",
)
def test_batch_norm(rng):
    """NumPy의 평균과 분산, 라이브러리의 출력과 견준다. ε은 눈에 띄게 크게 둔다."""
    N, x, eps = 7, rng.normal(3, 2, size=7), rng.uniform(0.5, 1)
    gamma, beta = rng.normal(), rng.normal()

    def formula():
        mu = 1 / N * sum(x)
        sigma2 = 1 / N * sum((x - mu) ** 2)
        x_hat = (x - mu) / np.sqrt(sigma2 + eps)
        return mu, sigma2, x_hat, gamma * x_hat + beta

    others = x.mean(), x.var(), library(x, 1.0, 0.0, eps), library(x, gamma, beta, eps)
    return formula, others


@equation(
    "eq-batch-norm-backward",
    r"\frac{\partial L}{\partial x_i} = \frac{1}{s} \Bigl( d_i - \frac{1}{N} "
    r"\sum_{k=1}^{N} d_k - \hat{x}_i\, \frac{1}{N} \sum_{k=1}^{N} d_k\, \hat{x}_k \Bigr)",
    **SLOPE,
)
def test_batch_norm_backward(rng):
    """라이브러리의 순전파를 수치 미분한 것과 견준다."""
    N, x, eps, gamma = 6, rng.normal(1, 2, size=6), rng.uniform(0.1, 0.5), rng.uniform(1, 2)
    weight = rng.normal(size=6)
    d, (x_hat, s) = gamma * weight, standardized(x, eps)

    def formula():
        return 1 / s * (d - 1 / N * sum(d) - x_hat * 1 / N * sum(d * x_hat))

    return formula, slope(x, gamma, eps, weight)


@equation(
    "eq-batch-norm-orthogonal",
    r"\sum_{i=1}^{N} \frac{\partial L}{\partial x_i} = 0, \qquad \sum_{i=1}^{N} "
    r"\hat{x}_i\, \frac{\partial L}{\partial x_i} = \frac{\varepsilon}{s^3} "
    r"\sum_{i=1}^{N} d_i\, \hat{x}_i",
    **SLOPE,
)
def test_batch_norm_orthogonal(rng):
    """수치 미분한 기울기로 견준다. 합이 0이라는 등식은 첫 항을 오른쪽으로 넘겨 적는다."""
    x, eps, gamma = rng.normal(1, 2, size=6), rng.uniform(0.1, 0.5), rng.uniform(1, 2)
    weight = rng.normal(size=6)
    d, (x_hat, s) = gamma * weight, standardized(x, eps)
    g = slope(x, gamma, eps, weight)

    def formula():
        return -sum(g[1:]), eps / s**3 * sum(d * x_hat)

    return formula, (g[0], x_hat @ g)


@equation(
    "eq-batch-norm-running",
    r"\bar{\mu} \leftarrow \rho\, \bar{\mu} + (1 - \rho)\, \mu, \qquad \bar{v} \leftarrow "
    r"\rho\, \bar{v} + (1 - \rho)\, \sigma^2",
)
def test_batch_norm_running(rng):
    """라이브러리의 이동 평균과 이동 분산을 두 번 갱신해 견준다."""
    rho, first, x = rng.uniform(0.5, 0.9), rng.normal(size=(8, 3)), rng.normal(2, 2, size=(8, 3))
    layer = BatchNorm(3, momentum=rho, dtype=np.float64)
    layer.forward(first, training=True)
    mu_bar, v_bar = layer.running_mean.copy(), layer.running_var.copy()
    layer.forward(x, training=True)
    mu, sigma2 = x.mean(axis=0), x.var(axis=0)

    def formula():
        return rho * mu_bar + (1 - rho) * mu, rho * v_bar + (1 - rho) * sigma2

    return formula, (layer.running_mean, layer.running_var)


@equation(
    "eq-batch-norm-scale",
    r"\mathrm{BN}(X (cW)) = \mathrm{BN}(XW), \qquad \frac{\partial L}{\partial "
    r"W}\Big|_{cW} = \frac{1}{c}\, \frac{\partial L}{\partial W}\Big|_{W}",
    **SLOPE,
)
def test_batch_norm_scale(rng):
    """cW에서 잰 출력과 기울기를 W에서 잰 것과 견준다."""
    X, W, c = rng.normal(size=(8, 4)), rng.normal(size=(4, 3)), rng.uniform(1.5, 3)
    weight = rng.normal(size=(8, 3))

    def BN(z):
        return BatchNorm(3, eps=1e-14, dtype=np.float64).forward(z, training=True)

    at_W = numerical_gradient(lambda V: two_layers(X, V, weight), W.copy())
    at_cW = numerical_gradient(lambda V: two_layers(X, V, weight), c * W)

    def formula():
        return BN(X @ (c * W)), 1 / c * at_W

    return formula, (BN(X @ W), at_cW)


@equation(
    "eq-batch-norm-growth",
    r"\lVert w - \eta g \rVert^2 = \lVert w \rVert^2 + \eta^2 \lVert g \rVert^2",
    **SLOPE,
)
def test_batch_norm_growth(rng):
    """수치 미분한 기울기로 정말 한 스텝을 간 다음의 길이와 견준다. 열마다 성립한다."""
    X, W, eta = rng.normal(size=(8, 4)), rng.normal(size=(4, 3)), rng.uniform(0.2, 0.8)
    weight = rng.normal(size=(8, 3))
    G = numerical_gradient(lambda V: two_layers(X, V, weight), W.copy())

    def formula():
        return np.sum(W**2, axis=0) + eta**2 * np.sum(G**2, axis=0)

    return formula, np.linalg.norm(W - eta * G, axis=0) ** 2


# 초기화 진단실 ------------------------------------------------------------------------------------


@equation(
    "eq-init-clinic-first-loss",
    r"L_0 \approx \log K + \frac{s^2}{2}\Bigl(1 - \frac{1}{K}\Bigr), \qquad s^2 = n\, "
    r"\sigma_w^2\, \mathrm{E}[h^2]",
    rtol=3e-4,
)
def test_first_loss(rng):
    """마지막 층의 W를 4,000번 뽑아 라이브러리의 손실을 잰다. 분산이 작아야 맞는 어림이다."""
    n, K, N = 8, int(rng.integers(3, 8)), 4000
    h, sigma = rng.uniform(0.2, 1, size=n), rng.uniform(0.05, 0.08)
    z = np.einsum("i,nik->nk", h, sigma * rng.choice([-1.0, 1.0], size=(N, n, K)))
    # 정답과 무관한 로짓이므로 정답을 하나로 뽑는 대신 K개를 모두 넣어 평균한다
    measured = SoftmaxCrossEntropy().forward(np.repeat(z, K, axis=0), np.tile(np.arange(K), N))

    def formula():
        s2 = n * sigma**2 * np.mean(h**2)
        return np.log(K) + s2 / 2 * (1 - 1 / K)

    return formula, measured


@equation("eq-init-clinic-he", r"s^2 = 2\, \mathrm{E}[x^2]")
def test_he_logit_variance(rng):
    """은닉층 하나를 가우스-에르미트 적분으로 지나 마지막 He 층의 분산을 구한다."""
    x, n = rng.normal(size=(5, 4)), int(rng.integers(2, 9))
    variance = 2 / x.shape[1] * (x**2).sum(axis=1)  # z = xW, W ~ N(0, 2/n_in)
    node, weight = np.polynomial.hermite_e.hermegauss(60)
    z = np.sqrt(variance)[:, None] * node
    q = (np.maximum(z, 0) ** 2 @ weight / np.sqrt(2 * np.pi)).mean()
    logit_variance = n * (2 / n) * q

    def formula():
        return 2 * np.mean(x**2)

    return formula, logit_variance


@equation(
    "eq-init-clinic-shares",
    r"D = \frac{1}{n} \sum_{j=1}^{n} \mathbf{1}\Bigl[\max_i |h_{ij}| = 0\Bigr], \qquad S "
    r"= \frac{1}{N n} \sum_{i=1}^{N} \sum_{j=1}^{n} \mathbf{1}\bigl[\,|h_{ij}| > "
    r"0.99\,\bigr]",
)
def test_shares(rng):
    """라이브러리의 보고서가 센 것과 견준다."""
    x, y = 3 * rng.normal(size=(9, 6)), rng.integers(0, 6, size=9)
    x[:, :2] = -np.abs(x[:, :2])  # 두 뉴런은 모든 샘플에서 음수
    relu, tanh = (
        inspect_network(Sequential(layer), SoftmaxCrossEntropy(), x, y).layers[0]
        for layer in (ReLU(), Tanh())
    )
    N, n = x.shape
    dead, flat = np.maximum(x, 0), np.tanh(x)

    def formula():
        return (
            1 / n * sum(max(abs(dead[:, j])) == 0 for j in range(n)),
            1 / (N * n) * sum(abs(flat[i, j]) > 0.99 for i in range(N) for j in range(n)),
        )

    return formula, (relu.dead_share, tanh.saturated_share)


@equation(
    "eq-init-clinic-ratio",
    r"r = \frac{\eta\, \lVert \partial L / \partial W \rVert}{\lVert W \rVert}",
)
def test_update_ratio(rng):
    """SGD가 정말로 바꾼 크기를 원래의 크기로 나눈다."""
    layer = Affine(5, 4, rng=rng, dtype=np.float64)
    x, y, eta = rng.normal(size=(7, 5)), rng.integers(0, 4, size=7), rng.uniform(0.1, 1)
    W, model = layer.W.value.copy(), Sequential(layer)
    Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=eta)).step(x, y)
    gradient = layer.W.grad
    changed = np.sqrt(((layer.W.value - W) ** 2).sum() / (W**2).sum())

    def formula():
        return eta * np.linalg.norm(gradient) / np.linalg.norm(W)

    return formula, changed


@equation(
    "eq-init-clinic-travel",
    r"\frac{\lVert W_T - W_0 \rVert}{\lVert W_0 \rVert} \le \sum_{t=0}^{T-1} r_t\, "
    r"\frac{\lVert W_t \rVert}{\lVert W_0 \rVert}",
)
def test_travel(rng):
    """실제로 훈련하며 걸음을 모두 적는다. 방향이 바뀌므로 거리가 더 짧다."""
    model = mlp(5, 8, 3, rng=rng, dtype=np.float64)
    x, y, W = rng.normal(size=(40, 5)), rng.integers(0, 3, size=40), model.layers[0].W
    trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.3))
    path = [W.value.copy()]
    for _ in range(20):
        part = rng.choice(40, size=8, replace=False)
        trainer.step(x[part], y[part])
        path.append(W.value.copy())
    size = [np.linalg.norm(w) for w in path]
    r = [np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in pairwise(path)]
    ends = np.array([path[-1], path[0]])

    def formula():
        moved = np.linalg.norm(np.diff(ends, axis=0)) / size[0]
        return moved <= sum(r[t] * size[t] / size[0] for t in range(20))

    return formula, True


@equation(
    "eq-init-clinic-paired",
    r"\bar{d} = \frac{1}{m} \sum_{s=1}^{m} d_s, \qquad \mathrm{SE} = \frac{1}{\sqrt{m}} "
    r"\sqrt{\frac{1}{m - 1} \sum_{s=1}^{m} \bigl(d_s - \bar{d}\bigr)^2}",
)
def test_paired_error(rng):
    """NumPy의 평균과 표준편차, 그리고 모든 짝의 차로 구한 분산과 견준다."""
    d = rng.normal(size=7)
    m = len(d)
    pairs = ((d[:, None] - d) ** 2).sum() / (2 * m * (m - 1))  # 치우치지 않은 분산

    def formula():
        mean = sum(d) / m
        return mean, np.sqrt(sum((d - mean) ** 2) / (m - 1)) / np.sqrt(m)

    return formula, (np.mean(d), np.sqrt(pairs / m))


# 직교, LSUV, 잔차 ---------------------------------------------------------------------------------


@equation(
    "eq-mean-stretch",
    r"\frac{\mathrm{E}\, \lVert x J \rVert^2}{\mathrm{E}\, \lVert x \rVert^2} = "
    r"\frac{1}{n} \sum_{i=1}^{n} s_i^2",
)
def test_mean_stretch(rng):
    """±1인 입력을 모두 늘어놓아 길이를 잰 것을, 원소의 제곱을 하나씩 더한 것과 견준다."""
    n = 6
    J, x = rng.normal(size=(n, n)), signs(6)
    s = np.linalg.svd(J, compute_uv=False)
    total = 0.0
    for row in J:
        for entry in row:
            total += entry**2

    def formula():
        left = np.mean(((x @ J) ** 2).sum(axis=1)) / np.mean((x**2).sum(axis=1))
        return left, 1 / n * sum(s**2)

    return formula, total / 6


@equation(
    "eq-orthogonal-init",
    r"W^\top W = I \quad (n_{\text{in}} \ge n_{\text{out}}), \qquad W W^\top = I \quad "
    r"(n_{\text{in}} \le n_{\text{out}})",
)
def test_orthogonal_init(rng):
    """라이브러리의 초기화가 두 꼴을 지키는지 본다."""
    tall, wide = orthogonal()((5, 3), rng), orthogonal()((3, 5), rng)

    def formula():
        return tall.T @ tall, wide @ wide.T

    return formula, (np.eye(3), np.eye(3))


@equation(
    "eq-residual-growth",
    r"q_{\ell+1} \approx (1 + s^2)\, q_\ell, \qquad q_L \approx (1 + s^2)^L\, q_0",
    rtol=0.02,
)
def test_residual_growth(rng):
    """0에 대칭인 입력의 첫 블록은 등식이다. 그 뒤는 근사라서 너비 20만인 블록을 쌓아 견준다."""
    n, s, L = 2, rng.uniform(0.2, 1.2), int(rng.integers(3, 6))
    half = rng.normal(size=(4, n))
    x = np.concatenate([half, -half])
    q, found = np.mean(x**2), []
    weights = signs(n, n) * math.sqrt(2 / n)  # 부호뿐인 He 가중치를 모두 늘어놓는다
    for A in weights:
        for B in weights:
            f = np.maximum(np.maximum(x, 0) @ A, 0) @ B
            found.append(np.mean((x + s * f) ** 2))
    assert np.isclose(np.mean(found), q + s * s * q)  # 첫 블록에서는 어림이 아니다
    y = rng.normal(size=200_000)
    start = np.mean(y**2)
    for _ in range(L):
        f = y
        for _ in range(2):  # 입력이 하나이면 He 층의 출력은 정규 분포를 따른다
            f = math.sqrt(2 * np.mean(np.maximum(f, 0) ** 2)) * rng.normal(size=y.shape)
        y = y + s * f

    def formula():
        return (1 + s**2) * q, (1 + s**2) ** L * start

    return formula, (np.mean(found), np.mean(y**2))


@equation(
    "eq-residual-backward",
    r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} + s \sum_j "
    r"\frac{\partial L}{\partial y_j} \frac{\partial f_j}{\partial x_i}",
    rtol=1e-6, atol=1e-8,
)
def test_residual_backward(rng):
    """f의 야코비 행렬을 수치 미분으로 구해 라이브러리의 역전파와 견준다."""
    s = rng.uniform(0.3, 2)
    inner = [Affine(3, 3, rng=rng, dtype=np.float64), ReLU()]
    block = Residual(*inner, scale=s)
    x, dy = rng.normal(size=(1, 3)), rng.normal(size=3)

    def f(v):
        return np.maximum(v @ inner[0].W.value + inner[0].b.value, 0)

    slopes = np.array([numerical_gradient(lambda v, j=j: f(v)[0, j], x)[0] for j in range(3)])
    block.forward(x, training=True)

    def formula():
        return np.array([dy[i] + s * sum(dy[j] * slopes[j, i] for j in range(3)) for i in range(3)])

    return formula, block.backward(dy[np.newaxis])[0]


def settle(a, b):
    """층을 하나씩 지나며 자리를 잡은 z의 분산."""
    v = 1.0
    for _ in range(400):
        v = b * b + a * a * gaussian_mean(np.tanh(math.sqrt(v) * GRID) ** 2)
    return v


@equation("eq-mean-field", r"v = a^2\, \mathrm{E}[\tanh^2(\sqrt{v}\, u)] + \sigma_b^2", rtol=1e-7)
def test_mean_field(rng):
    """층을 되풀이해 자리를 잡은 값이, 가우스-에르미트 구적으로 적은 식을 만족하는지 본다."""
    a, b = rng.uniform(0.6, 1.5), rng.uniform(0.2, 0.8)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    v = settle(a, b)

    def formula():
        return a**2 * (weights @ np.tanh(math.sqrt(v) * nodes) ** 2) + b**2

    return formula, v


@equation("eq-edge-of-chaos", r"\chi = a^2\, \mathrm{E}[\varphi'(\sqrt{v}\, u)^2]", rtol=1e-3)
def test_edge_of_chaos(rng):
    """가까운 두 입력의 거리의 제곱이 한 층에서 몇 배가 되는지 직접 적분해 견준다."""
    a, b = rng.uniform(0.6, 1.8), rng.uniform(0.1, 0.6)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    v, near = settle(a, b), 1e-3
    gap = 0.0
    for u, w in zip(nodes, weights, strict=True):  # 둘째 입력은 독립인 몫을 조금 더한 것이다
        moved = np.tanh(math.sqrt(v) * GRID + near * u)
        gap += w * gaussian_mean((moved - np.tanh(math.sqrt(v) * GRID)) ** 2)

    def formula():
        return a**2 * gaussian_mean((1 - np.tanh(math.sqrt(v) * GRID) ** 2) ** 2)

    return formula, a * a * gap / near**2
