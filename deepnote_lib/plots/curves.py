"""에포크마다 적은 손실과 정확도를 곡선으로 그린다. 과대적합은 두 곡선이 벌어지는 데서 보인다."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from deepnote_lib._checks import check_float
from deepnote_lib._typing import Array
from deepnote_lib.plots.style import get_axes


def _values(name: str, values: Any) -> Array:
    array = check_float(name, values, ndim=1)
    if array.size == 0:
        raise ValueError(f"{name}: 값이 하나라도 있어야 합니다. 받은 shape={array.shape}")
    return array


def _validation(history: Any, name: str) -> Array | None:
    values = getattr(history, name, None)
    if values is None:
        return None
    # 검증 데이터 없이 훈련한 기록에는 None이나 NaN이 들어 있다.
    array = np.array([np.nan if v is None else v for v in np.asarray(values).tolist()], dtype=float)
    return array if np.isfinite(array).any() else None


def _curve(history: Any, name: str, ylabel: str, ax: Axes | None, label: str | None) -> Axes:
    is_history = hasattr(history, name)
    train = _values(name if is_history else "history", getattr(history, name, history))
    ax = get_axes(ax)
    validation = _validation(history, f"val_{name}") if is_history else None
    prefix = "" if label is None else f"{label} · "
    train_label = f"{prefix}훈련" if is_history and (validation is not None or not label) else label
    (line,) = ax.plot(np.arange(1, train.size + 1), train, label=train_label)
    if validation is not None:
        # 같은 실행의 두 곡선은 색과 선 모양이 같고, 검증 쪽에만 속이 빈 표식이 있다.
        ax.plot(
            np.arange(1, validation.size + 1), validation, label=f"{prefix}검증",
            color=line.get_color(), linestyle=line.get_linestyle(), marker="o", markersize=6.5,
            markerfacecolor="white", markeredgewidth=1.6, markevery=max(1, validation.size // 10),
            dash_capstyle="butt",
        )  # fmt: skip
    ax.set_xlabel("에포크")
    ax.set_ylabel(ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if ax.get_legend_handles_labels()[0]:
        ax.legend()
    return ax


def loss_curve(
    history: Any | Sequence[float], *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """에포크마다의 손실을 그린다. 검증 손실이 있으면 속이 빈 표식을 단 선으로 함께 그린다.

    Parameters
    ----------
    history : History or sequence of float, shape (E,)
        `.loss`(와 `.val_loss`)를 지닌 기록, 또는 손실의 나열. i번째 값은 i번째 에포크의 것이다(1부터).
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    label : str, optional
        범례에 적을 이름. 여러 번 불러 겹쳐 그릴 때 쓴다. 기본값 None은 ‘훈련’, ‘검증’이다.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        손실이 1차원 실수 배열이 아니거나 비었을 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = loss_curve([2.3, 1.1, 0.7], ax=Figure().subplots(), label="학습률 0.1")
    >>> ax.lines[0].get_ydata()
    array([2.3, 1.1, 0.7])
    """
    return _curve(history, "loss", "손실", ax, label)


def accuracy_curve(
    history: Any | Sequence[float], *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """에포크마다의 정확도(0~1)를 그린다. 검증 정확도가 있으면 함께 그린다.

    Parameters
    ----------
    history : History or sequence of float, shape (E,)
        `.accuracy`(와 `.val_accuracy`)를 지닌 기록, 또는 정확도의 나열.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    label : str, optional
        범례에 적을 이름.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        정확도가 1차원 실수 배열이 아니거나 비었거나 0~1을 벗어날 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> accuracy_curve([0.5, 0.9], ax=Figure().subplots()).get_ylabel()
    '정확도'
    """
    name = "accuracy" if hasattr(history, "accuracy") else "history"
    values = _values(name, getattr(history, "accuracy", history))
    if np.nanmin(values) < 0 or np.nanmax(values) > 1:
        low, high = np.nanmin(values), np.nanmax(values)
        raise ValueError(f"{name}: 정확도는 0 이상 1 이하여야 합니다. 받은 범위={low:g}~{high:g}")
    return _curve(history, "accuracy", "정확도", ax, label)
