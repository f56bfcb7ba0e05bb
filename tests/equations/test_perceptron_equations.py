"""‘퍼셉트론’ 장의 식."""

import numpy as np
import pytest
from registry import equation

from deepnote_lib.activations import step
from deepnote_lib.datasets import separable
from deepnote_lib.layers import Affine
from deepnote_lib.perceptron import INPUTS, Perceptron

pytestmark = pytest.mark.perceptron


def random_perceptron(rng, n_features=2):
    return Perceptron(n_features, w=rng.normal(size=n_features), b=rng.normal())


def boundary_point(model, rng):
    """예측이 0인 점과 1인 점 사이를 절반씩 좁혀 찾은, 답이 바뀌는 점."""
    ends = rng.normal(size=(50, 2)) * 10
    answers = model.predict(ends)
    low, high = ends[answers == 0][0], ends[answers == 1][0]
    for _ in range(60):
        middle = (low + high) / 2
        if model.predict(middle[np.newaxis])[0]:
            high = middle
        else:
            low = middle
    return low


def with_ties(rng):
    """가중치, 임곗값, 입력. 1/4의 배수라 반올림이 없고, 가중합이 임곗값과 꼭 같은 입력이 있다."""
    w1, w2 = rng.choice([-1, -0.5, 0.25, 0.75], size=2)
    x1, x2 = rng.integers(-8, 9, size=(2, 30)) / 4
    return w1, w2, w1 * x1[0] + w2 * x2[0], x1, x2


# 논리 게이트, 결정 경계 -------------------------------------------------------------------


@equation(
    "eq-threshold",
    r"\hat{y} = \begin{cases} 0 & (w_1 x_1 + w_2 x_2 \le \theta) \\ 1 & (w_1 x_1 + w_2 "
    r"x_2 > \theta) \end{cases}",
)
def test_threshold(rng):
    """편향을 -θ로 둔 라이브러리의 퍼셉트론과 비교한다."""
    w1, w2, theta, x1, x2 = with_ties(rng)

    def formula():
        return np.select(
            [w1 * x1 + w2 * x2 <= theta, w1 * x1 + w2 * x2 > theta], [0, 1], default=np.nan
        )

    return formula, Perceptron(2, w=[w1, w2], b=-theta).predict(np.stack([x1, x2], axis=1))


@equation(
    "eq-perceptron",
    r"z = w_1 x_1 + w_2 x_2 + b, \qquad \hat{y} = \mathrm{step}(z) = \begin{cases} 0 & (z "
    r"\le 0) \\ 1 & (z > 0) \end{cases}",
)
def test_perceptron(rng):
    """라이브러리의 퍼셉트론이 낸 점수, 예측과 비교한다."""
    w1, w2, theta, x1, x2 = with_ties(rng)
    b = -theta
    model, x = Perceptron(2, w=[w1, w2], b=b), np.stack([x1, x2], axis=1)

    def formula():
        z = w1 * x1 + w2 * x2 + b
        return z, step(z), np.select([z <= 0, z > 0], [0, 1], default=np.nan)

    return formula, (model.decision_function(x), model.predict(x), model.predict(x))


@equation(
    "eq-boundary",
    r"w \cdot x + b = w_1 x_1 + w_2 x_2 + b = 0",
    atol=1e-10,  # 0과 비교하므로 반올림 오차만큼 열어 둔다
)
def test_boundary(rng):
    """라이브러리의 예측이 바뀌는 점을 찾아, 두 식의 값을 0과 비교한다."""
    model = random_perceptron(rng)
    w, b, x = model.w, model.b, boundary_point(model, rng)

    def formula():
        return w @ x + b, w[0] * x[0] + w[1] * x[1] + b

    return formula, 0.0


@equation("eq-normal", r"w \cdot (x - x') = 0", atol=1e-10)
def test_normal(rng):
    """라이브러리의 예측이 바뀌는 두 점을 찾아, w와의 내적을 0과 비교한다."""
    model = random_perceptron(rng)
    w, x, x_ = model.w, boundary_point(model, rng), boundary_point(model, rng)

    def formula():
        return w @ (x - x_)

    return formula, 0.0


@equation(
    "eq-signed-distance",
    r"d(x) = \frac{w \cdot x + b}{\lVert w \rVert}",
    rtol=1e-6,  # 가장 가까운 점을 좁혀 찾은 오차
)
def test_signed_distance(rng):
    """경계 위를 움직이며 찾은 가장 짧은 거리와 비교한다. 부호는 라이브러리의 예측이 정한다."""
    model, x = random_perceptron(rng), rng.normal(size=2) * 3
    w, b = model.w, model.b
    start, end = boundary_point(model, rng), boundary_point(model, rng)
    along = np.linspace(-1e3, 1e3, 9)
    for _ in range(60):  # 가장 가까운 칸의 둘레를 다시 아홉 점으로 나눈다
        lengths = [np.hypot(*(start + t * (end - start) - x)) for t in along]
        nearest = np.argmin(lengths)
        along = along[nearest] + np.linspace(-1, 1, 9) * (along[1] - along[0])

    def formula():
        return (w @ x + b) / np.linalg.norm(w)

    return formula, min(lengths) * (1 if model.predict(x[np.newaxis])[0] else -1)


@equation("eq-bias-trick", r"w \cdot x + b = (w_1, \dots, w_D, b) \cdot (x_1, \dots, x_D, 1)")
def test_bias_trick(rng):
    """라이브러리의 퍼셉트론이 낸 점수와 비교한다."""
    model, x = random_perceptron(rng, 4), rng.normal(size=4)
    w, b = model.w, model.b

    def formula():
        return w @ x + b, np.array([*w, b]) @ np.array([*x, 1])

    return formula, model.decision_function(x[np.newaxis])[0]


# 학습 규칙 --------------------------------------------------------------------------------


def one_update(rng, lr, n=20):
    """무작위 퍼셉트론 n개가 각각 샘플 하나를 보고 갱신한 기록."""
    w, b = rng.normal(size=(n, 3)), rng.normal(size=n)
    x, y = rng.normal(size=(n, 3)), rng.integers(0, 2, n)
    models = [Perceptron(3, lr=lr, w=w[i], b=b[i]) for i in range(n)]
    y_hat = np.array([model.predict(x[i : i + 1])[0] for i, model in enumerate(models)])
    for model, x_i, y_i in zip(models, x, y, strict=True):
        model.update(x_i, y_i)
    return w, b, x, y, y_hat, models


@equation(
    "eq-perceptron-update",
    r"w \leftarrow w + \eta\,(y - \hat{y})\,x, \qquad b \leftarrow b + \eta\,(y - "
    r"\hat{y})",
)
def test_perceptron_update(rng):
    """라이브러리의 퍼셉트론이 샘플 하나를 보고 갱신한 값과 비교한다."""
    eta = rng.uniform(0.1, 2)
    w, b, x, y, y_hat, models = one_update(rng, eta)

    def formula():
        return w + eta * (y - y_hat)[:, np.newaxis] * x, b + eta * (y - y_hat)

    return formula, ([model.w for model in models], [model.b for model in models])


@equation("eq-score-shift", r"z' = z + \eta\,(y - \hat{y})\,(\lVert x \rVert^2 + 1)")
def test_score_shift(rng):
    """갱신한 라이브러리의 퍼셉트론이 같은 샘플에 내는 점수와 비교한다."""
    eta = rng.uniform(0.1, 2)
    w, b, x, y, y_hat, models = one_update(rng, eta)
    z = (w * x).sum(axis=1) + b

    def formula():
        return z + eta * (y - y_hat) * ((x**2).sum(axis=1) + 1)

    return formula, [model.decision_function(x[i : i + 1])[0] for i, model in enumerate(models)]


@equation("eq-perceptron-loss", r"L = \max(0,\ -s z), \qquad z = w \cdot x + b")
def test_perceptron_loss(rng):
    """맞힌 샘플은 0, 틀린 샘플은 라이브러리가 낸 점수의 크기와 비교한다."""
    model, x, y = random_perceptron(rng), rng.normal(size=(30, 2)), rng.integers(0, 2, 30)
    w, b, s = model.w, model.b, np.where(y == 1, 1, -1)

    def formula():
        z = x @ w + b
        return np.maximum(0, -s * z), z

    z = model.decision_function(x)
    return formula, (np.where(model.predict(x) == y, 0, np.abs(z)), z)


# 수렴 정리 --------------------------------------------------------------------------------


def with_one(x):
    """입력의 끝에 1을 이어 붙인다."""
    return np.hstack([x, np.ones((len(x), 1))])


def converged(x, y, best):
    """데이터를 다 맞힐 때까지 배운 기록: 갱신할 때마다의 w̃, 길이가 1인 정답 w̃*, γ, R."""
    model = Perceptron(x.shape[1])
    assert model.fit(x, y, max_epochs=1000).converged
    signed = np.where(y == 1, 1, -1)[:, np.newaxis] * with_one(x)
    path = np.array([[*w, b] for w, b in model.path])
    return path, best, min(signed @ best), max(np.linalg.norm(signed, axis=1))


def two_runs(rng):
    """무작위로 나뉜 데이터의 기록과, 수렴 정리의 부등호가 모두 등호인 데이터의 기록.

    등호의 데이터는 1을 이어 붙인 입력이 서로 수직이고(아다마르 행렬의 행) 레이블이 모두 1이다.
    샘플마다 한 번 틀려 k = 16이고, 원소가 ±1이라 반올림도 없다. 책보다 센 부등식은 여기서 깨진다.
    """
    x, y = separable(60, 0.15, rng=rng)
    truth = np.array([1, 1, 0]) / np.sqrt(2)  # separable의 직선 x₁ + x₂ = 0
    rows = np.ones((1, 1))
    for _ in range(4):
        rows = np.kron(rows, [[1, 1], [1, -1]])
    signs = rng.choice([-1.0, 1.0], size=15)
    tight = rng.permutation(rows[:, 1:]) * signs  # 0번 열은 모두 1이고, 이어 붙일 1이 그 열이다
    return [
        converged(x, y, truth),
        converged(tight, np.ones(16, dtype=int), np.append(np.zeros(15), 1.0)),
    ]


@equation(
    "eq-signed-update",
    r"\tilde{w}_k = \tilde{w}_{k-1} + s\,\tilde{x} \qquad (\text{틀린 샘플에서만})",
)
def test_signed_update(rng):
    """라이브러리의 퍼셉트론이 레이블 0과 1로 갱신한 값과 비교한다. 맞힌 샘플에서는 그대로다."""
    w, b, x, y, y_hat, models = one_update(rng, lr=1.0)
    w1, x1, s, N = np.column_stack([w, b]), with_one(x), np.where(y == 1, 1, -1), len(y)

    def formula():
        return [w1[n] + s[n] * x1[n] if y_hat[n] != y[n] else w1[n] for n in range(N)]

    return formula, [[*model.w, model.b] for model in models]


@equation(
    "eq-margin-radius",
    r"\gamma = \min_n \; s_n\,\tilde{w}^* \cdot \tilde{x}_n, \qquad R = \max_n \; \lVert "
    r"\tilde{x}_n \rVert",
)
def test_margin_radius(rng):
    """샘플을 하나씩 보며 찾은 가장 작은 점수, 가장 긴 입력과 비교한다."""
    x, y = separable(40, 0.2, rng=rng)
    order = np.argsort((x**2).sum(axis=1))  # 가장 긴 입력이 끝이라, 첨자가 어긋나면 빠진다
    x1, y, N = with_one(x[order]), y[order], len(y)
    s, best = np.where(y == 1, 1, -1), np.array([1.0, 1.1, 0.05]) / np.linalg.norm([1.0, 1.1, 0.05])
    gamma, longest = np.inf, 0.0
    for row, label in zip(x1, y, strict=True):
        score = sum(best * row)
        gamma = min(gamma, score if label == 1 else -score)
        longest = max(longest, np.sqrt(sum(row**2)))

    def formula():
        return (
            min(s[n] * (best @ x1[n]) for n in range(N)),
            max(np.linalg.norm(x1[n]) for n in range(N)),
        )

    return formula, (gamma, longest)


@equation("eq-novikoff", r"k \le \frac{R^2}{\gamma^2}")
def test_novikoff(rng):
    """라이브러리의 퍼셉트론이 갱신한 횟수와 비교한다. 등호가 성립하는 데이터도 있다."""
    runs = [(len(path) - 1, gamma, R) for path, _, gamma, R in two_runs(rng)]

    def formula():
        return [k <= R**2 / gamma**2 for k, gamma, R in runs]

    return formula, [True, True]


@equation("eq-novikoff-lower", r"\tilde{w}_k \cdot \tilde{w}^* \ge k\gamma")
def test_novikoff_lower(rng):
    """라이브러리의 퍼셉트론이 갱신할 때마다 두 변을 비교한다. 등호가 성립하는 데이터도 있다."""
    runs = two_runs(rng)

    def formula():
        return [w[k] @ best >= k * gamma for w, best, gamma, _ in runs for k in range(len(w))]

    return formula, [True for w, *_ in runs for _ in w]


@equation("eq-novikoff-upper", r"\lVert \tilde{w}_k \rVert^2 \le k R^2")
def test_novikoff_upper(rng):
    """라이브러리의 퍼셉트론이 갱신할 때마다 두 변을 비교한다. 등호가 성립하는 데이터도 있다."""
    runs = two_runs(rng)

    def formula():
        return [sum(w[k] ** 2) <= k * R**2 for w, _, _, R in runs for k in range(len(w))]

    return formula, [True for w, *_ in runs for _ in w]


@equation(
    "eq-novikoff-squeeze",
    r"k\gamma \;\le\; \tilde{w}_k \cdot \tilde{w}^* \;\le\; \lVert \tilde{w}_k \rVert "
    r"\;\le\; \sqrt{k}\,R",
)
def test_novikoff_squeeze(rng):
    """라이브러리의 퍼셉트론이 갱신할 때마다 네 값을 비교한다. 모두 같아지는 순간도 있다."""
    runs = two_runs(rng)

    def formula():
        return [
            k * gamma <= w[k] @ best <= np.linalg.norm(w[k]) <= np.sqrt(k) * R
            for w, best, gamma, R in runs
            for k in range(len(w))
        ]

    return formula, [True for w, *_ in runs for _ in w]


# XOR --------------------------------------------------------------------------------------


@equation("eq-xor-sums", r"z_{00} + z_{11} = w_1 + w_2 + 2b = z_{01} + z_{10}")
def test_xor_sums(rng):
    """라이브러리의 퍼셉트론이 네 꼭짓점의 한가운데에 내는 점수의 두 배와 비교한다."""
    model = random_perceptron(rng)
    (w1, w2), b = model.w, model.b
    z00, z01, z10, z11 = model.decision_function(INPUTS)

    def formula():
        return z00 + z11, w1 + w2 + 2 * b, z01 + z10

    return formula, 2 * model.decision_function(INPUTS.mean(axis=0, keepdims=True))[0]


@equation(
    "eq-two-layer",
    r"h = \mathrm{step}(x W_1 + b_1), \qquad \hat{y} = \mathrm{step}(h W_2 + b_2)",
)
def test_two_layer(rng):
    """뉴런마다 라이브러리의 퍼셉트론을 하나씩 두고 이은 두 층과 비교한다."""
    x, W1, W2 = rng.normal(size=(50, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    b1, b2 = rng.normal(size=4), rng.normal(size=2)

    def layer(inputs, W, b):
        neurons = [Perceptron(len(W), w=W[:, j], b=b[j]) for j in range(len(b))]
        return np.stack([neuron.predict(inputs) for neuron in neurons], axis=1)

    def formula():
        h = step(x @ W1 + b1)
        return h, step(h @ W2 + b2)

    hidden = layer(x, W1, b1)
    return formula, (hidden, layer(hidden.astype(float), W2, b2))


@equation("eq-collapse", r"(x W_1 + b_1) W_2 + b_2 = x\,(W_1 W_2) + (b_1 W_2 + b_2)")
def test_collapse(rng):
    """라이브러리의 아핀 층 둘을 이은 출력과 비교한다."""
    x = rng.normal(size=(5, 3))
    first, second = (Affine(*shape, rng=rng, dtype=np.float64) for shape in ((3, 4), (4, 2)))
    W1, b1, W2, b2 = (p.value for layer in (first, second) for p in layer.parameters())
    b1[...], b2[...] = rng.normal(size=4), rng.normal(size=2)  # 처음에는 모두 0이다

    def formula():
        return (x @ W1 + b1) @ W2 + b2, x @ (W1 @ W2) + (b1 @ W2 + b2)

    return formula, second.forward(first.forward(x))
