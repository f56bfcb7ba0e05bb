"""혼동 행렬: 정답은 행, 예측은 열이고, 같은 착각이 거듭되면 거듭 센다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "혼동 행렬에서 가장 잦은 착각 찾기",
    section="softmax/digits",
    level="core",
    minutes=15,
    task=r"""
    정답 `y` $(N,)$, 예측 `predicted` $(N,)$, 클래스의 수 `K`를 받아 `cm, i, j`를 반환하는 `most_confused(y, predicted, K)`를 완성하세요. `cm`은 정답이 행, 예측이 열인 $(K, K)$ 혼동 행렬이고, `i`와 `j`는 가장 잦은 착각의 정답과 예측입니다. 맞힌 것은 착각이 아니며, 8을 1로 읽은 것과 1을 8로 읽은 것은 다른 착각입니다. 틀린 그림은 적어도 한 장 있고, 가장 잦은 착각은 하나뿐입니다.
    """,
    starter="""
    def most_confused(y, predicted, K):
        cm = np.zeros((K, K), dtype=int)
        # 여기를 채우세요: 그림마다 한 칸에 1을 더하고, 대각선 밖에서 가장 큰 칸을 찾는다
        return cm, 0, 0
    """,
    hints=(
        "그림 한 장은 정답과 예측이 가리키는 칸 하나에 1을 더합니다. 가장 잦은 **착각**을 찾을 때는 어느 칸들을 빼고 보아야 할까요?",
        r"$cm_{ij}$는 $y_n = i$이고 예측이 $j$인 그림의 수입니다. 대각선을 뺀 행렬은 `cm - np.diag(np.diag(cm))`이고, `np.unravel_index(a.argmax(), a.shape)`가 가장 큰 칸의 행과 열입니다.",
    ),
)


@exercise.answer
def most_confused(y, predicted, K):
    cm = np.zeros((K, K), dtype=int)
    for n in range(len(y)):
        cm[y[n], predicted[n]] += 1
    off = cm - np.diag(np.diag(cm))
    i, j = np.unravel_index(off.argmax(), off.shape)
    return cm, int(i), int(j)


# 검사 ------------------------------------------------------------------------------------


def readings(rng, n):
    K = int(rng.integers(2, 4))
    y, predicted = rng.integers(K, size=(2, 2 * n))
    predicted[0] = (y[0] + 1) % K  # 적어도 한 장은 틀린다
    return y, predicted, K


def with_unused_classes(rng, n):
    y, predicted, K = readings(rng, n)
    return y, predicted, K + 2


def one_way(rng, n):
    """a를 b로만 n + 1번, c와 d는 서로 n번씩 틀린다. 한 장뿐인 e는 언제나 틀린다."""
    a, b, c, d, e = rng.permutation(5)
    pairs = [(a, b)] * (n + 1) + [(c, d), (d, c)] * n + [(a, a)] * (n + 2)
    pairs += [(c, c), (d, d), (e, a)]
    y, predicted = rng.permutation(pairs).T
    return y, predicted, 5


@exercise.same("정답이 행, 예측이 열인 표가 맞습니다", readings, shows="cm")
def table(f, y, predicted, K):
    return f(y, predicted, K)[0]


@exercise.same(
    "데이터에 없는 클래스의 행과 열도 있습니다", with_unused_classes, sizes=(1, 2), shows="cm"
)
def unused(f, y, predicted, K):
    return f(y, predicted, K)[0]


@exercise.holds("표의 행을 더하면 정답의 수입니다", one_way, sizes=(1, 2, 3), shows="행의 합")
def rows(f, y, predicted, K):
    return f(y, predicted, K)[0].sum(axis=1), np.bincount(y, minlength=K)


@exercise.same("가장 잦은 착각의 정답과 예측을 찾습니다", one_way, sizes=(2, 3))
def worst(f, y, predicted, K):
    return dict(zip("ij", f(y, predicted, K)[1:], strict=False))


# 흔한 오답 -------------------------------------------------------------------------------


def counted(y, predicted, K):
    cm = np.zeros((K, K), dtype=int)
    np.add.at(cm, (y, predicted), 1)
    return cm


def largest(a):
    i, j = np.unravel_index(a.argmax(), a.shape)
    return int(i), int(j)


def without_diagonal(cm):
    return cm - np.diag(np.diag(cm))


@exercise.mistake(
    "행과 열을 바꿈",
    by=rows,
    says="정답을 열에, 예측을 행에 두었습니다. 이 책은 정답이 행이라, 행을 더하면 그 숫자가 몇 장인지 나옵니다.",
    see="무엇을 무엇으로 착각할까요?",
)
def turned(y, predicted, K):
    cm = counted(predicted, y, K)
    return cm, *largest(without_diagonal(cm))


@exercise.mistake(
    "거듭된 칸을 한 번만 셈",
    by=rows,
    says="`cm[y, predicted] += 1`은 같은 칸이 여러 번 나와도 한 번만 더합니다. 그림마다 더하는 반복문이나 `np.add.at`을 쓰세요.",
    see="무엇을 무엇으로 착각할까요?",
)
def counted_once(y, predicted, K):
    cm = np.zeros((K, K), dtype=int)
    cm[y, predicted] += 1
    return cm, *largest(without_diagonal(cm))


@exercise.mistake(
    "맞힌 것까지 비교",
    by=worst,
    says="대각선까지 넣고 가장 큰 칸을 찾았습니다. 대각선은 맞힌 그림의 수이므로 빼고 찾으세요.",
    see="무엇을 무엇으로 착각할까요?",
)
def with_diagonal(y, predicted, K):
    cm = counted(y, predicted, K)
    return cm, *largest(cm)


@exercise.mistake(
    "두 방향을 더함",
    by=worst,
    says="서로 헷갈린 두 방향을 더해 비교했습니다. 한 방향으로만 잦은 착각을 놓칩니다. 틀림에는 방향이 있으므로 칸마다 따로 보세요.",
    see="무엇을 무엇으로 착각할까요?",
)
def both_ways(y, predicted, K):
    cm = counted(y, predicted, K)
    off = without_diagonal(cm)
    return cm, *largest(np.triu(off + off.T))


@exercise.mistake(
    "비율로 비교",
    by=worst,
    says="칸을 행의 합으로 나눈 비율로 골랐습니다. 그러면 한 장뿐인 클래스의 실수 하나가 100%가 됩니다. 가장 잦은 착각은 횟수로 고르세요.",
    see="무엇을 무엇으로 착각할까요?",
)
def by_rate(y, predicted, K):
    cm = counted(y, predicted, K)
    rate = cm / np.maximum(cm.sum(axis=1, keepdims=True), 1)
    return cm, *largest(without_diagonal(rate))


@exercise.mistake(
    "클래스의 수를 데이터에서 셈",
    by=unused,
    says="표의 크기를 데이터에 나온 가장 큰 번호로 정했습니다. 이번 데이터에 없는 클래스도 자기 행과 열이 있어야 합니다. `K`를 쓰세요.",
    see="형상 장부",
)
def only_seen(y, predicted, K):
    cm = counted(y, predicted, int(max(y.max(), predicted.max())) + 1)
    return cm, *largest(without_diagonal(cm))
