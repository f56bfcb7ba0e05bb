"""노트북의 표준 형태. 같은 내용은 언제나 같은 바이트로 저장된다."""

from __future__ import annotations

import hashlib
import re

import nbformat
from nbformat import NotebookNode

CELL_METADATA = {"tags", "mystnb", "deepnote", "slideshow"}
NOTEBOOK_METADATA = {"deepnote", "mystnb", "myst"}
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
# 오류를 보여 주는 글에 적힌, 이 컴퓨터에만 있는 폴더
LOCAL_FOLDER = re.compile(
    r"(?:~|/)[^\s\x1b:'\"]*?/(?=(?:deepnote_lib|site-packages|python3\.\d+)/)"
)
LANGUAGE_INFO = {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"}


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
