"""길의 수: 국소 기울기를 모두 1로 바꾼 역전파는 출력까지 가는 길을 센다."""

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "역전파로 길 세기",
    section="backprop/graph",
    level="advanced",
    minutes=15,
    task=r"""
    국소 기울기를 모두 1로 바꾸면 식 {eq}`eq-graph-paths`의 곱이 길마다 1이 됩니다. 그러면 합은 **길의 수**입니다. `(이름, 연산, 입력, …)`인 줄의 목록 `lines`와 입력의 이름 `inputs`를 받아, 이름마다 출력까지 가는 길의 수를 담은 딕셔너리를 반환하는 `count_paths(lines, inputs)`를 완성하세요. 출력 자신에서 출력까지의 길은 1개로 셉니다. 길의 수가 $2^{40}$인 그래프도 바로 세어야 하므로, 길을 하나하나 따라가면 안 됩니다.
    """,
    starter="""
    def count_paths(lines, inputs):
        names = [*inputs, *(line[0] for line in lines)]
        paths = dict.fromkeys(names, 0)
        # 여기를 채우세요: 줄은 (이름, 연산, 입력, …)이고 마지막 줄이 출력이다
        return paths
    """,
    hints=(
        "값은 필요 없으니 순전파도 필요 없습니다. 어떤 이름에서 길이 둘로 갈라지면, 그 이름의 길의 수는 두 갈래의 길의 수로 어떻게 정해질까요?",
        r"이름 $x$의 길의 수는 $x$를 쓰는 줄마다 그 줄의 길의 수를 더한 것입니다. 한 줄에 두 번 쓰이면 두 번 더합니다.",
    ),
)


@exercise.answer
def count_paths(lines, inputs):
    names = [*inputs, *(line[0] for line in lines)]
    paths = dict.fromkeys(names, 0)
    paths[lines[-1][0]] = 1
    for name, _, *sources in reversed(lines):
        for source in sources:
            paths[source] += paths[name]
    return paths


# 검사 ------------------------------------------------------------------------------------


def square(rng, n):
    return [("y", "*", *"aaa"[:n])], ["a"]


def diamond(rng, n):
    lines = [("a", "*", "x", "w"), ("b", "*", "a", "p"), ("c", "+", "a", "q"), ("d", "*", "b", "c")]
    return lines, ["x", "w", "p", "q"]


def any_graph(rng, n):
    names, lines = ["u", "v"], []
    for k in range(n + 1):
        op = str(rng.choice(["+", "*", "exp", "log"]))
        sources = [str(s) for s in rng.choice(names, size=2 if op in "+*" else 1)]
        lines.append((f"y{k}", op, *sources))
        names.append(f"y{k}")
    return lines, ["u", "v"]


def doubling(rng, n):
    lines = [(f"u{k + 1}", "*", f"u{k}", f"u{k}") for k in range(40)]
    return lines, ["u0"]


def walked(lines, start, here):
    """출력에서 출발해 길을 하나하나 따라간 수. 작은 그래프에서만 쓴다."""
    sources = {name: rest for name, _, *rest in lines}.get(here, [])
    return (start == here) + sum(walked(lines, start, source) for source in sources)


@exercise.same("한 줄에 여러 번 쓰인 값은 쓰인 횟수만큼 셉니다", square, sizes=(1, 2, 3))
def in_one_line(f, lines, inputs):
    return f(lines, inputs)


@exercise.same("마름모에서 갈래의 길이 모두 모입니다", diamond, sizes=(1,))
def diamonds(f, lines, inputs):
    return f(lines, inputs)


@exercise.holds("아무렇게나 이은 그래프에서 따라가며 센 수와 같습니다", any_graph)
def any_graphs(f, lines, inputs):
    names = [*inputs, *(line[0] for line in lines)]
    return f(lines, inputs), {name: walked(lines, name, lines[-1][0]) for name in names}


@exercise.holds("제곱을 40번 이은 그래프의 길 2⁴⁰개를 셉니다", doubling, sizes=(1,))
def many(f, lines, inputs):
    return f(lines, inputs)["u0"], 2**40


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "= 대입",
    by=diamonds,
    says="길의 수를 `=`로 덮어썼습니다. 길이 갈라진 곳에는 마지막에 온 갈래의 수만 남습니다.",
    see="갈라진 값에서 틀리는 세 가지 방법",
)
def overwritten(lines, inputs):
    paths = dict.fromkeys([*inputs, *(line[0] for line in lines)], 0) | {lines[-1][0]: 1}
    for name, _, *sources in reversed(lines):
        for source in sources:
            paths[source] = paths[name]
    return paths


@exercise.mistake(
    "한 갈래만",
    by=diamonds,
    says="먼저 온 갈래의 길만 남기고 나중에 온 갈래를 버렸습니다. 갈래마다 온 길의 수를 더합니다.",
    see="갈라진 값에서 틀리는 세 가지 방법",
)
def first_only(lines, inputs):
    paths = dict.fromkeys([*inputs, *(line[0] for line in lines)], 0) | {lines[-1][0]: 1}
    for name, _, *sources in reversed(lines):
        for source in sources:
            paths[source] = paths[source] or paths[name]
    return paths


@exercise.mistake(
    "같은 줄의 두 엣지를 하나로",
    by=in_one_line,
    says="한 줄에 두 번 쓰인 값을 한 번만 셌습니다. `a`를 두 번 곱하면 엣지가 둘이고 길도 둘입니다.",
    see="길이 갈라지면",
)
def edges_merged(lines, inputs):
    return count_paths([(name, op, *set(sources)) for name, op, *sources in lines], inputs)


@exercise.mistake(
    "앞에서부터 지남",
    by=diamonds,
    says="줄을 앞에서부터 지났습니다. 출력 쪽의 길의 수가 정해지기 전이라, 아직 0인 수를 더하게 됩니다.",
    see="왜 거꾸로 된 차례일까요?",
)
def forwards(lines, inputs):
    paths = dict.fromkeys([*inputs, *(line[0] for line in lines)], 0) | {lines[-1][0]: 1}
    for name, _, *sources in lines:
        for source in sources:
            paths[source] += paths[name]
    return paths


@exercise.mistake(
    "엣지를 셈",
    by=diamonds,
    says="지나온 줄마다 1을 더해 엣지의 수를 셌습니다. 넘겨줄 것은 1이 아니라 그 줄에서 출력까지 가는 길의 수입니다.",
    see="길을 모두 세지 않아도 됩니다",
)
def edges(lines, inputs):
    paths = dict.fromkeys([*inputs, *(line[0] for line in lines)], 0) | {lines[-1][0]: 1}
    for _, _, *sources in reversed(lines):
        for source in sources:
            paths[source] += 1
    return paths
