"""그림과 슬라이더의 규칙: 보지 못하는 독자도 내용을 알 수 있고, 페이지가 무거워지지 않는다."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator

from deepnote_lib.widgets.explorer import MAX_BYTES
from tools.rules.page import Cell, Finding, Page

MIN_ALT = 15


def is_described(alt: str) -> bool:
    """대체 글이 15자 이상의 한국어인가?"""
    return len(alt.strip()) >= MIN_ALT and bool(re.search("[가-힣]", alt))


def has_slider(cell: Cell) -> bool:
    """셀이 widgets.explore를 부르는가?"""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "explore"
        for node in ast.walk(cell.tree)
    )


def alt_texts(page: Page) -> Iterator[Finding]:
    """그림을 낸 셀에는 한국어 대체 글이 있고, HTML 그림마다 alt가 있다."""
    for cell in page.code:
        if cell.data("image/") and not is_described(cell.alt):
            yield page.find(
                cell, f"그림의 대체 글(mystnb.image.alt)이 {MIN_ALT}자 이상의 한국어가 아닙니다"
            )
        for markup in cell.data("text/html"):
            for tag in re.findall(r"<img\b[^>]*>", markup):
                match = re.search(r'\balt="([^"]*)"', tag)
                if not match or not re.search("[가-힣]", html.unescape(match[1])):
                    yield page.find(cell, "한국어 alt가 없는 그림이 HTML 출력에 있습니다")
                    break


def figures_are_styled(page: Page) -> Iterator[Finding]:
    """그림을 그리는 페이지는 첫 코드 셀에서 plots.use_style()을 부른다."""
    drawn = any(cell.data("image/") or has_slider(cell) for cell in page.code)
    if drawn and "use_style()" not in page.code[0].source:
        yield page.find(page.code[0], "그림이 있으면 첫 코드 셀에서 plots.use_style()을 부릅니다")


def no_object_text(page: Page) -> Iterator[Finding]:
    """`<Axes: …>`처럼 독자에게 뜻이 없는 객체 이름이 찍히지 않는다."""
    for cell in page.code:
        for output in cell.outputs:
            shown = output.get("data", {}).get("text/plain", "")
            if output["output_type"] == "execute_result" and re.search(
                r"<Axes|<Figure|<matplotlib|Text\(|object at 0x", shown
            ):
                yield page.find(cell, f"객체가 그대로 찍혔습니다: {shown[:60]}")


def sliders(page: Page) -> Iterator[Finding]:
    """슬라이더에는 alt가 있고, 저장된 출력은 라이브러리가 정한 크기를 넘지 않는다."""
    for cell in filter(has_slider, page.code):
        if not re.search(r"\balt\s*=", cell.source):
            yield page.find(cell, "widgets.explore에 alt를 건네야 합니다")
        if re.search(r"\blive\s*=\s*True", cell.source):
            yield page.find(cell, "live=True인 슬라이더는 커널이 없는 책에서 움직이지 않습니다")
        size = sum(len(markup.encode()) for markup in cell.data("text/html"))
        if not size:
            yield page.find(cell, "슬라이더의 HTML 출력이 없습니다")
        if size > MAX_BYTES:
            most = MAX_BYTES // 1000
            yield page.find(
                cell, f"슬라이더 출력이 {size // 1000} KB입니다. {most} KB 이하로 줄이세요"
            )


RULES = (alt_texts, figures_are_styled, no_object_text, sliders)
