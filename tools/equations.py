"""책의 이름표 붙은 식마다 그것을 검산하는 시험이나, 검산할 수 없는 이유가 있는지 본다.

    python -m tools.equations

식의 이름표, 실린 쪽, 시험(또는 이유)을 마크다운 표로 찍는다. 어긋난 곳이 있으면 알리고 1을 돌려준다.
시험은 실행하지 않고 글로만 읽으므로, 책을 지을 때도 같은 함수를 쓴다.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections import Counter
from pathlib import Path

import yaml

from tools.rules.book import page_files, toc_files
from tools.rules.page import Page

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "eq-"
MOST_REASONS = 0.1  # 이유만 적을 수 있는 식의 비율
DOLLARS = re.compile(r"\$\$[^$]+\$\$[ \t]*\(([^)\s]+)\)")


def page_labels(page: Page) -> list[str]:
    """쪽에 나오는 차례로, 식에 붙은 모든 이름표(`eq-`로 시작하지 않아도)."""
    labels = []
    for cell in page.prose:
        labels += [
            block.options["label"]
            for block in cell.blocks
            if block.name == "math" and block.options.get("label")
        ]
        labels += DOLLARS.findall(cell.source)
    return labels


def book_labels(root: Path) -> list[tuple[str, str]]:
    """목차에 있는 쪽들의 (이름표, 쪽)."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = {p.relative_to(root).with_suffix("").as_posix(): p for p in page_files(root / "book")}
    names = [re.sub(r"\.(md|ipynb)$", "", entry) for entry in toc_files(toc)]
    return [
        (label, name) for name in names if name in files for label in page_labels(Page(files[name]))
    ]


def checked(folder: Path) -> list[tuple[str, str]]:
    """`@equation("이름표")`가 붙은 함수들의 (이름표, 파일::함수)."""
    found = []
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for decorator in getattr(node, "decorator_list", []):
                match decorator:
                    case ast.Call(func=ast.Name(id="equation"), args=[ast.Constant(value=label)]):
                        found.append((label, f"{path.name}::{node.name}"))
    return found


def reasons(folder: Path) -> list[tuple[str, str]]:
    """reasons.csv에 적은 (이름표, 검산할 수 없는 이유)."""
    path = folder / "reasons.csv"
    if not path.exists():
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return [(row["이름표"], row["이유"].strip()) for row in csv.DictReader(file)]


def problems(
    book: list[tuple[str, str]], tested: list[tuple[str, str]], excused: list[tuple[str, str]]
) -> list[str]:
    """식과 시험이 일대일로 맞지 않는 곳."""
    pages, has_test, has_reason = dict(book), dict(tested), dict(excused)
    found = []
    for label, page in book:
        if not label.startswith(PREFIX):
            found.append(f"{page}: 식의 이름표는 {PREFIX}로 시작해야 합니다. 받은 이름표: {label}")
        if label not in has_test and label not in has_reason:
            found.append(f"{page}: {label}: 검산하는 시험도, 검산할 수 없는 이유도 없습니다")
    for kind, pairs in (("식", book), ("시험", tested), ("이유", excused)):
        repeated = [label for label, n in Counter(label for label, _ in pairs).items() if n > 1]
        found += [f"{label}: {kind} 둘이 같은 이름표를 씁니다" for label in repeated]
    found += [
        f"{where}: {label}: 책에 없는 식입니다" for label, where in tested if label not in pages
    ]
    for label, reason in excused:
        if label not in pages:
            found.append(f"reasons.csv: {label}: 책에 없는 식입니다")
        if label in has_test:
            found.append(f"reasons.csv: {label}: 시험이 있으므로 이유가 필요 없습니다")
        if not re.search("[가-힣]", reason):
            found.append(f"reasons.csv: {label}: 이유를 한국어로 적어야 합니다")
    if len(has_reason) > MOST_REASONS * len(pages):
        found.append(f"reasons.csv: 이유는 식의 10분의 1까지입니다. {len(has_reason)}/{len(pages)}")
    return found


def table(
    book: list[tuple[str, str]], tested: list[tuple[str, str]], excused: list[tuple[str, str]]
) -> str:
    """식, 쪽, 시험이나 이유의 마크다운 표."""
    how = dict(excused) | {label: f"`{where}`" for label, where in tested}
    rows = [f"| `{label}` | {page} | {how.get(label, '없음')} |" for label, page in book]
    return "\n".join(["| 식 | 쪽 | 시험 또는 이유 |", "|:--|:--|:--|", *rows])


def main(root: Path = ROOT) -> int:
    """표를 찍고, 어긋난 곳을 알린다."""
    folder = root / "tests" / "equations"
    everything = book_labels(root), checked(folder), reasons(folder)
    print(table(*everything))
    found = problems(*everything)
    for problem in found:
        print(problem, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
