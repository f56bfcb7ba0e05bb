"""인수 검사와 Parameter: 통과한 값은 그대로, 틀린 값은 이름·기대·받은 값이 적힌 오류."""

from __future__ import annotations

import numpy as np
import pytest

from deepnote_lib import _checks as C
from deepnote_lib.parameter import Parameter


def test_make_rng_accepts_seeds_generators_and_none() -> None:
    generator = np.random.default_rng(3)
    assert C.make_rng(generator) is generator
    assert C.make_rng(np.int64(5)).random() == np.random.default_rng(5).random()
    assert isinstance(C.make_rng(None), np.random.Generator)


@pytest.mark.parametrize("rng", [np.random, "0", 1.5, True, np.random.RandomState(0)])
def test_make_rng_refuses_anything_else(rng) -> None:
    with pytest.raises(TypeError, match=r"rng: .*Generator"):
        C.make_rng(rng)


def test_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rng: .*-1"):
        C.make_rng(-1)


def test_as_array_keeps_floats_and_converts_lists_and_integers() -> None:
    x = np.zeros(3, dtype=np.float32)
    assert C.as_array("x", x) is x  # 이미 맞으면 복사하지 않는다
    assert C.as_array("x", [1, 2]).dtype == np.float64
    assert C.as_array("x", [True]).tolist() == [1.0]
    assert C.as_array("x", np.array([7], dtype=np.uint8)).dtype == np.float64
    with pytest.raises(TypeError, match=r"x: .*1j"):
        C.as_array("x", [1j])
    with pytest.raises(TypeError, match=r"x: .*complex128"):
        C.as_array("x", np.ones(2, dtype=complex))
    with pytest.raises(ValueError, match=r"x: 1차원.*\(1, 2\)"):
        C.as_array("x", [[1.0, 2.0]], ndim=1)
    with pytest.raises(ValueError, match=r"x: 행마다 길이가 같은.*\[\[1\], \[1, 2\]\]"):
        C.as_array("x", [[1], [1, 2]])


def test_as_array_converts_to_the_dtype_of_the_layer() -> None:
    x = np.zeros((3, 2), dtype=np.float32)
    assert C.as_array("x", x, dtype=np.float32) is x
    for given in ([[1, 2]], np.ones((1, 2)), np.ones((1, 2), dtype=np.int8)):
        assert C.as_array("x", given, dtype=np.float32).dtype == np.float32


def test_as_array_wants_a_matrix_of_the_stated_width() -> None:
    x = np.zeros((3, 2))
    assert C.as_array("x", x, n_columns=2) is x
    assert C.as_array("x", x, ndim=2) is x
    with pytest.raises(ValueError, match=r"x: .*\(N, 64\).*\(3, 2\)"):
        C.as_array("x", x, n_columns=64)
    with pytest.raises(ValueError, match=r"x: .*\(N, 2\).*\(2,\)"):
        C.as_array("x", np.zeros(2), n_columns=2)
    with pytest.raises(ValueError, match=r"x: 2차원.*\(3,\)"):
        C.as_array("x", np.zeros(3), ndim=2)


def test_check_finite_points_at_the_first_bad_place() -> None:
    x = np.zeros((2, 3))
    assert C.check_finite("x", x) is x
    x[1, 0], x[1, 2] = np.nan, np.inf
    with pytest.raises(ValueError, match=r"x: .*nan.*\(1, 0\).*2개"):
        C.check_finite("x", x)


def test_check_labels_returns_class_numbers() -> None:
    y = np.array([0, 2, 1], dtype=np.uint8)
    assert C.check_labels("y", y, n=3, n_classes=3) is y
    assert C.check_labels("y", [0, 1]).tolist() == [0, 1]
    assert C.check_labels("y", np.array([], dtype=int)).shape == (0,)


@pytest.mark.parametrize(
    ("y", "error", "pattern"),
    [
        (np.eye(3), ValueError, r"y: .*\(3,\).*클래스 번호.*\(3, 3\).*argmax"),
        ([[0], [1]], ValueError, r"y: .*\(3,\).*\(2, 1\)"),
        ([0, 1], ValueError, r"y: .*\(3,\).*\(2,\)"),
        (0, ValueError, r"y: .*\(3,\).*\(\)"),
        ([0.0, 1.0, 2.0], TypeError, r"y: .*float64"),
        ([True, False, True], TypeError, r"y: .*bool"),
        ([0, 1, 3], ValueError, r"y: .*0~2.*0~3"),
        ([0, -1, 2], ValueError, r"y: .*0~2.*-1~2"),
    ],
)
def test_check_labels_explains_what_is_wrong(y, error, pattern) -> None:
    with pytest.raises(error, match=pattern):
        C.check_labels("y", y, n=3, n_classes=3)


def test_check_labels_without_a_class_count_only_needs_nonnegative_numbers() -> None:
    with pytest.raises(ValueError, match=r"y: .*0 이상.*-2~5"):
        C.check_labels("y", [5, -2])


def test_check_same_shape_names_both() -> None:
    C.check_same_shape("a", np.zeros(2), "b", np.ones(2))
    with pytest.raises(ValueError, match=r"a: .*b.*\(3,\).*\(2,\)"):
        C.check_same_shape("a", np.zeros(2), "b", np.ones(3))


def test_check_number_respects_open_and_closed_ends() -> None:
    assert C.check_number("v", 0, low=0) == 0.0
    assert isinstance(C.check_number("v", np.float32(1), high=1), float)
    with pytest.raises(ValueError, match=r"v: 0보다 큰 수.*0"):
        C.check_number("v", 0, low=0, low_open=True)
    with pytest.raises(ValueError, match=r"^v: 0 이상 1 미만인 수여야 합니다\. 받은 값=1$"):
        C.check_number("v", 1, low=0, high=1, high_open=True)
    with pytest.raises(ValueError, match=r"v: .*1 이하.*2"):
        C.check_number("v", 2, high=1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_check_number_refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(ValueError, match="v: 유한한 수"):
        C.check_number("v", value)


@pytest.mark.parametrize("value", ["1", None, True, [1.0], np.array(1.0)])
def test_check_number_refuses_what_is_not_a_number(value) -> None:
    with pytest.raises(TypeError, match="v: "):
        C.check_number("v", value)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.int8, np.uint64])
def test_check_number_takes_every_numpy_scalar_in_silence(kind) -> None:
    value = C.check_number("v", kind(1), low=0, high=1)
    assert type(value) is float
    assert value == 1.0


def test_check_number_refuses_integers_too_large_for_a_float() -> None:
    with pytest.raises(ValueError, match=r"v: 유한한 수"):
        C.check_number("v", 10**400)


@pytest.mark.parametrize("dtype", [np.float32, "float64", "float", np.dtype(np.float32)])
def test_check_dtype_accepts_the_two_float_types(dtype) -> None:
    assert C.check_dtype(dtype) == np.dtype(dtype)


@pytest.mark.parametrize("dtype", [bool, int, np.float16, "글", None, 3, "i4,("])
def test_check_dtype_refuses_the_rest(dtype) -> None:
    with pytest.raises(TypeError, match=r"^dtype: np\.float32나 np\.float64여야"):
        C.check_dtype(dtype)


def test_check_count_wants_a_large_enough_integer() -> None:
    assert type(C.check_count("n", np.int32(3))) is int
    assert C.check_count("n", 0, low=0) == 0
    for bad in (True, 2.0, "2"):
        with pytest.raises(TypeError, match="n: 1 이상의 정수"):
            C.check_count("n", bad)
    with pytest.raises(ValueError, match=r"n: 1 이상의 정수.*0"):
        C.check_count("n", 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameter_pairs_a_copy_with_a_zero_gradient(dtype) -> None:
    start = np.ones((2, 3), dtype=dtype)
    p = Parameter(start, name="W")
    assert (p.value.dtype, p.grad.dtype) == (dtype, dtype)
    assert p.grad.shape == (2, 3)
    assert not p.grad.any()
    assert p.penalized is True
    p.value += 1
    assert (start == 1).all()
    assert repr(p) == f"Parameter('W', shape=(2, 3), dtype={np.dtype(dtype)})"


def test_parameter_converts_integers_and_refuses_text_and_new_attributes() -> None:
    p = Parameter([1, 2], name="b", penalized=False)  # type: ignore[arg-type]
    assert p.value.dtype == np.float64  # 정수 배열이면 p.value -= 0.1이 실패한다
    assert p.penalized is False
    with pytest.raises(TypeError, match=r"^value: 수의 배열"):
        Parameter(["a"], name="b")  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        p.gard = 0  # type: ignore[attr-defined]  # 오타가 조용히 지나가지 않는다
