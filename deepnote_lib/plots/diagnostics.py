"""훈련된 신경망을 들여다본다: 활성값의 분포와 혼동 행렬. 확률을 보는 그림은 probability에 있다."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from deepnote_lib._checks import check_count, check_finite, check_float
from deepnote_lib.plots.style import COLORS, GRID, PALETTE, get_axes

SEQUENTIAL = LinearSegmentedColormap.from_list("deepnote_blues", ["#FFFFFF", "#9DBCE6", PALETTE["blue"]])


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
