"""편향의 갱신: 샘플의 축으로만 더해야 클래스마다 다른 편향을 배운다."""

import numpy as np

from deepnote_lib.activations import softmax
from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.losses import softmax_cross_entropy

exercise = Exercise(
    "클래스마다 다른 편향",
    section="softmax/softmax-gradient",
    level="core",
    minutes=10,
    task=r"""
    편향 `b` $(K,)$, 로짓의 기울기 `dz` $(N, K)$, 학습률 `lr`를 받아, 경사 하강법으로 한 번 갱신한 편향 $(K,)$를 반환하는 `bias_step(b, dz, lr)`를 완성하세요. `dz`는 배치 평균 손실을 로짓으로 미분한 $(p - t)/N$입니다. 받은 `b`는 바꾸지 않습니다. 출발 코드는 이 절에서 본 강의 노트북의 버그입니다. 특성 없이 편향만 배우는 모델에 넣어도 편향이 꼼짝하지 않습니다.
    """,
    starter="""
    def bias_step(b, dz, lr):
        # 여기를 고치세요
        db = dz.sum()
        return b - lr * db
    """,
    hints=(
        "편향 하나는 모든 샘플의 로짓에 더해집니다. 어느 축을 없애야 $(N, K)$가 $(K,)$가 될까요? $1/N$은 어디에 이미 들어 있나요?",
        r"$\dfrac{\partial L}{\partial b_k} = \sum_n \dfrac{\partial L}{\partial z_{n,k}}$이고 $b_k \leftarrow b_k - \eta \dfrac{\partial L}{\partial b_k}$입니다. 샘플의 축은 `axis=0`입니다.",
    ),
)


@exercise.answer
def bias_step(b, dz, lr):
    return b - lr * dz.sum(axis=0)


# 검사 ------------------------------------------------------------------------------------


def state(rng, n, k):
    return rng.normal(size=k).round(1), rng.normal(size=(n, k)).round(1), rng.choice([0.1, 0.5, 2])


def batch(rng, n):
    return state(rng, n, n + rng.integers(1, 3))


def square(rng, n):
    return state(rng, n, n)


def logits(rng, n):
    k = rng.integers(2, 5)
    return rng.normal(size=k).round(1), rng.normal(size=(n, k)).round(1), rng.integers(k, size=n)


def gradient(z, y):
    return (softmax(z) - np.eye(z.shape[1])[y]) / len(y)


@exercise.same("갱신한 편향의 형상이 (K,)이고 값이 맞습니다", batch)
def ordinary(f, b, dz, lr):
    return f(b, dz, lr)


@exercise.same("샘플의 수와 클래스의 수가 같아도 맞습니다", square, sizes=(2, 3))
def same_size(f, b, dz, lr):
    return f(b, dz, lr)


@exercise.holds("수치 미분한 만큼 내려갑니다", logits, sizes=(2, 3), tolerance=1e-6)
def numeric(f, b, z, y):
    slope = numerical_gradient(lambda v: softmax_cross_entropy(z + v, y), b)
    return f(b, gradient(z + b, y), 1.0), b - slope


def labels(rng, n):
    return rng.permutation(rng.permutation(3)[[0, 0, 0, 1, 2]])


@exercise.holds(
    "편향만 배우는 모델이 클래스의 비율을 배웁니다",
    labels,
    sizes=(1, 2),
    tolerance=1e-6,  # 100번 갱신한 뒤에 남은 거리
    shows="배운 비율",
)
def ratio(f, y):
    b = np.zeros(3)
    for _ in range(100):
        b = f(b, gradient(np.zeros((5, 3)) + b, y), 1.0)
    return softmax(b), np.bincount(y) / 5


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "스칼라로 더함",
    by=ratio,
    says="축을 적지 않고 모두 더했습니다. p − t는 행마다 합이 0이라 모두 더하면 0이 되고, 편향은 하나도 배우지 못합니다.",
    see="편향의 기울기를 몽땅 더하면?",
)
def scalar(b, dz, lr):
    return b - lr * dz.sum()


@exercise.mistake(
    "평균을 또 냄",
    by=numeric,
    says="샘플의 축으로 평균을 냈습니다. 1/N은 dz에 이미 들어 있으므로 N으로 두 번 나눈 셈입니다. 더하기만 하세요.",
    see="가중치와 편향까지",
)
def mean_again(b, dz, lr):
    return b - lr * dz.mean(axis=0)


@exercise.mistake(
    "형상이 (K, 1)",
    by=ordinary,
    says="편향의 기울기를 세로로 세웠습니다. (K,)에서 (K, 1)을 빼면 오류 없이 (K, K)로 퍼집니다. 기울기의 형상은 b와 같아야 합니다.",
    see="편향의 기울기를 몽땅 더하면?",
)
def column(b, dz, lr):
    return b - lr * dz.sum(axis=0).reshape(-1, 1)


@exercise.mistake(
    "클래스의 축으로 더함",
    by=same_size,
    says="`axis=1`은 한 샘플 안에서 클래스끼리 더합니다. 편향은 모든 샘플이 함께 쓰므로 샘플의 축 `axis=0`으로 더하세요.",
    see="가중치와 편향까지",
)
def other_axis(b, dz, lr):
    return b - lr * dz.sum(axis=1)


@exercise.mistake(
    "기울기를 더함",
    by=ratio,
    says="기울기를 빼지 않고 더했습니다. 기울기의 방향으로 가면 손실이 커집니다.",
    see="한 행의 합은 0입니다",
)
def uphill(b, dz, lr):
    return b + lr * dz.sum(axis=0)
