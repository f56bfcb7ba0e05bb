"""연산 다섯의 역전파: 국소 기울기에 뒤에서 온 기울기를 곱해 입력마다 넘긴다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "다섯 연산의 역전파",
    section="backprop/graph",
    level="core",
    minutes=15,
    task=r"""
    더하기, 곱하기, 큰 쪽, ReLU, 시그모이드의 역전파를 `local_backward(op, g, a, b)`에 채우세요. `op`는 `"add"`, `"mul"`, `"max"`, `"relu"`, `"sigmoid"` 가운데 하나이고, `g`는 뒤에서 온 기울기, `a`와 `b`는 순전파의 입력입니다(ReLU와 시그모이드는 `a`만 받습니다). **입력마다의 기울기**를 튜플로 반환합니다(리스트도 됩니다). 부르는 쪽이 늘 입력의 수만큼 꺼내 쓰므로, 입력이 하나뿐인 연산도 수가 아니라 `(0.0,)` 같은 튜플이어야 합니다. 출발 코드는 모두 0을 반환합니다. 큰 쪽에서 두 값이 같은 경우와 ReLU의 입력이 0인 경우는 채점하지 않습니다.
    """,
    starter="""
    def local_backward(op, g, a, b=None):
        # 여기를 채우세요: 모두 0이 들어 있다
        if op == "add":
            return 0.0, 0.0
        if op == "mul":
            return 0.0, 0.0
        if op == "max":
            return 0.0, 0.0
        if op == "relu":
            return (0.0,)
        if op == "sigmoid":
            return (0.0,)
    """,
    hints=(
        "연산마다 국소 기울기를 먼저 적으세요. 입력이 아주 조금 늘면 출력은 그 몇 배로 늘까요? 그다음에는 모두 같은 일을 합니다.",
        r"국소 기울기는 더하기가 $1$과 $1$, 곱하기가 $b$와 $a$, 큰 쪽은 이긴 입력이 $1$이고 진 입력이 $0$입니다. ReLU는 켜졌으면 $1$, 꺼졌으면 $0$이고, 시그모이드는 **출력** $\sigma(a)$로 적으면 $\sigma(a)(1 - \sigma(a))$입니다. 모두 $g$를 곱합니다. 비교의 결과인 `True`와 `False`는 곱할 때 1과 0이 됩니다.",
    ),
)


@exercise.answer
def local_backward(op, g, a, b=None):
    if op == "add":
        return g, g
    if op == "mul":
        return g * b, g * a
    if op == "max":
        return g * (a > b), g * (b > a)
    if op == "relu":
        return (g * (a > 0),)
    out = 1 / (1 + np.exp(-a))  # 시그모이드
    return (g * out * (1 - out),)


# 검사 ------------------------------------------------------------------------------------


def apart_from_zero(rng):
    return round(float(rng.choice([-1, 1]) * rng.uniform(0.2, 2.5)), 1)


def two_inputs(rng, n):
    g, a = apart_from_zero(rng), apart_from_zero(rng)
    return g, a, round(a + apart_from_zero(rng), 1)  # 두 값이 같지 않다


def one_input(rng, n):
    return apart_from_zero(rng), apart_from_zero(rng)


def as_tuple(gradients):  # 쉼표를 빠뜨린 것은 packed에서만 걸린다
    return gradients if isinstance(gradients, tuple | list) else (gradients,)


PACKED = "모두 튜플"


@exercise.holds("입력이 하나인 연산에서도 기울기를 튜플로 반환합니다", one_input, sizes=(1,))
def packed(f, g, a):
    found = {
        "입력이 둘인 연산": [f(op, g, a, a + 1) for op in ("add", "mul", "max")],
        "입력이 하나인 연산": [f(op, g, a) for op in ("relu", "sigmoid")],
    }
    said = {
        name: PACKED
        if all(isinstance(gradients, tuple | list) for gradients in returned)
        else "튜플이 아닌 것이 있음"
        for name, returned in found.items()
    }
    return said, dict.fromkeys(found, PACKED)


@exercise.same("더하기의 역전파가 맞습니다", two_inputs, sizes=(1, 2, 3))
def add(f, g, a, b):
    return as_tuple(f("add", g, a, b))


@exercise.same("곱하기의 역전파가 맞습니다", two_inputs, sizes=(1, 2, 3))
def mul(f, g, a, b):
    return as_tuple(f("mul", g, a, b))


@exercise.same("큰 쪽의 역전파가 맞습니다", two_inputs)
def larger(f, g, a, b):
    return as_tuple(f("max", g, a, b))


@exercise.same("ReLU의 역전파가 맞습니다", one_input)
def relu(f, g, a):
    return as_tuple(f("relu", g, a))


@exercise.same("시그모이드의 역전파가 맞습니다", one_input, sizes=(1, 2, 3))
def sigmoid(f, g, a):
    return as_tuple(f("sigmoid", g, a))


FORWARD = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "max": max,
    "relu": lambda a: max(a, 0.0),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
}


@exercise.holds("다섯 연산 모두 수치 미분과 같습니다", two_inputs, sizes=(1, 2), tolerance=1e-6)
def numeric(f, g, a, b):
    h, mine, measured = 1e-6, {}, {}
    for op, run in FORWARD.items():
        inputs = (a, b)[: 1 if op in ("relu", "sigmoid") else 2]
        mine[op] = as_tuple(f(op, g, *inputs))
        pairs = [
            [inputs[:i] + (inputs[i] + s,) + inputs[i + 1 :] for s in (h, -h)]
            for i in range(len(inputs))
        ]
        measured[op] = tuple(float(g * (run(*up) - run(*down)) / (2 * h)) for up, down in pairs)
    return mine, measured


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "뒤에서 온 기울기를 곱하지 않음",
    by=add,
    says="국소 기울기만 반환했습니다. 뒤에서 온 기울기 `g`를 곱해야 마지막 출력까지 이어집니다.",
    see="계산을 그림으로 펼치기",
)
def local_only(op, g, a, b=None):
    return local_backward(op, 1.0, a, b)


@exercise.mistake(
    "곱하기에 자기 값",
    by=mul,
    says="곱하기에서 자기 값을 곱했습니다. 곱하기의 국소 기울기는 상대방의 값입니다.",
    see="숫자를 손으로 넣어 보기",
)
def own_value(op, g, a, b=None):
    return (g * a, g * b) if op == "mul" else local_backward(op, g, a, b)


@exercise.mistake(
    "더하기에서 절반씩",
    by=add,
    says="더하기에서 기울기를 절반씩 나누었습니다. 어느 입력이 1 늘어도 합은 1 늘므로 둘 다 `g`를 그대로 받습니다.",
    see="숫자를 손으로 넣어 보기",
)
def halves(op, g, a, b=None):
    return (g / 2, g / 2) if op == "add" else local_backward(op, g, a, b)


@exercise.mistake(
    "큰 쪽에서 둘 다에",
    by=larger,
    says="큰 쪽의 역전파가 진 입력에도 기울기를 보냈습니다. 진 입력은 조금 움직여도 출력이 그대로이므로 0입니다.",
    see="한 장으로 외우는 역전파",
)
def both(op, g, a, b=None):
    return (g, g) if op == "max" else local_backward(op, g, a, b)


@exercise.mistake(
    "시그모이드에 z(1−z)",
    by=sigmoid,
    says="시그모이드에 활성화 이전의 값을 넣어 z(1−z)를 곱했습니다. 1에서 뺄 것은 시그모이드의 출력입니다.",
    see="backprop/layerwise#“시그모이드의 미분은 x(1−x)”",
)
def of_input(op, g, a, b=None):
    return (g * a * (1 - a),) if op == "sigmoid" else local_backward(op, g, a, b)


@exercise.mistake(
    "쉼표 누락",
    by=packed,
    says="입력이 하나인 연산에서 튜플 대신 수를 반환했습니다. 괄호만으로는 튜플이 되지 않습니다. `(기울기,)`처럼 쉼표를 붙이세요.",
    see="열두 줄짜리 역전파",
)
def no_comma(op, g, a, b=None):
    gradients = local_backward(op, g, a, b)
    return gradients[0] if len(gradients) == 1 else gradients
