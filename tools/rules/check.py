"""책의 페이지와 라이브러리의 글에 모든 규칙을 적용해 고칠 곳을 `파일:셀: 무엇`으로 모은다.

경로를 주지 않으면 책 전체와 deepnote_lib을 검사하고, 책 전체의 규칙(이름표의 겹침, 장마다의
슬라이더 수, 답의 자리, 목차, 용어집)과 시험 문제, 식마다의 테스트까지 확인한다.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from tools.facts.contents import EXAM, SUFFIXES, page_files
from tools.facts.glossary import read_terms
from tools.facts.repository import BOOK, GLOSSARY, ROOT
from tools.rules import (
    anatomy,
    bank,
    book,
    code,
    equations,
    execution,
    figures,
    glossary,
    practice,
    prose,
    questions,
    structure,
    terms,
)
from tools.rules.page import Finding, Page, Rule

GROUPS: dict[str, tuple[Rule, ...]] = {
    "execution": execution.RULES,
    "code": code.RULES,
    "figures": figures.RULES,
    "structure": structure.RULES,
    "questions": questions.RULES,
    "practice": practice.RULES,
    "anatomy": anatomy.RULES,
    "prose": prose.RULES,
    "terms": terms.RULES,
}


def check_page(page: Page, groups: Collection[str] = tuple(GROUPS)) -> list[Finding]:
    """한 페이지에서 고칠 곳을 모두 찾는다."""
    return [found for group in groups for rule in GROUPS[group] for found in rule(page)]


def expand(paths: Sequence[Path], suffixes: Collection[str]) -> list[Path]:
    """폴더는 그 안의 파일로 펼친다."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += page_files(path, suffixes)
        elif path.suffix in suffixes:
            found.append(path)
    return found


def findings(paths: Sequence[Path] = ()) -> Iterator[str]:
    """고칠 곳. 경로를 주지 않으면 책 전체와 라이브러리를 검사한다."""
    asked = expand(paths or [BOOK], SUFFIXES)
    pages = [Page(path) for path in asked if path.resolve() != ROOT / EXAM]
    for page in pages:
        yield from map(str, check_page(page))
    for path in expand(paths or [ROOT / "deepnote_lib"], {".py"}):
        yield from (f"{place}: {hit}" for place, hit in terms.lint_file(path))
    yield from map(str, book.unique_labels(pages))
    if len(pages) < len(asked):
        yield from bank.problems(ROOT, [Page(path) for path in page_files(BOOK)])
    if not paths:
        yield from bank.problems(ROOT, pages)
        yield from map(str, book.enough_demos(pages))
        yield from (
            f"book:0: {problem}" for problem in practice.every_exercise_has_its_place(pages)
        )
        yield from practice.texts_read_well(ROOT)
        yield from (f"book:0: {problem}" for problem in book.balanced_answers(pages))
        yield from (f"_toc.yml:0: {problem}" for problem in book.toc_matches_files(ROOT))
        named = {page.path.relative_to(ROOT).with_suffix("").as_posix(): page for page in pages}
        where = GLOSSARY.relative_to(ROOT)
        for problem in glossary.glossary_problems(read_terms(), named):
            yield f"{where}:0: {problem}"
        yield from equations.problems(
            equations.book_equations(ROOT), equations.read_tests(ROOT / equations.FOLDER)
        )


def word_counts(paths: Sequence[Path]) -> Iterator[str]:
    """페이지마다의 어절 수."""
    for page in (Page(path) for path in expand(paths or [BOOK], SUFFIXES)):
        yield f"{page.path}: {page.count_words()}어절"
