"""빌드한 책의 확인: 목차의 모든 항목이 페이지로 있고, 식의 번호 뒤에 온 조사가 맞는다."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tools.facts.contents import pages
from tools.facts.particles import number_particles
from tools.facts.repository import ROOT

# 본문이 가리킨 식의 번호와 바로 뒤의 글
REFERENCE = re.compile(r'href="[^"]*#equation-[^"]*"[^>]*>\(([\d.]+)\)</a>([가-힣]{1,3})')


def html_folder(root: Path = ROOT) -> Path:
    """빌드한 책의 폴더."""
    return root / "_build" / "html"


def missing_pages(root: Path) -> Iterator[str]:
    """목차에는 있으나 빌드되지 않은 페이지."""
    for name in pages(root):
        if not (html_folder(root) / f"{name}.html").is_file():
            yield f"_toc.yml: {name}의 페이지가 빌드되지 않았습니다"


def wrong_particles(root: Path) -> Iterator[str]:
    """식의 번호를 읽는 소리와 맞지 않는 조사.

    번호는 빌드할 때 정해지므로 빌드한 페이지에서만 찾을 수 있다.
    """
    for path in sorted((html_folder(root) / "book").rglob("*.html")):
        for equation, after in REFERENCE.findall(path.read_text(encoding="utf-8")):
            for match, right in number_particles(equation + after):
                if match["particle"] != right:
                    where = path.relative_to(html_folder(root))
                    yield (
                        f"{where}: ‘식 ({equation}){match['particle']}’의 조사는 {right}입니다. "
                        "번호가 바뀌어도 맞도록 번호 뒤에 명사를 두세요(예: ‘식의 등식을’)"
                    )


def findings(root: Path = ROOT) -> Iterator[str]:
    """빌드한 책에서 고칠 곳."""
    yield from missing_pages(root)
    yield from wrong_particles(root)
