"""검사할 한 페이지: 노트북이나 MyST 파일을 셀로 읽고, 규칙이 묻는 것을 한 번만 계산해 둔다."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tools.rules.myst import Block, Document, Heading, read


@dataclass(frozen=True)
class Finding:
    """고칠 곳 하나. `cell`은 1부터 세고, 페이지 전체의 일이면 0이다."""

    path: Path
    cell: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.cell}: {self.message}"


@dataclass(frozen=True)
class Cell:
    """셀 하나. `number`는 페이지 안의 순서로 1부터 센다."""

    number: int
    is_code: bool
    source: str
    outputs: tuple[Any, ...] = ()
    execution_count: int | None = None
    tags: tuple[str, ...] = ()
    alt: str = ""
    is_file: bool = False  # 셀 하나가 MyST 파일 전체인가?

    @functools.cached_property
    def document(self) -> Document:
        """글 셀을 읽은 것. 코드 셀에는 아무것도 없다."""
        return Document() if self.is_code else read(self.source, is_file=self.is_file)

    @property
    def blocks(self) -> list[Block]:
        """글 셀에 있는 지시문."""
        return self.document.blocks

    def after(self, block: Block) -> list[str]:
        """지시문 뒤의 줄들."""
        return self.source.split("\n")[block.end + 1 :]

    @functools.cached_property
    def tree(self) -> ast.Module:
        """코드 셀의 구문 나무. 매직 명령 줄은 빼고, 파이썬이 아니면 빈 나무다."""
        lines = [re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in self.source.split("\n")]
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError:
            return ast.parse("")

    @functools.cached_property
    def printed(self) -> str:
        """표준 출력에 찍힌 글."""
        return "".join(
            output["text"]
            for output in self.outputs
            if output["output_type"] == "stream" and output["name"] == "stdout"
        )

    def data(self, kind: str) -> list[str]:
        """출력 가운데 MIME 종류가 `kind`로 시작하는 것들."""
        return [
            value
            for output in self.outputs
            for key, value in output.get("data", {}).items()
            if key.startswith(kind)
        ]


class Page:
    """책의 한 페이지. `text`는 .ipynb의 JSON이나 .md의 글이다."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8") if text is None else text
        self.is_notebook = path.suffix == ".ipynb"
        if self.is_notebook:
            self.nb = nbformat.reads(self.text, as_version=4)
            self.metadata = dict(self.nb.metadata.get("deepnote", {}))
            self.cells = [self._cell(number, cell) for number, cell in enumerate(self.nb.cells, 1)]
        else:
            self.metadata = {}
            self.cells = [Cell(1, False, self.text, is_file=True)]

    @staticmethod
    def _cell(number: int, cell: Any) -> Cell:
        image = cell.metadata.get("mystnb", {}).get("image", {})
        return Cell(
            number,
            cell.cell_type == "code",
            cell.source,
            tuple(cell.get("outputs", ())),
            cell.get("execution_count"),
            tuple(cell.metadata.get("tags", ())),
            image.get("alt", ""),
        )

    def find(self, cell: Cell | int, message: str) -> Finding:
        """이 페이지의 고칠 곳."""
        return Finding(self.path, cell.number if isinstance(cell, Cell) else cell, message)

    @property
    def is_section(self) -> bool:
        """절의 짜임을 갖춰야 하는 페이지인가?"""
        return self.metadata.get("kind") == "section"

    @functools.cached_property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_code]

    @functools.cached_property
    def prose(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.is_code]

    @functools.cached_property
    def markdown(self) -> str:
        """글 셀을 모두 이은 글."""
        return "\n\n".join(cell.source for cell in self.prose)

    def blocks(self, name: str, title: str = "") -> Iterator[tuple[Cell, Block]]:
        """이름이 `name`이고 제목이 `title`로 시작하는 지시문과 그 셀."""
        for cell in self.prose:
            for block in cell.blocks:
                if block.name == name and block.title.startswith(title):
                    yield cell, block

    @functools.cached_property
    def headings(self) -> list[tuple[Cell, Heading]]:
        """셀과 그 안의 제목. 상자 안의 것은 세지 않는다."""
        return [(cell, heading) for cell in self.prose for heading in cell.document.headings]

    @property
    def title(self) -> str:
        """페이지의 # 제목. 없으면 빈 글이다."""
        return next((heading.title for _, heading in self.headings if heading.level == 1), "")

    @property
    def shown(self) -> str:
        """읽을 글을 모두 이은 것. 코드와 수식은 가렸다."""
        return "\n\n".join(piece.text for cell in self.prose for piece in cell.document.pieces)

    def count_words(self) -> int:
        """본문의 어절 수."""
        return sum(cell.document.count_words() for cell in self.prose)

    @functools.cached_property
    def name(self) -> str:
        """페이지의 이름: 첫 이름표 `(sec-이름)=`의 뒷부분."""
        targets = (name for cell in self.prose for name in cell.document.targets.values())
        matches = (re.fullmatch(r"(?:sec|ch|app|ref)-([\w-]+)", name) for name in targets)
        return next((match[1] for match in matches if match), self.path.stem)

    @functools.cached_property
    def library_names(self) -> set[str]:
        """이 페이지가 deepnote_lib에서 import한 이름."""
        names = set()
        for cell in self.code:
            for node in ast.walk(cell.tree):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "deepnote_lib"
                ):
                    names |= {alias.asname or alias.name for alias in node.names}
                elif isinstance(node, ast.Import):
                    mine = [a for a in node.names if a.name.startswith("deepnote_lib")]
                    names |= {alias.asname or "deepnote_lib" for alias in mine}
        return names


Rule = Callable[[Page], Iterator[Finding]]


def for_sections(rule: Rule) -> Rule:
    """절에만 적용하는 규칙으로 만든다."""

    @functools.wraps(rule)
    def wrapped(page: Page) -> Iterator[Finding]:
        return rule(page) if page.is_section else iter(())

    return wrapped
