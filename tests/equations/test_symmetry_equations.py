"""‘대칭 깨기’ 절의 식."""

import numpy as np
import pytest
from registry import equation

from deepnote_lib import activations
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.layers import Tanh
from deepnote_lib.losses import SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import mlp

pytestmark = pytest.mark.initialization
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


@equation("eq-symmetry-gradient")
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


@equation("eq-symmetry-equivariance")
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


@equation("eq-symmetry-one-neuron")
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


@equation("eq-symmetry-difference", rtol=1e-5, atol=1e-8)
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
