"""개수가 같은 구간의 ECE: 줄을 세우고, 묶음마다 어긋난 만큼을 개수로 무게를 주어 더한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "같은 개수로 나눈 ECE",
    section="softmax/calibration",
    level="core",
    minutes=15,
    task=r"""
    너비가 같은 구간은 마지막 하나에 답의 대부분이 몰립니다. 확률 `p` $(N, K)$와 정답 `y` $(N,)$을 받아, 확신(1등의 확률)이 **작은 답부터** 줄 세운 다음 `np.array_split`으로 `n_bins`묶음으로 나눠 구한 ECE를 수 하나로 반환하는 `equal_count_ece(p, y, n_bins)`를 완성하세요. 묶음의 수는 $N$을 넘지 않고, 확신이 같은 답은 없습니다.
    """,
    starter="""
    def equal_count_ece(p, y, n_bins):
        confidence, correct = p.max(axis=1), p.argmax(axis=1) == y
        # 여기를 고치세요: 확신의 순서로 n_bins묶음
        groups = [np.arange(len(y))]
        total = sum(len(g) * abs(correct[g].mean() - confidence[g].mean()) for g in groups)
        return total / len(y)
    """,
    hints=(
        "값을 옮기지 말고 **번호**를 줄 세우면 확신과 정답 여부를 같은 순서로 꺼낼 수 있습니다. 번호를 줄 세우는 함수는 무엇인가요?",
        r"`np.argsort(confidence)`를 `np.array_split`으로 나눈 묶음 $i$마다 개수 $N_i$, 정확도 $a_i$, 평균 확신 $c_i$를 구합니다. $\mathrm{ECE} = \sum_i \frac{N_i}{N} \lvert a_i - c_i \rvert$입니다.",
    ),
)


@exercise.answer
def equal_count_ece(p, y, n_bins):
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == y
    groups = np.array_split(np.argsort(confidence), n_bins)
    total = sum(len(g) * abs(correct[g].mean() - confidence[g].mean()) for g in groups)
    return total / len(y)


# 검사 ------------------------------------------------------------------------------------


def answers(rng, n):
    """확신이 모두 다른 답 n개. 두 번에 한 번쯤 맞는다. 확신은 너비가 같은 구간의 경계에 놓이지 않는다."""
    k = int(rng.integers(2, 4))
    sure = rng.choice(np.arange(554, 1000, 10), size=n, replace=False) / 1000
    top = rng.integers(k, size=n)
    rest = ((1 - sure) / (k - 1)).round(3)
    p = np.where(np.arange(k) == top[:, None], sure[:, None], rest[:, None])
    return p, (top + rng.integers(2, size=n)) % k


def uneven(rng, n):
    p, y = answers(rng, 2 * n + 1)
    return p, y, int(rng.integers(2, n + 2))


@exercise.holds("묶음이 하나이면 정확도와 평균 확신의 차이입니다", answers)
def one_group(f, p, y):
    correct = p.argmax(axis=1) == y
    return f(p, y, 1), abs(correct.mean() - p.max(axis=1).mean())


@exercise.holds("묶음마다 답이 하나이면 어긋난 만큼의 평균입니다", answers)
def one_each(f, p, y):
    correct = p.argmax(axis=1) == y
    return f(p, y, len(y)), np.abs(correct - p.max(axis=1)).mean()


@exercise.same("개수가 똑같이 나뉘지 않아도 맞습니다", uneven, sizes=(1, 2, 4, 8))
def ordinary(f, p, y, n_bins):
    return f(p, y, n_bins)


@exercise.holds("답의 순서를 섞어도 같습니다", uneven, sizes=(2, 4))
def shuffled(f, p, y, n_bins):
    turned = np.arange(len(y))[::-1]
    return f(p[turned], y[turned], n_bins), f(p, y, n_bins)


# 흔한 오답 -------------------------------------------------------------------------------


def confidence_and_correct(p, y):
    return p.max(axis=1), p.argmax(axis=1) == y


def weighted(groups, confidence, correct):
    total = sum(len(g) * abs(correct[g].mean() - confidence[g].mean()) for g in groups)
    return total / len(correct)


@exercise.mistake(
    "줄 세우지 않음",
    by=shuffled,
    says="데이터의 순서대로 나눴습니다. 확신이 다른 답이 한 묶음에 섞이면 지나친 것과 모자란 것이 서로 지워집니다.",
    see="비 올 확률 70%는 어떻게 검사할까요?",
)
def unsorted(p, y, n_bins):
    groups = np.array_split(np.arange(len(y)), n_bins)
    return weighted(groups, *confidence_and_correct(p, y))


@exercise.mistake(
    "확신만 줄 세움",
    by=ordinary,
    says="확신은 줄 세웠지만 맞았는지는 데이터의 순서 그대로입니다. 둘의 짝이 어긋났으니, 번호를 줄 세워 둘 다 그 번호로 꺼내세요.",
    see="맨손으로 만들기",
)
def only_confidence_sorted(p, y, n_bins):
    confidence, correct = confidence_and_correct(p, y)
    return weighted(np.array_split(np.arange(len(y)), n_bins), np.sort(confidence), correct)


@exercise.mistake(
    "같은 너비로 나눔",
    by=ordinary,
    says="확신의 범위를 같은 너비로 나눴습니다. 이번에는 너비가 아니라 묶음에 든 답의 개수가 같아야 합니다.",
    see="맨손으로 만들기",
)
def equal_width(p, y, n_bins):
    confidence, correct = confidence_and_correct(p, y)
    number = np.ceil(confidence * n_bins).astype(int)
    groups = [np.flatnonzero(number == i) for i in range(1, n_bins + 1)]
    return weighted([g for g in groups if len(g)], confidence, correct)


@exercise.mistake(
    "절댓값을 빠뜨림",
    by=one_each,
    says="차이의 절댓값을 구하지 않고 더했습니다. 지나친 묶음과 모자란 묶음이 상쇄되어, 묶음을 몇 개로 나눠도 같은 값이 됩니다.",
    see="구간마다 어긋난 만큼을 재기",
)
def signed(p, y, n_bins):
    confidence, correct = confidence_and_correct(p, y)
    return correct.mean() - confidence.mean()


@exercise.mistake(
    "무게를 빠뜨림",
    by=ordinary,
    says="묶음마다의 차이를 그냥 평균 냈습니다. 개수가 똑같이 나뉘지 않으면 큰 묶음의 무게가 더 커야 합니다.",
    see="구간마다 어긋난 만큼을 재기",
)
def unweighted(p, y, n_bins):
    confidence, correct = confidence_and_correct(p, y)
    groups = np.array_split(np.argsort(confidence), n_bins)
    return np.mean([abs(correct[g].mean() - confidence[g].mean()) for g in groups])


@exercise.mistake(
    "정답의 확률을 확신으로",
    by=one_group,
    says="1등의 확률이 아니라 정답에 준 확률을 확신으로 썼습니다. 확신은 모델이 고른 답의 확률이고, 정답은 맞았는지 볼 때만 씁니다.",
    see="99%라고 하면 넘어가도 될까요?",
)
def label_probability(p, y, n_bins):
    confidence, correct = p[np.arange(len(y)), y], p.argmax(axis=1) == y
    return weighted(np.array_split(np.argsort(confidence), n_bins), confidence, correct)


@exercise.mistake(
    "확신이 큰 답부터",
    by=ordinary,
    says="확신이 큰 답부터 줄 세웠습니다. `np.array_split`은 남는 답을 앞쪽 묶음에 하나씩 더 주므로, 순서가 반대이면 묶음의 경계가 달라집니다.",
    see="구간마다 어긋난 만큼을 재기",
)
def descending(p, y, n_bins):
    confidence, correct = confidence_and_correct(p, y)
    return weighted(np.array_split(np.argsort(-confidence), n_bins), confidence, correct)
