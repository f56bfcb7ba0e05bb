"""노트북을 깨끗한 커널에서 다시 실행하고 표준 모양으로 저장한다.

    python -m tools.refresh [경로…] [--force]

코드 셀이나 그것이 쓰는 deepnote_lib이 달라진 노트북만 실행한다. 이어서 두 번 돌리면 두 번째에는
아무 파일도 달라지지 않는다.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tools.fingerprint import fingerprint
from tools.kernel import (
    CELL_TIMEOUT,
    CurrentPythonSpecs,
    kernel_environment,
    missing_data,
    required_data,
)
from tools.markers import rewrite
from tools.normal_form import dumps, normalize

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"


class RefreshError(RuntimeError):
    """노트북을 끝까지 실행하지 못했다."""


def notebooks(paths: Sequence[Path]) -> Iterator[Path]:
    """경로에 있는 노트북. 아무것도 주지 않으면 책 전체이고, 학생에게 나눠 줄 과제는 뺀다."""
    for path in paths or [BOOK]:
        if path.is_dir():
            for found in sorted(path.rglob("*.ipynb")):
                inside = found.relative_to(path).parts
                if not {"assignments", ".ipynb_checkpoints", "_build"} & set(inside):
                    yield found
        elif path.is_file():
            yield path
        else:
            raise RefreshError(f"{path}: 그런 노트북이 없습니다")


def execute(nb: NotebookNode, folder: Path, *, timeout: int = CELL_TIMEOUT) -> None:
    """지금의 파이썬으로 띄운 새 커널에서 모든 셀을 차례로 실행한다."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    manager = AsyncKernelManager(kernel_spec_manager=CurrentPythonSpecs())
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        nb, km=manager, timeout=timeout, resources=resources, record_timing=False
    )
    client.owns_km = True  # 밖에서 건넨 커널도 끝나면 내리게 한다
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    client.execute(env=environment | kernel_environment())
    count = 0
    for cell in nb.cells:
        if cell.cell_type == "code" and cell.source.strip():
            count += 1
            cell.execution_count = count


def is_stale(nb: NotebookNode) -> bool:
    """코드나 라이브러리가 달라졌거나, 실행하지 않은 셀이 있는가?"""
    counts = [cell.execution_count for cell in nb.cells if cell.cell_type == "code"]
    if not counts:
        return False
    stored = nb.metadata.get("deepnote", {}).get("hash")
    return counts != list(range(1, len(counts) + 1)) or stored != fingerprint(nb)


def update_markers(nb: NotebookNode) -> None:
    """본문의 run 표시에 붙은 수를 저장된 출력에 맞춘다."""
    for position, cell in enumerate(nb.cells):
        if cell.cell_type == "markdown":
            cell.source = rewrite(nb.cells, position)


def refresh(path: Path, *, force: bool = False, timeout: int = CELL_TIMEOUT) -> str:
    """노트북 하나를 새로 고치고 한 일을 말한다: ‘실행’, ‘정리’, ‘그대로’, ‘건너뜀: …’."""
    before = path.read_text(encoding="utf-8")
    nb = normalize(nbformat.reads(before, as_version=4))
    done = "정리"
    if force or is_stale(nb):
        if missing := missing_data(required_data(nb.metadata)):
            return f"건너뜀: {', '.join(missing)} 데이터가 없습니다. 먼저 `make data`를 실행하세요"
        try:
            execute(nb, path.parent, timeout=timeout)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise RefreshError(f"{path}: 실행이 멈췄습니다.\n{error}") from error
        if any(cell.cell_type == "code" for cell in nb.cells):
            nb.metadata.setdefault("deepnote", NotebookNode())["hash"] = fingerprint(nb)
        done = "실행"
    update_markers(nb)
    after = dumps(normalize(nb))
    if after == before:
        return "그대로" if done == "정리" else done
    temporary = path.with_suffix(".tmp")
    temporary.write_text(after, encoding="utf-8")
    temporary.replace(path)
    return done


def main(argv: list[str] | None = None) -> int:
    """명령줄에서 노트북들을 새로 고친다."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--force", action="store_true", help="달라지지 않은 노트북도 실행한다")
    parser.add_argument("--timeout", type=int, default=CELL_TIMEOUT, help="셀 하나의 제한 시간(초)")
    args = parser.parse_args(argv)
    try:
        for path in notebooks(args.paths):
            print(f"{path}: {refresh(path, force=args.force, timeout=args.timeout)}", flush=True)
    except RefreshError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
