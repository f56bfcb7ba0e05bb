"""층을 하나 더: 입력 쪽으로 한 층 갈 때마다 같은 줄이 되풀이된다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise, code_of
from deepnote_lib.gradcheck import numerical_gradient


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def deeper_forward(Ws, x):
    h1 = sigmoid(x @ Ws[0])
    h2 = sigmoid(h1 @ Ws[1])
    return h1, h2, h2 @ Ws[2]


GIVEN = (sigmoid, softmax, deeper_forward)

exercise = Exercise(
    "층을 하나 더",
    section="backprop/two-layer",
    level="core",
    minutes=15,
    task=r"""
    은닉층이 둘인 신경망 $D$-$H_1$-$H_2$-$K$의 순전파가 아래에 있습니다. 손실은 교차 엔트로피의 배치 평균이고, 편향은 모두 0이라 뺐습니다. 가중치의 목록 `Ws`, 입력 `x`, 정수 레이블 `y`를 받아 세 가중치의 기울기를 목록 `[dW1, dW2, dW3]`으로 반환하는 `deeper_gradient(Ws, x, y)`를 완성하세요. 출발 코드는 마지막 층만 맞습니다.
    """,
    starter="\n\n".join([code_of(one) for one in GIVEN])
    + """

def deeper_gradient(Ws, x, y):
    h1, h2, z3 = deeper_forward(Ws, x)
    dz3 = (softmax(z3) - np.eye(z3.shape[1])[y]) / len(y)
    # 여기를 채우세요: dz2와 dz1
    return [np.zeros_like(Ws[0]), np.zeros_like(Ws[1]), h2.T @ dz3]
""",
    hints=(
        "형상부터 적으세요. `dz3`은 $(N, K)$, `dz2`는 $(N, H_2)$, `dz1`은 $(N, H_1)$입니다. 한 층 입력 쪽으로 갈 때 곱할 것은 무엇과 무엇일까요?",
        r"$\frac{\partial L}{\partial z_2} = \bigl(\frac{\partial L}{\partial z_3} W_3^\top\bigr) \odot h_2 \odot (1 - h_2)$이고, $z_1$은 여기에서 번호를 하나씩 줄인 것입니다. 가중치의 기울기는 그 층의 입력을 전치해 앞에 곱합니다.",
    ),
)


@exercise.answer
def deeper_gradient(Ws, x, y):
    h1, h2, z3 = deeper_forward(Ws, x)
    dz3 = (softmax(z3) - np.eye(z3.shape[1])[y]) / len(y)
    dz2 = dz3 @ Ws[2].T * h2 * (1 - h2)
    dz1 = dz2 @ Ws[1].T * h1 * (1 - h1)
    return [x.T @ dz1, h1.T @ dz2, h2.T @ dz3]


# 검사 ------------------------------------------------------------------------------------


def network(rng, n_samples, *sizes):
    weights = [rng.normal(size=sizes[k : k + 2]).round(1) for k in range(3)]
    x = rng.normal(size=(n_samples, sizes[0])).round(1)
    return *weights, x, rng.integers(0, sizes[-1], n_samples)


def one_sample(rng, n):
    return network(rng, 1, *rng.permutation([1, 2, 3]), 2)


def batch(rng, n):
    return network(rng, n, *rng.permutation([2, 3, 4, 5]))


def square(rng, n):
    return network(rng, n, n, n, n, n)


@exercise.same("샘플 하나의 세 기울기가 맞습니다", one_sample, sizes=(1, 2))
def single(f, W1, W2, W3, x, y):
    return f([W1, W2, W3], x, y)


@exercise.same("배치의 세 기울기가 맞습니다", batch, sizes=(2, 3, 5))
def batches(f, W1, W2, W3, x, y):
    return f([W1, W2, W3], x, y)


@exercise.same("크기가 모두 같은 신경망에서도 세 기울기가 맞습니다", square, sizes=(2, 3))
def squares(f, W1, W2, W3, x, y):
    return f([W1, W2, W3], x, y)


@exercise.holds("세 기울기가 수치 미분과 같습니다", batch, sizes=(2,), tolerance=1e-6)
def numeric(f, W1, W2, W3, x, y):
    Ws = [W1, W2, W3]

    def loss(_):
        p = softmax(deeper_forward(Ws, x)[2])
        return -np.log(p[np.arange(len(y)), y]).mean()

    return f(Ws, x, y), [numerical_gradient(loss, W) for W in Ws]


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "시그모이드의 미분 누락",
    by=batches,
    says="가중치의 전치만 곱하고 h(1−h)를 곱하지 않았습니다. 아핀 층을 지난 기울기는 시그모이드도 지나야 합니다.",
    see="앞으로 갔다가 뒤로 돌아오기",
)
def no_sigmoid(Ws, x, y):
    h1, h2, z3 = deeper_forward(Ws, x)
    dz3 = (softmax(z3) - np.eye(z3.shape[1])[y]) / len(y)
    dz2 = dz3 @ Ws[2].T
    dz1 = dz2 @ Ws[1].T
    return [x.T @ dz1, h1.T @ dz2, h2.T @ dz3]


@exercise.mistake(
    "z(1−z)를 곱함",
    by=batches,
    says="h(1−h) 대신 활성화 이전의 값으로 z(1−z)를 곱했습니다. 시그모이드의 미분은 출력으로 적습니다.",
    see="backprop/layerwise#“시그모이드의 미분은 x(1−x)”",
)
def of_input(Ws, x, y):
    h1, h2, z3 = deeper_forward(Ws, x)
    z1, z2 = x @ Ws[0], h1 @ Ws[1]
    dz3 = (softmax(z3) - np.eye(z3.shape[1])[y]) / len(y)
    dz2 = dz3 @ Ws[2].T * z2 * (1 - z2)
    dz1 = dz2 @ Ws[1].T * z1 * (1 - z1)
    return [x.T @ dz1, h1.T @ dz2, h2.T @ dz3]


@exercise.mistake(
    "층마다 N으로 나눔",
    by=batches,
    says="층을 지날 때마다 샘플 수로 나누었습니다. 평균의 1/N은 손실의 기울기에 이미 들어 있어 한 번이면 됩니다.",
    see="backprop/layerwise#틀린 아핀 층 셋",
)
def divided_again(Ws, x, y):
    dW1, dW2, dW3 = deeper_gradient(Ws, x, y)
    return [dW1 / len(y) ** 2, dW2 / len(y), dW3]


@exercise.mistake(
    "전치 누락",
    by=squares,
    says="입력 쪽으로 건너갈 때 가중치를 전치하지 않았습니다. 크기가 모두 같은 신경망에서는 오류도 나지 않습니다.",
    see="backprop/layerwise#둘째, 형상 장부로",
)
def no_transpose(Ws, x, y):
    h1, h2, z3 = deeper_forward(Ws, x)
    dz3 = (softmax(z3) - np.eye(z3.shape[1])[y]) / len(y)
    dz2 = dz3 @ Ws[2] * h2 * (1 - h2)
    dz1 = dz2 @ Ws[1] * h1 * (1 - h1)
    return [x.T @ dz1, h1.T @ dz2, h2.T @ dz3]


@exercise.mistake(
    "층의 입력 대신 출력",
    by=squares,
    says="가중치의 기울기를 그 층의 출력으로 구했습니다. 곱할 것은 그 층이 받은 입력이라서 번호가 하나 작습니다.",
    see="앞으로 갔다가 뒤로 돌아오기",
)
def of_outputs(Ws, x, y):
    h1, h2, z3 = deeper_forward(Ws, x)
    dz3 = (softmax(z3) - np.eye(z3.shape[1])[y]) / len(y)
    dz2 = dz3 @ Ws[2].T * h2 * (1 - h2)
    dz1 = dz2 @ Ws[1].T * h1 * (1 - h1)
    return [h1.T @ dz1, h2.T @ dz2, h2.T @ dz3]
