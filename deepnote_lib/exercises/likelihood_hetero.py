"""이분산 회귀의 손실: 얼마나 틀릴지도 예측하면, 자신 없는 곳의 오차는 덜 벌하고 자신 있는 척은 벌한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "얼마나 틀릴지도 예측하는 손실: 이분산 회귀",
    section="softmax/cross-entropy",
    level="advanced",
    minutes=30,
    task=r"""
    배달 시간을 예측합니다. 한산한 낮에는 거의 맞지만 비 오는 저녁에는 크게 빗나갑니다. 그래서 모델이 샘플마다 기댓값 $\mu$와 함께 **분산** $\sigma^2$도 답하게 합니다. 정규 분포의 확률 밀도는 $\frac{1}{\sqrt{2\pi\sigma^2}}\, e^{-(y - \mu)^2 / (2\sigma^2)}$입니다. 분산은 양수여야 하므로 모델은 $s = \log \sigma^2$을 내놓습니다. 음의 로그 가능도의 평균에서 상수 $\tfrac12 \log 2\pi$를 뺀 것을 손실로 삼습니다. `mu`, `s`, `y`(모두 $(N,)$)를 받아 손실과, 손실을 `mu`와 `s`로 미분한 두 배열을 `loss, dmu, ds` 순서로 반환하는 `heteroscedastic_loss`를 완성하세요.
    """,
    starter="""
    def heteroscedastic_loss(mu, s, y):
        error = mu - y                        # (N,)
        # 여기를 고치세요: 분산을 쓰지 않는 제곱 오차
        loss = np.mean(error**2) / 2
        return loss, error / len(y), np.zeros(len(y))
    """,
    hints=(
        "확률 밀도에 로그를 취하면 항이 둘 나옵니다. 하나는 분산이 작을수록 오차를 크게 벌하고, 다른 하나는 분산이 클수록 벌합니다. 둘 가운데 하나라도 빠지면 분산을 어느 쪽으로 보내는 것이 이득일까요?",
        r"$L = \frac{1}{2N} \sum_n \bigl( s_n + (\mu_n - y_n)^2 e^{-s_n} \bigr)$입니다. $\sigma^2$으로 나누는 일이 $e^{-s}$을 곱하는 일입니다.",
        r"$\frac{\partial L}{\partial \mu_n} = \frac{1}{N} (\mu_n - y_n)\, e^{-s_n}$이고, $e^{-s}$을 $s$로 미분하면 $-e^{-s}$이므로 $\frac{\partial L}{\partial s_n} = \frac{1}{2N} \bigl( 1 - (\mu_n - y_n)^2 e^{-s_n} \bigr)$입니다.",
    ),
)


@exercise.answer
def heteroscedastic_loss(mu, s, y):
    error, weight = mu - y, np.exp(-s)
    loss = np.mean(s + error**2 * weight) / 2
    dmu = error * weight / len(y)
    ds = (1 - error**2 * weight) / 2 / len(y)
    return loss, dmu, ds


# 검사 ------------------------------------------------------------------------------------


def deliveries(rng, n):
    mu, y = rng.normal(scale=1.5, size=(2, n)).round(1)
    return mu, rng.normal(scale=0.8, size=n).round(1), y


def two_answers(rng, n):
    mu, s, y = deliveries(rng, n)
    return mu, s, s + rng.choice([-0.5, 0.5], size=n), y


def loss_of(mu, s, y):
    return np.mean(s / 2 + (y - mu) ** 2 / (2 * np.exp(s)))


@exercise.same("손실과 mu의 기울기와 s의 기울기가 순서대로 맞습니다", deliveries)
def values(f, mu, s, y):
    return f(mu, s, y)


@exercise.holds(
    "손실의 차는 확률 밀도를 직접 구한 값과 같습니다", two_answers, sizes=(1, 3), shows="손실의 차"
)
def from_density(f, mu, s, other, y):
    def nll(s):
        variance = np.exp(s)
        density = np.exp(-((y - mu) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
        return -np.log(density).mean()

    return f(mu, s, y)[0] - f(mu, other, y)[0], nll(s) - nll(other)


@exercise.holds("두 기울기가 수치 미분한 값과 같습니다", deliveries, sizes=(1, 3), tolerance=1e-6)
def numeric(f, mu, s, y):
    _, dmu, ds = f(mu, s, y)
    want_dmu = numerical_gradient(lambda mu: loss_of(mu, s, y), mu)
    want_ds = numerical_gradient(lambda s: loss_of(mu, s, y), s)
    return {"dmu": dmu, "ds": ds}, {"dmu": want_dmu, "ds": want_ds}


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "log σ²의 항이 빠짐",
    by=from_density,
    says="분산이 클수록 벌하는 항을 뺐습니다. 그러면 분산을 끝없이 키우는 것이 이득이라, 무엇을 틀려도 손실이 0에 가까워집니다.",
    see="softmax/logistic#가능도에서 이진 교차 엔트로피로",
)
def without_penalty(mu, s, y):
    error, weight = mu - y, np.exp(-s)
    loss = np.mean(error**2 * weight) / 2
    return loss, error * weight / len(y), -(error**2) * weight / 2 / len(y)


@exercise.mistake(
    "s를 log σ로 봄",
    by=from_density,
    says="s를 표준편차의 로그로 보고 e^s를 제곱했습니다. s는 이미 분산의 로그이므로 e^s가 그대로 분산입니다.",
    see="start/linalg-prob#정규 분포와 층의 출력",
)
def log_of_deviation(mu, s, y):
    error, weight = mu - y, np.exp(-2 * s)
    loss = np.mean(s + error**2 * weight / 2)
    return loss, error * weight / len(y), (1 - error**2 * weight) / len(y)


@exercise.mistake(
    "분산으로 나누지 않고 곱함",
    by=from_density,
    says="오차의 제곱에 분산을 곱했습니다. 분산이 크다고 답한 곳의 오차를 덜 벌해야 하므로 분산으로 나눠야 합니다. 지수의 부호를 보세요.",
    see="softmax/logistic#가능도에서 이진 교차 엔트로피로",
)
def times_variance(mu, s, y):
    error, variance = mu - y, np.exp(s)
    loss = np.mean(s + error**2 * variance) / 2
    return loss, error * variance / len(y), (1 + error**2 * variance) / 2 / len(y)


@exercise.mistake(
    "mu의 기울기를 분산으로 나누지 않음",
    by=numeric,
    says="mu의 기울기에 오차만 넣었습니다. 손실에서 오차의 제곱을 분산으로 나눴으므로 기울기도 분산으로 나눠야 합니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def plain_error(mu, s, y):
    loss, _, ds = heteroscedastic_loss(mu, s, y)
    return loss, (mu - y) / len(y), ds


@exercise.mistake(
    "mu의 기울기의 부호",
    by=numeric,
    says="손실과 s의 기울기는 맞지만 mu의 기울기의 부호가 반대입니다. 오차를 y − mu로 두었다면 mu로 미분할 때 음의 부호가 하나 더 나옵니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def mu_turned(mu, s, y):
    loss, dmu, ds = heteroscedastic_loss(mu, s, y)
    return loss, -dmu, ds


@exercise.mistake(
    "s의 기울기에서 1이 빠짐",
    by=numeric,
    says="손실의 첫째 항 s를 미분하면 1인데 빠뜨렸습니다. 그러면 기울기가 언제나 음수여서 분산이 커지기만 합니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def without_one(mu, s, y):
    loss, dmu, ds = heteroscedastic_loss(mu, s, y)
    return loss, dmu, ds - 1 / (2 * len(y))


@exercise.mistake(
    "s의 기울기의 부호",
    by=numeric,
    says="e^-s를 s로 미분할 때 나오는 음의 부호를 빠뜨렸습니다. 오차의 제곱이 분산보다 크면 분산을 키워야 하므로 기울기가 음수여야 합니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def without_sign(mu, s, y):
    loss, dmu, ds = heteroscedastic_loss(mu, s, y)
    return loss, dmu, 1 / len(y) - ds


@exercise.mistake(
    "기울기를 N으로 나누지 않음",
    by=values,
    says="손실은 평균인데 두 기울기는 N으로 나누지 않았습니다. 손실에 있는 N분의 1은 기울기에도 그대로 남습니다.",
    see="softmax/logistic#기울기는 (p − y)x입니다",
)
def not_divided(mu, s, y):
    loss, dmu, ds = heteroscedastic_loss(mu, s, y)
    return loss, dmu * len(y), ds * len(y)
