"""합, 차, 평균의 분산: 곱한 수는 제곱으로 나오고, 빼도 분산은 더해진다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "합과 차와 평균의 분산",
    section="start/linalg-prob",
    level="core",
    minutes=10,
    task=r"""
    독립인 두 확률 변수 $X$와 $Y$의 분산 `var_x`, `var_y`와 수 `a`, `b`를 받아, 분산 셋을 반환하는 `variances`를 완성하세요. 순서는 합 $aX + bY$의 분산, 차 $aX - bY$의 분산, $X$와 분포가 같고 서로 독립인 `n`개의 평균의 분산입니다.
    """,
    starter="""
    def variances(a, var_x, b, var_y, n):
        # 여기를 고치세요
        total = a * var_x + b * var_y
        # 여기도
        difference = a * var_x - b * var_y
        # 여기도: n개의 평균
        return total, difference, var_x
    """,
    hints=(
        "분산은 벗어난 만큼을 **제곱**한 값의 평균입니다. 값을 두 배로 하면 벗어난 만큼도 두 배가 됩니다. 그러면 분산은 몇 배일까요? $-b$를 곱하는 것은 어떨까요?",
        r"$\mathrm{Var}(aX) = a^2\, \mathrm{Var}(X)$이고, 독립이면 $\mathrm{Var}(aX \pm bY) = a^2\, \mathrm{Var}(X) + b^2\, \mathrm{Var}(Y)$입니다. 평균은 $n$개를 더한 것에 $\frac{1}{n}$을 곱한 것이므로 분산이 $\frac{1}{n^2} \cdot n\, \mathrm{Var}(X) = \frac{1}{n} \mathrm{Var}(X)$입니다.",
    ),
)


@exercise.answer
def variances(a, var_x, b, var_y, n):
    both = a**2 * var_x + b**2 * var_y
    return both, both, var_x / n


# 검사 ------------------------------------------------------------------------------------


def numbers(rng, n):
    a, b = rng.choice([2, 3, -2, 0.5], size=2, replace=False).tolist()
    var_x, var_y = rng.permutation(np.arange(2, 9))[:2].tolist()
    return a, float(var_x), b, float(var_y), n + 1


def dice(rng, n):
    """a, b와 두 주사위의 면에 적힌 수. 면은 모두 같은 확률로 나온다."""
    faces = rng.integers(0, 7, size=(2, n + 1)).astype(float)
    faces[:, 0] = 9.0
    a, b = rng.choice([2, 3, -2, 0.5], size=2, replace=False).tolist()
    return a, faces[0], b, faces[1]


@exercise.same("합, 차, 평균의 분산이 순서대로 맞습니다", numbers)
def ordinary(f, a, var_x, b, var_y, n):
    return f(a, var_x, b, var_y, n)


@exercise.holds(
    "두 주사위의 모든 결과를 세어 구한 합과 차의 분산과 같습니다", dice, shows="합과 차의 분산"
)
def counted(f, a, x, b, y):
    total, difference, _ = f(a, x.var(), b, y.var(), 2)
    return (total, difference), (
        np.add.outer(a * x, b * y).var(),
        np.add.outer(a * x, -b * y).var(),
    )


@exercise.holds(
    "주사위를 두 번 굴린 모든 결과를 세어 구한 평균의 분산과 같습니다", dice, shows="평균의 분산"
)
def averaged(f, a, x, b, y):
    return f(a, x.var(), b, y.var(), 2)[2], (np.add.outer(x, x) / 2).var()


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "차의 분산을 뺌",
    by=counted,
    says="차의 분산을 구하면서 분산도 뺐습니다. 빼더라도 흔들림은 더해집니다. 음수를 제곱하면 양수이고, 분산이 음수가 될 수 없다는 점에서도 알 수 있습니다.",
    see="흔들림은 어떻게 더해질까요?",
)
def subtracted(a, var_x, b, var_y, n):
    return a**2 * var_x + b**2 * var_y, a**2 * var_x - b**2 * var_y, var_x / n


@exercise.mistake(
    "곱한 수를 제곱하지 않음",
    by=counted,
    says="곱한 수를 제곱하지 않았습니다. 분산은 제곱의 평균이라, 값을 두 배로 하면 분산은 네 배가 됩니다.",
    see="흔들림은 어떻게 더해질까요?",
)
def not_squared(a, var_x, b, var_y, n):
    return a * var_x + b * var_y, a * var_x + b * var_y, var_x / n


@exercise.mistake(
    "제곱하지도 않고 빼기도 함",
    by=counted,
    says="두 가지를 함께 틀렸습니다. 곱한 수는 제곱으로 나오고, 빼더라도 분산은 더해집니다.",
    see="흔들림은 어떻게 더해질까요?",
)
def like_expectations(a, var_x, b, var_y, n):
    return a * var_x + b * var_y, a * var_x - b * var_y, var_x / n


@exercise.mistake(
    "평균의 분산이 그대로",
    by=averaged,
    says="n개를 평균 내도 분산이 그대로라고 했습니다. 그대로인 것은 기댓값입니다. 독립인 값들은 서로 상쇄되어 평균의 흔들림이 줄어듭니다.",
    see="흔들림은 어떻게 더해질까요?",
)
def mean_unchanged(a, var_x, b, var_y, n):
    total, difference, _ = variances(a, var_x, b, var_y, n)
    return total, difference, var_x


@exercise.mistake(
    "평균의 분산을 n의 제곱으로 나눔",
    by=averaged,
    says="n분의 1을 제곱한 것까지만 했습니다. n개를 더하면서 분산이 n배가 되었으므로, n의 제곱으로 나눈 뒤에는 n분의 1이 남습니다.",
    see="흔들림은 어떻게 더해질까요?",
)
def divided_twice(a, var_x, b, var_y, n):
    total, difference, _ = variances(a, var_x, b, var_y, n)
    return total, difference, var_x / n**2


@exercise.mistake(
    "평균의 분산을 √n으로 나눔",
    by=averaged,
    says="분산을 n의 제곱근으로 나눴습니다. 제곱근으로 줄어드는 것은 표준편차이고, 분산은 n분의 1이 됩니다.",
    see="흔들림은 어떻게 더해질까요?",
)
def like_deviations(a, var_x, b, var_y, n):
    total, difference, _ = variances(a, var_x, b, var_y, n)
    return total, difference, var_x / np.sqrt(n)
