"""페이지의 뼈대: 이름표, 제목, 상자 이름, 분량."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.facts.boxes import KINDS, split_title
from tools.rules.page import Finding, Page

LABEL = re.compile(r"[a-z0-9-]+")
WORDS = (1500, 4000)


def headings_labelled(page: Page) -> Iterator[Finding]:
    """모든 제목의 바로 윗줄에 ASCII 이름표가 있다. 한글 제목만으로는 주소가 id1이 되기 때문이다."""
    for cell, heading in page.headings:
        if not LABEL.fullmatch(heading.target):
            yield page.find(cell, f"제목 ‘{heading.title}’ 바로 위에 (이름표)=가 없습니다")
        elif (
            page.is_section and heading.level > 1 and not heading.target.startswith(f"{page.name}-")
        ):
            yield page.find(cell, f"이름표 ({heading.target})=는 {page.name}-로 시작해야 합니다")


def one_title(page: Page) -> Iterator[Finding]:
    """# 제목은 페이지마다 하나이고, 단계를 건너뛰지 않는다."""
    levels = [heading.level for _, heading in page.headings]
    if levels.count(1) != 1 or levels[0] != 1:
        yield page.find(0, f"# 제목은 맨 앞에 하나여야 합니다. 받은 단계={levels}")
    for before, (cell, heading) in zip(levels, page.headings[1:], strict=False):
        if heading.level > before + 1:
            yield page.find(cell, f"제목 ‘{heading.title}’이 단계를 건너뜁니다")


def section_opens_with_label(page: Page) -> Iterator[Finding]:
    """절의 첫 줄은 (sec-이름)=이고 다음 줄이 # 제목이다."""
    if page.is_section:
        lines = page.markdown.split("\n", 2)
        if not re.match(r"^\(sec-[a-z0-9-]+\)=$", lines[0]) or not lines[1].startswith("# "):
            yield page.find(
                page.prose[0] if page.prose else 0, "첫 줄은 (sec-이름)=, 다음 줄은 # 제목"
            )


def known_boxes(page: Page) -> Iterator[Finding]:
    """상자의 이름은 정해진 것 가운데 하나다. 이름이 아이콘과 색을 정하기 때문이다."""
    for cell, block in page.blocks("box"):
        if split_title(block.title)[0] not in KINDS:
            yield page.find(cell, f"모르는 상자 이름입니다: ‘{block.title}’")


def closed_blocks(page: Page) -> Iterator[Finding]:
    """연 지시문은 같은 셀에서 닫힌다."""
    for cell in page.prose:
        for block in cell.blocks:
            if not block.closed:
                yield page.find(cell, f"닫히지 않은 지시문입니다: {block.name} {block.title}")


def metadata_present(page: Page) -> Iterator[Finding]:
    """노트북의 메타데이터에 장과 페이지의 종류가 있다."""
    if page.is_notebook:
        for key in ("chapter", "kind"):
            if not page.metadata.get(key):
                yield page.find(0, f"노트북 메타데이터 deepnote.{key}가 없습니다")


def length(page: Page) -> Iterator[Finding]:
    """절은 1,500~4,000어절이다. 코드는 세지 않는다."""
    if page.is_section:
        words = page.count_words()
        if not WORDS[0] <= words <= WORDS[1]:
            yield page.find(0, f"본문이 {words}어절입니다. {WORDS[0]}~{WORDS[1]}어절이어야 합니다")


RULES = (
    headings_labelled,
    one_title,
    section_opens_with_label,
    known_boxes,
    closed_blocks,
    metadata_present,
    length,
)
