"""책의 목차(_toc.yml)와 그 페이지의 파일."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sphinx_external_toc.parsing import MalformedError as MalformedError
from sphinx_external_toc.parsing import parse_toc_yaml

from tools.facts.repository import ROOT

SUFFIXES = frozenset({".ipynb", ".md"})
# 책의 페이지가 아닌 폴더. 과제에는 학생이 채울 빈칸이, _bank에는 시험 문제와 답이 있다
OUTSIDE = {"_static", "_build", "_bank", "assignments", ".ipynb_checkpoints"}
EXAM = Path("book", "_bank", "exam.md")


def pages(root: Path = ROOT) -> list[str]:
    """목차에 적힌 순서대로, 확장자를 뗀 페이지의 이름."""
    names = parse_toc_yaml(root / "_toc.yml")
    return [name.removesuffix(".ipynb").removesuffix(".md") for name in names]


def page_files(folder: Path, suffixes: Collection[str] = SUFFIXES) -> list[Path]:
    """폴더 안에서 책의 페이지가 되는 파일."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in suffixes and not OUTSIDE & set(path.relative_to(folder).parts)
    )
