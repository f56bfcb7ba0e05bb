"""소프트맥스와 교차 엔트로피를 한 층으로: 1/p을 계산하지 않고 (p − t)/N을 얻는다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "소프트맥스와 교차 엔트로피를 한 층으로",
    section="backprop/layerwise",
    level="core",
    minutes=15,
    task=r"""
    마지막 층 `SoftmaxLoss`를 만드세요. `forward(z, y)`는 로짓 $(N, K)$와 정수 레이블 $(N,)$을 받아 교차 엔트로피의 배치 평균을 반환하고, `backward()`는 로짓의 기울기 $(N, K)$를 새 배열로 반환합니다. 로짓이 1000쯤이어도 무한대나 `nan`이 없어야 하고, `backward()`를 두 번 호출해도, 그 사이에 반환한 배열을 받은 쪽이 고쳐도 같은 기울기가 나와야 합니다.
    """,
    starter="""
    class SoftmaxLoss:
        def forward(self, z, y):
            self.z, self.y = z, y
            # 여기를 채우세요
            return 0.0

        def backward(self):
            # 여기를 채우세요
            return np.zeros_like(self.z)
    """,
    hints=(
        "손실을 확률의 로그 대신 로그-합-지수와 정답의 로짓으로 적으면 나눗셈이 사라집니다. 배치 평균의 1/N은 손실과 기울기에 각각 몇 번 들어갈까요?",
        r"손실은 $\frac{1}{N} \sum_n \bigl( \mathrm{LSE}(z_n) - z_{n, y_n} \bigr)$이고, 로그-합-지수는 행마다 최댓값 $m$을 뺀 $m + \log \sum_k e^{z_k - m}$으로 구합니다. 기울기는 $(p - t)/N$이며, $t$는 정답 자리만 1입니다.",
    ),
)


@exercise.answer
class SoftmaxLoss:
    def forward(self, z, y):
        shifted = z - z.max(axis=1, keepdims=True)
        lse = np.log(np.exp(shifted).sum(axis=1))
        self.p = np.exp(shifted - lse[:, None])
        self.y = y
        return np.mean(lse - shifted[np.arange(len(y)), y])

    def backward(self):
        dz = self.p.copy()
        dz[np.arange(len(dz)), self.y] -= 1
        return dz / len(dz)


# 검사 ------------------------------------------------------------------------------------


def batch(rng, n):
    k = int(rng.integers(2, 5))
    return rng.normal(size=(n, k)).round(1), rng.integers(0, k, n)


def huge(rng, n):
    z, y = batch(rng, n)
    sign = rng.choice([-1.0, 1.0], size=z.shape)
    sign[0], sign[0, y[0]] = 1.0, -1.0  # 첫 샘플은 확신하고 틀린다
    return z + 1000 * sign, y


def by_rows(z, y):
    """행마다 정의대로 구한 손실의 평균. 보통 크기의 로짓에서만 쓴다."""
    each = [-np.log(np.exp(row[k]) / np.exp(row).sum()) for row, k in zip(z, y, strict=True)]
    return float(np.mean(each))


@exercise.holds("손실이 −log p의 배치 평균입니다", batch)
def loss(Layer, z, y):
    return Layer().forward(z, y), by_rows(z, y)


@exercise.holds("기울기가 수치 미분과 같습니다", batch, sizes=(1, 2, 3), tolerance=1e-6)
def numeric(Layer, z, y):
    layer = Layer()
    layer.forward(z, y)
    return layer.backward(), numerical_gradient(lambda z: by_rows(z, y), z)


@exercise.same("로짓이 1000쯤이어도 손실과 기울기가 맞습니다", huge, sizes=(1, 2, 3))
def large_logits(Layer, z, y):
    layer = Layer()
    value = layer.forward(z, y)
    return {"손실": value, "기울기": layer.backward()}


@exercise.same("backward를 두 번 호출해도 기울기가 같습니다", batch, sizes=(1, 2))
def twice(Layer, z, y):
    layer = Layer()
    layer.forward(z, y)
    return {"첫 번째": layer.backward().copy(), "두 번째": layer.backward()}


@exercise.same("반환한 배열을 고쳐도 다음 backward의 기울기가 그대로입니다", batch, sizes=(1, 2))
def own_array(Layer, z, y):
    layer = Layer()
    layer.forward(z, y)
    layer.backward()[...] = 0.0
    return {"다음 기울기": layer.backward()}


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "N으로 나누지 않음",
    by=numeric,
    says="손실은 배치 평균인데 기울기를 N으로 나누지 않았습니다. 샘플이 하나일 때만 맞습니다.",
    see="마지막 층: 1/p은 어디로 갔을까요?",
)
class NotDivided(SoftmaxLoss):
    def backward(self):
        return super().backward() * len(self.p)


@exercise.mistake(
    "N으로 두 번 나눔",
    by=numeric,
    says="기울기를 N으로 두 번 나누었습니다. 평균의 1/N은 한 번만 들어갑니다.",
    see="backprop/gradient-check#버그 동물원",
)
class DividedTwice(SoftmaxLoss):
    def backward(self):
        return super().backward() / len(self.p)


@exercise.mistake(
    "t − p",
    by=numeric,
    says="정답에서 확률을 뺐습니다. 부호가 반대라서 이 기울기를 따라가면 손실이 커집니다.",
    see="마지막 층: 1/p은 어디로 갔을까요?",
)
class Reversed(SoftmaxLoss):
    def backward(self):
        return -super().backward()


@exercise.mistake(
    "확률의 로그",
    by=large_logits,
    says="확률을 먼저 구하고 로그를 취했습니다. 로짓의 차이가 크면 확률이 0으로 반올림되어 손실이 무한대가 됩니다.",
    see="마지막 층: 1/p은 어디로 갔을까요?",
)
class LogOfProbability(SoftmaxLoss):
    def forward(self, z, y):
        super().forward(z, y)
        return np.mean(-np.log(self.p[np.arange(len(y)), y]))


@exercise.mistake(
    "최댓값을 빼지 않음",
    by=large_logits,
    says="최댓값을 빼지 않고 지수를 계산했습니다. 로짓 1000의 지수는 float64에 담을 수 없어 무한대나 `nan`이 됩니다.",
    see="softmax/softmax#로짓이 1000을 넘으면: 소프트맥스의 식과 코드",
)
class Overflowing(SoftmaxLoss):
    def forward(self, z, y):
        e = np.exp(z)
        self.p, self.y = e / e.sum(axis=1, keepdims=True), y
        return np.mean(np.log(e.sum(axis=1)) - z[np.arange(len(y)), y])


@exercise.mistake(
    "캐시를 고침",
    by=twice,
    says="순전파에서 남긴 확률을 제자리에서 고쳤습니다. `backward()`를 다시 호출하면 1을 또 빼게 됩니다. 복사한 배열에서 빼세요.",
    see="캐시는 메모리이자 약점입니다",
)
class SpoiledCache(SoftmaxLoss):
    def backward(self):
        self.p[np.arange(len(self.p)), self.y] -= 1
        return self.p / len(self.p)


@exercise.mistake(
    "담아 둔 배열을 반환",
    by=own_array,
    says="층이 담아 둔 배열을 그대로 반환했습니다. 받은 쪽이 그 배열을 고치면 층의 기억도 함께 바뀝니다. 복사하거나 새로 계산한 배열을 반환하세요.",
    see="캐시는 메모리이자 약점입니다",
)
class ReturnsStored(SoftmaxLoss):
    def forward(self, z, y):
        value = super().forward(z, y)
        self.dz = super().backward()
        return value

    def backward(self):
        return self.dz
