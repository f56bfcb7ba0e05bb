"""초점 손실의 기울기: 무게도 로짓을 따라 움직이므로 무게까지 미분한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "초점 손실의 기울기",
    section="softmax/softmax-gradient",
    level="advanced",
    minutes=30,
    task=r"""
    **초점 손실**(focal loss)은 이미 잘 맞힌 샘플의 무게를 줄인 교차 엔트로피입니다. 정답의 확률을 $q = p_y$라고 하면 샘플 하나의 손실은 $-(1 - q)^\gamma \log q$이고, 배치에서는 평균을 냅니다. 로짓 `z` $(N, K)$, 클래스 번호 `y` $(N,)$, $\gamma$를 받아 이 손실을 로짓으로 미분한 $(N, K)$를 반환하는 `focal_gradient(z, y, gamma)`를 완성하세요. $\gamma$는 0이거나 1 이상이고, 0이면 교차 엔트로피와 같습니다. 로짓이 1000이어도 `nan`이 없어야 하며, $q$가 꼭 1이고 $\gamma$가 0일 때도 마찬가지입니다.
    """,
    starter="""
    def focal_gradient(z, y, gamma):
        n = np.arange(len(y))
        shifted = z - z.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        p = np.exp(log_p)                             # (N, K)
        q, log_q = p[n, y], log_p[n, y]               # (N,) 정답의 확률과 그 로그
        # 여기를 고치세요: (N,) p − t에 곱할 수
        weight = np.ones(len(y))
        return weight[:, None] * (p - np.eye(z.shape[1])[y]) / len(y)
    """,
    hints=(
        "손실은 $q$만의 함수이고 $q$는 모든 로짓의 함수입니다. $q$로 미분한 것과 $q$를 로짓으로 미분한 것을 곱하세요. $q$로 미분할 때 곱의 미분에서 항이 몇 개 나오나요?",
        r"$\dfrac{\partial q}{\partial z_j} = q\,(t_j - p_j)$이고 $\dfrac{dL}{dq} = \gamma (1 - q)^{\gamma - 1} \log q - \dfrac{(1 - q)^\gamma}{q}$입니다. 곱하면 $\bigl[(1 - q)^\gamma - \gamma\, q\, (1 - q)^{\gamma - 1} \log q\bigr](p_j - t_j)$이고, 배치에서는 $N$으로 나눕니다. $\gamma = 0$이면 둘째 항은 없습니다. $q = 1$에서 $0 \cdot \infty$를 계산하지 않도록 하세요.",
    ),
)


@exercise.answer
def focal_gradient(z, y, gamma):
    n = np.arange(len(y))
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    q, log_q = p[n, y], log_p[n, y]
    weight = (1 - q) ** gamma
    if gamma > 0:  # q가 1이면 0의 -1제곱이 무한대이다
        weight = weight - gamma * q * (1 - q) ** (gamma - 1) * log_q
    return weight[:, None] * (p - np.eye(z.shape[1])[y]) / len(y)


# 검사 ------------------------------------------------------------------------------------


def plain_batch(rng, n):
    k = rng.integers(2, 5)
    return rng.normal(size=(n, k)).round(1), rng.integers(k, size=n)


def batch(rng, n):
    return *plain_batch(rng, n), float(rng.choice([1, 2, 3]))


def huge_batch(rng, n):
    z, y, gamma = batch(rng, n)
    return np.round(z) + 1000 * rng.choice([-1, 1], size=z.shape), y, gamma


def certain_batch(rng, n):
    """정답의 로짓만 1000만큼 커서 q가 꼭 1이다."""
    z, y = plain_batch(rng, n)
    return z + 1000 * np.eye(z.shape[1])[y], y


def log_probability(z):
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def focal_loss(z, y, gamma):
    log_q = log_probability(z)[np.arange(len(y)), y]
    return np.mean(-((1 - np.exp(log_q)) ** gamma) * log_q)


@exercise.same("기울기의 값이 맞습니다", batch)
def ordinary(f, z, y, gamma):
    return f(z, y, gamma)


@exercise.holds("손실 전체의 수치 미분과 같습니다", batch, sizes=(2, 3), tolerance=1e-6)
def numeric(f, z, y, gamma):
    return f(z, y, gamma), numerical_gradient(lambda v: focal_loss(v, y, gamma), z)


@exercise.holds("γ가 0이면 (p − t)/N입니다", plain_batch)
def cross_entropy(f, z, y):
    error = np.exp(log_probability(z)) - np.eye(z.shape[1])[y]
    return f(z, y, 0.0), error / len(y)


@exercise.same("γ가 0이고 정답의 확률이 꼭 1이어도 기울기가 0입니다", certain_batch, sizes=(1, 2))
def certain(f, z, y):
    return f(z, y, 0.0)


@exercise.same("로짓이 1000쯤이어도 값이 맞습니다", huge_batch)
def huge(f, z, y, gamma):
    return f(z, y, gamma)


# 흔한 오답 -------------------------------------------------------------------------------


def parts(z, y):
    """(정답의 확률, 그 로그, (p − t)/N)."""
    log_p = log_probability(z)
    n = np.arange(len(y))
    error = (np.exp(log_p) - np.eye(z.shape[1])[y]) / len(y)
    return np.exp(log_p[n, y])[:, None], log_p[n, y][:, None], error


def moving(q, log_q, gamma):
    """무게를 미분한 항. γ가 0이면 없다."""
    return gamma * q * (1 - q) ** (gamma - 1) * log_q if gamma > 0 else 0


@exercise.mistake(
    "무게를 상수로 봄",
    by=numeric,
    says="무게 (1 − q)^γ를 상수로 보고 p − t에 곱하기만 했습니다. 무게도 로짓에 따라 변하므로 곱의 미분에서 항이 하나 더 나옵니다.",
    see="첨자로 끝까지 미분하기",
)
def constant_weight(z, y, gamma):
    q, _, error = parts(z, y)
    return (1 - q) ** gamma * error


@exercise.mistake(
    "둘째 항의 부호가 반대",
    by=numeric,
    says="무게를 미분한 항의 부호가 뒤집혔습니다. 1 − q를 q로 미분하면 −1이고 손실 앞에도 빼기가 있습니다. log q가 음수라 두 항은 같은 방향으로 밉니다.",
    see="첨자로 끝까지 미분하기",
)
def second_term_turned(z, y, gamma):
    q, log_q, error = parts(z, y)
    return ((1 - q) ** gamma + moving(q, log_q, gamma)) * error


@exercise.mistake(
    "둘째 항의 부호가 반대이고 γ = 0에서 nan",
    by=certain,
    says="무게를 미분한 항의 부호가 뒤집혔습니다. 1 − q를 q로 미분하면 −1이고 손실 앞에도 빼기가 있습니다. 그리고 γ가 0이고 q가 1이면 그 항이 0과 무한대의 곱이 됩니다.",
    see="첨자로 끝까지 미분하기",
)
def second_term_turned_everywhere(z, y, gamma):
    q, log_q, error = parts(z, y)
    return ((1 - q) ** gamma + gamma * q * (1 - q) ** (gamma - 1) * log_q) * error


@exercise.mistake(
    "γ = 0에서 nan",
    by=certain,
    says="식은 맞지만 γ가 0이고 정답의 확률이 꼭 1이면 둘째 항에서 0의 −1제곱, 곧 무한대가 0과 곱해져 `nan`이 됩니다. γ가 0이면 둘째 항을 빼세요.",
    see="한 단계씩 미분해서 곱하면 안 될까요?",
)
def without_a_guard(z, y, gamma):
    q, log_q, error = parts(z, y)
    return ((1 - q) ** gamma - gamma * q * (1 - q) ** (gamma - 1) * log_q) * error


@exercise.mistake(
    "둘째 항의 q를 빠뜨림",
    by=ordinary,
    says="둘째 항에 q가 없습니다. q를 로짓으로 미분하면 q(t − p)라서, 첫째 항의 1/q은 지워지고 둘째 항에는 q가 남습니다.",
    see="1/p은 왜 지워질까요?",
)
def without_q(z, y, gamma):
    q, log_q, error = parts(z, y)
    moved = gamma * (1 - q) ** (gamma - 1) * log_q if gamma > 0 else 0
    return ((1 - q) ** gamma - moved) * error


@exercise.mistake(
    "클래스마다 다른 무게",
    by=ordinary,
    says="무게를 클래스마다 그 클래스의 확률로 계산했습니다. 무게는 샘플마다 하나이고 정답의 확률 q만 씁니다.",
    see="배치로, 그리고 맨손으로",
)
def weight_of_each_class(z, y, gamma):
    log_p = log_probability(z)
    p = np.exp(log_p)
    return ((1 - p) ** gamma - moving(p, log_p, gamma)) * parts(z, y)[2]


@exercise.mistake(
    "확률에서 로그를 구함",
    by=huge,
    says="정답의 확률에 로그를 취했습니다. 로짓이 크면 확률이 0이 되어 로그가 무한대가 되고, 0과 곱해 `nan`이 됩니다. 로그 확률을 로짓에서 바로 구하세요.",
    see="한 단계씩 미분해서 곱하면 안 될까요?",
)
def log_of_probability(z, y, gamma):
    q, _, error = parts(z, y)
    return ((1 - q) ** gamma - moving(q, np.log(q), gamma)) * error


@exercise.mistake(
    "N으로 나누지 않음",
    by=cross_entropy,
    says="샘플마다의 기울기에서 멈췄습니다. 배치에서는 손실의 평균을 내므로 기울기도 N으로 나눕니다.",
    see="배치로, 그리고 맨손으로",
)
def without_mean(z, y, gamma):
    q, log_q, error = parts(z, y)
    return ((1 - q) ** gamma - moving(q, log_q, gamma)) * error * len(y)
