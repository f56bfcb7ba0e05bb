"""책의 쪽과 라이브러리의 글을 검사한다.

    python -m tools.check_book [경로…] [--count]

고칠 곳을 `파일:셀: 무엇` 꼴로 찍고, 하나라도 있으면 1을 돌려준다. 경로를 주지 않으면 책 전체와
deepnote_lib을 보고, 장마다의 슬라이더 수와 이름표의 겹침, 목차까지 확인한다.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator
from pathlib import Path

from tools.myst_text import count_words
from tools.rules import check_page
from tools.rules.book import BOOK_RULES, PAGES, page_files, toc_matches_files
from tools.rules.page import Finding, Page
from tools.termlint import lint_file

ROOT = Path(__file__).resolve().parent.parent


def library_findings(paths: list[Path]) -> Iterator[str]:
    """파이썬 파일의 주석, docstring, 오류 문장에서 고칠 곳."""
    for path in paths:
        for place, hit in lint_file(path):
            yield f"{place}: {hit}"


def expand(paths: list[Path], suffixes: Collection[str]) -> list[Path]:
    """폴더는 그 안의 파일로 펼친다."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += page_files(path, suffixes)
        elif path.suffix in suffixes:
            found.append(path)
    return found


def main(argv: list[str] | None = None) -> int:
    """명령줄에서 검사한다."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--count", action="store_true", help="쪽마다 어절 수를 찍는다")
    args = parser.parse_args(argv)
    whole = not args.paths
    pages = [Page(path) for path in expand(args.paths or [ROOT / "book"], PAGES)]
    if args.count:
        for page in pages:
            print(f"{page.path}: {count_words(page.markdown)}어절")
        return 0
    found: list[Finding | str] = [item for page in pages for item in check_page(page)]
    found += library_findings(expand(args.paths or [ROOT / "deepnote_lib"], {".py"}))
    for rule in BOOK_RULES if whole else BOOK_RULES[:1]:
        found += rule(pages)
    if whole and (ROOT / "_toc.yml").exists():
        found += [f"_toc.yml:0: {problem}" for problem in toc_matches_files(ROOT)]
    for item in found:
        text = str(item)
        print(text.removeprefix(f"{ROOT}/"))
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
