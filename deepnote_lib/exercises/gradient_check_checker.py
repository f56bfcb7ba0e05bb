"""검사기도 코드라서 시험한다: 옳은 역전파는 통과시키고, 심은 버그는 한 칸에만 있어도 잡아야 한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "버그를 잡는 검사기",
    section="backprop/gradient-check",
    level="core",
    minutes=25,
    task=r"""
    역전파가 옳으면 `True`, 틀리면 `False`를 반환하는 `checker(model, loss, x, y)`를 만드세요. 본문의 `compare`와 `gradient_check`는 쓰지 않습니다. 모델과 손실은 이 절의 것과 같이 씁니다.

    - 손실은 `loss.forward(model.forward(x, training=True), y)`이고, 역전파는 `model.backward(loss.backward())`입니다.
    - `model.parameters()`의 `p`마다 값은 `p.value`, 역전파가 적은 기울기는 `p.grad`입니다. 둘 다 float64 배열입니다.

    채점기는 버그 아홉과 옳은 쌍둥이, 기울기의 **한 칸에만** 심은 버그를 건넵니다. 손실의 단위를 백만 배와 백만분의 1로 바꾸고, 기울기가 꼭 0인 매개변수와 **검사한 뒤의 매개변수**도 봅니다. 입력 `x`의 기울기와 반올림의 항은 빼도 됩니다. `numerical_gradient`는 써도 되지만, 흔들고 되돌리는 일까지 직접 해 보기를 권합니다. 걸린 신경망은 `from deepnote_lib.exercises.gradient_check_checker import case`로 불러온 `case(network, unit, seed)`가 모델, 손실, `x`, `y`로 만들어 줍니다(기울기가 0인 검사는 끝에 `zero`를 더합니다).
    """,
    starter="""
    def checker(model, loss, x, y, h=1e-6):
        # 여기를 채우세요
        return True
    """,
    hints=(
        "칸을 흔들기 전의 값을 담아 두었다가 그대로 되돌리세요. 허용량은 무엇에 비례해야 손실의 단위를 바꿔도 판정이 같을까요? 기울기가 꼭 0인 칸에서는 그 허용량이 얼마가 되나요?",
        r"칸마다 $n_i = \bigl(L(\theta + h e_i) - L(\theta - h e_i)\bigr) / (2h)$를 구하고, 모든 칸에서 $\lvert a_i - n_i \rvert \le 10^{-6} (\lvert a_i \rvert + \lvert n_i \rvert) + 10^{-8} \max_j \lvert n_j \rvert$인지 봅니다. 최댓값은 매개변수 전체에서 구합니다.",
    ),
)


@exercise.answer
def checker(model, loss, x, y, h=1e-6):
    def measured():
        return loss.forward(model.forward(x, training=True), y)

    measured()
    model.backward(loss.backward())
    analytic, numeric = [], []
    for p in model.parameters():
        for i in np.ndindex(p.value.shape):
            kept = p.value[i]
            p.value[i] = kept + h
            up = measured()
            p.value[i] = kept - h
            down = measured()
            p.value[i] = kept
            analytic.append(p.grad[i])
            numeric.append((up - down) / (2 * h))
    a, n = np.array(analytic), np.array(numeric)
    allowed = 1e-6 * (np.abs(a) + np.abs(n)) + 1e-8 * np.abs(n).max()
    return bool(np.all(np.abs(a - n) <= allowed))


# 검사할 신경망: 이 절의 것과 똑같이 호출하지만, 작고 빨라서 여러 번 검사할 수 있다 ----------------


class Weights:
    def __init__(self, value):
        self.value, self.grad = np.array(value), np.zeros(np.shape(value))


class Affine:
    def __init__(self, W, b):
        self.W, self.b, self.cache = Weights(W), Weights(b), None

    def forward(self, x):
        self.cache = x
        return x @ self.W.value + self.b.value

    def backward(self, dout):
        self.W.grad[:] = self.cache.T @ dout
        self.b.grad[:] = dout.sum(axis=0)
        return dout @ self.W.value.T

    def parameters(self):
        return [self.W, self.b]


class Tanh:
    def forward(self, z):
        self.cache = np.tanh(z)
        return self.cache

    def backward(self, dout):
        return dout * (1 - self.cache**2)

    def parameters(self):
        return []


class Bonus:
    """모든 로짓에 같은 수를 더한다. 확률이 그대로이니 옳은 기울기는 0이다."""

    def __init__(self):
        self.c = Weights([0.3])

    def forward(self, z):
        return z + self.c.value

    def backward(self, dout):
        self.c.grad[:] = dout.sum()
        return dout

    def parameters(self):
        return [self.c]


class Twice(Affine):
    """가중치 하나를 두 번 쓴다: z = (xW + b)W + b."""

    def forward(self, x):
        self.first = super().forward(x)
        self.x = x
        return super().forward(self.first)

    def backward(self, dout):
        dh = super().backward(dout)
        late = self.W.grad.copy(), self.b.grad.copy()
        self.cache = self.x
        dx = super().backward(dh)
        self.W.grad += late[0]
        self.b.grad += late[1]
        return dx


class CrossEntropy:
    def __init__(self, unit):
        self.unit = unit

    def forward(self, z, y):
        self.z, self.y, rows = z, y, range(len(y))
        each = np.log(np.exp(z).sum(axis=1)) - z[rows, y]
        return self.unit * float(each.sum()) / len(y)

    def backward(self):
        e = np.exp(self.z)
        p = e / e.sum(axis=1, keepdims=True)
        p[range(len(p)), self.y] -= 1
        return self.unit * p / len(p)


class Stack:
    def __init__(self, *layers):
        self.layers, self.training = layers, False

    def forward(self, x, *, training=False):
        self.training = training
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        if not self.training:
            raise RuntimeError("backward() 전에 forward(x, training=True)를 호출해야 합니다")
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


# 버그: 이 절의 동물원에서 드롭아웃을 뺀 아홉 -------------------------------------------------


class NoTranspose(Affine):
    def backward(self, dout):
        super().backward(dout)
        return dout @ self.W.value


class AbsoluteWeight(Affine):
    def backward(self, dout):
        super().backward(dout)
        return dout @ np.abs(self.W.value).T


class WrongAxis(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.b.grad[:] = dout.sum(axis=1)
        return dx


class SlightlyOff(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.W.grad *= 1.0001
        return dx


class FirstBatch(Affine):
    def forward(self, x):
        kept = x if self.cache is None else self.cache
        out = super().forward(x)
        self.cache = kept
        return out


class SharedCache(Tanh):
    def forward(self, z):
        SharedCache.shared = super().forward(z)
        return self.cache

    def backward(self, dout):
        return dout * (1 - SharedCache.shared**2)


class TanhOfInput(Tanh):
    def forward(self, z):
        self.cache = z
        return np.tanh(z)


class MeanTwice(CrossEntropy):
    def backward(self):
        dz = super().backward()
        return dz / len(dz)


class ForgetsSum(Twice):
    def backward(self, dout):
        dh = Affine.backward(self, dout)
        self.cache = self.x
        return Affine.backward(self, dh)


class OneEntry(Affine):
    """W나 b의 기울기에서 한 칸만 부호가 반대이다."""

    def __init__(self, W, b, name, place):
        super().__init__(W, b)
        self.name, self.place = name, place

    def backward(self, dout):
        dx = super().backward(dout)
        getattr(self, self.name).grad[self.place] *= -1
        return dx


def one_entry(name, place):
    return lambda W, b: OneEntry(W, b, name, place)


BUGS = {
    "전치 누락": {"affine": NoTranspose},
    "|W|": {"affine": AbsoluteWeight},
    "db의 축": {"affine": WrongAxis},
    "1.0001배": {"affine": SlightlyOff},
    "첫 배치의 입력": {"affine": FirstBatch},
    "남의 캐시": {"tanh": SharedCache},
    "1 − z²": {"tanh": TanhOfInput},
    "평균 두 번": {"loss": MeanTwice},
    "+= 누락": {"affine": ForgetsSum},
}
ENTRIES = [("W", (1, 1)), ("W", (1, 0)), ("W", (0, 1)), ("W", (0, 0)), ("b", (1,)), ("b", (0,))]
SPOTS = {f"{name}{list(at)}만 부호가 반대": {"affine": one_entry(name, at)} for name, at in ENTRIES}
RIGHT = {"옳은 코드": {}, "두 번 쓰는 옳은 코드": {"affine": Twice}}
SIGNS = np.array([[1, -1], [1, 1]])  # 전치와 절댓값이 늘 다르다


def case(network, unit, seed, zero=False):
    """모델, 손실, 입력, 정답. 배치 크기와 뉴런의 수가 같아 형상으로는 걸리지 않는다."""
    parts = {"affine": Affine, "tanh": Tanh, "loss": CrossEntropy}
    parts |= {**BUGS, **SPOTS, **RIGHT}[network]
    rng = np.random.default_rng(seed)
    W1, W2 = rng.uniform(0.4, 1.2, size=(2, 2, 2)) * SIGNS
    b1, b2 = rng.uniform(-0.5, 0.5, size=(2, 2))
    other, x = rng.uniform(0.5, 1.5, size=(2, 2, 2)) * SIGNS
    layers = [Affine(W1, b1), parts["tanh"](), parts["affine"](W2, b2), parts["tanh"]()]
    if zero:
        x[:, 1] = 0.0  # 둘째 특성에 이어진 가중치의 기울기도 0이다
        layers.append(Bonus())
    model = Stack(*layers)
    loss = parts["loss"](unit)
    loss.forward(model.forward(other, training=True), np.array([1, 0]))  # 앞서 지나간 배치
    return model, loss, x, np.array([0, 1])


def seed_of(rng):
    return int(rng.integers(100))  # 어느 것에서나 본문의 기준으로 옳은 것은 통과하고 버그는 걸린다


# 검사 ------------------------------------------------------------------------------------


def right_network(rng, n):
    return list(RIGHT)[n % 2], (1.0, 1e-6, 1e6)[n - 1], seed_of(rng)


def zero_gradients(rng, n):
    return "옳은 코드", 1e6, seed_of(rng), True


def bug(rng, n):
    return list(BUGS)[n - 1], 1.0, seed_of(rng)


def spot(rng, n):
    return list(SPOTS)[n - 1], 1.0, seed_of(rng)


def scaled_bug(rng, n):
    return list(BUGS)[int(rng.integers(len(BUGS)))], (1e-6, 1e6)[n - 1], seed_of(rng)


@exercise.holds("옳은 역전파는 손실의 단위를 바꿔도 통과시킵니다", right_network, sizes=(1, 2, 3))
def accepts(f, network, unit, seed):
    return f(*case(network, unit, seed)), True


@exercise.holds("기울기가 꼭 0인 매개변수가 많아도 통과시킵니다", zero_gradients, sizes=(1,))
def accepts_zeros(f, network, unit, seed, zero):
    return f(*case(network, unit, seed, zero)), True


@exercise.holds("심은 버그 아홉을 모두 잡습니다", bug, sizes=tuple(range(1, 10)))
def catches(f, network, unit, seed):
    return f(*case(network, unit, seed)), False


@exercise.holds("기울기의 한 칸에만 심은 버그도 잡습니다", spot, sizes=tuple(range(1, 7)))
def catches_one_entry(f, network, unit, seed):
    return f(*case(network, unit, seed)), False


@exercise.holds("손실의 단위를 바꿔도 버그를 잡습니다", scaled_bug, sizes=(1, 2))
def catches_scaled(f, network, unit, seed):
    return f(*case(network, unit, seed)), False


@exercise.holds("검사한 뒤의 매개변수가 비트까지 처음과 같습니다", right_network, sizes=(1,))
def leaves_the_model(f, network, unit, seed):
    model, loss, x, y = case(network, unit, seed)
    before = [p.value.copy() for p in model.parameters()]
    f(model, loss, x, y)
    moved = sum(
        int(np.sum(p.value != old)) for p, old in zip(model.parameters(), before, strict=True)
    )
    return {"달라진 매개변수의 수": moved}, {"달라진 매개변수의 수": 0}


# 흔한 오답 -------------------------------------------------------------------------------


def pairs(model, loss, x, y, h=1e-6, restore=True):
    """매개변수마다의 (역전파, 수치 미분)."""

    def f():
        return loss.forward(model.forward(x, training=True), y)

    f()
    model.backward(loss.backward())
    analytic = [p.grad.ravel().copy() for p in model.parameters()]
    for p, a in zip(model.parameters(), analytic, strict=True):
        numeric = []
        for i in np.ndindex(p.value.shape):
            kept, losses = p.value[i], []
            for value in (kept + h, kept - h):
                p.value[i] = value
                losses.append(f())
            if restore:
                p.value[i] = kept
            numeric.append((losses[0] - losses[1]) / (2 * h))
        yield a, np.array(numeric)


def judged(found, relative=1e-6, floor=1e-8):
    a, n = (np.concatenate(parts) for parts in zip(*found, strict=True))
    limit = relative * (np.abs(a) + np.abs(n)) + floor * np.abs(n).max()
    return bool(np.all(np.abs(a - n) <= limit))


@exercise.mistake(
    "늘 True",
    by=catches,
    says="무엇을 건네도 `True`를 반환합니다. 옳은 코드만 넣어 보면 이런 검사기도 완벽해 보입니다.",
    see="한 번도 돌지 않은 검사기",
)
def always_true(model, loss, x, y, h=1e-6):
    return True


@exercise.mistake(
    "절대 오차",
    by=catches_scaled,
    says="차이가 정해 둔 수보다 작은지만 보았습니다. 손실의 단위를 줄이면 틀린 기울기도 그 수보다 작아집니다.",
    see="10만분의 1보다 작으면 통과?",
)
def absolute(model, loss, x, y, h=1e-6):
    return all(bool(np.abs(a - n).max() <= 1e-5) for a, n in [*pairs(model, loss, x, y, h)])


@exercise.mistake(
    "상대 오차만",
    by=accepts_zeros,
    says="차이를 크기로 나누기만 했습니다. 기울기가 꼭 0인 자리에서는 반올림의 찌꺼기를 찌꺼기로 나누거나 0을 0으로 나누어, 옳은 코드가 걸립니다.",
    see="나누기만 하면 될까요?",
)
def relative_only(model, loss, x, y, h=1e-6):
    a, n = (np.concatenate(parts) for parts in zip(*pairs(model, loss, x, y, h), strict=True))
    return bool(np.all(np.abs(a - n) / (np.abs(a) + np.abs(n)) <= 1e-6))


@exercise.mistake(
    "값을 되돌리지 않음",
    by=leaves_the_model,
    says="흔든 값을 되돌리지 않았습니다. 검사만 했는데 모델이 달라지고, 뒤의 칸은 달라진 모델에서 구한 값이 됩니다.",
    see="backprop/numerical#조용히 틀리는 경우와 고침",
)
def left_moved(model, loss, x, y, h=1e-6):
    return judged([*pairs(model, loss, x, y, h, restore=False)])


@exercise.mistake(
    "허용 오차를 늘림",
    by=catches,
    says="허용 오차가 너무 큽니다. 기울기를 만분의 1만 틀리게 적은 버그가 그 사이로 빠져나갑니다.",
    see="크기에 비례하는 몫과 바닥",
)
def too_lenient(model, loss, x, y, h=1e-6):
    return judged([*pairs(model, loss, x, y, h)], relative=1e-3)


@exercise.mistake(
    "첫 매개변수만",
    by=catches,
    says="첫 매개변수만 보고 판정했습니다. 반복문 안에서 바로 `return`하지 않았는지 보세요. 버그는 다른 매개변수에만 있을 수 있습니다.",
    see="어디가 걸리나요?",
)
def first_only(model, loss, x, y, h=1e-6):
    return judged([*pairs(model, loss, x, y, h)][:1])


SOME_ENTRIES = "매개변수마다 칸을 몇 개만 보았습니다. 버그는 보지 않은 칸이나 행, 열에만 있을 수 있으므로 모든 칸을 흔듭니다."


@exercise.mistake(
    "매개변수마다 첫 칸만",
    by=catches_one_entry,
    says="매개변수마다 첫 칸만 보았습니다. 버그는 뒤쪽의 칸이나 행, 열에만 있을 수 있으므로 모든 칸을 흔듭니다.",
    see="어디가 걸리나요?",
)
def first_entries(model, loss, x, y, h=1e-6):
    return judged([(a[:1], n[:1]) for a, n in pairs(model, loss, x, y, h)])


@exercise.mistake(
    "매개변수마다 첫 칸만, 상대 오차로",
    by=catches_one_entry,
    says="매개변수마다 첫 칸만 보았습니다. 버그는 뒤쪽의 칸에만 있을 수 있으므로 모든 칸을 흔듭니다. 차이를 크기로 나누기만 한 것도 고치세요. 기울기가 꼭 0인 자리에서는 옳은 코드가 걸립니다.",
    see="어디가 걸리나요?",
)
def first_entries_relative(model, loss, x, y, h=1e-6):
    found = [(a[:1], n[:1]) for a, n in pairs(model, loss, x, y, h)]
    a, n = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return bool(np.all(np.abs(a - n) / (np.abs(a) + np.abs(n)) <= 1e-6))


@exercise.mistake(
    "첫 행만",
    by=catches_one_entry,
    says=SOME_ENTRIES,
    see="어디가 걸리나요?",
)
def first_rows(model, loss, x, y, h=1e-6):
    # 가중치는 모두 2 × 2라서 앞의 두 칸이 첫 행이다
    return judged([(a[:2], n[:2]) for a, n in pairs(model, loss, x, y, h)])


@exercise.mistake(
    "칸을 몇 개만 뽑음",
    by=catches_one_entry,
    says=SOME_ENTRIES,
    see="어디가 걸리나요?",
)
def drawn_entries(model, loss, x, y, h=1e-6):
    rng, found = np.random.default_rng(0), []
    for a, n in pairs(model, loss, x, y, h):
        chosen = rng.integers(0, len(a), 3)
        found.append((a[chosen], n[chosen]))
    return judged(found)
