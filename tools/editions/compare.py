"""만든 노트북을 빌드한 책과 비교한다: 번호, 링크, 글, 코드가 같고 MyST의 문법이 남지 않았다.

페이지에서 셀과 버튼을 떼어 낸 글과, 노트북의 마크다운을 확장 없는 파서로 다시 읽은 글이 같아야 한다.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup, NavigableString, Tag
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tools.facts.repository import BOOK, ROOT, site

# 배우는 사람의 노트북에 남아 있으면 안 되는 것
LEFT = {
    "지시문": r":::|```\{|~~~\{",
    "역할": r"\{[\w:-]+\}`",
    "이름표": r"(?m)^>?\s*\([\w-]+\)=",
    "식의 이름표": r"(?m)\$\$ ?\([a-z][\w-]*\)\s*$",
    "주석": r"<!--",
    "보기의 표시": r"(?m)^[> ]*- \[[ xX]\] ",
}
ADDED = ("install", "exam", "check-")  # 책에는 없고 노트북에만 있는 셀의 id
COUNTED = (".math", ":not(pre) > code", "li", "td", "th")
NAMED = re.compile(r"[\d.]*(?:절|장)\((.*)\)")  # 노트북에서 페이지를 가리키는 링크의 글
HEADS = "blockquote > p:first-child > strong:only-child, summary > strong"
NOT_TEXT = (
    ".cell, .headerlink, .equation-mark, .eqno, .practice-check, .prev-next-footer, script, style, "
    "ol.choices-line > li > .choice-mark, ol.choices-order > li > .choice-mark"
)
PROBLEM = re.compile(r"(?m)^> (?:\*\*|<strong>)((?:확인 문제|연습문제) [\d.]+)")


@dataclass
class Read:
    """페이지나 노트북에서 읽은 것."""

    text: str
    counts: Counter[str]
    equations: list[str]
    problems: list[str]
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)


def squeeze(text: str) -> str:
    """비교할 글: 빈칸은 보지 않는다."""
    return re.sub(r"\s+", "", text.replace("\xa0", " "))


def plain_math(tex: str) -> str:
    """식의 겉치레를 지운다: 번호, 줄을 맞추는 환경, 빈칸, 표 안의 `\\vert`."""
    tex = re.sub(r"\\tag\{[^}]*\}|\\(?:begin|end)\{(?:split|aligned|align)\}|&|\\\\", "", tex)
    return squeeze(tex.replace("\\vert", "|"))


def same_links(soup: Tag) -> None:
    """페이지를 가리키는 링크를 같은 글로 만든다: ‘제목: 소프트맥스 절’과 ‘3.2절(소프트맥스)’."""
    for link in soup.select("a"):
        text, after = link.get_text(), link.next_sibling
        if after is None and link.parent is not None:  # 조판이 앞말과 묶은 링크
            after = link.parent.next_sibling
        if link.find("span", class_="std-ref"):
            if isinstance(after, NavigableString):
                after.replace_with(re.sub(r"^ (절|장)(?=\W|[가-힣]|$)", "", after))
            link.replace_with(text.rpartition(": ")[2])
        elif named := NAMED.fullmatch(text):
            link.replace_with(named[1])
        elif link.get("href"):
            link.unwrap()


def shape(soup: Tag) -> tuple[str, Counter[str]]:
    """글과, 식·코드·항목·칸의 수."""
    counts = Counter({css: len(soup.select(css)) for css in COUNTED})
    return squeeze(soup.get_text()), counts


def read_page(path: Path) -> Read:
    """빌드한 페이지."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    anchors = {str(node["id"]) for node in soup.select("[id]")}
    body = soup.select_one("article.bd-article")
    if body is None:
        raise ValueError(f"{path}: 본문(article.bd-article)이 있는 페이지여야 합니다")
    equations = [node.get_text().split(")")[0].strip("(") for node in body.select(".eqno")]
    problems = [node.get_text().strip() for node in body.select(".caption-number")]
    for node in body.select(NOT_TEXT):
        node.decompose()
    for node in body.select(".math"):
        node.string = plain_math(re.sub(r"^\s*\\[(\[]|\\[)\]]\s*$", "", node.get_text()))
    same_links(body)
    return Read(*shape(body), equations, problems, anchors=anchors)


def reader() -> MarkdownIt:
    """확장이 없는 마크다운에 표와 식만 더한 파서. Jupyter와 VS Code가 읽는 만큼만 읽는다."""
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)


def markdown_of(nb: Any) -> str:
    """책에서 온 글 셀."""
    cells = (c for c in nb.cells if c.cell_type == "markdown" and not c.id.startswith(ADDED))
    return "\n\n".join(cell.source for cell in cells)


def read_notebook(nb: Any) -> Read:
    """만든 노트북."""
    text = markdown_of(nb)
    soup = BeautifulSoup(reader().render(text), "html.parser")
    equations = re.findall(r"\\tag\{([^}]*)\}", text)
    links = [str(link["href"]) for link in soup.select("a[href]")]
    for node in soup.select(".math, eq, eqn"):
        node.string = plain_math(node.get_text())
        node["class"] = "math"
    for node in soup.select("p"):
        if node.get_text().startswith("책의 이 페이지에서 만든 노트북입니다."):
            node.decompose()
    for head in soup.select(HEADS):
        words = head.find(string=re.compile(": "))
        if words and not head.get_text().startswith("답: "):
            words.replace_with(words.replace(": ", " ", 1))  # “종류: 부제목”의 쌍점은 페이지에 없다
    same_links(soup)
    return Read(*shape(soup), equations, PROBLEM.findall(text), links)


def code_of(nb: Any) -> list[str]:
    """책에서 온 코드 셀."""
    return [
        cell.source
        for cell in nb.cells
        if cell.cell_type == "code" and not cell.get("id", "").startswith(ADDED)
    ]


def is_part(some: list[str], every: list[str]) -> bool:
    """`some`이 `every`에서 몇 개를 뺀 것인가?

    >>> is_part(["a", "c"], ["a", "b", "c"]), is_part(["c", "a"], ["a", "b", "c"])
    (True, False)
    """
    rest = iter(every)
    return all(any(one == other for other in rest) for one in some)


def first_difference(one: str, other: str) -> str:
    """처음 달라지는 곳의 글."""
    pairs = zip(one, other, strict=False)
    place = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    start = max(place - 30, 0)
    return f"페이지 ‘{one[start : place + 40]}’, 노트북 ‘{other[start : place + 40]}’"


def page_problems(
    page: Read, learner: Any, instructor: Any, source: Any, anchors: dict[str, set[str]]
) -> Iterator[str]:
    """한 페이지의 두 판에서 어긋난 곳."""
    mine, theirs = read_notebook(instructor), read_notebook(learner)
    for what, wanted, got in (
        ("식의 번호", page.equations, mine.equations),
        ("배우는 판의 식의 번호", page.equations, theirs.equations),
        ("문제의 번호", page.problems, mine.problems),
        ("배우는 판의 문제의 번호", page.problems, theirs.problems),
    ):
        if wanted != got:
            yield f"{what}: 페이지 {wanted}, 노트북 {got}"
    if page.text != mine.text:
        yield f"글: {first_difference(page.text, mine.text)}"
    elif page.counts != mine.counts:
        yield f"식·코드·항목·칸의 수: 페이지 {dict(page.counts)}, 노트북 {dict(mine.counts)}"
    for link in sorted({*mine.links, *theirs.links}):
        place, _, anchor = link.partition("#")
        if place.startswith(site()) and (
            place not in anchors or anchor not in {"", *anchors[place]}
        ):
            yield f"없는 곳을 가리키는 링크: {link}"
    for edition, nb in (("배우는 판", learner), ("가르치는 판", instructor)):
        text = "\n\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
        for name, pattern in LEFT.items():
            if found := re.search(pattern, text):
                yield f"{edition}에 남은 {name}: {text[found.start() : found.start() + 60]!r}"
    if code_of(instructor) != code_of(source):
        yield "가르치는 판의 코드 셀이 원본과 다릅니다"
    if not is_part(code_of(learner), code_of(source)):
        yield "배우는 판의 코드 셀이 원본에 없습니다"
    if any(cell.get("outputs") for cell in learner.cells):
        yield "배우는 판에 출력이 있습니다"


@dataclass
class Report:
    """비교한 결과: 고칠 곳과, 무엇을 얼마나 비교했는지."""

    problems: list[str] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)


def compare(html: Path, notebooks: Path, book: Path = BOOK) -> Report:
    """빌드한 책의 모든 노트북을 비교한다."""
    report = Report()
    pages = {path: read_page(path) for path in sorted((html / "book").rglob("*.html"))}
    anchors = {
        f"{site()}/{path.relative_to(html).as_posix()}": page.anchors
        for path, page in pages.items()
    }
    for source in sorted(path for path in book.rglob("*.ipynb") if "_bank" not in path.parts):
        name = source.relative_to(book)
        page = pages.get(html / "book" / name.with_suffix(".html"))
        files = [notebooks / edition / name for edition in ("learner", "instructor")]
        if page is None or not all(path.is_file() for path in files):
            report.problems.append(f"{name}: 페이지와 두 판의 노트북이 모두 있어야 합니다")
            continue
        learner, instructor, original = (nbformat.read(p, as_version=4) for p in [*files, source])
        report.problems += [
            f"{name}: {problem}"
            for problem in page_problems(page, learner, instructor, original, anchors)
        ]
        report.totals += Counter(
            {
                "노트북": 1,
                "식": len(page.equations),
                "문제": len(page.problems),
                "글자": len(page.text),
            }
        )
    return report


def folders(root: Path = ROOT) -> tuple[Path, Path]:
    """빌드한 책과 노트북의 폴더."""
    return root / "_build" / "html", root / "_build" / "notebooks"
