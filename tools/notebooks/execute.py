"""노트북을 깨끗한 커널에서 다시 실행하고 표준 형태로 저장한다.

코드 셀이나 그것이 쓰는 deepnote_lib, 출력을 정하는 패키지의 버전이 달라진 노트북만 실행한다.
이어서 두 번 실행하면 두 번째에는 아무 파일도 달라지지 않는다.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tools.facts.contents import page_files
from tools.facts.environment import kernel_environment
from tools.facts.limits import CELL_SECONDS, CELL_TIMEOUT
from tools.facts.repository import BOOK
from tools.notebooks.fingerprint import fingerprint
from tools.notebooks.markers import rewrite
from tools.notebooks.normal_form import dumps, normalize
from tools.notebooks.starters import fill

SLOWEST = 10  # 표에 적을 셀의 수
# 그림의 text/plain을 그려진 데이터의 요약으로 바꾸는 IPython 확장. 독자의 커널은 읽지 않는다
FIGURE_TEXT = "deepnote_lib._figure_text"


class RefreshError(RuntimeError):
    """노트북을 끝까지 실행하지 못했다."""


# 커널 ----------------------------------------------------------------------------------------


def kernel_command(python: str = sys.executable) -> list[str]:
    """커널을 띄우는 명령. refresh와 nbval이 함께 쓴다. 다른 파이썬을 주면 읽는 사람의 커널이다.

    책을 만드는 커널은 확장을 읽지 못하면 뜨지 않는다. 그대로 두면 요약이 없는 출력이 저장된다.
    """
    command = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    command.append("--IPKernelApp.log_level=ERROR")
    if python != sys.executable:
        return command
    return [
        *command,
        f"--IPKernelApp.extra_extensions={FIGURE_TEXT}",
        "--IPKernelApp.reraise_ipython_extension_failures=True",
    ]


class CurrentPythonSpecs(KernelSpecManager):
    """커널 이름이 무엇이든 지금 실행 중인 파이썬을 쓴다. 설치된 kernelspec은 보지 않는다."""

    python = sys.executable

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = kernel_command(self.python)
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def required_data(metadata: Mapping[str, Any]) -> list[str]:
    """노트북의 `deepnote.requires`에 적힌 데이터 이름."""
    return list(metadata.get("deepnote", {}).get("requires", []))


def missing_data(names: Iterable[str]) -> list[str]:
    """이름 가운데 아직 내려받지 않은 데이터."""
    names = list(names)
    if not names:
        return []
    from deepnote_lib import datasets

    return [name for name in names if not datasets.is_available(name)]


# 실행 ----------------------------------------------------------------------------------------


@dataclass
class Clock:
    """셀마다 커널이 쓴 프로세서 시간(초). 바쁜 컴퓨터에서도 값이 거의 같다."""

    seconds: dict[int, float] = field(default_factory=dict)
    started: float = 0.0

    def watch(self, client: NotebookClient) -> None:
        """클라이언트가 셀을 실행하기 직전과 직후에 커널의 시간을 읽게 한다."""

        def start(cell: NotebookNode, cell_index: int) -> None:
            self.started = kernel_seconds(client.km)

        def stop(cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any]) -> None:
            self.seconds[cell_index] = kernel_seconds(client.km) - self.started

        client.on_cell_execute, client.on_cell_executed = start, stop


def kernel_seconds(manager: Any) -> float:
    """커널이 뜬 뒤로 쓴 프로세서 시간."""
    times = psutil.Process(manager.provisioner.pid).cpu_times()
    return float(times.user + times.system)


def execute(
    nb: NotebookNode, folder: Path, *, timeout: int = CELL_TIMEOUT, python: str = sys.executable
) -> dict[int, float]:
    """새로 띄운 커널에서 모든 셀을 순서대로 실행하고, 셀마다 쓴 시간을 반환한다."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    specs = CurrentPythonSpecs()
    specs.python = python
    manager = AsyncKernelManager(kernel_spec_manager=specs)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        nb, km=manager, timeout=timeout, resources=resources, record_timing=False
    )
    client.owns_km = True  # 밖에서 건넨 커널도 끝나면 내리게 한다
    clock = Clock()
    clock.watch(client)
    hidden = {"MPLBACKEND"} if python == sys.executable else {"MPLBACKEND", "PYTHONPATH"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    client.execute(env=environment | kernel_environment())
    count = 0
    for cell in nb.cells:
        if cell.cell_type == "code" and cell.source.strip():
            count += 1
            cell.execution_count = count
    return clock.seconds


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


@dataclass
class Refreshed:
    """노트북 하나에 한 일: ‘실행’, ‘정리’, ‘그대로’, ‘건너뜀: …’과 셀마다의 시간."""

    path: Path
    done: str
    seconds: dict[int, float] = field(default_factory=dict)


def refresh(path: Path, *, force: bool = False, timeout: int = CELL_TIMEOUT) -> Refreshed:
    """노트북 하나를 새로 고친다."""
    before = path.read_text(encoding="utf-8")
    nb = normalize(nbformat.reads(before, as_version=4))
    fill(nb)
    result = Refreshed(path, "정리")
    if force or is_stale(nb):
        if missing := missing_data(required_data(nb.metadata)):
            names = ", ".join(missing)
            result.done = f"건너뜀: {names} 데이터가 없습니다. 먼저 `make data`를 실행하세요"
            return result
        try:
            result.seconds = execute(nb, path.parent, timeout=timeout)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise RefreshError(f"{path}: 실행이 멈췄습니다.\n{error}") from error
        if any(cell.cell_type == "code" for cell in nb.cells):
            nb.metadata.setdefault("deepnote", NotebookNode())["hash"] = fingerprint(nb)
        result.done = "실행"
    update_markers(nb)
    after = dumps(normalize(nb))
    if after != before:
        temporary = path.with_suffix(".tmp")
        temporary.write_text(after, encoding="utf-8")
        temporary.replace(path)
    elif result.done == "정리":
        result.done = "그대로"
    return result


# 여러 노트북 ---------------------------------------------------------------------------------


def notebooks(paths: Sequence[Path]) -> Iterator[Path]:
    """경로에 있는 노트북. 아무것도 주지 않으면 책 전체이고, 학생에게 나눠 줄 과제는 뺀다."""
    for path in paths or [BOOK]:
        if path.is_dir():
            yield from page_files(path, {".ipynb"})
        elif path.is_file():
            yield path
        else:
            raise RefreshError(f"{path}: 그런 노트북이 없습니다")


def time_report(results: Sequence[Refreshed]) -> list[str]:
    """가장 오래 걸린 셀의 표와, 한도를 넘은 셀의 경고. 실행한 것이 없으면 비어 있다."""
    cells = [
        (seconds, f"{result.path}:셀 {index + 1}")
        for result in results
        for index, seconds in result.seconds.items()
    ]
    if not cells:
        return []
    cells.sort(reverse=True)
    total = sum(seconds for seconds, _ in cells)
    lines = [
        f"실행한 셀 {len(cells)}개의 프로세서 시간은 모두 {total:.1f}초입니다. 오래 걸린 순서:"
    ]
    lines += [f"{seconds:8.1f}초  {where}" for seconds, where in cells[:SLOWEST]]
    lines += [
        f"경고: {where}: 프로세서 시간은 {CELL_SECONDS}초 이하여야 합니다. 받은 값={seconds:.1f}초"
        for seconds, where in cells
        if seconds > CELL_SECONDS
    ]
    return lines
