"""신경망을 들여다본다: 층마다의 활성값과 기울기, 활성값의 분포, 혼동 행렬. (소프트맥스, 초기화 장)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator, PercentFormatter

from deepnote_lib._checks import check_count, numeric, shown
from deepnote_lib._typing import Array
from deepnote_lib.inspection import NetworkReport
from deepnote_lib.plots._shared import add_legend, check_iterable, check_words, drawable, get_axes
from deepnote_lib.plots.style import COLORS, GRID, MARKERS, PALETTE

NAMED = 12  # 이보다 층이 많으면 이름 대신 번호를 적는다
MOST_BINS = 10_000
SEQUENTIAL = LinearSegmentedColormap.from_list(
    "deepnote_blues", ["#FFFFFF", "#9DBCE6", PALETTE["blue"]]
)


# 혼동 행렬 ------------------------------------------------------------------------------


def confusion_matrix(
    cm: npt.ArrayLike, *, ax: Axes | None = None, names: Sequence[object] | None = None
) -> Axes:
    """혼동 행렬 (K, K)를 그린다. 색은 정답 클래스(행) 안에서의 비율이고, 적힌 수는 개수이다.

    cm은 `metrics.confusion_matrix`의 결과(행이 정답, 열이 예측)이고, names는 클래스의 이름 K개이다.

    >>> from matplotlib.figure import Figure
    >>> ax = confusion_matrix([[9, 1], [0, 10]], ax=Figure().subplots())
    >>> ax.images[0].get_array().data  # 행마다 합으로 나눈 비율
    array([[0.9, 0.1],
           [0. , 1. ]])
    """
    counts = numeric("cm", cm)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(
            f"cm: shape=(K, K)여야 합니다. 받은 shape={counts.shape}. "
            "레이블이라면 metrics.confusion_matrix(y, predicted)로 먼저 세세요"
        )
    if counts.dtype.kind not in "iu":
        raise TypeError(f"cm: 정수 개수여야 합니다. 받은 dtype={counts.dtype}")
    if counts.min() < 0:
        raise ValueError(f"cm: 개수는 0 이상이어야 합니다. 받은 최솟값={counts.min()}")
    k = len(counts)
    words = check_words("names", range(k) if names is None else names, k)
    ax = get_axes(ax)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(share, cmap=SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
    for i, j in np.ndindex(k, k):
        if counts[i, j]:
            ax.text(
                j, i, str(counts[i, j]), ha="center", va="center", fontsize=12 if k <= 6 else 9,
                color="white" if share[i, j] > 0.55 else PALETTE["ink"],
            )  # fmt: skip
    ax.set_xticks(range(k), words)
    ax.set_yticks(range(k), words)
    # 칸의 경계는 작은 눈금의 격자로 긋는다. 0인 칸도 위치가 보인다.
    ax.set_xticks(np.arange(k + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(k + 1) - 0.5, minor=True)
    ax.grid(False)
    ax.grid(which="minor", color=GRID, linewidth=0.8)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("예측")
    ax.set_ylabel("정답")
    return ax


# 활성값의 분포 --------------------------------------------------------------------------


def activation_histogram(
    trace: Iterable[tuple[str, npt.ArrayLike]], *, ax: Axes | None = None, bins: int = 50
) -> Axes:
    r"""층마다 활성값의 히스토그램을 위에서 아래로 늘어놓고 표준편차와 0의 비율을 적는다.

    모든 층이 같은 구간을 쓰고, 층마다 가장 높은 구간의 높이를 1로 맞춘다. 층끼리는 높이가 아니라 너비와
    표준편차를 비교한다.

    Parameters
    ----------
    trace
        (층의 이름, 활성값)들. `model.trace(x)`가 이 형태이고, 앞의 층이 위에 온다.
    bins
        구간의 수(1~10000).

    >>> from matplotlib.figure import Figure
    >>> layers = [("Sigmoid", np.array([0.25, 0.75])), ("ReLU", np.array([0.0, 3.0]))]
    >>> ax = activation_histogram(layers, ax=Figure().subplots())
    >>> [t.get_text() for t in ax.texts]
    ['표준편차 0.25', '표준편차 1.5\n0이 50%']
    """
    layers = _check_trace(trace)
    if check_count("bins", bins) > MOST_BINS:
        raise ValueError(f"bins: {MOST_BINS} 이하의 정수여야 합니다. 받은 값={bins}")
    low, high = min(v.min() for _, v in layers), max(v.max() for _, v in layers)
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, bins + 1)
    ax = get_axes(ax)
    for i, (_, values) in enumerate(layers):
        counts, _ = np.histogram(values, edges)
        base, color = len(layers) - 1 - i, COLORS[i % len(COLORS)]
        height = base + 0.85 * counts / counts.max()
        ax.stairs(height, edges, baseline=base, fill=True, color=color, alpha=0.35)
        ax.stairs(height, edges, baseline=base, color=color, linewidth=1.3)
        with np.errstate(over="ignore"):
            std = values.std()
        if not np.isfinite(std):  # float32의 제곱이 넘쳤다
            std = values.std(dtype=np.float64)
        zeros = np.mean(values == 0)
        note = f"\n0이 {zeros:.0%}" if zeros >= 0.005 else ""
        ax.text(
            1.02, base + 0.42, f"표준편차 {std:.3g}{note}", va="center", fontsize="small",
            transform=ax.get_yaxis_transform(),
        )  # fmt: skip
    names = [f"{i}: {name}" for i, (name, _) in enumerate(layers, 1)]
    ax.set_yticks(range(len(layers)), names[::-1])
    ax.set_ylim(-0.08, len(layers))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("활성값")
    ax.set_ylabel("층")
    return ax


def _check_trace(trace: Iterable[tuple[str, npt.ArrayLike]]) -> list[tuple[str, Array]]:
    expected = "(층의 이름, 활성값)들이어야 합니다(예: model.trace(x))"
    layers = []
    for i, pair in enumerate(check_iterable("trace", trace, expected)):
        try:
            name, activations = pair
        except (TypeError, ValueError):
            raise TypeError(f"trace: {expected}. 받은 값={i}번째가 {shown(pair)}") from None
        values = drawable(f"trace[{i}]", activations).ravel()
        if not values.size:
            raise ValueError(f"trace[{i}]: 활성값이 하나 이상이어야 합니다. 받은 개수=0")
        layers.append((str(name), values))
    if not layers:
        raise ValueError("trace: 층이 하나 이상이어야 합니다. 받은 층 수=0")
    return layers


# 진단 보고서 ----------------------------------------------------------------------------


def network_report(
    report: NetworkReport, *, axes: Sequence[Axes] | None = None
) -> tuple[Axes, Axes, Axes]:
    """`inspect_network`의 결과를 세 칸에 그린다: 활성값의 표준편차, 기울기의 표준편차, 포화·죽은 뉴런의 비율.

    앞의 두 칸은 로그 축이고, 0이나 유한하지 않은 값은 그릴 수 없어 비운다. 매개변수가 있는 층(z)과 활성화
    같은 나머지 층(a)을 따로 잇는다. 한 층 걸러 값이 오르내리는 것은 정상이기 때문이다.

    axes는 그릴 축 셋이고, None이면 위에서 아래로 세 칸인 새 그림을 만든다. 그림은 `axes[0].figure`이다.
    """
    if not isinstance(report, NetworkReport):
        raise TypeError(
            f"report: inspect_network(…)가 반환한 NetworkReport여야 합니다. 받은 값={shown(report)}"
        )
    panels = _panels(axes)
    trained = np.array([row.trained for row in report.layers])
    for ax, values, ylabel in (
        (panels[0], report.activation_std, "활성값의 표준편차"),
        (panels[1], report.gradient_std, "기울기의 표준편차"),
    ):
        values = np.where((values > 0) & np.isfinite(values), values, np.nan)
        ax.set_yscale("log")
        _connect(ax, "z: 매개변수가 있는 층", np.where(trained, values, np.nan), MARKERS[0])
        _connect(ax, "a: 활성화와 나머지", np.where(trained, np.nan, values), MARKERS[1])
        _widen(ax, values[np.isfinite(values)])
        ax.set_ylabel(ylabel)
    saturated = [row.saturated_share for row in report.layers]
    dead = [row.dead_share if row.activation == "relu" else np.nan for row in report.layers]
    _connect(panels[2], "포화", np.array(saturated), MARKERS[0])
    _connect(panels[2], "죽은 뉴런", np.array(dead), MARKERS[1])
    panels[2].set_ylim(-0.04, 1.04)
    panels[2].yaxis.set_major_formatter(PercentFormatter(1.0))
    panels[2].set_ylabel("비율")
    panels[2].set_xlabel("층")
    n = len(report.layers)
    for ax in panels:
        ax.set_xlim(-0.5, n - 0.5)
        add_legend(ax)
        if n > NAMED:
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if n <= NAMED:
        names = [row.name for row in report.layers]
        panels[2].set_xticks(range(n), names, rotation=30, ha="right", rotation_mode="anchor")
    return panels


def _panels(axes: Sequence[Axes] | None) -> tuple[Axes, Axes, Axes]:
    if axes is None:
        from matplotlib import pyplot as plt  # 축을 받으면 pyplot의 그림 목록을 건드리지 않는다

        axes = plt.subplots(3, 1, sharex=True, figsize=(6.4, 8.0), layout="constrained")[1]
    expected = "Matplotlib의 Axes 3개여야 합니다(예: plt.subplots(3, 1)[1])"
    panels = list(check_iterable("axes", axes, expected))
    if not all(isinstance(ax, Axes) for ax in panels):
        raise TypeError(f"axes: {expected}. 받은 값={shown(axes)}")
    if len(panels) != 3:
        raise ValueError(f"axes: 축이 3개여야 합니다. 받은 개수={len(panels)}")
    return panels[0], panels[1], panels[2]


def _connect(ax: Axes, label: str, values: Array, marker: str) -> None:
    """층마다의 값을 잇는다. 없는 값은 건너뛰고, 모두 없으면 긋지 않는다."""
    here = np.flatnonzero(np.isfinite(values))
    if here.size:
        ax.plot(here, values[here], marker=marker, label=label)


def _widen(ax: Axes, values: Array) -> None:
    """축이 두 자릿수보다 좁으면 넓힌다. 몇 %의 차이가 커다란 비탈로 보이지 않게 한다."""
    if values.size:
        low, high = float(values.min()), float(values.max())
        middle, reach = np.sqrt(low) * np.sqrt(high), max(10.0, 1.6 * np.sqrt(high / low))
        ax.set_ylim(middle / reach, middle * reach)
