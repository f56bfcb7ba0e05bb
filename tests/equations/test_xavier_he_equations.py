"""‘초기화’ 장 ‘분산의 전파와 Xavier·He’ 절의 식."""

import itertools

import numpy as np
import pytest
from registry import equation

from deepnote_lib import activations, initializers

pytestmark = pytest.mark.initialization


def signs(n):
    """부호 n개의 모든 조합, (2ⁿ, n). 평균 0, 분산 1인 독립 가중치가 고르게 나오는 모든 경우이다."""
    return np.array(list(itertools.product([-1, 1], repeat=n)))


def normal_grid():
    """표준 정규 분포를 촘촘히 나눈 점과 점마다의 확률. 0을 사이에 두고 대칭이다."""
    z = (np.arange(-8000, 8000) + 0.5) / 1000
    p = np.exp(-(z**2) / 2)
    return z, p / p.sum()


@equation("eq-variance-forward")
def test_variance_forward(rng):
    """가중치 ±σ의 모든 경우를 늘어놓는다. 입력은 서로 얽혀 있고 평균도 0이 아니다."""
    n_in, sigma = int(rng.integers(3, 9)), rng.uniform(0.5, 2)
    x = rng.normal(1, 0.5, size=(7, 1)) * rng.uniform(0.5, 2, size=n_in) + rng.normal(size=(7, 1))
    z = x @ (sigma * signs(n_in)).T

    def formula():
        return n_in * sigma**2 * np.mean(x**2)

    return formula, z.var()


@equation("eq-variance-backward")
def test_variance_backward(rng):
    """W가 ±σ인 모든 경우에 뒤에서 온 기울기를 전치로 거꾸로 보낸다."""
    n_out, sigma = int(rng.integers(2, 5)), rng.uniform(0.5, 2)
    g = rng.normal(0.5, 1, size=(6, n_out))
    dh = [g @ (sigma * w.reshape(2, n_out)).T for w in signs(2 * n_out)]

    def formula():
        return n_out * sigma**2 * np.mean(g**2)

    return formula, np.mean(np.square(dh))


@equation("eq-xavier")
def test_xavier(rng):
    """라이브러리가 같은 난수에 곱한 배율을 나눗셈으로 되찾는다."""
    n_in, n_out = (int(n) for n in rng.integers(2, 60, size=2))
    drawn = initializers.xavier_normal((n_in, n_out), rng=3)
    scale = drawn / np.random.default_rng(3).standard_normal((n_in, n_out))

    def formula():
        return 2 / (n_in + n_out)

    return formula, np.mean(scale) ** 2


@equation("eq-relu-half")
def test_relu_half(rng):
    """대칭인 분포는 모양과 상관없다: z와 −z를 짝지은 아무 표본."""
    half = rng.gamma(0.7, 2, size=50)
    z = np.concatenate([half, -half])
    sigma = z.std()

    def formula():
        return sigma**2 / 2

    return formula, np.mean(activations.relu(z) ** 2)


@equation("eq-he")
def test_he(rng):
    """ReLU가 남기는 몫을 수치 적분으로 재어, 2차 적률을 그대로 두는 분산을 푼다."""
    n_in = int(rng.integers(2, 900))
    z, p = normal_grid()
    kept = p @ activations.relu(z) ** 2  # σ² = 1일 때 남는 2차 적률

    def formula():
        return 2 / n_in

    return formula, 1 / (n_in * kept)


@equation("eq-uniform-limit", rtol=1e-6)
def test_uniform_limit(rng):
    """구간을 잘게 나누어 잰 분산에서 σ²를 얻는다."""
    end = rng.uniform(0.1, 3)
    grid = (np.arange(-5000, 5000) + 0.5) / 5000 * end
    sigma = grid.std()

    def formula():
        return np.sqrt(3 * sigma**2)

    return formula, end


@equation("eq-log-spread", rtol=2e-3)
def test_log_spread(rng):
    """한 층의 상대 분산을 수치 적분으로 구해 L번 곱하고, 로그 정규 분포의 분산으로 바꾼다."""
    n, L = int(rng.integers(20_000, 40_000)), int(rng.integers(2, 12))
    z, p = normal_grid()
    energy = 2 * activations.relu(z) ** 2  # He: 평균이 1
    layer = (p @ energy**2 - (p @ energy) ** 2) / n

    def formula():
        return 5 * L / n

    return formula, np.log((1 + layer) ** L)
