"""한글 조판: 조사가 앞말에서 떨어져 다음 줄로 넘어가지 않게 한다.

브라우저는 `$W$를`, `` `sum()`을 ``, `가중치(weight)를`, `25%입니다`의 조사 앞에서 줄을 바꿀 수
있다. 수식·코드와 거기 붙은 말, 닫는 괄호와 조사를 `nobr` 클래스로 묶는다. 글자는 바꾸지 않는다.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from tools.facts.particles import LONGEST_ENDING
from tools.sphinx import metadata

BEFORE = re.compile(r"[^\s]{1,4}$")
AFTER = re.compile(rf"^[^\s]{{1,{LONGEST_ENDING}}}")
# 낱말 한가운데지만 브라우저가 줄을 바꾸는 자리: 닫는 괄호나 % 뒤의 한글
CLOSING = re.compile(rf"([)\]%℃]+[가-힣]{{1,{LONGEST_ENDING}}})")
LINK = 12  # 이보다 긴 링크는 묶으면 줄의 길이가 고르지 않다


def cut(before: str, after: str) -> tuple[str, str, str, str]:
    """앞뒤 글을 (앞 나머지, 앞에 붙은 말, 뒤에 붙은 말, 뒤 나머지)로 자른다.

    >>> cut("가중치 (", "를 곱한다")
    ('가중치 ', '(', '를', ' 곱한다')
    """
    head, tail = BEFORE.search(before), AFTER.match(after)
    glued, particle = head[0] if head else "", tail[0] if tail else ""
    return before[: len(before) - len(glued)], glued, particle, after[len(particle) :]


def is_short(node: nodes.Node) -> bool:
    """조사와 묶을 만한 요소인지 본다: 수식, 코드, 짧은 링크."""
    if isinstance(node, nodes.reference):
        return len(node.astext()) <= LINK
    return isinstance(node, (nodes.math, nodes.literal)) and not isinstance(
        node.parent, nodes.reference
    )


def group(*parts: str | nodes.Node) -> nodes.inline:
    """줄을 바꾸지 않을 덩어리를 만든다."""
    inline = nodes.inline("", "", classes=["nobr"])
    inline += [nodes.Text(part) if isinstance(part, str) else part for part in parts if part]
    return inline


class GlueParticles(SphinxPostTransform):
    """글줄 안의 수식·코드·닫는 괄호를 빈칸 없이 붙은 말과 묶는다."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(is_short)):
            self._glue(node)
        for text in list(self.document.findall(nodes.Text)):
            self._close(text)

    @staticmethod
    def _glue(node: nodes.Element) -> None:
        parent = node.parent
        index = parent.index(node)
        before = parent[index - 1] if index else None
        after = parent[index + 1] if index + 1 < len(parent) else None
        head = before.astext() if isinstance(before, nodes.Text) else ""
        tail = after.astext() if isinstance(after, nodes.Text) else ""
        left, glued, particle, right = cut(head, tail)
        if not glued and not particle:
            return
        if glued:
            parent[index - 1] = nodes.Text(left)
        if particle:
            parent[index + 1] = nodes.Text(right)
        parent[index] = nodes.Text("")  # node를 옮길 자리를 먼저 비운다
        parent[index] = group(glued, node, particle)

    @staticmethod
    def _close(text: nodes.Text) -> None:
        parent = text.parent
        skip = (nodes.FixedTextElement, nodes.math, nodes.literal, nodes.raw, nodes.math_block)
        if isinstance(parent, skip) or "nobr" in parent.get("classes", []):
            return
        parts = CLOSING.split(text.astext())
        if len(parts) == 1:
            return
        # Text끼리는 글이 같으면 같다고 보므로 바로 이 노드를 찾는다
        index = next(i for i, child in enumerate(parent.children) if child is text)
        parent[index : index + 1] = [
            group(part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts) if part
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.add_post_transform(GlueParticles)
    return metadata()
