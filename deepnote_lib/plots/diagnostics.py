"""훈련된 신경망을 들여다본다: 활성값의 분포, 혼동 행렬, 신뢰도 그림, 확률 단체."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap

from deepnote_lib._checks import check_count, check_finite, check_float
from deepnote_lib._typing import Array
from deepnote_lib.plots.digest import GUIDE
from deepnote_lib.plots.style import AXIS, COLORS, GRID, PALETTE, get_axes

SEQUENTIAL = LinearSegmentedColormap.from_list("deepnote_blues", ["#FFFFFF", "#9DBCE6", PALETTE["blue"]])
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


def activation_histogram(
    trace: Iterable[tuple[str, npt.ArrayLike]], *, ax: Axes | None = None, bins: int = 50
) -> Axes:
    r"""층마다 활성값의 히스토그램을 위에서 아래로 늘어놓고 표준편차와 0의 비율을 적는다.

    Parameters
    ----------
    trace : iterable of (str, ndarray)
        층의 이름과 활성값(형상은 자유). `model.trace(x)`가 이 꼴이다. 앞의 층이 위에 온다.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    bins : int, default 50
        구간의 수. 모든 층이 같은 구간을 쓴다. 1 이상.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        층이 없거나 활성값이 비었거나 유한하지 않을 때.

    Notes
    -----
    층마다 가장 높은 구간의 높이를 1로 맞춘다. 층끼리는 높이가 아니라 너비와 표준편차를 견준다.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> layers = [("Sigmoid", np.array([0.25, 0.75])), ("ReLU", np.array([0.0, 3.0]))]
    >>> ax = activation_histogram(layers, ax=Figure().subplots())
    >>> [t.get_text() for t in ax.texts]
    ['표준편차 0.25', '표준편차 1.5\n0이 50%']
    """
    layers = [(str(name), check_float(f"trace[{i}]", a).ravel()) for i, (name, a) in enumerate(trace)]
    if not layers:
        raise ValueError("trace: 층이 하나라도 있어야 합니다. 받은 층=0개")
    for i, (_, values) in enumerate(layers):
        if not values.size:
            raise ValueError(f"trace[{i}]: 활성값이 하나라도 있어야 합니다. 받은 개수=0")
        check_finite(f"trace[{i}]", values)
    low, high = min(v.min() for _, v in layers), max(v.max() for _, v in layers)
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, check_count("bins", bins) + 1)
    ax = get_axes(ax)
    for i, (_, values) in enumerate(layers):
        counts, _ = np.histogram(values, edges)
        base, color = len(layers) - 1 - i, COLORS[i % len(COLORS)]
        height = base + 0.85 * counts / counts.max()
        ax.stairs(height, edges, baseline=base, fill=True, color=color, alpha=0.35)
        ax.stairs(height, edges, baseline=base, color=color, linewidth=1.3)
        zeros = np.mean(values == 0)
        note = f"\n0이 {zeros:.0%}" if zeros >= 0.005 else ""
        ax.text(1.02, base + 0.42, f"표준편차 {values.std():.3g}{note}", va="center",
                transform=ax.get_yaxis_transform(), fontsize="small")  # fmt: skip
    ax.set_yticks(range(len(layers)), [f"{i}: {name}" for i, (name, _) in enumerate(layers, 1)][::-1])
    ax.set_ylim(-0.08, len(layers))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("활성값")
    ax.set_ylabel("층")
    return ax


def confusion_matrix(
    cm: npt.ArrayLike, *, ax: Axes | None = None, names: Sequence[object] | None = None
) -> Axes:
    """혼동 행렬을 그린다. 색은 정답 클래스(행) 안에서의 비율이고, 적힌 수는 개수이다.

    Parameters
    ----------
    cm : ndarray of int, shape (K, K)
        행이 정답, 열이 예측. `metrics.confusion_matrix`의 결과.
    ax : Axes, optional
        그릴 축. 기본값 None은 지금 축이다.
    names : sequence, optional
        클래스 이름 K개. 기본값 None은 번호이다.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        정사각 행렬이 아니거나, 정수가 아니거나, 음수가 있거나, names의 개수가 다를 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = confusion_matrix([[9, 1], [0, 10]], ax=Figure().subplots())
    >>> ax.images[0].get_array().data  # 행마다 합으로 나눈 비율
    array([[0.9, 0.1],
           [0. , 1. ]])
    """
    counts = np.asarray(cm)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(f"cm: shape이 (K, K)이어야 합니다. 받은 shape={counts.shape}")
    if counts.dtype.kind not in "iu":
        raise TypeError(f"cm: 정수 개수여야 합니다. 받은 dtype={counts.dtype}")
    if counts.min() < 0:
        raise ValueError(f"cm: 개수는 0 이상이어야 합니다. 받은 최솟값={counts.min()}")
    k = len(counts)
    words = [str(name) for name in (range(k) if names is None else names)]
    if len(words) != k:
        raise ValueError(f"names: {k}개여야 합니다. 받은 개수={len(words)}")
    ax = get_axes(ax)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(share, cmap=SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
    for i, j in np.ndindex(k, k):
        if counts[i, j]:
            color = "white" if share[i, j] > 0.55 else PALETTE["ink"]
            ax.text(j, i, str(counts[i, j]), ha="center", va="center", color=color,
                    fontsize=12 if k <= 6 else 9)  # fmt: skip
    ax.set_xticks(range(k), words)
    ax.set_yticks(range(k), words)
    # 칸의 경계는 작은 눈금의 격자로 긋는다. 0인 칸도 자리가 보인다.
    ax.set_xticks(np.arange(k + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(k + 1) - 0.5, minor=True)
    ax.grid(False)
    ax.grid(which="minor", color=GRID, linewidth=0.8)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("예측")
    ax.set_ylabel("정답")
    return ax


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
    ax.set_aspect("equal", adjustable="datalim")
    ax.set_axis_off()
    ax.set_ylim(-0.13, 0.97)  # 가로의 범위는 비율(equal)에서 정해진다
    if label is not None:
        ax.legend(loc="upper left")
    return ax
