"""갈라진 값의 기울기: 갈래마다 온 것을 모두 더한 다음에 입력 쪽으로 넘긴다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise, code_of


def local_slopes(op, a, b):
    return (1.0, 1.0) if op == "+" else (b, a)  # 더하기와 곱하기의 국소 기울기


exercise = Exercise(
    "갈라진 값의 기울기",
    section="backprop/graph",
    level="core",
    minutes=15,
    task=r"""
    더하기와 곱하기로 된 계산을 `(이름, 연산, 입력, 입력)`인 줄의 목록 `lines`로 적었습니다. 쓰이는 값은 쓰는 줄보다 늘 앞에 있고, 마지막 줄이 출력입니다. 순전파가 끝난 값 `values`(이름 → 값)를 받아, 이름마다 출력의 기울기를 담은 딕셔너리를 반환하는 `gradients(lines, values)`를 완성하세요. 한 줄에 같은 이름이 두 번 나오는 $y = a \cdot a$와, 갈라졌다 다시 만나는 마름모에서도 수치 미분과 같아야 합니다. 국소 기울기는 `local_slopes`가 구해 줍니다.
    """,
    starter=code_of(local_slopes)
    + """

def gradients(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0                # 출력을 출력으로 미분한 값
    # 여기를 채우세요: 어느 줄부터 지나며, 무엇을 어디에 적을까요?
    return grads
""",
    hints=(
        "출력에서 거꾸로 가면, 어떤 줄에 닿았을 때 그 값을 쓰는 줄은 모두 지나온 뒤입니다. 그때까지 온 갈래는 어떻게 모아 두어야 할까요?",
        r"줄 $y = f(a, b)$를 지날 때 $a$에 $\frac{\partial y}{\partial a} \cdot \frac{\partial L}{\partial y}$를, $b$에 $\frac{\partial y}{\partial b} \cdot \frac{\partial L}{\partial y}$를 **더합니다**. 줄마다 꼭 한 번만 지납니다.",
    ),
)


@exercise.answer
def gradients(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0
    for name, op, left, right in reversed(lines):
        to_left, to_right = local_slopes(op, values[left], values[right])
        grads[left] += to_left * grads[name]
        grads[right] += to_right * grads[name]
    return grads


# 검사 ------------------------------------------------------------------------------------


def forward(lines, inputs):
    values = dict(inputs)
    for name, op, left, right in lines:
        a, b = values[left], values[right]
        values[name] = a + b if op == "+" else a * b
    return values


def number(rng):
    return round(float(rng.choice([-1, 1]) * rng.uniform(0.3, 2)), 1)


def square(rng, n):
    op = "*" if n < 3 else "+"
    return [("y", op, "a", "a")], [("a", number(rng))]


def diamond(rng, n):
    lines = [("a", "*", "x", "w"), ("b", "*", "a", "p"), ("c", "+", "a", "q"), ("d", "*", "b", "c")]
    return lines, [(name, number(rng)) for name in "xwpq"]


def any_graph(rng, n):
    names, inputs = ["u", "v"], [("u", number(rng)), ("v", number(rng))]
    lines = []
    for k in range(n + 1):
        left, right = rng.choice(names, size=2)
        lines.append((f"y{k}", str(rng.choice(["+", "*"])), str(left), str(right)))
        names.append(f"y{k}")
    return lines, inputs


def run(f, lines, inputs):
    values = forward(lines, inputs)
    return f(lines, dict(values))


@exercise.same("한 줄에 두 번 쓰인 값의 기울기가 맞습니다", square, sizes=(1, 2, 3))
def twice_in_a_line(f, lines, inputs):
    return run(f, lines, inputs)


@exercise.same("마름모에서 갈래의 기울기가 모두 모입니다", diamond, sizes=(1, 2))
def diamonds(f, lines, inputs):
    return run(f, lines, inputs)


@exercise.same("아무렇게나 이은 그래프에서도 이름마다의 기울기가 맞습니다", any_graph)
def any_graphs(f, lines, inputs):
    return run(f, lines, inputs)


@exercise.holds("마름모의 입력 넷이 수치 미분과 같습니다", diamond, sizes=(1, 2), tolerance=1e-6)
def numeric(f, lines, inputs):
    grads, h, measured, output = run(f, lines, inputs), 1e-6, {}, lines[-1][0]
    for name, value in inputs:
        up, down = (forward(lines, {**dict(inputs), name: value + s})[output] for s in (h, -h))
        measured[name] = float(np.subtract(up, down)) / (2 * h)
    return grads, measured


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "= 대입",
    by=diamonds,
    says="기울기를 `=`로 덮어썼습니다. 먼저 온 갈래가 지워지므로 여러 번 쓰인 값의 기울기에는 마지막 갈래만 남습니다.",
    see="갈라진 값에서 틀리는 세 가지 방법",
)
def overwritten(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0
    for name, op, left, right in reversed(lines):
        to_left, to_right = local_slopes(op, values[left], values[right])
        grads[left] = to_left * grads[name]
        grads[right] = to_right * grads[name]
    return grads


@exercise.mistake(
    "한 갈래만",
    by=diamonds,
    says="먼저 온 갈래만 남기고 나중에 온 갈래를 버렸습니다. 갈래마다 온 기울기는 모두 더합니다.",
    see="갈라진 값에서 틀리는 세 가지 방법",
)
def first_only(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0
    for name, op, left, right in reversed(lines):
        to_left, to_right = local_slopes(op, values[left], values[right])
        for source, slope in ((left, to_left), (right, to_right)):
            if grads[source] == 0:
                grads[source] = slope * grads[name]
    return grads


@exercise.mistake(
    "두 번 순회",
    by=diamonds,
    says="갈래가 다 모이기 전에 입력 쪽으로 내려갔습니다. 뒤에 온 갈래가 합계를 들고 다시 내려가므로 갈라진 곳보다 입력 쪽의 기울기만 커집니다.",
    see="왜 거꾸로 된 차례일까요?",
)
def visited_twice(lines, values):
    table = {name: (op, left, right) for name, op, left, right in lines}
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0

    def visit(name):
        op, left, right = table[name]
        slopes = local_slopes(op, values[left], values[right])
        for source, slope in zip((left, right), slopes, strict=True):
            grads[source] += slope * grads[name]
            if source in table:
                visit(source)

    visit(lines[-1][0])
    return grads


@exercise.mistake(
    "갈래의 평균",
    by=twice_in_a_line,
    says="갈래마다 온 기울기의 평균을 냈습니다. 두 갈래가 따로 출력을 움직이므로 변화는 평균이 아니라 합입니다.",
    see="길이 갈라지면",
)
def averaged(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0
    uses = [source for line in lines for source in line[2:]]
    for name, op, left, right in reversed(lines):
        to_left, to_right = local_slopes(op, values[left], values[right])
        grads[left] += to_left * grads[name] / uses.count(left)
        grads[right] += to_right * grads[name] / uses.count(right)
    return grads


@exercise.mistake(
    "앞에서부터 지남",
    by=diamonds,
    says="줄을 앞에서부터 지났습니다. 입력 쪽의 줄에 닿았을 때 그 값의 기울기는 아직 0이라 넘겨줄 것이 없습니다. 출력에서 거꾸로 지나세요.",
    see="왜 거꾸로 된 차례일까요?",
)
def from_the_inputs(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0
    for name, op, left, right in lines:
        to_left, to_right = local_slopes(op, values[left], values[right])
        grads[left] += to_left * grads[name]
        grads[right] += to_right * grads[name]
    return grads


@exercise.mistake(
    "뒤에서 온 기울기를 곱하지 않음",
    by=diamonds,
    says="국소 기울기만 더했습니다. 줄을 지날 때마다 그 줄의 이름에 모인 기울기를 곱해야 출력까지 이어집니다.",
    see="계산을 그림으로 펼치기",
)
def local_only(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0
    for _, op, left, right in reversed(lines):
        to_left, to_right = local_slopes(op, values[left], values[right])
        grads[left] += to_left
        grads[right] += to_right
    return grads


@exercise.mistake(
    "한 줄의 같은 이름을 한 번만",
    by=twice_in_a_line,
    says="한 줄에 같은 이름이 두 번 나올 때 한 번만 더했습니다. `a * a`의 두 자리도 갈래 둘이므로 하나씩 차례로 더합니다.",
    see="길이 갈라지면",
)
def once_in_a_line(lines, values):
    grads = dict.fromkeys(values, 0.0)
    grads[lines[-1][0]] = 1.0
    for name, op, left, right in reversed(lines):
        to_left, to_right = local_slopes(op, values[left], values[right])
        for source, slope in {left: to_left, right: to_right}.items():
            grads[source] += slope * grads[name]
    return grads
