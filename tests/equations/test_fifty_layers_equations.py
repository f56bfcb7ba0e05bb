"""‘50층을 지나면’ 절의 식."""

import itertools

import numpy as np
import pytest
from registry import equation

from deepnote_lib import activations
from deepnote_lib.layers import Affine, Tanh
from deepnote_lib.models import mlp
from deepnote_lib.optimizers import clip_gradients
from deepnote_lib.parameter import Parameter

pytestmark = pytest.mark.initialization


def sign_matrices(n_in, n_out):
    """원소가 ±1인 행렬 모두. 부호만 고르게 뽑아도 평균 0, 분산 1이고 서로 독립이다."""
    every = itertools.product((-1.0, 1.0), repeat=n_in * n_out)
    return [np.reshape(entries, (n_in, n_out)) for entries in every]


def bell(t):
    """표준 정규 분포의 밀도."""
    return np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)


@equation("eq-fifty-layers-forward")
def test_fifty_layers_forward(rng):
    """두 층의 모든 ±σ 행렬을 늘어놓아 마지막 활성값의 제곱을 평균한다."""
    x, sigma, widths = rng.normal(size=3), rng.uniform(0.5, 2, size=2), (3, 2, 2)
    total, count = 0.0, 0
    for W1 in sign_matrices(3, 2):
        h = activations.relu(x @ (sigma[0] * W1))
        for W2 in sign_matrices(2, 2):
            total += np.mean(activations.relu(h @ (sigma[1] * W2)) ** 2)
            count += 1
    q0 = np.mean(x**2)

    def formula():
        return q0 * np.prod([1 / 2 * n * s**2 for n, s in zip(widths, sigma, strict=False)])

    return formula, total / count


@equation("eq-fifty-layers-ratio", rtol=1e-6)
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


@equation("eq-fifty-layers-jacobian")
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


@equation("eq-fifty-layers-backward")
def test_fifty_layers_backward(rng):
    """g와 z를 고정하고 ±σ 행렬을 모두 늘어놓아, 한 층을 거슬러 오른 기울기를 평균한다."""
    z, g, sigma = rng.normal(size=2), rng.normal(size=3), rng.uniform(0.5, 2)
    slope = activations.tanh_derivative(z)
    squares = [np.mean((g @ (sigma * W).T * slope) ** 2) for W in sign_matrices(2, 3)]

    def formula():
        return 3 * sigma**2 * np.mean(slope**2) * np.mean(g**2)

    return formula, np.mean(squares)


@equation("eq-fifty-layers-saturation", rtol=2e-3)
def test_fifty_layers_saturation(rng):
    """z의 정규 분포 위에서 도함수의 제곱을 촘촘한 합으로 적분한다. s가 클 때의 어림이다."""
    s = rng.uniform(30, 60)
    z = np.linspace(-60, 60, 240_001)
    slope = activations.tanh_derivative(z)
    integral = np.sum(slope**2 * bell(z / s) / s) * (z[1] - z[0])

    def formula():
        return 4 / (3 * np.sqrt(2 * np.pi) * s)

    return formula, integral


@equation("eq-fifty-layers-clip")
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
