"""상태마다 그림을 그려 작은 PNG로 만든다. 축의 위치가 모두 같아 넘길 때 흔들리지 않는다."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from deepnote_lib._figure_text import fingerprint

State = dict[str, Any]
COLORS = 64  # PNG 한 장이 쓰는 색의 수. 글자의 가장자리가 매끈하게 남는 가장 작은 수이다


def states_of(values: Mapping[str, Sequence[Any]]) -> list[State]:
    """모든 값의 조합. 마지막 이름의 값이 가장 빨리 바뀐다."""
    return [dict(zip(values, combo, strict=True)) for combo in itertools.product(*values.values())]


def new_axes(figsize: tuple[float, float]) -> tuple[Figure, Axes]:
    """pyplot의 목록에 남지 않는 그림과 축을 만든다."""
    figure = Figure(figsize=figsize, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots()


def _align(figures: Sequence[Figure]) -> None:
    """그림마다 정해진 축의 위치를, 모든 그림의 이름과 눈금이 들어가는 한 위치로 맞춘다."""
    if len({len(figure.axes) for figure in figures}) != 1:
        return  # 상태마다 축의 수가 다르면 맞출 수 없다
    for figure in figures:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    for axes in zip(*(figure.axes for figure in figures), strict=True):
        boxes = [ax.get_position(original=True) for ax in axes]
        box = Bbox.from_extents(
            max(b.x0 for b in boxes), max(b.y0 for b in boxes),
            min(b.x1 for b in boxes), min(b.y1 for b in boxes),
        )  # fmt: skip
        for ax in axes:
            ax.set_position(box)


def _png(figure: Figure, dpi: float) -> bytes:
    buffer = io.BytesIO()
    # 버전 번호 같은 메타데이터를 빼야 같은 그림이 늘 같은 바이트가 된다
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return _shrink(buffer.getvalue())


def _shrink(png: bytes) -> bytes:
    """색의 수를 줄여 작게 만든다. Pillow가 없으면 그대로 둔다."""
    try:
        from PIL import Image
    except ImportError:  # pragma: no cover - Matplotlib이 Pillow를 데려온다
        return png
    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    small.save(buffer, format="png", optimize=True)
    return min(buffer.getvalue(), png, key=len)


def render(
    draw: Callable[..., object],
    states: Sequence[State],
    figsize: tuple[float, float],
    dpi: float | None,
    budget: int,
) -> tuple[list[bytes], list[str]]:
    """상태마다 (PNG, 데이터의 한 줄 요약). dpi가 None이면 budget 안에서 가장 또렷한 것을 고른다."""
    figures = []
    for state in states:
        figure, ax = new_axes(figsize)
        draw(ax, **state)
        figures.append(figure)
    digests = [fingerprint(figure) for figure in figures]
    with mpl.rc_context({"savefig.bbox": None}):  # 상태마다 그림의 크기가 달라지지 않게 한다
        _align(figures)
        chosen = _choose_dpi(figures, budget) if dpi is None else dpi
        return [_png(figure, chosen) for figure in figures], digests


def _choose_dpi(figures: Sequence[Figure], budget: int) -> float:
    sample = figures[:: max(1, len(figures) // 3)]
    for dpi in (144.0, 120.0, 108.0, 96.0, 84.0):
        size = sum(len(_png(figure, dpi)) for figure in sample) / len(sample) * len(figures)
        if size <= 0.8 * budget:
            return dpi
    return 72.0
