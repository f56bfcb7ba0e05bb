"""고장 난 소프트맥스 셋을 잡는 시험: 시험도 코드라서, 무엇을 넣는지가 무엇을 잡는지를 정한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise, code_of


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def wrong_axis(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def wrong_keepdims(z):
    e = np.exp(z - z.max(axis=1))
    return e / e.sum(axis=1)


def wrong_max(z):
    e = np.exp(z - z.max())  # 배치 전체의 최댓값
    return e / e.sum(axis=1, keepdims=True)


BROKEN = (wrong_axis, wrong_keepdims, wrong_max)

exercise = Exercise(
    "고장 난 소프트맥스 셋을 잡는 시험",
    section="softmax/softmax",
    level="core",
    minutes=15,
    task=r"""
    아래 셀에 고장 난 배치 소프트맥스가 셋 있습니다. 출발 코드의 시험 `is_right`는 셋을 모두 통과시킵니다. 라이브러리를 부르지 말고 **넣는 로짓과 확인할 성질**을 바꾸어, 바른 소프트맥스만 `True`이고 셋은 모두 `False`가 되게 하세요.
    """,
    starter="\n\n".join(map(code_of, BROKEN))
    + """

def is_right(f):
    # 여기를 고치세요
    logits = np.zeros((3, 3))
    return bool(np.isclose(f(logits).sum(), 3))
""",
    hints=(
        "모두 0인 로짓은 무엇을 틀려도 3분의 1이 나옵니다. 행마다 값이 다른 로짓을 쓰세요. 셋째는 행의 크기가 **아주** 다를 때만 들킵니다.",
        "한 행은 보통 크기, 한 행은 1000쯤, 한 행은 $-1000$쯤으로 두고 `np.allclose(f(logits).sum(axis=1), 1)`을 봅니다. 더 엄하게 하려면 행을 하나씩 꺼내 직접 구한 확률과 비교하세요.",
    ),
)


@exercise.answer
def is_right(f):
    logits = np.array([[2.0, 1.0, 0.1], [1000.0, 1001.0, 1002.0], [500.0, 503.0, 501.0]])
    by_hand = []
    for row in logits:  # 행 하나씩이면 축을 틀릴 수 없다
        e = np.exp(row - row.max())
        by_hand.append(e / e.sum())
    return bool(np.allclose(f(logits), by_hand))


# 검사: 입력이 소프트맥스이다 --------------------------------------------------------------


def softmax_by_rows(z):
    return np.array([softmax(row[None])[0] for row in z])


def softmax_through_log(z):
    shifted = z - z.max(axis=1)[:, None]
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=1))[:, None])


def right(rng, n):
    return (softmax, softmax_by_rows, softmax_through_log)[n - 1]


def broken(number):
    return lambda rng, n: BROKEN[number]


def renamed(rng, n):
    chosen = BROKEN[n - 1]

    def softmax(z):
        return chosen(z)

    return softmax


@exercise.same("바르게 만든 소프트맥스 셋은 모두 통과시킵니다", right, sizes=(1, 2, 3))
def accepts(test, f):
    return test(f)


@exercise.same("`wrong_axis`를 떨어뜨립니다", broken(0), sizes=(1,))
def catches_axis(test, f):
    return test(f)


@exercise.same("`wrong_keepdims`를 떨어뜨립니다", broken(1), sizes=(1,))
def catches_keepdims(test, f):
    return test(f)


@exercise.same("`wrong_max`를 떨어뜨립니다", broken(2), sizes=(1,))
def catches_max(test, f):
    return test(f)


@exercise.same("이름이 softmax여도 고장 난 것은 떨어뜨립니다", renamed, sizes=(1, 2, 3))
def ignores_name(test, f):
    return test(f)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "보통 크기의 로짓만",
    by=catches_max,
    says="로짓이 모두 보통 크기입니다. 배치 전체의 최댓값을 뺀 것은 행끼리 수백 넘게 벌어져야 드러납니다.",
    see="축을 틀리면 조용히 틀립니다",
)
def ordinary_logits(f):
    logits = np.array([[2.0, 1.0, 0.1], [0.0, 3.0, 1.0], [1.0, -1.0, 4.0]])
    return bool(np.allclose(f(logits).sum(axis=1), 1))


@exercise.mistake(
    "전체의 합만",
    by=catches_axis,
    says="배치 전체의 합만 보았습니다. 열의 합이 1이어도 전체의 합은 3입니다. 행마다 보아야 합니다.",
    see="배치를 한꺼번에",
)
def total_only(f):
    logits = np.array([[2.0, 1.0, 0.1], [0.0, 3.0, 1.0], [1.0, -1.0, 4.0]])
    return bool(np.isclose(f(logits).sum(), 3))


@exercise.mistake(
    "꼭 같은지 비교",
    by=accepts,
    says="반올림 때문에 합은 꼭 1이 아닙니다. `==` 대신 `np.allclose`로 비교하세요.",
    see="배치를 한꺼번에",
)
def exactly_one(f):
    logits = np.array([[2.0, 1.0, 0.1], [1000.0, 1001.0, 1002.0], [-1000.0, -1001.0, -1003.0]])
    p = f(logits)
    return bool((p.sum(axis=1) == 1).all() and (p[0] == [0.659, 0.242, 0.099]).all())


@exercise.mistake(
    "이름을 봄",
    by=ignores_name,
    says="함수의 이름을 보았습니다. 시험은 이름이 아니라 함수가 낸 값을 보아야 합니다.",
    see="축을 틀리면 조용히 틀립니다",
)
def by_name(f):
    return f.__name__.startswith("softmax")
