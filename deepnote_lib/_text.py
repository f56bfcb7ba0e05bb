"""고정폭 글꼴에서 줄이 맞는 표."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def format_table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """열의 너비를 맞춘 표. right에 적은 열은 오른쪽으로 맞춘다."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for i, (text, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - columns(text))
            cells.append(space + text if i in right else text + space)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def columns(text: str) -> int:
    """고정폭 글꼴에서 차지하는 칸. 한글은 두 칸이다."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
