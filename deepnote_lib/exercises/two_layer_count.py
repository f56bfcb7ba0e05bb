"""매개변수의 수: 이웃한 두 크기마다 가중치와 편향을 센다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "층마다의 크기로 매개변수 세기",
    section="backprop/two-layer",
    level="core",
    minutes=5,
    task=r"""
    층의 크기를 입력 쪽부터 받아 매개변수의 수를 반환하는 `count_parameters(*sizes)`를 완성하세요. 이웃한 두 크기 사이마다 아핀 층이 하나 있고, 층이 몇 개든 세어야 합니다. `count_parameters(784, 20, 10)`은 15,910입니다.
    """,
    starter="""
    def count_parameters(*sizes):
        # 여기를 채우세요
        return 0
    """,
    hints=(
        "이웃한 두 크기를 하나씩 짝지어 보세요. 짝마다 가중치 행렬 하나와 편향 벡터 하나가 있습니다. 편향은 몇 개일까요?",
        r"이웃 $(n_{\text{in}}, n_{\text{out}})$마다 $n_{\text{in}} n_{\text{out}} + n_{\text{out}} = (n_{\text{in}} + 1)\, n_{\text{out}}$개이고, 이것을 모두 더합니다.",
    ),
)


@exercise.answer
def count_parameters(*sizes):
    total = 0
    for k in range(1, len(sizes)):
        total += (sizes[k - 1] + 1) * sizes[k]
    return total


# 검사: 배열을 정말로 만들어 센 수 ---------------------------------------------------------


def counted(sizes):
    """모델의 배열을 만들어 센 칸의 수."""
    weights = [np.empty(sizes[k - 1 : k + 1]) for k in range(1, len(sizes))]
    biases = [np.empty(size) for size in sizes[1:]]
    return sum(array.size for array in [*weights, *biases])


def two_layers(rng, n):
    if n == 4:
        return ((784, 20, 10),)
    return (tuple(int(size) for size in rng.permutation(np.arange(2, 8))[:3]),)


def one_layer(rng, n):
    return ((int(rng.integers(2, 9)), n),)


def deep(rng, n):
    return (tuple(int(size) for size in rng.integers(1, 9, size=n + 3)),)


@exercise.holds("2층 신경망의 매개변수를 셉니다", two_layers, sizes=(1, 2, 3, 4))
def two(f, sizes):
    return f(*sizes), counted(sizes)


@exercise.holds("층이 하나여도 셉니다", one_layer, sizes=(1, 2, 3))
def one(f, sizes):
    return f(*sizes), counted(sizes)


@exercise.holds("층이 셋보다 많아도 셉니다", deep)
def more(f, sizes):
    return f(*sizes), counted(sizes)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "편향 누락",
    by=two,
    says="가중치만 세고 편향을 뺐습니다. 편향도 훈련하는 매개변수이고, 층마다 출력의 수만큼 있습니다.",
    see="수치 미분과 나란히 놓기",
)
def weights_only(*sizes):
    return sum(sizes[k - 1] * sizes[k] for k in range(1, len(sizes)))


@exercise.mistake(
    "편향을 입력의 수만큼",
    by=two,
    says="편향을 입력의 수만큼 셌습니다. 편향은 출력 뉴런마다 하나이므로 출력의 수만큼 있습니다.",
    see="앞으로 갔다가 뒤로 돌아오기",
)
def biases_of_inputs(*sizes):
    return sum(sizes[k - 1] * (sizes[k] + 1) for k in range(1, len(sizes)))


@exercise.mistake(
    "층마다 편향 하나",
    by=two,
    says="층마다 편향을 하나만 셌습니다. 편향은 수 하나가 아니라 출력의 수만큼 긴 벡터입니다.",
    see="앞으로 갔다가 뒤로 돌아오기",
)
def one_bias_a_layer(*sizes):
    return sum(sizes[k - 1] * sizes[k] + 1 for k in range(1, len(sizes)))


@exercise.mistake(
    "2층만",
    by=more,
    says="앞의 크기 셋만 보고 2층 신경망의 식을 썼습니다. 층이 몇 개든 세려면 이웃한 크기를 모두 돌아야 합니다.",
    see="수치 미분과 나란히 놓기",
)
def first_three(*sizes):
    D, H, K = sizes[:3]
    return (D + 1) * H + (H + 1) * K
