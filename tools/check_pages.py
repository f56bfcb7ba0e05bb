"""지은 책에 _toc.yml의 모든 항목이 쪽으로 있는지 확인하고 첫 쪽의 경로를 알린다."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


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


def main(root: Path = ROOT) -> int:
    missing = missing_pages(root)
    for entry in missing:
        print(f"_toc.yml: {entry}의 쪽이 지어지지 않았습니다", file=sys.stderr)
    if missing:
        return 1
    print(f"책이 지어졌습니다. 첫 쪽: {root / '_build' / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
