"""전진 차분: 흔들지 않은 손실은 한 번만 구하고, 흔든 매개변수는 그대로 되돌린다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise, code_of


def nudged(loss, params, w, i, step):
    kept = w[i]
    w[i] = kept + step
    try:
        return loss(params)
    finally:
        w[i] = kept  # 오류가 나도 되돌린다


exercise = Exercise(
    "절반의 값으로",
    section="backprop/numerical",
    level="core",
    minutes=10,
    task=r"""
    전진 차분은 흔들지 않은 손실을 한 번만 구해 다시 쓰므로 순전파가 $2P$번이 아니라 $P + 1$번입니다. 매개변수의 딕셔너리 `params`를 받아 이름마다 같은 형상의 기울기를 담은 딕셔너리를 반환하는 `forward_gradients(loss, params, h)`를 만드세요. `loss(params)`가 순전파 한 번이고, `nudged`는 한 칸만 흔든 손실을 반환합니다. 끝난 뒤의 매개변수는 비트까지 처음과 같아야 합니다. 완성한 뒤에는 오차를 보고, 절반의 값이 아까운지 판단해 보세요.
    """,
    starter=code_of(nudged)
    + """

def forward_gradients(loss, params, h=1e-8):
    grads = {name: np.zeros(w.shape) for name, w in params.items()}
    # 여기를 채우세요
    return grads
""",
    hints=(
        "흔들지 않은 손실은 어느 칸을 흔들 때나 같은 값입니다. 그 값을 어디에서 구해야 한 번만 구하게 될까요?",
        r"칸마다 $\bigl( L(\theta + h e_i) - L(\theta) \bigr) / h$입니다. 한쪽으로만 흔들었으니 나누는 수는 $2h$가 아니라 $h$입니다.",
    ),
)


@exercise.answer
def forward_gradients(loss, params, h=1e-8):
    base = loss(params)
    grads = {name: np.zeros(w.shape) for name, w in params.items()}
    for name, w in params.items():
        for i in np.ndindex(w.shape):
            grads[name][i] = (nudged(loss, params, w, i, h) - base) / h
    return grads


# 검사: 손실은 모든 칸의 세제곱의 합이라 기울기를 손으로도 구할 수 있다 --------------------------


class Cubes:
    """모든 칸의 세제곱의 합. 호출한 횟수를 센다."""

    def __init__(self):
        self.calls = 0

    def __call__(self, params):
        self.calls += 1
        return float(sum(np.sum(w**3) for w in params.values()))


def parameters(rng, n):
    return rng.normal(size=(n, 2)).round(1), rng.normal(size=2).round(1)


def wide(rng, n):
    return *parameters(rng, n), (0.1, 0.5)[n % 2]


def away_from_zero(rng, n):
    return tuple(rng.uniform(0.5, 2, size=shape).round(1) for shape in ((n, 2), 2))


def unrounded(rng, n):  # h보다 작아서, 더했다가 빼면 끝자리를 잃는다
    return 0.1 * rng.normal(size=(n, 2)), 0.1 * rng.normal(size=2)


@exercise.holds("손실이 세제곱의 합이면 전진 차분은 3w² + 3wh + h²입니다", wide, sizes=(1, 2, 3))
def cubes(f, W, b, h):
    grads = f(Cubes(), {"W": W.copy(), "b": b.copy()}, h)
    return grads, {"W": 3 * W**2 + 3 * W * h + h**2, "b": 3 * b**2 + 3 * b * h + h**2}


@exercise.holds(
    "h를 주지 않으면 기울기가 3w²에 가깝습니다", away_from_zero, sizes=(1, 2, 3), tolerance=1e-4
)
def default_step(f, W, b):
    return f(Cubes(), {"W": W.copy(), "b": b.copy()}), {"W": 3 * W**2, "b": 3 * b**2}


@exercise.holds("순전파를 매개변수의 수보다 한 번만 더 합니다", parameters, sizes=(1, 2, 3))
def calls(f, W, b):
    loss = Cubes()
    f(loss, {"W": W.copy(), "b": b.copy()}, 1e-8)
    number = W.size + b.size
    name = f"순전파를 한 횟수(매개변수 {number}개)"
    return {name: loss.calls}, {name: number + 1}


@exercise.holds("끝난 뒤의 매개변수가 비트까지 처음과 같습니다", unrounded, sizes=(1, 2, 3))
def restored(f, W, b):
    params = {"W": W.copy(), "b": b.copy()}
    f(Cubes(), params, 0.5)
    moved = np.sum(params["W"] != W) + np.sum(params["b"] != b)
    return {"달라진 매개변수의 수": int(moved)}, {"달라진 매개변수의 수": 0}


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "2h로 나눔",
    by=cubes,
    says="한쪽으로만 흔들고도 `2h`로 나누었습니다. 그래서 모든 기울기가 절반입니다.",
    see="오차는 두 곳에서 옵니다",
)
def halved(loss, params, h=1e-8):
    return {name: g / 2 for name, g in forward_gradients(loss, params, h).items()}


@exercise.mistake(
    "중앙 차분",
    by=calls,
    says="앞뒤로 모두 흔들었습니다. 더 정확하지만 순전파를 매개변수마다 두 번 하는 중앙 차분입니다.",
    see="오차는 두 곳에서 옵니다",
)
def central(loss, params, h=1e-8):
    grads = {name: np.zeros(w.shape) for name, w in params.items()}
    for name, w in params.items():
        for i in np.ndindex(w.shape):
            up, down = nudged(loss, params, w, i, h), nudged(loss, params, w, i, -h)
            grads[name][i] = (up - down) / (2 * h)
    return grads


@exercise.mistake(
    "base를 반복문 안에서",
    by=calls,
    says="흔들지 않은 손실을 칸마다 다시 구했습니다. 기울기는 맞지만 순전파가 줄지 않았습니다. 반복문 밖에서 한 번만 구하세요.",
    see="갱신 한 번에 드는 값",
)
def base_again(loss, params, h=1e-8):
    grads = {name: np.zeros(w.shape) for name, w in params.items()}
    for name, w in params.items():
        for i in np.ndindex(w.shape):
            grads[name][i] = (nudged(loss, params, w, i, h) - loss(params)) / h
    return grads


@exercise.mistake(
    "되돌리지 않음",
    by=restored,
    says="흔든 값을 되돌리지 않았습니다. 그러면 뒤의 칸은 이미 달라진 매개변수에서 구한 값이 됩니다.",
    see="조용히 틀리는 경우와 고침",
)
def left_moved(loss, params, h=1e-8):
    base = loss(params)
    grads = {name: np.zeros(w.shape) for name, w in params.items()}
    for name, w in params.items():
        for i in np.ndindex(w.shape):
            w[i] += h
            grads[name][i] = (loss(params) - base) / h
    return grads


@exercise.mistake(
    "빼서 되돌림",
    by=restored,
    says="더한 `h`를 다시 빼서 되돌렸습니다. 더하고 뺄 때마다 반올림하므로 끝자리가 달라집니다. 처음 값을 담아 두었다가 넣으세요.",
    see="조용히 틀리는 경우와 고침",
)
def subtracted_back(loss, params, h=1e-8):
    base = loss(params)
    grads = {name: np.zeros(w.shape) for name, w in params.items()}
    for name, w in params.items():
        for i in np.ndindex(w.shape):
            w[i] += h
            grads[name][i] = (loss(params) - base) / h
            w[i] -= h
    return grads
