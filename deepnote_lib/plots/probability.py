"""확률을 본다: 예측 확률을 믿어도 되는지(신뢰도 다이어그램)와 세 클래스의 확률(확률 단체)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from deepnote_lib._checks import as_array, check_flag, shown
from deepnote_lib._figure_text import GUIDE
from deepnote_lib._typing import Array
from deepnote_lib.plots._shared import (
    add_legend,
    check_iterable,
    check_label,
    check_words,
    drawable,
    get_axes,
)
from deepnote_lib.plots.style import AXIS, GRID

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


def reliability_diagram(
    bins: Iterable[npt.ArrayLike], *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """신뢰도 다이어그램: 구간마다 평균 예측 확률(가로)과 정확도(세로)를 찍고 대각선과 비교한다.

    점의 넓이는 구간에 든 샘플 수에 비례하고, 대각선 아래는 지나치게 확신하는 구간이다.

    Parameters
    ----------
    bins
        `metrics.reliability`의 결과, 또는 (확신, 정확도, 샘플 수)인 (B,) 배열 셋. 빈 구간은 그리지 않는다.

    >>> from matplotlib.figure import Figure
    >>> ax = reliability_diagram(([0.6, 0.9], [0.5, 0.8], [10, 30]), ax=Figure().subplots())
    >>> ax.lines[-1].get_ydata()
    array([0.5, 0.8])
    """
    confidence, accuracy, count = _check_bins(bins)
    check_label(label)
    ax = get_axes(ax)
    if not _has_guide(ax):
        ax.plot(
            [0, 1], [0, 1], color=AXIS, linestyle=(0, (4, 3)), linewidth=1.3, label="완벽한 보정",
            gid=GUIDE,
        )  # fmt: skip
    (line,) = ax.plot(confidence, accuracy, label=label or "모델", marker="o", markersize=4)
    low, high = np.minimum(confidence, accuracy), np.maximum(confidence, accuracy)
    color = line.get_color()
    ax.vlines(confidence, low, high, color=color, alpha=0.35, linewidth=1.2, linestyle=":")
    sizes = 30 + 500 * count / count.sum()
    ax.scatter(confidence, accuracy, s=sizes, color=color, alpha=0.3, linewidths=0)
    ax.set_xlim(0, 1.02)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("평균 예측 확률")
    ax.set_ylabel("정확도")
    add_legend(ax)
    return ax


def simplex(
    points: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    names: Sequence[str] = ("클래스 0", "클래스 1", "클래스 2"),
    path: bool = False,
    label: str | None = None,
) -> Axes:
    """세 클래스의 확률 (N, 3)을 정삼각형(확률 단체) 안의 점으로 찍는다. 꼭짓점이 확률 1이다.

    확률 p는 꼭짓점의 가중 평균 p₀·(0, 0) + p₁·(1, 0) + p₂·(½, √3/2)에 놓인다.

    Parameters
    ----------
    names
        세 꼭짓점의 이름: 왼쪽 아래, 오른쪽 아래, 위.
    path
        참이면 점을 순서대로 잇고 끝점을 크게 찍는다. 온도를 바꾸는 것처럼 움직이는 확률에 쓴다.

    >>> from matplotlib.figure import Figure
    >>> ax = simplex([[1, 0, 0], [0.5, 0.5, 0]], ax=Figure().subplots())
    >>> ax.lines[-1].get_xydata()
    array([[0. , 0. ],
           [0.5, 0. ]])
    """
    xy = _check_probabilities(points) @ CORNERS
    words = check_words("names", names, 3)
    check_label(label)
    ax = get_axes(ax)
    if not _has_guide(ax):
        turned = [np.roll(CORNERS, -i, axis=0) for i in range(3)]
        grid = [
            [t * a + (1 - t) * b, t * a + (1 - t) * c]
            for a, b, c in turned
            for t in (0.25, 0.5, 0.75)
        ]
        ax.add_collection(LineCollection(grid, colors=GRID, linewidths=0.9, zorder=0.5, gid=GUIDE))
        ax.plot(*CORNERS[[0, 1, 2, 0]].T, color=AXIS, linewidth=1.2, linestyle="-", gid=GUIDE)
        shifts = ((-0.04, "top"), (-0.04, "top"), (0.03, "bottom"))
        for (x, y), name, (dy, va) in zip(CORNERS, words, shifts, strict=True):
            ax.text(x, y + dy, name, ha="center", va=va)
    style = None if check_flag("path", path) else "none"
    (line,) = ax.plot(
        xy[:, 0], xy[:, 1], marker="o", markeredgecolor="white", label=label, linestyle=style
    )
    if path:
        ax.plot(
            *xy[-1], marker="o", markersize=11, color=line.get_color(), linestyle="none",
            markeredgecolor="white",
        )  # fmt: skip
    ax.set_aspect("equal", adjustable="box")
    ax.set_axis_off()
    ax.set_xlim(-0.2, 1.2)
    ax.set_ylim(-0.13, 0.97)
    if label is not None:
        add_legend(ax, "upper left")
    return ax


def _has_guide(ax: Axes) -> bool:
    """안내선(대각선, 삼각형)을 이미 그었는가? 겹쳐 그려도 한 번만 긋는다."""
    return any(line.get_gid() == GUIDE for line in ax.lines)


def _check_bins(bins: Iterable[npt.ArrayLike]) -> tuple[Array, Array, Array]:
    """빈 구간을 뺀 (확신, 정확도, 샘플 수)."""
    expected = "(확신, 정확도, 샘플 수) 셋이어야 합니다(예: metrics.reliability(p, y))"
    parts = list(check_iterable("bins", bins, expected))
    if len(parts) != 3:
        raise ValueError(f"bins: {expected}. 받은 값={shown(bins)}")
    names = ("bins.confidence", "bins.accuracy", "bins.count")
    arrays = [as_array(name, part, ndim=1) for name, part in zip(names, parts, strict=True)]
    shapes = [array.shape for array in arrays]
    if len(set(shapes)) > 1:
        got = ", ".join(map(str, shapes))
        raise ValueError(f"bins: 세 배열의 shape이 같아야 합니다. 받은 shape={got}")
    used = arrays[2] > 0
    if not used.any():
        raise ValueError("bins: 샘플이 든 구간이 하나 이상이어야 합니다. 받은 샘플 수의 합=0")
    confidence, accuracy, count = (
        drawable(name, array[used]) for name, array in zip(names, arrays, strict=True)
    )
    for name, array in zip(names, (confidence, accuracy), strict=False):
        if array.min() < 0 or array.max() > 1:
            got = f"{array.min():g}~{array.max():g}"
            raise ValueError(f"{name}: 0 이상 1 이하여야 합니다. 받은 범위={got}")
    return confidence, accuracy, count


def _check_probabilities(points: npt.ArrayLike) -> Array:
    p = drawable("points", points, n_columns=3)
    if not len(p):
        raise ValueError(f"points: 확률이 하나 이상이어야 합니다. 받은 shape={p.shape}")
    off = np.abs(p.sum(axis=1) - 1)
    if p.min() < -1e-6 or off.max() > 1e-5:  # float32 소프트맥스의 반올림은 받아 준다
        worst = p[off.argmax()] if off.max() > 1e-5 else p[p.min(axis=1).argmin()]
        raise ValueError(
            f"points: 행마다 0 이상이고 합이 1인 확률이어야 합니다. 받은 행={worst}. "
            "로짓이라면 softmax(z)로 바꾸세요"
        )
    return p
