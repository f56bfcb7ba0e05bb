"""실행과 저장의 규칙: 처음부터 끝까지 순서대로 실행되었고, 표준 형태로 저장되었다."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.notebooks import markers
from tools.notebooks.normal_form import normalized_text
from tools.rules.page import Finding, Page

ABSOLUTE_PATH = re.compile(
    r"(?<![\w./~-])(?:/(?:home|root|usr|tmp|work|Users|mnt|var|opt|private|content)/|[A-Z]:\\\w)"
)


def executed_in_order(page: Page) -> Iterator[Finding]:
    """실행 번호는 1..n이다. 실행하지 않은 셀은 nbval이 비교하지 않으므로 여기서 막는다."""
    for expected, cell in enumerate(page.code, 1):
        if not cell.source.strip():
            yield page.find(cell, "빈 코드 셀입니다")
        elif cell.execution_count is None:
            yield page.find(cell, "실행하지 않은 코드 셀입니다")
        elif cell.execution_count != expected:
            yield page.find(
                cell, f"실행 번호가 {expected}이어야 하는데 {cell.execution_count}입니다"
            )


def clean_outputs(page: Page) -> Iterator[Finding]:
    """경고나 오류가 찍힌 채 남아 있지 않다."""
    for cell in page.code:
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield page.find(cell, f"stderr 출력이 있습니다: {output['text'][:80]!r}")
            if output["output_type"] == "error" and "raises-exception" not in cell.tags:
                yield page.find(cell, f"오류 출력이 있습니다: {output['ename']}")
            if output["output_type"] == "error":
                shown = "\n".join(output["traceback"])
            else:
                shown = "".join(output.get("text", "")) + "".join(cell.data("text/plain"))
            if ABSOLUTE_PATH.search(shown):
                yield page.find(cell, "출력에 이 컴퓨터의 절대 경로가 있습니다")
                break


def normalized(page: Page) -> Iterator[Finding]:
    """저장된 바이트가 표준 형태와 같다."""
    if page.is_notebook and normalized_text(page.text) != page.text:
        yield page.find(0, "표준 형태가 아닙니다. `make refresh`로 정리하세요")


def markers_match(page: Page) -> Iterator[Finding]:
    """본문의 run 표시가 붙은 수는 출력의 수와 같다."""
    if page.is_notebook:
        for position, cell in enumerate(page.nb.cells):
            if cell.cell_type == "markdown":
                for message in markers.mismatches(page.nb.cells, position):
                    yield page.find(position + 1, message)


RULES = (executed_in_order, clean_outputs, normalized, markers_match)
