"""Adam의 첫 스텝: 치우침을 바로잡으면 기울기의 크기와 무관하게 학습률만큼 움직인다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "Adam의 첫 스텝",
    section="backprop/optimizers",
    level="core",
    minutes=10,
    task=r"""
    기울기 `g`에서 Adam이 첫 스텝에 움직이는 양을 반환하는 `first_step`을 완성하세요. $\varepsilon$은 식 {eq}`eq-adam`처럼 제곱근 **밖에서** 더하고 값은 `1e-8`입니다. `corrected=False`이면 치우침을 바로잡지 않습니다. 완성한 뒤, 바로잡지 않은 첫 스텝이 몇 배인지 $\beta_1$과 $\beta_2$의 식으로 적어 보세요. $\beta_1 = 0.9$, $\beta_2 = 0.99$에서는 몇 배인가요?
    """,
    starter="""
    def first_step(g, lr, beta1=0.9, beta2=0.999, corrected=True):
        m, v = (1 - beta1) * g, (1 - beta2) * g**2
        # 여기를 채우세요
        return -lr * m / (np.sqrt(v) + 1e-8)
    """,
    hints=(
        "이동 평균이 0에서 출발했으니 첫 스텝의 `m`과 `v`는 진짜 평균보다 훨씬 작습니다. 각각 무엇으로 나눠야 `g`와 `g`의 제곱이 되돌아올까요?",
        r"$t = 1$이므로 $m = (1 - \beta_1) g$는 $1 - \beta_1$로, $v = (1 - \beta_2) g^2$은 $1 - \beta_2$로 나눕니다. 나눈 다음 $-\eta\, \hat{m} / (\sqrt{\hat{v}} + \varepsilon)$입니다.",
    ),
)


@exercise.answer
def first_step(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    m, v = (1 - beta1) * g, (1 - beta2) * g**2
    if corrected:
        m, v = m / (1 - beta1), v / (1 - beta2)
    return -lr * m / (np.sqrt(v) + 1e-8)


# 검사 ------------------------------------------------------------------------------------


def gradient(rng, n):
    g = rng.choice([-1, 1], size=n) * rng.uniform(0.2, 5, size=n)
    return g.round(1), float(rng.choice([0.1, 0.01, 0.5]))


def any_beta(rng, n):
    betas = float(rng.choice([0.5, 0.8, 0.95])), float(rng.choice([0.9, 0.98, 0.995]))
    return *gradient(rng, n), *betas


def tiny_gradient(rng, n):
    return gradient(rng, n)[0] / 1e7, 0.1


@exercise.holds(
    "바로잡은 첫 스텝은 학습률에 기울기의 부호를 곱한 것입니다", gradient, tolerance=1e-6
)
def sign_of_gradient(f, g, lr):
    return f(g, lr), -lr * np.sign(g)


@exercise.holds(
    "β가 기본값이 아니어도 바로잡은 첫 스텝이 맞습니다", any_beta, sizes=(1, 2, 3), tolerance=1e-6
)
def other_betas(f, g, lr, beta1, beta2):
    return f(g, lr, beta1, beta2), -lr * np.sign(g)


@exercise.holds(
    "바로잡지 않은 첫 스텝은 (1−β₁)/√(1−β₂)배입니다", any_beta, sizes=(1, 2, 3), tolerance=1e-5
)
def uncorrected(f, g, lr, beta1, beta2):
    times = (1 - beta1) / np.sqrt(1 - beta2)
    return f(g, lr, beta1, beta2, corrected=False), -times * lr * np.sign(g)


@exercise.same(
    "기본값에서 바로잡은 것과 바로잡지 않은 것이 모두 맞습니다", gradient, sizes=(1, 2, 3)
)
def defaults(f, g, lr):
    return {"바로잡음": f(g, lr), "바로잡지 않음": f(g, lr, corrected=False)}


@exercise.same("기울기가 아주 작을 때는 ε만큼 덜 움직입니다", tiny_gradient, sizes=(1, 2))
def epsilon(f, g, lr):
    return f(g, lr)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "바로잡지 않음",
    by=sign_of_gradient,
    says="이동 평균을 바로잡지 않았습니다. 첫 스텝의 두 평균은 0에서 출발한 탓에 진짜 평균보다 훨씬 작습니다.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def never_corrected(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    return first_step(g, lr, beta1, beta2, corrected=False)


@exercise.mistake(
    "m만 바로잡음",
    by=sign_of_gradient,
    says="`m`만 바로잡았습니다. 나누는 쪽의 `v`가 여전히 작아서 첫 스텝이 학습률보다 훨씬 커집니다.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def only_m(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    m, v = (1 - beta1) * g, (1 - beta2) * g**2
    if corrected:
        m = m / (1 - beta1)
    return -lr * m / (np.sqrt(v) + 1e-8)


@exercise.mistake(
    "v만 바로잡음",
    by=sign_of_gradient,
    says="`v`만 바로잡았습니다. `m`이 여전히 작아서 첫 스텝이 학습률보다 작아집니다.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def only_v(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    m, v = (1 - beta1) * g, (1 - beta2) * g**2
    if corrected:
        v = v / (1 - beta2)
    return -lr * m / (np.sqrt(v) + 1e-8)


@exercise.mistake(
    "β로 나눔",
    by=sign_of_gradient,
    says="`m`과 `v`를 β로 나누었습니다. 첫 스텝에서 곱해진 것은 1−β이므로 나눌 것도 1−β입니다.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def by_beta(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    m, v = (1 - beta1) * g, (1 - beta2) * g**2
    if corrected:
        m, v = m / beta1, v / beta2
    return -lr * m / (np.sqrt(v) + 1e-8)


@exercise.mistake(
    "corrected를 보지 않음",
    by=uncorrected,
    says="`corrected=False`인데도 바로잡았습니다. 바로잡지 않은 스텝이 몇 배인지 보려면 두 경우를 나눠야 합니다.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def always_corrected(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    return first_step(g, lr, beta1, beta2)


@exercise.mistake(
    "제곱근 없이 나눔",
    by=sign_of_gradient,
    says="`v`의 제곱근이 아니라 `v`로 나누었습니다. 그러면 기울기가 클수록 스텝이 작아져, 크기와 무관하다는 성질이 사라집니다.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def no_root(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    m, v = (1 - beta1) * g, (1 - beta2) * g**2
    if corrected:
        m, v = m / (1 - beta1), v / (1 - beta2)
    return -lr * m / (v + 1e-8)


@exercise.mistake(
    "0.1과 0.001로 나눔",
    by=other_betas,
    says="`m`과 `v`를 정해 둔 수 0.1과 0.001로 나누었습니다. 그것은 β가 기본값일 때만 맞습니다. 인수 `beta1`과 `beta2`에서 구하세요.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def fixed_numbers(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    m, v = (1 - beta1) * g, (1 - beta2) * g**2
    if corrected:
        m, v = m / 0.1, v / 0.001
    return -lr * m / (np.sqrt(v) + 1e-8)


@exercise.mistake(
    "ε을 제곱근 안에서",
    by=epsilon,
    says="ε을 제곱근 안에서 더했습니다. 그러면 기울기가 작을 때 실제로 더해지는 수가 ε의 제곱근까지 커져, 스텝이 훨씬 작아집니다. 제곱근을 구한 다음에 더하세요.",
    see="방향마다 잣대를 따로: AdaGrad에서 Adam까지",
)
def epsilon_inside(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    m, v = (1 - beta1) * g, (1 - beta2) * g**2
    if corrected:
        m, v = m / (1 - beta1), v / (1 - beta2)
    return -lr * m / np.sqrt(v + 1e-8)
