"""CONTRIBUTING.md의 두 표시 사이를 새 글로 바꾼다."""

from __future__ import annotations

import re
from pathlib import Path

from tools.facts.repository import ROOT

DOCUMENT = ROOT / "CONTRIBUTING.md"


def marks(name: str) -> tuple[str, str]:
    """표를 감싸는 두 주석. 표를 채우는 명령을 적어 둔다."""
    return f"<!-- {name}: python -m tools {name} -->", f"<!-- /{name} -->"


def current(text: str, name: str) -> str:
    """문서에 적혀 있는 표."""
    return _match(text, name)[1]


def filled(text: str, name: str, table: str) -> str:
    """표를 바꾼 문서."""
    found = _match(text, name)
    return text[: found.start(1)] + table + text[found.end(1) :]


def write(name: str, table: str, path: Path = DOCUMENT) -> bool:
    """문서의 표를 새로 쓰고, 달라졌는지 반환한다."""
    before = path.read_text(encoding="utf-8")
    after = filled(before, name, table)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def _match(text: str, name: str) -> re.Match[str]:
    start, end = map(re.escape, marks(name))
    found = re.search(rf"{start}\n\n(.*?)\n\n{end}", text, re.S)
    if not found:
        raise ValueError(
            f"{name}: CONTRIBUTING.md에 표를 감싸는 두 주석이 있어야 합니다: {marks(name)}"
        )
    return found
