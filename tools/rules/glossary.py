"""용어집의 규칙: 본문에 쓴 용어에는 홀로 읽히는 짧은 정의와 소개하는 페이지가 있다.

정의는 카드에 그대로 나온다. 문장이 아니라 ‘…하는 방법’, ‘…한 값’처럼 명사로 끝나는 말로 쓴다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tools.facts.glossary import Finder, Term
from tools.rules.myst import QUOTES
from tools.rules.page import Page
from tools.rules.terms import lint_text

LONGEST = 90
# 본문에서 용어가 아니라 보통의 뜻이나 분야의 이름으로만 쓰는 말. 정의를 달면 엉뚱한 카드가 생긴다
EVERYDAY = frozenset(["예측", "추론", "반복", "딥러닝"])
SENTENCE = re.compile(r"[.?!,;]$|[.?!]\s|[다요]$")


def form_problems(term: Term) -> Iterator[str]:
    """정의의 형태에서 고칠 곳."""
    if bool(term.definition) != bool(term.section):
        yield "definition과 section은 함께 적습니다"
    if term.other_sense and not term.definition:
        yield "other_sense는 정의가 있는 용어에만 적습니다"
    if len(term.definition) > LONGEST:
        yield f"정의가 {len(term.definition)}자입니다. {LONGEST}자까지 쓸 수 있습니다"
    if SENTENCE.search(term.definition):
        yield "정의는 마침표 없이 명사로 끝납니다(예: ‘…하는 방법’)"
    for hit in lint_text(term.definition):
        yield f"정의의 {hit}"


def repeated(terms: Sequence[Term]) -> Iterator[str]:
    """같은 영어 이름이나, 정의가 둘인 같은 말."""
    seen: set[str] = set()
    for term in terms:
        names = {term.en, *(term.surfaces if term.definition else ())}
        for name in sorted(names & seen):
            yield f"{name}: 두 줄에 있습니다. 정의는 한 줄에만 적습니다"
        seen |= names


def used_terms(page: Page, finder: Finder) -> dict[str, Term]:
    """페이지의 글에 나오는 용어. 인용한 말과 책 이름은 세지 않는다."""
    return {
        term.en: term
        for cell in page.prose
        for piece in cell.document.pieces
        for _, _, term in finder.find(QUOTES.sub(" ", piece.text))
    }


def glossary_problems(terms: Sequence[Term], pages: dict[str, Page]) -> Iterator[str]:
    """용어집에서 고칠 곳. `pages`는 페이지의 이름 → 페이지다."""
    finder = Finder(terms)
    used = {name: used_terms(page, finder) for name, page in pages.items()}
    for term in terms:
        yield from (f"{term.ko}: {problem}" for problem in form_problems(term))
        for column, page in [
            *([("section", term.section)] if term.section else []),
            *(("other_sense", name) for name in term.other_sense),
        ]:
            if page not in pages:
                yield f"{term.ko}: {column}의 {page}는 목차에 없는 페이지입니다"
            elif not any(term.ko == other.ko for other in used[page].values()):
                yield f"{term.ko}: {column}의 {page}에는 이 용어가 나오지 않습니다"
    yield from repeated(terms)
    undefined = {
        term.ko: page
        for page, found in used.items()
        for term in found.values()
        if not term.definition and term.ko not in EVERYDAY
    }
    for ko, page in undefined.items():
        yield f"{ko}: {page}에서 쓰는 용어에 정의가 없습니다. definition과 section을 적으세요"
