"""‘초기화 진단실’ 절의 식."""

from itertools import pairwise

import numpy as np
import pytest
from registry import equation

from deepnote_lib.inspection import inspect_network
from deepnote_lib.layers import Affine, ReLU, Tanh
from deepnote_lib.losses import SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD
from deepnote_lib.training import Trainer

pytestmark = pytest.mark.initialization


@equation("eq-init-clinic-first-loss", rtol=3e-4)
def test_first_loss(rng):
    """마지막 층의 W를 4,000번 뽑아 라이브러리의 손실을 잰다. 분산이 작아야 맞는 어림이다."""
    n, K, N = 8, int(rng.integers(3, 8)), 4000
    h, sigma = rng.uniform(0.2, 1, size=n), rng.uniform(0.05, 0.08)
    z = np.einsum("i,nik->nk", h, sigma * rng.choice([-1.0, 1.0], size=(N, n, K)))
    # 정답과 무관한 로짓이므로 정답을 하나로 뽑는 대신 K개를 모두 넣어 평균한다
    measured = SoftmaxCrossEntropy().forward(np.repeat(z, K, axis=0), np.tile(np.arange(K), N))

    def formula():
        s2 = n * sigma**2 * np.mean(h**2)
        return np.log(K) + s2 / 2 * (1 - 1 / K)

    return formula, measured


@equation("eq-init-clinic-he")
def test_he_logit_variance(rng):
    """은닉층 하나를 가우스-에르미트 적분으로 지나 마지막 He 층의 분산을 구한다."""
    x, n = rng.normal(size=(5, 4)), int(rng.integers(2, 9))
    variance = 2 / x.shape[1] * (x**2).sum(axis=1)  # z = xW, W ~ N(0, 2/n_in)
    node, weight = np.polynomial.hermite_e.hermegauss(60)
    z = np.sqrt(variance)[:, None] * node
    q = (np.maximum(z, 0) ** 2 @ weight / np.sqrt(2 * np.pi)).mean()
    logit_variance = n * (2 / n) * q

    def formula():
        return 2 * np.mean(x**2)

    return formula, logit_variance


@equation("eq-init-clinic-shares")
def test_shares(rng):
    """라이브러리의 보고서가 센 것과 견준다."""
    x, y = 3 * rng.normal(size=(9, 6)), rng.integers(0, 6, size=9)
    x[:, :2] = -np.abs(x[:, :2])  # 두 뉴런은 모든 샘플에서 음수
    relu, tanh = (
        inspect_network(Sequential(layer), SoftmaxCrossEntropy(), x, y).layers[0]
        for layer in (ReLU(), Tanh())
    )
    N, n = x.shape
    dead, flat = np.maximum(x, 0), np.tanh(x)

    def formula():
        return (
            1 / n * sum(max(abs(dead[:, j])) == 0 for j in range(n)),
            1 / (N * n) * sum(abs(flat[i, j]) > 0.99 for i in range(N) for j in range(n)),
        )

    return formula, (relu.dead_share, tanh.saturated_share)


@equation("eq-init-clinic-ratio")
def test_update_ratio(rng):
    """SGD가 정말로 바꾼 크기를 원래의 크기로 나눈다."""
    layer = Affine(5, 4, rng=rng, dtype=np.float64)
    x, y, eta = rng.normal(size=(7, 5)), rng.integers(0, 4, size=7), rng.uniform(0.1, 1)
    W, model = layer.W.value.copy(), Sequential(layer)
    Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=eta)).step(x, y)
    gradient = layer.W.grad
    changed = np.sqrt(((layer.W.value - W) ** 2).sum() / (W**2).sum())

    def formula():
        return eta * np.linalg.norm(gradient) / np.linalg.norm(W)

    return formula, changed


@equation("eq-init-clinic-travel")
def test_travel(rng):
    """실제로 훈련하며 걸음을 모두 적는다. 방향이 바뀌므로 거리가 더 짧다."""
    model = mlp(5, 8, 3, rng=rng, dtype=np.float64)
    x, y, W = rng.normal(size=(40, 5)), rng.integers(0, 3, size=40), model.layers[0].W
    trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.3))
    path = [W.value.copy()]
    for _ in range(20):
        part = rng.choice(40, size=8, replace=False)
        trainer.step(x[part], y[part])
        path.append(W.value.copy())
    size = [np.linalg.norm(w) for w in path]
    r = [np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in pairwise(path)]
    ends = np.array([path[-1], path[0]])

    def formula():
        moved = np.linalg.norm(np.diff(ends, axis=0)) / size[0]
        return moved <= sum(r[t] * size[t] / size[0] for t in range(20))

    return formula, True


@equation("eq-init-clinic-paired")
def test_paired_error(rng):
    """NumPy의 평균과 표준편차, 그리고 모든 짝의 차로 구한 분산과 견준다."""
    d = rng.normal(size=7)
    m = len(d)
    pairs = ((d[:, None] - d) ** 2).sum() / (2 * m * (m - 1))  # 치우치지 않은 분산

    def formula():
        mean = sum(d) / m
        return mean, np.sqrt(sum((d - mean) ** 2) / (m - 1)) / np.sqrt(m)

    return formula, (np.mean(d), np.sqrt(pairs / m))
