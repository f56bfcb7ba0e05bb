"""pytest의 바깥 설정: 숫자를 재현하는 환경과, 노트북 비교(`--nbval`)의 규칙.

    python -m pytest --nbval --nbval-current-env --nbval-cell-timeout=1800 -n 2 --dist loadfile book

무엇을 어떻게 비교하는지는 `tools/notebooks/compare.py`에 있다. 라이브러리와 pytest만 있어도
pytest가 시작되도록, 노트북에 쓰는 패키지는 노트북을 비교할 때만 import한다.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tools.facts.environment import apply_environment

# NumPy를 import하기 전이라야 효과가 있다
apply_environment()

# 테스트와 노트북이 부르는 check가 이 컴퓨터를 쓰는 사람의 진도에 섞이지 않게 한다
PROGRESS = tempfile.TemporaryDirectory(prefix="deepnote-")
os.environ["DEEPNOTE_PROGRESS"] = str(Path(PROGRESS.name) / "progress.json")

# 과제는 학생이 채울 빈칸이 있어 실행되지 않는다. 채점 테스트가 따로 확인한다.
collect_ignore_glob = ["book/assignments/*", "_build/*"]


def compares_notebooks(config: pytest.Config) -> bool:
    """노트북을 비교하는 실행인가? nbval이 없으면 아니다."""
    return bool(config.getoption("nbval", default=False))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """nbval이 모은 노트북을 책의 비교 규칙을 아는 것으로 바꾼다."""
    collected = yield
    if not compares_notebooks(parent.config):
        return collected
    from tools.notebooks.compare import adopt

    return [adopt(collector) for collector in collected]
