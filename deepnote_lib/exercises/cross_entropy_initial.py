"""훈련하기 전에 예측하는 첫 손실: log K에 로짓 분산의 절반쯤을 더한다.

예측은 어림이므로 측정한 첫 손실과 2% 안에서만 견준다. 입력은 식의 오차가 1%를 넘지 않는 분산에서 뽑는다.
"""

import numpy as np

from deepnote_lib.activations import logsumexp
from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "첫 손실 예측하기",
    section="softmax/cross-entropy",
    level="core",
    minutes=10,
    task=r"""
    갓 초기화한 분류 모델이 있습니다. 로짓은 정답과 무관하고, 평균이 0, 분산이 $s^2$인 정규 분포를 따릅니다. 클래스의 수 `n_classes`와 분산 `variance`를 받아 첫 손실의 예측을 반환하는 `predict_initial_loss(n_classes, variance)`를 완성하세요. 한글 자음을 분류한다면 `n_classes`는 14입니다. 예측은 측정한 첫 손실과 **2% 안**에서 맞으면 됩니다. 클래스가 둘이나 셋일 때도 맞아야 하고, $s^2$은 1을 넘지 않습니다. 먼저 마지막 층이 0일 때의 값을 종이에 적고 나서 코드를 고치세요.
    """,
    starter="""
    def predict_initial_loss(n_classes, variance):
        # 여기를 고치세요
        return 0.0
    """,
    hints=(
        "분산이 0이면 마지막 층이 0일 때와 같은 값이어야 합니다. 클래스가 14개일 때 찍는 것과 같은 모델은 정답을 보고 얼마나 놀랄까요? 로짓이 흩어지면 손실은 그보다 커집니다.",
        r"$L_0 \approx \log K + \frac{s^2}{2}\bigl(1 - \frac{1}{K}\bigr)$입니다. $s^2$은 이미 분산이므로 다시 제곱하지 않습니다.",
    ),
)


@exercise.answer
def predict_initial_loss(n_classes, variance):
    return np.log(n_classes) + variance * (1 - 1 / n_classes) / 2


# 검사 ------------------------------------------------------------------------------------


def still(rng, n):
    return int(rng.integers(2, 30)), 0.0


def measured(rng, n_classes, variance):
    """클래스의 수, 로짓의 분산과 그 로짓의 첫 손실. 사진마다 모든 클래스를 한 번씩 정답으로 삼는다."""
    logits = rng.normal(0, np.sqrt(variance), size=(20_000 // n_classes, n_classes))
    loss = logsumexp(logits).mean() - logits.mean()
    return n_classes, round(float(logits.var()), 4), round(float(loss), 4)


def two_or_three(rng, n):
    return measured(rng, n, float(rng.choice([0.25, 0.3])))


def many(rng, n):
    return measured(rng, int(rng.integers(10, 31)), float(rng.integers(4, 10) / 10))


@exercise.same("마지막 층이 0이면 찍을 때의 놀람과 같습니다", still, sizes=(1, 2, 3))
def zero_layer(f, n_classes, variance):
    return f(n_classes, variance)


@exercise.holds(
    "클래스가 둘이나 셋일 때 측정한 첫 손실과 2% 안에서 맞습니다",
    two_or_three,
    sizes=(2, 3),
    tolerance=0.02,
)
def few_classes(f, n_classes, variance, loss):
    return f(n_classes, variance), loss


@exercise.holds(
    "클래스가 많을 때 측정한 첫 손실과 2% 안에서 맞습니다", many, sizes=(1, 2), tolerance=0.02
)
def many_classes(f, n_classes, variance, loss):
    return f(n_classes, variance), loss


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "언제나 log K",
    by=few_classes,
    says="로짓의 분산을 쓰지 않았습니다. log K는 로짓이 모두 같을 때의 값이고, 로짓이 흩어지면 근거 없는 확신 때문에 손실이 커집니다.",
    see="훈련하기 전에 첫 손실을 맞혀 보기",
)
def without_variance(n_classes, variance):
    return np.log(n_classes)


@exercise.mistake(
    "분산을 제곱함",
    by=few_classes,
    says="받은 수를 표준편차로 보고 제곱했습니다. s²은 로짓의 분산이므로 그대로 넣습니다.",
    see="훈련하기 전에 첫 손실을 맞혀 보기",
)
def squared(n_classes, variance):
    return np.log(n_classes) + variance**2 * (1 - 1 / n_classes) / 2


@exercise.mistake(
    "절반이 빠짐",
    by=few_classes,
    says="분산의 절반이 아니라 분산을 다 더했습니다. 지수를 펼친 이차 항에 2분의 1이 붙어 있습니다.",
    see="훈련하기 전에 첫 손실을 맞혀 보기",
)
def without_half(n_classes, variance):
    return np.log(n_classes) + variance * (1 - 1 / n_classes)


@exercise.mistake(
    "1 - 1/K이 빠짐",
    by=few_classes,
    says="로짓 분산의 절반을 그대로 더했습니다. 사진 한 장의 로짓은 제 평균에서 벗어난 만큼만 손실을 키우므로 1 - 1/K을 곱해야 합니다. 클래스가 적을수록 차이가 큽니다.",
    see="훈련하기 전에 첫 손실을 맞혀 보기",
)
def without_degrees_of_freedom(n_classes, variance):
    return np.log(n_classes) + variance / 2


@exercise.mistake(
    "1/K의 로그",
    by=zero_layer,
    says="찍을 때의 확률 1/K에 로그를 취하고 부호를 뒤집지 않았습니다. 놀람은 음수가 될 수 없습니다.",
    see="놀람: 확률에 로그를 취하고 부호를 뒤집기",
)
def negative(n_classes, variance):
    return np.log(1 / n_classes) + variance * (1 - 1 / n_classes) / 2


@exercise.mistake(
    "비트로 구함",
    by=zero_layer,
    says="밑이 2인 로그로 구했습니다. 이 책의 손실은 자연로그로 구한 나트입니다.",
    see="숫자를 손으로 넣어 보기: 나트와 비트",
)
def in_bits(n_classes, variance):
    return np.log2(n_classes) + variance * (1 - 1 / n_classes) / 2
