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
    """예측이 0인 곳과 1인 곳 사이를 절반씩 좁혀 찾은, 답이 바뀌는 자리."""
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


# 논리 게이트, 결정 경계 -------------------------------------------------------------------


@equation(
    "eq-threshold",
    r"\hat{y} = \begin{cases} 0 & (w_1 x_1 + w_2 x_2 \le \theta) \\ 1 & (w_1 x_1 + w_2 "
    r"x_2 > \theta) \end{cases}",
)
def test_threshold(rng):
    """편향을 -θ로 둔 라이브러리의 퍼셉트론과 견준다."""
    (w1, w2), theta, (x1, x2) = rng.normal(size=2), rng.normal(), rng.normal(size=(2, 30))

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
    """라이브러리의 점수, 예측과 견준다."""
    model, (x1, x2) = random_perceptron(rng), rng.normal(size=(2, 30))
    (w1, w2), b = model.w, model.b
    x = np.stack([x1, x2], axis=1)

    def formula():
        z = w1 * x1 + w2 * x2 + b
        return z, np.select([z <= 0, z > 0], [0, 1], default=np.nan)

    return formula, (model.score(x), model.predict(x))


@equation("eq-boundary", r"w \cdot x + b = w_1 x_1 + w_2 x_2 + b = 0", atol=1e-10)  # 0과 견주므로 반올림 오차만큼 열어 둔다
def test_boundary(rng):
    """예측이 바뀌는 자리를 찾아 그곳의 점수가 0인지 본다."""
    model = random_perceptron(rng)
    w, b, x = model.w, model.b, boundary_point(model, rng)

    def formula():
        return w @ x + b, w[0] * x[0] + w[1] * x[1] + b

    return formula, 0.0


@equation("eq-normal", r"w \cdot (x - x') = 0", atol=1e-10)
def test_normal(rng):
    """예측이 바뀌는 두 자리를 잇는 방향이 w와 직각인지 본다."""
    model = random_perceptron(rng)
    w, x, x_ = model.w, boundary_point(model, rng), boundary_point(model, rng)

    def formula():
        return w @ (x - x_)

    return formula, 0.0


@equation("eq-signed-distance", r"d(x) = \frac{w \cdot x + b}{\lVert w \rVert}", rtol=1e-6)  # 가장 가까운 점을 좁혀 찾은 오차
def test_signed_distance(rng):
    """경계 위의 점을 움직이며 가장 가까운 것까지의 길이를 잰다. 부호는 예측이 정한다."""
    model, x = random_perceptron(rng), rng.normal(size=2) * 3
    w, b = model.w, model.b
    start, end = boundary_point(model, rng), boundary_point(model, rng)
    along = np.linspace(-1e3, 1e3, 9)
    for _ in range(60):  # 가장 가까운 칸의 둘레를 다시 아홉 점으로 나눈다
        lengths = [np.hypot(*(start + t * (end - start) - x)) for t in along]
        nearest = np.argmin(lengths)
        along = along[nearest] + np.linspace(-1, 1, 9) * (along[1] - along[0])

    def formula():
        return (w @ x + b) / np.sqrt(w @ w)

    return formula, min(lengths) * (1 if model.predict(x[np.newaxis])[0] else -1)


@equation("eq-bias-trick", r"w \cdot x + b = (w_1, \dots, w_D, b) \cdot (x_1, \dots, x_D, 1)")
def test_bias_trick(rng):
    """라이브러리의 점수와 견준다."""
    model, x = random_perceptron(rng, 4), rng.normal(size=4)
    w, b = model.w, model.b

    def formula():
        return w @ x + b, np.array([*w, b]) @ np.array([*x, 1])

    return formula, model.score(x[np.newaxis])[0]


# 학습 규칙 --------------------------------------------------------------------------------


def one_update(rng, lr, n=20):
    """무작위 퍼셉트론 n개가 저마다 표본 하나를 보고 고친 기록."""
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
    """라이브러리의 퍼셉트론이 표본 하나를 보고 고친 값과 견준다."""
    eta = rng.uniform(0.1, 2)
    w, b, x, y, y_hat, models = one_update(rng, eta)

    def formula():
        return w + eta * (y - y_hat)[:, np.newaxis] * x, b + eta * (y - y_hat)

    return formula, ([model.w for model in models], [model.b for model in models])


@equation("eq-score-shift", r"z' = z + \eta\,(y - \hat{y})\,(\lVert x \rVert^2 + 1)")
def test_score_shift(rng):
    """고친 뒤의 퍼셉트론에게 같은 표본의 점수를 다시 묻는다."""
    eta = rng.uniform(0.1, 2)
    w, b, x, y, y_hat, models = one_update(rng, eta)
    z = (w * x).sum(axis=1) + b

    def formula():
        return z + eta * (y - y_hat) * ((x**2).sum(axis=1) + 1)

    return formula, [model.score(x[i : i + 1])[0] for i, model in enumerate(models)]


@equation("eq-perceptron-loss", r"L = \max(0,\ -s z), \qquad z = w \cdot x + b")
def test_perceptron_loss(rng):
    """맞힌 표본은 0, 틀린 표본은 점수의 크기다."""
    model, x, y = random_perceptron(rng), rng.normal(size=(30, 2)), rng.integers(0, 2, 30)
    w, b, s = model.w, model.b, np.where(y == 1, 1, -1)

    def formula():
        z = x @ w + b
        return np.maximum(0, -s * z)

    return formula, np.where(model.predict(x) == y, 0, np.abs(model.score(x)))


# 수렴 정리 --------------------------------------------------------------------------------


def with_one(x):
    """입력의 끝에 1을 이어 붙인다."""
    return np.hstack([x, np.ones((len(x), 1))])


def converged(rng):
    """나눌 수 있는 데이터를 다 맞힐 때까지 배운 기록: 고칠 때마다의 w̃, 정답 w̃*, γ, R."""
    x, y = separable(60, 0.15, rng=rng)
    model = Perceptron(2)
    assert model.fit(x, y, max_epochs=1000)
    truth = np.array([1, 1, 0]) / np.sqrt(2)  # separable의 직선 x₁ + x₂ = 0
    signed = np.where(y == 1, 1, -1)[:, np.newaxis] * with_one(x)
    path = np.array([[*w, b] for w, b in model.path])
    return path, truth, min(signed @ truth), max(np.linalg.norm(signed, axis=1))


@equation(
    "eq-signed-update",
    r"\tilde{w}_k = \tilde{w}_{k-1} + s\,\tilde{x} \qquad (\text{틀린 샘플에서만})",
)
def test_signed_update(rng):
    """레이블이 0과 1인 라이브러리의 규칙과 견준다. 무작위 점수는 0이 되지 않는다."""
    w, b, x, y, _, models = one_update(rng, lr=1.0)
    w1, x1, s = np.column_stack([w, b]), with_one(x), np.where(y == 1, 1, -1)[:, np.newaxis]

    def formula():
        wrong = s * (w1 * x1).sum(axis=1, keepdims=True) <= 0
        return np.where(wrong, w1 + s * x1, w1)

    return formula, [[*model.w, model.b] for model in models]


@equation(
    "eq-margin-radius",
    r"\gamma = \min_n \; s_n\,\tilde{w}^* \cdot \tilde{x}_n, \qquad R = \max_n \; \lVert "
    r"\tilde{x}_n \rVert",
)
def test_margin_radius(rng):
    """표본을 하나씩 보며 가장 작은 점수와 가장 긴 입력을 찾는다."""
    x, y = separable(40, 0.2, rng=rng)
    s, x1 = np.where(y == 1, 1, -1), with_one(x)
    best = np.array([1.0, 1.1, 0.05]) / np.linalg.norm([1.0, 1.1, 0.05])
    gamma, longest = np.inf, 0.0
    for row, label in zip(x1, y, strict=True):
        score = sum(best * row)
        gamma = min(gamma, score if label == 1 else -score)
        longest = max(longest, np.sqrt(sum(row**2)))

    def formula():
        return np.min(s * (x1 @ best)), np.max(np.linalg.norm(x1, axis=1))

    return formula, (gamma, longest)


@equation("eq-novikoff", r"k \le \frac{R^2}{\gamma^2}")
def test_novikoff(rng):
    """실제로 고친 횟수를 센다."""
    path, _, gamma, R = converged(rng)
    k = len(path) - 1

    def formula():
        return k <= R**2 / gamma**2

    return formula, True


@equation("eq-novikoff-lower", r"\tilde{w}_k \cdot \tilde{w}^* \ge k\gamma")
def test_novikoff_lower(rng):
    """고칠 때마다의 가중치를 모두 본다."""
    path, truth, gamma, _ = converged(rng)
    k = np.arange(len(path))

    def formula():
        return path @ truth >= k * gamma

    return formula, k >= 0


@equation("eq-novikoff-upper", r"\lVert \tilde{w}_k \rVert^2 \le k R^2")
def test_novikoff_upper(rng):
    """고칠 때마다의 가중치를 모두 본다."""
    path, _, _, R = converged(rng)
    k = np.arange(len(path))

    def formula():
        return np.linalg.norm(path, axis=1) ** 2 <= k * R**2

    return formula, k >= 0


@equation(
    "eq-novikoff-squeeze",
    r"k\gamma \;\le\; \tilde{w}_k \cdot \tilde{w}^* \;\le\; \lVert \tilde{w}_k \rVert "
    r"\;\le\; \sqrt{k}\,R",
)
def test_novikoff_squeeze(rng):
    """마지막 가중치에서 이어진 부등호를 본다."""
    path, truth, gamma, R = converged(rng)
    k, w = len(path) - 1, path[-1]

    def formula():
        return k * gamma <= w @ truth <= np.linalg.norm(w) <= np.sqrt(k) * R

    return formula, True


# XOR --------------------------------------------------------------------------------------


@equation("eq-xor-sums", r"z_{00} + z_{11} = w_1 + w_2 + 2b = z_{01} + z_{10}")
def test_xor_sums(rng):
    """네 꼭짓점의 한가운데에서 잰 점수의 두 배와 견준다."""
    model = random_perceptron(rng)
    (w1, w2), b = model.w, model.b
    z00, z01, z10, z11 = model.score(INPUTS)

    def formula():
        return z00 + z11, w1 + w2 + 2 * b, z01 + z10

    return formula, 2 * model.score(INPUTS.mean(axis=0, keepdims=True))[0]


@equation(
    "eq-two-layer",
    r"h = \mathrm{step}(x W_1 + b_1), \qquad \hat{y} = \mathrm{step}(h W_2 + b_2)",
)
def test_two_layer(rng):
    """뉴런을 하나씩 라이브러리의 퍼셉트론으로 세워 이은 것과 견준다."""
    x, (W1, W2) = rng.normal(size=(50, 3)), rng.normal(size=(2, 3, 3))
    b1, b2 = rng.normal(size=(2, 3))

    def layer(inputs, W, b):
        neurons = [Perceptron(3, w=W[:, j], b=b[j]) for j in range(3)]
        return np.stack([neuron.predict(inputs) for neuron in neurons], axis=1)

    def formula():
        h = step(x @ W1 + b1)
        return h, step(h @ W2 + b2)

    hidden = layer(x, W1, b1)
    return formula, (hidden, layer(hidden.astype(float), W2, b2))


@equation("eq-collapse", r"(x W_1 + b_1) W_2 + b_2 = x\,(W_1 W_2) + (b_1 W_2 + b_2)")
def test_collapse(rng):
    """라이브러리의 아핀 층 둘을 이은 것과 견준다."""
    x = rng.normal(size=(5, 3))
    first, second = (Affine(*shape, rng=rng, dtype=np.float64) for shape in ((3, 4), (4, 2)))
    W1, b1, W2, b2 = (p.value for layer in (first, second) for p in layer.parameters())
    b1[...], b2[...] = rng.normal(size=4), rng.normal(size=2)  # 처음에는 모두 0이다

    def formula():
        return (x @ W1 + b1) @ W2 + b2, x @ (W1 @ W2) + (b1 @ W2 + b2)

    return formula, second.forward(first.forward(x))
