"""가중치의 기울기: 샘플마다 더하는 일을 `x.T @ dz`가 한 번에 한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "가중치의 기울기를 행렬 곱 한 번으로",
    section="softmax/logistic",
    level="core",
    minutes=15,
    task=r"""
    식 {eq}`eq-logistic-gradient`의 첫째 식을 코드로 옮겨 `weight_gradient(x, y, w, b)`를 완성하세요. 입력 `x`의 형상은 $(N, D)$, 정답 `y`는 $(N,)$, `w`는 $(D,)$이고 `b`는 수 하나입니다. 반환하는 기울기의 형상은 `w`와 같은 $(D,)$입니다. 샘플마다 더한 값, 수치 미분한 값과 모두 같아야 하고, 샘플 수와 특성 수가 같을 때도 맞아야 합니다.
    """,
    starter="""
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))


    def weight_gradient(x, y, w, b):
        # 여기를 고치세요: 손실은 평균이다
        dz = sigmoid(x @ w + b) - y  # (N,)
        # 여기를 채우세요: (D,)
        return dz
    """,
    hints=(
        "형상부터 맞춰 보세요. `x`는 $(N, D)$, `dz`는 $(N,)$인데 결과는 $(D,)$입니다. 더해서 없어져야 하는 축은 샘플의 축 $N$입니다. 행렬 곱에서 그 축이 맞닿으려면 `x`를 어떻게 놓아야 할까요?",
        r"$dz_n = (p_n - y_n) / N$으로 두면 $\frac{\partial L}{\partial w_j} = \sum_n x_{n,j}\, dz_n$입니다. $x$의 $j$번째 열과 $dz$의 내적이므로, 열마다의 내적을 한꺼번에 구하면 $x^\top dz$입니다.",
    ),
)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise.answer
def weight_gradient(x, y, w, b):
    dz = (sigmoid(x @ w + b) - y) / len(y)
    return x.T @ dz


# 검사 ------------------------------------------------------------------------------------


def problem(rng, n, d):
    x, w = rng.normal(size=(n, d)).round(1), rng.normal(size=d).round(1)
    return x, rng.integers(2, size=n), w, float(rng.integers(1, 20) / 10)


def samples(rng, n):
    return problem(rng, n, n + 1 if n % 2 else n - 1)


def square(rng, n):
    return problem(rng, n, n)


@exercise.same("샘플마다 확률에서 정답을 뺀 값에 입력을 곱한 평균과 같습니다", samples)
def ordinary(f, x, y, w, b):
    return f(x, y, w, b)


@exercise.same("샘플 수와 특성 수가 같을 때도 맞습니다", square, sizes=(2, 3))
def as_many_features(f, x, y, w, b):
    return f(x, y, w, b)


@exercise.holds(
    "이진 교차 엔트로피를 수치 미분한 값과 같습니다", samples, sizes=(1, 2, 4), tolerance=1e-6
)
def numeric(f, x, y, w, b):
    def loss(w):
        return np.logaddexp(0, (1 - 2 * y) * (x @ w + b)).mean()

    return f(x, y, w, b), numerical_gradient(loss, w)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "전치하지 않음",
    by=as_many_features,
    says="x를 전치하지 않고 곱했습니다. 샘플 수와 특성 수가 다르면 오류가 나지만, 같으면 열이 아니라 행과 내적해 조용히 틀립니다.",
    see="기울기는 (p − y)x입니다",
)
def without_transpose(x, y, w, b):
    return x @ ((sigmoid(x @ w + b) - y) / len(y))


@exercise.mistake(
    "dz를 열에 맞춰 곱함",
    by=as_many_features,
    says="형상이 (N,)인 dz를 x에 그대로 곱했습니다. 브로드캐스팅은 dz를 샘플이 아니라 특성의 축에 맞춥니다. dz[:, None]으로 세우거나 행렬 곱을 쓰세요.",
    see="기울기는 (p − y)x입니다",
)
def along_features(x, y, w, b):
    return (x * (sigmoid(x @ w + b) - y)).mean(axis=0)


@exercise.mistake(
    "N으로 나누지 않음",
    by=ordinary,
    says="샘플마다의 기울기를 더하기만 했습니다. 손실이 평균이므로 기울기도 샘플 수 N으로 나눠야 합니다.",
    see="기울기는 (p − y)x입니다",
)
def summed(x, y, w, b):
    return x.T @ (sigmoid(x @ w + b) - y)


@exercise.mistake(
    "N으로 두 번 나눔",
    by=ordinary,
    says="샘플 수로 두 번 나눴습니다. dz에서 나눴으면 다 더한 뒤에는 나누지 않습니다.",
    see="기울기는 (p − y)x입니다",
)
def divided_twice(x, y, w, b):
    return weight_gradient(x, y, w, b) / len(y)


@exercise.mistake(
    "정답에서 확률을 뺌",
    by=ordinary,
    says="부호가 반대입니다. 이 기울기로 내려가면 손실이 커집니다. 확률에서 정답을 뺀 p - y여야 합니다.",
    see="기울기는 (p − y)x입니다",
)
def reversed_sign(x, y, w, b):
    return -weight_gradient(x, y, w, b)


@exercise.mistake(
    "p(1 - p)를 한 번 더 곱함",
    by=numeric,
    says="시그모이드의 미분 p(1-p)를 한 번 더 곱했습니다. 교차 엔트로피에서는 약분되어 없어집니다. 남아 있으면 크게 틀린 곳에서 기울기가 사라지는 제곱 오차와 같은 문제가 생깁니다.",
    see="제곱 오차로 재면 안 될까요?",
)
def times_slope(x, y, w, b):
    p = sigmoid(x @ w + b)
    return x.T @ ((p - y) * p * (1 - p)) / len(y)


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
    return x.T @ ((x @ w + b > 0) - y) / len(y)


@exercise.mistake(
    "특성까지 평균",
    by=ordinary,
    says="특성의 축까지 더해 수 하나로 뭉쳤습니다. 가중치마다 기울기가 하나씩 있으므로 결과는 w와 같은 (D,)입니다.",
    see="기울기는 (p − y)x입니다",
)
def one_number(x, y, w, b):
    return np.mean(x * (sigmoid(x @ w + b) - y)[:, None])
