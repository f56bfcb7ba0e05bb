"""푸아송 분포의 손실: 확률에 로그를 취하고 부호를 바꾸면, 기울기는 여기서도 예측에서 정답을 뺀 값이다."""

import math

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "손님 수를 맞히는 손실: 푸아송 분포",
    section="softmax/cross-entropy",
    level="core",
    minutes=20,
    task=r"""
    한 시간에 오는 손님처럼 **세어서 얻는 수** $y = 0, 1, 2, \dots$의 분포로는 푸아송 분포 $P(y) = e^{-\lambda} \lambda^{y} / y!$를 흔히 씁니다. $\lambda$는 손님 수의 기댓값이고 양수여야 하므로, 모델의 점수 $z$로 $\lambda = e^{z}$을 정합니다. 로지스틱 회귀에서 이진 교차 엔트로피를 끌어낸 것처럼 음의 로그 가능도의 평균을 손실로 삼되, 모델과 상관없는 $\log y!$는 뺍니다. 점수 `z` $(N,)$과 손님 수 `y` $(N,)$를 받아 손실과, 손실을 `z`로 미분한 $(N,)$ 배열을 이 순서로 반환하는 `poisson_loss`를 완성하세요.
    """,
    starter="""
    def poisson_loss(z, y):
        rate = np.exp(z)                      # λ, (N,)
        # 여기를 채우세요: 손실과 dz
        return 0.0, np.zeros(len(z))
    """,
    hints=(
        r"$P(y)$에 로그를 취하면 곱이 합이 됩니다. $\log \lambda$를 $z$로 적으면 무엇이 남을까요? 기울기는 $\lambda$가 아니라 $z$로 미분합니다. $e^{z}$을 $z$로 미분하면 자기 자신입니다.",
        r"$-\log P(y) = \lambda - y \log \lambda + \log y! = e^{z} - y z + \log y!$입니다. 그러므로 $L = \frac{1}{N} \sum_n (e^{z_n} - y_n z_n)$이고 $\frac{\partial L}{\partial z_n} = \frac{1}{N} (e^{z_n} - y_n)$, 곧 예측에서 정답을 뺀 값입니다.",
    ),
)


@exercise.answer
def poisson_loss(z, y):
    rate = np.exp(z)
    return np.mean(rate - y * z), (rate - y) / len(y)


# 검사 ------------------------------------------------------------------------------------


def visits(rng, n):
    return rng.normal(scale=1.5, size=n).round(1), rng.poisson(3, size=n)


def two_guesses(rng, n):
    z, y = visits(rng, n)
    return z, rng.normal(scale=1.5, size=n).round(1), y


@exercise.same("손실과 기울기가 순서대로 맞습니다", visits)
def values(f, z, y):
    return f(z, y)


@exercise.holds(
    "두 점수의 손실의 차는 확률을 직접 구한 값과 같습니다",
    two_guesses,
    sizes=(1, 3),
    shows="손실의 차",
)
def from_probabilities(f, z, other, y):
    def nll(z):
        terms = [math.exp(v) - k * v + math.lgamma(k + 1) for v, k in zip(z, y, strict=True)]
        return sum(terms) / len(y)

    return f(z, y)[0] - f(other, y)[0], nll(z) - nll(other)


@exercise.holds(
    "기울기가 수치 미분한 값과 같습니다", visits, sizes=(1, 3), tolerance=1e-6, shows="기울기"
)
def numeric(f, z, y):
    return f(z, y)[1], numerical_gradient(lambda z: np.mean(np.exp(z) - y * z), z)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "z를 기댓값으로 봄",
    by=values,
    says="점수 z를 그대로 기댓값 λ로 썼습니다. 점수는 음수일 수 있어서 log를 취하면 nan이 됩니다. λ는 e^z입니다.",
    see="softmax/logistic#가능도에서 이진 교차 엔트로피로",
)
def score_as_rate(z, y):
    return np.mean(z - y * np.log(z)), (1 - y / z) / len(y)


@exercise.mistake(
    "λ로 미분함",
    by=numeric,
    says="손실을 z가 아니라 λ로 미분했습니다. z로 미분하려면 연쇄 법칙에 따라 λ를 z로 미분한 값, 곧 λ를 곱해야 합니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def by_rate(z, y):
    rate = np.exp(z)
    return np.mean(rate - y * z), (1 - y / rate) / len(y)


@exercise.mistake(
    "점수에서 정답을 뺌",
    by=numeric,
    says="예측이 아니라 점수에서 정답을 뺐습니다. 그것은 제곱 오차의 기울기입니다. 푸아송 분포에서는 예측 e^z에서 정답을 뺍니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def score_minus_answer(z, y):
    return np.mean(np.exp(z) - y * z), (z - y) / len(y)


@exercise.mistake(
    "부호를 바꾸지 않음",
    by=from_probabilities,
    says="로그 가능도의 부호를 바꾸지 않았습니다. 이 값을 줄이면 데이터의 확률도 줄어듭니다. 손실은 음의 로그 가능도입니다.",
    see="start/linalg-prob#부호를 바꾸고 평균을 내면 손실입니다",
)
def log_likelihood(z, y):
    loss, dz = poisson_loss(z, y)
    return -loss, -dz


@exercise.mistake(
    "기울기를 N으로 나누지 않음",
    by=numeric,
    says="손실은 평균인데 기울기는 N으로 나누지 않았습니다. 손실에 있는 N분의 1은 기울기에도 그대로 남습니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def not_divided(z, y):
    return np.mean(np.exp(z) - y * z), np.exp(z) - y


@exercise.mistake(
    "평균 대신 합",
    by=values,
    says="손실도 기울기도 더하기만 했습니다. 합은 데이터의 수에 따라 커져서 비교할 수 없고, 학습률도 다시 맞춰야 합니다. N으로 나누세요.",
    see="start/linalg-prob#부호를 바꾸고 평균을 내면 손실입니다",
)
def summed(z, y):
    rate = np.exp(z)
    return np.sum(rate - y * z), rate - y


@exercise.mistake(
    "log y!를 남김",
    by=values,
    says="모델과 상관없는 log y!까지 더했습니다. 음의 로그 가능도로는 맞고 기울기도 같지만, 이 연습의 손실에서는 뺍니다.",
    see="softmax/logistic#가능도에서 이진 교차 엔트로피로",
)
def with_constant(z, y):
    loss, dz = poisson_loss(z, y)
    return loss + np.mean([math.lgamma(k + 1) for k in y]), dz
