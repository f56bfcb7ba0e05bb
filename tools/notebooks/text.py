"""MyST 글과 노트북을 서로 바꾼다. 이미 있는 노트북에서 내용이 그대로인 셀의 출력을 이어받는다."""

from __future__ import annotations

import copy
from pathlib import Path

import jupytext
import nbformat
from jupytext.combine import combine_inputs_with_outputs
from nbformat import NotebookNode

from tools.notebooks.normal_form import dumps, normalize

FORMAT = "md:myst"


def keep_outputs(new: NotebookNode, old: NotebookNode) -> None:
    """내용이 그대로인 코드 셀에 지난 출력과 실행 번호를 옮긴다. 셀의 자리는 바뀌어도 된다.

    jupytext는 내용이 조금 달라진 셀에도 출력을 이어 주므로, 소스가 같은 것만 받아들인다.
    """
    stored = copy.deepcopy(old)
    for cell in stored.cells:
        cell["stored_source"] = cell.source
    combined = combine_inputs_with_outputs(copy.deepcopy(new), stored, fmt=FORMAT)
    for cell, kept in zip(new.cells, combined.cells, strict=True):
        if cell.cell_type == "code" and kept.get("stored_source") == cell.source:
            cell.outputs, cell.execution_count = kept.outputs, kept.execution_count
    if digest := old.metadata.get("deepnote", {}).get("hash"):
        new.metadata.setdefault("deepnote", NotebookNode())["hash"] = digest


def from_text(text: str, old: NotebookNode | None = None) -> NotebookNode:
    """MyST 글에서 만든 노트북. `old`가 있으면 그 출력을 이어받는다."""
    nb = normalize(jupytext.reads(text, fmt=FORMAT))
    if old is not None:
        keep_outputs(nb, old)
    return nb


def to_text(nb: NotebookNode) -> str:
    """노트북의 MyST 글. 해시는 적지 않는다."""
    nb.metadata.get("deepnote", {}).pop("hash", None)
    nb.metadata.pop("language_info", None)
    # 기본 거르개는 모르는 열쇠를 버리므로 노트북의 메타데이터를 모두 남기게 한다.
    nb.metadata["jupytext"] = {
        "notebook_metadata_filter": "all,-language_info",
        "text_representation": {"extension": ".md", "format_name": "myst"},
    }
    text: str = jupytext.writes(nb, fmt=FORMAT)
    return text


def convert(source: Path, target: Path) -> None:
    """확장자가 정하는 방향으로 바꾼다: `.md`에서 `.ipynb`로, 또는 거꾸로."""
    match source.suffix, target.suffix:
        case ".md", ".ipynb":
            old = nbformat.read(target, as_version=4) if target.exists() else None
            result = dumps(from_text(source.read_text(encoding="utf-8"), old))
        case ".ipynb", ".md":
            result = to_text(nbformat.read(source, as_version=4))
        case _:
            raise ValueError(
                "source, target: 하나는 .md, 다른 하나는 .ipynb여야 합니다. "
                f"받은 값={source.name}, {target.name}"
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(result, encoding="utf-8")
