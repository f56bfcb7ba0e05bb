"""카드에 담을 글: 용어의 정의, 식, 이름표가 가리키는 곳의 제목과 첫 문장을 `cards-data.js`에 적는다.

글은 페이지를 읽을 때 모아 환경에 두고, 번호와 링크의 글은 파일에 적을 때 정한다. 그래서 한 페이지만
다시 읽어도 파일은 처음부터 빌드한 것과 같다. 스크립트 파일이라서 `file://`로 연 책도 읽을 수 있다.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx_exercise.nodes import exercise_subtitle, exercise_title

from tools.facts.boxes import KINDS
from tools.facts.glossary import Term
from tools.sphinx import metadata
from tools.sphinx.boxes import box_node, box_title
from tools.sphinx.cards import glossary, prose_of
from tools.sphinx.numbering import page_number

GOAL = "이 절을 마치면"
FILE = "cards-data.js"
END = re.compile(r"[.?!][”’)]*(?=\s|$)")  # 문장의 끝
REFERENCE = re.compile("\x02(.*?)\x03")  # 아직 글이 정해지지 않은 참조
WRAPPED = {nodes.strong: "strong", nodes.literal: "code"}


class Target(NamedTuple):
    """이름표가 가리키는 곳. `kind`는 페이지, 소제목, 상자, 식이거나 번호를 세는 종류(그림 등)이다.

    `anchor`는 번호를 찾을 때 쓰는 id다.
    """

    kind: str
    title: str
    body: str
    anchor: str


def to_html(node: nodes.Node) -> str:
    """글줄을 HTML로 적는다. 다른 곳의 참조는 이름표를 남겨 두고, 모르는 것은 뺀다."""
    if isinstance(node, nodes.Text):
        return html.escape(" ".join(re.split(r"\s+", node.astext())), quote=False)
    if isinstance(node, nodes.math):
        latex = html.escape(node.astext(), quote=False)
        return rf'<span class="math notranslate nohighlight">\({latex}\)</span>'
    if isinstance(node, addnodes.pending_xref) and not node.get("refexplicit"):
        return f"\x02{node['reftarget']}\x03"
    if isinstance(node, (nodes.raw, nodes.image, nodes.footnote_reference)):
        return ""
    inner = "".join(to_html(child) for child in node.children)
    tag = WRAPPED.get(type(node))
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def first_sentence(paragraph: nodes.Element | None) -> str:
    """문단의 첫 문장."""
    found = ""
    for child in paragraph.children if paragraph else ():
        end = END.search(child.astext())
        if isinstance(child, nodes.Text) and end:
            return found + to_html(nodes.Text(child.astext()[: end.end()]))
        found += to_html(child)
        if end and end.end() == len(child.astext()):
            break
    return found.strip()


def opening(section: nodes.section) -> str:
    """절의 첫 문장. 학습 목표가 있으면 첫 목표를 한 문장으로 잇는다. 장면보다 내용을 먼저 알린다."""
    goal = f"box-{KINDS[GOAL].css}"
    for box in section.children:
        if isinstance(box, box_node) and goal in box["classes"]:
            return f"{GOAL} {first_sentence(next(iter(box.findall(nodes.paragraph)), None))}"
    paragraphs = (child for child in section.children if isinstance(child, nodes.paragraph))
    return first_sentence(next(paragraphs, None))


def display(node: nodes.math_block) -> str:
    """따로 한 줄을 차지하는 식. Sphinx가 페이지에 적는 것과 같다."""
    latex = html.escape(node.astext(), quote=False)
    if node.get("nowrap"):
        return latex
    parts = [part for part in latex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    if len(parts) > 1:
        joined = r"\\".join(parts)
        return rf"\[\begin{{aligned}}{joined}\end{{aligned}}\]"
    return rf"\[{''.join(parts)}\]"


def read_target(node: nodes.Element, figtype: str | None) -> Target | None:
    """이름표가 붙은 노드의 제목과 첫 문장. 보여 줄 제목이 없으면 None이다."""
    anchor = node["ids"][0]
    if isinstance(node, nodes.section):
        kind = "페이지" if isinstance(node.parent, nodes.document) else "소제목"
        return Target(kind, to_html(node[0]), opening(node), anchor)
    titles = (nodes.title, nodes.caption, box_title)
    title = next((child for child in node.children if isinstance(child, titles)), None)
    if isinstance(title, exercise_title):  # ‘연습문제’라는 글뿐이고, 쓴 사람의 제목은 부제목이다
        title = next(iter(title.findall(exercise_subtitle)), None)
    if not figtype and title is None:
        return None
    inside = node.findall(nodes.paragraph) if isinstance(node, nodes.Admonition) else ()
    body = first_sentence(next(iter(inside), None))
    return Target(figtype or "상자", to_html(title) if title else "", body, anchor)


class Labels(NamedTuple):
    """페이지 하나의 이름표: id마다 가리키는 곳, 그리고 이 페이지가 가리키는 이름표들."""

    targets: dict[str, Target]
    referred: frozenset[str]


class CollectLabels(EnvironmentCollector):
    """페이지마다 이름표가 가리키는 곳과, 다른 곳을 가리키는 참조를 기억한다."""

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        standard = app.env.domains["std"]
        found: dict[str, Target] = {}
        for name, explicit in doctree.nametypes.items():
            anchor = str(doctree.nameids.get(name)) if explicit else ""
            node = doctree.ids.get(anchor)
            if isinstance(node, nodes.target) and "refid" in node:
                node = doctree.ids.get(node["refid"])
            if node is None or not node.get("ids"):
                continue
            figtype = standard.get_enumerable_node_type(node)
            if target := read_target(node, figtype):
                found[anchor] = target
        for node in doctree.findall(nodes.math_block):
            if node.get("label"):
                anchor = node["ids"][0]
                found[anchor] = Target("식", "", display(node), anchor)
        references = doctree.findall(addnodes.pending_xref)
        referred = frozenset(reference["reftarget"] for reference in references)
        labels_of(app.env)[app.env.docname] = Labels(found, referred)

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        labels_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        labels_of(env).update({name: labels_of(other)[name] for name in docnames})


def labels_of(env: BuildEnvironment) -> dict[str, Labels]:
    """페이지 이름 → 이름표."""
    if not hasattr(env, "deepnote_labels"):
        env.deepnote_labels = {}  # type: ignore[attr-defined]
    found: dict[str, Labels] = env.deepnote_labels  # type: ignore[attr-defined]
    return found


class Writer:
    """모은 글에 번호와 링크의 글을 채운다."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.env = env
        self.labels = labels_of(env)
        self.equations = env.domains["math"].data["objects"]

    def find(self, label: str) -> tuple[str, str, Target] | None:
        """이름표가 가리키는 (페이지, id, 곳)."""
        page, anchor = self.env.domains["std"].data["anonlabels"].get(label, ("", ""))
        if label in self.equations:
            page, anchor = self.equations[label][0], f"equation-{label}"
        target = self.labels[page].targets.get(anchor) if page in self.labels else None
        return (page, anchor, target) if target else None

    def page(self, name: str) -> str:
        """페이지의 번호와 제목."""
        return f"{page_number(self.env, name)} {to_html(self.env.titles[name])}".strip()

    def number(self, page: str, target: Target) -> str:
        """식이나 그림, 문제의 번호. `식 (3.4)`처럼 종류를 함께 적고, 번호가 없으면 빈 글이다."""
        kind = "displaymath" if target.kind == "식" else target.kind
        numbers = self.env.toc_fignumbers.get(page, {}).get(kind, {}).get(target.anchor)
        shown = ".".join(map(str, numbers or ()))
        if target.kind == "식":
            label = target.anchor.removeprefix("equation-")
            return f"식 ({shown or self.equations[label][1]})"
        form = self.env.config.numfig_format.get(target.kind, "%s")
        return str(form).replace("%s", shown) if shown else ""

    def heading(self, page: str, target: Target) -> str:
        """카드의 제목."""
        if target.kind == "페이지":
            return self.page(page)
        return f"{self.number(page, target)} {self.fill(target.title)}".strip()

    def fill(self, text: str) -> str:
        """글 속의 참조를 번호나 제목으로 바꾼다."""
        return REFERENCE.sub(lambda match: self.name(match[1]), text)

    def name(self, label: str) -> str:
        """이름표를 가리키는 링크의 글."""
        if found := self.find(label):
            page, _, target = found
            return self.number(page, target).removeprefix("식 ") or self.fill(target.title)
        return ""


def card_data(env: BuildEnvironment, terms: Sequence[Term]) -> dict[str, Any]:
    """카드에 담을 모든 글."""
    writer, prose = Writer(env), prose_of(env)
    shown = {}
    for term in terms:
        if term.definition and term.section in prose:
            known = prose[term.section].introduced
            anchors = [known[surface] for surface in term.surfaces if surface in known]
            address = "#".join([term.section, *anchors[:1]])
            english = ", ".join([re.sub(r" \([^)]*\)$", "", term.en), *term.acronyms])
            shown[term.en] = [term.surfaces[0], english, term.definition, address]
    referred = frozenset[str]().union(*(labels.referred for labels in labels_of(env).values()))
    targets = {
        f"{page}#{anchor}": [writer.heading(page, target), writer.fill(target.body)]
        for page, anchor, target in filter(None, map(writer.find, referred))
    }
    pages = {name: writer.page(name) for name in env.titles}
    return {"pages": pages, "terms": shown, "targets": targets}


def write_data(app: Sphinx, exception: Exception | None) -> None:
    """카드의 글을 스크립트 파일로 적는다. 달라지지 않았으면 그대로 둔다."""
    if exception or app.builder.format != "html":
        return
    values = card_data(app.env, glossary(app))
    dumped = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path, text = Path(app.outdir, "_static", FILE), f"window.deepnoteCards={dumped};\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.setup_extension("tools.sphinx.cards")
    app.add_env_collector(CollectLabels)
    app.connect("build-finished", write_data)
    return metadata()
