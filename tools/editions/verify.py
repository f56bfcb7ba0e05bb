"""배우는 사람의 노트북을 읽는 사람의 환경에서 처음부터 실행해, 책에 저장된 출력과 같은지 본다.

지난번과 코드가 같은 페이지는 건너뛴다. 맨 앞의 셀은 사이트를 흉내 내는 서버에서 wheel을 받는다.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tools.editions import compare, environment, verified
from tools.editions.first_cell import NAME
from tools.facts.repository import BOOK, ROOT, site
from tools.notebooks.compare import align, without_pictures
from tools.notebooks.execute import FIGURE_TEXT, execute, missing_data, required_data
from tools.notebooks.fingerprint import fingerprint
from tools.notebooks.normal_form import clean_outputs
from tools.notebooks.starters import TAG

EDITION = "learner"
FOLDER = ROOT / "_build" / "learner"  # 읽는 사람의 환경


class Quiet(http.server.SimpleHTTPRequestHandler):
    """요청을 화면에 적지 않는 서버."""

    def log_message(self, format: str, *args: Any) -> None:
        """적지 않는다."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """폴더를 사이트처럼 내놓는 서버의 주소."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def digest_of(nb: NotebookNode) -> str:
    """노트북의 해시. 맨 앞의 셀에는 wheel의 해시가 있어 라이브러리의 글자만 바뀌어도 달라지므로 뺀다."""
    return fingerprint({"cells": [cell for cell in nb.cells if cell.id != NAME]})


def changed(notebooks: Path, record: verified.Record) -> Iterator[tuple[str, NotebookNode]]:
    """기록된 뒤로 코드가 달라진 페이지와 그 노트북."""
    for path in sorted((notebooks / EDITION).rglob("*.ipynb")):
        page = path.relative_to(notebooks / EDITION).with_suffix("").as_posix()
        nb = nbformat.read(path, as_version=4)
        if record.get(page, {}).get(EDITION) != digest_of(nb):
            yield page, nb


def ready_to_run(nb: NotebookNode, address: str) -> NotebookNode:
    """실행할 사본: 주소를 서버의 것으로 바꾸고, 그림의 요약을 켠다(저장된 출력에 그것이 있다)."""
    copy = nbformat.from_dict(nb)
    copy.cells[0].source = copy.cells[0].source.replace(site(), address)
    copy.cells.insert(1, nbformat.v4.new_code_cell(f"%load_ext {FIGURE_TEXT}"))
    return copy


def shown(output: Any) -> dict[str, Any]:
    """출력에서 비교하는 것: 글과 오류의 이름. 그림은 그것을 설명한 글로 비교한다."""
    kept = {
        key: output[key]
        for key in ("output_type", "name", "text", "ename", "evalue")
        if key in output
    }
    data = output.get("data", {})
    return kept | {key: value for key, value in data.items() if not key.startswith("image/")}


def differences(done: NotebookNode, source: NotebookNode) -> Iterator[str]:
    """실행한 노트북의 출력이 저장된 출력과 다른 곳. 독자가 채울 셀은 비교하지 않는다."""
    stored = {cell.id: cell for cell in source.cells if cell.cell_type == "code"}
    for number, cell in enumerate(done.cells, 1):
        old = stored.get(cell.id)
        if cell.cell_type != "code" or old is None or TAG in cell.metadata.get("tags", ()):
            continue
        clean_outputs(cell)
        limits = old.metadata.get("deepnote", {})
        kept = without_pictures(old.outputs)
        new = align(
            without_pictures(cell.outputs),
            kept,
            atol=limits.get("tolerance", 0.0),
            rtol=limits.get("rtol", 0.0),
        )
        for one, other in zip(map(shown, new), map(shown, kept), strict=False):
            if one != other:
                yield f"셀 {number}: 저장된 출력 {str(other)[:200]}, 받은 출력 {str(one)[:200]}"
        if len(new) != len(kept):
            yield f"셀 {number}: 저장된 출력은 {len(kept)}개, 받은 출력은 {len(new)}개입니다"


def run(nb: NotebookNode, source: NotebookNode, python: Path, address: str) -> list[str]:
    """노트북 하나를 저장소가 보이지 않는 빈 폴더에서 실행하고, 고칠 곳을 반환한다."""
    copy = ready_to_run(nb, address)
    with tempfile.TemporaryDirectory(prefix="deepnote-") as folder:
        try:
            execute(copy, Path(folder), python=str(python))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            return [f"멈췄습니다: {str(error)[-600:]}"]
    return list(differences(copy, source))


def verify(pages: Sequence[str] = (), *, force: bool = False) -> Iterator[tuple[str, list[str]]]:
    """달라진 페이지(또는 `pages`)를 실행하며 (페이지, 고칠 곳)을 낸다. 같으면 그때마다 적어 둔다."""
    html, notebooks = compare.folders()
    todo = [
        (page, nb)
        for page, nb in changed(notebooks, {} if force else verified.read())
        if not pages or page in pages
    ]
    if not todo:
        return
    python = environment.prepare(FOLDER)
    with served(html) as address, tempfile.TemporaryDirectory(prefix="deepnote-") as folder:
        os.environ["DEEPNOTE_PROGRESS"] = str(Path(folder) / "progress.json")
        for page, nb in todo:
            source = nbformat.read((BOOK / page).with_suffix(".ipynb"), as_version=4)
            if missing := missing_data(required_data(source.metadata)):
                yield f"{page}: {', '.join(missing)} 데이터가 없어 건너뜁니다", []
                continue
            problems = run(nb, source, python, address)
            if not problems:
                verified.write(page, EDITION, digest_of(nb))
            yield page, problems
