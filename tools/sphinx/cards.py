"""용어의 카드: 페이지마다 어느 용어에 카드를 달지 정하고, 본문에서 처음 나온 자리에 표시한다.

상자, 제목, 표, 코드, 식, 링크, 굵은 글씨를 뺀 본문의 글만 본다. 소개하는 페이지에는 정의가 이미
있으므로 달지 않는다. 표시마다 탭이 한 번 멈추므로 페이지마다 열두 개까지만 단다. 그보다 많으면 앞의
페이지들에 가장 적게 나온 용어부터 고른다. 여러 번 읽은 용어보다 처음 보는 용어에 설명이 필요하다.
카드에 담을 글은 `card_texts`가 모으고, 카드를 여닫는 일은 `book/_static/cards.js`가 한다.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.transforms.post_transforms import SphinxPostTransform

from tools.facts.glossary import Finder, Term, read_terms
from tools.facts.repository import GLOSSARY, ROOT
from tools.sphinx import metadata

PER_PAGE = 12
GLUE = "_"
# 본문의 글을 담는 그릇. 여기 없는 것(상자, 표, 제목, 굵은 글씨, 코드, 링크) 안은 보지 않는다
PROSE = (
    nodes.document,
    nodes.section,
    nodes.paragraph,
    nodes.bullet_list,
    nodes.enumerated_list,
    nodes.list_item,
    nodes.block_quote,
    nodes.emphasis,
)


class Prose(NamedTuple):
    """페이지 하나의 본문: 글들, 그리고 소개한 용어와 그 소제목의 이름표."""

    texts: tuple[str, ...]
    introduced: dict[str, str]


class term_mark(nodes.General, nodes.Inline, nodes.TextElement):  # noqa: N801 - docutils의 이름 규칙
    """카드를 단 용어. `term`은 용어집의 영어 이름이다."""


class Run(NamedTuple):
    """나란히 놓인 글 노드들. 원본에서 줄을 바꾼 자리에서 글 노드가 나뉜다."""

    nodes: list[nodes.Text]
    glued: bool  # 앞의 식이나 코드에 붙어 있는가? `$x$축`의 ‘축’은 용어의 처음이 아니다

    @property
    def text(self) -> str:
        """용어를 찾을 글. 앞말에 붙은 글은 밑줄로 시작한다."""
        return GLUE * self.glued + "".join(node.astext() for node in self.nodes)


def running_text(node: nodes.Element) -> Iterator[Run]:
    """본문의 글."""
    run: list[nodes.Text] = []
    before: nodes.Node | None = None
    for child in node.children:
        if isinstance(child, nodes.Text):
            run.append(child)
            continue
        if run:
            yield Run(run, isinstance(before, (nodes.math, nodes.literal)))
        run, before = [], child
        if isinstance(child, PROSE):
            yield from running_text(child)
    if run:
        yield Run(run, isinstance(before, (nodes.math, nodes.literal)))


def introduced_terms(document: nodes.document) -> dict[str, str]:
    """`**용어**(english)`로 소개한 말과, 그것을 감싼 가장 안쪽 소제목의 이름표."""
    found: dict[str, str] = {}
    for strong in document.findall(nodes.strong):
        after = strong.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text) and after.startswith("("):
            section = strong.parent
            while section and not isinstance(section, nodes.section):
                section = section.parent
            if section:
                found.setdefault(" ".join(strong.astext().split()), section["ids"][0])
    return found


def reading_order(env: BuildEnvironment) -> list[str]:
    """목차에서 읽는 순서대로의 페이지. 목차에 없는 페이지는 끝에 둔다."""
    order: dict[str, None] = {}

    def walk(page: str) -> None:
        if page not in order:
            order[page] = None
            for child in env.toctree_includes.get(page, []):
                walk(child)

    walk(env.config.root_doc)
    return list(dict.fromkeys([*order, *sorted(env.found_docs)]))


def choose(
    prose: Mapping[str, Prose], order: Sequence[str], terms: Sequence[Term]
) -> dict[str, list[str]]:
    """페이지마다 카드를 달 용어. 본문에 처음 나온 순서대로."""
    finder = Finder(terms)
    earlier: Counter[str] = Counter()  # 용어마다, 앞에서 그 용어가 나온 페이지의 수
    chosen: dict[str, list[str]] = {}
    for page in order:
        if page not in prose:
            continue
        texts, introduced = prose[page]
        used = {term.en: term for text in texts for _, _, term in finder.find(text)}
        wanted = [
            name
            for name, term in used.items()
            if term.definition
            and page != term.section
            and page not in term.other_sense
            and not set(term.surfaces) & set(introduced)
        ]
        newest = set(sorted(wanted, key=lambda name: earlier[name])[:PER_PAGE])
        chosen[page] = [name for name in wanted if name in newest]
        earlier.update(used.keys() | {term.en for term in terms if term.section == page})
    return chosen


class CollectProse(EnvironmentCollector):
    """페이지마다 본문의 글과 소개한 용어를 기억한다. 용어집만 바뀌어도 다시 고를 수 있다."""

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        texts = tuple(run.text for run in running_text(doctree))
        prose_of(app.env)[app.env.docname] = Prose(texts, introduced_terms(doctree))

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        prose_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        prose_of(env).update({name: prose_of(other)[name] for name in docnames})


def prose_of(env: BuildEnvironment) -> dict[str, Prose]:
    """페이지 이름 → 본문."""
    if not hasattr(env, "deepnote_prose"):
        env.deepnote_prose = {}  # type: ignore[attr-defined]
    found: dict[str, Prose] = env.deepnote_prose  # type: ignore[attr-defined]
    return found


def glossary(app: Sphinx) -> list[Term]:
    """빌드하는 책의 용어집. 없으면 용어도 없다."""
    path = Path(app.srcdir, GLOSSARY.relative_to(ROOT))
    return read_terms(path) if path.exists() else []


def update(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """카드를 달 용어를 다시 고르고, 달라져서 다시 써야 할 페이지를 반환한다.

    한 페이지에 용어를 더하면 뒤의 페이지가 고르는 용어도 달라질 수 있다.
    """
    before: dict[str, list[str]] = getattr(env, "deepnote_marks", {})
    now = choose(prose_of(env), reading_order(env), glossary(app))
    env.deepnote_marks = now  # type: ignore[attr-defined]
    return {page for page in now if now[page] != before.get(page)}


class MarkTerms(SphinxPostTransform):
    """고른 용어가 본문에 처음 나온 자리에 표시한다. 조판이 조사를 묶기 전이다."""

    default_priority = 880
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        marks: dict[str, list[str]] = self.env.deepnote_marks  # type: ignore[attr-defined]
        waiting = set(marks.get(self.env.docname, ()))
        if not waiting:
            return
        finder = Finder(glossary(self.app))
        for run in list(running_text(self.document)):
            mark_run(run, finder, waiting)


def mark_run(run: Run, finder: Finder, waiting: set[str]) -> None:
    """나란한 글에서 기다리던 용어를 표시하고, 표시한 용어는 `waiting`에서 뺀다."""
    text, end = run.text, len(GLUE) * run.glued
    parts: list[nodes.Node] = []
    for start, stop, term in finder.find(text):
        if term.en in waiting:
            waiting.remove(term.en)
            mark = term_mark("", text[start:stop], term=term.en)
            parts += [nodes.Text(text[end:start]), mark]
            end = stop
    if parts:
        parent = run.nodes[0].parent
        # Text끼리는 글이 같으면 같다고 보므로 바로 이 노드를 찾는다
        first = next(i for i, child in enumerate(parent.children) if child is run.nodes[0])
        parent[first : first + len(run.nodes)] = [*parts, nodes.Text(text[end:])]


def visit_mark(self: Any, node: term_mark) -> None:
    """HTML: 스크립트가 없으면 보통 글로 남는 span."""
    attributes = {"CLASS": "dn-term", "data-term": node["term"]}
    self.body.append(self.starttag(node, "span", "", **attributes))


def depart_mark(self: Any, node: term_mark) -> None:
    """HTML: 용어를 닫는다."""
    self.body.append("</span>")


def visit_plain(self: Any, node: term_mark) -> None:
    """HTML이 아닌 형식에서는 글만 남긴다."""


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    mark, plain = (visit_mark, depart_mark), (visit_plain, visit_plain)
    app.add_node(term_mark, html=mark, singlehtml=mark, latex=plain, text=plain)
    app.add_env_collector(CollectProse)
    app.add_post_transform(MarkTerms)
    app.connect("env-get-updated", update)
    return metadata()
