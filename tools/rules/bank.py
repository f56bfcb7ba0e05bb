"""시험 문제의 규칙: 제목마다 목차의 페이지 하나, 그 아래에 문제와 답, 책과 같은 용어.

시험 문제는 책의 페이지가 아니므로 페이지의 규칙(짜임, 분량, 이름표)은 적용하지 않는다.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.facts.contents import EXAM, pages
from tools.notebooks.markers import RUN_MARK
from tools.rules import terms
from tools.rules.myst import read
from tools.rules.page import Page

ANSWER = re.compile(r"답(?:의 보기)?: \S|답은 \S")
ROLE = re.compile(r"\{(?:ref|numref|eq)\}`(?:[^`<]*<)?([^`<>]+)>?`")


@dataclass(frozen=True)
class Entry:
    """페이지 하나의 시험 문제. `line`은 제목의 줄이고 1부터 센다."""

    page: str
    title: str
    line: int
    text: str


def entries(text: str) -> list[Entry]:
    """`## 장/페이지: 제목`마다 그 아래의 글."""
    lines = text.split("\n")
    heads = [heading for heading in read(text, is_file=True).headings if heading.level == 2]
    ends = [head.line for head in heads[1:]] + [len(lines)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        name, _, title = head.title.partition(": ")
        body = "\n".join(lines[head.line + 1 : end]).strip()
        found.append(Entry(name, title, head.line + 1, body))
    return found


def page_problems(found: Sequence[Entry], titles: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """제목이 목차와 어긋난 곳. `titles`는 목차의 순서대로 페이지의 이름과 제목이다."""
    order = list(titles)
    before: list[str] = []
    for entry in found:
        if entry.page not in titles:
            yield entry.line, f"목차에 없는 페이지입니다: {entry.page}"
            continue
        if entry.title != titles[entry.page]:
            yield entry.line, f"{entry.page}의 제목은 ‘{titles[entry.page]}’입니다"
        if entry.page in before:
            yield entry.line, f"{entry.page}의 제목이 둘입니다. 문제를 한곳에 모으세요"
        elif before and order.index(entry.page) < order.index(before[-1]):
            yield entry.line, f"목차에서는 {entry.page}이 {before[-1]}보다 먼저입니다"
        before.append(entry.page)


def answer_problems(found: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """문제나 답이 빠진 곳. 답은 ‘답: ’, ‘답은 ’, ‘답의 보기: ’로 시작하는 문단이다."""
    for entry in found:
        answered = [bool(ANSWER.match(part)) for part in re.split(r"\n\s*\n", entry.text)]
        if answered[0]:
            yield entry.line, f"{entry.page}: 답 앞에 문제가 없습니다"
        if not answered[-1]:
            yield entry.line, f"{entry.page}: 문제 뒤에 ‘답: …’이 없습니다"


def text_problems(text: str, labels: Collection[str]) -> Iterator[tuple[int, str]]:
    """용어, 책에 없는 이름표, 가리킬 셀이 없는 run 표시."""
    yield from ((hit.line, str(hit)) for hit in terms.lint_text(text, is_file=True))
    for number, line in enumerate(text.split("\n"), 1):
        for label in ROLE.findall(line):
            if label not in labels:
                yield number, f"이름표 {label}이 책에 없습니다"
        if RUN_MARK.search(line):
            yield number, "run 표시는 셀이 있는 페이지에만 씁니다. 수만 남기세요"


def problems(root: Path, book: Sequence[Page]) -> list[str]:
    """시험 문제에서 고칠 곳을 `파일:줄: 무엇`으로, 줄의 순서대로."""
    text = (root / EXAM).read_text(encoding="utf-8")
    have = {page.path.relative_to(root).with_suffix("").as_posix(): page for page in book}
    titles = {name.removeprefix("book/"): have[name].title for name in pages(root) if name in have}
    labels = {label for page in book for cell in page.prose for label in cell.document.labels}
    found = entries(text)
    all_found = [
        *page_problems(found, titles),
        *answer_problems(found),
        *text_problems(text, labels),
    ]
    return [f"{root / EXAM}:{line}: {message}" for line, message in sorted(all_found)]
