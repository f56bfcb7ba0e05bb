"""계산 그래프의 테스트들이 함께 쓰는 식: 손으로 적은 열 개와, 아무 식이나 만드는 방법."""

from hypothesis import strategies as st

from deepnote_lib.graph import Graph


def small():
    # q = x + y = −1, f = q·z = −4 → ∂f/∂x = ∂f/∂y = z = 4, ∂f/∂z = q = −1
    g = Graph()
    x, y, z = g.input("x", 2), g.input("y", -3), g.input("z", 4)
    q = (x + y).named("q")
    g.mul(q, z, name="f")
    return g


def diamond():
    g = Graph()
    x = g.input("x", 1.5)
    g.mul(g.square(x, name="u"), g.exp(x, name="v"), name="f")
    return g


def neuron():
    g = Graph()
    inputs = [("w₁", 2), ("x₁", -1), ("w₂", -3), ("x₂", -2), ("b", -3)]
    w1, x1, w2, x2, b = (g.input(name, value) for name, value in inputs)
    g.sigmoid((w1 * x1 + w2 * x2 + b).named("z"), name="a")
    return g


def softmax():
    g = Graph()
    z1, z2 = g.input("z₁", 2.0), g.input("z₂", -0.5)
    e1, e2 = g.exp(z1), g.exp(z2)
    p = (e1 / (e1 + e2).named("S")).named("p₁")
    g.neg(g.log(p), name="L")
    return g


def logistic():
    g = Graph()
    g.div(1, 1 + g.exp(-g.input("x", 0.8)), name="y")
    return g


def shopping():
    g = Graph()
    apple, n = g.input("사과 값", 100), g.input("사과 개수", 2)
    orange, m, tax = g.input("귤 값", 150), g.input("귤 개수", 3), g.input("소비세", 1.1)
    ((apple * n + orange * m).named("과일") * tax).named("낼 돈")
    return g


def network():
    g = Graph()
    x, w1, w2 = g.input("x", 1.0), g.input("w₁", 0.5), g.input("w₂", -1.2)
    v1, v2, t = g.input("v₁", 2), g.input("v₂", 0.7), g.input("t", 2)
    g.square(g.relu(x * w1) * v1 + g.relu(x * w2) * v2 - t, name="L")
    return g


def itself():
    g = Graph()
    x = g.input("x", -3)
    x * x
    return g


def alone():
    g = Graph()
    g.input("x", 1)
    return g


def tangled():
    g = Graph()
    a, b = g.input("a", 2), g.input("b", 3)
    s, d = a + b, a - b
    r = g.max(s * d, s / a)
    r * s - a
    return g


EXPRESSIONS = [
    small, diamond, neuron, softmax, logistic, shopping, network, itself, alone, tangled,
]  # fmt: skip

# 어떤 값에서도 정의되는 연산만 고른다
UNARY = {
    "neg": lambda g, a: -a,
    "square": lambda g, a: g.square(a),
    "cube": lambda g, a: a**3,
    "sigmoid": lambda g, a: g.sigmoid(a),
    "tanh": lambda g, a: g.tanh(a),
    "relu": lambda g, a: g.relu(a),
    "exp": lambda g, a: g.exp(g.tanh(a)),
    "log": lambda g, a: g.log(g.square(a) + 1),
}
BINARY = {
    "add": lambda g, a, b: a + b,
    "sub": lambda g, a, b: a - b,
    "mul": lambda g, a, b: a * b,
    "div": lambda g, a, b: a / (g.square(b) + 0.5),
    "max": lambda g, a, b: g.max(a, b),
}
RECIPES = st.lists(
    st.tuples(st.sampled_from([*UNARY, *BINARY]), st.integers(0, 30), st.integers(0, 30)),
    min_size=1, max_size=7,
)  # fmt: skip


def cook(recipe, values):
    """recipe대로 식을 만들고, 쓰이지 않은 노드를 모두 더해 출력을 하나로 만든다."""
    g = Graph()
    pool = [g.input(f"x{i}", v) for i, v in enumerate(values)]
    for name, i, j in recipe:
        a, b = pool[i % len(pool)], pool[j % len(pool)]
        pool.append(UNARY[name](g, a) if name in UNARY else BINARY[name](g, a, b))
    used = {x for n in g.nodes for x in n.inputs}
    total, *rest = [n for n in g.nodes if n not in used]
    for node in rest:
        total = total + node
    return g
