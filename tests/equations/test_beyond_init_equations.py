"""‘초기화’ 장의 ‘한 걸음 더: 직교, LSUV, 잔차’ 절의 식."""

import itertools
import math

import numpy as np
import pytest
from registry import equation

from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.initializers import orthogonal
from deepnote_lib.layers import Affine, ReLU, Residual

pytestmark = pytest.mark.initialization
GRID = np.linspace(-9, 9, 20001)
DENSITY = np.exp(-(GRID**2) / 2) / math.sqrt(2 * math.pi)


def gaussian_mean(values):
    """GRID에서 잰 값의 표준정규 기댓값(사다리꼴)."""
    return np.trapezoid(values * DENSITY, GRID)


def signs(*shape):
    """모든 부호의 배열. 평균 0, 분산 1인 독립 원소의 모든 경우이다."""
    n = math.prod(shape)
    return np.array(list(itertools.product([-1, 1], repeat=n))).reshape(-1, *shape)


@equation("eq-mean-stretch")
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


@equation("eq-orthogonal-init")
def test_orthogonal_init(rng):
    """라이브러리의 초기화가 두 꼴을 지키는지 본다."""
    tall, wide = orthogonal()((5, 3), rng), orthogonal()((3, 5), rng)

    def formula():
        return tall.T @ tall, wide @ wide.T

    return formula, (np.eye(3), np.eye(3))


@equation("eq-residual-growth")
def test_residual_growth(rng):
    """0에 대칭인 입력과 부호뿐인 He 가중치를 모두 늘어놓은 기댓값, 그리고 하나씩 쌓은 것과 견준다."""
    n, s, L = 2, rng.uniform(0.2, 1.5), int(rng.integers(3, 9))
    half = rng.normal(size=(4, n))
    x = np.concatenate([half, -half])
    q, found = np.mean(x**2), []
    weights = signs(n, n) * math.sqrt(2 / n)
    for A in weights:
        for B in weights:
            f = np.maximum(np.maximum(x, 0) @ A, 0) @ B
            found.append(np.mean((x + s * f) ** 2))
    start = rng.uniform(0.5, 2)
    stacked = start
    for _ in range(L):
        stacked = stacked + s * s * stacked

    def formula():
        return (1 + s**2) * q, (1 + s**2) ** L * start

    return formula, (np.mean(found), stacked)


@equation("eq-residual-backward", rtol=1e-6, atol=1e-8)
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


@equation("eq-mean-field", rtol=1e-7)
def test_mean_field(rng):
    """층을 되풀이해 자리를 잡은 값이, 가우스-에르미트 구적으로 적은 식을 만족하는지 본다."""
    a, b = rng.uniform(0.6, 1.5), rng.uniform(0.2, 0.8)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    v = settle(a, b)

    def formula():
        return a**2 * (weights @ np.tanh(math.sqrt(v) * nodes) ** 2) + b**2

    return formula, v


@equation("eq-edge-of-chaos", rtol=1e-3)
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
