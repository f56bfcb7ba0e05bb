"""‘시작하기’ 장의 식."""

import numpy as np
from registry import equation

from deepnote_lib import activations, metrics
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.layers import Affine
from deepnote_lib.optimizers import SGD
from deepnote_lib.parameter import Parameter


def affine(x, W, b):
    """라이브러리의 층으로 구한 x W + b."""
    layer = Affine(*W.shape, rng=0, dtype=np.float64)
    layer.W.value[...], layer.b.value[...] = W, b
    return layer.forward(x)


# 이 책을 읽는 법, 설치 --------------------------------------------------------------------


@equation("eq-accuracy", r"\text{정확도} = \frac{1}{N} \sum_{n=1}^{N} [\hat{y}_n = y_n]")
def test_accuracy(rng):
    """라이브러리의 정확도와 견준다."""
    y_hat, y = rng.integers(0, 3, size=(2, 20))

    def formula():
        return 1 / len(y) * (y_hat == y).sum()

    return formula, metrics.accuracy(y_hat, y)


@equation("eq-weighted-accuracy", r"\text{정확도} = \frac{\sum_k N_k a_k}{\sum_k N_k}")
def test_weighted_accuracy(rng):
    """모든 몫을 이어 붙여 한꺼번에 센 정확도와 견준다."""
    N = rng.integers(1, 30, size=4)
    right = [rng.random(n) < 0.6 for n in N]
    a = np.array([part.mean() for part in right])

    def formula():
        return (N * a).sum() / N.sum()

    return formula, np.concatenate(right).mean()


@equation("eq-memory", r"M = N \times D \times s")
def test_memory(rng):
    """NumPy가 실제로 잡은 바이트 수와 견준다."""
    N, D = rng.integers(1, 200, size=2)
    array = np.empty((N, D), dtype=rng.choice(["float32", "float64"]))
    s = array.itemsize

    def formula():
        return N * D * s

    return formula, len(array.tobytes())


# 표기와 NumPy -----------------------------------------------------------------------------


@equation(
    "eq-affine",
    r"z = x W + b, \qquad \underset{(N, K)}{z} = \underset{(N, D)}{x} \; \underset{(D, "
    r"K)}{W} + \underset{(K,)}{b}",
)
def test_affine(rng):
    """원소 하나씩 더하는 반복문과 견준다."""
    x, W, b = rng.normal(size=(3, 2)), rng.normal(size=(2, 4)), rng.normal(size=4)

    def formula():
        return x @ W + b

    return formula, [[b[k] + sum(x[n] * W[:, k]) for k in range(4)] for n in range(3)]


@equation(
    "eq-numpy-standardize",
    r"x'_{nd} = \frac{x_{nd} - \mu_d}{\sigma_d}, \quad \mu_d = \frac{1}{N}\sum_{n=1}^{N} "
    r"x_{nd}, \quad \sigma_d = \sqrt{\frac{1}{N}\sum_{n=1}^{N} (x_{nd} - \mu_d)^2}",
)
def test_standardize(rng):
    """NumPy의 mean, std와 견준다."""
    x = rng.normal(70, 15, size=(6, 2))
    N, mean, std = len(x), np.mean(x, axis=0), np.std(x, axis=0)

    def formula():
        mu = 1 / N * sum(x)
        sigma = np.sqrt(1 / N * sum((x - mu) ** 2))
        return (x - mu) / sigma, mu, sigma

    return formula, (x / std - mean / std, mean, std)


@equation(
    "eq-numpy-affine",
    r"z_{nk} = \sum_{d=1}^{D} x_{nd} W_{dk} + b_k, \qquad \underset{(N,K)}{z} = "
    r"\underset{(N,D)}{x}\,\underset{(D,K)}{W} + \underset{(K,)}{b}",
)
def test_numpy_affine(rng):
    """라이브러리의 아핀 층과 견준다."""
    x, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    N, D, K = 4, 3, 2

    def formula():
        z = [[sum(x[n, d] * W[d, k] for d in range(D)) + b[k] for k in range(K)] for n in range(N)]
        return np.array(z), x @ W + b

    return formula, affine(x, W, b)


# 선형대수와 확률 --------------------------------------------------------------------------


@equation(
    "eq-dot",
    r"a \cdot b = \sum_{d=1}^{D} a_d b_d = \lVert a \rVert \, \lVert b \rVert "
    r"\cos\varphi, \qquad \lVert a \rVert = \sqrt{a \cdot a}",
)
def test_dot(rng):
    """길이와 방향을 먼저 정해 만든 두 화살표. 내적은 복소수의 곱으로 구한다."""
    (r, s), (alpha, beta) = rng.uniform(0.5, 2, size=2), rng.uniform(0, 6, size=2)
    a, b = r * np.array([np.cos(alpha), np.sin(alpha)]), s * np.array([np.cos(beta), np.sin(beta)])
    phi, norm = beta - alpha, np.hypot

    def formula():
        return (
            sum(a[d] * b[d] for d in range(2)),
            norm(*a) * norm(*b) * np.cos(phi),
            np.sqrt(a @ a),
        )

    dot = (np.conj(complex(*a)) * complex(*b)).real
    return formula, (dot, dot, r)


@equation(
    "eq-matmul-views",
    r"(xW)_{nk} = \sum_{d=1}^{D} x_{nd} W_{dk}, \qquad xW = \sum_{d=1}^{D} "
    r"\underset{(N,1)}{x_{:,d}} \; \underset{(1,K)}{W_{d,:}}",
)
def test_matmul_views(rng):
    """NumPy의 행렬 곱과 견준다."""
    x, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    N, D, K = 3, 4, 2

    def formula():
        cells = [[sum(x[n, d] * W[d, k] for d in range(D)) for k in range(K)] for n in range(N)]
        return np.array(cells), sum(x[:, [d]] @ W[[d], :] for d in range(D))

    return formula, x @ W


@equation("eq-transpose", r"(AB)^\top = B^\top A^\top")
def test_transpose(rng):
    """칸마다 곱해 더해서 k행 n열에 놓은 것과 견준다."""
    A, B = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))

    def formula():
        return (A @ B).T, B.T @ A.T

    return formula, [[sum(A[n] * B[:, k]) for n in range(3)] for k in range(2)]


@equation(
    "eq-expectation",
    r"\begin{gathered} \mathrm{E}[X] = \sum_i P(X = x_i)\, x_i \\ \mathrm{Var}(X) = "
    r"\mathrm{E}\big[(X - \mathrm{E}[X])^2\big] = \mathrm{E}[X^2] - \mathrm{E}[X]^2 "
    r"\end{gathered}",
)
def test_expectation(rng):
    """확률을 횟수로 바꾸어 낱낱이 늘어놓은 데이터의 평균과 분산과 견준다."""
    x, counts = rng.normal(size=5), rng.integers(1, 9, size=5)
    P = counts / counts.sum()
    data = np.repeat(x, counts)

    def formula():
        mean = (P * x).sum()
        return mean, (P * (x - mean) ** 2).sum(), (P * x**2).sum() - mean**2

    return formula, (data.mean(), data.var(), data.var())


@equation(
    "eq-variance-rules",
    r"\begin{gathered} \mathrm{Var}(aX) = a^2\, \mathrm{Var}(X) \\ \mathrm{Var}(X + Y) = "
    r"\mathrm{Var}(X) + \mathrm{Var}(Y) \quad (\text{독립일 때}) \end{gathered}",
)
def test_variance_rules(rng):
    """모든 값의 짝이 똑같이 나오는 것이 독립이다. 짝을 모두 늘어놓아 분산을 잰다."""
    a, X, Y = rng.normal(), rng.normal(size=6), rng.normal(size=4)
    every_sum = [x + y for x in X for y in Y]

    def formula():
        return a**2 * np.var(X), np.var(X) + np.var(Y)

    return formula, (np.var(a * X), np.var(every_sum))


@equation(
    "eq-log-likelihood",
    r"\log L(p) = \sum_{n=1}^{N} \log P(y_n) = m \log p + (N - m) \log (1 - p)",
)
def test_log_likelihood(rng):
    """확률을 모두 곱한 뒤에 로그를 취한 것과 견준다. 열두 번이면 곱이 0으로 사라지지 않는다."""
    p, y = rng.uniform(0.1, 0.9), rng.random(12) < 0.7
    N, m = len(y), y.sum()
    P = [p if head else 1 - p for head in y]

    def formula():
        return sum(np.log(P[n]) for n in range(N)), m * np.log(p) + (N - m) * np.log(1 - p)

    return formula, np.log(np.prod(P))


# 미분 -------------------------------------------------------------------------------------


@equation(
    "eq-derivative",
    r"f'(x) = \frac{df}{dx} = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}",
    rtol=1e-4, atol=1e-5,
)  # h가 0이 아니라서 h에 비례하는 오차가 남는다
def test_derivative(rng):
    """아주 작은 h의 평균 변화율을 라이브러리의 도함수와 견준다."""
    f, x, h = np.tanh, rng.normal(size=5), 1e-6

    def formula():
        return (f(x + h) - f(x)) / h

    return formula, activations.tanh_derivative(x)


@equation(
    "eq-central-difference",
    r"f'(x) \approx \frac{f(x+h) - f(x-h)}{2h}",
    rtol=1e-6, atol=1e-7,
)  # 오차는 h의 제곱에 비례한다
def test_central_difference(rng):
    """라이브러리의 도함수와 견준다."""
    f, x, h = np.tanh, rng.normal(size=5), 1e-4

    def formula():
        return (f(x + h) - f(x - h)) / (2 * h)

    return formula, activations.tanh_derivative(x)


@equation(
    "eq-gradient",
    r"\nabla L = \left( \frac{\partial L}{\partial \theta_1}, \frac{\partial L}{\partial "
    r"\theta_2} \right) = (\theta_1 - 12,\; 4(\theta_2 - 3))",
    rtol=1e-7, atol=1e-7,
)  # 수치 미분의 반올림 오차
def test_gradient(rng):
    """붕어빵 손실을 수치 미분한 것과 견준다."""
    theta = rng.normal(10, 5, size=2)

    def loss(theta):
        return (theta[0] - 12) ** 2 / 2 + 2 * (theta[1] - 3) ** 2

    def formula():
        return np.array([theta[0] - 12, 4 * (theta[1] - 3)])

    return formula, numerical_gradient(loss, theta)


@equation(
    "eq-calculus-chain",
    r"\frac{dL}{d\theta} = \frac{dL}{du} \cdot \frac{du}{d\theta}",
    rtol=1e-7, atol=1e-8,
)  # 수치 미분의 반올림 오차
def test_chain(rng):
    """이은 함수 L(u(θ))를 통째로 수치 미분한 것과 견준다."""
    theta = rng.normal(size=1)
    u, dL_du, du_dtheta = np.sin(theta), activations.tanh_derivative, np.cos

    def formula():
        return dL_du(u) * du_dtheta(theta)

    return formula, numerical_gradient(lambda t: np.tanh(np.sin(t)), theta)


@equation(
    "eq-exp-log",
    r"\frac{d}{dx} e^x = e^x, \qquad \frac{d}{dx} \log x = \frac{1}{x} \quad (x > 0)",
    rtol=1e-7,
)  # 수치 미분의 반올림 오차
def test_exp_log(rng):
    """수치 미분과 견준다."""
    x = rng.uniform(0.5, 3, size=4)

    def formula():
        return np.exp(x), 1 / x

    slope = [numerical_gradient(lambda v, f=f: f(v).sum(), x) for f in (np.exp, np.log)]
    return formula, tuple(slope)


@equation(
    "eq-gradient-descent",
    r"\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}",
)
def test_gradient_descent(rng):
    """라이브러리의 옵티마이저가 한 걸음 간 자리와 견준다."""
    theta, gradient, eta = rng.normal(size=4), rng.normal(size=4), rng.uniform(0.01, 1)

    def formula():
        return theta - eta * gradient

    parameter = Parameter(theta.copy(), name="theta")
    parameter.grad[...] = gradient
    SGD([parameter], lr=eta).step()
    return formula, parameter.value
