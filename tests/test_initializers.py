"""초기화: 분포(KS 검정), 분산의 비, 팬의 두 규약, 직교성, 난수의 재현."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from deepnote_lib import initializers as I

pytestmark = pytest.mark.initialization

SHAPE = (200, 50)  # 정사각이 아니어서 n_in과 n_out을 바꾸면 드러난다

# 이름, 초기화, 분산, 분포
CASES = [
    ("lecun_normal", I.lecun_normal, 1 / 200, "normal"),
    ("lecun_uniform", I.lecun_uniform, 1 / 200, "uniform"),
    ("xavier_normal", I.xavier_normal, 2 / 250, "normal"),
    ("xavier_uniform", I.xavier_uniform, 2 / 250, "uniform"),
    ("he_normal", I.he_normal, 2 / 200, "normal"),
    ("he_uniform", I.he_uniform, 2 / 200, "uniform"),
    ("normal", I.normal(0.3), 0.09, "normal"),
    ("uniform", I.uniform(0.3), 0.03, "uniform"),  # 0.3²/3
    ("fan_out", I.VarianceScaling(2.0, mode="fan_out"), 2 / 50, "normal"),
    ("fan_avg", I.VarianceScaling(3.0, mode="fan_avg", distribution="uniform"), 3 / 125, "uniform"),
]
IDS = [case[0] for case in CASES]


@pytest.mark.parametrize(("name", "init", "variance", "family"), CASES, ids=IDS)
def test_values_follow_the_documented_distribution(name, init, variance, family) -> None:
    """KS 검정. 시드가 고정이므로 흔들리지 않고, 분산이 1.1배만 되어도 p < 1e-3이 된다(아래 시험)."""
    W = init(SHAPE, np.random.default_rng(0))
    assert W.shape == SHAPE
    assert W.dtype == np.float64
    assert stats.kstest(W.ravel(), _cdf(variance, family)).pvalue > 0.01


@pytest.mark.parametrize(("name", "init", "variance", "family"), CASES, ids=IDS)
def test_variance_ratio_is_one_within_four_standard_errors(name, init, variance, family) -> None:
    # n = 10,000. 분산 추정의 표준 오차: 정규 √(2/n) = 1.41%, 균등 √(0.8/n) = 0.89%. 네 배를 허용한다
    W = init(SHAPE, np.random.default_rng(1))
    error = 4 * np.sqrt((2 if family == "normal" else 0.8) / W.size)
    assert W.var() / variance == pytest.approx(1, abs=error)
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)


def test_the_kolmogorov_smirnov_test_can_fail() -> None:
    """팬을 바꾼 분산, 표준 편차와 분산의 혼동, 다른 분포를 모두 잡아낸다."""
    W = I.he_normal(SHAPE, np.random.default_rng(0)).ravel()
    for variance, family in [(2 / 50, "normal"), (2 / 250, "normal"), (2 / 200, "uniform")]:
        assert stats.kstest(W, _cdf(variance, family)).pvalue < 1e-3


def _cdf(variance: float, family: str):
    if family == "normal":
        return stats.norm(scale=np.sqrt(variance)).cdf
    limit = np.sqrt(3 * variance)
    return stats.uniform(-limit, 2 * limit).cdf


def test_xavier_here_is_glorot_and_the_other_books_xavier_is_lecun() -> None:
    # 1/n_in = 1/200 = 0.005, 2/(n_in + n_out) = 2/250 = 0.008. 같은 난수에서 비는 꼭 √(0.008/0.005)
    lecun, xavier, he = (f(SHAPE, 0) for f in (I.lecun_normal, I.xavier_normal, I.he_normal))
    np.testing.assert_allclose(xavier, np.sqrt(1.6) * lecun, rtol=1e-14)
    np.testing.assert_allclose(he, np.sqrt(2) * lecun, rtol=1e-14)
    square = (50, 50)  # n_in = n_out이면 두 규약이 같다
    np.testing.assert_allclose(I.xavier_normal(square, 0), I.lecun_normal(square, 0), rtol=1e-14)


def test_fan_in_counts_rows_because_w_is_n_in_by_n_out() -> None:
    # (n_out, n_in)을 쓰는 틀(PyTorch)의 fan_in은 우리 배열을 전치한 것의 fan_out이다
    ours = I.VarianceScaling(1.0, mode="fan_in")((8, 2), 0)
    theirs = I.VarianceScaling(1.0, mode="fan_out")((2, 8), 0)
    assert ours.std() == pytest.approx(theirs.std(), rel=1e-14)
    # √(3·1/8)와 √(3·1/2): 균등 분포의 끝으로 정확히 구별된다
    wide = I.VarianceScaling(1.0, mode="fan_out", distribution="uniform")((800, 2), 0)
    assert np.sqrt(3 / 800) < np.abs(wide).max() <= np.sqrt(3 / 2)


def test_forward_variance_is_kept_by_lecun_and_by_he_with_relu() -> None:
    # E[a²]의 비. 200개 표본 × 500개 뉴런의 평균이라 표준 오차는 2%쯤, 10%를 허용한다
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 400))
    assert (x @ I.lecun_normal((400, 500), rng)).var() == pytest.approx(1, abs=0.1)
    relu = np.maximum(x @ I.he_normal((400, 500), rng), 0)
    assert (relu**2).mean() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (1, 3)])
def test_orthogonal_has_equal_singular_values(shape) -> None:
    W = I.orthogonal(gain=1.5)(shape, np.random.default_rng(0))
    assert W.shape == shape
    np.testing.assert_allclose(np.linalg.svd(W, compute_uv=False), 1.5, rtol=1e-13)


def test_orthogonal_is_unbiased_by_the_sign_of_qr() -> None:
    # QR은 R의 대각 부호를 한쪽으로 고르는 일이 많다. 부호를 옮기지 않으면 W[0, 0]의 부호가 쏠린다
    rng = np.random.default_rng(0)
    signs = [I.orthogonal()((3, 3), rng)[0, 0] > 0 for _ in range(400)]
    # 공정한 동전 400번의 표준 편차는 10. 네 배를 허용한다
    assert 160 <= sum(signs) <= 240


def test_zeros_and_constant_need_no_generator() -> None:
    np.testing.assert_array_equal(I.zeros((2, 3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(I.constant(0.5)((2, 3), None), np.full((2, 3), 0.5))


@pytest.mark.parametrize(
    "init",
    [I.lecun_uniform, I.xavier_normal, I.he_normal, I.orthogonal(), I.uniform(1), I.normal(1)],
)
def test_same_seed_same_bits_and_the_global_generator_is_untouched(init) -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    np.testing.assert_array_equal(init((3, 4), 7), init((3, 4), np.random.default_rng(7)))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    rng = np.random.default_rng(7)
    assert (init((3, 4), rng) != init((3, 4), rng)).any()  # 같은 생성기는 앞으로 나아간다


def test_seed_all_ones_keeps_hidden_units_identical_and_random_start_does_not() -> None:
    # seed_errors 10: 은닉 가중치를 1로 시작하면 열 개의 뉴런이 언제까지나 같다
    x = np.random.default_rng(0).normal(size=(20, 4))
    assert np.linalg.matrix_rank(x @ I.constant(1.0)((4, 10), None)) == 1
    assert np.linalg.matrix_rank(x @ I.he_normal((4, 10), 0)) == 4


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), [2, 3], (0, 3), (2.0, 3), 5])
def test_shape_must_be_two_positive_integers(shape) -> None:
    for init in (I.zeros, I.he_normal, I.orthogonal()):
        with pytest.raises((ValueError, TypeError), match="shape"):
            init(shape, 0)


def test_wrong_settings_are_named() -> None:
    with pytest.raises(ValueError, match=r"mode.*fan_in, fan_out, fan_avg.*'fan'"):
        I.VarianceScaling(1.0, mode="fan")
    with pytest.raises(ValueError, match=r"distribution.*'gauss'"):
        I.VarianceScaling(1.0, distribution="gauss")
    for factory, name in [
        (I.VarianceScaling, "scale"), (I.normal, "std"), (I.uniform, "limit"), (I.orthogonal, "gain")
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=rf"{name}.*-1"):
            factory(-1.0)
    with pytest.raises(ValueError, match="value"):
        I.constant(np.nan)
    with pytest.raises(TypeError, match="rng"):
        I.he_normal((2, 2), np.random)
