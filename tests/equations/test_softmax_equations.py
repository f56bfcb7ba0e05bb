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
    """하나씩 더한 점수와 비교한다. p는 그 점수를 라이브러리의 시그모이드에 넣어 구한다."""
    w, x, b = rng.normal(size=3), rng.normal(size=3), rng.normal()
    z = b + sum(w_d * x_d for w_d, x_d in zip(w, x, strict=True))
    p = activations.sigmoid(z)

    def formula():
        return np.log(p / (1 - p)), w @ x + b

    return formula, z


@equation("eq-sigmoid", r"p = \sigma(z) = \frac{1}{1 + e^{-z}}")
def test_sigmoid(rng):
    """라이브러리의 시그모이드와 비교한다."""
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
    """라이브러리의 이진 교차 엔트로피와 비교한다."""
    p, y = rng.uniform(0.05, 0.95, size=9), rng.integers(0, 2, 9)
    N = len(y)

    def formula():
        return -1 / N * sum(y[n] * np.log(p[n]) + (1 - y[n]) * np.log(1 - p[n]) for n in range(N))

    return formula, losses.binary_cross_entropy(p, y)


@equation(
    "eq-logistic-gradient",
    r"\frac{\partial L}{\partial w} = \frac{1}{N} \sum_{n=1}^{N} (p_n - y_n)\, x_n, "
    r"\qquad \frac{\partial L}{\partial b} = \frac{1}{N} \sum_{n=1}^{N} (p_n - y_n)",
    **SLOPE,
)
def test_logistic_gradient(rng):
    """라이브러리의 손실을 w와 b로 수치 미분한 값과 비교한다."""
    x, y = rng.normal(size=(7, 3)), rng.integers(0, 2, 7)
    w, b = rng.normal(size=3), rng.normal(size=1)
    p, N = activations.sigmoid(x @ w + b), len(y)

    def loss(w, b):
        return losses.sigmoid_binary_cross_entropy((x @ w + b)[:, np.newaxis], y)

    def formula():
        return (
            1 / N * sum((p[n] - y[n]) * x[n] for n in range(N)),
            1 / N * sum(p[n] - y[n] for n in range(N)),
        )

    return formula, (
        numerical_gradient(lambda w: loss(w, b), w),
        numerical_gradient(lambda b: loss(w, b), b)[0],
    )


@equation(
    "eq-bce-logits",
    r"\ell = \log(1 + e^{s}) = \max(s, 0) + \log(1 + e^{-|s|}), \qquad s = (1 - 2y)z",
)
def test_bce_logits(rng):
    """확률을 거쳐 구한 라이브러리의 손실과 비교한다. s는 정답이 1이면 -z, 0이면 z이다."""
    z, y = rng.normal(scale=2, size=9), rng.integers(0, 2, 9)
    p = activations.sigmoid(z)

    def formula():
        s = (1 - 2 * y) * z
        return np.log(1 + np.exp(s)), np.maximum(s, 0) + np.log(1 + np.exp(-np.abs(s))), s

    loss = [losses.binary_cross_entropy(p[n : n + 1], y[n : n + 1]) for n in range(9)]
    return formula, (loss, loss, np.where(y == 1, -z, z))


# 소프트맥스 -------------------------------------------------------------------------------


@equation("eq-softmax", r"p_k = \frac{e^{z_k}}{\sum_{j=0}^{K-1} e^{z_j}}")
def test_softmax(rng):
    """라이브러리의 소프트맥스와 비교한다."""
    z, K = rng.normal(scale=3, size=5), 5

    def formula():
        return [np.exp(z[k]) / sum(np.exp(z[j]) for j in range(K)) for k in range(K)]

    return formula, activations.softmax(z)


@equation(
    "eq-softmax-shift",
    r"\mathrm{softmax}(z + c)_k = \frac{e^{z_k}\, e^{c}}{\sum_{j} e^{z_j}\, e^{c}} = "
    r"\mathrm{softmax}(z)_k",
)
def test_softmax_shift(rng):
    """모든 로짓에 c를 더해 라이브러리의 소프트맥스에 넣은 값과 비교한다."""
    z, c, K = rng.normal(size=5), rng.normal(), 5

    def formula():
        return (
            [
                np.exp(z[k]) * np.exp(c) / sum(np.exp(z[j]) * np.exp(c) for j in range(K))
                for k in range(K)
            ],
            [np.exp(z[k]) / sum(np.exp(z[j]) for j in range(K)) for k in range(K)],
        )

    return formula, activations.softmax(z + c)


@equation(
    "eq-lse",
    r"\mathrm{LSE}(z) = \log \sum_{j} e^{z_j}, \qquad \log p_k = z_k - \mathrm{LSE}(z)",
)
def test_lse(rng):
    """라이브러리의 로그-합-지수, 로그 소프트맥스와 비교한다."""
    z, K = rng.normal(scale=2, size=5), 5

    def formula():
        LSE = np.log(sum(np.exp(z[j]) for j in range(K)))
        return LSE, [z[k] - LSE for k in range(K)]

    return formula, (activations.logsumexp(z), activations.log_softmax(z))


@equation("eq-lse-shift", r"\mathrm{LSE}(z + c) = \mathrm{LSE}(z) + c")
def test_lse_shift(rng):
    """로짓마다 지수에 e의 c제곱을 곱하고, 모두 더해 로그를 취한 값과 비교한다."""
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
    """클래스가 둘일 때 라이브러리의 소프트맥스와 비교한다."""
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
    """라이브러리의 소프트맥스에 온도를 준 값과 비교한다."""
    z, T, K = rng.normal(scale=2, size=5), rng.uniform(0.3, 4), 5

    def formula():
        return [np.exp(z[k] / T) / sum(np.exp(z[j] / T) for j in range(K)) for k in range(K)]

    return formula, activations.softmax(z, temperature=T)


# 교차 엔트로피 ----------------------------------------------------------------------------


@equation("eq-surprise", r"f(p) = -\log p", rtol=1e-6)  # 구간을 만 개로 나눈 넓이의 오차
def test_surprise(rng):
    """p에서 1까지, 1/q의 그래프 아래를 만 조각으로 나눠 더한 넓이와 비교한다."""
    p = rng.uniform(0.05, 0.9)
    edges = np.linspace(p, 1, 10_001)
    middles = (edges[1:] + edges[:-1]) / 2

    def formula():
        return -np.log(p)

    return formula, np.sum(np.diff(edges) / middles)


@equation("eq-cross-entropy", r"L = -\frac{1}{N} \sum_{n=1}^{N} \log p_{n,\,y_n}")
def test_cross_entropy(rng):
    """라이브러리의 교차 엔트로피와 비교한다."""
    p, y = random_probabilities(rng, 6, 4), rng.integers(0, 4, 6)
    N = len(y)

    def formula():
        return -1 / N * sum(np.log(p[n, y[n]]) for n in range(N))

    return formula, losses.cross_entropy(p, y)


@equation("eq-one-hot-loss", r"-\sum_{k=0}^{K-1} t_{n,k} \log p_{n,k} = -\log p_{n,\,y_n}")
def test_one_hot_loss(rng):
    """사진 한 장씩 구한 라이브러리의 교차 엔트로피와 비교한다."""
    p, y, N, K = random_probabilities(rng, 6, 4), rng.integers(0, 4, 6), 6, 4
    t = losses.one_hot(y, 4)

    def formula():
        return (
            [-sum(t[n, k] * np.log(p[n, k]) for k in range(K)) for n in range(N)],
            [-np.log(p[n, y[n]]) for n in range(N)],
        )

    return formula, [losses.cross_entropy(p[n : n + 1], y[n : n + 1]) for n in range(N)]


@equation(
    "eq-ce-kl",
    r"\underbrace{-\sum_{k} t_k \log p_k}_{H(t,\,p)} = \underbrace{-\sum_{k} t_k \log "
    r"t_k}_{H(t)} + \underbrace{\sum_{k} t_k \log \frac{t_k}{p_k}}_{\mathrm{KL}(t "
    r"\,\Vert\, p)}",
)
def test_ce_kl(rng):
    """비율이 t인 데이터를 늘어놓고 모두에게 확률 p를 준 라이브러리의 교차 엔트로피와 비교한다.

    엔트로피는 p = t일 때의 교차 엔트로피이고, KL 발산은 그보다 늘어난 만큼이다.
    """
    counts, p, K = rng.integers(1, 50, size=4), random_probabilities(rng, 4), 4
    t, y = counts / counts.sum(), np.repeat(np.arange(4), counts)

    def formula():
        entropy = -sum(t[k] * np.log(t[k]) for k in range(K))
        kl = sum(t[k] * np.log(t[k] / p[k]) for k in range(K))
        return -sum(t[k] * np.log(p[k]) for k in range(K)), entropy + kl, entropy, kl

    said_p, said_t = (losses.cross_entropy(np.tile(q, (len(y), 1)), y) for q in (p, t))
    return formula, (said_p, said_p, said_t, said_p - said_t)


@equation(
    "eq-logit-cross-entropy",
    r"L = \frac{1}{N} \sum_{n=1}^{N} \Bigl( \log \sum_{k=0}^{K-1} e^{z_{n,k}} - "
    r"z_{n,\,y_n} \Bigr)",
)
def test_logit_cross_entropy(rng):
    """확률을 거쳐 구한 라이브러리의 교차 엔트로피와 비교한다."""
    z, y = rng.normal(scale=2, size=(6, 4)), rng.integers(0, 4, 6)
    N, K = z.shape

    def formula():
        lse = [np.log(sum(np.exp(z[n, k]) for k in range(K))) for n in range(N)]
        return 1 / N * sum(lse[n] - z[n, y[n]] for n in range(N))

    return formula, losses.cross_entropy(activations.softmax(z), y)


@equation(
    "eq-initial-loss",
    r"L_0 \approx \log K + \frac{s^2}{2}\Bigl(1 - \frac{1}{K}\Bigr)",
    rtol=0,
    atol=0.004,  # 식을 바꾸면 0.02 넘게 달라지는 K가 있다
)
def test_initial_loss(rng):
    """분산이 0.1인 무작위 로짓 5,000장에서, 정답을 클래스마다 바꿔 구한 손실의 평균과 비교한다."""
    K, s = np.array([3, 5, 10]), np.sqrt(0.1)

    def formula():
        return np.log(K) + s**2 / 2 * (1 - 1 / K)

    def measured(K):
        z = rng.normal(scale=s, size=(5000, K))
        return np.mean([losses.softmax_cross_entropy(z, np.full(5000, k)) for k in range(K)])

    return formula, [measured(size) for size in K]


# 소프트맥스의 기울기 ----------------------------------------------------------------------


@equation(
    "eq-softmax-jacobian",
    r"\frac{\partial p_k}{\partial z_j} = p_k\,(\delta_{kj} - p_j)",
    **SLOPE,
)
def test_softmax_jacobian(rng):
    """라이브러리의 소프트맥스를 확률 하나씩 수치 미분한 값과 비교한다."""
    z = rng.normal(size=4)
    p, K, delta = activations.softmax(z), 4, np.eye(4)

    def formula():
        return [[p[k] * (delta[k, j] - p[j]) for j in range(K)] for k in range(K)]

    return formula, [
        numerical_gradient(lambda z, k=k: activations.softmax(z)[k], z) for k in range(K)
    ]


@equation("eq-softmax-gradient", r"\frac{\partial L}{\partial z_j} = p_j - t_j", **SLOPE)
def test_softmax_gradient(rng):
    """사진 한 장의 손실을 로짓으로 수치 미분한 값과 비교한다."""
    z, y, K = rng.normal(size=(1, 4)), rng.integers(0, 4, 1), 4
    p, t = activations.softmax(z)[0], losses.one_hot(y, 4)[0]

    def formula():
        return [p[j] - t[j] for j in range(K)]

    return formula, numerical_gradient(lambda z: losses.softmax_cross_entropy(z, y), z)[0]


@equation(
    "eq-softmax-parameter-gradient",
    r"\frac{\partial L}{\partial W} = x^\top \frac{\partial L}{\partial z}, \qquad "
    r"\frac{\partial L}{\partial b_j} = \sum_{n=1}^{N} \frac{\partial L}{\partial "
    r"z_{n,j}}",
    **SLOPE,
)
def test_softmax_parameter_gradient(rng):
    """라이브러리의 손실을 가중치와 편향으로 수치 미분한 값과 비교한다."""
    x, y = rng.normal(size=(5, 2)), rng.integers(0, 3, 5)
    W, b = rng.normal(size=(2, 3)), rng.normal(size=3)
    loss = losses.SoftmaxCrossEntropy()
    loss.forward(x @ W + b, y)
    dz = loss.backward()
    N, K = dz.shape

    def formula():
        return x.T @ dz, [sum(dz[n, j] for n in range(N)) for j in range(K)]

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
    """하나씩 더한 점수, 라이브러리의 소프트맥스, 라이브러리의 손실과 차례로 비교한다."""
    x, y = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    W, b, N = rng.normal(size=(4, 3)), rng.normal(size=3), 6
    scores = np.array([[b[k] + sum(x[n] * W[:, k]) for k in range(3)] for n in range(N)])

    def formula():
        z = x @ W + b
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return z, p, -1 / N * sum(np.log(p[n, y[n]]) for n in range(N))

    return formula, (scores, activations.softmax(scores), losses.softmax_cross_entropy(scores, y))


@equation(
    "eq-digits-boundary",
    r"z_i = z_j \iff x \cdot (w_i - w_j) + (b_i - b_j) = 0",
    atol=1e-9,  # 0과 비교하므로 반올림 오차만큼 열어 둔다
)
def test_digits_boundary(rng):
    """답이 i에서 j로 바뀌는 점에서는 0, 그 밖에서는 라이브러리의 두 로그 확률의 차이와 비교한다.

    점수의 차이와 오른쪽의 식이 모든 점에서 같은 수이므로, 하나가 0이면 다른 하나도 0이다.
    """
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
    gaps = np.append(0.0, log_p(x)[:, 0] - log_p(x)[:, 1])
    x = np.vstack([inside, x])

    def formula():
        z_i, z_j = x @ w_i + b_i, x @ w_j + b_j
        return z_i - z_j, x @ (w_i - w_j) + (b_i - b_j)

    return formula, gaps


@equation("eq-mnist-range", r"z_{255} = (255\,x)\,W + b = 255 \left( xW + \frac{b}{255} \right)")
def test_mnist_range(rng):
    """0~255 화소를 그대로 받은 라이브러리의 아핀 층과 비교한다."""
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
    """구간마다 정답 수와 확신의 합의 차이를 구해, 모두 더하고 N으로 나눈 값과 비교한다."""
    B, N = 5, 2000
    z, scale = rng.normal(size=(N, 10)), rng.uniform(0, 8, size=(N, 1))
    y = (2 * z + rng.gumbel(size=(N, 10))).argmax(axis=1)  # 정답은 softmax(2z)에서 나온다
    p = activations.softmax(scale * z)  # 빈 구간이 없고, 모자란 확신과 지나친 확신이 다 있다
    c, a, N_i = metrics.reliability(p, y, n_bins=B)
    right, sure = p.argmax(axis=1) == y, p.max(axis=1)
    gaps = np.bincount(np.ceil(sure * B).astype(int), weights=right - sure)

    def formula():
        return sum(N_i[i] / N * np.abs(a[i] - c[i]) for i in range(B))

    return formula, np.abs(gaps).sum() / N


@equation(
    "eq-temperature-nll",
    r"L(T) = -\frac{1}{N} \sum_{n=1}^{N} \log \mathrm{softmax}(z_n / T)_{y_n}",
)
def test_temperature_nll(rng):
    """로짓을 라이브러리의 소프트맥스(온도 T)와 교차 엔트로피에 넣은 값과 비교한다."""
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
    """클래스마다 따로 적은 타깃, 라이브러리의 손실을 로짓으로 수치 미분한 값과 비교한다."""
    K, epsilon, z, y = 4, rng.uniform(0.05, 0.5), rng.normal(size=(1, 4)), rng.integers(0, 4, 1)
    p, t = activations.softmax(z)[0], losses.one_hot(y, K)[0]
    target = [1 - epsilon * (K - 1) / K if k == y[0] else epsilon / K for k in range(K)]
    loss = losses.SoftmaxCrossEntropy(label_smoothing=epsilon)

    def formula():
        t_ = [(1 - epsilon) * t[k] + epsilon / K for k in range(K)]
        return t_, [p[k] - t_[k] for k in range(K)]

    return formula, (target, numerical_gradient(lambda z: loss.forward(z, y), z)[0])
