"""확률을 본다: 예측 확률을 믿어도 되는지(신뢰도 그림)와 세 클래스의 확률(확률 단체)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from deepnote_lib._checks import check_finite, check_float
from deepnote_lib._typing import Array
from deepnote_lib.plots.digest import GUIDE
from deepnote_lib.plots.style import AXIS, GRID, get_axes

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


def reliability_diagram(bins: Any, *, ax: Axes | None = None, label: str | None = None) -> Axes:
    """신뢰도 그림: 구간마다 평균 예측 확률(가로)과 정확도(세로)를 찍고 대각선과 견준다.

    Parameters
    ----------
    bins : Reliability or tuple of (confidence, accuracy, count), each shape (B,)
        `metrics.reliability`의 결과. 빈 구간(count = 0)은 그리지 않는다.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    label : str, optional
        범례에 적을 이름. 기본값 None은 ‘모델’이다.

    Returns
    -------
    Axes
        점의 넓이는 구간에 든 샘플 수에 비례한다. 대각선 아래는 지나치게 확신하는 쪽이다.

    Raises
    ------
    TypeError, ValueError
        세 배열의 형상이 다르거나 모든 구간이 비었을 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = reliability_diagram(([0.6, 0.9], [0.5, 0.8], [10, 30]), ax=Figure().subplots())
    >>> ax.lines[-1].get_ydata()
    array([0.5, 0.8])
    """
    parts = tuple(bins)
    if len(parts) != 3:
        raise ValueError(f"bins: (confidence, accuracy, count) 셋이어야 합니다. 받은 개수={len(parts)}")
    names = ("bins.confidence", "bins.accuracy", "bins.count")
    confidence, accuracy, count = (check_float(n, p, ndim=1) for n, p in zip(names, parts, strict=True))
    if not confidence.shape == accuracy.shape == count.shape:
        shapes = f"{confidence.shape}, {accuracy.shape}, {count.shape}"
        raise ValueError(f"bins: 세 배열의 shape이 같아야 합니다. 받은 shape={shapes}")
    used = count > 0
    if not used.any():
        raise ValueError("bins: 샘플이 든 구간이 하나라도 있어야 합니다. 받은 count의 합=0")
    confidence, accuracy, count = confidence[used], accuracy[used], count[used]
    ax = get_axes(ax)
    if not any(line.get_gid() == GUIDE for line in ax.lines):  # 겹쳐 그려도 한 번만 긋는다
        ax.plot([0, 1], [0, 1], color=AXIS, linestyle=(0, (4, 3)), linewidth=1.3, label="완벽한 보정",
                gid=GUIDE)  # fmt: skip
    (line,) = ax.plot(confidence, accuracy, label=label or "모델", marker="o", markersize=4)
    ax.vlines(confidence, np.minimum(confidence, accuracy), np.maximum(confidence, accuracy),
              color=line.get_color(), alpha=0.35, linewidth=1.2, linestyle=":")  # fmt: skip
    ax.scatter(confidence, accuracy, s=30 + 500 * count / count.sum(), color=line.get_color(),
               alpha=0.3, linewidths=0)  # fmt: skip
    ax.set_xlim(0, 1.02)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("평균 예측 확률")
    ax.set_ylabel("정확도")
    ax.legend()
    return ax


def _barycentric(points: npt.ArrayLike) -> Array:
    p = check_finite("points", check_float("points", points, ndim=2))
    if p.shape[1] != 3 or not len(p):
        raise ValueError(f"points: shape이 (N, 3)이어야 합니다. 받은 shape={p.shape}")
    off = np.abs(p.sum(axis=1) - 1)
    if p.min() < -1e-6 or off.max() > 1e-5:  # float32 소프트맥스의 반올림은 받아 준다
        worst = p[off.argmax()] if off.max() > 1e-5 else p[p.min(axis=1).argmin()]
        raise ValueError(f"points: 행마다 0 이상이고 합이 1인 확률이어야 합니다. 받은 행={worst}")
    return p @ CORNERS


def simplex(
    points: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    names: Sequence[str] = ("클래스 0", "클래스 1", "클래스 2"),
    path: bool = False,
    label: str | None = None,
) -> Axes:
    """세 클래스의 확률을 정삼각형(확률 단체) 안의 점으로 찍는다. 꼭짓점이 확률 1이다.

    Parameters
    ----------
    points : ndarray, shape (N, 3)
        확률들. 행마다 0 이상이고 합이 1이다.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    names : sequence of str
        세 꼭짓점의 이름(왼쪽 아래, 오른쪽 아래, 위). 기본값은 ‘클래스 0’~‘클래스 2’이다.
    path : bool, default False
        참이면 점을 차례로 잇고 끝점을 크게 찍는다. 온도를 바꾸는 것처럼 움직이는 확률에 쓴다.
    label : str, optional
        범례에 적을 이름.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        형상이 (N, 3)이 아니거나, 확률이 아니거나, names가 셋이 아닐 때.

    Notes
    -----
    확률 p는 꼭짓점의 가중 평균 p₀·(0, 0) + p₁·(1, 0) + p₂·(½, √3/2)에 놓인다.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = simplex([[1, 0, 0], [0.5, 0.5, 0]], ax=Figure().subplots())
    >>> ax.lines[-1].get_xydata()
    array([[0. , 0. ],
           [0.5, 0. ]])
    """
    xy = _barycentric(points)
    if len(names) != 3:
        raise ValueError(f"names: 3개여야 합니다. 받은 개수={len(names)}")
    ax = get_axes(ax)
    if not any(line.get_gid() == GUIDE for line in ax.lines):  # 겹쳐 그려도 삼각형은 하나
        turned = [np.roll(CORNERS, -i, axis=0) for i in range(3)]
        grid = [[t * a + (1 - t) * b, t * a + (1 - t) * c] for a, b, c in turned for t in (0.25, 0.5, 0.75)]
        ax.add_collection(LineCollection(grid, colors=GRID, linewidths=0.9, zorder=0.5, gid=GUIDE))
        ax.plot(*CORNERS[[0, 1, 2, 0]].T, color=AXIS, linewidth=1.2, linestyle="-", gid=GUIDE)
        for corner, name, (dy, va) in zip(
            CORNERS, names, ((-0.04, "top"), (-0.04, "top"), (0.03, "bottom")), strict=True
        ):
            ax.text(corner[0], corner[1] + dy, name, ha="center", va=va)
    style: dict[str, Any] = {} if path else {"linestyle": "none"}
    (line,) = ax.plot(xy[:, 0], xy[:, 1], marker="o", markeredgecolor="white", label=label, **style)
    if path:
        ax.plot(*xy[-1], marker="o", markersize=11, color=line.get_color(), linestyle="none",
                markeredgecolor="white")  # fmt: skip
    ax.set_aspect("equal", adjustable="box")
    ax.set_axis_off()
    ax.set_xlim(-0.2, 1.2)
    ax.set_ylim(-0.13, 0.97)
    if label is not None:
        ax.legend(loc="upper left")
    return ax
