"""‘배치 정규화’ 절의 식."""

import numpy as np
import pytest
from registry import equation

from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.normalization import BatchNorm

pytestmark = pytest.mark.initialization
SLOPE = {"rtol": 1e-6, "atol": 1e-8}  # 수치 미분은 일곱 자리쯤 맞는다


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


@equation("eq-batch-norm")
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


@equation("eq-batch-norm-backward", **SLOPE)
def test_batch_norm_backward(rng):
    """라이브러리의 순전파를 수치 미분한 것과 견준다."""
    N, x, eps, gamma = 6, rng.normal(1, 2, size=6), rng.uniform(0.1, 0.5), rng.uniform(1, 2)
    weight = rng.normal(size=6)
    d, (x_hat, s) = gamma * weight, standardized(x, eps)

    def formula():
        return 1 / s * (d - 1 / N * sum(d) - x_hat * 1 / N * sum(d * x_hat))

    return formula, slope(x, gamma, eps, weight)


@equation("eq-batch-norm-orthogonal", **SLOPE)
def test_batch_norm_orthogonal(rng):
    """수치 미분한 기울기로 견준다. 합이 0이라는 등식은 첫 항을 오른쪽으로 넘겨 적는다."""
    x, eps, gamma = rng.normal(1, 2, size=6), rng.uniform(0.1, 0.5), rng.uniform(1, 2)
    weight = rng.normal(size=6)
    d, (x_hat, s) = gamma * weight, standardized(x, eps)
    g = slope(x, gamma, eps, weight)

    def formula():
        return -sum(g[1:]), eps / s**3 * sum(d * x_hat)

    return formula, (g[0], x_hat @ g)


@equation("eq-batch-norm-running")
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


@equation("eq-batch-norm-scale", **SLOPE)
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


@equation("eq-batch-norm-growth", **SLOPE)
def test_batch_norm_growth(rng):
    """수치 미분한 기울기로 정말 한 스텝을 간 다음의 길이와 견준다. 열마다 성립한다."""
    X, W, eta = rng.normal(size=(8, 4)), rng.normal(size=(4, 3)), rng.uniform(0.2, 0.8)
    weight = rng.normal(size=(8, 3))
    G = numerical_gradient(lambda V: two_layers(X, V, weight), W.copy())

    def formula():
        return np.sum(W**2, axis=0) + eta**2 * np.sum(G**2, axis=0)

    return formula, np.linalg.norm(W - eta * G, axis=0) ** 2
