"""약속을 지키는 임곗값: 답하는 비율에 따라 정확도는 오르내리므로 끝까지 보고 고른다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "약속을 지키는 임곗값",
    section="softmax/calibration",
    level="advanced",
    minutes=25,
    task=r"""
    확신이 임곗값 **이상**인 답만 모델이 하고, 나머지는 사서에게 넘깁니다. 검증 데이터의 확률 `p` $(N, K)$, 정답 `y` $(N,)$, 약속한 정확도 `promise`를 받아, 모델이 한 답의 **실제** 정확도가 `promise` 이상이면서 가장 많이 답하는 임곗값을 반환하는 `abstain_threshold(p, y, promise)`를 완성하세요. 임곗값은 검증 데이터에 있는 확신 가운데에서 고르고, 어떤 임곗값으로도 약속을 지킬 수 없으면 아무것도 답하지 않도록 `np.inf`를 반환합니다. 확신이 같은 답은 없습니다.
    """,
    starter="""
    def abstain_threshold(p, y, promise):
        confidence = p.max(axis=1)
        right = p.argmax(axis=1) == y
        # 여기를 고치세요: 가장 확신한 답부터 하나씩 늘려 가며 정확도를 본다
        return confidence.min()
    """,
    hints=(
        "가장 확신한 답부터 한 개, 두 개, 세 개 답하는 경우를 모두 늘어놓으세요. 답을 늘릴수록 정확도가 떨어지기만 할까요? 한 번 약속에 못 미친 뒤에 다시 지킬 수도 있을까요?",
        r"확신이 큰 순서로 줄 세우면 $n$개 답할 때의 정확도는 $\frac{1}{n} \sum_{i \le n} [\text{맞음}_i]$이고, 분자는 `cumsum`으로 한 번에 구합니다. 약속을 지키는 $n$ 가운데 **가장 큰** 것의 $n$번째 확신이 임곗값입니다.",
    ),
)


@exercise.answer
def abstain_threshold(p, y, promise):
    confidence = p.max(axis=1)
    right = p.argmax(axis=1) == y
    order = np.argsort(-confidence)
    rate = right[order].cumsum() / np.arange(1, len(y) + 1)
    kept = order[rate >= promise]
    return confidence[kept[-1]] if len(kept) else np.inf


# 검사 ------------------------------------------------------------------------------------


def answers(rng, right):
    """확신이 큰 순서로 맞았는지가 right인 답들. 데이터의 순서는 섞는다."""
    n, k = len(right), int(rng.integers(2, 4))
    sure = -np.sort(-rng.choice(np.arange(52, 100), size=n, replace=False)) / 100
    top = rng.integers(k, size=n)
    rest = ((1 - sure) / (k - 1)).round(3)
    p = np.where(np.arange(k) == top[:, None], sure[:, None], rest[:, None])
    y = np.where(right, top, (top + 1) % k)
    mixed = rng.permutation(n)
    return p[mixed], y[mixed]


def half_right(rng, n):
    right = rng.integers(2, size=2 * n).astype(bool)
    right[0] = True  # 한 개만 답하면 지킬 수 있다
    return *answers(rng, right), float(rng.choice([0.653, 0.853]))


def recovering(rng, n):
    """둘째 답이 틀려 한 번 못 미치지만, 그 뒤로 n + 2개를 내리 맞힌다. 마지막 답은 또 틀린다."""
    right = np.array([True, False] + [True] * (n + 2) + [False] * (n + 2))
    return *answers(rng, right), 0.703


def exactly(rng, n):
    right = np.array([True, True, True, False] * n)
    return *answers(rng, right), 0.75


def hopeless(rng, n):
    return *answers(rng, np.arange(n) % 2 == 1), 0.903


@exercise.same("약속을 지키면서 가장 많이 답하는 임곗값입니다", half_right, sizes=(1, 2, 4, 8))
def ordinary(f, p, y, promise):
    return f(p, y, promise)


@exercise.same("정확도가 잠깐 떨어졌다가 올라도 끝까지 봅니다", recovering, sizes=(1, 2, 3))
def recovers(f, p, y, promise):
    return f(p, y, promise)


@exercise.same("정확도가 약속과 꼭 같아도 지킨 것입니다", exactly, sizes=(1, 2))
def boundary(f, p, y, promise):
    return f(p, y, promise)


@exercise.holds("지킬 수 없는 약속이면 아무것도 답하지 않습니다", hopeless, sizes=(1, 2, 4))
def nothing(f, p, y, promise):
    return f(p, y, promise), np.inf


# 흔한 오답 -------------------------------------------------------------------------------


def in_order(p, y):
    """확신이 큰 순서의 (확신, 맞았는지)."""
    order = np.argsort(-p.max(axis=1))
    return p.max(axis=1)[order], (p.argmax(axis=1) == y)[order]


def rates(right):
    return right.cumsum() / np.arange(1, len(right) + 1)


def last(confidence, kept):
    return confidence[kept][-1] if kept.any() else np.inf


@exercise.mistake(
    "처음 어긋난 곳에서 멈춤",
    by=recovers,
    says="정확도가 약속에 처음 못 미친 곳에서 멈췄습니다. 답을 더 늘리면 정확도가 다시 오를 수 있으므로 끝까지 보아야 합니다.",
    see="모르면 사람에게 넘기기",
)
def first_drop(p, y, promise):
    confidence, right = in_order(p, y)
    return last(confidence, np.logical_and.accumulate(rates(right) >= promise))


@exercise.mistake(
    "모델의 말을 믿음",
    by=ordinary,
    says="실제 정확도가 아니라 모델이 말한 확률의 평균으로 골랐습니다. 지나치게 확신하는 모델이라면 약속보다 많이 틀립니다. 정답 `y`와 비교하세요.",
    see="99%라고 하면 넘어가도 될까요?",
)
def trusted(p, y, promise):
    confidence, _ = in_order(p, y)
    return last(confidence, rates(confidence) >= promise)


@exercise.mistake(
    "넘긴 답까지 나눔",
    by=ordinary,
    says="맞힌 수를 전체 N으로 나눴습니다. 사서에게 넘긴 답은 모델의 정확도에 넣지 않으므로, 모델이 답한 수로 나누세요.",
    see="모르면 사람에게 넘기기",
)
def over_everything(p, y, promise):
    confidence, right = in_order(p, y)
    return last(confidence, right.cumsum() / len(y) >= promise)


@exercise.mistake(
    "가장 적게 답함",
    by=boundary,
    says="약속을 지키는 임곗값 가운데 가장 높은 것을 골랐습니다. 그러면 모델이 거의 답하지 않습니다. 가장 많이 답하는 쪽을 고르세요.",
    see="모르면 사람에게 넘기기",
)
def fewest(p, y, promise):
    confidence, right = in_order(p, y)
    kept = rates(right) >= promise
    return confidence[kept][0] if kept.any() else np.inf


@exercise.mistake(
    "확신이 작은 답부터",
    by=recovers,
    says="확신이 작은 답부터 늘려 갔습니다. 임곗값을 낮추면 가장 확신한 답부터 들어오므로 큰 것부터 줄 세우세요.",
    see="모르면 사람에게 넘기기",
)
def ascending(p, y, promise):
    confidence, right = (v[::-1] for v in in_order(p, y))
    return last(confidence, rates(right) >= promise)


@exercise.mistake(
    "약속을 임곗값으로",
    by=ordinary,
    says="약속한 정확도를 그대로 임곗값으로 썼습니다. 확신이 0.9인 답이 열에 아홉 맞는다는 보장은 없습니다. 맞았는지를 세어 정확도를 구하고, 임곗값은 데이터에 있는 확신에서 고르세요.",
    see="99%라고 하면 넘어가도 될까요?",
)
def promise_itself(p, y, promise):
    return promise
