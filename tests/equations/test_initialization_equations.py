"""‘초기화’ 장의 식."""

import itertools
import math

import numpy as np
import pytest
from registry import equation

from deepnote_lib import activations, initializers
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.initializers import orthogonal
from deepnote_lib.inspection import inspect_network
from deepnote_lib.layers import Affine, BatchNorm, ReLU, Residual, Tanh
from deepnote_lib.losses import SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD, clip_gradients
from deepnote_lib.parameter import Parameter
from deepnote_lib.training import Trainer

pytestmark = pytest.mark.initialization
SLOPE = {"rtol": 1e-6, "atol": 1e-8}  # 수치 미분은 일곱 자리쯤 맞는다


def bell(t):
    """표준 정규 분포의 밀도."""
    return np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)


# 0을 사이에 두고 대칭이다. 매끄럽고 양 끝이 0인 함수의 합은 이 간격에서도 반올림까지 적분과 같다
GRID = np.linspace(-9, 9, 2001)
WEIGHT = bell(GRID) * (GRID[1] - GRID[0])  # 점마다의 확률


def gaussian_mean(values):
    """GRID에서 구한 값의 표준 정규 분포에 대한 기댓값."""
    return values @ WEIGHT


norm = np.linalg.norm


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
    """라이브러리의 역전파가 낸 기울기와 비교한다."""
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
    """뉴런의 순서를 바꾼 신경망에서 라이브러리로 구한 기울기와 비교한다."""
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
    """들어오는 가중치와 편향이 같은 뉴런 셋의 라이브러리 출력과 비교한다."""
    w, b, a, b2 = rng.normal(size=D), rng.normal(), rng.normal(size=(H, 2)), rng.normal(size=2)
    x = rng.normal(size=(N, D))
    many = network([np.tile(w[:, np.newaxis], H), np.full(H, b), a, b2]).forward(x)
    phi = activations.tanh

    def formula():
        left = [sum(phi(x[n] @ w + b) * a[j] for j in range(H)) + b2 for n in range(N)]
        right = [phi(x[n] @ w + b) * sum(a[j] for j in range(H)) + b2 for n in range(N)]
        return left, right

    return formula, many


@equation(
    "eq-symmetry-difference",
    r"\delta \leftarrow (I - \eta\, C)\, \delta, \qquad C = \sum_n g_n \begin{pmatrix} "
    r"a\, \varphi''(z_n)\, \tilde{x}_n \tilde{x}_n^\top & \varphi'(z_n)\, \tilde{x}_n \\ "
    r"\varphi'(z_n)\, \tilde{x}_n^\top & 0 \end{pmatrix}",
    rtol=1e-5,
    atol=1e-8,
)
def test_symmetry_difference(rng):
    """라이브러리로 한 스텝 갱신한 두 뉴런의 차이를 수치 미분해 비교한다."""
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
    """가중치 ±σ의 모든 경우를 나열해 구한 분산과 비교한다. 입력은 평균이 0이 아니다."""
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
    """가중치 ±σ의 모든 경우로 역전파한 기울기의 제곱 평균과 비교한다."""
    n_out, sigma = int(rng.integers(2, 5)), rng.uniform(0.5, 2)
    g = rng.normal(0.5, 1, size=(6, n_out))
    dh = [g @ (sigma * w.reshape(2, n_out)).T for w in signs(2 * n_out)]

    def formula():
        return n_out * sigma**2 * np.mean(g**2)

    return formula, np.mean(np.square(dh))


@equation("eq-xavier", r"\sigma_w^2 = \frac{2}{n_{\text{in}} + n_{\text{out}}}")
def test_xavier(rng):
    """라이브러리의 xavier_normal이 난수에 곱한 배율의 제곱과 비교한다."""
    n_in, n_out = (int(n) for n in rng.integers(2, 60, size=2))
    drawn = initializers.xavier_normal((n_in, n_out), rng=3)
    scale = drawn / np.random.default_rng(3).standard_normal((n_in, n_out))

    def formula():
        return 2 / (n_in + n_out)

    return formula, np.mean(scale) ** 2


@equation("eq-relu-half", r"\mathrm{E}[\mathrm{ReLU}(z)^2] = \frac{\sigma^2}{2}")
def test_relu_half(rng):
    """0에 대칭인 표본을 라이브러리의 ReLU에 넣어 구한 제곱 평균과 비교한다."""
    half = rng.gamma(0.7, 2, size=50)  # 0에 대칭이면 분포의 모양과 상관없이 성립한다
    z = np.concatenate([half, -half])
    sigma = z.std()

    def formula():
        return sigma**2 / 2

    return formula, np.mean(activations.relu(z) ** 2)


@equation("eq-he", r"\sigma_w^2 = \frac{2}{n_{\text{in}}}")
def test_he(rng):
    """ReLU를 지나도 2차 적률이 그대로인 분산을 수치 적분으로 구해 비교한다."""
    n_in = int(rng.integers(2, 900))
    kept = gaussian_mean(activations.relu(GRID) ** 2)  # σ² = 1일 때 남는 2차 적률

    def formula():
        return 2 / n_in

    return formula, 1 / (n_in * kept)


@equation("eq-uniform-limit", r"a = \sqrt{3\, \sigma_w^2}", rtol=1e-6)
def test_uniform_limit(rng):
    """구간을 잘게 나눈 점의 분산을 σ²에 넣어 실제 구간의 끝과 비교한다."""
    end = rng.uniform(0.1, 3)
    grid = (np.arange(-5000, 5000) + 0.5) / 5000 * end
    sigma = grid.std()

    def formula():
        return np.sqrt(3 * sigma**2)

    return formula, end


@equation("eq-log-spread", r"\mathrm{Var}(\log q_L) \approx \frac{5L}{n}", rtol=2e-3)
def test_log_spread(rng):
    """한 층의 분산을 수치 적분해 얻은 로그 정규 분포의 분산과 비교한다."""
    n, L = int(rng.integers(20_000, 40_000)), int(rng.integers(2, 12))
    energy = 2 * activations.relu(GRID) ** 2  # He: 평균이 1
    layer = (gaussian_mean(energy**2) - gaussian_mean(energy) ** 2) / n

    def formula():
        return 5 * L / n

    return formula, np.log((1 + layer) ** L)


# 50층을 지나면 ------------------------------------------------------------------------------------


@equation(
    "eq-fifty-layers-forward",
    r"q_L = q_0 \prod_{\ell=1}^{L} \tfrac{1}{2}\, n_{\ell-1}\, \sigma_\ell^2",
)
def test_fifty_layers_forward(rng):
    """세 층의 ±σ 가중치를 모두 나열해 구한 마지막 활성값의 제곱 평균과 비교한다."""
    L, n, x = 3, (3, 2, 1, 1), rng.normal(size=3)
    sigma = np.append(np.nan, rng.uniform(0.5, 2, size=L))  # 가중치는 1번 층부터 있다
    last = []
    for weights in itertools.product(*(signs(n[k - 1], n[k]) for k in range(1, L + 1))):
        h = x
        for k, W in enumerate(weights, 1):
            h = activations.relu(h @ (sigma[k] * W))
        last.append(h)
    q_0 = np.mean(x**2)

    def formula():
        return q_0 * np.prod([1 / 2 * n[k - 1] * sigma[k] ** 2 for k in range(1, L + 1)])

    return formula, np.mean(np.square(last))


@equation(
    "eq-fifty-layers-ratio",
    r"\mathrm{E}[r_\ell] = 1, \qquad \mathrm{Var}[r_\ell] = \frac{5}{n}",
    rtol=1e-6,
)
def test_fifty_layers_ratio(rng):
    """항 하나의 2·ReLU(ε)²을 수치 적분해 얻은 항 n개 평균의 기댓값, 분산과 비교한다."""
    n = int(rng.integers(2, 1000))
    term = 2 * activations.relu(GRID) ** 2
    mean = gaussian_mean(term)
    variance = gaussian_mean((term - mean) ** 2) / n

    def formula():
        return 1, 5 / n

    return formula, (mean, variance)


@equation(
    "eq-fifty-layers-jacobian",
    r"g_1 = g_L\, (W_L^\top D_{L-1})\, (W_{L-1}^\top D_{L-2}) \cdots (W_2^\top D_1)",
)
def test_fifty_layers_jacobian(rng):
    """라이브러리의 역전파가 첫 아핀 층에 보낸 기울기와 비교한다.

    샘플이 하나이면 첫 층의 편향의 기울기가 그 값이다. 너비가 모두 같아야 전치가 드러난다.
    """
    L = 4
    model = mlp(4, 4, 4, 4, 4, activation=Tanh, rng=rng, dtype=np.float64)
    x, g_L = rng.normal(size=(1, 4)), rng.normal(size=4)
    z = [a[0] for name, a in model.trace(x) if name == "Affine"]
    affine = [layer for layer in model.layers if isinstance(layer, Affine)]
    W = {k: affine[k - 1].W.value for k in range(1, L + 1)}
    D = {k: np.diag(activations.tanh_derivative(z[k - 1])) for k in range(1, L)}
    model.forward(x, training=True)
    model.backward(g_L[np.newaxis])

    def formula():
        g = g_L
        for k in range(L, 1, -1):
            g = g @ (W[k].T @ D[k - 1])
        return g

    return formula, affine[0].b.grad


@equation(
    "eq-fifty-layers-backward",
    r"\mathrm{E}[g_{\ell-1}^2] \approx n_\ell\, \sigma_\ell^2\; "
    r"\mathrm{E}[\varphi'(z_{\ell-1})^2]\; \mathrm{E}[g_\ell^2]",
)
def test_fifty_layers_backward(rng):
    """±σ 가중치를 모두 나열해 한 층 역전파한 기울기의 제곱 평균과 비교한다."""
    n, z, g, sigma = 3, rng.normal(size=2), rng.normal(size=3), rng.uniform(0.5, 2)
    slope = activations.tanh_derivative(z)
    squares = [np.mean((g @ (sigma * W).T * slope) ** 2) for W in signs(2, n)]

    def formula():
        return n * sigma**2 * np.mean(slope**2) * np.mean(g**2)

    return formula, np.mean(squares)


@equation(
    "eq-fifty-layers-saturation",
    r"\mathrm{E}[\tanh'(z)^2] \approx \frac{4}{3 \sqrt{2\pi}\, s}",
    rtol=2e-3,
)
def test_fifty_layers_saturation(rng):
    """정규 분포에서 도함수의 제곱을 수치 적분한 값과 비교한다. s가 클 때의 근사이다."""
    s = rng.uniform(30, 60)
    z = np.linspace(-20, 20, 4001)  # 도함수의 제곱은 이 밖에서 0이나 다름없다
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
    """라이브러리의 clip_gradients가 바꾼 기울기와 비교한다. 긴 것과 짧은 것을 넣는다."""
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
    """열 하나를 훈련할 때처럼 라이브러리의 배치 정규화에 넣는다."""
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
    """NumPy의 평균과 분산, 라이브러리의 출력과 비교한다. ε은 눈에 띄게 크게 둔다."""
    N, x, eps = 7, rng.normal(3, 2, size=7), rng.uniform(0.5, 1)
    gamma, beta = rng.normal(), rng.normal()

    def formula():
        mu = 1 / N * sum(x[i] for i in range(N))
        sigma2 = 1 / N * sum((x[i] - mu) ** 2 for i in range(N))
        x_hat = [(x[i] - mu) / np.sqrt(sigma2 + eps) for i in range(N)]
        return mu, sigma2, x_hat, [gamma * x_hat[i] + beta for i in range(N)]

    others = x.mean(), x.var(), library(x, 1.0, 0.0, eps), library(x, gamma, beta, eps)
    return formula, others


@equation(
    "eq-batch-norm-backward",
    r"\frac{\partial L}{\partial x_i} = \frac{1}{s} \Bigl( d_i - \frac{1}{N} "
    r"\sum_{k=1}^{N} d_k - \hat{x}_i\, \frac{1}{N} \sum_{k=1}^{N} d_k\, \hat{x}_k \Bigr)",
    **SLOPE,
)
def test_batch_norm_backward(rng):
    """라이브러리의 순전파를 수치 미분한 기울기와 비교한다."""
    N, x, eps, gamma = 6, rng.normal(1, 2, size=6), rng.uniform(0.1, 0.5), rng.uniform(1, 2)
    weight = rng.normal(size=6)
    d, (x_hat, s) = gamma * weight, standardized(x, eps)

    def formula():
        mean = 1 / N * sum(d[k] for k in range(N))
        along = 1 / N * sum(d[k] * x_hat[k] for k in range(N))
        return [1 / s * (d[i] - mean - x_hat[i] * along) for i in range(N)]

    return formula, slope(x, gamma, eps, weight)


@equation(
    "eq-batch-norm-orthogonal",
    r"\sum_{i=1}^{N} \frac{\partial L}{\partial x_i} = 0, \qquad \sum_{i=1}^{N} "
    r"\hat{x}_i\, \frac{\partial L}{\partial x_i} = \frac{\varepsilon}{s^3} "
    r"\sum_{i=1}^{N} d_i\, \hat{x}_i",
    **SLOPE,
)
def test_batch_norm_orthogonal(rng):
    """라이브러리의 순전파를 수치 미분한 기울기의 합, 내적과 비교한다.

    합이 0이라는 등식은 부호를 바꿔도 0이라서, 첫 항을 오른쪽으로 옮겨 적는다.
    """
    N, x, eps, gamma = 6, rng.normal(1, 2, size=6), rng.uniform(0.1, 0.5), rng.uniform(1, 2)
    weight = rng.normal(size=6)
    d, (x_hat, s) = gamma * weight, standardized(x, eps)
    g = slope(x, gamma, eps, weight)

    def formula():
        first = -sum(g[i] for i in range(1, N))
        return first, eps / s**3 * sum(d[i] * x_hat[i] for i in range(N))

    return formula, (g[0], x_hat @ g)


@equation(
    "eq-batch-norm-running",
    r"\bar{\mu} \leftarrow \rho\, \bar{\mu} + (1 - \rho)\, \mu, \qquad \bar{v} \leftarrow "
    r"\rho\, \bar{v} + (1 - \rho)\, \sigma^2",
)
def test_batch_norm_running(rng):
    """라이브러리가 두 번째로 갱신한 이동 평균, 이동 분산과 비교한다."""
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
    """W에서 구한 라이브러리의 출력, cW에서 수치 미분한 기울기와 비교한다."""
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
    """수치 미분한 기울기로 한 스텝 갱신한 열의 길이의 제곱과 비교한다."""
    X, W, eta = rng.normal(size=(8, 4)), rng.normal(size=(4, 3)), rng.uniform(0.2, 0.8)
    weight = rng.normal(size=(8, 3))
    G = numerical_gradient(lambda V: two_layers(X, V, weight), W.copy())

    def formula():
        return [norm(W[:, j]) ** 2 + eta**2 * norm(G[:, j]) ** 2 for j in range(3)]

    return formula, ((W - eta * G) ** 2).sum(axis=0)


# 초기화 진단실 ------------------------------------------------------------------------------------


@equation(
    "eq-init-clinic-first-loss",
    r"L_0 \approx \log K + \frac{s^2}{2}\Bigl(1 - \frac{1}{K}\Bigr), \qquad s^2 = n\, "
    r"\sigma_w^2\, \mathrm{E}[h^2]",
    rtol=3e-4,
)
def test_first_loss(rng):
    """라이브러리의 손실을 W를 4,000번 뽑아 평균한 값, 로짓의 정확한 분산과 비교한다.

    손실의 식은 로짓의 분산이 작을 때의 근사이다. 분산은 가중치 ±σ의 모든 경우를 나열해 구한다.
    """
    n, K, N = 8, int(rng.integers(3, 8)), 4000
    h, sigma = rng.uniform(0.2, 1, size=n), rng.uniform(0.05, 0.08)
    z = np.einsum("i,nik->nk", h, sigma * rng.choice([-1.0, 1.0], size=(N, n, K)))
    # 정답과 무관한 로짓이므로 정답을 하나로 뽑는 대신 K개를 모두 넣어 평균한다
    measured = SoftmaxCrossEntropy().forward(np.repeat(z, K, axis=0), np.tile(np.arange(K), N))

    def formula():
        s2 = n * sigma**2 * np.mean(h**2)
        return np.log(K) + s2 / 2 * (1 - 1 / K), s2

    return formula, (measured, np.var(sigma * signs(n) @ h))


@equation("eq-init-clinic-he", r"s^2 = 2\, \mathrm{E}[x^2]")
def test_he_logit_variance(rng):
    """He 은닉층 하나를 가우스-에르미트 구적법으로 계산해 얻은 로짓의 분산과 비교한다."""
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
    """라이브러리의 inspect_network가 보고한 비율과 비교한다."""
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
    """라이브러리의 SGD가 실제로 바꾼 가중치의 비율과 비교한다."""
    layer = Affine(5, 4, rng=rng, dtype=np.float64)
    x, y, eta = rng.normal(size=(7, 5)), rng.integers(0, 4, size=7), rng.uniform(0.1, 1)
    W, model = layer.W.value.copy(), Sequential(layer)
    Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=eta)).step(x, y)
    gradient = layer.W.grad
    changed = np.sqrt(((layer.W.value - W) ** 2).sum() / (W**2).sum())

    def formula():
        return eta * norm(gradient) / norm(W)

    return formula, changed


@equation(
    "eq-init-clinic-travel",
    r"\frac{\lVert W_T - W_0 \rVert}{\lVert W_0 \rVert} \le \sum_{t=0}^{T-1} r_t\, "
    r"\frac{\lVert W_t \rVert}{\lVert W_0 \rVert}",
)
def test_travel(rng):
    """라이브러리로 훈련하며 기록한 가중치의 이동 거리, 스텝마다 움직인 길이의 합과 비교한다."""
    model, T, eta = mlp(5, 8, 3, rng=rng, dtype=np.float64), 20, 0.3
    x, y, weight = rng.normal(size=(40, 5)), rng.integers(0, 3, size=40), model.layers[0].W
    trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=eta))
    W, r = [weight.value.copy()], []
    for _ in range(T):
        part = rng.choice(40, size=8, replace=False)
        trainer.step(x[part], y[part])
        r.append(eta * norm(weight.grad) / norm(W[-1]))
        W.append(weight.value.copy())

    def formula():
        moved = norm(W[T] - W[0]) / norm(W[0])
        walked = sum(r[t] * norm(W[t]) / norm(W[0]) for t in range(T))
        return moved <= walked, moved, walked

    steps = np.diff(W, axis=0)  # 갱신마다 바뀐 만큼. 모두 더하면 처음과 끝의 차이이다
    start = np.sqrt((W[0] ** 2).sum())
    distance = np.sqrt((steps.sum(axis=0) ** 2).sum()) / start
    length = np.sqrt((steps**2).sum(axis=(1, 2))).sum() / start
    return formula, (True, distance, length)


@equation(
    "eq-init-clinic-paired",
    r"\bar{d} = \frac{1}{m} \sum_{s=1}^{m} d_s, \qquad \mathrm{SE} = \frac{1}{\sqrt{m}} "
    r"\sqrt{\frac{1}{m - 1} \sum_{s=1}^{m} \bigl(d_s - \bar{d}\bigr)^2}",
)
def test_paired_error(rng):
    """NumPy의 평균, 모든 짝의 차로 구한 표준오차와 비교한다."""
    d = rng.normal(size=7)
    m = len(d)
    pairs = ((d[:, None] - d) ** 2).sum() / (2 * m * (m - 1))  # 치우치지 않은 분산

    def formula():
        d_bar = 1 / m * sum(d[s] for s in range(m))
        squares = sum((d[s] - d_bar) ** 2 for s in range(m))
        return d_bar, 1 / np.sqrt(m) * np.sqrt(1 / (m - 1) * squares)

    return formula, (np.mean(d), np.sqrt(pairs / m))


# 직교, LSUV, 잔차 ---------------------------------------------------------------------------------


@equation(
    "eq-mean-stretch",
    r"\frac{\mathrm{E}\, \lVert x J \rVert^2}{\mathrm{E}\, \lVert x \rVert^2} = "
    r"\frac{1}{n} \sum_{i=1}^{n} s_i^2",
)
def test_mean_stretch(rng):
    """J의 원소의 제곱을 하나씩 더한 값과 비교한다. 기댓값은 ±1 입력을 모두 나열해 구한다."""
    n = 6
    J, x = rng.normal(size=(n, n)), signs(6)
    s = np.linalg.svd(J, compute_uv=False)
    total = 0.0
    for row in J:
        for entry in row:
            total += entry**2

    def formula():
        left = np.mean(norm(x @ J, axis=1) ** 2) / np.mean(norm(x, axis=1) ** 2)
        return left, 1 / n * sum(s[i] ** 2 for i in range(n))

    return formula, total / n


@equation(
    "eq-orthogonal-init",
    r"W^\top W = I \quad (n_{\text{in}} \ge n_{\text{out}}), \qquad W W^\top = I \quad "
    r"(n_{\text{in}} \le n_{\text{out}})",
)
def test_orthogonal_init(rng):
    """라이브러리의 직교 초기화로 구한 곱을 단위 행렬과 비교한다. 정사각이면 둘 다 성립한다."""
    tall, square, wide = (orthogonal()(shape, rng) for shape in ((5, 3), (4, 4), (3, 5)))

    def formula():
        return tall.T @ tall, square.T @ square, square @ square.T, wide @ wide.T

    return formula, (np.eye(3), np.eye(4), np.eye(4), np.eye(3))


@equation(
    "eq-residual-growth",
    r"q_{\ell+1} \approx (1 + s^2)\, q_\ell, \qquad q_L \approx (1 + s^2)^L\, q_0",
    rtol=0.02,
)
def test_residual_growth(rng):
    """첫 블록은 모든 경우의 평균과, 그 뒤는 너비 20만인 블록에서 구한 2차 적률과 비교한다.

    0에 대칭인 입력의 첫 블록은 등식이고, 그 뒤는 너비가 넓을 때의 근사이다.
    """
    n, s, L = 2, rng.uniform(0.2, 1.2), int(rng.integers(3, 6))
    half = rng.normal(size=(4, n))
    x = np.concatenate([half, -half])
    first, found = np.mean(x**2), []
    weights = signs(n, n) * math.sqrt(2 / n)  # 부호뿐인 He 가중치를 모두 늘어놓는다
    for A in weights:
        for B in weights:
            f = np.maximum(np.maximum(x, 0) @ A, 0) @ B
            found.append(np.mean((x + s * f) ** 2))
    assert np.isclose(np.mean(found), first + s * s * first)  # 첫 블록에서는 근사가 아니다
    y = 1.7 * rng.normal(size=200_000)
    q = [np.mean(y**2)]
    for _ in range(L):
        f = y
        for _ in range(2):  # 입력이 하나이면 He 층의 출력은 정규 분포를 따른다
            f = math.sqrt(2 * np.mean(np.maximum(f, 0) ** 2)) * rng.normal(size=y.shape)
        y = y + s * f
        q.append(np.mean(y**2))

    def formula():
        blocks = [(1 + s**2) * q[k] for k in range(L)]
        return (1 + s**2) * first, blocks, (1 + s**2) ** L * q[0]

    return formula, (np.mean(found), q[1:], q[-1])


@equation(
    "eq-residual-backward",
    r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} + s \sum_j "
    r"\frac{\partial L}{\partial y_j} \frac{\partial f_j}{\partial x_i}",
    rtol=1e-6,
    atol=1e-8,
)
def test_residual_backward(rng):
    """라이브러리의 잔차 블록이 역전파한 기울기와 비교한다. f는 수치 미분한다."""
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
    """층을 하나씩 지나며 수렴한 z의 분산."""
    v = 1.0
    for _ in range(400):
        v = b * b + a * a * gaussian_mean(np.tanh(math.sqrt(v) * GRID) ** 2)
    return v


@equation("eq-mean-field", r"v = a^2\, \mathrm{E}[\tanh^2(\sqrt{v}\, u)] + \sigma_b^2", rtol=1e-7)
def test_mean_field(rng):
    """층을 400번 지나며 수렴한 분산과 비교한다. 기댓값은 가우스-에르미트 구적법으로 구한다."""
    a, b = rng.uniform(0.6, 1.5), rng.uniform(0.2, 0.8)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    v = settle(a, b)

    def formula():
        return a**2 * (weights @ np.tanh(math.sqrt(v) * nodes) ** 2) + b**2

    return formula, v


@equation("eq-edge-of-chaos", r"\chi = a^2\, \mathrm{E}[\varphi'(\sqrt{v}\, u)^2]", rtol=1e-3)
def test_edge_of_chaos(rng):
    """가까운 두 입력의 거리의 제곱이 한 층에서 커지는 배율을 수치 적분해 비교한다."""
    a, b = rng.uniform(0.6, 1.8), rng.uniform(0.1, 0.6)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    v, near = settle(a, b), 1e-3
    gap = 0.0
    for u, w in zip(nodes, weights, strict=True):  # 둘째 입력은 독립인 몫을 조금 더한 것이다
        moved = np.tanh(math.sqrt(v) * GRID + near * u)
        gap += w * gaussian_mean((moved - np.tanh(math.sqrt(v) * GRID)) ** 2)
    dphi = activations.tanh_derivative

    def formula():
        return a**2 * gaussian_mean(dphi(np.sqrt(v) * GRID) ** 2)

    return formula, a * a * gap / near**2
