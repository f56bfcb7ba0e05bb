"""번호도 비율도 받는 교차 엔트로피: 번호이면 정답 자리 하나만 꺼내고, 비율이면 클래스마다 무게를 곱해 더한다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "번호도 비율도 받는 교차 엔트로피",
    section="softmax/cross-entropy",
    level="core",
    minutes=15,
    task=r"""
    확률 `p` $(N, K)$와 레이블을 받아 교차 엔트로피를 반환하는 `cross_entropy_of`를 완성하세요. 레이블이 클래스 번호 $(N,)$이면 식 {eq}`eq-cross-entropy`, 흐린 사진처럼 클래스의 비율 $(N, K)$이면 사진마다 $-\sum_k t_{n,k} \log p_{n,k}$를 구해 평균을 냅니다. 번호를 넣은 값과 그 번호의 원-핫을 넣은 값은 같아야 합니다. 번호를 받았을 때 **정답이 아닌** 클래스의 확률은 정확히 0일 수 있고, 그때도 `nan`이 나오면 안 됩니다.
    """,
    starter="""
    def cross_entropy_of(p, labels):
        if labels.ndim == 1:                  # 클래스 번호, (N,)
            # 여기를 채우세요
            return 0.0
        # 여기도: 클래스의 비율, (N, K)
        return 0.0
    """,
    hints=(
        "번호를 받았을 때 손실에는 사진마다 확률 **하나**만 쓰입니다. 그 하나만 먼저 꺼내면 다른 클래스의 확률이 0이어도 로그를 취할 일이 없습니다. 평균은 어느 쪽이든 사진에 대해서만 냅니다.",
        r"번호이면 $-\frac{1}{N} \sum_n \log p_{n,\,y_n}$입니다. 행 번호 `np.arange(N)`과 열 번호를 짝지어 꺼낸 확률의 형상은 $(N,)$입니다. 비율이면 $-\frac{1}{N} \sum_n \sum_k t_{n,k} \log p_{n,k}$입니다. 클래스는 더하고 사진만 평균 냅니다.",
    ),
)


@exercise.answer
def cross_entropy_of(p, labels):
    if labels.ndim == 1:
        p_true = p[np.arange(len(labels)), labels]
        return -np.log(p_true).mean()
    return -(labels * np.log(p)).sum(axis=1).mean()


# 검사 ------------------------------------------------------------------------------------


def shares(rng, n, k):
    """합이 1인 양수들."""
    p = rng.uniform(1, 9, size=(n, k))
    return (p / p.sum(axis=1, keepdims=True)).round(3)


def numbered(rng, n):
    k = rng.integers(2, 5)
    return shares(rng, n, k), rng.integers(k, size=n)


def as_many_classes(rng, n):
    return shares(rng, n, n), rng.permutation(n)


def blurry(rng, n):
    k = rng.integers(2, 5)
    return shares(rng, n, k), shares(rng, n, k)


def with_zeros(rng, n):
    """정답이 아닌 클래스 하나의 확률이 꼭 0이다."""
    return np.column_stack([np.zeros(n), shares(rng, n, 2)]), rng.integers(1, 3, size=n)


def tiny(rng, n):
    """정답의 확률이 아주 작다."""
    y, p_true = rng.integers(2, size=n), 10.0 ** -rng.integers(10, 30, size=n)
    p = np.column_stack([p_true, 1 - p_true])
    p[y == 1] = p[y == 1][:, ::-1]
    return p, y


@exercise.same("번호를 받으면 정답에 준 확률로 손실을 구합니다", numbered)
def numbers(f, p, labels):
    return f(p, labels)


@exercise.same("비율을 받으면 클래스마다 비율을 곱해 더합니다", blurry)
def ratios(f, p, labels):
    return f(p, labels)


@exercise.holds("사진 수와 클래스 수가 같아도 번호와 원-핫의 손실이 같습니다", as_many_classes)
def square(f, p, y):
    return f(p, y), f(p, np.eye(len(y))[y])


@exercise.same("정답이 아닌 클래스의 확률이 0이어도 손실이 유한합니다", with_zeros, sizes=(1, 3))
def zeros_elsewhere(f, p, labels):
    return f(p, labels)


@exercise.same("정답의 확률이 아주 작으면 그만큼 크게 놀랍니다", tiny, sizes=(1, 3))
def very_surprised(f, p, labels):
    return f(p, labels)


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "p[:, y]",
    by=numbers,
    says="행마다 하나가 아니라 모든 행에서 y번 열을 다 꺼냈습니다. 형상이 (N,)이 아니라 (N, N)이고, 남의 정답까지 평균에 섞입니다.",
    see="정수 레이블을 원-핫 자리에 넣으면",
)
def all_columns(p, labels):
    if labels.ndim == 1:
        return -np.log(p[:, labels]).mean()
    return cross_entropy_of(p, labels)


@exercise.mistake(
    "클래스까지 평균",
    by=ratios,
    says="비율을 받았을 때 사진 수 N이 아니라 NK로 나눴습니다. 그러면 손실이 K분의 1로 줄어듭니다. 클래스는 더하고 사진만 평균을 내세요.",
    see="놀람의 평균이 손실입니다",
)
def mean_over_classes(p, labels):
    if labels.ndim == 1:
        return cross_entropy_of(p, labels)
    return -np.mean(labels * np.log(p))


@exercise.mistake(
    "원-핫으로 바꿔 K까지 평균",
    by=numbers,
    says="번호를 원-핫으로 바꾼 다음, 원-핫의 0까지 세어 평균을 냈습니다. 그러면 손실이 K분의 1로 줄어듭니다. 클래스는 더하고 사진만 평균을 내세요.",
    see="정수 레이블을 원-핫 자리에 넣으면",
)
def mean_of_one_hot(p, labels):
    t = np.eye(p.shape[1])[labels] if labels.ndim == 1 else labels
    return -np.mean(t * np.log(p))


@exercise.mistake(
    "원-핫으로 바꿔 더함",
    by=zeros_elsewhere,
    says="번호를 원-핫으로 바꿔 모든 로그 확률에 곱했습니다. 정답이 아닌 확률이 0이면 0 곱하기 무한대가 nan이 됩니다. 정답 자리의 확률만 먼저 꺼내고 로그를 취하세요.",
    see="로짓의 차이가 200이면",
)
def through_one_hot(p, labels):
    t = np.eye(p.shape[1])[labels] if labels.ndim == 1 else labels
    return -np.sum(t * np.log(p)) / len(p)


@exercise.mistake(
    "로그 안에 1e-7",
    by=very_surprised,
    says="확률에 1e-7을 더해 로그를 취했습니다. 손실이 16.1에서 천장에 닿고, 확률 1로 맞힌 예측의 손실은 음수가 됩니다.",
    see="로그 안에 1e-7을 더하면 안전할까요?",
)
def padded(p, labels):
    return cross_entropy_of(p + 1e-7, labels)


@exercise.mistake(
    "번호를 비율처럼 곱함",
    by=numbers,
    says="번호를 받았는지 보지 않고 비율처럼 로그 확률에 곱했습니다. 사진 수와 클래스 수가 다르면 오류가 나지만, 같으면 번호가 무게로 쓰여 엉뚱한 수가 나옵니다.",
    see="정수 레이블을 원-핫 자리에 넣으면",
)
def numbers_as_ratios(p, labels):
    return -np.sum(labels * np.log(p)) / len(p)


@exercise.mistake(
    "평균 대신 합",
    by=numbers,
    says="놀람을 더하기만 했습니다. 그러면 사진이 많을수록 손실이 커져서 모델끼리 비교할 수 없습니다. 사진 수 N으로 나누세요.",
    see="놀람의 평균이 손실입니다",
)
def summed(p, labels):
    return cross_entropy_of(p, labels) * len(p)
