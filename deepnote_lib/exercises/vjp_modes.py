"""두 방향으로 미분하기: 순방향은 야코비 행렬의 열을, 역방향은 행을 하나씩 낸다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "싼 방향으로 채우는 야코비 행렬",
    section="backprop/graph",
    level="advanced",
    minutes=25,
    task=r"""
    층마다 행렬을 곱하고 tanh를 지나는 신경망 $a_\ell = \tanh(a_{\ell-1} W_\ell)$이 있습니다. 클래스 `TwoWays`는 입력 $x$에서 순전파를 하고 지나온 값을 `self.kept`에 남깁니다. 세 메서드를 완성하세요.

    - `push(u)`: 입력을 $u$ 쪽으로 움직일 때 출력의 움직임 $Ju$ (순방향 모드)
    - `pull(v)`: 출력의 기울기 $v$를 입력까지 나른 $vJ$ (역방향 모드)
    - `jacobian()`: 형상이 (출력의 수, 입력의 수)인 야코비 행렬 $J$. `push`와 `pull` 가운데 **적게 호출해도 되는 쪽**만 씁니다.

    야코비 행렬을 만드는 것은 `jacobian()`뿐이어야 합니다. 검사는 `push`와 `pull`의 호출 횟수를 셉니다.
    """,
    starter="""
    class TwoWays:
        def __init__(self, weights, x):
            self.weights, self.kept = weights, [x]
            for W in weights:
                self.kept.append(np.tanh(self.kept[-1] @ W))

        def push(self, u):
            # 여기를 채우세요
            return np.zeros_like(self.kept[-1])

        def pull(self, v):
            # 여기를 채우세요
            return np.zeros_like(self.kept[0])

        def jacobian(self):
            return np.zeros((len(self.kept[-1]), len(self.kept[0])))
    """,
    hints=(
        "단위벡터 하나를 넣으면 순방향은 야코비 행렬의 무엇을, 역방향은 무엇을 낼까요? 입력이 출력보다 많으면 어느 쪽이 적게 호출될까요?",
        r"층을 지날 때 순방향은 $u \leftarrow (u W) \odot (1 - a^2)$, 역방향은 뒤의 층부터 $v \leftarrow \bigl( v \odot (1 - a^2) \bigr) W^\top$입니다. $a$는 그 층의 **출력**입니다. $J e_j$는 $J$의 $j$번째 열, $e_i J$는 $i$번째 행입니다.",
    ),
)


@exercise.answer
class TwoWays:
    def __init__(self, weights, x):
        self.weights, self.kept = weights, [x]
        for W in weights:
            self.kept.append(np.tanh(self.kept[-1] @ W))

    def push(self, u):
        for k, W in enumerate(self.weights):
            u = (u @ W) * (1 - self.kept[k + 1] ** 2)
        return u

    def pull(self, v):
        for k in reversed(range(len(self.weights))):
            v = (v * (1 - self.kept[k + 1] ** 2)) @ self.weights[k].T
        return v

    def jacobian(self):
        n, m = len(self.kept[0]), len(self.kept[-1])
        if n < m:
            return np.array([self.push(u) for u in np.eye(n)]).T
        return np.array([self.pull(v) for v in np.eye(m)])


# 검사 ------------------------------------------------------------------------------------


def network(rng, *sizes):
    weights = [rng.normal(size=sizes[k : k + 2]).round(1) for k in range(len(sizes) - 1)]
    return weights, rng.normal(0, 0.5, size=sizes[0]).round(1)


def directions(rng, n):
    sizes = rng.integers(1, 5, size=n + 1)
    weights, x = network(rng, *sizes)
    return weights, x, rng.normal(size=sizes[0]).round(1), rng.normal(size=sizes[-1]).round(1)


def square(rng, n):
    return *network(rng, n, n, n), rng.normal(size=n).round(1), rng.normal(size=n).round(1)


def few_outputs(rng, n):
    return network(rng, n + 2, 3, 1 + n // 3)


def few_inputs(rng, n):
    return network(rng, 1 + n // 3, 3, n + 2)


def output(weights, x):
    for W in weights:
        x = np.tanh(x @ W)
    return x


def measured(weights, x):
    """수치 미분으로 채운 야코비 행렬."""
    columns = [
        (output(weights, x + e) - output(weights, x - e)) / 2e-6 for e in 1e-6 * np.eye(len(x))
    ]
    return np.array(columns).T


@exercise.holds("push(u)가 Ju와 같습니다", directions, sizes=(1, 2, 3), tolerance=1e-6)
def pushes(Net, weights, x, u, v):
    return Net(weights, x).push(u), measured(weights, x) @ u


@exercise.holds("pull(v)가 vJ와 같습니다", directions, sizes=(1, 2, 3), tolerance=1e-6)
def pulls(Net, weights, x, u, v):
    return Net(weights, x).pull(v), v @ measured(weights, x)


@exercise.same("크기가 모두 같은 층에서도 두 방향이 맞습니다", square, sizes=(2, 3))
def squares(Net, weights, x, u, v):
    net = Net(weights, x)
    return {"push": net.push(u), "pull": net.pull(v)}


def filled(Net, weights, x):
    """jacobian()의 값과, 그동안 push와 pull을 호출한 횟수."""
    calls = {"push": 0, "pull": 0}

    class Counting(Net):
        def push(self, u):
            calls["push"] += 1
            return super().push(u)

        def pull(self, v):
            calls["pull"] += 1
            return super().pull(v)

    J = Counting(weights, x).jacobian()
    return {"J": J, "push를 호출한 횟수": calls["push"], "pull을 호출한 횟수": calls["pull"]}


@exercise.same("출력이 적으면 역방향만 출력의 수만큼 호출합니다", few_outputs, sizes=(1, 2, 3))
def by_rows(Net, weights, x):
    return filled(Net, weights, x)


@exercise.same("입력이 적으면 순방향만 입력의 수만큼 호출합니다", few_inputs, sizes=(1, 2, 3))
def by_columns(Net, weights, x):
    return filled(Net, weights, x)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "늘 역방향으로",
    by=by_columns,
    says="입력이 적을 때도 역방향으로 행을 하나씩 채웠습니다. 역전파가 늘 싼 것은 아닙니다. 순방향은 입력의 수만큼이면 됩니다.",
    see="출력에서부터일까요, 입력에서부터일까요?",
)
class AlwaysPull(TwoWays):
    def jacobian(self):
        return np.array([self.pull(v) for v in np.eye(len(self.kept[-1]))])


@exercise.mistake(
    "늘 순방향으로",
    by=by_rows,
    says="출력이 적을 때도 순방향으로 열을 하나씩 채웠습니다. 손실처럼 출력이 하나이면 역방향 한 번으로 끝납니다.",
    see="출력에서부터일까요, 입력에서부터일까요?",
)
class AlwaysPush(TwoWays):
    def jacobian(self):
        return np.array([self.push(u) for u in np.eye(len(self.kept[0]))]).T


@exercise.mistake(
    "열을 행에 적음",
    by=by_columns,
    says="순방향 모드가 낸 것을 행에 적었습니다. `push`에 단위벡터를 넣으면 야코비 행렬의 열이 나오므로 전치해야 합니다.",
    see="출력에서부터일까요, 입력에서부터일까요?",
)
class ColumnsAsRows(TwoWays):
    def jacobian(self):
        n, m = len(self.kept[0]), len(self.kept[-1])
        if n < m:
            return np.array([self.push(u) for u in np.eye(n)])
        return np.array([self.pull(v) for v in np.eye(m)])


@exercise.mistake(
    "층의 입력으로 미분",
    by=pushes,
    says="tanh의 미분을 그 층의 출력이 아니라 입력으로 구했습니다. 1에서 뺄 것은 tanh를 지난 값의 제곱입니다.",
    see="backprop/layerwise#활성화 층은 곱하기만 합니다",
)
class DerivativeOfInput(TwoWays):
    def push(self, u):
        for W, a in zip(self.weights, self.kept[:-1], strict=True):
            u = (u * (1 - a**2)) @ W
        return u


@exercise.mistake(
    "거꾸로 갈 때 층의 순서 그대로",
    by=squares,
    says="역방향 모드에서 입력 쪽 층부터 지났습니다. 출력의 기울기는 마지막 층부터 거꾸로 지나야 합니다.",
    see="출력에서부터일까요, 입력에서부터일까요?",
)
class NotReversed(TwoWays):
    def pull(self, v):
        for W, a in zip(self.weights, self.kept[1:], strict=True):
            v = (v * (1 - a**2)) @ W.T
        return v


@exercise.mistake(
    "거꾸로 갈 때 전치 누락",
    by=squares,
    says="역방향 모드에서 가중치를 전치하지 않았습니다. 층의 크기가 모두 같으면 오류도 나지 않습니다.",
    see="한 장으로 외우는 역전파",
)
class NotTransposed(TwoWays):
    def pull(self, v):
        for W, a in zip(reversed(self.weights), reversed(self.kept[1:]), strict=True):
            v = (v * (1 - a**2)) @ W
        return v
