"""MyST 글과 노트북을 서로 바꾼다.

    python -m tools.notebook from-text 초고.md book/장/절.ipynb
    python -m tools.notebook to-text book/장/절.ipynb 초고.md

`from-text`는 이미 있는 노트북에서 자리와 내용이 그대로인 셀의 출력을 이어받는다.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from tools.normal_form import dumps, is_first_cell, normalize

FORMAT = "md:myst"


def keep_outputs(new: NotebookNode, old: NotebookNode) -> None:
    """같은 자리에 같은 내용으로 남은 코드 셀에 지난 출력과 실행 번호를 옮긴다."""
    pairs = zip(
        [cell for cell in new.cells if cell.cell_type == "code"],
        [cell for cell in old.cells if cell.cell_type == "code"],
        strict=False,
    )
    for cell, stored in pairs:
        if cell.source == stored.source:
            cell.outputs, cell.execution_count = stored.outputs, stored.execution_count
    if digest := old.metadata.get("deepnote", {}).get("hash"):
        new.metadata.setdefault("deepnote", NotebookNode())["hash"] = digest


def from_text(text: str, old: NotebookNode | None = None) -> NotebookNode:
    """MyST 글에서 만든 노트북. `old`가 있으면 그 출력을 이어받는다."""
    nb = normalize(jupytext.reads(text, fmt=FORMAT))
    if old is not None:
        keep_outputs(nb, old)
    return nb


def to_text(nb: NotebookNode) -> str:
    """노트북의 MyST 글. 숨은 설치 셀과 해시는 적지 않는다."""
    nb.cells = [cell for cell in nb.cells if not is_first_cell(cell)]
    nb.metadata.get("deepnote", {}).pop("hash", None)
    nb.metadata.pop("language_info", None)
    # 기본 거르개는 모르는 열쇠를 버리므로 노트북의 메타데이터를 모두 남기게 한다.
    nb.metadata["jupytext"] = {
        "notebook_metadata_filter": "all,-language_info",
        "text_representation": {"extension": ".md", "format_name": "myst"},
    }
    text: str = jupytext.writes(nb, fmt=FORMAT)
    return text


def main(argv: list[str] | None = None) -> int:
    """명령줄에서 두 방향의 변환을 한다."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("direction", choices=["from-text", "to-text"])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    args = parser.parse_args(argv)
    if args.direction == "from-text":
        old = nbformat.read(args.target, as_version=4) if args.target.exists() else None
        result = dumps(from_text(args.source.read_text(encoding="utf-8"), old))
    else:
        result = to_text(nbformat.read(args.source, as_version=4))
    args.target.parent.mkdir(parents=True, exist_ok=True)
    args.target.write_text(result, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
