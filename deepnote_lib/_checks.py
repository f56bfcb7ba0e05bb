"""인수 검사. 잘못된 입력을 계산 전에 잡아 `이름: 기대. 받은 값` 형식의 한국어 오류로 알린다.

인수로 받은 배열은 바꾸지 않는다. 통과한 값은 계산에 쓸 형태(배열, 파이썬 수)로 반환한다.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from math import prod
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array, IntArray, Rng

LARGEST = 2**31 - 1  # 이보다 큰 개수는 배열로 만들 수 없다
LARGEST_SIZE = 10**9  # float64로 8 GB


def shown(value: object, limit: int = 60) -> str:
    """오류에 적을 값. 배열은 shape과 dtype으로, 긴 것은 줄여서 적는다."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"배열(shape={value.shape}, dtype={value.dtype})"
    if isinstance(value, type):
        return f"클래스 {value.__name__}"
    if callable(value) and hasattr(value, "__name__"):
        return f"함수 {value.__name__}"
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def make_rng(rng: Rng) -> np.random.Generator:
    """난수 생성기. Generator는 그대로 쓰고, 정수는 시드로, None은 매번 새로운 난수로 만든다.

    >>> make_rng(0).integers(10) == make_rng(0).integers(10)
    np.True_
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None or (isinstance(rng, (int, np.integer)) and not isinstance(rng, bool)):
        if rng is not None and rng < 0:
            raise ValueError(f"rng: 시드는 0 이상의 정수여야 합니다. 받은 값={rng}")
        return np.random.default_rng(rng)
    raise TypeError(
        "rng: 시드로 쓸 정수, np.random.default_rng(0) 같은 Generator, None 가운데 하나여야 합니다. "
        f"받은 값={shown(rng)}"
    )


def numeric(name: str, x: npt.ArrayLike) -> npt.NDArray:
    """참거짓, 정수, 실수의 배열인지 확인한다. dtype은 그대로 둔다."""
    try:
        array = np.asarray(x)
    except (ValueError, TypeError, OverflowError):  # 길이가 다른 목록이 섞였다
        raise ValueError(
            f"{name}: 행마다 길이가 같은 수의 배열이어야 합니다. 받은 값={shown(x)}"
        ) from None
    if array.dtype.kind not in "fbiu":
        raise TypeError(f"{name}: 수의 배열이어야 합니다. 받은 값={shown(x)}")
    return array


def as_array(
    name: str,
    x: npt.ArrayLike,
    *,
    dtype: npt.DTypeLike | None = None,
    ndim: int | None = None,
    n_columns: int | None = None,
) -> Array:
    """실수 배열로 바꾼다. 목록과 정수도 받고, dtype을 주면 그 dtype으로, 아니면 실수는 그대로 둔다.

    ndim은 차원 수를, n_columns는 shape이 (N, n_columns)인지를 확인한다. 이미 맞는 배열은 복사하지 않는다.

    >>> as_array("x", [[1, 2]])
    array([[1., 2.]])
    >>> as_array("x", [1.0, 2.0], n_columns=2)
    Traceback (most recent call last):
    ValueError: x: shape=(N, 2)여야 합니다. 받은 shape=(2,)
    """
    array = numeric(name, x)
    if dtype is None:
        dtype = array.dtype if array.dtype.kind == "f" else np.float64
    if array.dtype != dtype:
        with np.errstate(over="ignore"):  # float32에 담을 수 없는 수는 무한대가 된다
            array = array.astype(dtype)
    if n_columns is not None and (array.ndim != 2 or array.shape[1] != n_columns):
        raise ValueError(f"{name}: shape=(N, {n_columns})여야 합니다. 받은 shape={array.shape}")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name}: {ndim}차원 배열이어야 합니다. 받은 shape={array.shape}")
    return array


def check_finite(name: str, x: Array) -> Array:
    """NaN이나 무한대가 하나라도 있으면 첫 위치를 알려 준다."""
    finite = np.isfinite(x)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"{name}: 모든 값이 유한해야 합니다. 받은 값={x[index]} "
            f"(위치 {index}, NaN 또는 무한대 {int((~finite).sum())}개)"
        )
    return x


def check_labels(
    name: str, y: npt.ArrayLike, *, n: int | None = None, n_classes: int | None = None
) -> IntArray:
    """클래스 번호 배열 (N,)인지 확인한다. 원-핫 배열은 받지 않는다."""
    labels = numeric(name, y)
    size = "N" if n is None else n
    if labels.ndim == 2 and labels.shape[1] > 1:
        raise ValueError(
            f"{name}: shape=({size},)인 클래스 번호 배열이어야 합니다. 받은 shape={labels.shape}. "
            f"원-핫 배열, 로짓, 확률이라면 {name}.argmax(axis=1)로 번호를 얻으세요"
        )
    if labels.ndim != 1 or (n is not None and labels.shape[0] != n):
        raise ValueError(f"{name}: shape=({size},)여야 합니다. 받은 shape={labels.shape}")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name}: 정수 클래스 번호여야 합니다. 받은 dtype={labels.dtype}")
    if labels.size:
        low, high = int(labels.min()), int(labels.max())
        if low < 0 or (n_classes is not None and high >= n_classes):
            limit = "0 이상이어야" if n_classes is None else f"0~{n_classes - 1} 사이여야"
            raise ValueError(f"{name}: 클래스 번호는 {limit} 합니다. 받은 범위={low}~{high}")
    return labels


def check_same_shape(name: str, x: Array, other_name: str, other: Array) -> None:
    """두 배열의 shape이 같은지 확인한다."""
    if x.shape != other.shape:
        raise ValueError(
            f"{name}: {other_name}의 shape={other.shape}과 같아야 합니다. 받은 shape={x.shape}"
        )


def check_number(
    name: str,
    value: float,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    low_open: bool = False,
    high_open: bool = False,
) -> float:
    """유한한 수이고 구간 안에 있는지 확인한다. *_open이 참이면 그 끝은 빼고 본다.

    >>> check_number("rate", 0.5, low=0, high=1, high_open=True)
    0.5
    >>> check_number("rate", 50, low=0, high=1, high_open=True)
    Traceback (most recent call last):
    ValueError: rate: 0 이상 1 미만인 수여야 합니다. 받은 값=50
    """
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(
        value, bool
    )
    value = float(value) if isinstance(value, np.floating) else value  # float32와 비교하면 넘친다
    inside = number and abs(value) <= sys.float_info.max  # 무한대, NaN, float에 담을 수 없는 정수
    inside = inside and (value > low if low_open else value >= low)
    inside = inside and (value < high if high_open else value <= high)
    if not inside:
        both = low > -np.inf and high < np.inf
        parts = []
        if low > -np.inf:
            over = "초과" if both else "보다 큰"
            parts.append(f"{low:g}{' ' * both}{over}" if low_open else f"{low:g} 이상")
        if high < np.inf:
            under = "미만" if both else "보다 작은"
            parts.append(f"{high:g}{' ' * both}{under}" if high_open else f"{high:g} 이하")
        range_text = " ".join(parts) or "유한"
        if not range_text.endswith(("큰", "작은")):
            range_text += "한" if range_text == "유한" else "인"
        error = ValueError if number else TypeError
        raise error(f"{name}: {range_text} 수여야 합니다. 받은 값={shown(value)}")
    return float(value)


def check_count(name: str, value: int, *, low: int = 1) -> int:
    """low 이상의 정수인지 확인한다."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: {low} 이상의 정수여야 합니다. 받은 값={shown(value)}")
    if value < low:
        raise ValueError(f"{name}: {low} 이상의 정수여야 합니다. 받은 값={value}")
    if value > LARGEST:
        raise ValueError(f"{name}: {LARGEST} 이하의 정수여야 합니다. 받은 값={shown(value)}")
    return int(value)


def check_size(name: str, *sizes: int) -> None:
    """배열로 만들 수 있는 크기인지 확인한다. 메모리가 모자라 프로그램이 멈추기 전에 알린다."""
    if prod(sizes) > LARGEST_SIZE:
        raise ValueError(f"{name}: 원소가 10억 개 이하인 배열이어야 합니다. 받은 shape={sizes}")


def check_flag(name: str, value: bool) -> bool:
    """참이나 거짓인지 확인한다."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: True나 False여야 합니다. 받은 값={shown(value)}")
    return bool(value)


def check_index(index: int, n: int, what: str) -> int:
    """n개짜리 목록의 위치인지 확인한다. 음수는 뒤에서부터 센다."""
    if isinstance(index, bool) or not isinstance(index, (int, np.integer)):
        raise TypeError(f"index: 정수여야 합니다. 받은 값={shown(index)}")
    if not -n <= index < n:
        raise IndexError(
            f"index: {what} {n}개 가운데 하나여야 합니다(0부터 셉니다). 받은 값={shown(index)}"
        )
    return int(index)


def check_axis(axis: int, ndim: int) -> int:
    """배열에 있는 축의 번호인지 확인한다. 음수는 뒤에서부터 센다."""
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise TypeError(f"axis: 정수여야 합니다. 받은 값={shown(axis)}")
    if not -ndim <= axis < ndim:
        raise ValueError(f"axis: {ndim}차원 배열에 있는 축이어야 합니다. 받은 값={axis}")
    return int(axis)


def check_choice(name: str, value: str, choices: Sequence[str]) -> str:
    """정해진 이름 가운데 하나인지 확인한다."""
    if not isinstance(value, str):
        raise TypeError(
            f"{name}: {', '.join(choices)} 가운데 하나여야 합니다. 받은 값={shown(value)}"
        )
    if value not in choices:
        raise ValueError(f"{name}: {', '.join(choices)} 가운데 하나여야 합니다. 받은 값={value!r}")
    return value


def check_dtype(dtype: npt.DTypeLike) -> np.dtype[np.floating]:
    """매개변수의 dtype이 float32나 float64인지 확인한다.

    >>> check_dtype("float64")
    dtype('float64')
    """
    try:
        kind = np.dtype(dtype)
    except (TypeError, ValueError, SyntaxError):
        kind = None
    # None == np.dtype(np.float64)는 NumPy에서 참이므로 None을 먼저 거른다
    if dtype is None or kind is None or kind not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"dtype: np.float32나 np.float64여야 합니다. 받은 값={shown(dtype)}")
    return kind  # type: ignore[return-value]


def check_instance(name: str, value: object, kind: type, example: str) -> None:
    """kind의 객체인지 확인한다. 괄호를 잊고 클래스를 건넸으면 그렇다고 말한다."""
    if isinstance(value, kind):
        return
    cure = ""
    if isinstance(value, type) and issubclass(value, kind):
        cure = f". {value.__name__}(…)처럼 괄호를 붙여 객체를 만드세요"
    raise TypeError(f"{name}: {example} 같은 객체여야 합니다. 받은 값={shown(value)}{cure}")


def check_path(name: str, path: str | os.PathLike[str]) -> None:
    """파일의 경로인지 확인한다. 정수는 열려 있는 파일의 번호로 읽히므로 받지 않는다."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{name}: 파일의 경로(문자열이나 Path)여야 합니다. 받은 값={shown(path)}")
    if not Path(path).name or "\0" in str(path):
        raise ValueError(f"{name}: 파일의 이름이 있는 경로여야 합니다. 받은 값={shown(path)}")


class Model(Protocol):
    """훈련하고 검증할 수 있는 것: 층과 모델, 또는 같은 메서드를 가진 독자의 클래스."""

    def forward(self, x: Any, *, training: bool = ...) -> Any: ...
    def backward(self, dout: Any) -> Any: ...
    def parameters(self) -> Iterable[Any]: ...


def check_methods(name: str, value: object, methods: Sequence[str], example: str) -> None:
    """메서드를 모두 가진 객체인지 확인한다(상속하지 않은 독자의 클래스도 받는다)."""
    missing = [m for m in methods if not callable(getattr(value, m, None))]
    if missing or isinstance(value, type):
        calls = ", ".join(f"{m}()" for m in methods)
        cure = (
            f". {value.__name__}(…)처럼 괄호를 붙여 객체를 만드세요"
            if isinstance(value, type)
            else ""
        )
        raise TypeError(
            f"{name}: {calls}가 있는 객체여야 합니다(예: {example}). 받은 값={shown(value)}{cure}"
        )
