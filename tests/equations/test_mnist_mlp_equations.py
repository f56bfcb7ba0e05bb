"""‘MNIST를 200번 돌려 보면’ 쪽의 식."""

import numpy as np
import pytest
from registry import equation

from deepnote_lib.experiments.mnist_mlp import OneHotBCE
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.models import mlp
from deepnote_lib.optimizers import SGD
from deepnote_lib.regularizers import L2
from deepnote_lib.training import Trainer

pytestmark = pytest.mark.regularization


@equation("eq-mnist-mlp-convert", rtol=1e-6, atol=1e-8)
def test_mnist_mlp_convert(rng):
    """식의 η와 λ로 라이브러리가 한 걸음 간 곳이, 합으로 적은 손실을 수치 미분해 간 곳이다."""
    N, K, eta_sum, ell = 6, 3, rng.uniform(0.01, 0.1), rng.uniform(0.1, 1)
    x, y = rng.normal(size=(N, 4)), rng.integers(0, K, N)
    start = mlp(4, K, rng=0, dtype=np.float64).parameters()[0].value

    def total(W):
        z, t = x @ W, np.eye(K)[y]
        return (np.logaddexp(0, z) - t * z).sum() + ell / 2 * (W**2).sum()

    def stepped(eta, lam):
        model = mlp(4, K, rng=0, dtype=np.float64)
        if eta <= 0 or lam < 0:  # 부호를 뒤집은 식은 라이브러리가 받지 않는다
            return np.full_like(start, np.nan)
        Trainer(model, OneHotBCE(), SGD(model.parameters(), lr=eta), penalty=L2(lam)).step(x, y)
        return model.parameters()[0].value

    def formula():
        return stepped(N * K * eta_sum, ell / (N * K))

    return formula, start - eta_sum * numerical_gradient(total, start)


@equation("eq-mnist-mlp-effective", rtol=1e-6, atol=1e-8)
def test_mnist_mlp_effective(rng):
    """한 에포크 동안 제자리에서 더해지는 기울기를 하나씩 모아, 식의 수치 미분과 견준다."""
    B, ell = int(rng.integers(3, 9)), rng.uniform(0.1, 1)
    x, w = rng.normal(size=(B, 5, 4)), rng.normal(size=4)  # 미니배치 B개
    added = sum(x_batch.T @ np.tanh(x_batch @ w) + ell * w for x_batch in x)

    def data_cost(v):
        return np.log(np.cosh(x @ v)).sum()

    def formula():
        return numerical_gradient(lambda v: data_cost(v) + B * ell / 2 * (v**2).sum(), w)

    return formula, added
