"""코드 셀의 규칙: 짧고, 숨은 상태가 없고, 어느 컴퓨터에서나 같은 결과를 낸다."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.notebooks.starters import TAG
from tools.rules.execution import ABSOLUTE_PATH
from tools.rules.page import Finding, Page

MAX_LINES = 15
MAX_HIDDEN_LINES = 30
GLOBAL_RANDOM = "전역 난수 대신 default_rng를 씁니다"
FORBIDDEN = {
    r"^\s*[%!]\s*(?:pip|conda)\b": "설치 명령은 책이 노트북의 맨 앞에 넣는 셀에만 있습니다",
    r"^\s*!": "셸 명령은 컴퓨터마다 다르게 동작합니다",
    r"rcParams|font_manager|koreanize": "글꼴과 그림 설정은 plots.use_style()에 맡깁니다",
    r"\bnp\.random\.(?!default_rng|Generator|SeedSequence)\w+": GLOBAL_RANDOM,
    r"\bimport random\b|\brandom\.seed": GLOBAL_RANDOM,
    r"\bsys\.path\b": "sys.path를 고치지 않습니다",
    r"filterwarnings|simplefilter": "경고를 끄지 말고 원인을 없애거나 np.errstate를 씁니다",
    r"(?<![\w.])input\(": "실행을 멈추는 input()을 쓰지 않습니다",
}


def short_cells(page: Page) -> Iterator[Finding]:
    """한 셀은 15줄 이하, 접어 둔 그림 셀은 30줄 이하다. 출발 코드의 길이는 명세가 정한다."""
    for cell in page.code:
        if TAG in cell.tags:
            continue
        limit = MAX_HIDDEN_LINES if "hide-input" in cell.tags else MAX_LINES
        lines = cell.source.count("\n") + 1
        if lines > limit:
            yield page.find(cell, f"코드가 {lines}줄입니다. {limit}줄 이하로 나누세요")


def imports_first(page: Page) -> Iterator[Finding]:
    """import는 첫 코드 셀에만 있다."""
    for cell in page.code[1:]:
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(cell.tree)):
            yield page.find(cell, "import는 첫 코드 셀에 모읍니다")


def no_star_imports(page: Page) -> Iterator[Finding]:
    """`import *`를 쓰지 않는다."""
    for cell in page.code:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                yield page.find(cell, "import *를 쓰지 않습니다")


def portable(page: Page) -> Iterator[Finding]:
    """설치, 셸, 절대 경로, 전역 난수, 글꼴 손질이 없다."""
    for cell in page.code:
        for pattern, advice in FORBIDDEN.items():
            if match := re.search(pattern, cell.source, re.M):
                yield page.find(cell, f"‘{match[0].strip()}’: {advice}")
        if ABSOLUTE_PATH.search(cell.source):
            yield page.find(cell, "절대 경로가 있습니다")


RULES = (short_cells, imports_first, no_star_imports, portable)
