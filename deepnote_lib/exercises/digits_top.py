"""둘째 후보까지 쳐주는 정확도: 한 장 안에서 줄 세우고, 후보 가운데 하나라도 맞으면 맞힌 것이다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "둘째 후보까지 쳐주기",
    section="softmax/digits",
    level="core",
    minutes=10,
    task=r"""
    우편번호 기계가 자신 없을 때 후보 몇 개를 사람에게 보여 준다고 합시다. 확률 `p` $(N, K)$와 정답 `y` $(N,)$을 받아, 그림마다 확률이 큰 `k`개 안에 정답이 들면 맞힌 것으로 치는 정확도를 수 하나로 반환하는 `top_accuracy(p, y, k)`를 완성하세요. `k=1`이면 보통의 정확도이고, 한 그림 안에서 확률이 같은 클래스는 없습니다.
    """,
    starter="""
    def top_accuracy(p, y, k):
        # 여기를 고치세요: 후보를 k개까지 본다
        return (p.argmax(axis=1) == y).mean()
    """,
    hints=(
        "`np.argsort(p, axis=1)`은 행마다 확률이 작은 것부터의 클래스 번호입니다. 후보 `k`개는 어느 열에 있나요? `y`를 어떤 형상으로 세우면 후보들과 비교할 수 있을까요?",
        r"후보는 정렬한 번호의 마지막 $k$열, 형상은 $(N, k)$입니다. `y[:, None]`은 $(N, 1)$이라 후보마다 비교됩니다. 행에 참이 하나라도 있으면 맞힌 것이고, 맞힌 그림의 수를 $N$으로 나눕니다.",
    ),
)


@exercise.answer
def top_accuracy(p, y, k):
    best = np.argsort(p, axis=1)[:, -k:]
    return (best == y[:, None]).any(axis=1).sum() / len(y)


# 검사 ------------------------------------------------------------------------------------

SHARES = {3: (0.5, 0.3, 0.2), 4: (0.4, 0.3, 0.2, 0.1), 5: (0.4, 0.3, 0.15, 0.1, 0.05)}


def answers(rng, n, classes):
    p = rng.permuted(np.tile(SHARES[classes], (n, 1)), axis=1)
    return p, rng.integers(classes, size=n)


def one_guess(rng, n):
    return answers(rng, n, rng.integers(3, 6))


def some_guesses(rng, n):
    p, y = one_guess(rng, n)
    return p, y, rng.integers(2, p.shape[1])


def as_many_pictures(rng, n):
    return *answers(rng, n, 5), n


@exercise.same("후보가 하나이면 보통의 정확도입니다", one_guess)
def single(f, p, y):
    return f(p, y, 1)


@exercise.same("후보 k개 안에 정답이 든 비율입니다", some_guesses, sizes=(1, 2, 4, 8, 16))
def several(f, p, y, k):
    return f(p, y, k)


@exercise.same("그림의 수와 후보의 수가 같아도 맞습니다", as_many_pictures, sizes=(2, 3, 4))
def same_size(f, p, y, k):
    return f(p, y, k)


@exercise.holds("후보를 모두 보이면 언제나 맞습니다", one_guess)
def every_class(f, p, y):
    return f(p, y, p.shape[1]), 1.0


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "그림끼리 줄 세움",
    by=several,
    says="`axis=0`으로 정렬해 한 숫자를 두고 그림끼리 겨루게 했습니다. 후보는 그림 한 장 안에서 고르므로 `axis=1`입니다.",
    see="형상 장부",
)
def sorted_down(p, y, k):
    return (np.argsort(p, axis=0)[:, -k:] == y[:, None]).any(axis=1).mean()


@exercise.mistake(
    "확률이 작은 k개",
    by=single,
    says="정렬한 번호의 앞쪽 k열을 골랐습니다. `argsort`는 작은 것부터이므로 가장 가망 없는 후보들입니다.",
    see="무엇을 무엇으로 착각할까요?",
)
def smallest(p, y, k):
    return (np.argsort(p, axis=1)[:, :k] == y[:, None]).any(axis=1).mean()


@exercise.mistake(
    "후보 수로도 나눔",
    by=every_class,
    says="비교한 결과를 통째로 평균 냈습니다. 후보 k개 가운데 맞을 수 있는 것은 하나뿐이라 1/k로 줄어듭니다. 먼저 행마다 `any`로 모으세요.",
    see="장부를 어기면 조용히 틀립니다",
)
def mean_of_all(p, y, k):
    return (np.argsort(p, axis=1)[:, -k:] == y[:, None]).mean()


@exercise.mistake(
    "k번째 후보만",
    by=every_class,
    says="k번째 후보 하나만 보았습니다. 첫째부터 k째까지 어느 것이든 정답이면 맞힌 것입니다.",
    see="무엇을 무엇으로 착각할까요?",
)
def only_the_kth(p, y, k):
    return (np.argsort(p, axis=1)[:, -k] == y).mean()


@exercise.mistake(
    "정답을 세우지 않음",
    by=same_size,
    says="정답의 형상이 (N,)인 채로 후보 (N, k)와 비교했습니다. N과 k가 다르면 오류가 나고, 같으면 남의 정답과 비교해 조용히 틀립니다. `y[:, None]`으로 세우세요.",
    see="장부를 어기면 조용히 틀립니다",
)
def flat_labels(p, y, k):
    return (np.argsort(p, axis=1)[:, -k:] == y).any(axis=1).mean()
