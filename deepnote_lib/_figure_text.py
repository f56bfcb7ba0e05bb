"""그림에 그려진 데이터를 글로 요약한다. 노트북 비교는 픽셀 대신 이 글을 본다.

`describe`는 그림을 25줄 이하로, `fingerprint`는 한 줄로 적는다. 평균만 적으면 순서가 바뀐 데이터를 놓치므로
위치에 비례하는 무게를 둔 평균 Σi·vᵢ/Σi(가중평균)와 이웃한 값의 차이 평균|vᵢ₊₁ − vᵢ|(걸음)도 적는다.
수는 유효 숫자 세 자리이고, 같은 그림이면 늘 같은 글이 나온다.

책의 노트북을 실행하는 커널(tools/kernel.py)은 이 모듈을 IPython 확장으로 읽어 그림의 text/plain을 이 글로
바꾼다. 독자의 커널에서는 아무것도 바뀌지 않는다.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.quiver import Quiver
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, ScalarFormatter

from deepnote_lib._checks import shown
from deepnote_lib._typing import Array

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.lib.pretty import RepresentationPrinter

MAX_LINES = 25
MAX_TEXT = 60
FLOOR = 1e-5  # 평균과 차이는 배열에서 가장 큰 값의 이 배보다 잘게 적지 않는다
GUIDE = "deepnote-guide"  # 이 gid를 단 것은 데이터가 아닌 안내선이라 요약에서 뺀다
DATA = "deepnote-data"  # 이 gid를 단 글은 데이터라서 줄이지 않고 모두 적는다


# 수 -------------------------------------------------------------------------------------


def number(value: float, finest: float = 0.0) -> str:
    """유효 숫자 세 자리로 적는다. finest를 주면 그보다 작은 자릿수는 버린다."""
    if finest > 0:
        value = round(float(value), -math.floor(math.log10(finest)))
    return f"{value + 0.0:.3g}"  # −0은 0으로 적는다


def measures(values: npt.ArrayLike) -> tuple[dict[str, float], float]:
    """배열을 줄인 수들(이름 → 값)과, 배열에서 가장 큰 크기."""
    v = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan).ravel()
    finite = np.isfinite(v)
    result = {"n": float(v.size)}
    if finite.sum() < v.size:
        result["빈값"] = float(v.size - finite.sum())
    position = np.flatnonzero(finite) + 1.0
    v = v[finite]
    if v.size:
        result |= {"최소": v.min(), "평균": v.mean(), "최대": v.max()}
    if v.size > 1:
        result["가중평균"] = position @ v / position.sum()
        result["표준편차"] = v.std()
        result["걸음"] = np.abs(np.diff(v)).mean()
    return result, float(np.abs(v).max()) if v.size else 0.0


def stats(values: npt.ArrayLike, *names: str) -> str:
    """measures의 값 가운데 고른 것(고르지 않으면 모두)을 적은 글."""
    result, scale = measures(values)
    # 합이 지워져 남은 작은 값은 컴퓨터마다 다르므로, 모은 값은 scale에 비해 굵게 적는다.
    exact = ("n", "빈값", "최소", "최대")
    return " ".join(
        f"{name} {number(result[name], (0 if name in exact else FLOOR) * scale)}"
        for name in names or result
        if name in result
    )


def key_of(values: npt.ArrayLike) -> list[float]:
    """한 줄 요약에 쓸 대표 수: 평균, 가중평균, 걸음."""
    result, scale = measures(values)
    digits = -math.floor(math.log10(FLOOR * scale)) if scale else 0
    return [round(float(result.get(name, 0.0)), digits) for name in ("평균", "가중평균", "걸음")]


# 그려진 것 하나 -------------------------------------------------------------------------


@dataclass
class Row:
    """그려진 것 하나의 요약. 한 줄 요약(`fingerprint`)에는 brief나 key를 쓴다."""

    kind: Literal["선", "직선", "점", "화살표", "칸", "도형", "등고선", "그림", "막대", "글", "값"]
    text: str
    key: list[float] = field(default_factory=list)
    brief: str = ""


def _name(artist: Artist | BarContainer) -> str:
    label = str(artist.get_label() or "")
    return f" ‘{label}’" if label and not label.startswith("_") else ""


def _line(line: Line2D) -> Row:
    name = _name(line)
    if isinstance(line, AxLine):  # ax.axline은 점 하나와 기울기(또는 다른 점)만 지닌다
        given = [*(line.get_xy1() or ()), *(line.get_xy2() or (line.get_slope(), 0.0))]
        numbers = np.array(given, dtype=float)
        return Row("직선", f"직선{name} {' '.join(map(number, numbers))}", key_of(numbers))
    raw = line.get_data_3d() if hasattr(line, "get_data_3d") else line.get_data(orig=False)
    *heads, y = (np.asarray(d, dtype=float) for d in raw)
    x = ", ".join(stats(h, "최소", "최대", "가중평균") for h in heads)
    if not y.size:
        return Row("선", f"선{name} n 0")
    ends = "처음 {} 가운데 {} 끝 {}".format(*(number(y[i]) for i in (0, y.size // 2, -1)))
    return Row("선", f"선{name} x({x}) y({ends} {stats(y)})", [*key_of(y), *key_of(heads)])


def _vertices(paths: Iterable[Path]) -> Array:
    return np.concatenate([np.zeros((0, 2)), *(np.asarray(p.vertices) for p in paths)])


def _solid(item: Collection) -> Array | None:
    """3차원 면과 선의 꼭짓점 (M, 3). 그리기 전에도 알 수 있는 값을 본다."""
    for name in ("_faces", "_segments3d"):  # 면(plot_surface), 선(plot_wireframe)
        if len(parts := getattr(item, name, ())):
            return np.concatenate([np.asarray(p, dtype=float).reshape(-1, 3) for p in parts])
    vec = getattr(item, "_vec", None)  # Matplotlib 3.9까지의 면: 동차 좌표 (4, M)
    return None if vec is None else np.asarray(vec[:3], dtype=float).T


def _colors(item: Collection) -> str:
    faces = np.asarray(item.get_facecolor())
    if item.get_array() is not None or not len(faces):
        return ""
    names, counts = np.unique([to_hex(tuple(c)) for c in faces], return_counts=True)
    return f" 색 {len(names)}가지({', '.join(map(str, counts[:8]))})" if len(names) > 1 else ""


def _coordinates(item: Collection) -> list[Array]:
    """점과 꼭짓점의 좌표를 축마다 하나씩. 화살표는 방향까지."""
    if hasattr(item, "_offsets3d"):
        return [np.asarray(p, dtype=float) for p in item._offsets3d]
    if isinstance(item, PathCollection | Quiver):
        where: Array = np.ma.filled(np.ma.asarray(item.get_offsets(), dtype=float), np.nan)
        directions = (item.U, item.V) if isinstance(item, Quiver) else ()
        return [*where.T, *(np.asarray(d) for d in directions)]
    if hasattr(item, "get_coordinates"):  # pcolormesh: 칸의 모서리
        return list(np.asarray(item.get_coordinates(), dtype=float).reshape(-1, 2).T)
    solid = _solid(item)
    return list((_vertices(item.get_paths()) if solid is None else solid).T)


def _collection(item: Collection) -> Row:
    name, array = _name(item), item.get_array()
    if isinstance(item, ContourSet):
        shape, levels = _vertices(item.get_paths()), list(item.levels)
        text = f"단계({stats(levels)}) x({stats(shape[:, 0])}) y({stats(shape[:, 1])})"
        return Row("등고선", f"등고선{name} {text}", [*key_of(levels), *key_of(shape)])
    values = "" if array is None else f" 값({stats(array)})"
    keys = [] if array is None else key_of(array)
    parts = _coordinates(item)
    kind: Literal["점", "화살표", "칸", "도형"] = "칸" if values else "도형"
    if isinstance(item, PathCollection | Quiver):
        kind = "점" if isinstance(item, PathCollection) else "화살표"
    n = f" n {len(parts[0])}" if parts and not values else ""
    kept = ("평균", "가중평균", "걸음") if values else ("최소", "평균", "최대", "가중평균", "걸음")
    letters = "xyuv" if kind == "화살표" else "xyz"
    text = " ".join(f"{axis}({stats(p, *kept)})" for axis, p in zip(letters, parts, strict=False))
    sizes = np.asarray(item.get_sizes() if isinstance(item, PathCollection) else ())
    size_text = f" 크기({stats(sizes)})" if len(sizes) > 1 else ""
    keys += [k for p in parts for k in key_of(p)[:2]] + (key_of(sizes)[:2] if size_text else [])
    return Row(kind, f"{kind}{name}{n} {text}{values}{size_text}{_colors(item)}".rstrip(), keys)


def _image(image: AxesImage) -> Row:
    array: npt.NDArray = np.ma.asarray(image.get_array())
    shape = "×".join(map(str, array.shape))
    extent = " ".join(number(float(v)) for v in image.get_extent())
    return Row("그림", f"그림{_name(image)} {shape} 자리({extent}) {stats(array)}", key_of(array))


def _patches(ax: Axes) -> Iterator[Row]:
    bars: set[Patch] = set()
    for container in ax.containers:
        if isinstance(container, BarContainer):
            bars.update(container.patches)
            corners = [[*p.get_xy(), p.get_width(), p.get_height()] for p in container.patches]
            boxes = np.array(corners).reshape(-1, 4)
            horizontal = getattr(container, "orientation", "") == "horizontal"
            size = boxes[:, 2] if horizontal else boxes[:, 3]
            where = stats(boxes[:, :2].sum(axis=1), "평균", "가중평균")
            text = f"막대{_name(container)} 자리({where}) 길이({stats(size)})"
            yield Row("막대", text, [*key_of(size), *key_of(boxes)])
    others = [p for p in ax.patches if p not in bars]
    if others:
        paths = [p.get_patch_transform().transform_path(p.get_path()) for p in others]
        vertices = _vertices(paths)
        text = f"x({stats(vertices[:, 0])}) y({stats(vertices[:, 1])})"
        yield Row("도형", f"도형 {len(others)}개 {text}", key_of(vertices))


def _texts(texts: Sequence[Text]) -> Iterator[Row]:
    data = ", ".join(t.get_text() for t in texts if t.get_gid() == DATA)
    if data:
        data = re.sub(r"\$_?(\^?)\{(.*?)\}\$", r"\1\2", data)  # 첨자의 글꼴 표시를 뺀다
        yield Row("값", f"값 {data}", brief=data)
    texts = [t for t in texts if t.get_gid() not in (DATA, GUIDE)]
    words = [t.get_text().replace("\n", " ") for t in texts if t.get_text()]
    if not words:
        return
    joined = ", ".join(words)
    numbers = [float(v) for v in re.findall(r"[-−]?\d+\.?\d*", joined.replace("−", "-"))]
    where = np.array([t.get_position() for t in texts if t.get_text()], dtype=float)
    text = joined if len(joined) <= MAX_TEXT else f"{joined[:MAX_TEXT]}… 수({stats(numbers)})"
    place = f" 자리({stats(where, '평균', '가중평균', '걸음')})"
    yield Row("글", f"글 {len(words)}개: {text}{place}", [*key_of(numbers), *key_of(where)])


# 축과 그림 ------------------------------------------------------------------------------


def _axis(ax: Axes, which: Literal["x", "y"]) -> str:
    axis = ax.xaxis if which == "x" else ax.yaxis
    parts = [f"‘{axis.get_label().get_text()}’"] if axis.get_label().get_text() else []
    if axis.get_scale() != "linear":
        parts.append(axis.get_scale())
    formatter = axis.get_major_formatter()
    # 손으로 적은 눈금과 범주의 이름은 데이터이므로 적는다(여느 눈금은 데이터의 범위에서 정해진다).
    names = [str(name) for name in getattr(formatter, "_units", {})]
    fixed = isinstance(axis.get_major_locator(), FixedLocator)
    if fixed and not isinstance(formatter, ScalarFormatter):
        names = [label.get_text() for label in axis.get_ticklabels()]
    if names:
        parts.append(f"[{', '.join(names)[:MAX_TEXT]}]")
    return f" {which} {' '.join(parts)}" if parts else ""


def rows_of(ax: Axes) -> list[Row]:
    """축 하나에 그려진 것들의 요약. 그린 순서를 지킨다."""
    rows = [_line(line) for line in ax.lines if line.get_gid() != GUIDE]
    rows += [_collection(item) for item in ax.collections if item.get_gid() != GUIDE]
    rows += [_image(image) for image in ax.images]
    return [*rows, *_patches(ax), *_texts(ax.texts)]


def _data_axes(fig: Figure) -> list[Axes]:
    return [ax for ax in fig.axes if ax.get_label() != "<colorbar>"]


def _titles(ax: Axes) -> list[str]:
    titles = [ax.get_title("left"), ax.get_title("center"), ax.get_title("right")]
    return [title for title in titles if title]


def describe(fig: Figure) -> str:
    """그림에 그려진 데이터의 요약: 첫 줄은 크기와 축의 수, 이어서 축마다 제목과 그려진 것을 한 줄씩.

    >>> fig = Figure(figsize=(4, 3))
    >>> _ = fig.subplots().plot([0, 1, 2], [1.0, 0.5, 0.25], label="손실")
    >>> print(describe(fig))
    그림 4×3인치, 축 1개
    축 1
      선 ‘손실’ x(최소 0 최대 2 가중평균 1.33) y(처음 1 가운데 0.5 끝 0.25 n 3 최소 0.25 평균 0.583
      최대 1 가중평균 0.458 표준편차 0.312 걸음 0.375)
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"fig: Matplotlib의 Figure여야 합니다. 받은 값={shown(fig)}")
    axes = _data_axes(fig)
    width, height = fig.get_size_inches()
    title = f" ‘{fig.get_suptitle()}’" if fig.get_suptitle() else ""
    size = f"{number(width)}×{number(height)}인치"
    lines = [f"그림{title} {size}, 축 {len(axes)}개".replace("\n", " ")]
    flat: list[tuple[str, Row | None]] = []
    for i, ax in enumerate(axes, 1):
        titles = ", ".join(_titles(ax))
        head = f"축 {i}{f' ‘{titles}’' if titles else ''}{_axis(ax, 'x')}{_axis(ax, 'y')}"
        flat.append((head.replace("\n", " "), None))
        flat += [(f"  {row.text}", row) for row in rows_of(ax)]
    flat += [(row.text, row) for row in _texts(fig.texts)]
    room = MAX_LINES - len(lines)
    kept = flat if len(flat) <= room else flat[: room - 1]
    lines += [text for text, _ in kept]
    if rest := flat[len(kept) :]:
        numbers = [v for _, row in rest if row is not None for v in row.key]
        heads = [text for text, row in rest if row is None]
        names = f", {'; '.join(heads)[:MAX_TEXT]}" if heads else ""
        lines.append(f"나머지 {len(rest)}줄: {stats(numbers)}{names}")
    return "\n".join(lines)


def fingerprint(fig: Figure, limit: int = 6) -> str:
    """그림을 한 줄로 요약한다: 그려진 것마다 (평균 가중평균 걸음 …), limit개가 넘으면 나머지를 모은다."""
    parts, numbers = [], []
    for ax in _data_axes(fig):
        titles = " ".join(_titles(ax))
        parts += [f"‘{titles[:MAX_TEXT]}’".replace("\n", " ")] if titles else []
        for row in rows_of(ax):
            if row.brief:
                parts.append(row.brief)
            elif len(parts) < limit:
                parts.append(f"{row.kind}({' '.join(number(v) for v in row.key[:6])})")
                numbers += row.key[6:]
            else:
                numbers += row.key
    if numbers:
        parts.append(f"그 밖({stats(numbers, 'n', '평균', '가중평균')})")
    return " ".join(parts)


# 책의 커널 ------------------------------------------------------------------------------


def load_ipython_extension(shell: InteractiveShell) -> None:
    """IPython 확장으로 읽히면, 그림의 text/plain을 `describe`의 글로 바꾼다."""

    def write(fig: Figure, printer: RepresentationPrinter, cycle: bool) -> None:
        printer.text("Figure(…)" if cycle else describe(fig))

    # 표시기(formatter)에 등록하면 인라인 백엔드가 처음 그릴 때 Figure의 등록을 모두 지운다.
    Figure._repr_pretty_ = write  # type: ignore[attr-defined]
