"""MyST 글을 검사하기 좋게 다듬는다: 코드와 수식 가리기, 지시문 찾기, 문단과 문장 나누기.

가린 글은 원래 글과 길이와 줄이 같아서, 찾은 자리를 그대로 줄 번호로 바꿀 수 있다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MASK = "·"
FENCE = re.compile(r"^(?P<indent>[ ]{0,3})(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<title>.*)$")
OPTION = re.compile(r"^\s*:[\w-]+:(\s.*)?$")
# 안에 읽을 글이 없는 지시문. 이름 없는 울타리(코드 보기)도 같다.
SILENT = {
    "math",
    "code-cell",
    "code",
    "code-block",
    "raw",
    "eval-rst",
    "tableofcontents",
    "toctree",
}
# 첫 줄의 인자가 제목이 아니라 이름표나 파일인 지시문.
LABEL_ARGUMENT = {"solution", "solution-start", "solution-end", "figure", "image", "include"}
INLINE = re.compile(
    r"<!--.*?-->|\$\$.*?\$\$|(?:\{[\w:-]+\})?(?<!`)(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)"
    r"|(?<![\\$])\$(?!\s)[^$\n]*?(?<![\s\\])\$(?!\d)|https?://[^\s)>]+|\]\([^)\n]*\)|^\([\w-]+\)=$",
    re.S | re.M,
)
QUOTES = re.compile(r"“[^”]*”|『[^』]*』")
HEADING = re.compile(r"^(#{1,6})\s+(.*)$")


@dataclass
class Block:
    """지시문 하나. `body`는 여닫는 줄과 선택 사항을 뺀 안쪽 글이다."""

    name: str
    title: str
    line: int
    options: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    end: int = 0

    @property
    def body(self) -> str:
        return "\n".join(self.lines).strip()


def hide(text: str) -> str:
    """줄바꿈만 남기고 모두 가린다."""
    return re.sub(r"[^\n]", MASK, text)


def blocks(text: str) -> list[Block]:
    """글에 있는 지시문을 여는 차례대로. 겹친 것은 바깥 것이 먼저다."""
    found: list[Block] = []
    stack: list[tuple[str, Block]] = []
    for number, line in enumerate(text.split("\n")):
        match = FENCE.match(line)
        opened = stack[-1][0] if stack else ""
        closes = (
            match and opened and not match["info"].strip() and match["fence"].startswith(opened)
        )
        if closes:
            stack.pop()[1].end = number
            continue
        quiet = bool(stack) and is_silent(stack[-1][1])
        for _, block in stack:
            if not block.lines and (option := OPTION.match(line)):
                name, _, value = line.strip()[1:].partition(":")
                block.options[name] = value.strip() if option else ""
            else:
                block.lines.append(line)
        if match and not quiet and (match["info"].strip() or match["fence"][0] != ":"):
            directive = DIRECTIVE.match(match["info"].strip())
            name = directive["name"] if directive else ""
            title = directive["title"] if directive else match["info"].strip()
            block = Block(name, title, number, end=number)
            found.append(block)
            stack.append((match["fence"], block))
    for _, block in stack:
        block.end = text.count("\n")
    return found


def is_silent(block: Block) -> bool:
    """읽을 글이 들어 있지 않은 블록인가?"""
    return not block.name or block.name in SILENT


def mask_blocks(text: str, wanted: list[Block]) -> str:
    """블록들을 통째로 가린다."""
    lines = text.split("\n")
    for block in wanted:
        for number in range(block.line, block.end + 1):
            lines[number] = hide(lines[number])
    return "\n".join(lines)


def mask(text: str) -> str:
    """코드, 수식, 링크 주소, 이름표, 주석, 지시문의 뼈대를 가린 글. 길이와 줄은 그대로다."""
    found = blocks(text)
    masked = mask_blocks(text, [block for block in found if is_silent(block)])
    lines = masked.split("\n")
    for number, line in enumerate(lines):
        match = FENCE.match(line)
        directive = DIRECTIVE.match(match["info"].strip()) if match else None
        if match:
            reads = directive and directive["name"] not in LABEL_ARGUMENT
            title = directive["title"] if directive and reads else ""
            lines[number] = hide(line[: len(line) - len(title)]) + title
        elif OPTION.match(line):
            lines[number] = hide(line)
    return INLINE.sub(lambda found: hide(found[0]), "\n".join(lines))


def paragraphs(text: str) -> Iterator[tuple[int, str, str]]:
    """가린 글의 (줄 번호, 종류, 글). 종류는 본문·목록·제목·표이고, 이어진 줄은 하나로 합친다.

    지시문을 여는 줄에 적힌 제목도 제목으로 친다.
    """
    kind, start = "", 0
    kept: list[str] = []
    for number, (line, raw) in enumerate(
        zip(mask(text + "\n").split("\n"), [*text.split("\n"), ""], strict=True)
    ):
        stripped = line.strip()
        blank = not stripped.strip(MASK)
        this, fresh = line_kind(stripped, raw, kind)
        if kept and (blank or fresh or this != kind):
            yield start, kind, " ".join(kept)
            kept = []
        kind = "" if blank else this
        if not blank:
            start = start if kept else number
            kept.append(stripped)


def line_kind(line: str, raw: str, before: str) -> tuple[str, bool]:
    """줄의 종류와, 새 덩이를 여는 줄인지."""
    if FENCE.match(raw) or HEADING.match(line):
        return "제목", True
    if line.startswith("|"):
        return "표", True
    if re.match(r"[-*+] |\d+[.)] |[○×①-⑨ⓐ-ⓩ]", line):
        return "목록", True
    return (before if before in {"본문", "목록"} else "본문"), False


def sentences(paragraph: str) -> list[str]:
    """문단을 문장으로 나눈다. 마침표, 물음표, 느낌표 뒤의 빈칸이 경계다."""
    return [part.strip() for part in re.split(r"(?<=[.?!])[”’)]*\s+", paragraph) if part.strip()]


def count_words(text: str) -> int:
    """본문의 어절 수. 코드 블록은 세지 않고, 낱말 자리에 든 수식이나 코드는 한 어절로 센다."""
    words = re.findall(r"(?<!\S)\S*[가-힣A-Za-z0-9]\S*", mask(text))
    return len(words) + sum(block.name == "math" for block in blocks(text))
