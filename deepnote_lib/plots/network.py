"""신경망 진단의 그림: 층마다의 활성값, 기울기, 포화와 죽은 뉴런."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from deepnote_lib._typing import Array
from deepnote_lib.inspection import NetworkReport
from deepnote_lib.plots.style import MARKERS, get_axes

NAMED = 12  # 이보다 층이 많으면 이름 대신 번호를 적는다


def network_report(
    report: NetworkReport, *, axes: Sequence[Axes] | None = None
) -> tuple[Axes, Axes, Axes]:
    """진단 결과를 세 칸에 그린다: 활성값의 표준편차, 기울기의 표준편차, 포화·죽은 뉴런의 비율.

    Parameters
    ----------
    report : NetworkReport
        `inspection.inspect_network`의 결과.
    axes : Axes 셋, optional
        그릴 축. 기본값 None은 위에서 아래로 세 칸인 새 그림이다.

    Returns
    -------
    (Axes, Axes, Axes)
        위에서부터 활성값, 기울기, 비율. 그림은 `axes[0].figure`이다.

    Raises
    ------
    TypeError, ValueError
        report가 NetworkReport가 아니거나 축이 셋이 아닐 때.

    Notes
    -----
    앞의 두 칸은 로그 축이고, 0이나 유한하지 않은 값은 그릴 수 없어 비운다. 매개변수가 있는 층(z)과
    활성화 같은 나머지 층(a)을 따로 잇는다. 한 층 걸러 값이 오르내리는 것은 병이 아니기 때문이다.
    """
    if not isinstance(report, NetworkReport):
        raise TypeError(
            f"report: inspect_network의 결과여야 합니다. 받은 타입={type(report).__name__}"
        )
    if axes is None:
        from matplotlib import pyplot as plt  # 축을 받으면 pyplot의 그림 목록을 건드리지 않는다

        axes = tuple(plt.subplots(3, 1, sharex=True, figsize=(6.4, 8.0), layout="constrained")[1])
    panels = tuple(get_axes(ax) for ax in axes)
    if len(panels) != 3:
        raise ValueError(f"axes: 축이 3개여야 합니다. 받은 개수={len(panels)}")
    trained = np.array([row.trained for row in report.layers])
    for ax, values, ylabel in zip(
        panels, (report.activation_std, report.gradient_std), ("활성값의 표준편차", "기울기의 표준편차"),
        strict=False,
    ):  # fmt: skip
        values = np.where((values > 0) & np.isfinite(values), values, np.nan)
        ax.set_yscale("log")
        _lines(ax, {
            "z: 매개변수가 있는 층": np.where(trained, values, np.nan),
            "a: 활성화와 나머지": np.where(trained, np.nan, values),
        })  # fmt: skip
        _widen(ax, values[np.isfinite(values)])
        ax.set_ylabel(ylabel)
    saturated = [row.saturated_share for row in report.layers]
    dead = [row.dead_share if row.activation == "relu" else np.nan for row in report.layers]
    _lines(panels[2], {"포화": np.array(saturated), "죽은 뉴런": np.array(dead)})
    panels[2].set_ylim(-0.04, 1.04)
    panels[2].yaxis.set_major_formatter(PercentFormatter(1.0))
    panels[2].set_ylabel("비율")
    panels[2].set_xlabel("층")
    n = len(report.layers)
    for ax in panels:
        ax.set_xlim(-0.5, n - 0.5)
        if n > NAMED:
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if n <= NAMED:
        names = [row.name for row in report.layers]
        panels[2].set_xticks(range(n), names, rotation=30, ha="right", rotation_mode="anchor")
    return panels[0], panels[1], panels[2]


def _widen(ax: Axes, values: Array) -> None:
    """축이 두 자릿수보다 좁으면 넓힌다. 몇 %의 차이가 커다란 비탈로 보이지 않게 한다."""
    if values.size:
        low, high = float(values.min()), float(values.max())
        middle, reach = np.sqrt(low) * np.sqrt(high), max(10.0, 1.6 * np.sqrt(high / low))
        ax.set_ylim(middle / reach, middle * reach)


def _lines(ax: Axes, series: dict[str, Array]) -> None:
    """자리마다의 값을 잇는다. 없는 값은 건너뛰고 잇는다."""
    for (label, values), marker in zip(series.items(), MARKERS, strict=False):
        here = np.flatnonzero(np.isfinite(values))
        if here.size:
            ax.plot(here, values[here], marker=marker, label=label)
    if ax.get_legend_handles_labels()[0]:
        ax.legend()
