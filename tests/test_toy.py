"""난수로 만드는 데이터셋: docstring이 보장하는 것을 그대로 확인한다."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepnote_lib import datasets

MAKERS = [
    datasets.blobs,
    datasets.two_moons,
    datasets.circles,
    datasets.spirals,
    datasets.separable,
]
NOISY = [datasets.two_moons, datasets.circles, datasets.spirals]


@pytest.mark.parametrize("make", MAKERS)
def test_x_is_float64_and_y_is_int64_with_the_requested_number_of_samples(make):
    x, y = make(31, rng=0)
    assert x.shape == (31, 2)
    assert x.dtype == np.float64
    assert y.shape == (31,)
    assert y.dtype == np.int64


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("n", [30, 31, 32])
def test_classes_differ_by_at_most_one_sample(make, n):
    _, y = make(n, rng=0)
    counts = np.bincount(y)
    assert counts.max() - counts.min() <= 1
    assert counts.sum() == n


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(make):
    first, again, other = make(40, rng=3), make(40, rng=3), make(40, rng=4)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("make", MAKERS)
def test_a_generator_is_advanced_and_the_global_state_is_not(make):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    rng = np.random.default_rng(0)
    first, second = make(40, rng=rng), make(40, rng=rng)
    assert not np.array_equal(first[0], second[0])
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("make", MAKERS)
def test_the_order_of_the_labels_is_shuffled(make):
    _, y = make(60, rng=0)
    assert not np.array_equal(y, np.sort(y))


@pytest.mark.parametrize("make", MAKERS)
def test_too_few_samples_are_refused_by_name(make):
    with pytest.raises(ValueError, match="n: "):
        make(1, rng=0)


@pytest.mark.parametrize("make", MAKERS)
def test_samples_that_would_not_fit_in_memory_are_refused(make):
    with pytest.raises(ValueError, match="n: 원소가 10억 개 이하"):
        make(10**9, rng=0)


@pytest.mark.parametrize("make", NOISY)
def test_negative_noise_is_refused_by_name(make):
    with pytest.raises(ValueError, match="noise: "):
        make(30, noise=-0.1)


@pytest.mark.parametrize("make", NOISY)
def test_noise_that_overflows_is_an_error_and_not_a_warning(make):
    with pytest.raises(ValueError, match="모든 값이 유한해야 합니다"):
        make(30, noise=1.7e308, rng=0)


@pytest.mark.parametrize("make", NOISY)
def test_noise_moves_points_by_the_stated_standard_deviation(make):
    """같은 시드에서 잡음이 있는 점과 없는 점의 차이가 곧 잡음이다."""
    clean, y_clean = make(2000, noise=0.0, rng=1)
    noisy, y_noisy = make(2000, noise=0.05, rng=1)
    np.testing.assert_array_equal(y_clean, y_noisy)
    # 표준편차 추정의 표준오차는 0.05/√(2·4000) ≈ 0.0006이므로 0.003은 다섯 배가 넘는다
    assert (noisy - clean).std() == pytest.approx(0.05, abs=0.003)


def test_blobs_without_noise_sit_on_the_given_centers():
    x, y = datasets.blobs(7, [[0, 0], [3, 1]], 0.0, rng=0)
    np.testing.assert_array_equal(x, np.array([[0.0, 0.0], [3.0, 1.0]])[y])


def test_blobs_with_a_number_of_centers_sit_on_a_circle_of_radius_four():
    x, y = datasets.blobs(40, 4, 0.0, rng=0)
    # 네 중심: (4, 0), (0, 4), (−4, 0), (0, −4). cos(π/2)의 반올림은 1e-15보다 작다
    np.testing.assert_allclose(x, np.array([[4, 0], [0, 4], [-4, 0], [0, -4]])[y], atol=1e-14)


def test_blobs_spread_with_the_given_standard_deviation():
    x, y = datasets.blobs(6000, [[0, 0], [9, 9]], 0.5, rng=0)
    spread = (x - np.array([[0, 0], [9, 9]])[y]).std(axis=0)
    # 표준오차 0.5/√12000 ≈ 0.005의 다섯 배
    np.testing.assert_allclose(spread, 0.5, atol=0.025)


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ({"centers": 0}, ValueError, "centers"),
        ({"centers": 2.5}, TypeError, "centers"),
        ({"centers": "셋"}, TypeError, "centers"),
        ({"centers": None}, TypeError, "centers"),
        ({"centers": [[0, 0], [1]]}, ValueError, "centers"),
        ({"centers": [[1.0, 2.0, 3.0]]}, ValueError, "centers"),
        ({"centers": [[np.nan, 0.0]]}, ValueError, "centers"),
        ({"centers": np.empty((0, 2))}, ValueError, "centers"),
        ({"n": 2, "centers": 3}, ValueError, "n"),
        ({"std": -1.0}, ValueError, "std"),
    ],
)
def test_blobs_refuse_bad_arguments_by_name(arguments, error, name):
    with pytest.raises(error, match=name):
        datasets.blobs(**{"n": 10, **arguments})


def test_moons_without_noise_lie_on_two_half_circles():
    x, y = datasets.two_moons(101, 0.0, rng=0)
    upper, lower = x[y == 0], [1.0, 0.5] - x[y == 1]
    for half in (upper, lower):
        np.testing.assert_allclose(np.linalg.norm(half, axis=1), 1.0, atol=1e-12)
        assert half[:, 1].min() >= -1e-12


def test_circles_without_noise_lie_on_radius_one_and_ratio():
    x, y = datasets.circles(50, 0.0, ratio=0.3, rng=0)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), np.where(y == 0, 1.0, 0.3), atol=1e-12)


def test_circles_become_linearly_separable_with_the_squared_radius():
    """특성 x₁² + x₂² 하나에 임곗값을 두면 완전히 나뉜다: 0.25와 1 사이의 0.5."""
    x, y = datasets.circles(200, 0.0, rng=0)
    np.testing.assert_array_equal(((x**2).sum(axis=1) < 0.5).astype(int), y)


@pytest.mark.parametrize("ratio", [0.0, 1.0, 2.0])
def test_circles_refuse_a_ratio_outside_zero_and_one(ratio):
    with pytest.raises(ValueError, match="ratio: "):
        datasets.circles(10, ratio=ratio)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_spirals_without_noise_lie_on_their_arm(n_classes):
    x, y = datasets.spirals(100, n_classes, 0.0, rng=0)
    radius = np.linalg.norm(x, axis=1)
    assert radius.min() == pytest.approx(0.1)
    assert radius.max() == pytest.approx(1.0)
    angle = 2 * np.pi * (radius + y / n_classes)
    np.testing.assert_allclose(
        x, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), atol=1e-12
    )


def test_spirals_refuse_a_single_class():
    with pytest.raises(ValueError, match="n_classes: "):
        datasets.spirals(10, 1)


@given(
    n=st.integers(2, 60),
    margin=st.floats(1e-6, 1e6),
    d=st.integers(1, 60),
    seed=st.integers(0, 10**6),
)
def test_separable_points_keep_at_least_the_promised_margin(n, margin, d, seed):
    x, y = datasets.separable(n, margin, d, rng=seed)
    w = np.ones(d) / np.sqrt(d)  # 단위 벡터이므로 wᵀx가 곧 부호 있는 거리다
    assert ((2 * y - 1) * (x @ w)).min() >= margin
    assert np.abs(x).max() <= 1 + 1.01 * margin / np.sqrt(d)
    assert set(y.tolist()) == {0, 1}


class OnTheBoundary(np.random.Generator):
    """균등 난수가 모두 경계(원점) 위에 떨어지는 가장 나쁜 경우."""

    def uniform(self, low=0.0, high=1.0, size=None):
        return np.zeros(size)


@given(margin=st.floats(1e-6, 1e6), d=st.integers(1, 60))
def test_the_margin_is_kept_even_when_every_point_starts_on_the_boundary(margin, d):
    """이때 거리는 margin·wᵀw이고, 반올림한 wᵀw는 1보다 조금 작을 수 있다."""
    x, y = datasets.separable(4, margin, d, rng=OnTheBoundary(np.random.PCG64(0)))
    assert ((2 * y - 1) * (x @ (np.ones(d) / np.sqrt(d)))).min() >= margin


def test_separable_does_not_exaggerate_the_margin():
    """점이 많으면 가장 가까운 점은 margin에 바짝 붙는다: 보장이 헐겁지 않다."""
    x, y = datasets.separable(5000, 0.3, rng=0)
    distance = (2 * y - 1) * (x @ np.ones(2)) / np.sqrt(2)
    assert 0.3 <= distance.min() < 0.301


@pytest.mark.parametrize(
    ("arguments", "name"),
    [({"margin": 0.0}, "margin"), ({"margin": -1.0}, "margin"), ({"d": 0}, "d")],
)
def test_separable_refuses_bad_arguments_by_name(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        datasets.separable(10, **arguments)
