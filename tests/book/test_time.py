"""프로세서 시간의 기록: 부분마다 더하고, 잠잔 시간은 세지 않고, 병렬로 실행해도 모두 모은다."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.contributing import time
from tools.facts.limits import TEST_MINUTES
from tools.facts.repository import ROOT

BUSY = """
import subprocess, sys, time

def spin(seconds):
    start = time.process_time()
    while time.process_time() < start + seconds:
        pass

def test_busy():
    spin(0.6)

def test_child():
    subprocess.run([sys.executable, "-c", "import time\\nwhile time.process_time() < 0.6: pass"])

def test_asleep():
    time.sleep(1)
"""


@pytest.mark.parametrize("parallel", [[], ["-n", "2", "--dist", "loadfile"]], ids=["하나", "둘"])
def test_a_run_leaves_the_processor_seconds_of_its_parts(tmp_path, parallel):
    if parallel:
        pytest.importorskip("xdist", reason="pytest-xdist가 없습니다.")
    for name in ("tests/test_x.py", "tests/browser/test_y.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BUSY, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    record = tmp_path / "time" / "tests.json"
    record.parent.mkdir()
    (tmp_path / "time" / "tests-gw7.json").write_text('{"브라우저": 1000}', encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tools.contributing.time"]
    command += [f"--rootdir={tmp_path}", "-c", str(tmp_path / "pytest.ini"), str(tmp_path)]
    run = subprocess.run(
        [*command, f"--time-record={record}", *parallel],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    seconds = time.read(record.parent)
    assert set(seconds) == {"라이브러리", "브라우저", time.COLLECTING}
    for part in ("라이브러리", "브라우저"):  # 1.2초를 쓰고 1초를 잤다
        assert 1.1 < seconds[part] < 10
    # 병렬로 실행할 때 작업자의 시간을 두 번 세지 않는다
    own = json.loads(record.read_text(encoding="utf-8"))
    assert own[time.COLLECTING] < 2.4


def test_a_living_grandchild_is_counted_with_the_browser_and_only_once(tmp_path):
    """크로미엄처럼 손자가 일하고, 그것이 쓴 시간은 끝난 뒤에는 알 수 없다."""
    psutil = pytest.importorskip("psutil", reason="psutil이 없습니다.")
    recorder = time.Recorder(tmp_path / "record.json")
    recorder.add(time.BROWSER)  # 앞의 테스트가 켜 둔 크로미엄이 쓴 것은 빼고 본다
    before = recorder.seconds[time.BROWSER]
    spin = (
        "import time\nwhile time.process_time() < 0.8: pass\nprint(1, flush=True)\ntime.sleep(60)"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        recorder.add(time.BROWSER)
        counted = recorder.seconds[time.BROWSER] - before
        assert 0.7 < counted < 5
        for child in psutil.Process(process.pid).children():
            child.kill()
    recorder.add(time.BROWSER)
    recorder.add(time.COLLECTING)
    assert recorder.seconds[time.BROWSER] - before < counted + 0.7


def test_every_test_of_the_repository_belongs_to_a_part():
    parts = {time.part_of(path.relative_to(ROOT).as_posix()) for path in files_of_tests()}
    assert parts == set(time.PARTS.values())
    assert time.part_of("book/softmax/mnist.ipynb::Cell 0") == "노트북 softmax/mnist"


def files_of_tests() -> list[Path]:
    return [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "deepnote_lib").rglob("*.py")]


SECONDS = {
    "라이브러리": 300.0,
    "브라우저": 90.0,
    "노트북 a/one": 100.0,
    "노트북 a/two": 20.0,
    "노트북 b/one": 10.0,
    "노트북 b/two": 5.0,
}


def test_the_parts_are_listed_by_what_they_cost_and_the_notebooks_one_by_one():
    lines = [line.split("초  ")[1] for line in time.report(SECONDS)]
    assert lines == [
        "라이브러리",
        "노트북 4개",
        "– a/one",
        "– a/two",
        "– b/one",
        "– b/two",
        "브라우저",
        f"모두(8.8분, 예산 {TEST_MINUTES}분)",
    ]


def test_a_run_over_the_budget_is_a_warning():
    assert "경고" in time.report({"라이브러리": TEST_MINUTES * 60 + 1.0})[-1]


def test_the_table_names_the_three_dearest_notebooks():
    assert time.table(SECONDS).splitlines()[2:] == [
        "| 라이브러리 | 5분 0초 |",
        "| 노트북 4개 | 2분 15초 |",
        "| – a/one | 1분 40초 |",
        "| – a/two | 20초 |",
        "| – b/one | 10초 |",
        "| 브라우저 | 1분 30초 |",
        f"| **모두**(예산 {TEST_MINUTES}분) | **8분 45초** |",
    ]


def test_the_record_of_the_workers_is_added_up(tmp_path):
    for name, spent in {"tests-gw0": 1.5, "tests-gw1": 2.0, "notebooks": 4.0}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"식": spent}), encoding="utf-8")
    assert time.read(tmp_path) == {"식": 7.5}
