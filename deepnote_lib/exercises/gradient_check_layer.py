"""열마다 이득을 곱하는 층: 모든 샘플이 함께 쓰는 수의 기울기는 샘플의 축으로 더한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "새 층을 만들고 통과시키기",
    section="backprop/gradient-check",
    level="core",
    minutes=10,
    task=r"""
    열마다 학습되는 수 $g_k$를 곱하는 층 $\text{out}_{nk} = x_{nk}\, g_k$를 클래스 `Gain`으로 만드세요. `forward`는 적혀 있습니다. `backward(dout)`은 `g`의 기울기를 `self.dg`에 적고 입력의 기울기를 반환합니다. 샘플 하나(`x`의 형상이 $(1, K)$), 배치, 정사각형에서 모두 수치 미분과 같아야 합니다.
    """,
    starter="""
    class Gain:
        def __init__(self, g):
            self.g = g                        # (K,)

        def forward(self, x):
            self.cache = x                    # dg에 입력이 필요하다
            return x * self.g

        def backward(self, dout):
            # 여기를 채우세요: 형상만 맞춘 값이 들어 있다
            self.dg = np.zeros_like(self.g)
            return dout
    """,
    hints=(
        "이득 하나는 모든 샘플에서 쓰입니다. 브로드캐스팅의 규칙을 떠올리면 사라질 축은 몇 번일까요? 입력 쪽으로 넘길 것은 상대방의 값을 곱한 것입니다.",
        r"$\frac{\partial L}{\partial g_k} = \sum_n x_{nk}\, \frac{\partial L}{\partial \text{out}_{nk}}$이고, $\frac{\partial L}{\partial x_{nk}} = g_k\, \frac{\partial L}{\partial \text{out}_{nk}}$입니다.",
    ),
)


@exercise.answer
class Gain:
    def __init__(self, g):
        self.g = g

    def forward(self, x):
        self.cache = x
        return x * self.g

    def backward(self, dout):
        self.dg = (self.cache * dout).sum(axis=0)
        return dout * self.g


# 검사 ------------------------------------------------------------------------------------


def layer(rng, n, k):
    return tuple(rng.normal(size=shape).round(1) for shape in ((n, k), k, (n, k)))


def single(rng, n):
    return layer(rng, 1, n + 1)


def batch(rng, n):
    return layer(rng, n + 1, (3, 2, 5, 3, 2)[n - 1])


def square(rng, n):
    return layer(rng, n, n)


def gradients(Layer, x, g, dout):
    made = Layer(g)
    made.forward(x)
    dx = made.backward(dout)
    return {"dx": dx, "dg": made.dg}


@exercise.same("순전파가 열마다 이득을 곱합니다", batch, sizes=(1, 2, 3))
def forward(Layer, x, g, dout):
    return Layer(g).forward(x)


@exercise.same("샘플 하나에서 두 기울기가 맞습니다", single, sizes=(1, 2))
def one_sample(Layer, x, g, dout):
    return gradients(Layer, x, g, dout)


@exercise.same("배치에서 두 기울기가 맞습니다", batch)
def batches(Layer, x, g, dout):
    return gradients(Layer, x, g, dout)


@exercise.holds(
    "정사각형에서 두 기울기가 수치 미분과 같습니다", square, sizes=(2, 3), tolerance=1e-6
)
def numeric(Layer, x, g, dout):
    measured = {
        "dx": numerical_gradient(lambda x: np.sum(dout * (x * g)), x),
        "dg": numerical_gradient(lambda g: np.sum(dout * (x * g)), g),
    }
    return gradients(Layer, x, g, dout), measured


@exercise.same("backward를 두 번 호출해도 기울기가 쌓이지 않습니다", batch, sizes=(1, 2))
def twice(Layer, x, g, dout):
    made = Layer(g)
    for _ in range(2):
        made.forward(x)
        made.backward(dout)
    return {"dg": made.dg}


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "mean으로 모음",
    by=batches,
    says="샘플마다 온 기울기의 평균을 냈습니다. 샘플이 하나일 때만 맞습니다. 평균은 손실이 이미 냈으니 층에서는 더합니다.",
    see="backprop/layerwise#틀린 아핀 층 셋",
)
class Averaged(Gain):
    def backward(self, dout):
        self.dg = (self.cache * dout).mean(axis=0)
        return dout * self.g


@exercise.mistake(
    "axis=1로 더함",
    by=numeric,
    says="열의 축으로 더했습니다. 이득 하나를 모든 샘플이 함께 쓰므로 사라질 축은 샘플의 축 0번입니다. 정사각형에서는 형상으로 드러나지 않습니다.",
    see="backprop/layerwise#브로드캐스팅은 몰래 하는 복사",
)
class WrongAxis(Gain):
    def backward(self, dout):
        self.dg = (self.cache * dout).sum(axis=1)
        return dout * self.g


@exercise.mistake(
    "더하지 않음",
    by=batches,
    says="`dg`가 샘플마다 하나씩 남았습니다. 기울기의 형상은 `g`의 형상과 같아야 하므로 샘플의 축으로 더합니다.",
    see="backprop/layerwise#둘째, 형상 장부로",
)
class NotSummed(Gain):
    def backward(self, dout):
        self.dg = self.cache * dout
        return dout * self.g


@exercise.mistake(
    "입력 쪽에 g를 곱하지 않음",
    by=batches,
    says="받은 기울기를 그대로 입력 쪽에 넘겼습니다. 곱하기의 역전파에서는 상대방의 값, 여기서는 `g`를 곱합니다.",
    see="backprop/graph#한 장으로 외우는 역전파",
)
class PassedOn(Gain):
    def backward(self, dout):
        self.dg = (self.cache * dout).sum(axis=0)
        return dout


@exercise.mistake(
    "dg에 입력을 곱하지 않음",
    by=batches,
    says="뒤에서 온 기울기만 더하고 입력을 곱하지 않았습니다. 그것은 더하는 편향의 기울기입니다. 곱하는 수의 국소 기울기는 입력입니다.",
    see="backprop/layerwise#기울기는 오차가 아닙니다",
)
class LikeBias(Gain):
    def backward(self, dout):
        self.dg = dout.sum(axis=0)
        return dout * self.g
