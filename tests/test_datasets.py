"""scikit-learn에 든 데이터, 나누기, 표준화의 시험."""

from __future__ import annotations

import importlib
import subprocess
import sys

import numpy as np
import pytest

from deepnote_lib import datasets


def test_importing_the_package_loads_neither_sklearn_nor_pooch_nor_tqdm_nor_matplotlib():
    code = (
        "import sys, deepnote_lib.datasets as d; d.is_available; d.blobs(9, rng=0); "
        "print(sorted({'sklearn', 'pooch', 'tqdm', 'requests', 'matplotlib'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_every_public_name_exists():
    for name in datasets.__all__:
        assert hasattr(datasets, name), name


def test_digits_have_the_promised_shapes_types_and_range():
    (x, y), (x_test, y_test) = datasets.digits()
    # 1797 · 0.2 = 359.4 → 올림 360
    assert x.shape == (1437, 64)
    assert x_test.shape == (360, 64)
    assert x.dtype == x_test.dtype == np.float32
    assert y.dtype == y_test.dtype == np.int64
    assert x.min() == 0.0
    assert x.max() == 1.0
    # 화소가 0~16의 정수이므로 16을 곱하면 정확히 정수다(2의 거듭제곱이라 반올림이 없다)
    np.testing.assert_array_equal(x * 16, np.round(x * 16))


def test_breast_cancer_keeps_raw_values_and_the_labels_of_scikit_learn():
    (x, y), (x_test, y_test) = datasets.breast_cancer()
    assert x.shape == (455, 30)
    assert x_test.shape == (114, 30)
    assert x.dtype == np.float64
    assert y.dtype == np.int64
    both = np.concatenate([y, y_test])
    assert np.bincount(both).tolist() == [212, 357]  # 악성 212, 양성 357
    # 표준화하지 않았다: 면적 특성의 평균은 수백이다
    assert x[:, 3].mean() > 500
    # 악성 종양이 더 크다: 번호 0이 악성이라는 확인
    assert x[y == 0, 3].mean() > x[y == 1, 3].mean()


@pytest.mark.parametrize("load", [datasets.digits, datasets.breast_cancer])
def test_the_two_parts_hold_every_sample_exactly_once(load):
    source = importlib.import_module("sklearn.datasets")
    original = source.load_digits if load is datasets.digits else source.load_breast_cancer
    expected, labels = original(return_X_y=True)
    if load is datasets.digits:
        expected = expected / 16
    (x, y), (x_test, y_test) = load(rng=1)
    got = np.column_stack([np.concatenate([x, x_test]), np.concatenate([y, y_test])])
    wanted = np.column_stack([expected, labels])
    np.testing.assert_array_equal(got[np.lexsort(got.T)], wanted[np.lexsort(wanted.T)])


@pytest.mark.parametrize("load", [datasets.digits, datasets.breast_cancer])
def test_class_shares_are_equal_in_both_parts(load):
    (_, y), (_, y_test) = load()
    total = np.bincount(np.concatenate([y, y_test]))
    exact = total * len(y_test) / total.sum()
    assert (np.abs(np.bincount(y_test) - exact) < 1).all()


def test_the_split_depends_on_the_seed_alone():
    first, again, other = datasets.digits(rng=0), datasets.digits(rng=0), datasets.digits(rng=1)
    np.testing.assert_array_equal(first[1][0], again[1][0])
    assert not np.array_equal(first[1][1], other[1][1])
    generator = datasets.digits(rng=np.random.default_rng(0))
    np.testing.assert_array_equal(first[1][0], generator[1][0])


def test_test_size_can_be_a_count():
    (_, y), (_, y_test) = datasets.digits(test_size=100)
    assert (len(y), len(y_test)) == (1697, 100)


@pytest.mark.parametrize("size", [0, -1, 1797, 0.0, 1.0, 1.5, float("nan")])
def test_a_test_size_that_empties_one_side_is_refused(size):
    with pytest.raises(ValueError, match="test_size: "):
        datasets.digits(test_size=size)


@pytest.mark.parametrize("size", ["0.2", True, None])
def test_a_test_size_that_is_not_a_number_is_refused(size):
    with pytest.raises(TypeError, match="test_size: "):
        datasets.breast_cancer(test_size=size)


def test_missing_scikit_learn_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(datasets.DatasetError, match="pip install scikit-learn") as caught:
        datasets.digits()
    assert isinstance(caught.value, OSError)
    assert str(caught.value).startswith("digits: ")


def test_standardize_uses_the_statistics_of_the_first_array_only():
    """손계산: 열의 평균 2와 10, 표준편차 1과 2."""
    x = np.array([[1.0, 8.0], [3.0, 12.0]])
    x_test = np.array([[5.0, 10.0]])
    scaled, scaled_test = datasets.standardize(x, x_test)
    np.testing.assert_array_equal(scaled, [[-1, -1], [1, 1]])
    np.testing.assert_array_equal(scaled_test, [[3, 0]])  # (5 − 2)/1, (10 − 10)/2
    np.testing.assert_array_equal(x, [[1.0, 8.0], [3.0, 12.0]])


def test_standardize_gives_one_array_for_one_array_and_a_tuple_for_more():
    x = np.array([[0.0], [2.0]])
    assert isinstance(datasets.standardize(x), np.ndarray)
    assert len(datasets.standardize(x, x, x)) == 3


def test_standardize_agrees_with_scikit_learn():
    scaler = importlib.import_module("sklearn.preprocessing").StandardScaler()
    (x, _), (x_test, _) = datasets.breast_cancer()
    ours, ours_test = datasets.standardize(x, x_test)
    # 두 쪽 모두 float64이고 평균을 구하는 차례만 다르다
    np.testing.assert_allclose(ours, scaler.fit_transform(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours_test, scaler.transform(x_test), rtol=1e-10, atol=1e-12)


def test_a_constant_feature_becomes_zero_and_its_rounding_is_not_blown_up():
    """0.1을 열 번 더해 10으로 나누면 0.1이 아니다. 그 반올림을 1e-17로 나누면 큰 수가 된다."""
    x = np.column_stack([np.full(10, 0.1), np.arange(10.0)])
    scaled, other = datasets.standardize(x, np.array([[0.6, 4.5]]))
    np.testing.assert_array_equal(scaled[:, 0], 0.0)
    assert other[0, 0] == 0.5
    assert other[0, 1] == 0.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_standardize_keeps_the_float_type(dtype):
    assert datasets.standardize(np.array([[0], [4]], dtype=dtype)).dtype == dtype


def test_standardize_turns_integers_into_float64():
    assert datasets.standardize([[0], [4]]).dtype == np.float64


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 2.0],), "x: "),
        ((np.empty((0, 3)),), "x: "),
        (([[np.nan], [1.0]],), "x: "),
        (([[1.0], [2.0]], [[1.0, 2.0]]), r"others\[0\]: "),
        (([[1.0], [2.0]], [[1.0]], [[np.inf]]), r"others\[1\]: "),
    ],
)
def test_standardize_refuses_bad_arrays_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.standardize(*arguments)


def test_train_val_split_keeps_pairs_together_and_types():
    x = np.arange(50, dtype=np.float32).reshape(50, 1)
    y = (np.arange(50) % 5).astype(np.int64)
    (x_train, y_train), (x_val, y_val) = datasets.train_val_split(x, y, rng=0)
    assert (len(x_train), len(x_val)) == (40, 10)
    assert x_val.dtype == np.float32
    np.testing.assert_array_equal(x_val[:, 0] % 5, y_val)
    np.testing.assert_array_equal(x_train[:, 0] % 5, y_train)
    assert sorted(np.concatenate([x_train, x_val])[:, 0].tolist()) == list(range(50))
    assert np.bincount(y_val).tolist() == [2, 2, 2, 2, 2]


def test_train_val_split_returns_copies():
    x, y = np.zeros((10, 2)), np.zeros(10, dtype=int)
    (x_train, _), _ = datasets.train_val_split(x, y)
    x_train += 1
    assert not x.any()


def test_remaining_places_go_to_the_largest_remainders():
    """9개 중 3개, 클래스 수 5·2·2: 몫 1.67·0.67·0.67 → 내림 1·0·0, 남은 둘은 앞의 두 클래스로."""
    y = np.array([0] * 5 + [1] * 2 + [2] * 2)
    _, (_, y_val) = datasets.train_val_split(np.zeros((9, 1)), y, val_size=3)
    assert np.bincount(y_val, minlength=3).tolist() == [2, 1, 0]


def test_a_fraction_is_rounded_up_but_not_by_floating_point_noise():
    # 100 · 0.07 = 7.000000000000001이지만 7개여야 한다
    y = np.zeros(100, dtype=int)
    assert len(datasets.train_val_split(np.zeros((100, 1)), y, val_size=0.07)[1][1]) == 7
    assert len(datasets.train_val_split(np.zeros((100, 1)), y, val_size=0.071)[1][1]) == 8


@pytest.mark.parametrize("y", [np.linspace(0, 1, 20), np.zeros((20, 3))])
def test_targets_that_are_not_class_numbers_are_split_at_random(y):
    (x_train, y_train), (x_val, y_val) = datasets.train_val_split(np.arange(20), y, rng=0)
    assert (len(y_train), len(y_val)) == (16, 4)
    np.testing.assert_array_equal(y[x_val], y_val)
    np.testing.assert_array_equal(y[x_train], y_train)
    assert not np.array_equal(x_val, np.sort(x_val))


@pytest.mark.parametrize(("x", "y"), [(np.zeros((3, 1)), [0, 1]), (1.0, [0]), ([1.0], 0)])
def test_train_val_split_refuses_different_lengths(x, y):
    with pytest.raises(ValueError, match="y: "):
        datasets.train_val_split(x, y)
