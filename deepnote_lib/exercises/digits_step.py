"""소프트맥스 회귀의 갱신 한 번: 형상 장부의 줄을 코드로 옮기고, 평균은 한 곳에서만 낸다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient
from deepnote_lib.losses import softmax_cross_entropy

exercise = Exercise(
    "형상 장부로 하는 갱신 한 번",
    section="softmax/digits",
    level="core",
    minutes=15,
    task=r"""
    그림 `x` $(N, D)$, 정답 `y` $(N,)$, 가중치 `W` $(D, K)$, 편향 `b` $(K,)$, 학습률 `lr`를 받아, 배치 평균 교차 엔트로피를 줄이도록 경사 하강법으로 **한 번** 갱신한 `W, b`를 반환하는 `sgd_step(x, y, W, b, lr)`를 완성하세요. 형상 장부의 줄을 차례로 코드로 옮깁니다. 받은 `W`와 `b`는 바꾸지 않고, 로짓이 1000이어도 `nan`이 없어야 합니다.
    """,
    starter="""
    def sgd_step(x, y, W, b, lr):
        z = x @ W + b                              # (N, D) @ (D, K) + (K,) → (N, K)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)       # (N, K)
        # 여기를 채우세요: dz (N, K), dW (D, K), db (K,)를 구해 W와 b를 갱신한다
        return W, b
    """,
    hints=(
        "장부의 아래 세 줄이 기울기입니다. 기울기의 형상은 자기 매개변수의 형상과 같습니다. $1/N$은 세 줄 가운데 어디에서 한 번만 곱하면 될까요?",
        r"$dz = (p - t)/N$, $dW = x^\top dz$이고 $db$는 $dz$를 그림의 축으로 더한 것입니다. 갱신은 $W \leftarrow W - \eta\, dW$, $b \leftarrow b - \eta\, db$입니다.",
    ),
)


@exercise.answer
def sgd_step(x, y, W, b, lr):
    z = x @ W + b
    e = np.exp(z - z.max(axis=1, keepdims=True))
    dz = e / e.sum(axis=1, keepdims=True)
    dz[np.arange(len(y)), y] -= 1
    dz /= len(y)
    return W - lr * x.T @ dz, b - lr * dz.sum(axis=0)


# 검사 ------------------------------------------------------------------------------------


def batch(rng, n, d, k):
    x, y = rng.uniform(size=(n, d)).round(1), rng.integers(k, size=n)
    return x, y, rng.normal(size=(d, k)).round(1), rng.normal(size=k).round(1)


def pictures(rng, n):
    d, k = n + 1, rng.integers(2, 5)
    return *batch(rng, n, d, k), rng.choice([0.1, 0.5])


def square(rng, n):
    return *batch(rng, n, n, n), 0.5


def huge_pictures(rng, n):
    x, y, W, b, lr = pictures(rng, n)
    x[0] *= 1000  # 행마다 로짓의 크기가 아주 다르다
    return x, y, W, b, lr


def named(pair):
    W, b = pair
    return {"W": W, "b": b}


@exercise.same("W와 b를 한 번 갱신한 값이 맞습니다", pictures)
def ordinary(f, x, y, W, b, lr):
    return named(f(x, y, W, b, lr))


@exercise.same("그림과 화소와 클래스의 수가 모두 같아도 맞습니다", square, sizes=(2, 3))
def same_size(f, x, y, W, b, lr):
    return named(f(x, y, W, b, lr))


@exercise.holds("수치 미분한 만큼 내려갑니다", pictures, sizes=(2,), tolerance=1e-6)
def numeric(f, x, y, W, b, lr):
    dW = numerical_gradient(lambda v: softmax_cross_entropy(x @ v + b, y), W)
    db = numerical_gradient(lambda v: softmax_cross_entropy(x @ W + v, y), b)
    return named(f(x, y, W, b, lr)), {"W": W - lr * dW, "b": b - lr * db}


@exercise.holds("모든 그림을 두 번씩 넣어도 갱신이 같습니다", pictures, sizes=(2, 3))
def doubled(f, x, y, W, b, lr):
    twice = f(np.tile(x, (2, 1)), np.tile(y, 2), W, b, lr)
    return named(twice), named(f(x, y, W, b, lr))


@exercise.same("로짓이 1000쯤이어도 값이 맞습니다", huge_pictures, sizes=(1, 2, 3))
def huge(f, x, y, W, b, lr):
    return named(f(x, y, W, b, lr))


# 흔한 오답 -------------------------------------------------------------------------------


def probability(x, W, b):
    z = x @ W + b
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient(x, y, W, b):
    return (probability(x, W, b) - np.eye(len(b))[y]) / len(y)


@exercise.mistake(
    "평균을 내지 않음",
    by=doubled,
    says="N으로 나누지 않은 합의 기울기로 갱신했습니다. 그림을 두 번씩 넣으면 두 배로 움직입니다. 같은 학습률로는 데이터가 많을수록 발산하기 쉽습니다.",
    see="장부를 어기면 조용히 틀립니다",
)
def sum_of_losses(x, y, W, b, lr):
    dz = gradient(x, y, W, b) * len(y)
    return W - lr * x.T @ dz, b - lr * dz.sum(axis=0)


@exercise.mistake(
    "모두의 정답에서 1을 뺌",
    by=ordinary,
    says="`dz[:, y] -= 1`은 그림마다 자기 정답이 아니라 배치에 나온 모든 정답의 자리에서 1을 뺍니다. 행 번호와 짝지어 `dz[np.arange(N), y]`로 고르세요.",
    see="장부를 어기면 조용히 틀립니다",
)
def every_label(x, y, W, b, lr):
    dz = probability(x, W, b)
    dz[:, y] -= 1
    dz /= len(y)
    return W - lr * x.T @ dz, b - lr * dz.sum(axis=0)


@exercise.mistake(
    "편향이 그대로",
    by=numeric,
    says="편향이 갱신되지 않았습니다. b를 그대로 돌려주었거나, 기울기를 축 없이 모두 더했습니다(그 합은 늘 0입니다). `axis=0`으로 그림끼리만 더해 b에서 빼세요.",
    see="형상 장부",
)
def scalar_bias(x, y, W, b, lr):
    dz = gradient(x, y, W, b)
    return W - lr * x.T @ dz, b - lr * dz.sum()


@exercise.mistake(
    "기울기를 더함",
    by=numeric,
    says="기울기를 빼지 않고 더했습니다. 기울기는 손실이 커지는 방향이므로 반대로 가야 합니다.",
    see="숫자를 손으로 넣어 보기",
)
def uphill(x, y, W, b, lr):
    dz = gradient(x, y, W, b)
    return W + lr * x.T @ dz, b + lr * dz.sum(axis=0)


@exercise.mistake(
    "클래스의 축을 틀림",
    by=ordinary,
    says="소프트맥스를 `axis=0`으로 계산해 그림끼리 확률을 나눴습니다. 최댓값과 합처럼 그림 한 장 안에서 하는 일은 `axis=1`입니다.",
    see="형상 장부",
)
def softmax_down(x, y, W, b, lr):
    z = x @ W + b
    e = np.exp(z - z.max(axis=0))
    dz = (e / e.sum(axis=0) - np.eye(len(b))[y]) / len(y)
    return W - lr * x.T @ dz, b - lr * dz.sum(axis=0)


@exercise.mistake(
    "받은 배열을 바꿈",
    by=ordinary,
    says="`W -= …`는 받은 배열을 그 자리에서 바꿉니다. 값은 맞지만 부른 쪽의 W와 b까지 달라집니다. `W = W - …`로 새 배열을 만드세요.",
    see="맨손으로 만들기",
)
def in_place(x, y, W, b, lr):
    dz = gradient(x, y, W, b)
    W -= lr * x.T @ dz
    b -= lr * dz.sum(axis=0)
    return W, b
