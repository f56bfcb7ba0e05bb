"""‘오차역전파법’ 장의 식."""

import itertools
import math

import numpy as np
import pytest
from registry import equation

from deepnote_lib import activations, losses
from deepnote_lib.gradcheck import gradient_check, numerical_gradient
from deepnote_lib.graph import Graph
from deepnote_lib.initializers import normal, orthogonal
from deepnote_lib.layers import Affine, Sigmoid
from deepnote_lib.models import mlp
from deepnote_lib.optimizers import Adam, Momentum, RMSProp
from deepnote_lib.parameter import Parameter

pytestmark = pytest.mark.backprop
SLOPE = {"rtol": 1e-6, "atol": 1e-8}  # 수치 미분은 일곱 자리쯤 맞는다


# 수치 미분 --------------------------------------------------------------------------------


@equation(
    "eq-forward-error",
    r"\frac{f(x+h) - f(x)}{h} = f'(x) + \frac{h}{2} f''(x) + O(h^2)",
    rtol=0.01,
)  # 다음 항의 비중은 h·tan(x)/4로 0.2%가 안 된다
def test_forward_error(rng):
    """남은 오차를 h²으로 나눈 값을 테일러 전개의 다음 계수 f‴/6과 비교한다."""
    x, h = rng.uniform(0.2, 1.2, size=5), np.array([[2e-3], [1e-3]])
    f, f1, f2, f3 = np.sin, np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x)

    def formula():
        rest = (f(x + h) - f(x)) / h - (f1(x) + h / 2 * f2(x))
        return rest / h**2

    return formula, np.tile(f3(x) / 6, (2, 1))


@equation(
    "eq-central-error",
    r"\frac{f(x+h) - f(x-h)}{2h} = f'(x) + \frac{h^2}{6} f'''(x) + O(h^4)",
    rtol=0.01,
)  # 다음 항의 비중은 h²/42이고 나머지는 반올림 오차
def test_central_error(rng):
    """남은 오차를 h⁴으로 나눈 값을 테일러 전개의 다음 계수 f⁽⁵⁾/120과 비교한다."""
    x, h = rng.uniform(0.2, 1.2, size=5), np.array([[0.1], [0.05]])
    f, f1, f3, f5 = np.sin, np.cos, lambda x: -np.cos(x), np.cos

    def formula():
        rest = (f(x + h) - f(x - h)) / (2 * h) - (f1(x) + h**2 / 6 * f3(x))
        return rest / h**4

    return formula, np.tile(f5(x) / 120, (2, 1))


@equation(
    "eq-best-h",
    r"E(h) = \frac{h^2}{6} \lvert f''' \rvert + \frac{\varepsilon \lvert f \rvert}{h}, "
    r"\qquad h^* = \sqrt[3]{\frac{3 \varepsilon \lvert f \rvert}{\lvert f''' \rvert}}",
    rtol=1e-6,
)  # 삼분법이 찾은 최솟점은 여덟 자리쯤 맞는다
def test_best_h(rng):
    """함숫값에 ±ε|f|를 더했을 때 중앙 차분의 가장 큰 오차, 그 오차가 가장 작은 h와 비교한다."""
    size, slope, epsilon = *rng.uniform(1, 3, size=2), rng.uniform(0.01, 0.1)
    f, f3 = size * rng.choice([-1, 1]), rng.uniform(1, 3) * rng.choice([-1, 1])

    def worst(h):
        cubic = [f + slope * t + f3 / 6 * t**3 for t in (h, -h)]
        noisy = itertools.product(*[(v + epsilon * size, v - epsilon * size) for v in cubic])
        return max(abs((high - low) / (2 * h) - slope) for high, low in noisy)

    low, high = -6.0, 3.0
    for _ in range(100):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (left, high) if worst(np.exp(left)) > worst(np.exp(right)) else (low, right)
    h = rng.uniform(0.1, 2)

    def formula():
        E = h**2 / 6 * np.abs(f3) + epsilon * np.abs(f) / h
        return E, np.cbrt(3 * epsilon * np.abs(f) / np.abs(f3))

    return formula, (worst(h), np.exp(low))


@equation(
    "eq-numerical-gradient",
    r"\frac{\partial L}{\partial \theta_i} \approx \frac{L(\theta + h e_i) - L(\theta - h "
    r"e_i)}{2h}",
    **SLOPE,
)
def test_numerical_gradient(rng):
    """라이브러리가 역전파로 구한 기울기와 비교한다."""
    theta, y, h = rng.normal(size=5), rng.integers(0, 5, 1), 1e-5
    e, loss = np.eye(5), losses.SoftmaxCrossEntropy()

    def L(theta):
        return losses.softmax_cross_entropy(theta[np.newaxis], y)

    def formula():
        return [(L(theta + h * e[i]) - L(theta - h * e[i])) / (2 * h) for i in range(5)]

    loss.forward(theta[np.newaxis], y)
    return formula, loss.backward()[0]


@equation(
    "eq-numerical-cost",
    r"\frac{\text{수치 미분}}{\text{역전파}} = \frac{2P \cdot M}{M + (2M - M_1)} = \frac{2PM}{3M "
    r"- M_1}",
)
def test_numerical_cost(rng):
    """신경망의 행렬 곱을 실제로 계산하며 센 곱셈 횟수의 비와 비교한다."""
    sizes, N = rng.integers(2, 6, size=4), int(rng.integers(1, 5))
    layers = list(itertools.pairwise(sizes.tolist()))
    P, M, M_1 = (
        sum(n * m + m for n, m in layers),
        sum(n * m for n, m in layers),
        sizes[0] * sizes[1],
    )
    weights, counts = [np.ones(layer) for layer in layers], []

    def matmul(a, b):
        counts[-1] += a.shape[0] * a.shape[1] * b.shape[1]
        return a @ b

    def forward():
        outputs = [np.ones((N, sizes[0]))]
        for W in weights:
            outputs.append(matmul(outputs[-1], W))
        return outputs

    counts.append(0)
    for _ in range(2 * sum(W.size + W.shape[1] for W in weights)):
        forward()
    counts.append(0)
    *inputs, dout = forward()
    for i in (2, 1, 0):
        matmul(inputs[i].T, dout)
        dout = matmul(dout, weights[i].T) if i else None

    def formula():
        return 2 * P * M / (M + (2 * M - M_1)), 2 * P * M / (3 * M - M_1)

    return formula, counts[0] / counts[1]


@equation(
    "eq-complex-step",
    r"f'(x) = \frac{\operatorname{Im} f(x + ih)}{h} + O(h^2)",
    rtol=1e-4,
)  # 다음 항의 비중은 h²/20
def test_complex_step(rng):
    """h가 아주 작을 때는 도함수와 비교하고, 클 때는 남은 오차를 h²으로 나눠 f‴/6과 비교한다."""
    x, tiny, h = rng.uniform(0.2, 1.2, size=5), 1e-200, np.array([[0.02], [0.01]])
    f, f1, f3 = np.sin, np.cos, lambda x: -np.cos(x)

    def formula():
        rest = f1(x) - f(x + 1j * h).imag / h
        return f(x + 1j * tiny).imag / tiny, rest / h**2

    return formula, (f1(x), np.tile(f3(x) / 6, (2, 1)))


# 계산 그래프 ------------------------------------------------------------------------------


@equation(
    "eq-graph-edge",
    r"\frac{\partial L}{\partial x} = \frac{\partial y}{\partial x} \cdot \frac{\partial "
    r"L}{\partial y}",
)
def test_graph_edge(rng):
    """tanh를 지나 세제곱하는 계산 그래프를 라이브러리가 역전파한 기울기와 비교한다."""
    x = rng.normal()
    y = np.tanh(x)
    dy_dx, dL_dy = 1 - y**2, 3 * y**2

    def formula():
        return dy_dx * dL_dy

    g = Graph()
    g.power(g.tanh(g.input("x", x)), 3)
    return formula, g.backward()["x"]


@equation("eq-tanh", r"\tanh z = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = 2\,\sigma(2z) - 1")
def test_tanh(rng):
    """NumPy의 tanh와 비교한다."""
    z = rng.normal(scale=2, size=8)

    def formula():
        quotient = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
        return quotient, 2 * activations.sigmoid(2 * z) - 1

    return formula, np.tanh(z)


@equation(
    "eq-relu",
    r"\mathrm{ReLU}(z) = \max(0,\, z) = \begin{cases} z & z > 0 \\ 0 & z \le 0 "
    r"\end{cases}",
)
def test_relu(rng):
    """라이브러리의 계산 그래프에서 ReLU 노드가 낸 값과 비교한다."""
    z = rng.uniform(0.1, 3, size=8) * [-1, -1, -1, -1, 1, 1, 1, 1]
    z = np.append(z, 0.0)  # 꺾인 점

    def formula():
        return np.maximum(0, z), np.select([z > 0, z <= 0], [z, 0], default=np.nan)

    def library(v):
        g = Graph()
        return g.relu(g.input("z", v)).value

    return formula, np.array([library(float(v)) for v in z])


@equation(
    "eq-graph-sum",
    r"\frac{\partial L}{\partial x} = \sum_{i} \frac{\partial y_i}{\partial x} \cdot "
    r"\frac{\partial L}{\partial y_i}",
)
def test_graph_sum(rng):
    """로짓이 둘인 교차 엔트로피를 라이브러리가 역전파한 기울기와 비교한다.

    x는 z₁이고, e^z₁을 구하는 노드와 손실의 뺄셈에서 쓰인다.
    """
    z = rng.normal(size=2)
    dy_dx = [np.exp(z[0]), -1.0]
    dL_dy = [1 / sum(np.exp(z)), 1.0]

    def formula():
        return sum(dy_dx[i] * dL_dy[i] for i in range(2))

    loss = losses.SoftmaxCrossEntropy()
    loss.forward(z[np.newaxis], [0])
    return formula, loss.backward()[0, 0]


@equation(
    "eq-graph-paths",
    r"\frac{\partial L}{\partial x} = \sum_{\text{길}} \; \prod_{\text{엣지}} (\text{국소 "
    r"기울기})",
)
def test_graph_paths(rng):
    """마름모 그래프 a = xw, b = ap, c = a + q, d = bc를 라이브러리가 역전파한 기울기와 비교한다."""
    x, w, p, q = rng.uniform(0.5, 2, size=4)
    a = x * w
    local = {"xa": w, "ab": p, "ac": 1.0, "bd": a + q, "cd": a * p}
    paths = [("xa", "ab", "bd"), ("xa", "ac", "cd")]

    def formula():
        return sum(math.prod(local[edge] for edge in path) for path in paths)

    g = Graph()
    node = g.input("x", x) * g.input("w", w)
    (node * p) * (node + q)
    return formula, g.backward()["x"]


@equation(
    "eq-graph-vjp",
    r"\frac{\partial L}{\partial x_j} = \sum_{i=1}^{m} v_i\, \frac{\partial y_i}{\partial "
    r"x_j} = (v J)_j",
    **SLOPE,
)
def test_graph_vjp(rng):
    """출력마다 v를 곱해 더한 수를 입력으로 수치 미분한 기울기와 비교한다."""
    x, v = rng.normal(size=2), rng.normal(size=3)

    def y(x):
        return np.array([x[0] + x[1], x[0] * x[1], np.sin(x[0])])

    J = np.array([[1, 1], [x[1], x[0]], [np.cos(x[0]), 0]])

    def formula():
        one_by_one = [sum(v[i] * J[i, j] for i in range(3)) for j in range(2)]
        return np.array(one_by_one), v @ J

    return formula, numerical_gradient(lambda x: float(np.vdot(v, y(x))), x)


@equation(
    "eq-graph-order",
    r"\bigl( (v\, J_3)\, J_2 \bigr)\, J_1 = v \,\bigl( J_3\, (J_2\, J_1) \bigr)",
)
def test_graph_order(rng):
    """출력에서 입력까지 모든 길의 곱을 하나씩 더한 값과 비교한다."""
    v, J3, J2, J1 = (rng.normal(size=s) for s in (2, (2, 3), (3, 4), (4, 5)))

    def formula():
        return ((v @ J3) @ J2) @ J1, v @ (J3 @ (J2 @ J1))

    paths = itertools.product(range(2), range(3), range(4))
    return formula, sum(v[i] * J3[i, j] * J2[j, k] * J1[k] for i, j, k in paths)


# 층마다 -----------------------------------------------------------------------------------


@equation(
    "eq-layer-affine",
    r"\frac{\partial L}{\partial W} = x^\top \frac{\partial L}{\partial z}, \qquad "
    r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z}\, W^\top, \qquad "
    r"\frac{\partial L}{\partial b} = \sum_{n=1}^{N} \frac{\partial L}{\partial z_{n}}",
    **SLOPE,
)
def test_layer_affine(rng):
    """손실을 가중치, 입력, 편향으로 수치 미분한 기울기와 비교한다."""
    N, D, K = 5, 2, 3
    x, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, K)), rng.normal(size=K)
    y = rng.integers(0, K, N)
    loss, L = losses.SoftmaxCrossEntropy(), losses.softmax_cross_entropy
    loss.forward(x @ W + b, y)
    dz = loss.backward()

    def formula():
        return x.T @ dz, dz @ W.T, sum(dz[n] for n in range(N))

    return formula, (
        numerical_gradient(lambda W: L(x @ W + b, y), W),
        numerical_gradient(lambda x: L(x @ W + b, y), x),
        numerical_gradient(lambda b: L(x @ W + b, y), b),
    )


@equation(
    "eq-layer-adjoint",
    r"\langle G,\; x V \rangle = \langle x^\top G,\; V \rangle, \qquad \langle G,\; U W "
    r"\rangle = \langle G W^\top,\; U \rangle",
)
def test_layer_adjoint(rng):
    """첨자를 풀어 원소 셋의 곱을 하나씩 더한 값과 비교한다."""
    x, G, V = rng.normal(size=(4, 2)), rng.normal(size=(4, 3)), rng.normal(size=(2, 3))
    U, W = rng.normal(size=(4, 2)), rng.normal(size=(2, 3))

    def inner(a, b):
        return (a * b).sum()

    def formula():
        return inner(G, x @ V), inner(x.T @ G, V), inner(G, U @ W), inner(G @ W.T, U)

    indices = list(itertools.product(range(4), range(2), range(3)))
    weight = sum(G[n, k] * x[n, d] * V[d, k] for n, d, k in indices)
    entrance = sum(G[n, k] * U[n, d] * W[d, k] for n, d, k in indices)
    return formula, (weight, weight, entrance, entrance)


@equation(
    "eq-layer-elementwise",
    r"a = \varphi(z) \quad\Longrightarrow\quad \frac{\partial L}{\partial z} = "
    r"\frac{\partial L}{\partial a} \odot \varphi'(z)",
    **SLOPE,
)
def test_layer_elementwise(rng):
    """φ가 사인일 때 손실을 활성화 이전 값으로 수치 미분한 기울기와 비교한다."""
    z, y, phi, phi_derivative = rng.normal(size=(4, 3)), rng.integers(0, 3, 4), np.sin, np.cos
    loss = losses.SoftmaxCrossEntropy()
    loss.forward(phi(z), y)
    da = loss.backward()

    def formula():
        return da * phi_derivative(z)

    return formula, numerical_gradient(lambda z: losses.softmax_cross_entropy(phi(z), y), z)


@equation(
    "eq-layer-derivatives",
    r"\sigma'(z) = a\,(1 - a), \quad \tanh'(z) = 1 - a^2, \quad \mathrm{ReLU}'(z) = "
    r"\begin{cases} 1 & a > 0 \\ 0 & a = 0 \end{cases}",
    **SLOPE,
)
def test_layer_derivatives(rng):
    """라이브러리의 시그모이드, tanh, ReLU를 수치 미분한 값과 비교한다."""
    z = rng.uniform(0.1, 3, size=8) * [-1, -1, -1, -1, 1, 1, 1, 1]  # 꺾인 점 0은 피한다
    functions = activations.sigmoid, np.tanh, activations.relu
    sigmoid, tanh, relu = (f(z) for f in functions)

    def formula():
        switch = np.select([relu > 0, relu == 0], [1, 0], default=np.nan)
        return sigmoid * (1 - sigmoid), 1 - tanh**2, switch

    return formula, tuple(numerical_gradient(lambda z, f=f: f(z).sum(), z) for f in functions)


@equation(
    "eq-layer-lse",
    r"\frac{\partial}{\partial z_k} \log \sum_{j} e^{z_j} = \frac{e^{z_k}}{\sum_j "
    r"e^{z_j}} = p_k",
    **SLOPE,
)
def test_layer_lse(rng):
    """라이브러리의 로그-합-지수를 로짓으로 수치 미분한 기울기와 비교한다."""
    z, K = rng.normal(size=5), 5
    p = activations.softmax(z)

    def formula():
        ratios = [np.exp(z[k]) / sum(np.exp(z[j]) for j in range(K)) for k in range(K)]
        return ratios, [p[k] for k in range(K)]

    return formula, numerical_gradient(lambda z: float(activations.logsumexp(z)), z)


@equation(
    "eq-layer-broadcast",
    r"u_{nk} = s_n + b_k \quad\Longrightarrow\quad \frac{\partial L}{\partial b_k} = "
    r"\sum_{n} \frac{\partial L}{\partial u_{nk}}, \qquad \frac{\partial L}{\partial s_n} "
    r"= \sum_{k} \frac{\partial L}{\partial u_{nk}}",
    **SLOPE,
)
def test_layer_broadcast(rng):
    """NumPy의 브로드캐스팅으로 더한 값, 손실을 b와 s로 수치 미분한 기울기와 비교한다."""
    N, K = 4, 3
    s, b, c = rng.normal(size=N), rng.normal(size=K), rng.normal(size=(N, K))
    y = rng.integers(0, K, N)

    def L(s, b):  # 소프트맥스는 s를 지우므로 원소마다 다른 수를 곱한다
        return losses.softmax_cross_entropy((s[:, np.newaxis] + b) * c, y)

    loss = losses.SoftmaxCrossEntropy()
    loss.forward((s[:, np.newaxis] + b) * c, y)
    du = loss.backward() * c

    def formula():
        u = [[s[n] + b[k] for k in range(K)] for n in range(N)]
        db = [sum(du[n, k] for n in range(N)) for k in range(K)]
        ds = [sum(du[n, k] for k in range(K)) for n in range(N)]
        return u, db, ds

    return formula, (
        s[:, np.newaxis] + b,
        numerical_gradient(lambda b: L(s, b), b),
        numerical_gradient(lambda s: L(s, b), s),
    )


# 두 층 신경망 -----------------------------------------------------------------------------


def two_layers(rng):
    """라이브러리의 두 층 신경망, 입력과 정답, 그 매개변수의 값 넷."""
    model = mlp(3, 4, 3, activation=Sigmoid, rng=rng, dtype=np.float64)
    for p in model.parameters():
        p.value[...] = rng.normal(size=p.value.shape)
    values = [p.value for p in model.parameters()]
    return model, rng.normal(size=(5, 3)), rng.integers(0, 3, 5), values


def two_layer_slopes(model, x, y, places):
    """매개변수와 활성화 이전 값을 수치 미분한다. 편향에 샘플마다 다른 수를 더해 z를 흔든다."""
    W1, b1, W2, b2 = (p.value for p in model.parameters())
    shifts = {"z1": np.zeros((5, 4)), "z2": np.zeros((5, 3))}

    def L(_):
        h = activations.sigmoid(x @ W1 + b1 + shifts["z1"])
        return losses.softmax_cross_entropy(h @ W2 + b2 + shifts["z2"], y)

    arrays = shifts | {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return tuple(numerical_gradient(L, arrays[place]) for place in places)


@equation(
    "eq-two-layer-forward",
    r"z_1 = x W_1 + b_1, \quad h = \sigma(z_1), \quad z_2 = h W_2 + b_2, \quad p = "
    r"\mathrm{softmax}(z_2)",
)
def test_two_layer_forward(rng):
    """라이브러리의 층을 순서대로 지나며 나온 출력과 비교한다."""
    model, x, _, (W1, b1, W2, b2) = two_layers(rng)
    sigma = activations.sigmoid

    def formula():
        z1 = x @ W1 + b1
        h = sigma(z1)
        z2 = h @ W2 + b2
        p = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
        return z1, h, z2, p

    outputs = [x]
    for layer in model.layers:
        outputs.append(layer.forward(outputs[-1]))
    return formula, (*outputs[1:], activations.softmax(outputs[-1]))


@equation(
    "eq-two-layer-output",
    r"\frac{\partial L}{\partial z_2} = \frac{p - t}{N}, \qquad \frac{\partial "
    r"L}{\partial W_2} = h^\top \frac{\partial L}{\partial z_2}, \qquad \frac{\partial "
    r"L}{\partial b_2} = \sum_{n} \Bigl(\frac{\partial L}{\partial z_2}\Bigr)_n",
    **SLOPE,
)
def test_two_layer_output(rng):
    """손실을 로짓과 둘째 층의 매개변수로 수치 미분한 기울기와 비교한다."""
    model, x, y, (W1, b1, W2, b2) = two_layers(rng)
    h, t, N = activations.sigmoid(x @ W1 + b1), losses.one_hot(y, 3), 5
    p = activations.softmax(h @ W2 + b2)

    def formula():
        dz2 = (p - t) / N
        return dz2, h.T @ dz2, sum(dz2[n] for n in range(N))

    return formula, two_layer_slopes(model, x, y, ["z2", "W2", "b2"])


@equation(
    "eq-two-layer-hidden",
    r"\begin{gathered} \frac{\partial L}{\partial z_1} = \Bigl(\frac{\partial L}{\partial "
    r"z_2} W_2^\top\Bigr) \odot h \odot (1 - h) \\ \frac{\partial L}{\partial W_1} = "
    r"x^\top \frac{\partial L}{\partial z_1}, \qquad \frac{\partial L}{\partial b_1} = "
    r"\sum_{n} \Bigl(\frac{\partial L}{\partial z_1}\Bigr)_n \end{gathered}",
    **SLOPE,
)
def test_two_layer_hidden(rng):
    """손실을 은닉층의 활성화 이전 값과 첫 층의 매개변수로 수치 미분한 기울기와 비교한다."""
    model, x, y, (W1, b1, W2, b2) = two_layers(rng)
    h, N = activations.sigmoid(x @ W1 + b1), 5
    loss = losses.SoftmaxCrossEntropy()
    loss.forward(h @ W2 + b2, y)
    dz2 = loss.backward()

    def formula():
        dz1 = (dz2 @ W2.T) * h * (1 - h)
        return dz1, x.T @ dz1, sum(dz1[n] for n in range(N))

    return formula, two_layer_slopes(model, x, y, ["z1", "W1", "b1"])


@equation("eq-two-layer-count", r"P = (D + 1) H + (H + 1) K")
def test_two_layer_count(rng):
    """라이브러리의 두 층 신경망에 든 매개변수를 센 수와 비교한다."""
    D, H, K = (int(n) for n in rng.integers(2, 9, size=3))

    def formula():
        return (D + 1) * H + (H + 1) * K

    return formula, sum(p.value.size for p in mlp(D, H, K, rng=rng).parameters())


@equation(
    "eq-two-layer-permutation",
    r"L(W_1 \Pi,\ b_1 \Pi,\ \Pi^\top W_2,\ b_2) = L(W_1,\ b_1,\ W_2,\ b_2)",
)
def test_two_layer_permutation(rng):
    """은닉 뉴런을 섞지 않은 라이브러리의 모델에서 구한 손실과 비교한다."""
    model, x, y, (W1, b1, W2, b2) = two_layers(rng)
    Pi = np.eye(4)[[[1, 2, 3, 0], [2, 0, 3, 1], [3, 2, 0, 1]][rng.integers(3)]]  # 거듭해야 제자리

    def L(W1, b1, W2, b2):
        h = activations.sigmoid(x @ W1 + b1)
        return losses.softmax_cross_entropy(h @ W2 + b2, y)

    def formula():
        return L(W1 @ Pi, b1 @ Pi, Pi.T @ W2, b2), L(W1, b1, W2, b2)

    return formula, losses.softmax_cross_entropy(model.forward(x), y)


# 기울기 검증 ------------------------------------------------------------------------------


class WrongAffine(Affine):
    """매개변수의 기울기를 자리마다 k배로 적는 아핀 층. k는 W의 여섯, b의 셋 순서이다."""

    k = np.ones(9)

    def backward(self, dout, *, input_grad=True):
        dx = super().backward(dout, input_grad=input_grad)
        self.W.grad *= self.k[:6].reshape(2, 3)
        self.b.grad *= self.k[6:]
        return dx


class ScaledLoss(losses.SoftmaxCrossEntropy):
    """단위를 바꾸어 c배로 구한 손실."""

    def __init__(self, c):
        super().__init__()
        self.c = c

    def forward(self, logits, y):
        return self.c * super().forward(logits, y)

    def backward(self):
        return self.c * super().backward()


def wrong_model(rng, k, c=1):
    """자리마다 k배로 틀린 기울기 a, 수치 미분 n, 손실 L, 그리고 라이브러리의 비를 구하는 함수.

    라이브러리는 매개변수마다 가장 큰 비만 알려 주므로, 한 자리씩 틀리게 해 자리마다 비를 구한다.
    가장 큰 기울기가 마지막 자리에 오도록 입력은 작게, 정답은 모두 마지막 클래스로 둔다.
    """
    layer = WrongAffine(2, 3, rng=rng, dtype=np.float64)
    x, y = rng.uniform(-1, 1, size=(4, 2)), np.full(4, 2)

    def measure(c):
        ratios = []
        for i in range(9):
            layer.k = np.where(np.arange(9) == i, k, 1)
            ratios.append(gradient_check(layer, ScaledLoss(c), x, y)["W" if i < 6 else "b"].ratio)
        return ratios

    loss, layer.k = ScaledLoss(c), k
    L = loss.forward(layer.forward(x, training=True), y)
    layer.backward(loss.backward())
    a = np.concatenate([p.grad.ravel() for p in layer.parameters()])
    slopes = [
        numerical_gradient(lambda _: loss.forward(layer.forward(x), y), p.value)
        for p in layer.parameters()
    ]
    return a, np.concatenate([slope.ravel() for slope in slopes]), L, measure


@equation(
    "eq-check-ratio",
    r"r_i = \frac{\lvert a_i - n_i \rvert}{10^{-6} \left( \lvert a_i \rvert + \lvert n_i "
    r"\rvert \right) + 10^{-8} \max_j \lvert n_j \rvert + \varepsilon \lvert L \rvert / "
    r"h}",
    rtol=1e-6,
)  # 수치 미분의 반올림 오차
def test_check_ratio(rng):
    """기울기를 한 자리씩 틀리게 한 층에서 라이브러리의 기울기 검증이 구한 비와 비교한다."""
    c = rng.choice([-1, 1])  # 손실이 음수여도 |L|이다
    a, n, L, measure = wrong_model(rng, rng.uniform(-3, 0.5, size=9), c)
    epsilon, h = 2.0**-52, 1e-6

    def formula():
        return [
            np.abs(a[i] - n[i])
            / (
                1e-6 * (np.abs(a[i]) + np.abs(n[i]))
                + 1e-8 * max(np.abs(n[j]) for j in range(9))
                + epsilon * np.abs(L) / h
            )
            for i in range(9)
        ]

    return formula, measure(c)


@equation(
    "eq-check-scale",
    r"r(ca,\ cn,\ cL) = r(a,\ n,\ L)",
    rtol=1e-6,
)  # 수치 미분의 반올림 오차
def test_check_scale(rng):
    """손실에 c를 곱한 모델에서 라이브러리의 기울기 검증이 구한 비와 비교한다."""
    a, n, L, measure = wrong_model(rng, rng.uniform(-3, 0.5, size=9))
    c = 10 ** rng.uniform(-6, 6)

    def r(a, n, L):
        floor = 1e-8 * np.abs(n).max() + 2.0**-52 * np.abs(L) / 1e-6
        return np.abs(a - n) / (1e-6 * (np.abs(a) + np.abs(n)) + floor)

    def formula():
        return r(c * a, c * n, c * L), r(a, n, L)

    return formula, measure(c)


@equation(
    "eq-check-factor",
    r"a = k n \quad\Longrightarrow\quad r \approx 10^{6} \cdot \frac{\lvert k - 1 "
    r"\rvert}{\lvert k \rvert + 1}",
    rtol=0.02,
)  # 바닥의 비중은 가장 큰 기울기에서 1%까지이다
def test_check_factor(rng):
    """기울기를 k배로 틀리게 한 층에서 라이브러리의 기울기 검증이 구한 가장 큰 비와 비교한다."""
    k = np.array([rng.uniform(-3, -0.5), rng.uniform(0.2, 0.6), rng.uniform(1.5, 4)])

    def formula():
        return 1e6 * np.abs(k - 1) / (np.abs(k) + 1)

    models = [wrong_model(rng, np.full(9, value)) for value in k]
    return formula, [max(measure(1)) for *_, measure in models]


# 옵티마이저 -------------------------------------------------------------------------------


@equation(
    "eq-epoch-coverage",
    r"\mathrm{E}[\text{본 비율}] = 1 - \left(1 - \frac{B}{N}\right)^{N/B}",
)
def test_epoch_coverage(rng):
    """뽑을 수 있는 모든 경우를 늘어놓고 구한 본 비율의 평균과 비교한다."""
    N, B = [(4, 1), (4, 2), (6, 2), (6, 3)][rng.integers(4)]
    draws = itertools.product(itertools.combinations(range(N), B), repeat=N // B)

    def formula():
        return 1 - (1 - B / N) ** (N / B)

    return formula, np.mean([len(set().union(*days)) / N for days in draws])


@equation("eq-stable-range", r"|1 - \eta h| < 1 \iff 0 < \eta < \frac{2}{h}")
def test_stable_range(rng):
    """포물선에서 경사 하강법을 300스텝 실행해 최솟점에 다가갔는지와 비교한다."""
    h = rng.uniform(0.5, 5)
    eta = rng.uniform(-1 / h, 3 / h, size=30)  # 음수도 넣는다
    theta = np.ones(30)
    for _ in range(300):
        theta = theta - eta * (h * theta)

    def formula():
        return [abs(1 - e * h) < 1 for e in eta], [0 < e < 2 / h for e in eta]

    return formula, np.abs(theta) < 1


def walk(optimizer, theta, gradients, **options):
    """라이브러리의 옵티마이저가 갱신한 매개변수를 스텝마다 적는다."""
    parameter = Parameter(theta, name="theta")
    steps = optimizer([parameter], **options)
    places = []
    for g in gradients:
        parameter.grad[...] = g
        steps.step()
        places.append(parameter.value.copy())
    return places


@equation("eq-momentum", r"v \leftarrow \beta v - \eta g, \qquad \theta \leftarrow \theta + v")
def test_momentum(rng):
    """라이브러리의 모멘텀이 스텝마다 갱신한 매개변수와 비교한다."""
    start, gradients = rng.normal(size=3), rng.normal(size=(4, 3))
    beta, eta = rng.uniform(0.5, 0.95), rng.uniform(0.05, 0.5)

    def formula():
        theta, v, places = start, np.zeros(3), []
        for g in gradients:
            v = beta * v - eta * g
            theta = theta + v
            places.append(theta)
        return np.array(places)

    return formula, walk(Momentum, start, gradients, lr=eta, beta=beta)


@equation("eq-momentum-range", r"0 < \eta < \frac{2(1 + \beta)}{h}")
def test_momentum_range(rng):
    """포물선에서 모멘텀을 200스텝 실행해 최솟점에 다가갔는지와 비교한다."""
    h, beta = rng.uniform(0.5, 5), rng.uniform(0.3, 0.9)
    eta = rng.uniform(-1 / h, 5 / h, size=40)  # 음수도 넣는다
    theta, v = np.ones(40), np.zeros(40)
    for _ in range(200):
        v = beta * v - eta * (h * theta)
        theta = theta + v

    def formula():
        return [0 < e < 2 * (1 + beta) / h for e in eta]

    return formula, np.abs(theta) < 1


@equation(
    "eq-rmsprop",
    r"r \leftarrow \rho r + (1 - \rho) g^2, \qquad \theta \leftarrow \theta - \eta "
    r"\frac{g}{\sqrt{r} + \varepsilon}",
)
def test_rmsprop(rng):
    """라이브러리의 RMSProp이 스텝마다 갱신한 매개변수와 비교한다."""
    start, gradients = rng.normal(size=3), rng.normal(size=(4, 3))
    rho, eta = rng.uniform(0.5, 0.95), rng.uniform(0.05, 0.5)
    epsilon = rng.uniform(0.05, 0.1)  # 크게 두어야 ε의 자리가 틀린 식과 구별된다

    def formula():
        theta, r, places = start, np.zeros(3), []
        for g in gradients:
            r = rho * r + (1 - rho) * g**2
            theta = theta - eta * g / (np.sqrt(r) + epsilon)
            places.append(theta)
        return np.array(places)

    return formula, walk(RMSProp, start, gradients, lr=eta, rho=rho, eps=epsilon)


@equation(
    "eq-adam",
    r"\begin{aligned} m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, & v &\leftarrow "
    r"\beta_2 v + (1 - \beta_2)\, g^2 \\ \hat{m} &= \frac{m}{1 - \beta_1^t}, \quad "
    r"\hat{v} = \frac{v}{1 - \beta_2^t}, & \theta &\leftarrow \theta - \eta "
    r"\frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon} \end{aligned}",
)
def test_adam(rng):
    """라이브러리의 Adam이 스텝마다 갱신한 매개변수와 비교한다."""
    start, gradients = rng.normal(size=3), rng.normal(size=(4, 3))
    (beta1, beta2), eta = rng.uniform(0.5, 0.95, size=2), rng.uniform(0.05, 0.5)
    epsilon = rng.uniform(0.05, 0.1)  # 크게 두어야 ε의 자리가 틀린 식과 구별된다

    def formula():
        theta, m, v, places = start, np.zeros(3), np.zeros(3), []
        for t, g in enumerate(gradients, 1):
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
            theta = theta - eta * m_hat / (np.sqrt(v_hat) + epsilon)
            places.append(theta)
        return np.array(places)

    library = walk(Adam, start, gradients, lr=eta, beta1=beta1, beta2=beta2, eps=epsilon)
    return formula, library


@equation(
    "eq-vanishing",
    r"\lVert \delta_1 \rVert \le \left(\tfrac{1}{4}\right)^{d-1} \lVert W_2 \rVert \cdots "
    r"\lVert W_d \rVert \, \lVert \delta_d \rVert",
)
def test_vanishing(rng):
    """라이브러리가 역전파한 델타끼리 비교한다. 등식이 되는 신경망에서는 두 변의 비가 1이어야 한다.

    샘플이 하나이면 편향의 기울기가 델타이다. 가중치가 아주 작으면 σ'이 1/4에 가깝고, 너비가 1이거나
    가중치가 직교 행렬의 상수 배이면 노름의 곱도 등식이 된다.
    """

    def network(width, init):
        d = int(rng.integers(3, 7))
        model = mlp(width, *[width] * d, activation=Sigmoid, init=init, rng=rng, dtype=np.float64)
        model.forward(rng.normal(size=(1, width)), training=True)
        model.backward(rng.normal(size=(1, width)))
        W = [p.value for p in model.parameters() if p.penalized]
        delta = [p.grad for p in model.parameters() if not p.penalized]
        return d, dict(enumerate(W, 1)), dict(enumerate(delta, 1))

    networks = [network(1, normal(3)), network(4, normal(0.5)), network(4, normal(3))]
    tight = [network(1, normal(1e-6)), network(4, orthogonal(1e-6))]
    norm = np.linalg.norm

    def formula():
        def bound(d, W, delta):
            factors = (norm(W[layer], 2) for layer in range(2, d + 1))
            return (1 / 4) ** (d - 1) * math.prod(factors) * norm(delta[d])

        holds = [norm(delta[1]) <= bound(d, W, delta) for d, W, delta in networks]
        ratios = [norm(delta[1]) / bound(d, W, delta) for d, W, delta in tight]
        return holds, ratios

    return formula, ([True] * 3, [1.0] * 2)
