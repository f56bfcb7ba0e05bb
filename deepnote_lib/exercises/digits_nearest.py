"""가장 가까운 평균도 선형 분류기: 제곱을 펼치면 가중치와 편향이 나온다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "가장 가까운 평균도 같은 꼴",
    section="softmax/digits",
    level="core",
    minutes=15,
    task=r"""
    겹침 대신 **거리**로 고르는 방법도 있습니다. 그림 $x$에 대해 거리의 제곱 $\lVert x - m_k \rVert^2$이 가장 작은 평균 그림의 숫자 $k$를 답합니다. 평균 그림 `means` $(K, D)$를 받아, `(x @ W + b).argmax(axis=1)`이 언제나 이 답과 같아지는 `W` $(D, K)$와 `b` $(K,)$를 `W, b`로 반환하는 `nearest_as_linear(means)`를 완성하세요. 훈련은 하지 않습니다.
    """,
    starter="""
    def nearest_as_linear(means):
        W = means.T                       # (D, K)
        # 여기를 고치세요
        b = np.zeros(len(means))
        return W, b
    """,
    hints=(
        "제곱을 펼치면 $k$가 무엇이든 같은 항이 하나 나옵니다. 그 항은 순위를 바꾸지 않습니다. 가장 **작은** 것을 고르는 문제를 가장 **큰** 것을 고르는 문제로 바꾸려면 무엇을 곱할까요?",
        r"$\lVert x - m_k \rVert^2 = \lVert x \rVert^2 - 2\, x \cdot m_k + \lVert m_k \rVert^2$입니다. 첫 항을 버리고 $-2$로 나누면 $x \cdot m_k - \tfrac{1}{2} \lVert m_k \rVert^2$이 가장 큰 $k$를 고르는 것과 같습니다.",
    ),
)


@exercise.answer
def nearest_as_linear(means):
    return means.T, -0.5 * (means**2).sum(axis=1)


# 검사: W와 b는 하나로 정해지지 않으므로 고른 답을 본다 ---------------------------------------


def average_images(rng, k, d):
    ink = rng.uniform(0.3, 1, size=(k, 1))  # 숫자마다 잉크의 양이 다르다
    return (ink * rng.uniform(size=(k, d))).round(2)


def distances(x, means):
    return ((x[:, None] - means) ** 2).sum(axis=2)


def tall(rng, n):
    return average_images(rng, n + 2, n)


def pictures(rng, n):
    means = average_images(rng, *rng.integers(2, 5, size=2))
    x = rng.uniform(size=(10 * n + 20, means.shape[1])).round(2)
    near = np.sort(distances(x, means), axis=1)
    return means, x[near[:, 1] - near[:, 0] > 0.01][:n]  # 반올림에 답이 달린 그림은 뺀다


def two_averages(rng, n):
    return average_images(rng, 2, n + 1)


def scores(f, means, x):
    W, b = map(np.asarray, f(means))
    return x.astype(W.dtype) @ W + b


@exercise.same("W의 형상은 (D, K), b의 형상은 (K,)입니다", tall, sizes=(1, 2, 3))
def shapes(f, means):
    W, b = f(means)
    return {"W의 형상": np.shape(W), "b의 형상": np.shape(b)}


@exercise.holds(
    "가장 가까운 평균과 같은 답을 고릅니다", pictures, sizes=(1, 2, 3, 20, 60), shows="고른 답"
)
def nearest(f, means, x):
    return scores(f, means, x).argmax(axis=1), distances(x, means).argmin(axis=1)


@exercise.holds(
    "두 평균의 한가운데에서는 두 점수가 같습니다", two_averages, shows="W의 크기로 나눈 두 점수"
)
def halfway(f, means):
    both = scores(f, means, means.mean(axis=0))
    both = both / np.linalg.norm(f(means)[0])  # W와 b를 함께 몇 배 해도 같은 답이다
    return both, both[::-1]


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "편향이 0",
    by=nearest,
    says="편향이 0이면 거리가 아니라 겹침으로 고르는 첫 방법 그대로입니다. 잉크가 많은 평균 그림이 공짜 점수를 받습니다.",
    see="평균 그림과 겹쳐 보면 안 될까요?",
)
def no_bias(means):
    return means.T, np.zeros(len(means))


@exercise.mistake(
    "절반을 빠뜨림",
    by=halfway,
    says="편향에서 ½이 빠졌습니다. W를 평균 그림 그대로 두려면 거리의 식을 −2로 나눴을 것입니다. 제곱의 합도 함께 나누세요.",
    see="점수 열 개를 한 번에",
)
def without_half(means):
    return means.T, -(means**2).sum(axis=1)


@exercise.mistake(
    "편향의 부호가 반대",
    by=halfway,
    says="편향을 더해 주었습니다. 잉크가 많은 평균 그림일수록 점수를 깎아야 거리의 순위가 됩니다.",
    see="점수 열 개를 한 번에",
)
def bonus_for_ink(means):
    return means.T, 0.5 * (means**2).sum(axis=1)


@exercise.mistake(
    "가장 먼 평균을 고름",
    by=nearest,
    says="거리의 제곱을 그대로 점수로 썼습니다. `argmax`는 가장 큰 점수를 고르므로 가장 먼 평균을 답합니다. 전체의 부호를 바꾸세요.",
    see="점수 열 개를 한 번에",
)
def farthest(means):
    return -2 * means.T, (means**2).sum(axis=1)


@exercise.mistake(
    "전치를 빠뜨림",
    by=shapes,
    says="평균 그림을 눕힌 채로 W에 넣었습니다. 이 책의 W는 클래스마다 열이 하나이므로 평균 그림을 세로로 세워야 합니다.",
    see="형상 장부",
)
def lying(means):
    return means, -0.5 * (means**2).sum(axis=1)
