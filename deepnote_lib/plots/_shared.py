"""그림 함수들이 함께 쓰는 것: 그릴 축, 범례, 인수 검사."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepnote_lib._checks import as_array, check_finite, shown
from deepnote_lib._typing import Array

T = TypeVar("T")
LARGEST = 1e100  # 더 큰 수는 축의 범위를 정하다가 넘친다


def get_axes(ax: Axes | None) -> Axes:
    """그릴 축. None이면 지금 그림의 축(`plt.gca()`)이다."""
    if ax is None:
        from matplotlib import pyplot as plt  # 축을 받으면 pyplot의 그림 목록을 건드리지 않는다

        return plt.gca()
    if not isinstance(ax, Axes):
        cure = ""
        if isinstance(ax, np.ndarray):
            cure = ". 축이 여럿이면 ax=axes[0]처럼 하나를 고르세요"
        elif isinstance(ax, Figure):
            cure = ". fig, ax = plt.subplots()의 ax를 건네세요"
        raise TypeError(f"ax: Matplotlib의 Axes여야 합니다. 받은 값={shown(ax)}{cure}")
    return ax


def add_legend(ax: Axes, loc: Literal["upper left"] | None = None) -> None:
    """범례를 단다. 이름이 빈 글이거나 _로 시작하면 범례에 적을 것이 없다."""
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc=loc)


def drawable(
    name: str, x: npt.ArrayLike, *, ndim: int | None = None, n_columns: int | None = None
) -> Array:
    """유한하고 너무 크지 않은 실수 배열로 바꾼다."""
    array = check_finite(name, as_array(name, x, ndim=ndim, n_columns=n_columns))
    limit = min(LARGEST, float(np.finfo(array.dtype).max) / 4)  # 두 값의 차이도 넘치지 않게
    if array.size and (largest := float(np.abs(array).max())) > limit:
        raise ValueError(
            f"{name}: 절댓값이 {limit:.3g} 이하여야 그릴 수 있습니다. 받은 최댓값={largest:.3g}"
        )
    return array


def check_iterable(name: str, values: Iterable[T], expected: str) -> Iterator[T]:
    """차례로 꺼낼 수 있는지 확인한다. 꺼내는 것은 호출한 곳에서 한다."""
    try:
        return iter(values)
    except TypeError:
        raise TypeError(f"{name}: {expected}. 받은 값={shown(values)}") from None


def check_label(label: str | None) -> None:
    """범례에 적을 이름인지 확인한다."""
    if label is not None and not isinstance(label, str):
        raise TypeError(f"label: 문자열이어야 합니다. 받은 값={shown(label)}")


def check_words(name: str, values: Sequence[object], n: int, *, more: bool = False) -> list[str]:
    """칸이나 클래스마다의 이름 n개(more이면 n개 이상)를 글로 바꾼다."""
    error = TypeError(f"{name}: 글 {n}개의 목록이어야 합니다. 받은 값={shown(values)}")
    if isinstance(values, (str, bytes)):
        raise error
    try:
        words = [str(values[i]) for i in range(len(values))]
    except (TypeError, KeyError):
        raise error from None
    if len(words) < n or (len(words) > n and not more):
        many = f"{n}개 이상이어야" if more else f"{n}개여야"
        raise ValueError(f"{name}: {many} 합니다. 받은 개수={len(words)}")
    return words
