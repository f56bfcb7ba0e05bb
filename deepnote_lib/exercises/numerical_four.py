"""점 네 개의 차분: 폭이 다른 두 중앙 차분을 섞어 h²의 오차를 지운다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "점 네 개로 구하기",
    section="backprop/numerical",
    level="core",
    minutes=10,
    task=r"""
    $x \pm h$와 $x \pm 2h$를 함께 쓰면 $h^2$의 항까지 지울 수 있습니다. 아래 식을 `four_point(f, x, h)`로 옮기세요. `f`는 수 하나를 받아 수 하나를 반환하는 함수입니다.

    $$
    f'(x) \approx \frac{8 \left( f(x+h) - f(x-h) \right) - \left( f(x+2h) - f(x-2h) \right)}{12h}
    $$

    로그-로그 그림에서 오른쪽 직선의 기울기가 몇인지 **먼저 예상한 뒤**, 통과한 함수로 $h = 10^{-2}$과 $10^{-1}$의 오차를 비교해 확인해 보세요.
    """,
    starter="""
    def four_point(f, x, h):
        # 여기를 고치세요
        return (f(x + h) - f(x - h)) / (2 * h)
    """,
    hints=(
        "중앙 차분의 오차는 h의 제곱, 네제곱, … 순서입니다. 폭을 두 배로 하면 첫 항은 몇 배가 될까요?",
        r"가까운 차이는 $f(x+h) - f(x-h)$, 먼 차이는 $f(x+2h) - f(x-2h)$입니다. 가까운 차이의 여덟 배에서 먼 차이를 뺀 다음, **전체를** $12h$로 나눕니다.",
    ),
)


@exercise.answer
def four_point(f, x, h):
    near = f(x + h) - f(x - h)
    far = f(x + 2 * h) - f(x - 2 * h)
    return (8 * near - far) / (12 * h)


# 검사: 다항식은 도함수와 오차를 정확히 안다 ----------------------------------------------------


def polynomial(rng, n):
    coefficients = rng.integers(-3, 4, size=5).astype(float)
    coefficients[0] = rng.choice([-2.0, 1.0, 3.0])  # 4차
    return coefficients, round(rng.normal(), 1) + 0.0, (1.0, 0.5, 0.1)[n - 1]


def quintic(rng, n):
    return round(rng.normal(), 1) + 0.0, (1.0, 0.5, 0.1)[n - 1]


def step(rng, n):
    return round(rng.normal(), 1) + 0.0, (0.1, 0.05, 0.02)[n - 1]


@exercise.holds("4차 다항식이면 h가 커도 도함수의 값과 같습니다", polynomial, sizes=(1, 2, 3))
def quartic(four, coefficients, x, h):
    slope = np.polyval(np.polyder(coefficients), x)
    return four(lambda t: np.polyval(coefficients, t), x, h), float(slope)


@exercise.holds("5차식 x⁵에서 남는 오차는 −4h⁴입니다", quintic, sizes=(1, 2, 3))
def error_of_quintic(four, x, h):
    return four(lambda t: t**5, x, h), 5 * x**4 - 4 * h**4


@exercise.holds(
    "h를 절반으로 줄이면 eˣ의 오차가 16분의 1로 줄어듭니다", step, sizes=(1, 2, 3), tolerance=0.02
)
def order(four, x, h):
    wide, narrow = (abs(four(np.exp, x, w) - np.exp(x)) for w in (h, h / 2))
    return float(wide / narrow) if narrow else 0.0, 16.0


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "중앙 차분 그대로",
    by=order,
    says="가까운 두 점만 썼습니다. 이것은 중앙 차분이라 h를 절반으로 줄여도 오차가 4분의 1로만 줄어듭니다.",
    see="오차는 두 곳에서 옵니다",
)
def still_central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


@exercise.mistake(
    "두 차분의 평균",
    by=quartic,
    says="폭이 h인 차분과 2h인 차분을 똑같이 섞었습니다. 오차는 폭의 제곱에 비례하므로, 지우려면 4 대 −1로 섞어야 합니다.",
    see="오차는 두 곳에서 옵니다",
)
def averaged(f, x, h):
    return (still_central(f, x, h) + still_central(f, x, 2 * h)) / 2


@exercise.mistake(
    "먼 차이를 더함",
    by=quartic,
    says="먼 차이를 빼지 않고 더했습니다. 빼야 h의 제곱에 비례하는 항이 서로 지워집니다.",
    see="오차는 두 곳에서 옵니다",
)
def far_added(f, x, h):
    return (8 * (f(x + h) - f(x - h)) + (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


@exercise.mistake(
    "괄호 없이 12 * h",
    by=quartic,
    says="`/ 12 * h`는 12로 나눈 다음 h를 곱합니다. 나누는 수 전체를 괄호로 묶으세요.",
    see="오차는 두 곳에서 옵니다",
)
def no_parentheses(f, x, h):
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / 12 * h


@exercise.mistake(
    "가까운 것과 먼 것이 뒤바뀜",
    by=quartic,
    says="여덟 배를 먼 차이에 곱했습니다. 정확한 쪽은 가까운 차이이므로 여덟 배는 그쪽에 붙습니다.",
    see="정답을 아는 함수로 오차 측정하기",
)
def swapped(f, x, h):
    return (8 * (f(x + 2 * h) - f(x - 2 * h)) - (f(x + h) - f(x - h))) / (12 * h)
