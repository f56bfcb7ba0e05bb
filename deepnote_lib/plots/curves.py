"""에포크마다 적은 손실과 정확도를 곡선으로 그린다. 과대적합은 두 곡선이 벌어지는 데서 보인다.

첫 인수는 훈련의 기록(History) 또는 에포크마다의 값 (E,)이고, i번째 값은 i번째 에포크의 것이다(1부터).
기록에 검증 데이터의 값이 있으면 속이 빈 표식을 단 선으로 함께 그린다.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from deepnote_lib._checks import as_array
from deepnote_lib._typing import Array
from deepnote_lib.plots._shared import add_legend, check_label, get_axes


class LossRecord(Protocol):
    """손실을 적은 기록. `val_loss`가 있으면 함께 그린다."""

    @property
    def loss(self) -> npt.ArrayLike:
        """에포크마다의 손실 (E,)."""


class AccuracyRecord(Protocol):
    """정확도를 적은 기록. `val_accuracy`가 있으면 함께 그린다."""

    @property
    def accuracy(self) -> npt.ArrayLike:
        """에포크마다의 정확도 (E,)."""


def loss_curve(
    history: LossRecord | npt.ArrayLike, *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """에포크마다의 손실을 그린다.

    label은 범례에 적을 이름이다. 여러 번 호출해 겹쳐 그릴 때 쓰고, None이면 ‘훈련’, ‘검증’이다.

    >>> from matplotlib.figure import Figure
    >>> ax = loss_curve([2.3, 1.1, 0.7], ax=Figure().subplots(), label="학습률 0.1")
    >>> ax.lines[0].get_ydata()
    array([2.3, 1.1, 0.7])
    """
    return _curve(history, "loss", "손실", _values(history, "loss"), ax, label)


def accuracy_curve(
    history: AccuracyRecord | npt.ArrayLike, *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """에포크마다의 정확도(0~1)를 그린다. label은 `loss_curve`와 같다.

    >>> from matplotlib.figure import Figure
    >>> accuracy_curve([0.5, 0.9], ax=Figure().subplots()).get_ylabel()
    '정확도'
    """
    values = _values(history, "accuracy")
    low, high = np.nanmin(values), np.nanmax(values)
    if low < 0 or high > 1:
        name = "history.accuracy" if hasattr(history, "accuracy") else "history"
        raise ValueError(f"{name}: 정확도는 0 이상 1 이하여야 합니다. 받은 범위={low:g}~{high:g}")
    return _curve(history, "accuracy", "정확도", values, ax, label)


def _values(history: Any, column: Literal["loss", "accuracy"]) -> Array:
    """기록의 열, 또는 값의 나열."""
    name = f"history.{column}" if hasattr(history, column) else "history"
    array = as_array(name, getattr(history, column, history), ndim=1)
    if np.isnan(array).all():
        raise ValueError(f"{name}: 그릴 값이 하나 이상이어야 합니다. 받은 shape={array.shape}")
    return array


def _validation(history: object, column: Literal["loss", "accuracy"]) -> Array | None:
    """검증 데이터의 열. 검증 데이터 없이 훈련한 기록에는 None이나 NaN이 들어 있다."""
    values = getattr(history, f"val_{column}", None) if hasattr(history, column) else None
    if values is None:
        return None
    known = [np.nan if v is None else v for v in np.asarray(values, dtype=object).ravel()]
    array = as_array(f"history.val_{column}", known, dtype=np.float64)
    return array if np.isfinite(array).any() else None


def _curve(
    history: object,
    column: Literal["loss", "accuracy"],
    ylabel: str,
    train: Array,
    ax: Axes | None,
    label: str | None,
) -> Axes:
    check_label(label)
    validation = _validation(history, column)
    ax = get_axes(ax)
    prefix = "" if label is None else f"{label} · "
    is_record = hasattr(history, column)
    named = is_record and (validation is not None or not label)
    name = f"{prefix}훈련" if named else label
    (line,) = ax.plot(np.arange(1, train.size + 1), train, label=name)
    if validation is not None:
        # 같은 실행의 두 곡선은 색과 선 모양이 같고, 검증 곡선에만 속이 빈 표식이 있다.
        ax.plot(
            np.arange(1, validation.size + 1), validation, label=f"{prefix}검증",
            color=line.get_color(), linestyle=line.get_linestyle(), marker="o", markersize=6.5,
            markerfacecolor="white", markeredgewidth=1.6, markevery=max(1, validation.size // 10),
            dash_capstyle="butt",
        )  # fmt: skip
    ax.set_xlabel("에포크")
    ax.set_ylabel(ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    add_legend(ax)
    return ax
