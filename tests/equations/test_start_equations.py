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
    """라이브러리가 구한 정확도와 비교한다."""
    N = 20
    y_hat, y = rng.integers(0, 3, size=(2, N))

    def formula():
        return 1 / N * sum(y_hat[n] == y[n] for n in range(N))

    return formula, metrics.accuracy(y, y_hat)


@equation("eq-weighted-accuracy", r"\text{정확도} = \frac{\sum_k N_k a_k}{\sum_k N_k}")
def test_weighted_accuracy(rng):
    """나누어 센 샘플을 모두 이어 붙여 한꺼번에 구한 정확도와 비교한다."""
    N, K = rng.integers(1, 30, size=4), 4
    right = [rng.random(n) < 0.6 for n in N]
    a = np.array([part.mean() for part in right])

    def formula():
        return sum(N[k] * a[k] for k in range(K)) / sum(N[k] for k in range(K))

    return formula, np.concatenate(right).mean()


@equation("eq-memory", r"M = N \times D \times s")
def test_memory(rng):
    """NumPy 배열이 실제로 차지한 바이트 수와 비교한다."""
    N, D = rng.integers(2, 200, size=2)
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
    """원소를 하나씩 곱해 더하는 반복문이 구한 (N, K) 행렬과 비교한다."""
    N, D, K = 3, 2, 4
    x, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, K)), rng.normal(size=K)

    def formula():
        return x @ W + b

    return formula, [[b[k] + sum(x[n] * W[:, k]) for k in range(K)] for n in range(N)]


@equation(
    "eq-numpy-standardize",
    r"x'_{nd} = \frac{x_{nd} - \mu_d}{\sigma_d}, \quad \mu_d = \frac{1}{N}\sum_{n=1}^{N} "
    r"x_{nd}, \quad \sigma_d = \sqrt{\frac{1}{N}\sum_{n=1}^{N} (x_{nd} - \mu_d)^2}",
)
def test_standardize(rng):
    """NumPy의 mean과 std로 구한 표준화한 점수, 평균, 표준편차와 비교한다."""
    N, D = 6, 3
    x = rng.normal(70, 15, size=(N, D))
    mean, std = np.mean(x, axis=0), np.std(x, axis=0)

    def formula():
        mu = [1 / N * sum(x[n, d] for n in range(N)) for d in range(D)]
        sigma = [np.sqrt(1 / N * sum((x[n, d] - mu[d]) ** 2 for n in range(N))) for d in range(D)]
        scores = [[(x[n, d] - mu[d]) / sigma[d] for d in range(D)] for n in range(N)]
        return scores, mu, sigma

    return formula, (x / std - mean / std, mean, std)


@equation(
    "eq-numpy-affine",
    r"z_{nk} = \sum_{d=1}^{D} x_{nd} W_{dk} + b_k, \qquad \underset{(N,K)}{z} = "
    r"\underset{(N,D)}{x}\,\underset{(D,K)}{W} + \underset{(K,)}{b}",
)
def test_numpy_affine(rng):
    """라이브러리의 아핀 층이 구한 (N, K) 출력과 비교한다."""
    N, D, K = 4, 3, 2
    x, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, K)), rng.normal(size=K)

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
    """길이와 방향을 정해 그린 두 화살표를 복소수로 곱한 값, 그리고 정한 길이와 비교한다."""
    (r, s), (alpha, beta), D = rng.uniform(0.5, 2, size=2), rng.uniform(0, 6, size=2), 5
    arrows, phi = (r * np.exp(1j * alpha), s * np.exp(1j * beta)), beta - alpha
    plane, _ = np.linalg.qr(rng.normal(size=(D, 2)))  # 5차원에 놓아도 길이와 각도는 그대로이다
    a, b = (plane @ [arrow.real, arrow.imag] for arrow in arrows)
    norm = np.linalg.norm

    def formula():
        return (
            a @ b,
            sum(a[d] * b[d] for d in range(D)),
            norm(a) * norm(b) * np.cos(phi),
            np.sqrt(a @ a),
        )

    dot = (np.conj(arrows[0]) * arrows[1]).real
    return formula, (dot, dot, dot, r)


@equation(
    "eq-matmul-views",
    r"(xW)_{nk} = \sum_{d=1}^{D} x_{nd} W_{dk}, \qquad xW = \sum_{d=1}^{D} "
    r"\underset{(N,1)}{x_{:,d}} \; \underset{(1,K)}{W_{d,:}}",
)
def test_matmul_views(rng):
    """NumPy의 행렬 곱과 비교한다."""
    N, D, K = 3, 4, 2
    x, W = rng.normal(size=(N, D)), rng.normal(size=(D, K))

    def formula():
        cells = [[sum(x[n, d] * W[d, k] for d in range(D)) for k in range(K)] for n in range(N)]
        return np.array(cells), sum(x[:, [d]] @ W[[d], :] for d in range(D))

    return formula, x @ W


@equation("eq-transpose", r"(AB)^\top = B^\top A^\top")
def test_transpose(rng):
    """원소마다 곱해 더한 값을 k행 n열에 놓은 행렬과 비교한다."""
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
    """값을 확률에 비례하는 횟수만큼 늘어놓은 데이터의 평균, 분산과 비교한다."""
    x, counts = rng.normal(size=5), rng.integers(1, 9, size=5)
    P = counts / counts.sum()
    data = np.repeat(x, counts)

    def formula():
        def E(x):
            return sum(P[i] * x[i] for i in range(5))

        return E(x), E((x - E(x)) ** 2), E(x**2) - E(x) ** 2

    return formula, (data.mean(), data.var(), data.var())


@equation(
    "eq-variance-rules",
    r"\begin{gathered} \mathrm{Var}(aX) = a^2\, \mathrm{Var}(X) \\ \mathrm{Var}(X + Y) = "
    r"\mathrm{Var}(X) + \mathrm{Var}(Y) \quad (\text{독립일 때}) \end{gathered}",
)
def test_variance_rules(rng):
    """a를 곱한 값의 분산, 독립인 두 값의 모든 짝을 더한 값의 분산과 비교한다."""
    a = rng.normal()
    X, Y = (np.repeat(rng.normal(size=4), rng.integers(1, 5, size=4)) for _ in range(2))
    every_sum = [x + y for x in X for y in Y]  # 독립이면 모든 짝이 두 확률의 곱만큼 나온다

    def formula():
        return a**2 * np.var(X), np.var(X) + np.var(Y)

    return formula, (np.var(a * X), np.var(every_sum))


@equation(
    "eq-log-likelihood",
    r"\log L(p) = \sum_{n=1}^{N} \log P(y_n) = m \log p + (N - m) \log (1 - p)",
)
def test_log_likelihood(rng):
    """동전을 던진 결과의 확률을 모두 곱한 뒤에 로그를 취한 값과 비교한다."""
    N, p = 12, rng.uniform(0.1, 0.9)  # 열두 번이면 곱이 0으로 사라지지 않는다
    y = rng.random(N) < 0.7
    m = y.sum()

    def P(head):
        return p if head else 1 - p

    def formula():
        return sum(np.log(P(y[n])) for n in range(N)), m * np.log(p) + (N - m) * np.log(1 - p)

    return formula, np.log(np.prod([P(head) for head in y]))


# 미분 -------------------------------------------------------------------------------------


@equation(
    "eq-derivative",
    r"f'(x) = \frac{df}{dx} = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}",
    rtol=1e-4,
    atol=1e-5,
)  # h가 0이 아니라서 h에 비례하는 오차가 남는다
def test_derivative(rng):
    """앞뒤로 아주 조금 움직인 tanh의 평균 변화율을 라이브러리의 도함수와 비교한다."""
    f, x = np.tanh, rng.normal(size=5)
    h = np.array([[1e-6], [-1e-6]])  # 극한은 양쪽에서 다가간다

    def formula():
        return (f(x + h) - f(x)) / h

    return formula, np.tile(activations.tanh_derivative(x), (2, 1))


@equation(
    "eq-central-difference",
    r"f'(x) \approx \frac{f(x+h) - f(x-h)}{2h}",
    rtol=1e-6,
    atol=1e-7,
)  # 오차는 h의 제곱에 비례한다
def test_central_difference(rng):
    """tanh의 중앙 차분을 라이브러리의 도함수와 비교한다."""
    f, x, h = np.tanh, rng.normal(size=5), 1e-4

    def formula():
        return (f(x + h) - f(x - h)) / (2 * h)

    return formula, activations.tanh_derivative(x)


@equation(
    "eq-gradient",
    r"\nabla L = \left( \frac{\partial L}{\partial \theta_1}, \frac{\partial L}{\partial "
    r"\theta_2} \right) = (\theta_1 - 12,\; 4(\theta_2 - 3))",
    rtol=1e-7,
    atol=1e-7,
)  # 수치 미분의 반올림 오차
def test_gradient(rng):
    """붕어빵 가게의 손실을 수치 미분한 기울기와 비교한다."""
    theta = rng.normal(10, 5, size=2)

    def loss(theta):
        return (theta[0] - 12) ** 2 / 2 + 2 * (theta[1] - 3) ** 2

    def formula():
        return np.array([theta[0] - 12, 4 * (theta[1] - 3)])

    return formula, numerical_gradient(loss, theta)


@equation(
    "eq-calculus-chain",
    r"\frac{dL}{d\theta} = \frac{dL}{du} \cdot \frac{du}{d\theta}",
    rtol=1e-7,
    atol=1e-8,
)  # 수치 미분의 반올림 오차
def test_chain(rng):
    """합성함수 L(u(θ))를 한꺼번에 수치 미분한 값과 비교한다."""
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
    """지수 함수와 로그를 수치 미분한 값과 비교한다."""
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
    """라이브러리의 SGD가 한 스텝 갱신한 매개변수와 비교한다."""
    theta, gradient, eta = rng.normal(size=4), rng.normal(size=4), rng.uniform(0.01, 1)

    def formula():
        return theta - eta * gradient

    parameter = Parameter(theta.copy(), name="theta")
    parameter.grad[...] = gradient
    SGD([parameter], lr=eta).step()
    return formula, parameter.value
