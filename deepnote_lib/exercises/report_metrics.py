"""정밀도, 재현율, F1: 맞힌 악성의 수는 같고 나누는 수가 다르다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "정밀도와 재현율과 F1",
    section="softmax/logistic",
    level="core",
    minutes=15,
    task=r"""
    답 `answer`와 정답 `y`는 형상이 $(N,)$인 정수 배열이고 1이 악성입니다. 악성을 악성이라고 답한 건수를 $TP$, 양성을 악성이라고 답한 건수(헛경보, 오탐)를 $FP$, 악성을 양성이라고 답한 건수(놓침, 미탐)를 $FN$이라고 합시다. **정밀도** $\frac{TP}{TP + FP}$는 악성이라고 답한 것 가운데 정말 악성인 비율, **재현율** $\frac{TP}{TP + FN}$은 악성 가운데 찾아낸 비율입니다. **F1**은 둘의 조화 평균 $\frac{2\,TP}{2\,TP + FP + FN}$입니다. 세 값을 이 순서로 반환하는 `precision_recall_f1`을 완성하세요. 나누는 수가 0이면 그 값은 0으로 정합니다.
    """,
    starter="""
    def precision_recall_f1(answer, y):
        accuracy = (answer == y).mean()
        # 여기를 고치세요
        return accuracy, accuracy, accuracy
    """,
    hints=(
        "정밀도와 재현율은 분자가 같습니다. 악성이라고 **답한** 것을 모두 세면 정밀도의 분모, **정말** 악성인 것을 모두 세면 재현율의 분모입니다. 맞힌 양성은 어디에도 들어가지 않습니다.",
        r"두 배열이 0과 1이므로 $TP = \sum_n a_n y_n$, $TP + FP = \sum_n a_n$, $TP + FN = \sum_n y_n$입니다. F1의 분모 $2\,TP + FP + FN$은 두 분모를 더한 것입니다. 나누기 전에 분모가 0인지 보세요.",
    ),
)


@exercise.answer
def precision_recall_f1(answer, y):
    hits, alarms, positives = (answer * y).sum(), answer.sum(), y.sum()
    precision = hits / alarms if alarms else 0.0
    recall = hits / positives if positives else 0.0
    f1 = 2 * hits / (alarms + positives) if alarms + positives else 0.0
    return precision, recall, f1


# 검사 ------------------------------------------------------------------------------------


def answers(rng, n):
    """답에도 정답에도 악성이 하나 넘게 있다."""
    answer, y = rng.integers(2, size=(2, 2 * n + 3))
    answer[0] = y[-1] = 1
    return answer, y


def truths(rng, n):
    return answers(rng, n)[1]


def no_alarm(rng, n):
    y = rng.integers(2, size=n)
    y[0] = 1
    return np.zeros(n, dtype=int), y


def no_malignant(rng, n):
    return no_alarm(rng, n)[::-1]


def all_benign(rng, n):
    return np.zeros(n, dtype=int), np.zeros(n, dtype=int)


@exercise.same("정밀도, 재현율, F1이 순서대로 맞습니다", answers)
def ordinary(f, answer, y):
    return f(answer, y)


@exercise.holds("답이 모두 맞으면 세 값이 모두 1입니다", truths, sizes=(1, 3))
def perfect(f, y):
    return f(y, y), (1.0, 1.0, 1.0)


@exercise.holds("양성을 양성이라고 맞힌 건수가 늘어도 세 값이 그대로입니다", answers, sizes=(1, 3))
def more_benign(f, answer, y):
    return f(np.append(answer, [0, 0, 0]), np.append(y, [0, 0, 0])), f(answer, y)


@exercise.same("악성이라고 답한 적이 없어도 값이 정해집니다", no_alarm, sizes=(1, 2))
def silent(f, answer, y):
    return f(answer, y)


@exercise.same("악성이 하나도 없어도 값이 정해집니다", no_malignant, sizes=(1, 2))
def only_false_alarms(f, answer, y):
    return f(answer, y)


@exercise.same("답에도 정답에도 악성이 없으면 모두 0입니다", all_benign, sizes=(1, 2))
def nothing_to_find(f, answer, y):
    return f(answer, y)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "정밀도와 재현율을 바꿈",
    by=ordinary,
    says="두 분모를 바꿔 썼습니다. 정밀도는 악성이라고 답한 건수로, 재현율은 정말 악성인 건수로 나눕니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def swapped(answer, y):
    precision, recall, f1 = precision_recall_f1(answer, y)
    return recall, precision, f1


@exercise.mistake(
    "F1을 산술 평균으로",
    by=ordinary,
    says="F1을 두 값의 산술 평균으로 구했습니다. 조화 평균은 작은 쪽을 따라가므로, 한쪽만 높은 모델이 좋은 점수를 받지 못합니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def arithmetic_mean(answer, y):
    precision, recall, _ = precision_recall_f1(answer, y)
    return precision, recall, (precision + recall) / 2


@exercise.mistake(
    "0으로 나눔",
    by=silent,
    says="나누는 수가 0인지 보지 않았습니다. 악성이라고 답한 적이 없으면 0을 0으로 나눠 nan이 됩니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def divides_by_zero(answer, y):
    hits, alarms, positives = (answer * y).sum(), answer.sum(), y.sum()
    return hits / alarms, hits / positives, 2 * hits / (alarms + positives)


@exercise.mistake(
    "정밀도와 재현율로 F1을 구하며 0으로 나눔",
    by=silent,
    says="나누는 수가 0인지 보지 않았습니다. 악성이라고 답한 적이 없으면 정밀도가 nan이고, 하나도 맞히지 못하면 정밀도와 재현율의 합도 0이라 F1까지 nan이 됩니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def harmonic_mean_of_zeros(answer, y):
    hits = (answer * y).sum()
    precision, recall = hits / answer.sum(), hits / y.sum()
    return precision, recall, 2 * precision * recall / (precision + recall)


@exercise.mistake(
    "맞힌 것을 모두 셈",
    by=more_benign,
    says="악성을 맞힌 건수가 아니라 맞힌 것을 모두 세었습니다. 양성을 양성이라고 답한 것까지 분자에 들어가 비율이 1을 넘기도 합니다.",
    see="정확도에도 눈금이 있습니다",
)
def all_correct(answer, y):
    hits, alarms, positives = (answer == y).sum(), answer.sum(), y.sum()
    precision = hits / alarms if alarms else 0.0
    recall = hits / positives if positives else 0.0
    f1 = 2 * hits / (alarms + positives) if alarms + positives else 0.0
    return precision, recall, f1


@exercise.mistake(
    "0을 찾는 쪽으로 셈",
    by=ordinary,
    says="1이 아니라 0을 찾는 쪽으로 세었습니다. 이 절에서는 찾으려는 악성이 1입니다.",
    see="먼저 나누고, 그다음에 표준화합니다",
)
def other_class(answer, y):
    return precision_recall_f1(1 - answer, 1 - y)


@exercise.mistake(
    "건수로 나누지 않고 N으로",
    by=more_benign,
    says="모든 건수 N으로 나눴습니다. 정밀도는 악성이라고 답한 건수, 재현율은 정말 악성인 건수 안에서의 비율입니다.",
    see="꼭 반에서 잘라야 할까요?",
)
def over_everything(answer, y):
    hits = (answer * y).mean()
    return hits, hits, hits
