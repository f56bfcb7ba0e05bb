"""계산 그래프의 붓: 상자, 선, 화살촉, 수를 모아 두었다가 한꺼번에 축에 올린다."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Polygon
from matplotlib.textpath import text_to_path

from deepnote_lib._typing import Array
from deepnote_lib.plots.digest import DATA, GUIDE

RADIUS = 1.0  # 연산 노드의 반지름(em)
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
Point = tuple[float, float]


def drawn(text: str) -> str:
    """첨자(w₁, x²)를 읽기 좋은 크기로 그리게 바꾼다. 글꼴에 든 첨자는 너무 작다."""
    text = re.sub("[₀-₉]+", lambda m: f"$_{{{m[0].translate(DIGITS)}}}$", text)
    return re.sub(r"\^([−\d.]+)", r"$^{\1}$", text.replace("²", "^2"))


def text_width(text: str, *, bold: bool = False) -> float:
    """글의 폭을 글자의 크기(em)로 잰다."""
    font = FontProperties(size=100, weight="bold" if bold else "normal")
    text = drawn(text)
    with_math = text.count("$") >= 2
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=with_math)[0]) / 100


@dataclass
class Box:
    """노드의 상자. 가운데와 폭의 절반, 높이의 절반(포인트)."""

    x: float
    y: float
    half: float
    tall: float
    circle: bool = False

    @property
    def center(self) -> Point:
        """상자의 글을 놓을 가운데."""
        return self.x, self.y

    @property
    def above(self) -> Point:
        """노드의 이름을 놓을 상자 위."""
        return self.x, self.y + 1.62 * self.tall

    def edge(self, offset: float) -> float:
        """가운데에서 offset만큼 위인 높이에서 상자의 왼쪽."""
        if self.circle:
            return self.x - math.sqrt(self.half**2 - offset**2)
        return self.x - self.half


class Canvas:
    """축 하나에 그리는 붓. 길이의 단위는 포인트이다."""

    def __init__(self, ax: Axes, font: float) -> None:
        self.ax, self.font = ax, font
        self._lines: list[tuple[Array, str, float]] = []
        self._patches: list[tuple[Patch, str, str, float]] = []

    def line(self, points: Array, color: str, *, thick: bool = False) -> None:
        """점들을 잇는 선."""
        self._lines.append((points, color, 2.8 if thick else 1.3))

    def arrow(self, tip: Array, color: str, *, to_left: bool = False) -> None:
        """끝이 tip인 화살촉."""
        size = self.font * (0.62 if to_left else 0.5)
        back = size if to_left else -size
        corners = np.array([[0, 0], [back, 0.5 * size], [back, -0.5 * size]]) + tip
        self._patches.append((Polygon(corners), color, color, 0.0))

    def dot(self, center: Array, color: str) -> None:
        """엣지가 갈라지는 점."""
        self._patches.append((Circle(tuple(center), 0.22 * self.font), color, color, 0.0))

    def box(self, box: Box, color: str, fill: str, *, thick: bool = False) -> None:
        """노드의 원이나 모서리가 둥근 상자."""
        if box.circle:
            patch: Patch = Circle(box.center, box.half)
        else:
            radius = 0.45 * self.font
            patch = FancyBboxPatch(
                (box.x - box.half, box.y - box.tall), 2 * box.half, 2 * box.tall,
                boxstyle=f"round,pad=0,rounding_size={radius}",
            )  # fmt: skip
        self._patches.append((patch, color, fill, 2.4 if thick else 1.3))

    def over(self, line: Array) -> Point:
        """가로 선의 가운데에서 글의 밑줄을 놓을 조금 위."""
        return float(line[:, 0].mean()), float(line[0, 1]) + 0.38 * self.font

    def under(self, line: Array) -> Point:
        """가로 선의 가운데에서 글의 가운데를 놓을 조금 아래."""
        return float(line[:, 0].mean()), float(line[0, 1]) - 0.92 * self.font

    def text(self, at: Point, text: str, *, color: str, gid: str, above: bool = False, **style: Any) -> None:
        """글. above이면 at이 밑줄의 자리이다."""
        self.ax.text(
            *at, drawn(text), color=color, fontsize=self.font, ha="center", gid=gid,
            va="baseline" if above else "center_baseline", zorder=4, **style,
        )  # fmt: skip

    def pill(self, at: Point, text: str, color: str, fill: str) -> None:
        """옅은 바탕을 깐 굵은 수."""
        box = {"boxstyle": "round,pad=0.2,rounding_size=0.45", "fc": fill, "ec": "none"}
        self.text(at, text, color=color, gid=DATA, weight="bold", bbox=box)

    def finish(self) -> None:
        """모아 둔 선과 상자를 축에 올린다. 수와 이름이 데이터이므로 이것들은 안내선이다."""
        points, colors, widths = zip(*self._lines, strict=True)
        self.ax.add_collection(
            LineCollection(points, colors=colors, linewidths=widths, zorder=2, gid=GUIDE, capstyle="round"),
            autolim=False,
        )
        patches, edges, fills, rims = zip(*self._patches, strict=True)
        self.ax.add_collection(
            PatchCollection(patches, edgecolors=edges, facecolors=fills, linewidths=rims, zorder=3, gid=GUIDE),
            autolim=False,
        )
