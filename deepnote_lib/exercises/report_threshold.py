"""목표한 재현율을 지키는 가장 높은 임곗값: 악성의 확률만 큰 것부터 세어, 꼭 필요한 수만큼 내려간다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "목표한 재현율을 지키는 임곗값",
    section="softmax/logistic",
    level="advanced",
    minutes=25,
    task=r"""
    검사에서 악성을 적어도 95%는 찾아내라는 요구를 받았습니다. 임곗값을 0으로 두면 모두 찾지만 헛경보도 가장 많습니다. 그래서 요구를 지키는 임곗값 가운데 **가장 높은 것**을 고르려고 합니다. 확률 `p` $(N,)$, 정답 `y` $(N,)$(1이 악성), 목표 `target`($0 <$ `target` $\le 1$)을 받아 그 임곗값을 반환하는 `threshold_for_recall`을 완성하세요. 이 연습에서는 $p \ge \tau$이면 악성이라고 답합니다. 악성 가운데 찾아낸 비율을 재현율이라고 하며, 재현율이 `target` **이상**이면 됩니다. 악성은 하나 이상 있습니다.
    """,
    starter="""
    def threshold_for_recall(p, y, target):
        # 여기를 고치세요: 모두 찾지만 헛경보가 가장 많다
        return 0.0
    """,
    hints=(
        "재현율에는 악성의 확률만 쓰입니다. 임곗값을 1에서부터 천천히 내리면 재현율은 언제 늘어날까요? 목표에 닿으려면 악성을 적어도 몇 건 찾아야 할까요?",
        r"악성의 확률을 큰 것부터 $q_1 \ge q_2 \ge \dots \ge q_m$이라고 하면, 임곗값이 $q_k$일 때 악성을 $k$건 찾습니다. 필요한 수는 $k / m \ge \mathrm{target}$인 가장 작은 $k$이고 답은 $q_k$입니다. 식으로는 $\lceil \mathrm{target} \cdot m \rceil$이지만, float에서는 `0.28 * 25`가 7보다 조금 커서 올림하면 8이 됩니다. 나눈 $k / m$을 `target`과 비교하면 안전합니다. 파이썬에서 $q_k$의 자리는 $k - 1$입니다.",
    ),
)


@exercise.answer
def threshold_for_recall(p, y, target):
    malignant = np.sort(p[y == 1])[::-1]
    recall = np.arange(1, len(malignant) + 1) / len(malignant)
    return malignant[np.argmax(recall >= target)]


# 검사 ------------------------------------------------------------------------------------


def tumours(rng, n, malignant):
    """확률이 모두 다른 종양들. 악성이 malignant건, 양성이 n건이다. 0.01 간격의 격자에는 없는 확률이다."""
    y = rng.permutation(np.append(np.ones(malignant, dtype=int), np.zeros(n, dtype=int)))
    return rng.choice(np.arange(13, 1000, 10), size=len(y), replace=False) / 1000, y


def between(rng, n):
    """목표가 두 재현율의 사이에 있다. 나눗셈의 반올림이 답을 바꾸지 못한다."""
    needed = int(rng.integers(1, n + 2))
    target = (needed - rng.uniform(0.3, 0.7)) / (n + 1)
    return *tumours(rng, n, n + 1), round(float(target), 3)


def exactly(rng, n):
    """목표가 꼭 어느 재현율이다. 악성이 4건이라 4분의 k가 이진수로 정확하다."""
    return *tumours(rng, n, 4), int(rng.integers(1, 4)) / 4


def rounded_up_too_far(rng, n):
    """0.28 * 25와 0.56 * 25는 float에서 7과 14보다 조금 크다."""
    return *tumours(rng, 2, 25), (0.28, 0.56)[n - 1]


def everyone(rng, n):
    return *tumours(rng, n, n), 1.0


def tied(rng, n):
    p, y, target = between(rng, n + 1)
    return (p * 4).round() / 4, y, target


@exercise.same("목표에 닿는 가장 높은 임곗값입니다", between)
def highest(f, p, y, target):
    return f(p, y, target)


@exercise.holds("그 임곗값의 재현율이 목표 이상입니다", between, sizes=(2, 4), shows="재현율")
def reached(f, p, y, target):
    threshold = f(p, y, target) - 1e-6  # float32로 반올림된 임곗값도 봐준다
    recall = (p[y == 1] >= threshold).mean()
    return min(recall, target), target


@exercise.same("목표가 꼭 어느 재현율과 같으면 더 내려가지 않습니다", exactly, sizes=(1, 3))
def no_further(f, p, y, target):
    return f(p, y, target)


@exercise.same(
    "target에 악성의 수를 곱한 것이 반올림으로 정수를 넘어도 더 내려가지 않습니다",
    rounded_up_too_far,
    sizes=(1, 2),
)
def not_by_rounding(f, p, y, target):
    return f(p, y, target)


@exercise.same("모두 찾으라고 하면 악성의 가장 작은 확률까지 내려갑니다", everyone, sizes=(1, 3))
def all_of_them(f, p, y, target):
    return f(p, y, target)


@exercise.same("확률이 같은 종양이 여럿이어도 맞습니다", tied, sizes=(1, 3))
def with_ties(f, p, y, target):
    return f(p, y, target)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "모든 종양의 확률로 셈",
    by=highest,
    says="악성만이 아니라 모든 종양의 확률을 큰 것부터 세었습니다. 재현율의 분모는 악성의 수이므로 양성의 확률은 빼고 세어야 합니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def among_everyone(p, y, target):
    scores = np.sort(p)[::-1]
    return scores[int(np.ceil(target * len(scores))) - 1]


@exercise.mistake(
    "내림",
    by=reached,
    says="필요한 건수를 내림했습니다. 악성 10건의 95%는 9.5건인데 9건만 찾으면 목표에 못 미칩니다. 올림해야 합니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def rounded_down(p, y, target):
    malignant = np.sort(p[y == 1])[::-1]
    return malignant[int(target * len(malignant)) - 1]


@exercise.mistake(
    "반올림 오차까지 올림",
    by=not_by_rounding,
    says="target에 악성의 수를 곱해 올림했습니다. 0.28 * 25는 float에서 7.000000000000001이라 올림하면 8건이 됩니다. 찾은 수를 악성의 수로 나눈 재현율을 target과 바로 비교하세요.",
    see="꼭 반에서 잘라야 할까요?",
)
def by_ceiling(p, y, target):
    malignant = np.sort(p[y == 1])[::-1]
    return malignant[int(np.ceil(target * len(malignant))) - 1]


@exercise.mistake(
    "한 건 더 내려감",
    by=no_further,
    says="내림한 뒤 언제나 하나를 더했습니다. 목표가 꼭 어느 재현율과 같을 때는 필요 없는 한 건까지 내려가 헛경보가 늘 수 있습니다. 올림을 쓰세요.",
    see="꼭 반에서 잘라야 할까요?",
)
def one_more(p, y, target):
    malignant = np.sort(p[y == 1])[::-1]
    needed = min(int(target * len(malignant)) + 1, len(malignant))
    return malignant[needed - 1]


@exercise.mistake(
    "자리가 하나 밀림",
    by=highest,
    says="k번째로 큰 확률을 k번 자리에서 꺼냈습니다. 자리는 0부터 세므로 k번째는 k - 1번 자리입니다. 모두 찾으라고 하면 배열의 끝을 넘습니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def off_by_one(p, y, target):
    malignant = np.sort(p[y == 1])[::-1]
    return malignant[int(np.ceil(target * len(malignant)))]


@exercise.mistake(
    "작은 것부터 셈",
    by=highest,
    says="악성의 확률을 작은 것부터 세었습니다. 임곗값을 내리면 확률이 큰 종양부터 찾게 되므로 큰 것부터 세어야 합니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def from_the_smallest(p, y, target):
    malignant = np.sort(p[y == 1])
    return malignant[int(np.ceil(target * len(malignant))) - 1]


@exercise.mistake(
    "분위수를 보간함",
    by=highest,
    says="np.quantile은 두 확률 사이를 보간합니다. 보간한 값은 어느 종양의 확률도 아니어서, 재현율이 목표에 못 미치거나 임곗값이 필요한 것보다 낮아집니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def interpolated(p, y, target):
    return np.quantile(p[y == 1], 1 - target)


@exercise.mistake(
    "언제나 모두 찾음",
    by=highest,
    says="악성의 가장 작은 확률을 임곗값으로 삼았습니다. 재현율은 언제나 1이지만, 목표보다 더 낮춘 만큼 헛경보가 늘어납니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def always_everyone(p, y, target):
    return p[y == 1].min()


@exercise.mistake(
    "정밀도로 맞춤",
    by=highest,
    says="악성이라고 답한 것 가운데 악성의 비율을 보았습니다. 그것은 정밀도입니다. 재현율은 악성 가운데 찾아낸 비율입니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def by_precision(p, y, target):
    for threshold in np.sort(p)[::-1]:
        if y[p >= threshold].mean() >= target:
            return threshold
    return 0.0
