"""레이블 평활화의 기울기: p − t에서 타깃만 무뎌지고, 타깃의 합은 1로 남는다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.losses import softmax_cross_entropy

exercise = Exercise(
    "레이블 평활화의 기울기",
    section="softmax/softmax-gradient",
    level="advanced",
    minutes=15,
    task=r"""
    레이블 평활화는 원-핫 $t$ 대신 $\tilde{t} = (1 - \varepsilon)\,t + \varepsilon / K$를 타깃으로 씁니다. 로짓 `z` $(N, K)$, 클래스 번호 `y` $(N,)$, $\varepsilon$을 받아 배치 평균 손실을 로짓으로 미분한 $(N, K)$를 반환하는 `smoothed_gradient(z, y, epsilon)`을 완성하세요. 수치 미분과 같아야 하고, $p = \tilde{t}$이면 0이어야 합니다.
    """,
    starter="""
    def smoothed_gradient(z, y, epsilon):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        # 여기를 고치세요: t를 무디게
        t = np.eye(z.shape[1])[y]
        return (p - t) / len(y)
    """,
    hints=(
        r"유도에서 $t$에 대해 쓴 것은 “합이 1”뿐이었습니다. $\tilde{t}$의 합은 얼마인가요? 그러면 $p - t$에서 무엇만 바꾸면 될까요?",
        r"원-핫 전체에 $1 - \varepsilon$을 곱하고 정답 자리까지 **모든** 자리에 $\varepsilon / K$를 더한 것이 $\tilde{t}$입니다. 기울기는 $(p - \tilde{t})/N$입니다.",
    ),
)


@exercise.answer
def smoothed_gradient(z, y, epsilon):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    k = z.shape[1]
    t = (1 - epsilon) * np.eye(k)[y] + epsilon / k
    return (p - t) / len(y)


# 검사 ------------------------------------------------------------------------------------


def batch(rng, n):
    k = rng.integers(2, 5)
    z, y = rng.normal(size=(n, k)).round(1), rng.integers(k, size=n)
    return z, y, rng.choice([0.1, 0.2, 0.3])


def huge_batch(rng, n):
    z, y, epsilon = batch(rng, n)
    return np.round(z) + 1000 * rng.choice([-1, 1], size=z.shape), y, epsilon


def matched(rng, n):
    z, y, epsilon = batch(rng, n)
    k = z.shape[1]
    target = np.where(np.arange(k) == y[:, None], 1 - epsilon + epsilon / k, epsilon / k)
    return np.log(target), y, epsilon


def smoothed_loss(z, y, epsilon):
    every = [softmax_cross_entropy(z, np.full(len(y), k)) for k in range(z.shape[1])]
    return (1 - epsilon) * softmax_cross_entropy(z, y) + epsilon * np.mean(every)


@exercise.same("기울기가 무뎌진 타깃에서 맞습니다", batch)
def ordinary(f, z, y, epsilon):
    return f(z, y, epsilon)


@exercise.holds("수치 미분과 같습니다", batch, sizes=(2, 3), tolerance=1e-6)
def numeric(f, z, y, epsilon):
    slope = numerical_gradient(lambda v: smoothed_loss(v, y, epsilon), z)
    return f(z, y, epsilon), slope


@exercise.holds("한 행을 모두 더하면 0입니다", batch, shows="행의 합")
def zero_sum(f, z, y, epsilon):
    return f(z, y, epsilon).sum(axis=1), np.zeros(len(y))


@exercise.holds("확률이 무뎌진 타깃과 같으면 기울기가 0입니다", matched)
def bottom(f, z, y, epsilon):
    return f(z, y, epsilon), np.zeros(z.shape)


@exercise.same("로짓이 1000쯤이어도 값이 맞습니다", huge_batch)
def huge(f, z, y, epsilon):
    return f(z, y, epsilon)


# 흔한 오답 -------------------------------------------------------------------------------


def probability(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def one_hot(z, y):
    return np.eye(z.shape[1])[y]


SMOOTHING = "softmax/calibration#처음부터 덜 확신하게: 레이블 평활화"


@exercise.mistake(
    "정답 자리에 ε/K를 빠뜨림",
    by=zero_sum,
    says="ε/K를 틀린 클래스에만 더했습니다. 정답 자리에도 더해야 타깃의 합이 1이 되고, 한 행의 기울기의 합이 0이 됩니다.",
    see=SMOOTHING,
)
def not_on_the_label(z, y, epsilon):
    t = np.where(one_hot(z, y) == 1, 1 - epsilon, epsilon / z.shape[1])
    return (probability(z) - t) / len(y)


@exercise.mistake(
    "1 − ε을 곱하지 않음",
    by=zero_sum,
    says="원-핫에 ε/K를 더하기만 했습니다. 타깃의 합이 1 + ε이 됩니다. 나눠 준 만큼 원-핫에 1 − ε을 곱해 줄이세요.",
    see=SMOOTHING,
)
def only_added(z, y, epsilon):
    t = one_hot(z, y) + epsilon / z.shape[1]
    return (probability(z) - t) / len(y)


@exercise.mistake(
    "ε을 K로 나누지 않음",
    by=zero_sum,
    says="클래스마다 ε을 통째로 더했습니다. 타깃의 합이 1을 훨씬 넘습니다. ε을 K개로 나눠 ε/K씩 더하세요.",
    see=SMOOTHING,
)
def undivided(z, y, epsilon):
    t = (1 - epsilon) * one_hot(z, y) + epsilon
    return (probability(z) - t) / len(y)


@exercise.mistake(
    "K − 1개에만 나눔",
    by=ordinary,
    says="정답에 1 − ε을 주고 틀린 클래스에 ε/(K − 1)씩 나눴습니다. 그런 규약도 있지만 이 책과 PyTorch는 정답까지 K개에 ε/K씩 나눕니다.",
    see=SMOOTHING,
)
def among_the_others(z, y, epsilon):
    t = one_hot(z, y)
    t = (1 - epsilon) * t + epsilon / (z.shape[1] - 1) * (1 - t)
    return (probability(z) - t) / len(y)


@exercise.mistake(
    "타깃 대신 확률을 무디게",
    by=bottom,
    says="타깃이 아니라 모델의 확률에 1 − ε을 곱하고 ε/K를 더했습니다. 무디게 하는 것은 정답이고, 확률은 그대로 둡니다.",
    see=SMOOTHING,
)
def smoothed_probability(z, y, epsilon):
    p = (1 - epsilon) * probability(z) + epsilon / z.shape[1]
    return (p - one_hot(z, y)) / len(y)


@exercise.mistake(
    "N으로 나누지 않음",
    by=numeric,
    says="타깃은 맞게 무뎌졌지만 샘플의 수로 나누지 않았습니다. 손실이 배치의 평균이므로 기울기에도 1/N이 곱해집니다.",
    see="배치로, 그리고 맨손으로",
)
def without_mean(z, y, epsilon):
    t = (1 - epsilon) * one_hot(z, y) + epsilon / z.shape[1]
    return probability(z) - t
