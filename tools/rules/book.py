"""책 전체의 규칙: 겹치지 않는 이름표, 장마다 슬라이더 셋, 고르게 놓인 답, 목차와 파일의 일대일 대응."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.facts.contents import MalformedError, page_files, pages
from tools.facts.questions import MARKS, OX
from tools.rules.figures import has_slider
from tools.rules.page import Finding, Page
from tools.rules.questions import asked

DEMOS_PER_CHAPTER = 3
# 답의 자리만 보고는 맞힐 수 없게 한다(백분율의 범위)
TRUE_SHARE = (40, 60)  # 책의 ○/× 가운데 ○
PLACE_SHARE = (18, 32)  # 책의 네 보기 문제 가운데 자리마다
CHAPTER_SHARE = 40  # 장의 네 보기 문제 가운데 한 자리가 넘지 않을 몫
FOUR = 4


def unique_labels(pages: Sequence[Page]) -> Iterator[Finding]:
    """이름표는 책 전체에서 하나뿐이다."""
    seen: dict[str, Page] = {}
    for page in pages:
        for cell in page.prose:
            for label in cell.document.labels:
                if label in seen:
                    yield page.find(cell, f"이름표 {label}이 {seen[label].path}에도 있습니다")
                seen.setdefault(label, page)


def enough_demos(pages: Sequence[Page]) -> Iterator[Finding]:
    """절이 있는 장마다 슬라이더가 셋 이상 있다."""
    demos: Counter[str] = Counter()
    chapters: dict[str, Page] = {}
    for page in pages:
        if page.is_section:
            chapter = page.metadata.get("chapter", "")
            chapters.setdefault(chapter, page)
            demos[chapter] += sum(has_slider(cell) for cell in page.code)
    for chapter, page in chapters.items():
        if chapter != "start" and demos[chapter] < DEMOS_PER_CHAPTER:
            yield page.find(
                0, f"{chapter} 장의 슬라이더가 {demos[chapter]}개입니다. 3개 이상이어야 합니다"
            )


def right_places(pages: Sequence[Page]) -> dict[str, Counter[str]]:
    """장마다 옳은 답의 자리: ○/×는 그 글자, 네 보기의 확인 문제는 ①~④."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for page in pages:
        for _, block, question in asked(page):
            kind = question.kind(block.options.get("kind", ""))
            right = [place for place, choice in enumerate(question.choices) if choice.right]
            if block.name != "quiz" or len(right) != 1:
                continue
            if kind == "ox":
                found[page.path.parent.name][list(OX)[right[0]]] += 1
            elif kind == "choice" and len(question.choices) == FOUR:
                found[page.path.parent.name][MARKS[right[0]]] += 1
    return found


def balanced_answers(pages: Sequence[Page]) -> Iterator[str]:
    """옳은 답이 한 글자나 한 자리에 몰리지 않는다."""
    chapters = right_places(pages)
    book = sum(chapters.values(), Counter())
    true, false = book["○"], book["×"]
    if true + false and not within(true, true + false, TRUE_SHARE):
        yield f"○/× {true + false}개 가운데 ○가 {true}개입니다. {TRUE_SHARE[0]}~{TRUE_SHARE[1]}%여야 합니다"
    four = sum(book[mark] for mark in MARKS[:FOUR])
    for mark in MARKS[:FOUR]:
        if four and not within(book[mark], four, PLACE_SHARE):
            yield (
                f"네 보기 {four}개 가운데 {mark}가 {book[mark]}개입니다. "
                f"{PLACE_SHARE[0]}~{PLACE_SHARE[1]}%여야 합니다"
            )
    for chapter, counted in chapters.items():
        total = sum(counted[mark] for mark in MARKS[:FOUR])
        for mark in MARKS[:FOUR]:
            if total >= FOUR and 100 * counted[mark] > CHAPTER_SHARE * total:
                yield (
                    f"{chapter} 장의 네 보기 {total}개 가운데 {mark}가 {counted[mark]}개입니다. "
                    f"{CHAPTER_SHARE}% 이하여야 합니다"
                )


def within(part: int, whole: int, share: tuple[int, int]) -> bool:
    """`part`가 `whole`에서 차지하는 몫이 백분율의 범위 안인지 본다."""
    return share[0] * whole <= 100 * part <= share[1] * whole


def toc_matches_files(root: Path) -> list[str]:
    """목차와 파일이 어긋난 곳: 파일이 없는 항목, 목차에 없는 파일, 이름이 같은 두 파일."""
    try:
        names = pages(root)
    except MalformedError as error:
        return [f"목차를 읽지 못했습니다. {error}"]
    have: dict[str, list[Path]] = defaultdict(list)
    for path in page_files(root / "book"):
        have[path.relative_to(root).with_suffix("").as_posix()].append(path)
    problems = [f"목차에 있는 {name}의 파일이 없습니다" for name in names if not have.get(name)]
    problems += [f"{name}이 목차에 없습니다" for name in have if name not in names]
    problems += [f"{name}의 파일이 둘입니다" for name, paths in have.items() if len(paths) > 1]
    return problems


BOOK_RULES = (unique_labels, enough_demos)
