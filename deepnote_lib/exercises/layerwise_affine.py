"""가중치를 눕혀 둔 아핀 층: 형상 장부가 전치할 곳을 알려 준다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "가중치를 눕혀 둔 아핀 층",
    section="backprop/layerwise",
    level="core",
    minutes=15,
    task=r"""
    PyTorch처럼 가중치의 형상이 $(K, D)$인 층 $z = x W^\top + b$를 클래스 `FlatAffine`으로 만드세요. `forward`는 적혀 있습니다. `backward(dout)`은 `self.dW`와 `self.db`를 정하고 `dx`를 돌려줍니다. 샘플 하나(`x`의 형상이 $(1, D)$), 배치, 정사각형에서 모두 수치 미분과 같아야 합니다.
    """,
    starter="""
    class FlatAffine:
        def __init__(self, W, b):
            self.W, self.b = W, b             # W는 (K, D)

        def forward(self, x):
            self.cache = x                    # dW에 입력이 필요하다
            return x @ self.W.T + self.b

        def backward(self, dout):
            # 여기를 채우세요: 형상만 맞춘 0이 들어 있다
            self.dW = np.zeros_like(self.W)
            self.db = np.zeros_like(self.b)
            return np.zeros_like(self.cache)
    """,
    hints=(
        "형상 장부를 먼저 적으세요. `dW`는 $(K, D)$, `dx`는 $(N, D)$입니다. `dx`를 만들 때 $W$를 전치할 필요가 있을까요?",
        r"$dx = dz\,W$, $dW = dz^\top x$이고, $db$는 $dz$를 샘플의 축으로 더한 것입니다.",
    ),
)


@exercise.answer
class FlatAffine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.cache = x
        return x @ self.W.T + self.b

    def backward(self, dout):
        self.dW = dout.T @ self.cache
        self.db = dout.sum(axis=0)
        return dout @ self.W


# 검사 ------------------------------------------------------------------------------------


def layer(rng, n, d, k):
    return tuple(rng.normal(size=shape).round(1) for shape in ((n, d), (k, d), k, (n, k)))


def batch(rng, n):
    d, k = rng.permutation([1, 2, 3])[:2]
    return layer(rng, n, d, k)


def square(rng, n):
    return layer(rng, n, n, n)


def gradients(Layer, x, W, b, dout):
    made = Layer(W, b)
    made.forward(x)
    dx = made.backward(dout)
    return {"dx": dx, "dW": made.dW, "db": made.db}


@exercise.same("순전파가 xWᵀ + b와 같습니다", batch)
def forward(Layer, x, W, b, dout):
    return Layer(W, b).forward(x)


@exercise.same("샘플 하나에서도 배치에서도 세 기울기가 맞습니다", batch)
def batches(Layer, x, W, b, dout):
    return gradients(Layer, x, W, b, dout)


@exercise.holds("정사각형에서 dx가 수치 미분과 같습니다", square, sizes=(2, 3), tolerance=1e-6)
def numeric(Layer, x, W, b, dout):
    def loss(x):
        return np.sum(dout * Layer(W, b).forward(x))

    return gradients(Layer, x, W, b, dout)["dx"], numerical_gradient(loss, x)


@exercise.same("backward를 두 번 불러도 기울기가 쌓이지 않습니다", batch)
def twice(Layer, x, W, b, dout):
    made = Layer(W, b)
    for _ in range(2):
        made.forward(x)
        made.backward(dout)
    return {"dW": made.dW, "db": made.db}


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "dx에 전치를 한 번 더",
    by=numeric,
    says="이 층은 순전파에서 이미 W를 전치했습니다. 거꾸로 갈 때 또 전치하면 정사각형에서만 조용히 틀립니다.",
    see="둘째, 형상 장부로",
)
class Transposed(FlatAffine):
    def backward(self, dout):
        super().backward(dout)
        return dout @ self.W.T


@exercise.mistake(
    "db를 axis=1로",
    by=batches,
    says="`db`를 클래스의 축으로 더했습니다. 편향은 모든 샘플이 함께 쓰므로 샘플의 축 `axis=0`으로 더합니다.",
    see="브로드캐스팅은 몰래 하는 복사",
)
class WrongAxis(FlatAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.sum(axis=1)
        return dx


@exercise.mistake(
    "dW를 또 N으로",
    by=batches,
    says="`dW`를 샘플 수로 나누었습니다. 평균은 손실이 이미 냈으니 `dout`에 들어 있습니다.",
    see="틀린 아핀 층 셋",
)
class DividedAgain(FlatAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.dW / len(dout)
        return dx


@exercise.mistake(
    "기울기를 쌓음",
    by=twice,
    says="앞서 구한 기울기에 더했습니다. 이 층의 약속은 backward마다 새로 적는 것입니다.",
    see="층의 약속",
)
class Accumulated(FlatAffine):
    def __init__(self, W, b):
        super().__init__(W, b)
        self.sums = np.zeros_like(W), np.zeros_like(b)

    def backward(self, dout):
        dx = super().backward(dout)
        self.sums = self.sums[0] + self.dW, self.sums[1] + self.db
        self.dW, self.db = self.sums
        return dx


@exercise.mistake(
    "dW를 전치한 채로",
    by=batches,
    says="`dW`의 형상이 (D, K)입니다. 이 층의 W는 (K, D)로 누워 있으므로 기울기도 W와 같은 (K, D)여야 합니다.",
    see="둘째, 형상 장부로",
)
class WeightTransposed(FlatAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dW = self.cache.T @ dout
        return dx


@exercise.mistake(
    "db를 수 하나로",
    by=batches,
    says="`db`를 축 없이 모두 더해 수 하나로 만들었습니다. 편향은 뉴런마다 하나이므로 샘플의 축 `axis=0`으로만 더합니다.",
    see="브로드캐스팅은 몰래 하는 복사",
)
class BiasScalar(FlatAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.sum()
        return dx


@exercise.mistake(
    "db를 mean으로",
    by=batches,
    says="`db`에서 샘플마다 온 기울기의 평균을 냈습니다. 평균은 손실이 이미 냈으니 층에서는 더합니다.",
    see="틀린 아핀 층 셋",
)
class BiasAveraged(FlatAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.mean(axis=0)
        return dx


@exercise.mistake(
    "dW와 db를 또 N으로",
    by=batches,
    says="`dW`와 `db`를 모두 샘플 수로 나누었습니다. 평균은 손실이 이미 냈으니 `dout`에 들어 있습니다.",
    see="틀린 아핀 층 셋",
)
class BothAveraged(FlatAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dW, self.db = self.dW / len(dout), dout.mean(axis=0)
        return dx
