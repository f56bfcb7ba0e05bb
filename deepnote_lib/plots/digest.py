"""그림에 그려진 데이터를 글로 요약한다. 노트북 비교는 픽셀 대신 이 글을 본다.

평균만 적으면 순서가 바뀐 데이터를 놓치므로, 자리에 비례하는 무게를 둔 평균과 이웃한 값의 차이도
함께 적는다. 수는 유효 숫자 세 자리이고, 같은 그림이면 늘 같은 글이 나온다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, ScalarFormatter

from deepnote_lib._typing import Array
from deepnote_lib.plots.measures import key_of, number, stats

MAX_LINES = 25
MAX_TEXT = 60
GUIDE = "deepnote-guide"  # 이 gid를 단 것은 데이터가 아닌 안내선이라 요약에서 뺀다
DATA = "deepnote-data"  # 이 gid를 단 글은 데이터라서 줄이지 않고 모두 적는다


@dataclass
class Row:
    """그려진 것 하나의 요약. key나 brief를 한 줄 요약(`fingerprint`)에 쓴다."""

    kind: str
    text: str
    key: list[float] = field(default_factory=list)
    brief: str = ""


def _name(artist: Any) -> str:
    label = str(artist.get_label() or "")
    return f" ‘{label}’" if label and not label.startswith("_") else ""


def _line(line: Any) -> Row:
    name = _name(line)
    if hasattr(line, "get_slope"):  # ax.axline은 점 하나와 기울기(또는 다른 점)만 지닌다
        numbers = np.array([*line.get_xy1(), *(line.get_xy2() or (line.get_slope(), 0.0))], dtype=float)
        return Row("직선", f"직선{name} {' '.join(map(number, numbers))}", key_of(numbers))
    if hasattr(line, "get_data_3d"):
        data = [np.asarray(d, dtype=float) for d in line.get_data_3d()]
    else:
        data = [np.asarray(d, dtype=float) for d in line.get_data(orig=False)]
    *heads, y = data
    x = ", ".join(stats(h, "최소", "최대", "가중평균") for h in heads)
    if not y.size:
        return Row("선", f"선{name} n 0")
    ends = "처음 {} 가운데 {} 끝 {}".format(*(number(y[i]) for i in (0, y.size // 2, -1)))
    return Row("선", f"선{name} x({x}) y({ends} {stats(y)})", [*key_of(y), *key_of(heads)])


def _vertices(paths: Sequence[Path]) -> Array:
    return np.concatenate([np.zeros((0, 2)), *(np.asarray(p.vertices) for p in paths)])


def _solid(item: Any) -> Array | None:
    """3차원 면과 선의 꼭짓점 (M, 3). 그리기 전에도 알 수 있는 값을 본다."""
    for name in ("_faces", "_segments3d"):  # 면(plot_surface), 선(plot_wireframe)
        if len(getattr(item, name, ())):
            return np.concatenate([np.asarray(p, dtype=float).reshape(-1, 3) for p in getattr(item, name)])
    vec = getattr(item, "_vec", None)  # Matplotlib 3.9까지의 면: 동차 좌표 (4, M)
    return None if vec is None else np.asarray(vec[:3], dtype=float).T


def _colors(artist: Any) -> str:
    faces = artist.get_facecolor()
    if artist.get_array() is not None or not len(faces):
        return ""
    names, counts = np.unique([to_hex(c) for c in faces], return_counts=True)
    return f" 색 {len(names)}가지({', '.join(map(str, counts[:8]))})" if len(names) > 1 else ""


def _collection(item: Any) -> Row:
    name, array = _name(item), item.get_array()
    values = "" if array is None else f" 값({stats(array)})"
    values_key = [] if array is None else key_of(array)
    if isinstance(item, ContourSet):
        shape = _vertices(item.get_paths())
        levels = f"단계({stats(item.levels)})"
        text = f"등고선{name} {levels} x({stats(shape[:, 0])}) y({stats(shape[:, 1])})"
        return Row("등고선", text, [*key_of(item.levels), *key_of(shape)])
    if hasattr(item, "_offsets3d"):
        parts = [np.asarray(p, dtype=float) for p in item._offsets3d]
    elif isinstance(item, PathCollection) or hasattr(item, "U"):
        parts = list(np.ma.filled(np.ma.asarray(item.get_offsets(), dtype=float), np.nan).T)
        parts += [np.asarray(item.U), np.asarray(item.V)] if hasattr(item, "U") else []
    elif hasattr(item, "get_coordinates"):  # pcolormesh: 칸의 모서리
        parts = list(np.asarray(item.get_coordinates(), dtype=float).reshape(-1, 2).T)
    elif (solid := _solid(item)) is not None:
        parts = list(solid.T)
    else:
        parts = list(_vertices(item.get_paths()).T)
    arrows = hasattr(item, "U")
    kind = "점" if isinstance(item, PathCollection) else "화살표" if arrows else "칸" if values else "도형"
    n = f" n {len(parts[0])}" if parts and not values else ""
    axes = ("평균", "가중평균", "걸음") if values else ("최소", "평균", "최대", "가중평균", "걸음")
    text = " ".join(f"{axis}({stats(p, *axes)})" for axis, p in zip("xyuv" if arrows else "xyz", parts, strict=False))
    sizes = item.get_sizes() if isinstance(item, PathCollection) else ()
    size_text = f" 크기({stats(sizes)})" if len(sizes) > 1 else ""
    keys = [k for p in parts for k in key_of(p)[:2]] + (key_of(sizes)[:2] if size_text else [])
    return Row(kind, f"{kind}{name}{n} {text}{values}{size_text}{_colors(item)}".rstrip(), values_key + keys)


def _image(image: AxesImage) -> Row:
    array: Any = np.ma.asarray(image.get_array())
    shape = "×".join(map(str, array.shape))
    extent = " ".join(number(float(v)) for v in image.get_extent())
    return Row("그림", f"그림{_name(image)} {shape} 자리({extent}) {stats(array)}", key_of(array))


def _patches(ax: Axes) -> Iterator[Row]:
    bars: set[Patch] = set()
    for container in ax.containers:
        if isinstance(container, BarContainer):
            bars.update(container.patches)
            boxes = np.array([[*p.get_xy(), p.get_width(), p.get_height()] for p in container.patches])
            boxes = boxes.reshape(-1, 4)
            size = boxes[:, 3] if getattr(container, "orientation", "") != "horizontal" else boxes[:, 2]
            text = f"막대{_name(container)} 자리({stats(boxes[:, :2].sum(axis=1), '평균', '가중평균')})"
            yield Row("막대", f"{text} 길이({stats(size)})", [*key_of(size), *key_of(boxes)])
    others = [p for p in ax.patches if p not in bars]
    if others:
        vertices = _vertices([p.get_patch_transform().transform_path(p.get_path()) for p in others])
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


def _axis(ax: Axes, which: str) -> str:
    axis = ax.xaxis if which == "x" else ax.yaxis
    parts = [f"‘{axis.get_label().get_text()}’"] if axis.get_label().get_text() else []
    if axis.get_scale() != "linear":
        parts.append(axis.get_scale())
    formatter = axis.get_major_formatter()
    # 손으로 적은 눈금과 범주의 이름은 데이터이므로 적는다(여느 눈금은 데이터의 범위에서 정해진다).
    names = [str(name) for name in getattr(formatter, "_units", {})]
    if isinstance(axis.get_major_locator(), FixedLocator) and not isinstance(formatter, ScalarFormatter):
        names = [label.get_text() for label in axis.get_ticklabels()]
    if names:
        parts.append(f"[{', '.join(names)[:MAX_TEXT]}]")
    return f" {which} {' '.join(parts)}" if parts else ""


def rows_of(ax: Axes) -> list[Row]:
    """축 하나에 그려진 것들의 요약. 그린 차례를 지킨다."""
    rows = [_line(line) for line in ax.lines if line.get_gid() != GUIDE]
    rows += [_collection(item) for item in ax.collections if item.get_gid() != GUIDE]
    rows += [_image(image) for image in ax.images]
    return [*rows, *_patches(ax), *_texts(ax.texts)]


def _data_axes(fig: Figure) -> list[Axes]:
    return [ax for ax in fig.axes if ax.get_label() != "<colorbar>"]


def describe(fig: Figure) -> str:
    """그림에 그려진 데이터를 수로 요약한 글(25줄 이하)을 돌려준다.

    가중평균은 Σi·vᵢ/Σi, 걸음은 평균|vᵢ₊₁−vᵢ|이다. 평균이 같아도 순서가 다르면 이 둘이 다르다.

    Parameters
    ----------
    fig : Figure
        요약할 그림. 바꾸지 않는다.

    Returns
    -------
    str
        첫 줄은 그림의 크기와 축의 수이고, 이어서 축마다 제목, 이름, 그려진 것을 한 줄씩 적는다.

    Raises
    ------
    TypeError
        fig가 Matplotlib의 그림이 아닐 때.

    Examples
    --------
    >>> fig = Figure(figsize=(4, 3))
    >>> _ = fig.subplots().plot([0, 1, 2], [1.0, 0.5, 0.25], label="손실")
    >>> print(describe(fig))
    그림 4×3인치, 축 1개
    축 1
      선 ‘손실’ x(최소 0 최대 2 가중평균 1.33) y(처음 1 가운데 0.5 끝 0.25 n 3 최소 0.25 평균 0.583 최대 1 가중평균 0.458 표준편차 0.312 걸음 0.375)
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"fig: Matplotlib의 Figure여야 합니다. 받은 타입={type(fig).__name__}")
    axes = _data_axes(fig)
    width, height = fig.get_size_inches()
    title = f" ‘{fig.get_suptitle()}’" if fig.get_suptitle() else ""
    blocks: list[tuple[str, list[Row]]] = []
    for i, ax in enumerate(axes, 1):
        titles = ", ".join(t for t in (ax.get_title(loc) for loc in ("left", "center", "right")) if t)
        head = f"축 {i}{f' ‘{titles}’' if titles else ''}{_axis(ax, 'x')}{_axis(ax, 'y')}"
        blocks.append((head.replace("\n", " "), rows_of(ax)))
    lines = [f"그림{title} {number(width)}×{number(height)}인치, 축 {len(axes)}개".replace("\n", " ")]
    flat: list[tuple[str, Row | None]] = []
    for head, rows in blocks:
        flat.append((head, None))
        flat += [(f"  {row.text}", row) for row in rows]
    flat += [(row.text, row) for row in _texts(fig.texts)]
    room = MAX_LINES - len(lines)
    kept = flat if len(flat) <= room else flat[: room - 1]
    lines += [text for text, _ in kept]
    rest = flat[len(kept) :]
    if rest:
        numbers = [v for _, row in rest if row is not None for v in row.key]
        heads = [text for text, row in rest if row is None]
        names = f", {'; '.join(heads)[:MAX_TEXT]}" if heads else ""
        lines.append(f"나머지 {len(rest)}줄: {stats(numbers)}{names}")
    return "\n".join(lines)


def fingerprint(fig: Figure, limit: int = 6) -> str:
    """그림을 한 줄로 요약한다. 그려진 것마다 (평균 가중평균 걸음 …)을 적고, 많으면 나머지를 모은다."""
    parts, numbers = [], []
    for ax in _data_axes(fig):
        titles = " ".join(t for t in (ax.get_title(loc) for loc in ("left", "center", "right")) if t)
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
