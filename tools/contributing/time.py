"""`make test`가 프로세서를 어디에 쓰는지: pytest에 붙여 재고, 부분마다 더한다.

    python -m pytest -p tools.contributing.time --time-record=_build/time/tests.json …

시계로 재면 컴퓨터가 바쁠 때 달라진다. 그래서 테스트를 실행한 프로세스와 그 자식이 쓴 프로세서
시간을 잰다.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

import pytest

from tools.facts.limits import TEST_MINUTES
from tools.facts.repository import ROOT

FOLDER = ROOT / "_build" / "time"
COLLECTING = "수집과 시작"
BROWSER = "브라우저"
# 테스트의 자리 → 표의 이름. 앞에 있는 것이 먼저다
PARTS = {
    "tests/browser/": BROWSER,
    "tests/equations/": "식",
    "tests/book/": "책의 빌드와 도구",
    "tests/notebooks/": "책의 빌드와 도구",
    "tests/": "라이브러리",
    "deepnote_lib/": "라이브러리",
}
NOTEBOOK = "노트북"


def processor_seconds(*, children: bool = True) -> float:
    """지금까지 이 프로세스와 끝난 자식이 쓴 프로세서 시간."""
    times = os.times()
    own = times.user + times.system
    return own + times.children_user + times.children_system if children else own


def descendant_seconds() -> float:
    """살아 있는 자손이 쓴 프로세서 시간. 크로미엄의 자식이 쓴 것은 끝난 뒤에는 알 수 없다."""
    import psutil

    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def part_of(nodeid: str) -> str:
    """테스트가 속한 부분. 노트북은 하나씩 따로다.

    >>> part_of("book/softmax/mnist.ipynb::Cell 3"), part_of("tests/test_plots.py::test_x")
    ('노트북 softmax/mnist', '라이브러리')
    """
    path = nodeid.split("::")[0]
    if path.endswith(".ipynb"):
        return f"{NOTEBOOK} {path.removeprefix('book/').removesuffix('.ipynb')}"
    return next((part for start, part in PARTS.items() if path.startswith(start)), "그 밖")


class Recorder:
    """테스트마다 쓴 시간을 부분에 더하고, 프로세스가 끝날 때 파일에 적는다.

    병렬 실행에서 작업자는 자식 프로세스이고 제 시간을 스스로 적으므로, 그때는 자식을 세지 않는다.
    """

    def __init__(self, target: Path, *, children: bool = True) -> None:
        self.target, self.children = target, children
        self.seconds: dict[str, float] = defaultdict(float)
        self.last = 0.0  # 프로세스가 뜬 때부터
        self.alive = 0.0  # 살아 있는 브라우저가 쓴 것

    def add(self, part: str) -> None:
        """지난번부터 지금까지의 시간을 `part`에 더한다."""
        if part == BROWSER:
            self.alive = descendant_seconds()
        now = processor_seconds(children=self.children) + self.alive
        # 브라우저가 꺼지면 합이 줄어든다. 그만큼은 이미 세었다
        self.seconds[part] += max(now - self.last, 0.0)
        self.last = now

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """테스트 하나의 준비, 실행, 정리."""
        self.add(COLLECTING)
        result = yield
        self.add(part_of(item.nodeid))
        return result

    def pytest_sessionfinish(self) -> None:
        """작업자마다 파일 하나를 적는다."""
        self.add(COLLECTING)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text(json.dumps(self.seconds, ensure_ascii=False), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    """기록할 파일의 이름을 받는다."""
    parser.addoption("--time-record", type=Path, help="프로세서 시간을 기록할 파일")


def pytest_configure(config: pytest.Config) -> None:
    """기록을 시작한다. 병렬 실행의 작업자는 제 이름을 붙인 파일에 적는다."""
    target: Path | None = config.getoption("--time-record")
    if target is None:
        return
    # 환경 변수는 테스트가 띄운 pytest도 물려받으므로, xdist가 작업자에게만 주는 것을 본다
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker is None:
        for old in target.parent.glob(f"{target.stem}*.json"):
            old.unlink()
    name = f"{target.stem}-{worker}.json" if worker else target.name
    has_workers = worker is None and config.getoption("dist", "no") != "no"
    recorder = Recorder(target.with_name(name), children=not has_workers)
    config.pluginmanager.register(recorder, "processor-time")


def read(folder: Path = FOLDER) -> dict[str, float]:
    """마지막 `make test`의 기록을 모두 더한 것."""
    total: dict[str, float] = defaultdict(float)
    for path in sorted(folder.glob("*.json")):
        for part, seconds in json.loads(path.read_text(encoding="utf-8")).items():
            total[part] += seconds
    return dict(total)


def rows(seconds: Mapping[str, float], most: int | None = None) -> Iterator[tuple[str, float]]:
    """많이 쓴 순서대로 (부분, 초). 노트북은 더한 것 다음에 오래 걸린 `most`개를 따로 적는다."""
    notebooks = {part: s for part, s in seconds.items() if part.startswith(f"{NOTEBOOK} ")}
    together = f"{NOTEBOOK} {len(notebooks)}개"
    parts = {part: s for part, s in seconds.items() if part not in notebooks}
    if notebooks:
        parts[together] = sum(notebooks.values())
    for part, spent in sorted(parts.items(), key=lambda row: -row[1]):
        yield part, spent
        if part == together:
            for notebook, inner in sorted(notebooks.items(), key=lambda row: -row[1])[:most]:
                yield f"– {notebook.removeprefix(f'{NOTEBOOK} ')}", inner


def report(seconds: Mapping[str, float]) -> list[str]:
    """화면에 보일 표와 예산."""
    total = sum(seconds.values())
    lines = [f"{spent:9.1f}초  {part}" for part, spent in rows(seconds)]
    lines.append(f"{total:9.1f}초  모두({total / 60:.1f}분, 예산 {TEST_MINUTES}분)")
    if total > TEST_MINUTES * 60:
        lines.append(f"경고: 예산 {TEST_MINUTES}분을 넘었습니다. 위에서부터 줄일 것을 찾으세요")
    return lines


def table(seconds: Mapping[str, float]) -> str:
    """CONTRIBUTING.md의 표. 노트북은 가장 오래 걸린 셋만 따로 적는다."""
    total = sum(seconds.values())
    shown = [f"| {part} | {minutes(spent)} |" for part, spent in rows(seconds, most=3)]
    head = ["| 부분 | 프로세서 시간 |", "|---|--:|"]
    return "\n".join([*head, *shown, f"| **모두**(예산 {TEST_MINUTES}분) | **{minutes(total)}** |"])


def minutes(seconds: float) -> str:
    """분과 초로 적은 시간.

    >>> minutes(75.4), minutes(9.6)
    ('1분 15초', '10초')
    """
    whole = round(seconds)
    return f"{whole // 60}분 {whole % 60}초" if whole >= 60 else f"{whole}초"
