"""책의 모든 페이지가 모든 규칙을 지키고, 목차와 파일이 하나씩 짝을 이룬다."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from statistics import median

import pytest

pytest.importorskip("myst_parser", reason="책을 만드는 패키지(jupyter-book)가 없습니다.")

from tools.facts.contents import page_files
from tools.facts.repository import ROOT
from tools.rules.book import enough_demos, toc_matches_files, unique_labels
from tools.rules.check import GROUPS, check_page
from tools.rules.page import Page
from tools.rules.terms import lint_file

PAGES = page_files(ROOT / "book")
LIBRARY = sorted((ROOT / "deepnote_lib").rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def page(path: Path) -> Page:
    """페이지는 규칙마다 다시 읽지 않는다."""
    return Page(path)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_page_keeps_the_rules(path, group):
    assert [str(found) for found in check_page(page(path), (group,))] == []


@pytest.mark.parametrize("rule", [unique_labels, enough_demos], ids=lambda rule: rule.__name__)
def test_book_keeps_the_rules(rule):
    assert [str(found) for found in rule([page(path) for path in PAGES])] == []


def test_toc_and_files_are_one_to_one():
    assert toc_matches_files(ROOT) == []


@pytest.mark.parametrize("path", LIBRARY, ids=relative)
def test_library_speaks_the_words_of_the_book(path):
    assert [f"{place}: {hit}" for place, hit in lint_file(path)] == []


def lecture_minutes() -> list[int]:
    """강의자 노트의 ‘시간’ 줄에 적힌 분을 절마다 더한 것."""
    lines = (
        re.search(r"^- 시간(?:\([^)]*\))?: (.*)$", page(p).markdown, re.MULTILINE) for p in PAGES
    )
    # “각자 컴퓨터로 한다면 …을 더” 같은 덧붙임은 첫 문장 뒤에 온다
    first = (re.split(r"(?<=분)\. (?=각자)", line[1])[0] for line in lines if line)
    return [sum(map(int, re.findall(r"(\d+)분", text))) for text in first]


def test_the_readme_tells_the_minutes_that_the_lecturers_notes_add_up_to():
    minutes = lecture_minutes()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    said = (
        f"{len(minutes)}개 절에 {sum(minutes):,}분(약 {sum(minutes) / 60:.0f}시간)입니다. "
        f"절 하나는 {min(minutes)}~{max(minutes)}분이고 중앙값은 {median(minutes):.0f}분"
    )
    assert said in readme
