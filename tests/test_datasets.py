"""패키지에 들어 있는 데이터, 나누기, 표준화."""

from __future__ import annotations

import gzip
import hashlib
import inspect
import subprocess
import sys

import numpy as np
import pytest

from deepnote_lib import datasets
from deepnote_lib.datasets import bundled

TAKES_RNG = [
    datasets.blobs, datasets.breast_cancer, datasets.circles, datasets.digits, datasets.separable,
    datasets.spirals, datasets.train_val_split, datasets.two_moons,
]  # fmt: skip


def flat(parts):
    """((x, y), (x_test, y_test))의 배열 네 개."""
    return [array for part in parts for array in part]


def test_importing_the_package_loads_neither_sklearn_nor_pooch_nor_tqdm_nor_matplotlib():
    code = (
        "import sys, deepnote_lib.datasets as d; d.is_available; d.blobs(9); d.digits(); "
        "print(sorted({'sklearn', 'pooch', 'tqdm', 'requests', 'matplotlib'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
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


@pytest.mark.parametrize("name", ["digits", "breast_cancer"])
def test_the_arrays_and_their_order_are_those_of_scikit_learn(name):
    """scikit-learn의 배열을 같은 난수로 나누면 같은 배열이 같은 순서로 나온다."""
    source = pytest.importorskip("sklearn.datasets", reason="scikit-learn이 없습니다")
    x, y = getattr(source, f"load_{name}")(return_X_y=True)
    if name == "digits":
        x = (x / 16).astype(np.float32)
    ours = getattr(datasets, name)(test_size=0.3, rng=1)
    wanted = datasets.train_val_split(x, y, val_size=0.3, rng=1)
    for got, expected in zip(flat(ours), flat(wanted), strict=True):
        np.testing.assert_array_equal(got, expected)
        assert got.dtype == expected.dtype


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


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"not a gzip",
        gzip.compress(b"1,2\n3,4\n", mtime=0)[:-9],
        gzip.compress(b"a,b\n", mtime=0),
    ],
)
def test_a_missing_or_damaged_file_is_told_with_what_to_do(monkeypatch, tmp_path, content):
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    path = tmp_path / "digits.csv.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        datasets.DatasetError, match=r"할 일 1: .*pip install --force-reinstall"
    ) as caught:
        datasets.digits()
    assert isinstance(caught.value, OSError)
    assert str(caught.value).startswith("digits: ")
    assert f"파일 위치: {path}" in str(caught.value)


def test_every_data_file_has_its_source_and_license_beside_it():
    text = (bundled.FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    files = [p.name for p in bundled.FOLDER.glob("*.gz")]
    assert sorted(files) == ["breast_cancer.csv.gz", "digits.csv.gz"]
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert all(
        any(name in row and "CC BY 4.0" in row and "doi.org" in row for row in rows)
        for name in files
    )
    assert sum(p.stat().st_size for p in bundled.FOLDER.iterdir()) < 120_000


# 난수 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("function", TAKES_RNG)
def test_rng_is_keyword_only_and_none_means_fresh_entropy(function):
    rng = inspect.signature(function).parameters["rng"]
    assert rng.kind is inspect.Parameter.KEYWORD_ONLY
    assert rng.default is None


def test_every_public_function_that_takes_rng_is_in_the_list():
    functions = [getattr(datasets, name) for name in datasets.__all__ if name != "DatasetError"]
    assert {f for f in functions if "rng" in inspect.signature(f).parameters} == set(TAKES_RNG)


def test_without_rng_every_call_splits_differently():
    assert not np.array_equal(datasets.digits()[0][1], datasets.digits()[0][1])
    x, y = np.arange(1000), np.zeros(1000, dtype=int)
    first, second = datasets.train_val_split(x, y), datasets.train_val_split(x, y)
    assert not np.array_equal(first[0][0], second[0][0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("digits", "492855d632442421"), ("breast_cancer", "8d2e1b9a238cd962")],
)
def test_the_split_of_seed_zero_is_the_one_that_the_book_has_stored(name, expected):
    """책의 출력이 이 나누기에 달려 있으므로 바이트까지 못 박는다."""
    digest = hashlib.sha256()
    for array in flat(getattr(datasets, name)(rng=0)):
        digest.update(array.tobytes())
    assert digest.hexdigest()[:16] == expected


# 표준화 ---------------------------------------------------------------------------------


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
    source = pytest.importorskip("sklearn.preprocessing", reason="scikit-learn이 없습니다")
    scaler = source.StandardScaler()
    (x, _), (x_test, _) = datasets.breast_cancer()
    ours, ours_test = datasets.standardize(x, x_test)
    # 둘 다 float64이고 평균을 구하는 순서만 다르다
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
        (([[1.0], [1.0, 2.0]],), "x: "),
        ((np.empty((0, 3)),), "x: "),
        (([[np.nan], [1.0]],), "x: "),
        (([[1e308], [-1e308]],), "x: 표준편차가 유한해야"),
        (([[0.0], [0.2]], [[1e308]]), r"others\[0\]: "),
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
    """9개 중 3개, 클래스 수 5·2·2: 할당 1.67·0.67·0.67 → 내림 1·0·0, 남은 둘은 앞의 두 클래스로."""
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


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(None, [0], "x"), ("글", [0], "x"), ([[1], [1, 2]], [0, 1], "x"), ([0, 1], ["가", "나"], "y")],
)
def test_train_val_split_refuses_what_is_not_a_number_by_name(x, y, name):
    with pytest.raises((TypeError, ValueError), match=f"^{name}: "):
        datasets.train_val_split(x, y)
