"""출발 코드 셀: `practice` 지시문 바로 뒤의 셀을 명세의 출발 코드로 채운다."""

from __future__ import annotations

import re

import nbformat
from nbformat import NotebookNode

from deepnote_lib.exercises import ids, load

TAG = "starter"
PRACTICE = re.compile(r"^:::\{practice\} (?P<label>\S+)\n:::\s*\Z", re.M)


def practice_label(source: str) -> str | None:
    """글 셀이 끝에서 부르는 연습의 이름표."""
    found = PRACTICE.search(source)
    return found["label"] if found else None


def starter(label: str) -> str:
    """명세의 출발 코드."""
    return load(label).starter.strip("\n")


def fill(nb: NotebookNode) -> None:
    """`practice`마다 뒤의 셀을 출발 코드로 채운다. 셀이 없으면 만든다. 모르는 이름표는 그대로 둔다."""
    known = set(ids())
    cells = []
    for cell, after in zip(nb.cells, [*nb.cells[1:], None], strict=True):
        cells.append(cell)
        label = practice_label(cell.source) if cell.cell_type == "markdown" else None
        if label not in known or label is None:
            continue
        if after is None or TAG not in after.metadata.get("tags", ()):
            after = nbformat.v4.new_code_cell(metadata={"tags": [TAG]})
            cells.append(after)
        if after.source != starter(label):
            after.update(source=starter(label), outputs=[], execution_count=None)
    nb.cells = cells
