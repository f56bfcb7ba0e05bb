"""체크포인팅: 순전파의 값을 띄엄띄엄 남기고, 거꾸로 가면서 조각마다 다시 계산한다."""

import weakref

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "띄엄띄엄 기억하고 다시 계산하기",
    section="backprop/layerwise",
    level="advanced",
    minutes=30,
    task=r"""
    층이 $L$개이면 역전파는 층마다의 입력 $L$개를 기억해야 합니다. **체크포인팅**(checkpointing)은 순전파에서 `every`층마다 하나씩만 남기고, 거꾸로 갈 때 조각 하나씩 순전파를 다시 해 메모리를 아낍니다. 입력 `x`와 출력의 기울기 `dout`을 받아 **입력의 기울기**를 반환하는 `checkpoint_backward(layers, x, dout, every)`를 만드세요.

    - 층은 `layer.forward(x)`로 출력을, `layer.backward(x, dout)`으로 입력의 기울기를 반환합니다. 층은 아무것도 기억하지 않으므로 `backward`에 그 층의 **입력**을 건네야 합니다.
    - 층마다 순전파는 두 번까지만 합니다.
    - 순전파로 만든 배열 가운데 동시에 살아 있는 것은 $\lceil L / \texttt{every} \rceil + \texttt{every} + 2$개를 넘지 않습니다. $L$은 `every`로 나누어떨어지지 않을 수 있습니다.

    카드에 보이는 층은 `from deepnote_lib.exercises.vjp_checkpoint import TanhLayer`로 그대로 다시 만들 수 있습니다.
    """,
    starter="""
    def checkpoint_backward(layers, x, dout, every):
        # 여기를 고치세요: 모두 기억하고 있다
        inputs = [x]
        for layer in layers[:-1]:
            inputs.append(layer.forward(inputs[-1]))
        for layer, a in zip(reversed(layers), reversed(inputs)):
            dout = layer.backward(a, dout)
        return dout
    """,
    hints=(
        "층을 `every`개씩 조각으로 나누세요. 순전파에서는 조각마다 어떤 값 하나만 남기면, 나중에 그 조각을 혼자 다시 계산할 수 있을까요? 거꾸로 갈 때는 어느 조각부터 다시 계산하나요?",
        r"순전파에서 $0, \texttt{every}, 2\,\texttt{every}, \dots$번째 층의 **입력**만 남깁니다. 마지막 조각부터, 남긴 입력에서 그 조각의 입력들을 다시 구하고 조각 안을 거꾸로 지납니다. 다 쓴 조각의 값은 버립니다.",
    ),
)


@exercise.answer
def checkpoint_backward(layers, x, dout, every):
    kept, a = [], x
    for i, layer in enumerate(layers):
        if i % every == 0:
            kept.append(a)
        a = layer.forward(a)
    for start in reversed(range(0, len(layers), every)):
        part = layers[start : start + every]
        inputs = [kept.pop()]
        for layer in part[:-1]:
            inputs.append(layer.forward(inputs[-1]))
        while inputs:
            dout = part[len(inputs) - 1].backward(inputs.pop(), dout)
    return dout


# 검사: 층이 만든 배열 가운데 아직 쓰이는 것을 센다 ---------------------------------------------


class Counter:
    """순전파의 횟수와, 순전파가 만든 배열 가운데 동시에 살아 있던 것의 최댓값."""

    def __init__(self):
        self.forwards, self.alive, self.most = 0, 0, 0

    def born(self, array):
        self.forwards += 1
        self.alive += 1
        self.most = max(self.most, self.alive)
        weakref.finalize(array, self.died).atexit = False
        return array

    def died(self):
        self.alive -= 1


class TanhLayer:
    """a = tanh(x W). 아무것도 기억하지 않는다."""

    def __init__(self, W, counter=None):
        self.W, self.counter = np.array(W), counter or Counter()

    def forward(self, x):
        return self.counter.born(np.tanh(x @ self.W))

    def backward(self, x, dout):
        return (dout * (1 - np.tanh(x @ self.W) ** 2)) @ self.W.T

    def __repr__(self):
        return f"TanhLayer({self.W.tolist()})"


def drawn(rng, depth, every):
    counter = Counter()  # 층들이 함께 센다
    layers = [TanhLayer(W, counter) for W in rng.normal(size=(depth, 2, 2)).round(1)]
    return layers, rng.normal(size=2).round(1), rng.normal(size=2).round(1), every


def divisible(rng, n):
    every = (1, 2, 3, 2, 4)[n - 1]
    return drawn(rng, every * int(rng.integers(1, 4)), every)


def leftover(rng, n):
    depth, every = ((3, 2), (5, 3), (7, 3), (9, 4), (2, 5))[n - 1]
    return drawn(rng, depth, every)


def deep(rng, n):
    depth, every = ((16, 4), (20, 5), (23, 5))[n - 1]
    return drawn(rng, depth, every)


def full(layers, x, dout):
    """층마다의 입력을 모두 기억한 역전파."""
    inputs = [x]
    for layer in layers[:-1]:
        inputs.append(layer.forward(inputs[-1]))
    for layer, a in zip(reversed(layers), reversed(inputs), strict=True):
        dout = layer.backward(a, dout)
    return dout


@exercise.holds("나누어떨어지면 모두 기억한 역전파와 같습니다", divisible)
def even_parts(f, layers, x, dout, every):
    return f(list(layers), x, dout, every), full(layers, x, dout)


@exercise.holds("마지막 조각이 짧아도 모두 기억한 역전파와 같습니다", leftover)
def short_part(f, layers, x, dout, every):
    return f(list(layers), x, dout, every), full(layers, x, dout)


@exercise.holds("층마다 순전파를 두 번까지만 합니다", deep, sizes=(1, 2, 3))
def few_forwards(f, layers, x, dout, every):
    f(list(layers), x, dout, every)
    most = 2 * len(layers)
    name = f"순전파를 한 횟수(한도 {most}번)"
    return {name: max(layers[0].counter.forwards, most)}, {name: most}


@exercise.holds("동시에 살아 있는 값이 한도를 넘지 않습니다", deep, sizes=(1, 2, 3))
def little_memory(f, layers, x, dout, every):
    f(list(layers), x, dout, every)
    most = -(-len(layers) // every) + every + 2
    name = f"동시에 살아 있던 배열의 수(한도 {most}개)"
    return {name: max(layers[0].counter.most, most)}, {name: most}


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "모두 기억함",
    by=little_memory,
    says="모든 층의 입력을 기억했습니다. 기울기는 맞지만 메모리를 조금도 아끼지 못했습니다. 조각마다 하나만 남기세요.",
    see="캐시는 메모리이자 약점입니다",
)
def keeps_everything(layers, x, dout, every):
    inputs = [x]
    for layer in layers[:-1]:
        inputs.append(layer.forward(inputs[-1]))
    for layer, a in zip(reversed(layers), reversed(inputs), strict=True):
        dout = layer.backward(a, dout)
    return dout


@exercise.mistake(
    "늘 처음부터 다시",
    by=few_forwards,
    says="층마다 입력에서부터 다시 계산했습니다. 메모리는 가장 적지만 순전파가 층 수의 제곱만큼 늘어납니다. 남긴 값에서 출발하세요.",
    see="캐시는 메모리이자 약점입니다",
)
def from_the_start(layers, x, dout, every):
    for k in range(len(layers) - 1, -1, -1):
        a = x
        for layer in layers[:k]:
            a = layer.forward(a)
        dout = layers[k].backward(a, dout)
    return dout


@exercise.mistake(
    "짧은 마지막 조각을 버림",
    by=short_part,
    says="`every`로 나누어떨어지지 않을 때 남은 층을 건너뛰었습니다. 마지막 조각은 짧을 수 있습니다.",
    see="열두 줄로 거꾸로 가기",
)
def last_part_dropped(layers, x, dout, every):
    return checkpoint_backward(layers[: len(layers) // every * every], x, dout, every)


@exercise.mistake(
    "조각 안을 앞에서부터",
    by=even_parts,
    says="조각 안에서 입력 쪽 층부터 역전파를 했습니다. 조각끼리뿐 아니라 조각 안에서도 출력 쪽부터 거꾸로 지납니다.",
    see="열두 줄로 거꾸로 가기",
)
def parts_forwards(layers, x, dout, every):
    kept, a = [], x
    for i, layer in enumerate(layers):
        if i % every == 0:
            kept.append(a)
        a = layer.forward(a)
    for start in reversed(range(0, len(layers), every)):
        a = kept.pop()
        for layer in layers[start : start + every]:
            dout = layer.backward(a, dout)
            a = layer.forward(a)
    return dout


@exercise.mistake(
    "층의 출력을 건넴",
    by=even_parts,
    says="`backward`에 그 층의 입력 대신 출력을 건넸습니다. 미분은 그 층이 받은 값에서 구합니다.",
    see="캐시는 메모리이자 약점입니다",
)
def given_outputs(layers, x, dout, every):
    kept, a = [], x
    for i, layer in enumerate(layers):
        if i % every == 0:
            kept.append(a)
        a = layer.forward(a)
    for start in reversed(range(0, len(layers), every)):
        part, outputs, a = layers[start : start + every], [], kept.pop()
        for layer in part:
            a = layer.forward(a)
            outputs.append(a)
        for layer, a in zip(reversed(part), reversed(outputs), strict=True):
            dout = layer.backward(a, dout)
    return dout
