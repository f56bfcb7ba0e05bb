"""저장된 출력을 하나씩 망가뜨리면 노트북 비교가 바로 그 셀에서 실패한다."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("nbformat", reason="노트북을 다루는 패키지가 없습니다.")

import nbformat

from tools.facts.limits import CELL_TIMEOUT
from tools.facts.repository import ROOT
from tools.notebooks.execute import refresh
from tools.notebooks.normal_form import dumps, normalize

SETUP = """\
import matplotlib.pyplot as plt

from deepnote_lib import plots, widgets

plots.use_style()


def draw(ax, w):
    ax.plot([0, 1, 2], [0, w, 4 * w])
"""
FIGURE = "fig, ax = plt.subplots()\ndraw(ax, 3)\nplt.show()"
SLIDER = 'widgets.explore(draw, alt="기울기가 {w}인 꺾은선", w=[1, 2, 3], dpi=72)'
PRINT = 'print("정확도: 0.950, 표본 100")'


def edit_text(old: str, new: str) -> Callable[[nbformat.NotebookNode], None]:
    """출력의 글에서 old를 new로 바꾸는 손질. 바꿀 것이 없으면 테스트가 잘못된 것이다."""

    def edit(cell: nbformat.NotebookNode) -> None:
        changed = 0
        for output in cell.outputs:
            for box in (output, output.get("data", {})):
                for key in set(box) & {"text", "text/plain", "text/html"}:
                    changed += old in box[key]
                    box[key] = box[key].replace(old, new)
        assert changed, f"출력에 {old!r}이 없다"

    return edit


def never_executed(cell: nbformat.NotebookNode) -> None:
    cell.update(outputs=[], execution_count=None)


def other_picture(cell: nbformat.NotebookNode) -> None:
    """그림의 바이트만 바꾼다."""
    for output in cell.outputs:
        data = output.data
        if "image/png" in data:
            data["image/png"] = data["image/png"][::-1]
        else:
            data["text/html"] = re.sub("base64,.{40}", "base64," + "A" * 40, data["text/html"])


def scale_number(label: str, factor: float) -> Callable[[nbformat.NotebookNode], None]:
    """그림의 설명에서 label 뒤의 첫 수에 factor를 곱한다."""

    def edit(cell: nbformat.NotebookNode) -> None:
        data = cell.outputs[0].data
        found = re.search(rf"(?<={label} )\d+\.?\d*", data["text/plain"])
        assert found, data["text/plain"]
        value = f"{float(found[0]) * factor:.6g}"
        data["text/plain"] = (
            data["text/plain"][: found.start()] + value + data["text/plain"][found.end() :]
        )

    return edit


# 이름: (코드, 셀 메타데이터, 손질, 통과해야 하는가)
CASES: dict[str, tuple[str, dict, Callable | None, bool]] = {
    "손대지 않은 글": (PRINT, {}, None, True),
    "손대지 않은 그림": (FIGURE, {}, None, True),
    "손대지 않은 슬라이더": (SLIDER, {}, None, True),
    "바뀐 수": (PRINT, {}, edit_text("0.950", "0.951"), False),
    "바뀐 글": (PRINT, {}, edit_text("정확도", "정밀도"), False),
    "사라진 출력": (PRINT, {}, lambda cell: cell.update(outputs=[]), False),
    "실행하지 않은 셀": ("x = 1", {}, never_executed, False),
    "허용 오차 안의 수": (PRINT, {"tolerance": 0.002}, edit_text("0.950", "0.951"), True),
    "허용 오차를 넘은 수": (PRINT, {"tolerance": 0.002}, edit_text("0.950", "0.953"), False),
    "허용 오차가 있어도 바뀐 글": (
        PRINT,
        {"tolerance": 0.002},
        edit_text("정확도", "정밀도"),
        False,
    ),
    "허용 오차가 있어도 바뀐 개수": (
        PRINT,
        {"tolerance": 0.002},
        edit_text("표본 100", "표본 101"),
        False,
    ),
    "상대 오차 안의 수": (PRINT, {"rtol": 0.02}, edit_text("표본 100", "표본 101"), True),
    "상대 오차를 넘은 수": (PRINT, {"rtol": 0.002}, edit_text("표본 100", "표본 101"), False),
    "바뀐 그림의 데이터": (FIGURE, {}, scale_number("끝", 1.01), False),
    "반올림만 다른 그림의 데이터": (FIGURE, {}, scale_number("끝", 1.001), True),
    "바뀐 슬라이더 상태의 데이터": (SLIDER, {}, edit_text("w=3: 선(5", "w=3: 선(6"), False),
    "바뀐 슬라이더의 대체 글": (SLIDER, {}, edit_text("기울기가 3인", "기울기가 4인"), False),
    "바이트만 다른 그림": (FIGURE, {}, other_picture, True),
    "바이트만 다른 슬라이더": (SLIDER, {}, other_picture, True),
}


def run_nbval(folder: Path) -> dict[tuple[str, str], str]:
    """폴더의 노트북을 따로 띄운 pytest로 비교하고 (파일, 셀)의 결과를 반환한다."""
    report = folder / "report.xml"
    environment = {
        **os.environ,
        "DEEPNOTE_DATA": str(folder / "empty"),
        "XDG_CACHE_HOME": str(folder),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "conftest",
        "-c",
        str(ROOT / "pyproject.toml"),
        f"--rootdir={ROOT}",
        "--nbval",
        "--nbval-current-env",
        f"--nbval-cell-timeout={CELL_TIMEOUT}",
        f"--junitxml={report}",
        "-q",
        str(folder),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    results = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        state = next(
            (kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None), ""
        )
        message = case.find(state).get("message", "") if state else ""
        book = case.get("classname", "").removesuffix(".ipynb").split(".")[-1]
        results[book, case.get("name", "")] = f"{state} {message}".strip() or "passed"
    return results


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict[tuple[str, str], str]:
    """온전한 노트북, 망가뜨린 노트북, 데이터가 없는 노트북을 한 번에 비교한 결과."""
    folder = tmp_path_factory.mktemp("tamper")
    nb = nbformat.v4.new_notebook()
    nb.cells = [nbformat.v4.new_code_cell(SETUP)]
    for source, limits, _, _ in CASES.values():
        metadata = {"deepnote": limits} if limits else {}
        nb.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))
    path = folder / "tampered.ipynb"
    path.write_text(dumps(normalize(nb)), encoding="utf-8")
    refresh(path)
    stored = nbformat.read(path, as_version=4)
    for cell, (_, _, edit, _) in zip(stored.cells[1:], CASES.values(), strict=True):
        if edit:
            edit(cell)
    path.write_text(dumps(stored), encoding="utf-8")
    absent = nbformat.v4.new_notebook(metadata={"deepnote": {"requires": ["mnist"]}})
    absent.cells = [nbformat.v4.new_code_cell("1 / 0")]
    (folder / "absent.ipynb").write_text(dumps(normalize(absent)), encoding="utf-8")
    return run_nbval(folder)


@pytest.mark.parametrize("name", CASES)
def test_each_tampering_is_caught_in_its_own_cell(results, name):
    found = [state for (book, _), state in results.items() if book.startswith("tampered")]
    assert len(found) == len(CASES) + 1, results
    state = found[list(CASES).index(name) + 1]
    assert state.split()[0] == ("passed" if CASES[name][3] else "failure"), state


def test_a_notebook_without_its_data_is_skipped_and_says_what_to_do(results):
    found = [state for (book, _), state in results.items() if book.startswith("absent")]
    assert len(found) == 1
    assert all(state.startswith("skipped") and "make data" in state for state in found), found
