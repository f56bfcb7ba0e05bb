"""문장의 규칙: 합니다체, 짧은 문장, 출력에서 온 수에는 run 표시."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.notebooks.markers import NUMBER, RUN_MARK
from tools.rules.myst import MASK, QUOTES, hide, sentences, visible
from tools.rules.page import Finding, Page

MAX_SENTENCE = 90
MAX_KNOWABLE = 2
# 본문 문단에서만 본다. 목록은 명사구나 ‘-다’로 끝나도 된다.
ENDINGS = (
    (re.compile(r"[가-힣]요[.?!]$"), re.compile(r"세요[.?!]$|[까나가]요\?$"), "해요체"),
    (re.compile(r"(?:[가-힣]죠|지요)[.?!]$"), None, "해요체"),
    (
        re.compile(r"(?:함|됨|임|음|있음|없음|줌|봄|남|짐)\.$"),
        re.compile(r"(?:처음|다음|마음|모음)\.$"),
        "음슴체",
    ),
    (re.compile(r"(?<!니)(?<!시)다\.$"), None, "한다체"),
)
# 버전 번호처럼 출력이 아닌 소수는 코드로 적으면 경고하지 않는다
DECIMAL = re.compile(r"(?<![\w.])[-−+]?\d+\.\d+(?:[eE][-+]?\d+)?(?![.\d])")
MARKED_DECIMAL = re.compile(rf"{NUMBER}[%$*`]{{0,4}}{RUN_MARK.pattern}")
# 문단 앞에 굵게 적은 소제목
RUN_IN_TITLE = re.compile(r"\*\*[^*\n]+[.?]\*\*(?=\s)")
STRAIGHT_QUOTES = re.compile(r"(?<![A-Za-z])[\"'](?=\S)[^\"'\n]*[가-힣][^\"'\n]*[\"']")


def readable_length(sentence: str) -> int:
    """문장의 글자 수. 수식, 코드, 링크, 괄호 속 영문은 세지 않는다."""
    bare = re.sub(r"\([A-Za-z0-9 ,.'’/–-]+\)", "", sentence.replace(MASK, ""))
    return len(re.sub(r"\s+", " ", re.sub(r"[*#]|^\s*[-+] |^\d+[.)] ", "", bare)).strip())


def ending_problem(sentence: str) -> str | None:
    """문장 끝의 말투 문제의 이름."""
    bare = re.sub(r"[*”’)]+$|[*]", "", sentence.strip())
    for pattern, fine, name in ENDINGS:
        if pattern.search(bare) and not (fine and fine.search(bare)):
            return name
    return None


def register(page: Page) -> Iterator[Finding]:
    """본문은 합니다체다. 따옴표 안의 말은 보지 않는다."""
    for cell in page.prose:
        for piece in cell.document.pieces:
            titles = 1 if RUN_IN_TITLE.match(piece.source) else 0
            for kind, paragraph in piece.paragraphs():
                quiet = QUOTES.sub(lambda match: hide(match[0]), paragraph)
                for sentence in sentences(quiet)[titles:] if kind == "본문" else ():
                    if name := ending_problem(sentence):
                        yield page.find(cell, f"{name}: …{sentence[-25:]}")
                titles = 0


def short_sentences(page: Page) -> Iterator[Finding]:
    """한 문장은 90자 이하다."""
    for cell in page.prose:
        parts = [part for piece in cell.document.pieces for part in piece.paragraphs()]
        for kind, paragraph in parts:
            for sentence in sentences(paragraph) if kind in {"본문", "목록"} else ():
                if (size := readable_length(sentence)) > MAX_SENTENCE:
                    yield page.find(cell, f"문장이 {size}자입니다(90자 이하): {sentence[:30]}…")


def knowable(page: Page) -> Iterator[Finding]:
    """‘알 수 있’은 한 페이지에 두 번까지만 쓴다."""
    found = [
        cell
        for cell in page.prose
        for piece in cell.document.pieces
        for _ in re.findall("알 수 있", piece.text)
    ]
    if len(found) > MAX_KNOWABLE:
        yield page.find(
            found[MAX_KNOWABLE], f"‘알 수 있’이 {len(found)}번 나옵니다. 본 것을 바로 쓰세요"
        )


def bare_decimals(page: Page) -> Iterator[Finding]:
    """절의 본문에 있는 소수에는 출력을 가리키는 run 표시가 붙어 있다."""
    if not page.is_section:
        return
    for cell in page.prose:
        for piece in cell.document.pieces:
            numbers = any(block.options.get("kind") == "number" for block in piece.inside)
            if numbers and piece.kind == "목록":
                continue  # 수 적기의 보기는 식도 코드도 아닌 수로 적는다
            for match in DECIMAL.finditer(visible(MARKED_DECIMAL.sub(MASK, piece.source))):
                yield page.find(
                    cell, f"소수 {match[0]}에 run 표시가 없습니다(수식이나 코드는 괜찮습니다)"
                )


def curly_quotes(page: Page) -> Iterator[Finding]:
    """본문의 따옴표는 “ ” ‘ ’이다."""
    for cell in page.prose:
        for piece in cell.document.pieces:
            if match := STRAIGHT_QUOTES.search(piece.text):
                yield page.find(cell, f"곧은 따옴표 대신 “ ” ‘ ’를 쓰세요: {match[0][:30]}")


RULES = (register, short_sentences, knowable, bare_decimals, curly_quotes)
