"""평면 위의 점, 직선 wᵀx + b = 0, 모델이 나눈 영역(결정 경계)을 그린다. (퍼셉트론, 소프트맥스 장)"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb

from deepnote_lib._checks import as_array, check_count, check_finite, check_labels, shown
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.plots._shared import add_legend, check_label, check_words, drawable, get_axes
from deepnote_lib.plots.style import COLORS, MARKERS, PALETTE

TINT = 0.2  # 영역의 색에 섞는 원색의 비율. 그 위의 점이 묻히지 않을 만큼 엷다.
FINEST = 2000  # 한 축을 이보다 잘게 나누면 격자가 메모리에 들어가지 않는다


def points(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    names: Sequence[str] | None = None,
) -> Axes:
    """점 x (N, 2)를 클래스 y (N,)마다 다른 색과 모양으로 찍는다. 클래스는 0~6이다.

    names는 범례에 적을 클래스의 이름이고, None이면 ‘클래스 0’, ‘클래스 1’, …이다.

    >>> from matplotlib.figure import Figure
    >>> ax = points([[0, 0], [1, 1]], [0, 1], ax=Figure().subplots())
    >>> ax.get_legend_handles_labels()[1]
    ['클래스 0', '클래스 1']
    """
    x = _check_points(x)
    y = check_labels("y", y, n=len(x))
    n_classes = _check_classes("y", y)
    words = [f"클래스 {k}" for k in range(n_classes)]
    if names is not None:
        words = check_words("names", names, n_classes, more=True)
    ax = get_axes(ax)
    for k in np.unique(y):
        ax.scatter(
            x[y == k, 0], x[y == k, 1], s=46 if len(x) <= 150 else 26, color=COLORS[k], label=words[k],
            marker=MARKERS[k], edgecolors="white", linewidths=0.7, zorder=3,
        )  # fmt: skip
    ax.set_xlabel(ax.get_xlabel() or "$x_1$")
    ax.set_ylabel(ax.get_ylabel() or "$x_2$")
    add_legend(ax)
    return ax


def line(
    w: npt.ArrayLike, b: npt.ArrayLike, *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """직선 w₁x₁ + w₂x₂ + b = 0을 지금 보이는 범위에 그린다. 범위는 바꾸지 않으므로 점을 먼저 찍는다.

    w (2,)는 직선에 수직인 방향, b는 수 하나이다. 직선이 범위를 지나지 않으면 빈 선을 남긴다.

    >>> from matplotlib.figure import Figure
    >>> ax = line([1.0, 1.0], -1.0, ax=Figure().subplots())  # x₁ + x₂ = 1, 범위는 [0, 1]²
    >>> ax.lines[0].get_xydata()
    array([[0., 1.],
           [1., 0.]])
    """
    w = check_finite("w", as_array("w", w))
    if w.shape != (2,):
        cure = ". w.ravel()로 펴세요" if w.size == 2 else ""
        raise ValueError(f"w: shape=(2,)여야 합니다. 받은 shape={w.shape}{cure}")
    if not w.any():
        raise ValueError(
            f"w: 영벡터가 아니어야 합니다(영벡터이면 직선이 정해지지 않습니다). 받은 값={w}"
        )
    offset = check_finite("b", as_array("b", b))
    if offset.size != 1:
        raise ValueError(f"b: 수 하나여야 합니다. 받은 shape={offset.shape}")
    check_label(label)
    ax = get_axes(ax)
    xlim, ylim = ax.get_xlim(), ax.get_ylim()
    segment = _clip(w, float(offset.item()), xlim, ylim)
    ax.plot(*segment.T, color=PALETTE["ink"], linestyle="-", label=label, zorder=2.5)
    ax.set_xlim(xlim)
    ax.set_ylim(ylim)
    if label is not None:
        add_legend(ax)
    return ax


def _clip(w: Array, b: float, xlim: tuple[float, float], ylim: tuple[float, float]) -> Array:
    """직선이 보이는 네모와 만나는 두 점 (2, 2). 만나지 않으면 (0, 2)."""
    ends: list[tuple[float, float]] = []
    # 직선은 네모의 네 변 가운데 두 곳을 지난다. 변마다 만나는 위치를 구해 네모 안의 것만 남긴다.
    for axis, other, edges in ((0, 1, xlim), (1, 0, ylim)):
        low, high = sorted((ylim, xlim)[axis])
        slack = 1e-9 * (high - low)
        for edge in edges if w[other] != 0 else ():
            with np.errstate(over="ignore", invalid="ignore"):  # 넘친 값은 네모 밖이다
                value = float(-(w[axis] * edge + b) / w[other])
            if low - slack <= value <= high + slack:
                ends.append((edge, value) if axis == 0 else (value, edge))
    ends.sort()
    return np.array([ends[0], ends[-1]] if ends else np.zeros((0, 2)))


def decision_boundary(
    predict: Callable[[Array], npt.ArrayLike],
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    resolution: int = 200,
) -> Axes:
    """모델이 나눈 영역을 엷은 색으로 칠하고, 경계를 선으로 긋고, 그 위에 점 x (N, 2)를 찍는다.

    Parameters
    ----------
    predict
        (M, 2) 배열을 받아 클래스 번호 (M,)를 반환하는 함수. 예: `model.predict`.
    resolution
        한 축을 나누는 점의 수(2~2000). predict는 resolution²개의 점을 한 번에 받는다.

    >>> from matplotlib.figure import Figure
    >>> x = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> ax = decision_boundary(lambda g: g[:, 0] > 0.5, x, [0, 1], ax=Figure().subplots())
    >>> ax.images[0].get_array().shape
    (200, 200)
    """
    if not callable(predict):
        cure = ". model이 아니라 model.predict를 건네세요" if hasattr(predict, "predict") else ""
        raise TypeError(
            "predict: 클래스 번호를 반환하는 함수여야 합니다(예: model.predict). "
            f"받은 값={shown(predict)}{cure}"
        )
    x = _check_points(x)
    y = check_labels("y", y, n=len(x))
    _check_classes("y", y)
    if check_count("resolution", resolution, low=2) > FINEST:
        raise ValueError(f"resolution: {FINEST} 이하의 정수여야 합니다. 받은 값={resolution}")
    low, high = x.min(axis=0), x.max(axis=0)
    pad = 0.08 * np.where(high > low, high - low, 1.0)
    (left, bottom), (right, top) = low - pad, high + pad
    u, v = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    grid = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    regions = _predict_grid(predict, grid).reshape(resolution, resolution)
    n_classes = max(_check_classes("predict(x)", regions), int(y.max()) + 1)
    ax = get_axes(ax)
    tints = ListedColormap([1 - TINT * (1 - np.array(to_rgb(c))) for c in COLORS[:n_classes]])
    ax.imshow(
        regions, cmap=tints, vmin=-0.5, vmax=n_classes - 0.5, origin="lower", aspect="auto",
        extent=(left, right, bottom, top), interpolation="nearest", zorder=0,
    )  # fmt: skip
    present = np.unique(regions)
    # 번호를 그대로 등고선으로 이으면 0과 2 사이에 1의 띠가 생기므로, 클래스마다 속하는지(0/1)를 본다.
    for k in present[1:]:
        inside = _smooth((regions == k).astype(float))
        ax.contour(u, v, inside, [0.5], colors=PALETTE["ink"], linewidths=1.4)
    points(x, y, ax=ax)
    ax.grid(False)
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    return ax


def _check_points(x: npt.ArrayLike) -> Array:
    array = drawable("x", x, n_columns=2)
    if not len(array):
        raise ValueError(f"x: 점이 하나 이상이어야 합니다. 받은 shape={array.shape}")
    return array


def _check_classes(name: str, labels: IntArray) -> int:
    """가장 큰 번호 + 1. 색이 모자라면 ValueError."""
    largest = int(labels.max())
    if largest >= len(COLORS):
        raise ValueError(
            f"{name}: 클래스는 색의 수인 {len(COLORS)}개 이하여야 합니다. 받은 가장 큰 번호={largest}"
        )
    return largest + 1


def _predict_grid(predict: Callable[[Array], npt.ArrayLike], grid: Array) -> IntArray:
    labels = np.asarray(predict(grid))
    if labels.dtype.kind == "b":
        labels = labels.astype(np.int64)
    return check_labels("predict(x)", labels, n=len(grid))


def _smooth(mask: Array) -> Array:
    # 0과 1뿐인 격자의 등고선은 계단이 된다. 이웃과 섞으면 0.5의 위치가 매끈하게 이어진다.
    for _ in range(2):
        padded = np.pad(mask, 1, mode="edge")
        rows = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
        mask = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 3
    return mask
