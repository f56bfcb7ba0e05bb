"""라이브러리와 도구의 지도: 모듈마다 docstring의 첫 문장 한 줄. 연습의 명세는 빼고 채점하는 모듈만 적는다."""

from __future__ import annotations

import ast
from pathlib import Path

from tools.facts.repository import ROOT

PACKAGES = ("deepnote_lib", "tools")
SPECIFICATIONS = "deepnote_lib/exercises/"  # 연습마다 파일 하나라 지도가 길어진다


def module_lines(package: str, root: Path = ROOT) -> list[tuple[str, str]]:
    """패키지의 모든 모듈의 (경로, docstring의 첫 줄). 폴더는 빗금으로 끝난다."""
    found = []
    for path in sorted((root / package).rglob("*.py"), key=_order):
        if path.relative_to(root).as_posix().startswith(SPECIFICATIONS) and path.stem[0] != "_":
            continue
        documentation = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        name = path.relative_to(root).as_posix().removesuffix("__init__.py")
        found.append((name, documentation.split("\n")[0].rstrip(".")))
    return found


def _order(path: Path) -> tuple[str, ...]:
    """폴더의 설명이 그 안의 모듈보다 먼저 온다."""
    return tuple("" if part == "__init__.py" else part for part in path.parts)


def table(root: Path = ROOT) -> str:
    """두 패키지의 마크다운 표."""
    rows = [
        f"| `{name}` | {line.replace('|', chr(92) + '|')} |"
        for package in PACKAGES
        for name, line in module_lines(package, root)
    ]
    return "\n".join(["| 모듈 | 하는 일 |", "|---|---|", *rows])
