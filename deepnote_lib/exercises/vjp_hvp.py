"""헤세-벡터 곱: 기울기를 벡터 쪽으로 앞뒤로 흔들면 헤세 행렬을 만들지 않고 곱을 얻는다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "헤세 행렬을 만들지 않는 헤세-벡터 곱",
    section="backprop/graph",
    level="advanced",
    minutes=20,
    task=r"""
    헤세 행렬 $H$는 손실을 두 번 미분한 값의 행렬이라, 매개변수가 $n$개이면 칸이 $n^2$개입니다. 그런데 방향 하나의 곡률을 아는 데 필요한 것은 $H$가 아니라 **헤세-벡터 곱**(Hessian–vector product) $Hv$입니다. 기울기를 구하는 함수 `gradient`만 써서 $Hv$를 반환하는 `hvp(gradient, x, v)`를 만드세요. 세 가지를 지킵니다.

    - `gradient`는 $n$이 얼마이든 두 번까지만 호출합니다.
    - `v`가 아주 길거나 아주 짧아도 정확도가 같습니다.
    - `v`가 영벡터이면 영벡터를 반환합니다.
    """,
    starter="""
    def hvp(gradient, x, v, h=1e-5):
        # 여기를 고치세요: 이 행렬을 만들지 않는다
        H = np.zeros((len(x), len(x)))
        for i, e in enumerate(np.eye(len(x))):
            H[:, i] = (gradient(x + h * e) - gradient(x - h * e)) / (2 * h)
        return H @ v
    """,
    hints=(
        "출발 코드는 좌표축마다 기울기를 앞뒤로 흔듭니다. 좌표축 대신 무엇을 따라 흔들면 한 번에 끝날까요? 흔드는 거리가 `v`의 길이에 따라 달라지면 무엇이 나빠질까요?",
        r"길이가 1인 방향 $u = v / \lVert v \rVert$을 따라 $Hu \approx \bigl( \nabla L(x + hu) - \nabla L(x - hu) \bigr) / (2h)$입니다. $Hv$는 여기에 $\lVert v \rVert$을 곱한 것입니다.",
    ),
)


@exercise.answer
def hvp(gradient, x, v, h=1e-5):
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros_like(x)
    u = v / length
    slope = (gradient(x + h * u) - gradient(x - h * u)) / (2 * h)
    return length * slope


# 검사: 헤세 행렬을 아는 손실 둘 ------------------------------------------------------------


class Bowl:
    """L = ½ xᵀAx. 기울기는 Ax, 헤세 행렬은 A이다. 기울기를 호출한 횟수를 센다."""

    def __init__(self, A):
        self.A, self.calls = A, 0

    def __call__(self, x):
        self.calls += 1
        return self.A @ x


def log_sum_exp(x):
    """L = log Σ exp(x)의 기울기인 소프트맥스."""
    e = np.exp(x)
    return e / e.sum()


def curved(x, v):
    p = log_sum_exp(x)
    return p * (v - p @ v)


def bowl(rng, n):
    half = rng.normal(size=(n, n)).round(1)
    return half + half.T, rng.normal(size=n).round(1), rng.normal(size=n).round(1) + 0.05


def point(rng, n):
    return rng.normal(size=n + 1).round(1), rng.normal(size=n + 1).round(1) + 0.05


def any_length(rng, n):
    x, v = point(rng, n)
    return x, v * (1e4, 1e-6, 1e8, 1e-9)[n - 1]


def axis(rng, n):
    return rng.normal(size=n + 1).round(1), np.eye(n + 1)[int(rng.integers(n + 1))]


@exercise.holds("포물면에서 Hv가 행렬의 곱과 같습니다", bowl, tolerance=1e-6)
def on_a_bowl(f, A, x, v):
    return f(Bowl(A), x, v), A @ v


@exercise.holds("로그-합-지수에서 Hv가 손으로 구한 것과 같습니다", point, tolerance=1e-6)
def on_a_curve(f, x, v):
    return f(log_sum_exp, x, v), curved(x, v)


@exercise.holds("좌표축의 방향이면 헤세 행렬의 열이 나옵니다", axis, sizes=(1, 2), tolerance=1e-6)
def columns(f, x, v):
    return f(log_sum_exp, x, v), curved(x, v)


@exercise.holds(
    "v가 아주 길거나 짧아도 상대 오차가 그대로입니다",
    any_length,
    sizes=(1, 2, 3, 4),
    tolerance=1e-6,
)
def scaled(f, x, v):
    size = np.abs(v).max()
    return f(log_sum_exp, x, v) / size, curved(x, v / size)


@exercise.holds("기울기를 두 번까지만 호출합니다", bowl, sizes=(3, 4, 5))
def calls(f, A, x, v):
    loss = Bowl(A)
    f(loss, x, v)
    name = "기울기를 호출한 횟수(한도 2번)"
    return {name: max(loss.calls, 2)}, {name: 2}


@exercise.holds("v가 영벡터이면 영벡터입니다", bowl, sizes=(1, 2))
def zero(f, A, x, v):
    return f(Bowl(A), x, 0 * v), 0 * x


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "헤세 행렬을 통째로",
    by=calls,
    says="좌표축마다 기울기를 흔들어 헤세 행렬을 모두 채웠습니다. 곱은 맞지만 기울기를 매개변수 수의 두 배만큼 호출합니다.",
    see="수 대신 배열이 흐르면",
)
def whole_matrix(gradient, x, v, h=1e-5):
    columns = [(gradient(x + h * e) - gradient(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    return np.array(columns).T @ v


@exercise.mistake(
    "v의 길이를 그대로",
    by=scaled,
    says="`h * v`만큼 흔들었습니다. `v`가 길면 너무 멀리 가서 절단 오차가 커지고, 짧으면 반올림만 남습니다. 길이가 1인 방향으로 흔들고 나중에 길이를 곱하세요.",
    see="backprop/numerical#정답을 아는 함수로 오차 측정하기",
)
def unscaled(gradient, x, v, h=1e-5):
    return (gradient(x + h * v) - gradient(x - h * v)) / (2 * h)


@exercise.mistake(
    "길이를 되곱하지 않음",
    by=on_a_bowl,
    says="방향의 길이를 1로 바꾼 뒤 원래 길이를 되곱하지 않았습니다. 구한 것은 `v` 쪽의 단위벡터에 헤세 행렬을 곱한 값입니다.",
    see="출력에서부터일까요, 입력에서부터일까요?",
)
def not_scaled_back(gradient, x, v, h=1e-5):
    length = np.linalg.norm(v)
    return hvp(gradient, x, v, h) / length if length else np.zeros_like(x)


@exercise.mistake(
    "영벡터를 나눔",
    by=zero,
    says="`v`의 길이로 나누기 전에 길이가 0인지 보지 않았습니다. 0을 0으로 나누어 `nan`이 됩니다.",
    see="backprop/gradient-check#나누기만 하면 될까요?",
)
def divided_by_zero(gradient, x, v, h=1e-5):
    length = np.linalg.norm(v)
    u = v / length
    return length * (gradient(x + h * u) - gradient(x - h * u)) / (2 * h)


@exercise.mistake(
    "짧으면 영벡터로",
    by=scaled,
    says="길이가 정해 둔 수보다 작으면 영벡터를 반환했습니다. 영벡터는 길이가 꼭 0인 것뿐이고, 짧은 벡터의 곱은 짧을 뿐 0이 아닙니다.",
    see="backprop/gradient-check#10만분의 1보다 작으면 통과?",
)
def short_is_zero(gradient, x, v, h=1e-5):
    return np.zeros_like(x) if np.linalg.norm(v) < 1e-8 else hvp(gradient, x, v, h)


@exercise.mistake(
    "모든 좌표를 함께 흔듦",
    by=on_a_bowl,
    says="모든 좌표를 똑같이 흔들고 결과에 `v`를 곱했습니다. 그것은 헤세 행렬의 행마다의 합입니다. `v` 쪽으로 흔들어야 합니다.",
    see="출력에서부터일까요, 입력에서부터일까요?",
)
def all_together(gradient, x, v, h=1e-5):
    return v * (gradient(x + h) - gradient(x - h)) / (2 * h)


@exercise.mistake(
    "2h 대신 h로 나눔",
    by=on_a_bowl,
    says="앞뒤로 흔들고도 `h`로만 나누었습니다. 두 점의 거리는 `2h`이므로 결과가 두 배입니다.",
    see="backprop/numerical#오차는 두 곳에서 옵니다",
)
def doubled(gradient, x, v, h=1e-5):
    return 2 * hvp(gradient, x, v, h)
