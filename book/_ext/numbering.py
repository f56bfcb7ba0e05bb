"""장과 절에만 번호를 매긴다: `2장`, `2.1`.

Sphinx는 장 첫 쪽 안의 소제목까지 세어 절 번호가 밀린다. 여기서는 `_toc.yml`의 순서만 센다.
그림·식·문제의 번호는 장마다 새로 시작하며 Sphinx가 매긴 것을 그대로 둔다.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

Number = tuple[str | int, ...]


def number_pages(root: str, children: dict[str, list[str]]) -> dict[str, Number]:
    """쪽 이름 → 번호.

    >>> number_pages("book/index", {"book/index": ["a/index"], "a/index": ["a/x", "a/y"]})
    {'a/index': ('1장',), 'a/x': (1, 1), 'a/y': (1, 2)}
    """
    numbers: dict[str, Number] = {}
    for i, chapter in enumerate(children.get(root, []), 1):
        numbers[chapter] = (f"{i}장",)
        for j, section in enumerate(children.get(chapter, []), 1):
            numbers[section] = (i, j)
    return numbers


def renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Sphinx가 매긴 번호를 장·절 번호로 바꾸고, 다시 써야 할 쪽을 돌려준다."""
    children = {doc: list(pages) for doc, pages in env.toctree_includes.items()}
    changed = []
    for doc, number in number_pages(env.config.root_doc, children).items():
        secnumbers: dict[str, Number | None] = {"": number}
        first = True
        for ref in env.tocs[doc].findall(nodes.reference):
            anchor = ref.get("anchorname", "")
            if first:
                ref["secnumber"], first = number, False
                secnumbers[anchor] = number
            else:
                ref.attributes.pop("secnumber", None)
                secnumbers[anchor] = None
        for title in (env.titles.get(doc), env.longtitles.get(doc)):
            if title is not None:
                title["secnumber"] = number
        numbering: dict[str, Any] = env.toc_secnumbers
        if app.env.metadata[doc].get("deepnote_number") != str(number):
            app.env.metadata[doc]["deepnote_number"] = str(number)
            changed.append(doc)
        numbering[doc] = secnumbers
    return changed


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다. Sphinx가 번호를 매긴 뒤에 돈다."""
    app.connect("env-get-updated", renumber, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
