"""지은 책을 확인하고 첫 쪽의 경로를 알린다.

_toc.yml의 모든 항목이 쪽으로 있어야 하고, 지을 때 정해지는 식의 번호 뒤에 온 조사가 읽는 소리에 맞아야 한다.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from tools.particles import number_particles

ROOT = Path(__file__).resolve().parent.parent
# 본문이 가리킨 식의 번호와 바로 뒤의 글
REFERENCE = re.compile(r'href="[^"]*#equation-[^"]*"[^>]*>\(([\d.]+)\)</a>([가-힣]{1,3})')


def toc_entries(node: object) -> Iterator[str]:
    """_toc.yml의 모든 `file`과 `root`를 나오는 차례대로 준다."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("file", "root"):
                yield str(value)
            else:
                yield from toc_entries(value)
    elif isinstance(node, list):
        for item in node:
            yield from toc_entries(item)


def missing_pages(root: Path) -> list[str]:
    """목차에는 있으나 `_build/html`에 없는 쪽."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    html = root / "_build" / "html"
    return [
        entry
        for entry in toc_entries(toc)
        if not (html / Path(entry).with_suffix(".html")).is_file()
    ]


def wrong_particles(root: Path) -> Iterator[str]:
    """식의 번호를 읽는 소리와 맞지 않는 조사. 번호는 차례가 바뀌면 달라지므로 지은 쪽에서만 알 수 있다."""
    for path in sorted((root / "_build" / "html" / "book").rglob("*.html")):
        for equation, after in REFERENCE.findall(path.read_text(encoding="utf-8")):
            for match, right in number_particles(equation + after):
                if match["particle"] != right:
                    yield (
                        f"{path.relative_to(root / '_build' / 'html')}: ‘식 ({equation}){match['particle']}’의 "
                        f"조사는 {right}입니다. 번호가 바뀌어도 맞도록 번호 뒤에 낱말을 두세요(예: ‘식의 등식을’)"
                    )


def main(root: Path = ROOT) -> int:
    problems = [f"_toc.yml: {entry}의 쪽이 지어지지 않았습니다" for entry in missing_pages(root)]
    problems += wrong_particles(root)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    print(f"책이 지어졌습니다. 첫 쪽: {root / '_build' / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
