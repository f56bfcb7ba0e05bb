"""Sphinx가 풀어 놓은 문서를 확장 없는 CommonMark 조각으로 바꾼다. 모르는 노드는 오류다.

조각은 글(`str`), 원본의 코드 셀(`int`, 셀의 자리), 제목(`Heading`), 답을 확인하는 코드(`Check`)이다.
상자는 굵은 제목이 달린 인용이 되고, 책에서 접어 두는 상자는 `<details>`가 된다. Jupyter, VS Code, Colab이
모두 아는 것만 쓴다.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from docutils import nodes

from tools.sphinx.questions import html_node, quiz_node


class Heading(NamedTuple):
    """제목. 새 셀을 연다."""

    level: int
    text: str


class Check(NamedTuple):
    """직접 해 보기의 답을 확인하는 코드. 셀이 된다."""

    label: str
    code: str


Piece = str | int | Heading | Check
SKIPPED = (nodes.target, nodes.comment, nodes.substitution_definition, nodes.system_message)
# JupyterLab은 `500~1,000 … 1,000~2,000`에 취소선을 긋는다
SPECIAL = re.compile(r"([\\`*\[\]$~])")
LINE_START = re.compile(r"^(\s*)([#>+\-=]|\d+[.)])(?=\s|$)")
ALIGNMENTS = {"text-right": "--:", "text-center": ":-:", "text-left": ":--"}


def is_cell(node: nodes.Node) -> bool:
    """myst-nb가 만든 코드 셀인가?"""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def quote(text: str) -> str:
    """인용으로 만든다."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def escape(text: str) -> str:
    """글자 그대로 보이게 한다. 낱말 속의 밑줄은 그대로 둔다.

    >>> print(escape("a*b_c, $5, 3~4, <b>, _d"))
    a\\*b_c, \\$5, 3\\~4, \\<b>, \\_d
    """
    text = SPECIAL.sub(r"\\\1", text.replace("\n", " "))
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    text = re.sub(r"<(?=[A-Za-z/!?])", r"\\<", text)
    return re.sub(r"&(?=#?\w+;)", r"\\&", text)


def is_word(char: str) -> bool:
    """강조 부호의 안팎을 정할 때 글자로 치는가? 빈칸도 문장 부호도 아니어야 한다."""
    return bool(char.strip()) and unicodedata.category(char)[0] not in "PS"


def emphasize(mark: str, inner: str, before: str, after: str) -> str:
    """굵은 글씨나 기울임. CommonMark가 부호를 알아보지 못할 자리에서는 HTML로 쓴다.

    >>> emphasize("**", "참", "", "은")
    '**참**'
    >>> emphasize("**", "‘참’", "", "은")
    '<strong>‘참’</strong>'
    """
    opens = is_word(inner[:1]) or not is_word(before[-1:])
    closes = is_word(inner[-1:]) or not is_word(after[:1])
    if opens and closes:
        return f"{mark}{inner}{mark}"
    tag = "strong" if mark == "**" else "em"
    return f"<{tag}>{inner}</{tag}>"


def code_span(text: str) -> str:
    """코드. 안에 든 역따옴표보다 긴 울타리를 고른다.

    >>> code_span("a`b")
    '``a`b``'
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence, pad = "`" * (longest + 1), " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(code: str, language: str) -> str:
    """코드의 덩이. 안에 든 울타리보다 긴 울타리를 고른다."""
    longest = max((len(run) for run in re.findall(r"(?m)^ *(`{3,})", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def has_bare_break(tex: str) -> bool:
    r"""어떤 환경에도 들지 않은 `\\`가 있는가? 책의 페이지는 이런 식을 split으로 감싼다."""
    depth = 0
    for token in re.findall(r"\\begin|\\end|\\\\|[{}]", tex):
        depth += {r"\begin": 1, "{": 1, r"\end": -1, "}": -1}.get(token, 0)
        if token == r"\\" and depth <= 0:
            return True
    return False


def display(tex: str, number: str = "", *, one_line: bool = False) -> str:
    """줄을 따로 쓰는 식. 인용 안에서는 한 줄로 쓴다(JupyterLab은 `>`를 식의 일부로 읽는다).

    >>> display("a = b", "3.6", one_line=True)
    '$$ a = b \\\\tag{3.6} $$'
    """
    tex = re.sub(r"\n\s*\n", "\n", tex.strip())
    tex = re.sub(r"\\(begin|end)\{(align|gather)\*?\}", r"\\\1{\2ed}", tex)
    if has_bare_break(tex):
        tex = f"\\begin{{split}}{tex}\\end{{split}}"
    if number:
        tex += f" \\tag{{{number}}}"
    return f"$$ {' '.join(tex.split())} $$" if one_line else f"$$\n{tex}\n$$"


def listed(marks: Sequence[str], items: Sequence[Sequence[str]]) -> str:
    """목록. 항목이 모두 한 덩이이면 촘촘하게 쓴다.

    >>> listed(["1. ", "2. "], [["하나"], ["둘"]])
    '1. 하나\\n2. 둘'
    """
    gap = "\n\n" if any(len(parts) > 1 for parts in items) else "\n"
    shown = [
        mark + gap.join(parts).replace("\n", "\n" + " " * len(mark))
        for mark, parts in zip(marks, items, strict=True)
    ]
    return re.sub(r"(?m)^ +$", "", gap.join(shown))


class Renderer:
    """문서 하나를 옮긴다.

    `name_of(링크)`는 링크의 글(페이지를 가리키지 않으면 None), `uri_of(링크)`는 주소, `number_of(노드)`는
    식이나 문제의 번호를 반환한다. `instead_of(상자)`는 이 판에서 빼는 상자 대신 적을 글이고, 빼지 않으면
    None이다.
    """

    def __init__(
        self,
        name_of: Callable[[nodes.reference], str | None],
        uri_of: Callable[[nodes.reference], str],
        number_of: Callable[[nodes.Element], str],
        instead_of: Callable[[nodes.Element], str | None],
    ) -> None:
        self.name_of, self.uri_of = name_of, uri_of
        self.number_of, self.instead_of = number_of, instead_of
        self.in_quote = self.in_table = False
        self.dropped: set[int] = set()  # 뺀 상자에 든 코드 셀

    # 글줄 -----------------------------------------------------------------------------------

    def inline(self, parent: nodes.Element) -> str:
        """자식들을 한 줄로 잇는다. 강조는 앞뒤 글자를 보아야 하므로 순서대로 잇는다."""
        out = ""
        children = list(parent.children)
        texts = [self.text(child) for child in children]
        for place, child in enumerate(children):
            text = texts[place]
            if isinstance(child, nodes.strong | nodes.emphasis):
                mark = "**" if isinstance(child, nodes.strong) else "*"
                after = next((t for t in texts[place + 1 :] if t), "")
                out += emphasize(mark, text, out, after)
                continue
            before = children[place - 1] if place else None
            if isinstance(before, nodes.reference) and self.name_of(before) is not None:
                # “3.2절(…) 절” → “3.2절(…)”
                text = re.sub(r"^ (절|장)(?=\W|[가-힣]|$)", "", text)
            out += text
        return out

    def text(self, node: nodes.Node) -> str:
        """글줄 안의 노드 하나."""
        if isinstance(node, nodes.Text):
            text = escape(node.astext())
            return text.replace("|", "\\|") if self.in_table else text
        if isinstance(node, nodes.math):
            tex = " ".join(node.astext().split())
            return f"${tex.replace('|', chr(92) + 'vert ') if self.in_table else tex}$"
        if isinstance(node, nodes.literal):
            text = node.astext().replace("\n", " ")
            return code_span(text.replace("|", "\\|") if self.in_table else text)
        if isinstance(node, nodes.reference):
            name = self.name_of(node)
            return f"[{self.inline(node) if name is None else escape(name)}]({self.uri_of(node)})"
        if isinstance(node, nodes.strong | nodes.emphasis | nodes.inline | nodes.generated):
            return self.inline(node)
        if isinstance(node, html_node) and node["tag"] == "span":
            return self.inline(node)
        if isinstance(node, SKIPPED):
            return ""
        raise NotImplementedError(f"글줄: 옮길 줄 아는 노드여야 합니다. 받은 것={node!r}"[:200])

    # 덩이 -----------------------------------------------------------------------------------

    def blocks(self, content: Iterable[nodes.Node]) -> Iterator[Piece]:
        """노드들을 덩이로 옮긴다."""
        for node in content:
            yield from self.block(node)

    def texts(self, content: Iterable[nodes.Node]) -> list[str]:
        """코드 셀이 없는 노드들의 덩이."""
        return [str(piece) for piece in self.blocks(content)]

    def block(self, node: nodes.Node) -> Iterator[Piece]:
        """덩이 하나."""
        if isinstance(node, SKIPPED):
            return
        if is_cell(node):
            yield int(node["cell_index"])
        elif isinstance(node, nodes.paragraph):
            yield LINE_START.sub(r"\1\\\2", self.inline(node))
        elif isinstance(node, nodes.math_block):
            yield display(node.astext(), self.number_of(node), one_line=self.in_quote)
        elif isinstance(node, nodes.literal_block) and "practice" in node:
            yield Check(node["practice"], node.astext().strip())
        elif isinstance(node, nodes.literal_block):
            yield fenced(node.astext().strip("\n"), node.get("language", ""))
        elif isinstance(node, nodes.bullet_list | nodes.enumerated_list):
            yield self.items(node)
        elif isinstance(node, nodes.table):
            yield self.table(node)
        elif isinstance(node, nodes.transition):
            yield "---"
        elif isinstance(node, nodes.block_quote):
            yield from self.quoted("", node.children)
        elif isinstance(node, nodes.Admonition):
            yield from self.box(node)
        elif isinstance(node, html_node):
            yield from self.element(node)
        elif isinstance(node, nodes.container | nodes.section | nodes.compound):
            yield from self.blocks(node.children)
        else:
            raise NotImplementedError(f"덩이: 옮길 줄 아는 노드여야 합니다. 받은 것={node!r}"[:200])

    def element(self, node: html_node) -> Iterator[Piece]:
        """물음의 부분: 보기의 목록, 이유의 목록, 답의 줄, 순서, 맺는 글, 예상의 묶음."""
        if node["tag"] == "p":
            yield self.inline(node)
        elif node["tag"] == "div":
            yield from self.blocks(node.children)
        elif "choices" in node["classes"]:
            pairs = [[self.inline(part) for part in item.children] for item in node.children]
            if all(mark.isdecimal() for mark, _ in pairs):
                yield listed([f"{mark}. " for mark, _ in pairs], [[text] for _, text in pairs])
            else:
                yield listed(["- "] * len(pairs), [[f"{mark} {text}"] for mark, text in pairs])
        elif "reasons" in node["classes"]:
            yield listed(["- "] * len(node.children), [self.reason(item) for item in node.children])
        elif "key-order" in node["classes"]:
            marks = [f"{place}. " for place in range(1, len(node.children) + 1)]
            yield listed(marks, [self.texts(item.children) for item in node.children])
        else:
            raise NotImplementedError(f"물음: 옮길 줄 아는 요소여야 합니다. 받은 것={node!r}"[:200])

    def reason(self, item: nodes.Element) -> list[str]:
        """보기 하나의 이유. 첫 덩이 앞에 보기의 표시를 적는다."""
        mark, said = item.children
        first, *rest = self.texts(said.children) or [""]
        return [f"{self.inline(mark)} {first}", *rest]

    def box(self, node: nodes.Element) -> Iterator[Piece]:
        """상자, 확인 문제, 연습문제, 풀이."""
        instead = self.instead_of(node)
        if instead is not None:
            self.dropped |= {int(cell["cell_index"]) for cell in node.findall(is_cell)}
            if instead:
                yield instead
            return
        title, *content = node.children
        words = [self.number_of(node), *(self.text(part).strip() for part in title.children)]
        words = [word for word in words if word]
        if node.get("folded") and not any(True for _ in node.findall(is_cell)):
            yield from self.folded(title, words, content)
            return
        # 풀이는 제 <details>로 인용 밖에 둔다
        key = content.pop() if isinstance(node, quiz_node) else None
        head = ": ".join(words)
        yield from self.quoted(emphasize("**", head, "", "") if head else "", content)
        if key is not None:
            yield from self.block(key)

    def folded(
        self, title: nodes.Element, words: Sequence[str], content: Iterable[nodes.Node]
    ) -> Iterator[Piece]:
        """접힌 상자. 빈 줄 뒤부터는 다시 마크다운이지만, summary 안은 HTML이다."""
        plain = not any(True for _ in title.findall(is_marked))
        shown = ": ".join(part.astext().strip() for part in title.children if part.astext().strip())
        summary = html.escape(shown, quote=False) if plain else words[0]
        yield f"<details>\n<summary><strong>{summary}</strong></summary>"
        yield from self.quoted("" if plain else f"**{words[-1]}**", content)
        yield "</details>"

    def quoted(self, head: str, content: Iterable[nodes.Node]) -> Iterator[Piece]:
        """인용. 안에 코드 셀이 있으면 거기서 인용을 끊는다."""
        outer, self.in_quote = self.in_quote, True
        lines = [head] if head else []
        for piece in self.blocks(content):
            if isinstance(piece, str):
                lines.append(piece)
                continue
            if lines:
                yield quote("\n\n".join(lines))
            yield piece
            lines = []
        self.in_quote = outer
        if lines:
            yield quote("\n\n".join(lines))

    def items(self, node: nodes.Element) -> str:
        """목록."""
        start = int(node.get("start", 1))
        numbered = isinstance(node, nodes.enumerated_list)
        marks = [f"{start + i}. " if numbered else "- " for i in range(len(node.children))]
        return listed(marks, [self.texts(item.children) for item in node.children])

    def table(self, node: nodes.table) -> str:
        """표. 칸 안의 `|`는 피한다."""
        outer, self.in_table = self.in_table, True
        rows = [
            [" ".join(self.texts(entry.children)) for entry in row.children]
            for row in node.findall(nodes.row)
        ]
        first = next(iter(node.findall(nodes.row)))
        rule = [
            next((ALIGNMENTS[css] for css in entry["classes"] if css in ALIGNMENTS), "---")
            for entry in first.children
        ]
        self.in_table = outer
        return "\n".join(f"| {' | '.join(cells)} |" for cells in [rows[0], rule, *rows[1:]])

    # 문서 -----------------------------------------------------------------------------------

    def pieces(self, document: nodes.Element, level: int = 0) -> Iterator[Piece]:
        """문서의 조각들."""
        for node in document.children:
            if isinstance(node, nodes.section):
                yield from self.pieces(node, level + 1)
            elif isinstance(node, nodes.title):
                yield Heading(level, self.inline(node))
            else:
                yield from self.block(node)


def is_marked(node: nodes.Node) -> bool:
    """HTML 안에 글자로만 적을 수 없는 노드인가?"""
    return isinstance(node, nodes.math | nodes.literal | nodes.strong | nodes.emphasis)
