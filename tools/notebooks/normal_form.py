"""노트북의 표준 형태. 같은 내용은 언제나 같은 바이트로 저장된다."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import nbformat
from nbformat import NotebookNode

from tools.facts.repository import address

FIRST_CELL = f"""\
try:
    import deepnote_lib
except ModuleNotFoundError:
    %pip install -q "git+{address()}\""""
FIRST_CELL_TAG = "remove-cell"
CELL_METADATA = {"tags", "mystnb", "deepnote", "slideshow"}
NOTEBOOK_METADATA = {"deepnote", "mystnb", "myst"}
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
# 오류를 보여 주는 글에 적힌, 이 컴퓨터에만 있는 폴더
LOCAL_FOLDER = re.compile(
    r"(?:~|/)[^\s\x1b:'\"]*?/(?=(?:deepnote_lib|site-packages|python3\.\d+)/)"
)
LANGUAGE_INFO = {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"}


def is_first_cell(cell: Any) -> bool:
    """Colab에서 패키지를 설치하는, 책에는 보이지 않는 첫 셀인가?"""
    return cell["cell_type"] == "code" and "import deepnote_lib\nexcept ModuleNotFound" in "".join(
        cell["source"]
    )


def ensure_first_cell(nb: NotebookNode) -> None:
    """코드가 있는 노트북의 맨 앞에 설치 셀을 둔다. 있던 것은 옮기고 내용을 맞춘다."""
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    rest = [cell for cell in code if not is_first_cell(cell)]
    first = next((cell for cell in code if is_first_cell(cell)), None)
    if not rest:
        nb.cells = [cell for cell in nb.cells if cell is not first]
        return
    if first is None:
        first = nbformat.v4.new_code_cell(FIRST_CELL)
    if first.source != FIRST_CELL:
        first.update(source=FIRST_CELL, outputs=[], execution_count=None)
    first.metadata = NotebookNode(tags=[FIRST_CELL_TAG])
    nb.cells = [first] + [cell for cell in nb.cells if not is_first_cell(cell)]


def clean_text(source: str) -> str:
    """줄 끝 공백과 앞뒤 빈 줄을 없앤 글."""
    return "\n".join(line.rstrip() for line in source.splitlines()).strip("\n")


def clean_outputs(cell: NotebookNode) -> None:
    """이어진 같은 흐름을 하나로 합치고, 실행할 때만 뜻이 있는 값을 지운다."""
    merged: list[NotebookNode] = []
    for output in cell.outputs:
        output.pop("transient", None)
        if output.output_type == "error":
            output.traceback = [LOCAL_FOLDER.sub("", line) for line in output.traceback]
        if output.output_type == "stream" and merged and merged[-1].get("name") == output.name:
            merged[-1].text += output.text
            continue
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count
        merged.append(output)
    cell.outputs = merged


def normalize(nb: NotebookNode) -> NotebookNode:
    """노트북을 제자리에서 표준 형태로 바꾸고 반환한다. 두 번 해도 결과가 같다."""
    ensure_first_cell(nb)
    used: dict[str, int] = {}
    for cell in nb.cells:
        cell.source = clean_text(cell.source)
        cell.metadata = NotebookNode(
            {key: value for key, value in cell.metadata.items() if key in CELL_METADATA and value}
        )
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:10]
        used[digest] = used.get(digest, 0) + 1
        cell.id = digest if used[digest] == 1 else f"{digest}-{used[digest]}"
        if cell.cell_type == "code":
            clean_outputs(cell)
        else:
            cell.pop("attachments", None)
    kept = {key: value for key, value in nb.metadata.items() if key in NOTEBOOK_METADATA}
    nb.metadata = NotebookNode(kept | {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    nb.nbformat, nb.nbformat_minor = 4, 5
    return nb


def dumps(nb: NotebookNode) -> str:
    """노트북을 저장할 글. 열쇠 순서와 들여쓰기는 nbformat의 것이고, 줄바꿈으로 끝난다."""
    text: str = nbformat.writes(nb)
    return text.rstrip("\n") + "\n"


def normalized_text(text: str) -> str:
    """저장된 노트북 글을 표준 형태로 바꾼 글. 다르면 표준 형태가 아니다."""
    return dumps(normalize(nbformat.reads(text, as_version=4)))
