"""용어, 표기, 조사, 깨진 굵게의 검사.

페이지와 파이썬 파일(주석, docstring, 한글 문자열)을 모두 읽는다. 용어는
`book/reference/glossary.csv`의 금지 변형을 따른다. ‘다른 책에서는’ 상자, “인용”, 『책 이름』,
`<!-- term-ok -->`로 끝나는 줄(파이썬에서는 `# term-ok`)은 검사하지 않는다.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import textwrap
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.facts.glossary import read_terms
from tools.facts.particles import wrong_particles
from tools.facts.repository import GLOSSARY
from tools.rules.myst import QUOTES, Document, Piece, hide, read, read_python_text
from tools.rules.page import Finding, Page

EXEMPT_BOX = "다른 책에서는"
BROKEN_BOLD = "굵게가 깨진다. 괄호·따옴표·코드를 ** 밖으로"
PARTICLES_APART = "은|는|가|을|를|와|과|의|에|로|으로|에서"

SPELLING = {
    "갯수": "개수",
    "몇일": "며칠",
    "첫번째": "첫 번째",
    "두번째": "두 번째",
    "세번째": "세 번째",
    "최대값": "최댓값",
    "최소값": "최솟값",
    "절대값": "절댓값",
    "결과값": "결과",
    "고유값": "고윳값",
    "함수값": "함숫값",
    "기대값": "기댓값",
    "디렉토리": "디렉터리",
    "메소드": "메서드",
    "메세지": "메시지",
    "알고리듬": "알고리즘",
    "데이타": "데이터",
    "윈도우(?!즈)": "윈도",
    "버릴 지": "버릴지",
    "되어[지집진졌]": "되- (이중 피동)",
    "에 의해(서)? ": "능동으로 (번역투)",
    "[은을이과]\\((?:는|를|가|와)\\)|[는를가와]\\((?:은|을|이|과)\\)": "조사를 하나만 쓴다",
    "정말 쉽|아주 쉽죠|어렵지 않습니다": "어느 단계가 왜 어려운지 쓴다",
    rf"[A-Za-z`$)\]·] ({PARTICLES_APART})(?=[ .,)\n]|$)": "조사는 붙여 쓴다",
}


@dataclass(frozen=True)
class Hit:
    """고칠 곳. `line`은 1부터 센다."""

    line: int
    found: str
    advice: str

    def __str__(self) -> str:
        return f"‘{self.found}’ → {self.advice}"


@functools.cache
def load_rules(glossary: Path = GLOSSARY) -> tuple[tuple[re.Pattern[str], str], ...]:
    """용어집의 금지 변형과 맞춤법 규칙을 (정규식, 바른 말)로 읽는다."""
    rules = []
    for term in read_terms(glossary):
        for variant in term.forbidden:
            pattern = variant[3:] if variant.startswith("re:") else re.escape(variant)
            rules.append((re.compile(pattern), term.ko))
    return tuple(rules + [(re.compile(key), advice) for key, advice in SPELLING.items()])


def lint_document(document: Document) -> list[Hit]:
    """읽은 글의 용어, 표기, 조사, 굵게 문제."""
    return [
        hit
        for piece in document.pieces
        if not any(block.title.startswith(EXEMPT_BOX) for block in piece.inside)
        for hit in lint_piece(piece)
    ]


def lint_piece(piece: Piece) -> Iterator[Hit]:
    """글 한 덩이에서 고칠 곳. 인용한 말은 책의 말이 아니므로 보지 않는다."""
    bare = QUOTES.sub(lambda match: hide(match[0]), piece.text)
    longest: dict[int, tuple[str, str]] = {}
    for pattern, advice in load_rules():
        for match in pattern.finditer(bare):
            # 같은 자리에서 걸리면 긴 쪽이 더 적절한 충고다
            if len(match[0]) > len(longest.get(match.start(), ("", ""))[0]):
                longest[match.start()] = (match[0], advice)

    def hit(text: str, position: int, found: str, advice: str) -> Hit:
        return Hit(piece.line + text.count("\n", 0, position) + 1, found, advice)

    for position, (found, advice) in sorted(longest.items()):
        yield hit(bare, position, found, advice)
    source = QUOTES.sub(lambda match: hide(match[0]), piece.source)
    for position, found, right in wrong_particles(source):
        yield hit(source, position, found, f"조사를 읽는 소리에 맞춘다: {right}")
    for match in re.finditer(r"\*\*", piece.text):
        line = piece.text.count("\n", 0, match.start())
        shown = piece.source.split("\n")[line].strip()[:40]
        yield Hit(piece.line + line + 1, shown, BROKEN_BOLD)


def lint_text(text: str, *, is_file: bool = False) -> list[Hit]:
    """MyST 글 한 덩이에서 고칠 곳."""
    return allowed(lint_document(read(text, is_file=is_file)), text.split("\n"))


def allowed(hits: Iterable[Hit], lines: Sequence[str]) -> list[Hit]:
    """예외로 표시한 줄을 빼고, 같은 것은 한 번만, 줄의 순서대로."""
    kept = {hit for hit in hits if "term-ok" not in lines[hit.line - 1]}
    return sorted(kept, key=lambda hit: (hit.line, hit.found))


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """파이썬 코드에서 사람이 읽는 글의 (첫 줄 번호, 글): 주석, docstring, 한글이 든 문자열."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if re.search("[가-힣]", node.value):
            # 예제 코드 줄은 코드이므로 가린다.
            yield node.lineno, re.sub(r"(?m)^\s*(>>>|\.\.\.) .*$", "", node.value)


def lint_python(source: str) -> list[Hit]:
    """파이썬 코드의 주석, docstring, 오류 문장의 용어와 표기.

    굵게는 마크다운에만 있으므로 보지 않는다.
    """
    lines = source.split("\n")
    hits = []
    for first, text in python_texts(source):
        opening, newline, rest = text.partition("\n")
        document = read_python_text(opening + newline + textwrap.dedent(rest))
        for hit in lint_document(document):
            if hit.advice != BROKEN_BOLD:
                hits.append(Hit(min(first + hit.line - 1, len(lines)), hit.found, hit.advice))
    return allowed(hits, lines)


def lint_code_cell(source: str) -> list[Hit]:
    """코드 셀. 매직 명령이 든 셀은 파이썬이 아니므로 건너뛴다."""
    try:
        return lint_python(source)
    except (SyntaxError, tokenize.TokenError):
        return []


def lint_file(path: Path) -> list[tuple[str, Hit]]:
    """파이썬 파일 하나의 (자리, 고칠 곳)."""
    hits = lint_python(path.read_text(encoding="utf-8"))
    return [(f"{path}:{hit.line}", hit) for hit in hits]


def lint_page(page: Page) -> Iterator[tuple[int, Hit]]:
    """페이지의 (셀 번호, 고칠 곳)."""
    for cell in page.cells:
        if cell.is_code:
            hits = lint_code_cell(cell.source)
        else:
            hits = lint_text(cell.source, is_file=cell.is_file)
        yield from ((cell.number, hit) for hit in hits)


def terms(page: Page) -> Iterator[Finding]:
    """용어집의 말, 맞는 조사와 띄어쓰기, 깨지지 않는 굵게."""
    for number, hit in lint_page(page):
        yield page.find(number, f"{hit.line}번째 줄 {hit}")


RULES = (terms,)
