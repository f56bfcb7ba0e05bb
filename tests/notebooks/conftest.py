"""노트북 도구의 시험이 함께 쓰는 본보기 절. 한 번만 실행한다."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from tools.normal_form import dumps
from tools.notebook import from_text
from tools.refresh import refresh
from tools.rules.page import Page

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
    """실행해서 저장한 본보기 절."""
    path = tmp_path_factory.mktemp("sample") / "sample.ipynb"
    path.write_text(dumps(from_text(sample_text)), encoding="utf-8")
    assert refresh(path) == "실행"
    return path


@pytest.fixture(scope="session")
def page_with(sample_text: str, sample_path: Path) -> Callable[..., Page]:
    """글을 바꾼 본보기 절. 자리와 내용이 그대로인 셀의 출력은 남는다."""
    executed = nbformat.read(sample_path, as_version=4)

    def build(old: str = "", new: str = "") -> Page:
        assert not old or sample_text.count(old) == 1, f"바꿀 글이 하나가 아니다: {old!r}"
        text = sample_text.replace(old, new) if old else sample_text
        stored = nbformat.from_dict(executed)
        return Page(sample_path, dumps(from_text(text, stored)))

    return build
