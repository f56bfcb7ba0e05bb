"""평면 위의 점, 직선 wᵀx + b = 0, 모델이 나눈 영역을 그린다."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb

from deepnote_lib._checks import check_count, check_finite, check_float, check_labels, check_number
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.plots.style import COLORS, MARKERS, PALETTE, get_axes

TINT = 0.2  # 영역의 색에 섞는 원색의 비율. 그 위의 점이 묻히지 않을 만큼 엷다.


def _points(x: npt.ArrayLike) -> Array:
    array = check_float("x", x, ndim=2)
    if array.shape[1] != 2 or not len(array):
        raise ValueError(f"x: shape이 (N, 2)이어야 합니다. 받은 shape={array.shape}")
    return check_finite("x", array)


def _check_classes(name: str, n: int) -> None:
    if n > len(COLORS):
        raise ValueError(
            f"{name}: 클래스는 색의 수인 {len(COLORS)}개 이하여야 합니다. 받은 가장 큰 번호={n - 1}"
        )


def points(
    x: npt.ArrayLike, y: npt.ArrayLike, *, ax: Axes | None = None, names: list[str] | None = None
) -> Axes:
    """점을 클래스마다 다른 색과 모양으로 찍는다.

    Parameters
    ----------
    x : ndarray, shape (N, 2)
        점의 좌표.
    y : ndarray of int, shape (N,)
        클래스 번호. 0~6.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    names : list of str, optional
        범례에 적을 클래스 이름. 기본값 None은 ‘클래스 0’, ‘클래스 1’, …이다.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        형상이 다르거나, 값이 유한하지 않거나, 클래스가 너무 많을 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = points([[0, 0], [1, 1]], [0, 1], ax=Figure().subplots())
    >>> ax.get_legend_handles_labels()[1]
    ['클래스 0', '클래스 1']
    """
    x = _points(x)
    y = check_labels("y", y, n=len(x))
    _check_classes("y", int(y.max()) + 1)
    if names is not None and len(names) <= y.max():
        raise ValueError(f"names: 이름이 {int(y.max()) + 1}개 이상이어야 합니다. 받은 개수={len(names)}")
    ax = get_axes(ax)
    for k in np.unique(y):
        ax.scatter(
            x[y == k, 0], x[y == k, 1], s=46 if len(x) <= 150 else 26, color=COLORS[k], marker=MARKERS[k],
            edgecolors="white", linewidths=0.7, zorder=3,
            label=f"클래스 {k}" if names is None else names[k],
        )  # fmt: skip
    ax.set_xlabel(ax.get_xlabel() or "$x_1$")
    ax.set_ylabel(ax.get_ylabel() or "$x_2$")
    ax.legend()
    return ax


def line(
    w: npt.ArrayLike, b: float, *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """직선 w₁x₁ + w₂x₂ + b = 0을 지금 보이는 범위에 그린다. 범위는 바꾸지 않는다.

    Parameters
    ----------
    w : ndarray, shape (2,)
        직선에 수직인 방향. 영벡터이면 직선이 아니다.
    b : float
        편향.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다. 점을 먼저 찍어야 범위가 맞는다.
    label : str, optional
        범례에 적을 이름.

    Returns
    -------
    Axes
        직선이 범위를 지나지 않으면 빈 선을 남긴다.

    Raises
    ------
    TypeError, ValueError
        w의 형상이 (2,)가 아니거나, 영벡터이거나, 값이 유한하지 않을 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = line([1.0, 1.0], -1.0, ax=Figure().subplots())  # x₁ + x₂ = 1, 범위는 [0, 1]²
    >>> ax.lines[0].get_xydata()
    array([[0., 1.],
           [1., 0.]])
    """
    w = check_finite("w", check_float("w", w))
    if w.shape != (2,):
        raise ValueError(f"w: shape이 (2,)이어야 합니다. 받은 shape={w.shape}")
    b = check_number("b", float(b))
    length = float(np.hypot(*w))
    if length == 0:
        raise ValueError("w: 영벡터가 아니어야 합니다(영벡터이면 직선이 정해지지 않습니다). 받은 값=[0. 0.]")
    ax = get_axes(ax)
    xlim, ylim = ax.get_xlim(), ax.get_ylim()
    ends: list[tuple[float, float]] = []
    # 직선은 네모의 네 변 가운데 두 곳을 지난다. 변마다 만나는 자리를 구해 네모 안의 것만 남긴다.
    for axis, other, edges in ((0, 1, xlim), (1, 0, ylim)):
        for edge in edges if w[other] != 0 else ():
            value = -(w[axis] * edge + b) / w[other]
            low, high = sorted((ylim, xlim)[axis])
            slack = 1e-9 * (high - low)
            if low - slack <= value <= high + slack:
                ends.append((edge, value) if axis == 0 else (value, edge))
    ends.sort()
    segment = np.array([ends[0], ends[-1]] if ends else np.zeros((0, 2)))
    ax.plot(*segment.T, color=PALETTE["ink"], linestyle="-", label=label, zorder=2.5)
    ax.set_xlim(xlim)
    ax.set_ylim(ylim)
    if label is not None:
        ax.legend()
    return ax


def _predict_grid(predict: Callable[[Array], npt.ArrayLike], grid: Array) -> IntArray:
    labels = np.asarray(predict(grid))
    if labels.dtype.kind == "b":
        labels = labels.astype(np.int64)
    return check_labels("predict(x)", labels, n=len(grid))


def _smooth(mask: Array) -> Array:
    # 0과 1뿐인 격자의 등고선은 계단이 된다. 이웃과 섞으면 0.5의 자리가 매끈하게 이어진다.
    for _ in range(2):
        padded = np.pad(mask, 1, mode="edge")
        rows = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
        mask = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 3
    return mask


def decision_boundary(
    predict: Callable[[Array], npt.ArrayLike],
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    resolution: int = 200,
) -> Axes:
    """모델이 나눈 영역을 엷은 색으로 칠하고, 경계를 선으로 긋고, 그 위에 점을 찍는다.

    Parameters
    ----------
    predict : callable
        (M, 2) 배열을 받아 클래스 번호 (M,)를 돌려주는 함수. 예: `model.predict`.
    x : ndarray, shape (N, 2)
        점의 좌표. 그리는 범위는 점의 범위를 사방으로 8% 넓힌 것이다.
    y : ndarray of int, shape (N,)
        정답 클래스 번호.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    resolution : int, default 200
        한 축을 나누는 점의 수. predict는 resolution²개의 점을 한 번에 받는다. 2 이상.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        형상이 다르거나 predict가 클래스 번호 (M,)를 돌려주지 않을 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> x = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> ax = decision_boundary(lambda g: g[:, 0] > 0.5, x, [0, 1], ax=Figure().subplots())
    >>> ax.images[0].get_array().shape
    (200, 200)
    """
    x = _points(x)
    y = check_labels("y", y, n=len(x))
    resolution = check_count("resolution", resolution, low=2)
    low, high = x.min(axis=0), x.max(axis=0)
    pad = 0.08 * np.where(high > low, high - low, 1.0)
    (left, bottom), (right, top) = low - pad, high + pad
    u, v = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    grid = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    regions = _predict_grid(predict, grid).reshape(resolution, resolution)
    n_classes = int(max(y.max(), regions.max())) + 1
    _check_classes("predict(x)", n_classes)
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
