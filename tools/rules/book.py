"""책 전체의 약속: 겹치지 않는 이름표, 장마다 슬라이더 셋, 목차와 파일의 일대일 대응."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from tools.rules.figures import has_slider
from tools.rules.page import Finding, Page

DEMOS_PER_CHAPTER = 3
PAGES = frozenset({".ipynb", ".md"})
# 책의 글이 아닌 폴더
OUTSIDE = {"_static", "_ext", "_build", "assignments", ".ipynb_checkpoints"}


def page_files(book: Path, suffixes: Collection[str] = PAGES) -> list[Path]:
    """폴더 안에서 책의 쪽이 되는 파일."""
    return sorted(
        path
        for path in book.rglob("*")
        if path.suffix in suffixes and not OUTSIDE & set(path.relative_to(book).parts)
    )


def unique_labels(pages: Sequence[Page]) -> Iterator[Finding]:
    """이름표는 책 전체에서 하나뿐이다."""
    seen: dict[str, Page] = {}
    for page in pages:
        for cell in page.prose:
            labels = re.findall(r"^\(([\w-]+)\)=$", cell.source, re.M)
            labels += [
                block.options[key]
                for block in cell.blocks
                for key in ("label", "name")
                if block.options.get(key)
            ]
            for label in labels:
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


def toc_files(node: Any) -> Iterator[str]:
    """_toc.yml의 root와 file을 차례대로."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"root", "file"}:
                yield str(value)
            else:
                yield from toc_files(value)
    elif isinstance(node, list):
        for item in node:
            yield from toc_files(item)


def toc_matches_files(root: Path) -> list[str]:
    """목차와 파일이 어긋난 곳: 파일이 없는 항목, 두 번 적힌 항목, 목차에 없는 파일."""
    entries = list(toc_files(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))))
    have: dict[str, list[Path]] = defaultdict(list)
    for path in page_files(root / "book"):
        have[path.relative_to(root).with_suffix("").as_posix()].append(path)
    names = [re.sub(r"\.(md|ipynb)$", "", entry) for entry in entries]
    problems = [f"목차에 있는 {name}의 파일이 없습니다" for name in names if not have.get(name)]
    problems += [f"목차에 {name}이 두 번 있습니다" for name, n in Counter(names).items() if n > 1]
    problems += [f"{name}이 목차에 없습니다" for name in have if name not in names]
    problems += [f"{name}의 파일이 둘입니다" for name, paths in have.items() if len(paths) > 1]
    return problems


BOOK_RULES = (unique_labels, enough_demos)
