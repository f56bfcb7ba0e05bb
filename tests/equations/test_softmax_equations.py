"""‘소프트맥스 회귀’ 장의 식."""

import numpy as np
import pytest
from registry import equation

from deepnote_lib import activations, losses, metrics
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.layers import Affine

pytestmark = pytest.mark.softmax
SLOPE = {"rtol": 1e-6, "atol": 1e-8}  # 수치 미분은 일곱 자리쯤 맞는다


def random_probabilities(rng, *shape):
    p = rng.uniform(0.05, 1, size=shape)
    return p / p.sum(axis=-1, keepdims=True)


# 로지스틱 회귀 ----------------------------------------------------------------------------


@equation("eq-log-odds", r"\log \frac{p}{1 - p} = z = w \cdot x + b")
def test_log_odds(rng):
    """하나씩 더한 점수와 견준다. p는 라이브러리의 시그모이드로 구한다."""
    w, x, b = rng.normal(size=3), rng.normal(size=3), rng.normal()
    z = b + sum(w_d * x_d for w_d, x_d in zip(w, x, strict=True))
    p = activations.sigmoid(z)

    def formula():
        return np.log(p / (1 - p)), w @ x + b

    return formula, z


@equation("eq-sigmoid", r"p = \sigma(z) = \frac{1}{1 + e^{-z}}")
def test_sigmoid(rng):
    """라이브러리의 시그모이드와 견준다."""
    z = rng.normal(scale=3, size=8)

    def formula():
        return 1 / (1 + np.exp(-z))

    return formula, activations.sigmoid(z)


@equation(
    "eq-binary-cross-entropy",
    r"L = -\frac{1}{N} \sum_{n=1}^{N} \left[ y_n \log p_n + (1 - y_n) \log (1 - p_n) "
    r"\right]",
)
def test_binary_cross_entropy(rng):
    """라이브러리의 손실과 견준다."""
    p, y = rng.uniform(0.05, 0.95, size=9), rng.integers(0, 2, 9)
    N = len(y)

    def formula():
        return -1 / N * (y * np.log(p) + (1 - y) * np.log(1 - p)).sum()

    return formula, losses.binary_cross_entropy(p, y)


@equation(
    "eq-logistic-gradient",
    r"\frac{\partial L}{\partial w} = \frac{1}{N} \sum_{n=1}^{N} (p_n - y_n)\, x_n, "
    r"\qquad \frac{\partial L}{\partial b} = \frac{1}{N} \sum_{n=1}^{N} (p_n - y_n)",
    **SLOPE,
)
def test_logistic_gradient(rng):
    """라이브러리의 손실을 수치 미분한 것과 견준다."""
    x, y = rng.normal(size=(7, 3)), rng.integers(0, 2, 7)
    w, b = rng.normal(size=3), rng.normal(size=1)
    p, N = activations.sigmoid(x @ w + b), len(y)

    def loss(w, b):
        return losses.sigmoid_binary_cross_entropy((x @ w + b)[:, np.newaxis], y)

    def formula():
        return 1 / N * sum((p[n] - y[n]) * x[n] for n in range(N)), [1 / N * sum(p - y)]

    return formula, (
        numerical_gradient(lambda w: loss(w, b), w),
        numerical_gradient(lambda b: loss(w, b), b),
    )


@equation(
    "eq-bce-logits",
    r"\ell = \log(1 + e^{s}) = \max(s, 0) + \log(1 + e^{-|s|}), \qquad s = (1 - 2y)z",
)
def test_bce_logits(rng):
    """확률을 거쳐 구한 라이브러리의 손실과 견준다."""
    z, y = rng.normal(scale=2, size=9), rng.integers(0, 2, 9)
    p = activations.sigmoid(z)

    def formula():
        s = (1 - 2 * y) * z
        return np.log(1 + np.exp(s)), np.maximum(s, 0) + np.log(1 + np.exp(-np.abs(s)))

    return formula, [losses.binary_cross_entropy(p[n : n + 1], y[n : n + 1]) for n in range(9)]


# 소프트맥스 -------------------------------------------------------------------------------


@equation("eq-softmax", r"p_k = \frac{e^{z_k}}{\sum_{j=0}^{K-1} e^{z_j}}")
def test_softmax(rng):
    """라이브러리의 소프트맥스와 견준다."""
    z = rng.normal(scale=3, size=5)

    def formula():
        return np.exp(z) / sum(np.exp(z))

    return formula, activations.softmax(z)


@equation(
    "eq-softmax-shift",
    r"\mathrm{softmax}(z + c)_k = \frac{e^{z_k}\, e^{c}}{\sum_{j} e^{z_j}\, e^{c}} = "
    r"\mathrm{softmax}(z)_k",
)
def test_softmax_shift(rng):
    """라이브러리에 옮긴 로짓을 넣은 것과 견준다."""
    z, c = rng.normal(size=5), rng.normal()

    def formula():
        return np.exp(z) * np.exp(c) / sum(np.exp(z) * np.exp(c)), np.exp(z) / sum(np.exp(z))

    return formula, activations.softmax(z + c)


@equation(
    "eq-lse",
    r"\mathrm{LSE}(z) = \log \sum_{j} e^{z_j}, \qquad \log p_k = z_k - \mathrm{LSE}(z)",
)
def test_lse(rng):
    """라이브러리의 로그-합-지수, 로그 소프트맥스와 견준다."""
    z = rng.normal(scale=2, size=5)

    def formula():
        lse = np.log(sum(np.exp(z)))
        return lse, z - lse

    return formula, (activations.logsumexp(z), activations.log_softmax(z))


@equation("eq-lse-shift", r"\mathrm{LSE}(z + c) = \mathrm{LSE}(z) + c")
def test_lse_shift(rng):
    """로짓마다 지수에 e의 c제곱을 곱해 더하고 로그를 취한 것과 견준다."""
    z, c, LSE = rng.normal(size=5), rng.normal(), activations.logsumexp

    def formula():
        return LSE(z + c), LSE(z) + c

    return formula, np.log(sum(np.exp(z) * np.exp(c)))


@equation(
    "eq-softmax-sigmoid",
    r"p_1 = \frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = "
    r"\sigma(z_1 - z_0)",
)
def test_softmax_sigmoid(rng):
    """클래스가 둘인 라이브러리의 소프트맥스와 견준다."""
    z0, z1 = rng.normal(scale=2, size=(2, 8))
    sigmoid = activations.sigmoid

    def formula():
        return (
            np.exp(z1) / (np.exp(z0) + np.exp(z1)),
            1 / (1 + np.exp(-(z1 - z0))),
            sigmoid(z1 - z0),
        )

    return formula, activations.softmax(np.stack([z0, z1], axis=1))[:, 1]


@equation("eq-temperature", r"p_k(T) = \frac{e^{z_k / T}}{\sum_{j} e^{z_j / T}}")
def test_temperature(rng):
    """라이브러리에 온도를 준 것과 견준다."""
    z, T = rng.normal(scale=2, size=5), rng.uniform(0.3, 4)

    def formula():
        return np.exp(z / T) / sum(np.exp(z / T))

    return formula, activations.softmax(z, temperature=T)


# 교차 엔트로피 ----------------------------------------------------------------------------


@equation("eq-surprise", r"f(p) = -\log p", rtol=1e-6)  # 구간을 만 개로 나눈 넓이의 오차
def test_surprise(rng):
    """p에서 1까지 1/q의 그래프 아래 넓이를 잘게 나누어 더한다."""
    p = rng.uniform(0.05, 0.9)
    edges = np.linspace(p, 1, 10_001)
    middles = (edges[1:] + edges[:-1]) / 2

    def formula():
        return -np.log(p)

    return formula, np.sum(np.diff(edges) / middles)


@equation("eq-cross-entropy", r"L = -\frac{1}{N} \sum_{n=1}^{N} \log p_{n,\,y_n}")
def test_cross_entropy(rng):
    """라이브러리의 손실과 견준다."""
    p, y = random_probabilities(rng, 6, 4), rng.integers(0, 4, 6)
    N = len(y)

    def formula():
        return -1 / N * sum(np.log(p[n, y[n]]) for n in range(N))

    return formula, losses.cross_entropy(p, y)


@equation("eq-one-hot-loss", r"-\sum_{k=0}^{K-1} t_{n,k} \log p_{n,k} = -\log p_{n,\,y_n}")
def test_one_hot_loss(rng):
    """사진 한 장씩 구한 라이브러리의 손실과 견준다."""
    p, y = random_probabilities(rng, 6, 4), rng.integers(0, 4, 6)
    t, n = metrics.one_hot(y, 4), np.arange(6)

    def formula():
        return -(t * np.log(p)).sum(axis=1), -np.log(p[n, y])

    return formula, [losses.cross_entropy(p[i : i + 1], y[i : i + 1]) for i in n]


@equation(
    "eq-ce-kl",
    r"\underbrace{-\sum_{k} t_k \log p_k}_{H(t,\,p)} = \underbrace{-\sum_{k} t_k \log "
    r"t_k}_{H(t)} + \underbrace{\sum_{k} t_k \log \frac{t_k}{p_k}}_{\mathrm{KL}(t "
    r"\,\Vert\, p)}",
)
def test_ce_kl(rng):
    """비율이 t인 데이터를 실제로 늘어놓고, 모두에게 p를 말한 손실과 견준다."""
    counts, p = rng.integers(1, 50, size=4), random_probabilities(rng, 4)
    t, y = counts / counts.sum(), np.repeat(np.arange(4), counts)

    def formula():
        entropy, kl = -(t * np.log(t)).sum(), (t * np.log(t / p)).sum()
        return -(t * np.log(p)).sum(), entropy + kl

    return formula, losses.cross_entropy(np.tile(p, (len(y), 1)), y)


@equation(
    "eq-logit-cross-entropy",
    r"L = \frac{1}{N} \sum_{n=1}^{N} \Bigl( \log \sum_{k=0}^{K-1} e^{z_{n,k}} - "
    r"z_{n,\,y_n} \Bigr)",
)
def test_logit_cross_entropy(rng):
    """확률을 거쳐 구한 라이브러리의 손실과 견준다."""
    z, y = rng.normal(scale=2, size=(6, 4)), rng.integers(0, 4, 6)
    N = len(y)

    def formula():
        return 1 / N * sum(np.log(sum(np.exp(z[n]))) - z[n, y[n]] for n in range(N))

    return formula, losses.cross_entropy(activations.softmax(z), y)


@equation(
    "eq-initial-loss",
    r"L_0 \approx \log K + \frac{s^2}{2}\Bigl(1 - \frac{1}{K}\Bigr)",
    rtol=0, atol=0.004,
)  # 부호를 뒤집으면 0.02 넘게 달라진다
def test_initial_loss(rng):
    """분산이 0.1인 로짓 5,000장의 손실을 클래스마다 재어 평균한다."""
    K, s = 5, np.sqrt(0.1)
    z = rng.normal(scale=s, size=(5000, K))

    def formula():
        return np.log(K) + s**2 / 2 * (1 - 1 / K)

    return formula, np.mean([losses.softmax_cross_entropy(z, np.full(5000, k)) for k in range(K)])


# 소프트맥스의 기울기 ----------------------------------------------------------------------


@equation(
    "eq-softmax-jacobian",
    r"\frac{\partial p_k}{\partial z_j} = p_k\,(\delta_{kj} - p_j)",
    **SLOPE,
)
def test_softmax_jacobian(rng):
    """라이브러리의 소프트맥스를 확률 하나씩 수치 미분한 것과 견준다."""
    z = rng.normal(size=4)
    p, K, delta = activations.softmax(z), range(4), np.eye(4)

    def formula():
        return [[p[k] * (delta[k, j] - p[j]) for j in K] for k in K]

    return formula, [numerical_gradient(lambda z, k=k: activations.softmax(z)[k], z) for k in K]


@equation("eq-softmax-gradient", r"\frac{\partial L}{\partial z_j} = p_j - t_j", **SLOPE)
def test_softmax_gradient(rng):
    """사진 한 장의 손실을 수치 미분한 것과 견준다."""
    z, y = rng.normal(size=(1, 4)), rng.integers(0, 4, 1)
    p, t = activations.softmax(z), metrics.one_hot(y, 4)

    def formula():
        return p - t

    return formula, numerical_gradient(lambda z: losses.softmax_cross_entropy(z, y), z)


@equation(
    "eq-softmax-parameter-gradient",
    r"\frac{\partial L}{\partial W} = x^\top \frac{\partial L}{\partial z}, \qquad "
    r"\frac{\partial L}{\partial b_j} = \sum_{n=1}^{N} \frac{\partial L}{\partial "
    r"z_{n,j}}",
    **SLOPE,
)
def test_softmax_parameter_gradient(rng):
    """가중치와 편향을 하나씩 흔들어 수치 미분한 것과 견준다."""
    x, y = rng.normal(size=(5, 2)), rng.integers(0, 3, 5)
    W, b = rng.normal(size=(2, 3)), rng.normal(size=3)
    loss = losses.SoftmaxCrossEntropy()
    loss.forward(x @ W + b, y)
    dz = loss.backward()

    def formula():
        return x.T @ dz, sum(dz[n] for n in range(len(y)))

    return formula, (
        numerical_gradient(lambda W: losses.softmax_cross_entropy(x @ W + b, y), W),
        numerical_gradient(lambda b: losses.softmax_cross_entropy(x @ W + b, y), b),
    )


# 손글씨 숫자와 MNIST ---------------------------------------------------------------------


@equation(
    "eq-digits-model",
    r"z = xW + b, \qquad p = \mathrm{softmax}(z), \qquad L = -\frac{1}{N} \sum_{n=1}^{N} "
    r"\log p_{n, y_n}",
)
def test_digits_model(rng):
    """라이브러리의 소프트맥스와 손실을 차례로 부른 것과 견준다. 점수는 하나씩 더한다."""
    x, y = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    W, b, N = rng.normal(size=(4, 3)), rng.normal(size=3), 6
    scores = np.array([[b[k] + sum(x[n] * W[:, k]) for k in range(3)] for n in range(N)])

    def formula():
        z = x @ W + b
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return z, p, -1 / N * sum(np.log(p[n, y[n]]) for n in range(N))

    return formula, (scores, activations.softmax(scores), losses.softmax_cross_entropy(scores, y))


@equation("eq-digits-boundary", r"z_i = z_j \iff x \cdot (w_i - w_j) + (b_i - b_j) = 0", atol=1e-9)  # 0과 견주므로 반올림 오차만큼 열어 둔다
def test_digits_boundary(rng):
    """답이 i에서 j로 바뀌는 자리에서는 0, 그 밖에서는 두 로그 확률의 차이인지 본다."""
    x, (w_i, w_j), (b_i, b_j) = (
        rng.normal(size=(50, 3)),
        rng.normal(size=(2, 3)),
        rng.normal(size=2),
    )

    def log_p(x):
        return activations.log_softmax(np.stack([x @ w_i + b_i, x @ w_j + b_j], axis=-1))

    answers = log_p(x).argmax(axis=1)
    inside, outside = x[answers == 0][0], x[answers == 1][0]
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if log_p(middle).argmax() == 0 else (inside, middle)

    def formula():
        return inside @ (w_i - w_j) + (b_i - b_j), x @ (w_i - w_j) + (b_i - b_j)

    return formula, (0.0, log_p(x)[:, 0] - log_p(x)[:, 1])


@equation("eq-mnist-range", r"z_{255} = (255\,x)\,W + b = 255 \left( xW + \frac{b}{255} \right)")
def test_mnist_range(rng):
    """0~255 화소를 그대로 받은 라이브러리의 층과 견준다."""
    pixels = rng.integers(0, 256, size=(4, 6)).astype(float)
    layer = Affine(6, 3, rng=rng, dtype=np.float64)
    layer.b.value[...] = rng.normal(size=3)
    x, W, b = pixels / 255, layer.W.value, layer.b.value

    def formula():
        return (255 * x) @ W + b, 255 * (x @ W + b / 255)

    return formula, layer.forward(pixels)


# 확률 보정 --------------------------------------------------------------------------------


@equation("eq-ece", r"\mathrm{ECE} = \sum_{i=1}^{B} \frac{N_i}{N}\, \lvert a_i - c_i \rvert")
def test_ece(rng):
    """구간마다 정답 수와 확신의 합의 차이를 모아 N으로 나눈 것과 견준다."""
    p, y, B = random_probabilities(rng, 300, 3), rng.integers(0, 3, 300), 5
    c, a, N_i = (part[2:] for part in metrics.reliability(p, y, n_bins=B))  # 0.4까지는 드물다
    right, sure = p.argmax(axis=1) == y, p.max(axis=1)
    used = sure > 0.4
    N = used.sum()
    gaps = np.bincount(np.ceil(sure[used] * B).astype(int), weights=(right - sure)[used])

    def formula():
        return sum(N_i / N * np.abs(a - c))

    return formula, np.abs(gaps).sum() / N


@equation(
    "eq-temperature-nll",
    r"L(T) = -\frac{1}{N} \sum_{n=1}^{N} \log \mathrm{softmax}(z_n / T)_{y_n}",
)
def test_temperature_nll(rng):
    """라이브러리의 온도와 교차 엔트로피를 거친 것과 견준다."""
    z, y, T, N = rng.normal(size=(6, 4)), rng.integers(0, 4, 6), rng.uniform(0.3, 4), 6

    def softmax(z):
        return np.exp(z) / sum(np.exp(z))

    def formula():
        return -1 / N * sum(np.log(softmax(z[n] / T)[y[n]]) for n in range(N))

    return formula, losses.cross_entropy(activations.softmax(z, temperature=T), y)


@equation(
    "eq-label-smoothing",
    r"\tilde{t}_k = (1 - \varepsilon)\, t_k + \frac{\varepsilon}{K}, \qquad "
    r"\frac{\partial L}{\partial z_k} = p_k - \tilde{t}_k",
    **SLOPE,
)
def test_label_smoothing(rng):
    """타깃은 칸마다 채우고, 기울기는 라이브러리의 손실을 수치 미분한다."""
    K, epsilon, z, y = 4, rng.uniform(0.05, 0.5), rng.normal(size=(1, 4)), rng.integers(0, 4, 1)
    p, t = activations.softmax(z), metrics.one_hot(y, K)
    target = [[1 - epsilon * (K - 1) / K if k == y[0] else epsilon / K for k in range(K)]]
    loss = losses.SoftmaxCrossEntropy(label_smoothing=epsilon)

    def formula():
        smooth = (1 - epsilon) * t + epsilon / K
        return smooth, p - smooth

    return formula, (target, numerical_gradient(lambda z: loss.forward(z, y), z))
