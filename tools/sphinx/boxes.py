"""책의 상자(`box`).

`:::{box} 자주 하는 실수: 부호를 거꾸로`처럼 쓴다. 제목의 첫 부분이 종류를 정하고, 쌍점 뒤는
부제목이다. 접히는 상자는 브라우저의 `<details>`로 만들어 키보드와 화면 낭독기에서 그대로 쓸 수
있다.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import (
    exercise_enumerable_node,
    exercise_node,
    solution_node,
)

from tools.facts.boxes import KINDS, split_title
from tools.sphinx import metadata

COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)


class BoxError(SphinxError):
    """상자를 잘못 쓴 곳을 알리고 빌드를 멈춘다."""

    category = "상자 오류"


def parse_title(title: str) -> tuple[str, str]:
    """제목을 (종류, 부제목)으로 나눈다. 모르는 종류는 오류다."""
    name, subtitle = split_title(title)
    if name not in KINDS:
        raise ValueError(
            f"box: 제목은 {', '.join(KINDS)} 가운데 하나로 시작해야 합니다. 받은 제목={title}"
        )
    return name, subtitle


class box_node(nodes.Admonition, nodes.Element):  # noqa: N801 - docutils의 이름 규칙
    """상자 하나. `folded`가 참이면 접힌 채로 나온다."""


class box_title(nodes.TextElement):  # noqa: N801
    """상자의 제목 줄."""


def make_title(kind: str, subtitle: list[nodes.Node], *, folded: bool) -> box_title:
    """종류 이름과 부제목으로 제목 줄을 만든다."""
    title = box_title(folded=folded)
    title += nodes.inline("", kind, classes=["box-kind"])
    if subtitle:
        title += nodes.Text(" ")
        title += nodes.inline("", "", *subtitle, classes=["box-subtitle"])
    return title


class BoxDirective(SphinxDirective):
    """`:::{box} 종류: 부제목`."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"label": directives.unchanged_required, "class": directives.class_option}

    def run(self) -> list[nodes.Node]:
        try:
            name, subtitle = parse_title(self.arguments[0])
        except ValueError as error:
            source, line = self.get_source_info()
            raise BoxError(f"{source}:{line}: {error}") from None
        kind = KINDS[name]
        inline, messages = self.state.inline_text(subtitle, self.lineno) if subtitle else ([], [])
        node = box_node(folded=kind.folded)
        node["classes"] += [f"box-{kind.css}", *self.options.get("class", [])]
        self.set_source_info(node)
        node += make_title(name, inline, folded=kind.folded)
        if "label" in self.options:
            self.options["name"] = self.options["label"]
            self.add_name(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node, *messages]


class DropHtmlComments(SphinxTransform):
    """`<!-- run: … -->` 같은 주석을 글에서 없앤다. 검색 색인에도 남지 않는다."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(nodes.raw)):
            if "html" in node.get("format", "") and COMMENT.fullmatch(node.astext()):
                node.parent.remove(node)


class FinishBoxes(SphinxPostTransform):
    """연습문제·풀이를 상자 모양으로 맞춘다(제목과 번호가 정해진 뒤에 실행된다)."""

    default_priority = 30

    def run(self, **kwargs: Any) -> None:
        kinds = (exercise_node, exercise_enumerable_node, solution_node)
        for node in list(self.document.findall(lambda n: isinstance(n, kinds))):
            for child in node.children:
                if isinstance(child, nodes.section):
                    child["ids"] = []  # 페이지마다 같은 id가 되풀이된다
                    child["classes"].append("box-body")
            if isinstance(node, solution_node):
                self._solution(node)
            elif isinstance(node.children[0], nodes.title):
                self._subtitle(node.children[0])

    @staticmethod
    def _solution(node: solution_node) -> None:
        folded = "dropdown" in node["classes"]
        box = box_node(folded=folded, ids=node["ids"], names=node["names"])
        box["classes"] = ["box-solution", *(c for c in node["classes"] if c != "dropdown")]
        box += make_title("풀이", [], folded=folded)
        for child in node.children[1:]:
            box += child
        node.parent.replace(node, box)  # replace_self()는 dropdown 클래스를 되살린다

    @staticmethod
    def _subtitle(title: nodes.title) -> None:
        # sphinx-exercise는 부제목을 괄호로 싼다: [" (", …, ")"]
        texts = [c.astext() for c in title.children]
        if len(texts) > 2 and " (" in texts and texts[-1] == ")":
            start = texts.index(" (")
            inner = title.children[start + 1 : -1]
            title.children = title.children[:start]
            title += nodes.Text(" ")
            title += nodes.inline("", "", *inner, classes=["box-subtitle"])


def visit_box(self: Any, node: box_node) -> None:
    """HTML: 접히는 상자는 details, 아니면 div."""
    tag = "details" if node["folded"] else "div"
    self.body.append(self.starttag(node, tag, CLASS="box admonition"))


def depart_box(self: Any, node: box_node) -> None:
    """HTML: 상자를 닫는다."""
    self.body.append("</div></details>\n" if node["folded"] else "</div>\n")


def visit_title(self: Any, node: box_title) -> None:
    """HTML: 제목 줄."""
    tag = "summary" if node["folded"] else "p"
    self.body.append(self.starttag(node, tag, "", CLASS="admonition-title"))


def depart_title(self: Any, node: box_title) -> None:
    """HTML: 제목 줄을 닫고, 접히는 상자라면 내용을 연다."""
    self.body.append("</summary>\n<div class='box-content'>" if node["folded"] else "</p>\n")


def visit_plain(self: Any, node: nodes.Element) -> None:
    """HTML이 아닌 형식에서는 상자 없이 글만 남긴다."""


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.setup_extension("sphinx_exercise")
    plain = (visit_plain, visit_plain)
    box = (visit_box, depart_box)
    app.add_node(box_node, html=box, singlehtml=box, latex=plain, text=plain)
    title = (visit_title, depart_title)
    app.add_node(box_title, html=title, singlehtml=title, latex=plain, text=plain)
    app.add_directive("box", BoxDirective)
    app.add_transform(DropHtmlComments)
    app.add_post_transform(FinishBoxes)
    return metadata()
