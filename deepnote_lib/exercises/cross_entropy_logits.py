"""로짓에서 바로 구하는 교차 엔트로피: 로그-합-지수와 정답의 로짓을 같은 만큼 옮긴다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "로짓과 클래스 번호로 만드는 교차 엔트로피",
    section="softmax/cross-entropy",
    level="core",
    minutes=15,
    task=r"""
    로짓 `z` $(N, K)$와 클래스 번호 `y` $(N,)$를 받아 식 {eq}`eq-logit-cross-entropy`의 손실, 곧 수 하나를 반환하는 `cross_entropy_from_logits`를 완성하세요. 원-핫 배열과 확률을 만들지 말고, 로짓이 2000이어도 유한한 값이 나와야 합니다.
    """,
    starter="""
    def cross_entropy_from_logits(z, y):
        shifted = z - z.max(axis=1, keepdims=True)     # (N, K)
        # 여기를 채우세요
        return 0.0
    """,
    hints=(
        "로짓에 같은 수를 더하거나 빼도 손실은 그대로입니다. 그러려면 로그-합-지수와 정답의 로짓을 모두 옮긴 로짓에서 구해야 합니다. 손실이 음수로 나왔다면 둘 중 하나만 옮긴 것입니다.",
        r"$s_{n,k} = z_{n,k} - \max_j z_{n,j}$로 두면 $L = \frac{1}{N} \sum_n \bigl( \log \sum_k e^{s_{n,k}} - s_{n,\,y_n} \bigr)$입니다. 정답의 로짓은 행 번호 `np.arange(len(y))`와 열 번호 `y`를 짝지어 꺼냅니다.",
    ),
)


@exercise.answer
def cross_entropy_from_logits(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_total - shifted[np.arange(len(y)), y])


# 검사 ------------------------------------------------------------------------------------


def logits_and_labels(rng, n):
    z = rng.normal(size=(n, rng.integers(2, 5))).round(1)
    return z, rng.integers(z.shape[1], size=n)


def far_logits(rng, n):
    """한 행 안에서 2000씩, 이웃한 행끼리 만쯤 떨어진 로짓. 0.5의 배수라 float32에서도 정확하다."""
    z = rng.integers(-6, 7, size=(n, 3)) / 2 + 10_000 * (np.arange(n) % 2)[:, None]
    z += rng.permuted(np.tile([-1000.0, 1000.0, 3000.0], (n, 1)), axis=1)
    return z, z.argmin(axis=1)


def confident_and_right(rng, n):
    z, _ = far_logits(rng, n)
    return z, z.argmax(axis=1)


@exercise.same("보통 크기의 로짓에서 손실이 맞습니다", logits_and_labels)
def ordinary(f, z, y):
    return f(z, y)


@exercise.holds("로짓에 모두 5를 더해도 손실이 그대로입니다", logits_and_labels, sizes=(1, 2))
def unmoved(f, z, y):
    return f(z + 5, y), f(z, y)


@exercise.holds("같은 사진을 두 번씩 넣어도 손실이 그대로입니다", logits_and_labels, sizes=(1, 2))
def repeated(f, z, y):
    return f(np.vstack([z, z]), np.concatenate([y, y])), f(z, y)


@exercise.same("정답의 로짓이 4000쯤 작아도 손실이 유한합니다", far_logits, sizes=(1, 3))
def badly_wrong(f, z, y):
    return f(z, y)


@exercise.same("정답의 로짓이 2000쯤 크면 손실이 0입니다", confident_and_right, sizes=(1, 3))
def surely_right(f, z, y):
    return f(z, y)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "정답의 로짓은 옮기지 않음",
    by=unmoved,
    says="로그-합-지수는 최댓값을 뺀 로짓으로, 정답의 로짓은 빼기 전의 z로 구했습니다. 두 값을 같은 만큼 옮겨야 상쇄되어 손실이 그대로입니다.",
    see="다섯 가지 꼴: 펼친 식에서 함수 하나까지",
)
def half_shifted(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - z[np.arange(len(y)), y])


@exercise.mistake(
    "최댓값을 빼지 않음",
    by=surely_right,
    says="지수를 바로 계산했습니다. 로짓 2000의 지수는 float64에 담을 수 없어 손실이 무한대가 됩니다. 행마다 최댓값을 먼저 빼세요.",
    see="softmax/softmax#로짓이 1000을 넘으면: 소프트맥스의 식과 코드",
)
def without_maximum(z, y):
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])


@exercise.mistake(
    "배치 전체의 최댓값",
    by=surely_right,
    says="행의 최댓값이 아니라 배치 전체의 최댓값을 뺐습니다. 다른 행보다 훨씬 작은 행은 지수가 모두 0이 되어 로그가 무한대입니다. axis=1로 행마다 구하세요.",
    see="softmax/softmax#배치를 한꺼번에",
)
def whole_maximum(z, y):
    shifted = z - z.max()
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y])


@exercise.mistake(
    "log(softmax)",
    by=badly_wrong,
    says="확률을 먼저 만들고 나서 로그를 취했습니다. 정답의 확률이 0으로 내려앉으면 로그가 무한대입니다. 확률을 거치지 말고 로짓에서 바로 구하세요.",
    see="로짓의 차이가 200이면",
)
def log_of_softmax(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y]).mean()


@exercise.mistake(
    "로그 안에 1e-7",
    by=badly_wrong,
    says="확률에 1e-7을 더해 로그를 취했습니다. 무한대는 사라지지만 손실이 16.1에서 천장에 닿아, 얼마나 더 틀렸는지 알 수 없습니다.",
    see="로그 안에 1e-7을 더하면 안전할까요?",
)
def padded(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y] + 1e-7).mean()


@exercise.mistake(
    "모든 행에서 y열을 꺼냄",
    by=ordinary,
    says="행마다 하나씩이 아니라 모든 행에서 y번 열을 다 꺼냈습니다. (N, N) 배열이 되어 남의 정답까지 평균에 섞입니다.",
    see="정수 레이블을 원-핫 자리에 넣으면",
)
def all_columns(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[:, y])


@exercise.mistake(
    "클래스까지 평균",
    by=ordinary,
    says="사진 수 N이 아니라 NK로 나눴습니다. 클래스는 정답 자리 하나만 남으므로 더하고, 사진만 평균을 내세요.",
    see="놀람의 평균이 손실입니다",
)
def mean_over_classes(z, y):
    return cross_entropy_from_logits(z, y) / z.shape[1]


@exercise.mistake(
    "평균 대신 합",
    by=repeated,
    says="사진마다의 손실을 더하기만 했습니다. 그러면 사진이 늘 때마다 손실과 기울기가 함께 커집니다. N으로 나누세요.",
    see="놀람의 평균이 손실입니다",
)
def summed(z, y):
    return cross_entropy_from_logits(z, y) * len(y)
