"""pytest의 바깥 설정: 노트북 비교(`--nbval`)를 책에 맞게 넓힌다.

    python -m pytest --nbval --nbval-current-env --nbval-cell-timeout=120 -n 2 --dist loadfile book

무엇을 어떻게 견주는지는 `tools/nbval_book.py`에 있다.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tools.kernel import apply_environment

# NumPy를 불러오기 전이라야 듣는다: 스레드 하나, 저장할 때와 같은 BLAS 커널(시험도, 노트북의 커널도).
# 두 코어에서 시험 둘이 스레드를 두 개씩 쓰면 훈련이 수십 배 느려진다.
apply_environment()

# 과제는 학생이 채울 빈칸이 있어 돌아가지 않는다. 채점 시험이 따로 확인한다.
collect_ignore_glob = ["book/assignments/*", "_build/*"]


def compares_notebooks(config: pytest.Config) -> bool:
    """노트북을 견주는 실행인가? nbval이 없으면 아니다."""
    return bool(config.getoption("nbval", default=False))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """nbval이 모은 노트북을 책의 비교 규칙을 아는 것으로 바꾼다."""
    collected = yield
    if not compares_notebooks(parent.config):
        return collected
    from tools.nbval_book import adopt

    return [adopt(collector) for collector in collected]
