"""넘치지 않는 시그모이드: 지수에는 언제나 0 이하만 넣는다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "넘치지 않는 시그모이드",
    section="softmax/logistic",
    level="core",
    minutes=15,
    task=r"""
    `sigmoid(np.array([-1000.0]))`은 $e^{1000}$을 계산하느라 오버플로 경고를 냅니다. 음수 쪽에서는 $\sigma(z) = \frac{e^{z}}{1 + e^{z}}$을 쓰면 됩니다. 지수에 양수가 들어가지 않게 `safe_sigmoid`를 고치세요. 받는 것도 반환하는 것도 형상이 $(N,)$인 배열입니다. 채점하는 것은 값과 넘침입니다. 넘치는 순간 오류가 나도록 해 두고 검사하며, 확률이 아무리 작아도 float64로 0이 아닌 수라면(점수 $-720$쯤까지) 자릿수를 지켜야 합니다. 그래서 점수를 잘라 내거나(`np.clip`) 경고만 꺼서는(`np.errstate`) 통과하지 못합니다.
    """,
    starter="""
    def safe_sigmoid(z):
        # 여기를 고치세요
        return 1 / (1 + np.exp(-z))
    """,
    hints=(
        "두 식 모두 $e^{-|z|}$ 하나로 적을 수 있습니다. `np.where`는 두 갈래를 **모두** 계산하므로, 갈래 안에 `np.exp(-z)`를 적으면 고르지 않는 쪽에서 여전히 넘칩니다.",
        r"$e = e^{-|z|}$로 두면 $z \ge 0$일 때 $\frac{1}{1 + e}$, 아니면 $\frac{e}{1 + e}$입니다. 분모가 같으므로 분자만 고르면 됩니다.",
    ),
)


@exercise.answer
def safe_sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


# 검사 ------------------------------------------------------------------------------------


def scores(rng, n):
    return rng.normal(scale=3, size=n).round(1)


def very_negative(rng, n):
    return -rng.integers(800, 2000, size=n).astype(float)


def very_positive(rng, n):
    return rng.integers(800, 2000, size=n).astype(float)


def mixed(rng, n):
    return np.append(rng.choice([-1000.0, 1000.0], size=n), [0.0])


def unlikely(rng, n):
    return -rng.integers(40, 80, size=n).astype(float)


def barely_possible(rng, n):
    """e^-z은 넘치지만 e^z은 0이 아닌 점수들과, -150쯤의 점수 하나."""
    return -np.append(rng.integers(711, 721, size=n), rng.integers(110, 200)).astype(float)


@exercise.same("보통 크기의 점수에서 확률이 맞습니다", scores)
def ordinary(f, z):
    return f(z)


@exercise.same("점수가 아주 작아도 넘치지 않습니다", very_negative, sizes=(1, 3))
def low(f, z):
    with np.errstate(over="raise", invalid="raise"):
        return f(z)


@exercise.same("점수가 아주 커도 넘치지 않습니다", very_positive, sizes=(1, 3))
def high(f, z):
    with np.errstate(over="raise", invalid="raise"):
        return f(z)


@exercise.same("큰 점수와 작은 점수와 0이 섞여 있어도 맞습니다", mixed, sizes=(1, 3))
def together(f, z):
    with np.errstate(over="raise", invalid="raise"):
        return f(z)


@exercise.holds(
    "0에 가까운 확률의 로그가 점수와 같습니다", unlikely, sizes=(1, 3), shows="확률의 로그"
)
def digits(f, z):
    return np.log(f(z)), z


@exercise.same(
    "점수가 -720쯤이어도 확률의 자릿수가 남습니다",
    barely_possible,
    sizes=(1, 2),
    shows="확률의 로그",
)
def last_digits(f, z):
    return np.log(f(z))  # e^-720을 0으로 만드는 컴퓨터에서는 모범 답안도 그렇다


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "1 / (1 + e^-z)만",
    by=low,
    says="점수가 음수일 때도 첫째 식을 썼습니다. 점수 -1000에서 e의 1000제곱이 넘칩니다. 음수 쪽에서는 분자와 분모에 e^z을 곱한 식을 쓰세요.",
    see="로그 오즈: 점수에 뜻을 붙입니다",
)
def only_first(z):
    return 1 / (1 + np.exp(-z))


@exercise.mistake(
    "e^z / (1 + e^z)만",
    by=high,
    says="점수가 양수일 때도 둘째 식을 썼습니다. 점수 1000에서 분자와 분모가 모두 무한대가 됩니다. 양수 쪽에서는 첫째 식을 쓰세요.",
    see="로그 오즈: 점수에 뜻을 붙입니다",
)
def only_second(z):
    return np.exp(z) / (1 + np.exp(z))


@exercise.mistake(
    "np.where의 두 갈래에 그대로",
    by=high,
    says="np.where는 고르기 전에 두 갈래를 모두 계산합니다. 값은 맞아 보여도 고르지 않은 쪽에서 넘칩니다. 두 갈래에 모두 안전한 지수 하나를 먼저 만드세요.",
    see="고침: 손실은 확률이 아니라 점수에서",
)
def both_branches(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@exercise.mistake(
    "두 갈래를 바꿔 씀",
    by=ordinary,
    says="점수가 양수일 때와 음수일 때의 식을 바꿔 썼습니다. 점수가 크면 확률도 커야 하는데 거꾸로 작아집니다.",
    see="점수를 버리면 무엇을 잃을까요?",
)
def swapped(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, e, 1) / (1 + e)


@exercise.mistake(
    "작은 확률을 1과의 차로 구함",
    by=digits,
    says="음수 쪽의 작은 확률을 크기가 1에 가까운 두 수의 차로 구했습니다. 1 - σ(-z)도, (1 + tanh(z/2))/2도 그렇습니다. 점수가 -40쯤이면 두 수가 같아져 0이 되고, 작은 확률의 자릿수가 모두 사라집니다.",
    see="고침: 손실은 확률이 아니라 점수에서",
)
def by_subtraction(z):
    p = 1 / (1 + np.exp(-np.abs(z)))
    return np.where(z >= 0, p, 1 - p)


@exercise.mistake(
    "점수를 잘라 냄",
    by=last_digits,
    says="점수를 -500과 500 사이로 잘랐습니다. 넘치지는 않지만 점수가 -720이어도 -500일 때의 확률을 답합니다. 자르지 말고, 음수 쪽에서는 넘치지 않는 식을 쓰세요.",
    see="로그 오즈: 점수에 뜻을 붙입니다",
)
def clipped(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@exercise.mistake(
    "경고만 끔",
    by=last_digits,
    says="식은 그대로 두고 넘침의 경고만 껐습니다. 점수 -720에서 e의 720제곱이 무한대가 되어, 0이 아니어야 할 확률이 0이 됩니다.",
    see="로그 오즈: 점수에 뜻을 붙입니다",
)
def silenced(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


@exercise.mistake(
    "|z|만 넣음",
    by=ordinary,
    says="지수에 -|z|를 넣어 넘치지는 않지만 두 갈래를 나누지 않았습니다. 음수 점수의 확률이 양수 점수의 확률과 같아집니다.",
    see="숫자를 손으로 넣어 보기",
)
def without_branches(z):
    return 1 / (1 + np.exp(-np.abs(z)))
