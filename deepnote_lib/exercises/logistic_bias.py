"""편향의 기울기: 확률에서 정답을 뺀 값의 평균이고, 0이 되면 두 평균이 같다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "편향의 기울기",
    section="softmax/logistic",
    level="core",
    minutes=10,
    task=r"""
    식 {eq}`eq-logistic-gradient`의 둘째 식을 코드로 옮겨 `bias_gradient(x, y, w, b)`를 완성하세요. 입력 `x`의 형상은 $(N, D)$, 정답 `y`는 $(N,)$, `w`는 $(D,)$이고 `b`는 수 하나입니다. 반환하는 것도 수 하나입니다. 다 되었으면 종이에 답해 보세요. 훈련이 끝까지 가서 이 기울기가 0이 되면, 확률의 평균은 무엇과 같을까요?
    """,
    starter="""
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))


    def bias_gradient(x, y, w, b):
        p = sigmoid(x @ w + b)                # (N,)
        # 여기를 채우세요
        return 0.0
    """,
    hints=(
        "확률에서 정답을 뺀 배열의 형상은 $(N,)$입니다. 손실은 샘플마다의 손실의 **평균**입니다. 그러면 기울기는 합일까요, 평균일까요?",
        r"$\frac{\partial L}{\partial b} = \frac{1}{N} \sum_n (p_n - y_n)$입니다. 손실이 이진 교차 엔트로피라서 시그모이드의 미분 $p(1-p)$는 약분되고 남지 않습니다.",
    ),
)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise.answer
def bias_gradient(x, y, w, b):
    p = sigmoid(x @ w + b)
    return (p - y).mean()


# 검사 ------------------------------------------------------------------------------------


def samples(rng, n):
    d = rng.integers(1, 4)
    x, w = rng.normal(size=(n, d)).round(1), rng.normal(size=d).round(1)
    return x, rng.integers(2, size=n), w, float(rng.integers(1, 20) / 10)


def balanced(rng, n):
    """확률의 평균이 정답의 평균과 같도록 편향을 정한 데이터. 입력이 모두 0이라 확률도 모두 같다."""
    y = np.array([0, 1] + n * [1])
    b = np.log(y.mean() / (1 - y.mean()))
    return np.zeros((len(y), 2)), y, rng.normal(size=2).round(1), float(b)


@exercise.same("확률에서 정답을 뺀 값의 평균과 같습니다", samples)
def ordinary(f, x, y, w, b):
    return f(x, y, w, b)


@exercise.holds("이진 교차 엔트로피를 수치 미분한 값과 같습니다", samples, tolerance=1e-6)
def numeric(f, x, y, w, b):
    def loss(b):
        return np.logaddexp(0, (1 - 2 * y) * (x @ w + b)).mean()

    return f(x, y, w, b), numerical_gradient(loss, np.array([b]))[0]


@exercise.holds("확률의 평균이 정답의 평균과 같으면 0입니다", balanced, sizes=(1, 3))
def at_the_minimum(f, x, y, w, b):
    return f(x, y, w, b), 0.0


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "평균 대신 합",
    by=ordinary,
    says="샘플마다의 기울기를 더하기만 했습니다. 손실이 평균이므로 기울기도 샘플 수 N으로 나눠야 합니다. 합이면 샘플이 364개일 때 364배가 됩니다.",
    see="기울기는 (p − y)x입니다",
)
def summed(x, y, w, b):
    return (sigmoid(x @ w + b) - y).sum()


@exercise.mistake(
    "정답에서 확률을 뺌",
    by=ordinary,
    says="부호가 반대입니다. 정답이 1인데 확률이 작으면 편향을 키워야 하므로 기울기는 음수, 곧 p - y여야 합니다.",
    see="기울기는 (p − y)x입니다",
)
def reversed_sign(x, y, w, b):
    return (y - sigmoid(x @ w + b)).mean()


@exercise.mistake(
    "평균을 내지 않음",
    by=ordinary,
    says="샘플마다의 값 N개를 그대로 반환했습니다. 편향은 하나이고 모든 샘플이 함께 쓰므로 기울기도 수 하나입니다.",
    see="기울기는 (p − y)x입니다",
)
def for_each_sample(x, y, w, b):
    return sigmoid(x @ w + b) - y


@exercise.mistake(
    "p(1 - p)를 한 번 더 곱함",
    by=numeric,
    says="시그모이드의 미분 p(1-p)를 한 번 더 곱했습니다. 교차 엔트로피에서는 약분되어 없어집니다. 남아 있으면 크게 틀린 곳에서 기울기가 사라지는 제곱 오차와 같은 문제가 생깁니다.",
    see="제곱 오차로 재면 안 될까요?",
)
def times_slope(x, y, w, b):
    p = sigmoid(x @ w + b)
    return ((p - y) * p * (1 - p)).mean()


@exercise.mistake(
    "제곱 오차를 미분함",
    by=numeric,
    says="제곱 오차의 기울기입니다. p(1-p)가 곱해져 있어서 포화한 곳, 곧 가장 크게 틀린 곳에서 사라집니다. 이 절의 손실은 이진 교차 엔트로피이고 그 기울기에는 2도 p(1-p)도 없습니다.",
    see="제곱 오차로 재면 안 될까요?",
)
def of_squared_error(x, y, w, b):
    return 2 * times_slope(x, y, w, b)


@exercise.mistake(
    "0과 1로 자른 답을 뺌",
    by=ordinary,
    says="확률이 아니라 0과 1로 자른 답에서 정답을 뺐습니다. 그것은 퍼셉트론의 규칙이라, 맞힌 샘플에서는 아무것도 배우지 못합니다.",
    see="퍼셉트론과 무엇이 다른가요?",
)
def from_decisions(x, y, w, b):
    return ((x @ w + b > 0) - y).mean()


@exercise.mistake(
    "입력을 곱함",
    by=ordinary,
    says="입력을 곱해 평균 냈으므로 가중치의 기울기입니다. 점수를 편향으로 미분하면 1이라 편향의 기울기에는 입력을 곱하지 않습니다.",
    see="기울기는 (p − y)x입니다",
)
def times_input(x, y, w, b):
    return x.T @ (sigmoid(x @ w + b) - y) / len(y)
