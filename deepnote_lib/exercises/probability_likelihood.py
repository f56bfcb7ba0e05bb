"""동전 후보마다의 로그 가능도: 곱하기 전에 로그를 취하면 몇천 번을 던져도 0이 되지 않는다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "동전 후보마다의 로그 가능도",
    section="start/linalg-prob",
    level="core",
    minutes=15,
    task=r"""
    이 절의 `log_likelihood`는 후보 하나의 로그 가능도를 구합니다. 앞면의 확률의 후보 `candidates` $(C,)$와 던진 기록 `y` $(N,)$(앞면 1, 뒷면 0)를 받아, 후보마다의 로그 가능도를 $(C,)$로 반환하는 `log_likelihoods`를 반복문 없이 완성하세요. 3,000번을 던진 기록에서도 모든 값이 유한해야 합니다. 후보는 0과 1 사이이고 0과 1은 없습니다.
    """,
    starter="""
    def log_likelihoods(candidates, y):
        heads = y.sum()
        likelihoods = candidates**heads * (1 - candidates) ** (len(y) - heads)
        # 여기를 고치세요: 많이 던지면 0이 된다
        return likelihoods
    """,
    hints=(
        "가능도를 다 구한 다음 로그를 취하면 늦습니다. 그때는 이미 0입니다. 로그를 곱셈보다 **먼저** 취하면 거듭제곱과 곱셈은 무엇이 될까요?",
        r"앞면이 $m$번이면 후보마다 $\log L(p) = m \log p + (N - m) \log(1 - p)$입니다. $m$과 $N - m$은 수이고 `candidates`는 $(C,)$이므로 결과도 $(C,)$입니다.",
    ),
)


@exercise.answer
def log_likelihoods(candidates, y):
    heads = y.sum()
    return heads * np.log(candidates) + (len(y) - heads) * np.log(1 - candidates)


# 검사 ------------------------------------------------------------------------------------


def few(rng, n):
    candidates = rng.permutation(np.arange(1, 20))[: n + 1] / 20
    return candidates, rng.integers(2, size=n + 2)


def many(rng, n):
    y = (rng.random(1000 * (n + 2)) < 0.7).astype(int)
    return np.arange(1, 10) / 10, y


def one_sided(rng, n):
    """앞면만, 또는 뒷면만 나온 기록."""
    return few(rng, n)[0], np.full(n, rng.integers(2))


@exercise.same("던질 때마다의 로그 확률을 더한 값과 같습니다", few)
def ordinary(f, candidates, y):
    return f(candidates, y)


@exercise.same("앞면만, 또는 뒷면만 나와도 맞습니다", one_sided, sizes=(1, 2, 3))
def only_one_side(f, candidates, y):
    return f(candidates, y)


@exercise.same("3000번 넘게 던져도 유한합니다", many, sizes=(1, 3))
def long_record(f, candidates, y):
    return f(candidates, y)


@exercise.holds(
    "가장 큰 후보는 앞면의 비율에 가장 가까운 후보입니다", many, sizes=(1, 3), shows="고른 후보"
)
def best(f, candidates, y):
    nearest = np.abs(candidates - y.mean()).argmin()
    return candidates[np.argmax(f(candidates, y))], candidates[nearest]


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "곱한 다음 로그",
    by=long_record,
    says="가능도를 다 곱한 다음 로그를 취했습니다. 몇천 번을 던지면 곱이 이미 0으로 내려앉아 로그가 음의 무한대입니다. 로그를 먼저 취하고 더하세요.",
    see="많이 던졌더니 답이 틀립니다",
)
def log_of_product(candidates, y):
    heads = y.sum()
    return np.log(candidates**heads * (1 - candidates) ** (len(y) - heads))


@exercise.mistake(
    "로그를 취하지 않음",
    by=ordinary,
    says="로그를 취하지 않은 가능도입니다. 작은 기록에서는 그럴듯하지만 많이 던지면 모든 후보의 가능도가 0이 됩니다.",
    see="많이 던졌더니 답이 틀립니다",
)
def likelihood_itself(candidates, y):
    heads = y.sum()
    return candidates**heads * (1 - candidates) ** (len(y) - heads)


@exercise.mistake(
    "뒷면을 빼먹음",
    by=ordinary,
    says="앞면의 로그 확률만 더했습니다. 뒷면이 나온 것도 기록입니다. 뒷면의 확률 1 - p의 로그까지 더해야 합니다.",
    see="가능도: 이 데이터를 가장 잘 설명하는 동전",
)
def heads_only(candidates, y):
    return y.sum() * np.log(candidates)


@exercise.mistake(
    "합 대신 평균",
    by=ordinary,
    says="던진 횟수로 나눴습니다. 그것은 손실로 쓸 때 하는 일이고, 로그 가능도는 기록 전체의 확률에 로그를 취한 합입니다.",
    see="부호를 바꾸고 평균을 내면 손실입니다",
)
def averaged(candidates, y):
    return log_likelihoods(candidates, y) / len(y)


@exercise.mistake(
    "부호를 바꿈",
    by=best,
    says="부호를 바꿨습니다. 그것은 줄이려는 손실이고, 로그 가능도는 클수록 데이터를 잘 설명합니다.",
    see="부호를 바꾸고 평균을 내면 손실입니다",
)
def negative(candidates, y):
    return -log_likelihoods(candidates, y)


@exercise.mistake(
    "앞면과 뒷면을 바꿈",
    by=best,
    says="앞면과 뒷면의 확률을 바꿔 썼습니다. 기록에서 1이 앞면이므로 앞면의 횟수에 log p를 곱합니다.",
    see="가능도: 이 데이터를 가장 잘 설명하는 동전",
)
def swapped(candidates, y):
    return log_likelihoods(1 - candidates, y)
