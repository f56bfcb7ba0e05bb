"""배치용 logsumexp: 최댓값은 뺄 때와 도로 더할 때, 두 번 쓰인다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "배치용 logsumexp",
    section="softmax/softmax",
    level="core",
    minutes=10,
    task=r"""
    이 절의 `logsumexp`는 로짓 한 벌만 받습니다. 형상이 $(N, K)$인 배치를 받아 행마다의 LSE를 $(N,)$으로 돌려주는 `logsumexp_rows`를 완성하세요. 로짓이 1000쯤이어도 무한대가 되지 않아야 합니다. 반복문은 없어도 됩니다.
    """,
    starter="""
    def logsumexp_rows(z):
        m = z.max(axis=1, keepdims=True)      # (N, 1)
        # 여기를 채우세요: 뺀 다음 지수, 합, 로그, 그리고 한 가지 더
        return m[:, 0]
    """,
    hints=(
        "최댓값은 두 번 쓰입니다. 뺄 때와 도로 더할 때의 형상이 같을까요?",
        r"$\mathrm{LSE}(z) = m + \log \sum_k e^{z_k - m}$입니다. 뺄 때의 $m$은 $(N, 1)$, 더할 때는 `m[:, 0]`으로 만든 $(N,)$입니다.",
    ),
)


@exercise.answer
def logsumexp_rows(z):
    m = z.max(axis=1, keepdims=True)
    return m[:, 0] + np.log(np.exp(z - m).sum(axis=1))


# 검사 ------------------------------------------------------------------------------------


def logits(rng, n):
    return rng.normal(size=(n, rng.integers(2, 5))).round(1)


def huge_logits(rng, n):
    z = logits(rng, n)
    return z + 1000 * rng.choice([-1, 1], size=z.shape)


@exercise.same("보통 크기의 로짓에서 행마다 LSE가 맞습니다", logits)
def ordinary(f, z):
    return f(z)


@exercise.same("로짓이 1000쯤이어도 넘치지 않습니다", huge_logits)
def huge(f, z):
    return f(z)


@exercise.holds("로짓에 모두 5를 더하면 LSE도 5만큼 커집니다", logits)
def shifted(f, z):
    return f(z + 5), f(z) + 5


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "최댓값 되더하기 누락",
    by=shifted,
    says="최댓값을 뺀 뒤 도로 더하지 않았습니다. 그러면 로짓을 얼마나 키워도 LSE가 그대로입니다.",
    see="모든 로짓에 같은 수를 더하거나 곱하면",
)
def no_add_back(z):
    return np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1))


@exercise.mistake(
    "log(sum)만",
    by=huge,
    says="지수를 바로 계산했습니다. 로짓 1000의 지수는 float64에 담을 수 없으니 최댓값을 먼저 빼세요.",
    see="로짓이 1000을 넘으면: 소프트맥스의 식과 코드",
)
def plain_log_sum(z):
    return np.log(np.exp(z).sum(axis=1))


@exercise.mistake(
    "축 전체",
    by=ordinary,
    says="배치 전체를 한 벌로 보고 수 하나로 뭉쳤습니다. 행마다 구하려면 `axis=1`이 있어야 합니다.",
    see="축을 틀리면 조용히 틀립니다",
)
def whole_batch(z):
    return z.max() + np.log(np.exp(z - z.max()).sum())
