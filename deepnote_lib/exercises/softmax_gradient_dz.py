"""원-핫으로 쓰는 로짓의 기울기: p − t를 N으로 꼭 한 번 나눈다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.losses import softmax_cross_entropy

exercise = Exercise(
    "원-핫으로 쓰는 기울기",
    section="softmax/softmax-gradient",
    level="core",
    minutes=10,
    task=r"""
    로짓 `z` $(N, K)$와 클래스 번호 `y` $(N,)$을 받아, 배치 평균 교차 엔트로피를 로짓으로 미분한 $(p - t)/N$을 $(N, K)$로 반환하는 `logit_gradient(z, y)`를 완성하세요. 이번에는 원-핫 `t`를 `np.eye`로 만들어 식을 그대로 옮깁니다. 수치 미분과 같아야 하고, 로짓이 1000이어도 `nan`이 없어야 합니다.
    """,
    starter="""
    def logit_gradient(z, y):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)      # (N, K), 행마다 합이 1
        # 여기를 채우세요: t를 빼고 N으로 나눈다
        return p
    """,
    hints=(
        "단위행렬 `np.eye(K)`의 행 하나하나가 원-핫입니다. `y`의 번호대로 행을 골라 쌓으면 무엇이 될까요? 나누는 수는 샘플의 수입니다.",
        r"`t = np.eye(K)[y]`는 형상이 $(N, K)$인 원-핫이고, 기울기는 $\dfrac{\partial L}{\partial z_{n,k}} = \dfrac{p_{n,k} - t_{n,k}}{N}$입니다.",
    ),
)


@exercise.answer
def logit_gradient(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    t = np.eye(z.shape[1])[y]
    return (p - t) / len(y)


# 검사 ------------------------------------------------------------------------------------


def batch(rng, n):
    k = rng.integers(2, 5)
    return rng.normal(size=(n, k)).round(1), rng.integers(k, size=n)


def huge_batch(rng, n):
    z, y = batch(rng, n)
    return np.round(z) + 1000 * rng.choice([-1, 1], size=z.shape), y


@exercise.same("기울기가 (p − t)/N과 같습니다", batch)
def ordinary(f, z, y):
    return f(z, y)


@exercise.holds("수치 미분과 같습니다", batch, sizes=(2, 3), tolerance=1e-6)
def numeric(f, z, y):
    return f(z, y), numerical_gradient(lambda v: softmax_cross_entropy(v, y), z)


@exercise.holds("한 행을 모두 더하면 0입니다", batch, shows="행의 합")
def zero_sum(f, z, y):
    return f(z, y).sum(axis=1), np.zeros(len(y))


@exercise.same("로짓이 1000쯤이어도 값이 맞습니다", huge_batch)
def huge(f, z, y):
    return f(z, y)


# 흔한 오답 -------------------------------------------------------------------------------


def probability(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def error(z, y):
    return probability(z) - np.eye(z.shape[1])[y]


@exercise.mistake(
    "N으로 나누지 않음",
    by=numeric,
    says="샘플마다의 p − t에서 멈췄습니다. 손실이 배치의 평균이므로 N으로 나누어야 합니다. 이대로 훈련하면 학습률을 N배로 키운 것과 같습니다.",
    see="배치로, 그리고 맨손으로",
)
def without_mean(z, y):
    return error(z, y)


@exercise.mistake(
    "N으로 두 번 나눔",
    by=numeric,
    says="N으로 두 번 나눴습니다. 손실에서 평균을 한 번 냈으니 기울기에도 1/N이 한 번만 곱해집니다.",
    see="수치 미분에게 물어보기",
)
def mean_twice(z, y):
    return error(z, y) / len(y) ** 2


@exercise.mistake(
    "부호가 반대",
    by=numeric,
    says="t에서 p를 뺐습니다. 경사 하강법은 기울기를 빼므로, 이 부호로 갱신하면 정답의 로짓이 내려갑니다.",
    see="한 행의 합은 0입니다",
)
def reversed_sign(z, y):
    return -error(z, y) / len(y)


@exercise.mistake(
    "K로도 나눔",
    by=ordinary,
    says="샘플의 수뿐 아니라 클래스의 수로도 나눴습니다. 평균은 샘플에 대해서만 내고, 클래스마다의 값은 그대로 둡니다.",
    see="배치로, 그리고 맨손으로",
)
def mean_over_classes(z, y):
    return error(z, y) / z.size


@exercise.mistake(
    "정답 자리만",
    by=zero_sum,
    says="정답인 클래스의 자리만 채우고 나머지를 0으로 두었습니다. 로짓 하나가 모든 확률을 움직이므로 틀린 클래스의 기울기도 0이 아닙니다.",
    see="첨자로 끝까지 미분하기",
)
def only_the_label(z, y):
    return np.eye(z.shape[1])[y] * error(z, y) / len(y)
