"""시그모이드 층: 출력 하나만 기억하면 미분할 수 있다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "출력만 기억하는 시그모이드 층",
    section="backprop/layerwise",
    level="core",
    minutes=10,
    task=r"""
    시그모이드를 원소마다 적용하는 층 `SigmoidLayer`를 만드세요. `forward(z)`는 출력을 반환하고, `backward(dout)`은 입력의 기울기를 **새 배열로** 반환합니다. 이 절의 층의 약속을 그대로 지킵니다. 기억할 것은 출력 하나뿐입니다. 그래서 순전파 뒤에 누가 `z`를 덮어써도 역전파가 맞아야 하고, 다른 배치로 순전파를 다시 하면 새 배치의 기울기를 내야 합니다.
    """,
    starter="""
    class SigmoidLayer:
        def forward(self, z):
            # 여기를 채우세요
            return np.zeros_like(z)

        def backward(self, dout):
            # 여기를 채우세요
            return dout
    """,
    hints=(
        "시그모이드의 미분은 입력이 없어도 출력만으로 구할 수 있습니다. 그렇다면 순전파에서 무엇을 남겨 두어야 할까요? 뒤에서 온 기울기는 어디에 쓰일까요?",
        r"$a = \frac{1}{1 + e^{-z}}$이고, 입력의 기울기는 $\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot a \odot (1 - a)$입니다.",
    ),
)


@exercise.answer
class SigmoidLayer:
    def forward(self, z):
        self.cache = 1 / (1 + np.exp(-z))
        return self.cache

    def backward(self, dout):
        return dout * self.cache * (1 - self.cache)


# 검사 ------------------------------------------------------------------------------------


def batch(rng, n):
    shape = (n, int(rng.integers(1, 4)))
    return rng.normal(0, 2, size=shape).round(1), rng.normal(size=shape).round(1)


def two_batches(rng, n):
    return *batch(rng, n), rng.normal(0, 2, size=(n + 1, 2)).round(1)


@exercise.same("순전파가 시그모이드입니다", batch, sizes=(1, 2, 3))
def forward(Layer, z, dout):
    return Layer().forward(z)


@exercise.holds("입력의 기울기가 수치 미분과 같습니다", batch, tolerance=1e-6)
def numeric(Layer, z, dout):
    layer, h = Layer(), 1e-6
    layer.forward(z)
    up, down = (1 / (1 + np.exp(-(z + s))) for s in (h, -h))
    return layer.backward(dout), dout * (up - down) / (2 * h)


@exercise.same("다시 순전파를 하면 새 배치의 기울기를 냅니다", two_batches, sizes=(1, 2, 3))
def newest(Layer, z, dout, old):
    layer = Layer()
    layer.forward(old)
    layer.forward(z)
    return layer.backward(dout)


@exercise.same("순전파 뒤에 z를 덮어써도 기울기가 맞습니다", batch, sizes=(1, 2, 3))
def overwritten(Layer, z, dout):
    layer, work = Layer(), z.copy()
    layer.forward(work)
    work[:] = 0
    return layer.backward(dout)


@exercise.same("층을 둘 만들어도 캐시가 섞이지 않습니다", two_batches, sizes=(1, 2))
def separate(Layer, z, dout, other):
    layer = Layer()
    layer.forward(z)
    Layer().forward(other)
    return layer.backward(dout)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "z를 넣어 z(1−z)",
    by=numeric,
    says="출력이 아니라 활성화 이전의 값으로 z(1−z)를 곱했습니다. 시그모이드는 늘 올라가는 함수인데, 이 값은 음수가 됩니다.",
    see="“시그모이드의 미분은 x(1−x)”",
)
class OfInput(SigmoidLayer):
    def forward(self, z):
        self.cache = z.copy()
        return 1 / (1 + np.exp(-z))


@exercise.mistake(
    "dout 곱 누락",
    by=numeric,
    says="국소 기울기만 반환했습니다. 뒤에서 온 `dout`을 원소마다 곱해야 손실까지 이어집니다.",
    see="활성화 층은 곱하기만 합니다",
)
class LocalOnly(SigmoidLayer):
    def backward(self, dout):
        return self.cache * (1 - self.cache)


@exercise.mistake(
    "옛 캐시",
    by=newest,
    says="처음 배치의 출력을 계속 썼습니다. 순전파를 할 때마다 캐시를 새로 적어야 합니다.",
    see="캐시는 메모리이자 약점입니다",
)
class FirstCache(SigmoidLayer):
    def forward(self, z):
        out = 1 / (1 + np.exp(-z))
        if not hasattr(self, "cache"):
            self.cache = out
        return out


@exercise.mistake(
    "z를 기억함",
    by=overwritten,
    says="출력 대신 `z`를 기억했습니다. 캐시는 복사본이 아니라 가리키는 이름이라서, 순전파 뒤에 `z`가 바뀌면 기울기도 달라집니다.",
    see="캐시는 메모리이자 약점입니다",
)
class KeepsInput(SigmoidLayer):
    def forward(self, z):
        self.z = z
        return 1 / (1 + np.exp(-z))

    def backward(self, dout):
        a = 1 / (1 + np.exp(-self.z))
        return dout * a * (1 - a)


@exercise.mistake(
    "캐시를 클래스에",
    by=separate,
    says="캐시를 클래스에 적어 모든 층이 함께 씁니다. 층마다 자기 출력을 기억하려면 `self`에 적어야 합니다.",
    see="backprop/gradient-check#버그 동물원",
)
class SharedCache(SigmoidLayer):
    shared = None

    def forward(self, z):
        SharedCache.shared = super().forward(z)
        return SharedCache.shared

    def backward(self, dout):
        return dout * SharedCache.shared * (1 - SharedCache.shared)


@exercise.mistake(
    "dout에 덮어씀",
    by=numeric,
    says="받은 `dout`을 고쳐서 반환했습니다. 갈라지는 길이 있으면 다른 갈래가 쓸 기울기까지 망가집니다. 새 배열을 만드세요.",
    see="캐시는 메모리이자 약점입니다",
)
class InPlace(SigmoidLayer):
    def backward(self, dout):
        dout *= self.cache * (1 - self.cache)
        return dout
