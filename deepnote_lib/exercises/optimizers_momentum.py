"""모멘텀의 수렴 배율: 점화식의 두 근 가운데 크기가 큰 쪽이 마지막 속도를 정한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "모멘텀이 한 스텝에 줄이는 배율",
    section="backprop/optimizers",
    level="advanced",
    minutes=20,
    task=r"""
    곡률이 $h$인 포물선 $L = \tfrac12 h \theta^2$에서 모멘텀은 $\theta_{t+1} = (1 + \beta - \eta h)\,\theta_t - \beta\,\theta_{t-1}$을 따릅니다. $\theta_t = \lambda^t$을 넣으면 $\lambda$의 이차방정식이 됩니다. 스텝이 많아지면 거리는 한 스텝에 두 근 가운데 **크기가 큰 쪽**의 크기만큼 곱해집니다. 이 배율을 반환하는 `shrink_factor(h, lr, beta)`를 완성하세요. 근은 음수이거나 복소수일 수 있습니다. 완성한 뒤 학습률이 식 {eq}`eq-momentum-range`의 경계일 때 배율이 얼마인지 확인해 보세요.
    """,
    starter="""
    def shrink_factor(h, lr, beta):
        # 여기를 고치세요: 모멘텀이 없을 때의 배율
        return abs(1 - lr * h)
    """,
    hints=(
        "점화식에 거듭제곱을 넣고 공통으로 곱해진 것을 지우세요. 근이 복소수이면 한 스텝에 거리가 몇 배가 되는지는 복소수의 무엇이 정할까요?",
        r"$\lambda^2 - (1 + \beta - \eta h)\,\lambda + \beta = 0$의 두 근을 구해 절댓값이 큰 쪽을 반환합니다. 근이 복소수이면 두 근의 절댓값은 $\sqrt{\beta}$로 같습니다. `np.roots`는 이차방정식의 계수를 높은 차수부터 받습니다.",
    ),
)


@exercise.answer
def shrink_factor(h, lr, beta):
    roots = np.roots([1.0, -(1 + beta - lr * h), beta])
    return np.abs(roots).max()


# 검사 ------------------------------------------------------------------------------------


def drawn(rng):
    """곡률과 β."""
    return float(rng.choice([0.5, 2.0, 10.0, 100.0])), float(rng.choice([0.3, 0.5, 0.8, 0.9]))


def short(lr):
    return float(f"{lr:.4g}")


def plain(rng, n):
    h = drawn(rng)[0]
    return h, short((0.3, 0.7, 1.4, 1.9, 2.2)[n - 1] / h), 0.0


def complex_roots(rng, n):
    h, beta = drawn(rng)
    low, high = (1 - beta**0.5) ** 2, (1 + beta**0.5) ** 2
    return h, short((low + (high - low) * rng.uniform(0.1, 0.9)) / h), beta


def slow(rng, n):
    h, beta = drawn(rng)
    return h, short((1 - beta**0.5) ** 2 / h * rng.uniform(0.1, 0.8)), beta


def any_valley(rng, n):
    return drawn(rng)


def fast(rng, n):
    h, beta = drawn(rng)
    low, high = (1 + beta**0.5) ** 2, 2 * (1 + beta)
    return h, short((low + (high - low) * rng.uniform(0.2, 1.6)) / h), beta


def walked(h, lr, beta, steps=400):
    """마지막 백 스텝에 거리가 한 스텝마다 몇 배가 되었는지."""
    v, theta, log_size, marks = 0.0, 1.0, 0.0, []
    for _ in range(steps):
        v = beta * v - lr * h * theta
        theta = theta + v
        size = abs(theta) + abs(v)
        v, theta, log_size = v / size, theta / size, log_size + np.log(size)
        marks.append(log_size)
    return float(np.exp((marks[-1] - marks[-101]) / 100))


@exercise.holds("모멘텀이 없으면 배율이 |1 − ηh|입니다", plain)
def without_momentum(f, h, lr, beta):
    return f(h, lr, beta), abs(1 - lr * h)


@exercise.holds("진동하며 수렴하는 학습률에서는 배율이 √β입니다", complex_roots)
def oscillating(f, h, lr, beta):
    return f(h, lr, beta), beta**0.5


@exercise.holds("경계의 학습률 2(1+β)/h에서 배율이 1입니다", any_valley, sizes=(1, 2))
def at_the_limit(f, h, beta):
    return f(h, 2 * (1 + beta) / h, beta), 1.0


@exercise.holds(
    "학습률이 작을 때 400스텝을 가 본 배율과 같습니다", slow, sizes=(1, 2, 3), tolerance=1e-4
)
def small_rates(f, h, lr, beta):
    return f(h, lr, beta), walked(h, lr, beta)


@exercise.holds(
    "학습률이 클 때 400스텝을 가 본 배율과 같습니다", fast, sizes=(1, 2, 3), tolerance=1e-4
)
def large_rates(f, h, lr, beta):
    return f(h, lr, beta), walked(h, lr, beta)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "모멘텀을 무시함",
    by=oscillating,
    says="모멘텀이 없을 때의 배율을 반환했습니다. 속도가 다음 스텝으로 이어지므로 점화식에 두 스텝 앞의 자리까지 들어갑니다.",
    see="좁고 긴 골짜기와 모멘텀",
)
def no_momentum(h, lr, beta):
    return abs(1 - lr * h)


@exercise.mistake(
    "근의 실수부만",
    by=oscillating,
    says="복소수 근의 실수부만 보았습니다. 한 스텝에 거리가 몇 배가 되는지는 복소수의 크기가 정합니다.",
    see="좁고 긴 골짜기와 모멘텀",
)
def real_part(h, lr, beta):
    return np.abs(np.roots([1.0, -(1 + beta - lr * h), beta]).real).max()


@exercise.mistake(
    "절댓값 없이 큰 근",
    by=large_rates,
    says="절댓값을 취하지 않고 큰 근을 골랐습니다. 학습률이 크면 음수인 근의 크기가 더 커서, 부호를 바꿔 가며 멀어집니다.",
    see="얼마나 크게 걸어도 될까요?",
)
def signed(h, lr, beta):
    roots = np.roots([1.0, -(1 + beta - lr * h), beta])
    return np.abs(roots).max() if np.iscomplex(roots).any() else roots.real.max()


@exercise.mistake(
    "작은 근",
    by=small_rates,
    says="두 근 가운데 작은 쪽을 골랐습니다. 작은 쪽은 금세 사라지고, 오래 남아 속도를 정하는 것은 크기가 큰 쪽입니다.",
    see="좁고 긴 골짜기와 모멘텀",
)
def smaller_root(h, lr, beta):
    return np.abs(np.roots([1.0, -(1 + beta - lr * h), beta])).min()


@exercise.mistake(
    "β의 부호 반대",
    by=oscillating,
    says="이차방정식의 상수항을 −β로 두었습니다. 점화식에서 βθ를 빼므로, 한쪽으로 모으면 상수항은 +β입니다.",
    see="좁고 긴 골짜기와 모멘텀",
)
def wrong_sign(h, lr, beta):
    return np.abs(np.roots([1.0, -(1 + beta - lr * h), -beta])).max()
