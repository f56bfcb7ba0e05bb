"""인수 검사. 잘못된 입력을 계산 전에 잡아 `이름: 기대. 받은 값` 꼴의 한국어 오류로 알린다.

배열을 바꾸지 않으며, 검사를 통과한 값을 그대로(목록은 배열로 바꿔) 돌려준다.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array, IntArray, Rng


def make_rng(rng: Rng) -> np.random.Generator:
    """정수 시드, Generator, None 가운데 무엇을 받아도 Generator를 돌려준다.

    Raises
    ------
    TypeError
        전역 난수 모듈(`np.random`)이나 `RandomState`처럼 받을 수 없는 값일 때.

    Examples
    --------
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
        "rng: np.random.Generator, 정수 시드, None 가운데 하나여야 합니다. "
        f"받은 타입={type(rng).__name__}"
    )


def check_float(name: str, x: npt.ArrayLike, *, ndim: int | None = None) -> Array:
    """실수 배열인지(필요하면 차원 수까지) 확인한다. 정수 배열은 float64로 바꿔 돌려준다."""
    array = np.asarray(x)
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"{name}: 실수 배열이어야 합니다. 받은 dtype={array.dtype}")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name}: {ndim}차원 배열이어야 합니다. 받은 shape={array.shape}")
    return array


def check_2d(name: str, x: Array, *, n_columns: int | None = None) -> Array:
    """(N, D) 형상의 실수 배열인지 확인한다. n_columns를 주면 D까지 맞아야 한다."""
    columns = "D" if n_columns is None else n_columns
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        got = f"dtype={x.dtype}" if isinstance(x, np.ndarray) else f"타입={type(x).__name__}"
        raise TypeError(f"{name}: shape이 (N, {columns})인 실수 배열이어야 합니다. 받은 {got}")
    if x.ndim != 2 or (n_columns is not None and x.shape[1] != n_columns):
        raise ValueError(f"{name}: shape이 (N, {columns})이어야 합니다. 받은 shape={x.shape}")
    return x


def check_finite(name: str, x: Array) -> Array:
    """NaN이나 무한대가 하나라도 있으면 첫 자리를 알려 준다."""
    finite = np.isfinite(x)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"{name}: 모든 값이 유한해야 합니다. "
            f"받은 값={x[index]} (자리 {index}, 모두 {int((~finite).sum())}개)"
        )
    return x


def check_labels(name: str, y: npt.ArrayLike, *, n: int | None = None, n_classes: int | None = None) -> IntArray:
    """클래스 번호 배열 (N,)인지 확인한다. 원-핫 배열은 받지 않는다."""
    labels = np.asarray(y)
    size = "N" if n is None else n
    if labels.ndim == 2 and labels.shape[1] > 1:
        raise ValueError(
            f"{name}: 클래스 번호 배열 ({size},)이어야 합니다. 받은 shape={labels.shape}. "
            f"원-핫 배열이라면 {name}.argmax(axis=1)로 번호를 얻으세요"
        )
    if labels.ndim != 1 or (n is not None and labels.shape[0] != n):
        raise ValueError(f"{name}: shape이 ({size},)이어야 합니다. 받은 shape={labels.shape}")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name}: 정수 클래스 번호여야 합니다. 받은 dtype={labels.dtype}")
    if labels.size:
        low, high = int(labels.min()), int(labels.max())
        if low < 0 or (n_classes is not None and high >= n_classes):
            limit = "0 이상" if n_classes is None else f"0~{n_classes - 1}"
            raise ValueError(f"{name}: 클래스 번호는 {limit}이어야 합니다. 받은 범위={low}~{high}")
    return labels


def check_same_shape(name: str, x: Array, other_name: str, other: Array) -> None:
    """두 배열의 형상이 같은지 확인한다."""
    if x.shape != other.shape:
        raise ValueError(
            f"{name}: shape이 {other_name}의 shape {other.shape}과 같아야 합니다. 받은 shape={x.shape}"
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

    Examples
    --------
    >>> check_number("rate", 0.5, low=0, high=1, high_open=True)
    0.5
    >>> check_number("lr", -0.1, low=0, low_open=True)
    Traceback (most recent call last):
    ValueError: lr: 0보다 큰 수여야 합니다. 받은 값=-0.1
    """
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    inside = number and np.isfinite(value)
    inside = inside and (value > low if low_open else value >= low)
    inside = inside and (value < high if high_open else value <= high)
    if not inside:
        parts = []
        if low > -np.inf:
            parts.append(f"{low:g}보다 큰" if low_open else f"{low:g} 이상")
        if high < np.inf:
            parts.append(f"{high:g}보다 작은" if high_open else f"{high:g} 이하")
        range_text = " ".join(part if part.endswith(("큰", "작은")) else part + "인" for part in parts)
        error = ValueError if number else TypeError
        raise error(f"{name}: {range_text or '유한한'} 수여야 합니다. 받은 값={value!r}")
    return float(value)


def check_count(name: str, value: int, *, low: int = 1) -> int:
    """low 이상의 정수인지 확인한다."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: {low} 이상의 정수여야 합니다. 받은 값={value!r}")
    if value < low:
        raise ValueError(f"{name}: {low} 이상의 정수여야 합니다. 받은 값={value}")
    return int(value)
