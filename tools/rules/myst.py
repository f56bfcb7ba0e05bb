"""MyST 글을 책과 같은 파서로 읽는다: 지시문, 읽을 글, 제목, 이름표, 식과 그것이 놓인 줄.

글을 가르는 일은 모두 myst-parser의 토큰이 한다. 그래서 목록이나 인용 안의 지시문도, `---`로 감싼
선택 사항도 Sphinx가 보는 그대로 보인다. 줄 번호는 0부터 센다.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docutils.parsers.rst.directives.misc import TestDirective
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser

from tools.facts.repository import myst_extensions

MASK = "·"
DIRECTIVE = re.compile(r"\{(?P<name>[^\s}]+)\}\s*(?P<title>.*)")
# 안에 읽을 글이 없는 지시문. 이름 없는 울타리(코드 예시)도 같다
SILENT = frozenset(
    ["math", "code-cell", "code", "code-block", "raw", "eval-rst", "tableofcontents", "toctree"]
)
# 첫 줄의 인자가 제목이 아니라 이름표나 파일인 지시문
LABEL_ARGUMENT = frozenset(
    [
        "predict",
        "answer",
        "practice",
        "solution-start",
        "solution-end",
        "figure",
        "image",
        "include",
    ]
)
QUOTES = re.compile(r"“[^”]*”|『[^』]*』")
ADDRESS = re.compile(r"https?://[^\s)>]+")
TAG_OR_COMMENT = re.compile(r"<!--.*?-->|<[^>]*>", re.S)
WORD = re.compile(r"(?<!\S)\S*[가-힣A-Za-z0-9]\S*")
# 보기 문항(①, ○)으로 시작하는 줄은 한 문단으로 이어져 있어도 각각 한 항목이다
CHOICES = "○×①②③④⑤⑥⑦⑧⑨" + "".join(map(chr, range(ord("ⓐ"), ord("ⓩ") + 1)))
CHOICE = re.compile(rf"\n(?=[{CHOICES}])")


@dataclass
class Block:
    """지시문이나 코드 울타리 하나. `end`는 닫는 줄이고, `body`는 선택 사항을 뺀 안쪽 글이다.

    `silent`는 읽을 글이 들어 있지 않다는 뜻이다.
    """

    name: str
    title: str
    line: int
    end: int
    closed: bool
    silent: bool
    options: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def label(self) -> str:
        """지시문의 이름표. 없으면 빈 글이다. `predict`와 `practice`는 인자가 이름표다."""
        if self.name in {"predict", "practice"}:
            return self.title.strip()
        return self.options.get("label") or self.options.get("name") or ""


@dataclass(frozen=True)
class Piece:
    """읽을 글 한 덩이. 종류는 본문, 목록, 제목, 표, HTML이다.

    `source`는 마크다운 그대로이고, `text`는 코드, 수식, 주소, 주석을 가린 글이다. `inside`는 이것을
    감싼 지시문들(바깥부터), `depth`는 겹친 목록의 깊이다.
    """

    kind: str
    line: int
    source: str
    text: str
    inside: tuple[Block, ...] = ()
    depth: int = 0

    def paragraphs(self) -> Iterator[tuple[str, str]]:
        """(종류, 줄을 이어 붙인 글). 보기 문항은 목록의 항목으로 나눈다."""
        for part in CHOICE.split(self.text):
            yield "목록" if part.startswith(tuple(CHOICES)) else self.kind, " ".join(part.split())


@dataclass(frozen=True)
class Heading:
    """지시문 밖의 제목. `target`은 바로 윗줄의 `(이름표)=`이고, 없으면 빈 글이다."""

    level: int
    title: str
    line: int
    target: str


@dataclass(frozen=True)
class Equation:
    """따로 한 줄을 차지하는 식. 이름표가 없으면 빈 글이다."""

    label: str
    latex: str
    line: int


@dataclass
class Document:
    """읽은 글."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    targets: dict[int, str] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """글이 정한 모든 이름표: `(이름표)=`, 지시문의 label과 name, 식의 이름표."""
        numbered = [equation.label for equation in self.equations if equation.label]
        directives = [block.label for block in self.blocks if block.name != "math" and block.label]
        return [*self.targets.values(), *directives, *numbered]

    def count_words(self) -> int:
        """본문의 어절 수. 코드는 세지 않고, 낱말 자리에 든 식이나 코드는 한 어절로 센다."""
        words = sum(len(WORD.findall(piece.text)) for piece in self.pieces)
        return words + len(self.equations)


# 글을 담는 그릇의 토큰 → 글의 종류
KINDS = {
    "heading_open": "제목",
    "list_item_open": "목록",
    "dt_open": "목록",
    "dd_open": "목록",
    "th_open": "표",
    "td_open": "표",
}


@functools.cache
def parser(*off: str) -> MarkdownIt:
    """책의 설정으로 만든 파서. `off`는 끌 문법의 이름이다."""
    md = create_md_parser(MdParserConfig(enable_extensions=set(myst_extensions())), RendererHTML)
    return md.disable(list(off))


@functools.lru_cache(maxsize=4096)
def read(text: str, *, is_file: bool = False) -> Document:
    """MyST 글을 읽는다. 파일의 머리말(`---`)은 건너뛰고, 셀의 첫 줄에 그은 가로줄은 그대로 둔다."""
    document = Document()
    _walk(parser() if is_file else parser("front_matter"), text, 0, (), document)
    return document


@functools.lru_cache(maxsize=4096)
def read_python_text(text: str) -> Document:
    """주석이나 docstring을 읽는다. 들여쓴 줄도 코드가 아니라 글이다."""
    document = Document()
    _walk(parser("front_matter", "code"), text, 0, (), document)
    return document


def hide(text: str) -> str:
    """줄바꿈만 남기고 모두 가린다."""
    return re.sub(r"[^\n]", MASK, text)


def visible(source: str) -> str:
    """한 덩이의 마크다운에서 코드, 수식, 주소, 주석을 가린 글."""
    return "".join(_shown(token.children or []) for token in parser().parseInline(source))


def sentences(paragraph: str) -> list[str]:
    """문단을 문장으로 나눈다. 마침표, 물음표, 느낌표 뒤의 빈칸이 경계다."""
    return [part.strip() for part in re.split(r"(?<=[.?!])[”’)]*\s+", paragraph) if part.strip()]


def _shown(children: Sequence[Token]) -> str:
    """글줄의 토큰에서 보이는 글. 가린 것은 한 글자로 남기고, 줄바꿈은 그대로 둔다."""
    parts: list[str] = []
    address = False
    for child in children:
        if child.type == "text":
            parts.append(MASK if address else ADDRESS.sub(MASK, child.content))
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "link_open":
            address = child.info == "auto"
        elif child.type == "link_close":
            parts.append(MASK)
            address = False
        elif child.type == "image":
            parts += [_shown(child.children or []), MASK]
        elif child.content:
            parts.append(MASK + "\n" * child.content.count("\n"))
    return "".join(parts)


def _walk(
    md: MarkdownIt, text: str, offset: int, inside: tuple[Block, ...], document: Document
) -> None:
    """글의 토큰을 순서대로 읽어 문서에 담는다. 지시문 안의 글은 다시 읽는다."""
    lines = text.split("\n")
    containers: list[Token] = []  # 열려 있는 목록 항목, 표의 칸, 제목, 정의
    started: list[bool] = []  # 그릇마다, 첫 문단을 지났는가?
    for token in md.parse(text):
        line = offset + token.map[0] if token.map else 0
        if token.type in {"fence", "colon_fence"}:
            _read_block(md, token, lines, offset, inside, document)
        elif token.type in {"math_block", "math_block_label"}:
            document.equations.append(Equation(token.info, token.content, line))
        elif token.type == "amsmath":
            document.equations.append(Equation("", token.content, line))
        elif token.type == "myst_target":
            document.targets[line] = token.content
        elif token.type == "html_block":
            shown = TAG_OR_COMMENT.sub(lambda found: hide(found[0]), token.content)
            if shown.strip(MASK + " \n"):
                document.pieces.append(Piece("HTML", line, token.content, shown, inside))
        elif token.type == "inline":
            kind = KINDS[containers[-1].type] if containers else "본문"
            if kind == "목록" and started[-1]:
                kind = "본문"  # 항목의 둘째 문단부터는 문장으로 쓴다
            if containers:
                started[-1] = True
            shown = _shown(token.children or [])
            depth = sum(one.type == "list_item_open" for one in containers)
            document.pieces.append(Piece(kind, line, token.content, shown, inside, depth))
            if kind == "제목" and not inside and token.level == 1:
                target = document.targets.get(line - 1, "")
                level = int(containers[-1].tag[1:])
                document.headings.append(Heading(level, token.content, line, target))
        elif token.type in KINDS:
            containers.append(token)
            started.append(False)
        elif token.type.replace("_close", "_open") in KINDS:
            containers.pop()
            started.pop()


def _read_block(
    md: MarkdownIt,
    token: Token,
    lines: list[str],
    offset: int,
    inside: tuple[Block, ...],
    document: Document,
) -> None:
    """울타리 하나를 지시문으로 읽고, 안에 글이 있으면 이어서 읽는다."""
    start, stop = token.map or (0, 1)
    info = token.info.strip()
    directive = DIRECTIVE.fullmatch(info)
    name, title = (directive["name"], directive["title"]) if directive else ("", info)
    fence = rf"[\s>]*{re.escape(token.markup[0])}{{{len(token.markup)},}}\s*"
    closed = stop - 1 > start and bool(re.fullmatch(fence, lines[stop - 1]))
    # 이름이 없는 울타리는 코드이고, 이름이 없는 `:::`는 글을 묶은 것이다
    silent = name in SILENT or (not directive and token.type == "fence")
    block = Block(name, title, offset + start, offset + stop - 1, closed, silent)
    document.blocks.append(block)
    content, skipped = token.content, 0
    # 겹친 `:::`로 바로 시작하면 선택 사항이 없는 것이다(myst-parser도 그렇게 가른다)
    if directive and not (token.type == "colon_fence" and content.startswith(":::")):
        parsed = parse_directive_text(TestDirective, title, content)
        block.options = {key: value or "" for key, value in parsed.options.items()}
        content, skipped = "\n".join(parsed.body), parsed.body_offset
    block.body = content.strip()
    if name == "math":
        latex = f"{title}\n\n{content}" if title else content
        document.equations.append(Equation(block.label, latex, block.line))
    if silent:
        return
    within = (*inside, block)
    if name and title and name not in LABEL_ARGUMENT:
        document.pieces.append(Piece("제목", block.line, title, visible(title), within))
    _walk(md, content, offset + start + 1 + skipped, within, document)
