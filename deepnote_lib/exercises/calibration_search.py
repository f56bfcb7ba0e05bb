"""격자 없이 온도 찾기: 골짜기가 하나이면 셋으로 나눠 한쪽을 버릴 수 있다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise, code_of


def nll(z, y):
    z = z - z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])


exercise = Exercise(
    "격자 없이 온도 찾기",
    section="softmax/calibration",
    level="advanced",
    minutes=20,
    task=r"""
    NLL의 골짜기가 하나이므로 삼분 탐색을 쓸 수 있습니다. 검증 데이터의 로짓 `z` $(N, K)$와 정답 `y` $(N,)$을 받아 NLL이 가장 작은 온도 $T$를 수 하나로 반환하는 `search_temperature(z, y)`를 완성하세요. $u = \log T$의 범위를 $[-3, 3]$으로 두고, 3등분한 두 점의 NLL을 비교해 **더 큰 쪽의 바깥** 3분의 1을 버리는 일을 60번 되풀이합니다. `nll(z, y)`는 적혀 있습니다.
    """,
    starter=code_of(nll)
    + """

def search_temperature(z, y):
    low, high = -3.0, 3.0
    for _ in range(60):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        # 여기를 채우세요: 어느 쪽을 버릴까요?
        break
    return float(np.exp((low + high) / 2))
""",
    hints=(
        "왼쪽 점에서 NLL이 더 크면 골짜기는 그 점의 왼쪽에 있을까요, 오른쪽에 있을까요? 온도 $T$에서의 로짓은 $z / T$입니다.",
        r"$L(e^{u_{\text{왼}}}) > L(e^{u_{\text{오}}})$이면 골짜기는 왼쪽 점의 오른쪽에 있으므로 아래 끝을 왼쪽 점으로 옮깁니다. 아니면 위 끝을 오른쪽 점으로 옮깁니다. 여기서 $L(T)$는 `nll(z / T, y)`입니다.",
    ),
)


@exercise.answer
def search_temperature(z, y):
    low, high = -3.0, 3.0
    for _ in range(60):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if nll(z / np.exp(left), y) > nll(z / np.exp(right), y):
            low = left
        else:
            high = right
    return float(np.exp((low + high) / 2))


# 검사 ------------------------------------------------------------------------------------

# 골짜기의 밑은 평평해서, 온도는 NLL의 유효한 자릿수의 절반까지만 정해진다. float32이면 두세 자리이다.
FLAT = 5e-3


def two_classes(rng, n):
    """로짓의 차이가 모두 d이고, n + 2개 가운데 하나만 틀렸다."""
    d = float(rng.integers(1, 5))
    z = np.array([[d, 0.0]]) if rng.integers(2) else np.array([[0.0, d]])
    y = np.full(n + 2, z.argmax())
    y[rng.integers(n + 2)] = z.argmin()
    return np.tile(z, (n + 2, 1)), y


def some_wrong(rng, n):
    """셋 가운데 둘은 맞고 하나는 2등이 정답이다. 그러면 골짜기가 범위 안에 있다."""
    z = rng.normal(scale=2, size=(3 * n, 3)).round(1)
    order = np.argsort(-z, axis=1)
    return z, np.where(np.arange(3 * n) % 3 == 2, order[:, 1], order[:, 0])


def one_sided(rng, n):
    """n = 1이면 모두 맞히고, 2이면 모두 꼴찌가 정답이다."""
    y = rng.integers(3, size=n)
    gap = rng.choice([0.2, 0.3, 0.4], size=(n, 1)) * (1 if n == 1 else -1)
    return np.where(np.arange(3) == y[:, None], gap, 0.0), y


@exercise.holds(
    "로짓의 차이가 모두 같으면 식으로 구한 온도와 같습니다",
    two_classes,
    sizes=(1, 3),
    tolerance=FLAT,
)
def closed_form(f, z, y):
    return f(z, y), np.ptp(z[0]) / np.log(len(y) - 1)  # σ(d/T) = (N − 1)/N


@exercise.same("NLL이 가장 작은 온도를 찾습니다", some_wrong, sizes=(2,), tolerance=FLAT)
def ordinary(f, z, y):
    return f(z, y)


@exercise.holds("로짓을 두 배로 하면 온도도 두 배입니다", some_wrong, sizes=(2,), tolerance=FLAT)
def doubled(f, z, y):
    return f(2 * z, y), 2 * f(z, y)


@exercise.holds(
    "모두 맞히면 범위의 아래 끝, 모두 꼴찌가 정답이면 위 끝으로 갑니다",
    one_sided,
    sizes=(1, 2),
    tolerance=FLAT,
)
def ends(f, z, y):
    return f(z, y), np.exp(-3.0 if z.max() > 0 else 3.0)


# 흔한 오답 -------------------------------------------------------------------------------


def searched(loss):
    """손실 loss(u)를 가장 작게 하는 u의 삼분 탐색."""
    low, high = -3.0, 3.0
    for _ in range(60):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if loss(left) > loss(right):
            low = left
        else:
            high = right
    return (low + high) / 2


@exercise.mistake(
    "온도를 곱함",
    by=doubled,
    says="로짓을 온도로 나누지 않고 곱했습니다. 그러면 온도의 역수가 나옵니다. 1보다 큰 온도가 확률을 고르게 하는지 확인하세요.",
    see="온도로 바로잡기",
)
def multiplied(z, y):
    return float(np.exp(searched(lambda u: nll(z * np.exp(u), y))))


@exercise.mistake(
    "골짜기를 버림",
    by=ordinary,
    says="NLL이 더 작은 쪽의 바깥을 버렸습니다. 그러면 골짜기가 든 쪽을 버리게 되어 범위의 끝으로 갑니다.",
    see="온도로 바로잡기",
)
def kept_the_worse(z, y):
    return float(np.exp(searched(lambda u: -nll(z / np.exp(u), y))))


@exercise.mistake(
    "정확도로 고름",
    by=ordinary,
    says="NLL 대신 정확도로 온도를 골랐습니다. 온도는 1등을 바꾸지 않아서 정확도가 어디서나 같고, 탐색은 한쪽 끝으로 갑니다.",
    see="온도로 바로잡기",
)
def by_accuracy(z, y):
    return float(np.exp(searched(lambda u: np.mean((z / np.exp(u)).argmax(axis=1) != y))))


@exercise.mistake(
    "log T를 반환",
    by=closed_form,
    says="탐색한 u = log T를 그대로 반환했습니다. 온도는 `np.exp(u)`입니다. 음수가 나왔다면 온도일 수 없습니다.",
    see="온도로 바로잡기",
)
def log_temperature(z, y):
    return float(searched(lambda u: nll(z / np.exp(u), y)))


@exercise.mistake(
    "확률을 온도로 나눔",
    by=doubled,
    says="로짓이 아니라 소프트맥스를 지난 확률을 온도로 나눴습니다. 소프트맥스를 두 번 하는 셈이라 오류 없이 다른 온도가 나옵니다.",
    see="맞추다가 틀리는 곳",
)
def divided_probability(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return float(np.exp(searched(lambda u: nll(p / np.exp(u), y))))
