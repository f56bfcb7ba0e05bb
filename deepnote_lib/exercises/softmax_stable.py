"""어느 모양의 배열에서나 넘치지 않는 소프트맥스: 최댓값도 합도 클래스의 축에서만 구한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "어느 모양에서나 넘치지 않는 소프트맥스",
    section="softmax/softmax",
    level="core",
    minutes=15,
    task=r"""
    이 절의 `softmax`는 형상이 $(N, K)$인 배치만 받습니다. 클래스가 **마지막 축**에 놓인 배열이라면 로짓 한 벌 $(K,)$도, 배치 $(N, K)$도, 동영상처럼 배치가 여러 벌인 $(M, N, K)$도 받아 같은 형상의 확률을 반환하는 `stable_softmax`를 완성하세요. 로짓이 10,000이나 $-10{,}000$이어도 `nan`이 나오지 않아야 하고, 받은 `z`는 바꾸지 않습니다.
    """,
    starter="""
    def stable_softmax(z):
        # 여기를 고치세요: 큰 로짓에서 넘친다
        e = np.exp(z)
        # 여기도: 무엇의 합으로 나눠야 할까?
        return e / e.sum()
    """,
    hints=(
        "축의 번호를 앞에서부터 세면 배열마다 클래스 축의 번호가 다릅니다. 뒤에서부터 세면 어떨까요? 최댓값과 합을 구한 뒤에도 그 축이 길이 1로 남아 있어야 원래 배열과 맞물립니다.",
        r"로짓 한 벌마다 $m = \max_j z_j$를 빼고 $p_k = e^{z_k - m} / \sum_j e^{z_j - m}$을 구합니다. $m$과 합의 형상은 $(K,)$에서 $(1,)$, $(N, K)$에서 $(N, 1)$, $(M, N, K)$에서 $(M, N, 1)$입니다.",
    ),
)


@exercise.answer
def stable_softmax(z):
    m = z.max(axis=-1, keepdims=True)
    e = np.exp(z - m)
    return e / e.sum(axis=-1, keepdims=True)


# 검사 ------------------------------------------------------------------------------------


def batch(rng, n):
    return rng.normal(size=(n, rng.integers(2, 5))).round(1)


def distant_rows(rng, n):
    """이웃한 행이 2만씩 떨어진 로짓. 0.5의 배수라 float32에서도 정확하다."""
    halves = rng.integers(-6, 7, size=(n, 3)) / 2
    return halves + 10_000 * (-1.0) ** np.arange(n)[:, None]


def distant_logits(rng, n):
    """한 행 안에서 2만까지 벌어진 로짓."""
    halves = rng.integers(-6, 7, size=(n, 3)) / 2
    return halves + 10_000 * rng.choice([-1.0, 1.0], size=halves.shape)


def batch_and_shifts(rng, n):
    return batch(rng, n), rng.integers(-9, 10, size=(n, 1)).astype(float)


def other_shapes(rng, n):
    shape = (n + 1,) if n % 2 else (2, n, 3)
    return rng.normal(size=shape).round(1)


@exercise.same("배치에서 행마다 확률이 맞습니다", batch)
def ordinary(f, z):
    return f(z)


@exercise.holds("행마다 확률을 모두 더하면 1입니다", batch, sizes=(1, 3), shows="행의 합")
def sums_to_one(f, z):
    return np.asarray(f(z)).sum(axis=1), np.ones(len(z))


@exercise.holds("행마다 다른 수를 더해도 확률이 그대로입니다", batch_and_shifts, sizes=(1, 3))
def unmoved(f, z, c):
    return f(z + c), f(z)


@exercise.same("이웃한 행이 2만씩 떨어져 있어도 확률이 맞습니다", distant_rows, sizes=(2, 4))
def rows_apart(f, z):
    return f(z)


@exercise.same("한 행의 로짓이 2만까지 벌어져도 확률이 맞습니다", distant_logits, sizes=(1, 2, 4))
def logits_apart(f, z):
    return f(z)


@exercise.same(
    "로짓 한 벌과 여러 벌의 배치에서도 마지막 축의 확률이 맞습니다", other_shapes, sizes=(1, 2, 3)
)
def any_shape(f, z):
    return f(z)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "axis=0",
    by=ordinary,
    says="첫째 축으로 최댓값과 합을 구했습니다. 그러면 사진 한 장의 클래스들이 아니라 클래스 하나의 사진들이 확률 1을 나눠 갖습니다.",
    see="축을 틀리면 조용히 틀립니다",
)
def wrong_axis(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@exercise.mistake(
    "keepdims 빠짐",
    by=ordinary,
    says="최댓값이나 합의 축을 없애 버렸습니다. 배치에서는 형상이 어긋나거나, 사진 수와 클래스 수가 같으면 오류 없이 다른 행의 값을 씁니다. keepdims=True로 축을 남기세요.",
    see="축을 틀리면 조용히 틀립니다",
)
def without_keepdims(z):
    e = np.exp(z - z.max(axis=-1))
    return e / e.sum(axis=-1)


@exercise.mistake(
    "배치 전체의 최댓값",
    by=rows_apart,
    says="행의 최댓값이 아니라 배열 전체의 최댓값을 뺐습니다. 훨씬 작은 행은 지수가 모두 0이 되어 0을 0으로 나눕니다.",
    see="배치를 한꺼번에",
)
def whole_maximum(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake(
    "최댓값을 빼지 않음",
    by=logits_apart,
    says="지수를 바로 계산했습니다. 로짓 10,000의 지수는 무한대라서 확률이 nan이 됩니다. 행마다 최댓값을 먼저 빼세요.",
    see="로짓이 1000을 넘으면: 소프트맥스의 식과 코드",
)
def without_maximum(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake(
    "배열 전체의 합",
    by=sums_to_one,
    says="배열 전체를 한 벌로 보고 모두의 합으로 나눴습니다. 그러면 배치 전체의 합이 1입니다. 확률은 행마다 더해 1이어야 합니다.",
    see="배치를 한꺼번에",
)
def whole_sum(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@exercise.mistake(
    "axis=1로 고정",
    by=any_shape,
    says="클래스의 축을 1번으로 못 박았습니다. 배치에서는 맞지만 로짓 한 벌에는 1번 축이 없고, 여러 벌의 배치에서는 1번 축이 사진입니다. 뒤에서부터 세면 클래스는 언제나 -1번 축입니다.",
    see="배치를 한꺼번에",
)
def first_axis(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
