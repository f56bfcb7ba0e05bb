"""소프트맥스의 헤세 행렬: 포화해도 랭크가 K − 1이려면 가까운 두 수를 빼지 않아야 한다."""

import numpy as np

from deepnote_lib.activations import softmax
from deepnote_lib.exercises._spec import Exercise
from deepnote_lib.gradcheck import numerical_gradient

exercise = Exercise(
    "포화해도 랭크가 K − 1인 헤세 행렬",
    section="softmax/softmax-gradient",
    level="advanced",
    minutes=25,
    task=r"""
    로짓 한 벌 `z` $(K,)$를 받아, 교차 엔트로피의 헤세 행렬이자 소프트맥스의 야코비 행렬인 $J$ $(K, K)$를 반환하는 `softmax_hessian(z)`를 완성하세요. 이론으로는 랭크가 언제나 $K - 1$입니다. 로짓 하나가 60만큼 커서 확률이 1에 붙어도 `np.linalg.matrix_rank(J, rtol=1e-5)`가 $K - 1$이어야 합니다. $\mathrm{diag}(p) - p p^\top$를 그대로 옮기면 그때 왼쪽 위 칸이 통째로 틀립니다. 로짓이 1000씩 벌어져도 `nan`이 없어야 합니다.
    """,
    starter="""
    def softmax_hessian(z):
        e = np.exp(z - z.max())
        p = e / e.sum()                   # (K,)
        # 여기를 고치세요: 대각선만 있다
        return np.diag(p * (1 - p))
    """,
    hints=(
        "float64에서 $p_0$이 꼭 1이면 $p_0 - p_0^2$은 0입니다. 그러나 참값은 다른 클래스들의 확률을 모두 더한 만큼입니다. 한 행을 모두 더하면 0이라는 성질로 대각선을 구할 수 있을까요?",
        r"대각선 밖은 $J_{kj} = -p_k p_j$이고, 대각선은 $J_{kk} = p_k (1 - p_k) = p_k \sum_{j \ne k} p_j = -\sum_{j \ne k} J_{kj}$입니다. 빼지 않고 더하기만 하면 자릿수를 잃지 않습니다.",
    ),
)


@exercise.answer
def softmax_hessian(z):
    e = np.exp(z - z.max())
    p = e / e.sum()
    J = -np.outer(p, p)
    np.fill_diagonal(J, 0)
    np.fill_diagonal(J, -J.sum(axis=1))
    return J


# 검사 ------------------------------------------------------------------------------------


def logits(rng, n):
    return rng.uniform(-3, 3, size=n + 1).round(1)


def saturated(rng, n):
    z = logits(rng, n) / 3
    z[rng.integers(n + 1)] += 60
    return z.round(1)


def far_apart(rng, n):
    z = logits(rng, n + 1)
    z[rng.permutation(n + 2)[1:]] += 1000
    return z.round(1)


def rank_of(J):
    return np.linalg.matrix_rank(J, rtol=1e-5)  # 기본 기준은 반올림 하나에도 랭크를 하나 더 센다


def others(z):
    """1등이 아닌 클래스의 확률을 모두 더한 것. 포화한 J의 크기이다."""
    return float(np.exp(np.sort(z)[:-1] - z.max()).sum())


@exercise.same("야코비 행렬의 값이 맞습니다", logits)
def ordinary(f, z):
    return f(z)


@exercise.holds("확률을 로짓으로 수치 미분한 것과 같습니다", logits, sizes=(1, 2), tolerance=1e-6)
def numeric(f, z):
    def slope(k):
        return numerical_gradient(lambda v: softmax(v)[k], z)

    return f(z), np.array([slope(k) for k in range(len(z))])


@exercise.holds("로짓이 3을 넘지 않으면 랭크가 K − 1입니다", logits, shows="랭크")
def rank(f, z):
    return rank_of(f(z)), len(z) - 1


@exercise.same(
    "로짓 하나가 60만큼 커도, 나머지 확률의 합으로 나눈 J가 맞습니다",
    saturated,
    shows="J를 나머지 확률의 합으로 나눈 것",
)
def saturated_values(f, z):
    return f(z) / others(z)


@exercise.holds("로짓 하나가 60만큼 커도 랭크가 K − 1입니다", saturated, shows="랭크")
def saturated_rank(f, z):
    return rank_of(f(z)), len(z) - 1


@exercise.same("로짓이 1000씩 벌어져도 값이 맞습니다", far_apart)
def huge(f, z):
    return f(z)


# 흔한 오답 -------------------------------------------------------------------------------


def probability(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@exercise.mistake(
    "가까운 두 수를 뺌",
    by=saturated_rank,
    says="식은 맞지만 대각선에서 p와 p²을 뺐습니다. p가 1에 붙으면 뺀 값이 0이 되어 그 칸이 통째로 틀립니다. 다른 클래스의 확률을 더해서 만드세요.",
    see="야코비 행렬의 세 얼굴",
)
def subtracted(z):
    p = probability(z)
    return np.diag(p) - np.outer(p, p)


@exercise.mistake(
    "대각선만",
    by=rank,
    says="자기 로짓으로 미분한 대각선만 있습니다. 남의 로짓이 오르면 확률을 빼앗기므로 대각선 밖은 −p_k p_j입니다.",
    see="첨자로 끝까지 미분하기",
)
def diagonal_only(z):
    p = probability(z)
    return np.diag(p * (1 - p))


@exercise.mistake(
    "대각선 밖의 부호가 반대",
    by=numeric,
    says="대각선 밖에 p_k p_j를 더했습니다. 남의 로짓을 올리면 내 확률은 줄어들므로 대각선 밖은 음수입니다.",
    see="첨자로 끝까지 미분하기",
)
def all_positive(z):
    p = probability(z)
    return np.diag(p) - np.diag(p**2) + np.outer(p, p) - np.diag(p**2)


@exercise.mistake(
    "맨 앞의 p를 빠뜨림",
    by=numeric,
    says="δ − p에서 멈췄습니다. 확률은 제 크기에 비례해 변하므로 맨 앞에 p_k를 곱해야 합니다.",
    see="1/p은 왜 지워질까요?",
)
def without_the_first_factor(z):
    return np.eye(len(z)) - probability(z)


@exercise.mistake(
    "대각선에 p",
    by=rank,
    says="대각선 밖은 맞지만 대각선이 p_k입니다. 자기 자신과의 곱 p_k²도 빠져야 한 행의 합이 0이 되고 랭크가 K − 1이 됩니다.",
    see="첨자로 끝까지 미분하기",
)
def plain_diagonal(z):
    p = probability(z)
    J = -np.outer(p, p)
    np.fill_diagonal(J, p)
    return J
