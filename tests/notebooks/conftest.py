"""노트북 도구의 테스트가 함께 쓰는 견본 절. 한 번만 실행한다.

책을 만드는 패키지가 없는 환경에서도 pytest가 시작되도록, 도구는 픽스처 안에서 import한다.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).with_name("sample_section.md")


@pytest.fixture(scope="session")
def filler() -> str:
    """분량 규칙(1,500어절)을 채우는 글."""
    return "\n\n".join(["점수가 크면 확률도 큽니다. 점수가 작으면 확률도 작습니다."] * 190)


@pytest.fixture(scope="session")
def sample_text(filler: str) -> str:
    """짜임을 모두 갖춘 절의 MyST 글."""
    return SAMPLE.read_text(encoding="utf-8").replace("FILLER", filler)


@pytest.fixture(scope="session")
def sample_path(sample_text: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """실행해서 저장한 견본 절."""
    from tools.notebooks.execute import refresh
    from tools.notebooks.normal_form import dumps
    from tools.notebooks.text import from_text

    path = tmp_path_factory.mktemp("sample") / "sample.ipynb"
    path.write_text(dumps(from_text(sample_text)), encoding="utf-8")
    assert refresh(path).done == "실행"
    return path


@pytest.fixture(scope="session")
def page_with(sample_text: str, sample_path: Path) -> Callable[..., Any]:
    """글을 바꾼 견본 절을 만드는 함수. 내용이 그대로인 셀의 출력은 남는다."""
    import nbformat

    from tools.notebooks.normal_form import dumps
    from tools.notebooks.text import from_text
    from tools.rules.page import Page

    executed = nbformat.read(sample_path, as_version=4)

    def build(old: str = "", new: str = "") -> Page:
        assert not old or sample_text.count(old) == 1, f"바꿀 글이 하나가 아니다: {old!r}"
        text = sample_text.replace(old, new) if old else sample_text
        stored = nbformat.from_dict(executed)
        return Page(sample_path, dumps(from_text(text, stored)))

    return build
