"""책 전체의 규칙: 겹치지 않는 이름표, 장마다 슬라이더 셋, 목차와 파일의 일대일 대응."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.facts.contents import MalformedError, page_files, pages
from tools.rules.figures import has_slider
from tools.rules.page import Finding, Page

DEMOS_PER_CHAPTER = 3


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
            demos[chapter] += sum(has_slider(cell) for cell in page.visible_code)
    for chapter, page in chapters.items():
        if chapter != "start" and demos[chapter] < DEMOS_PER_CHAPTER:
            yield page.find(
                0, f"{chapter} 장의 슬라이더가 {demos[chapter]}개입니다. 3개 이상이어야 합니다"
            )


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
