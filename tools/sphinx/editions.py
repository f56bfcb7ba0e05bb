"""페이지를 쓸 때 같은 문서에서 노트북 두 판을 함께 쓴다: 배우는 사람의 것과 가르치는 사람의 것.

번호와 링크와 글이 풀린 문서를 그대로 옮기므로 페이지와 어긋날 수 없고, 달라진 페이지의 노트북만 다시
쓴다. `_build/notebooks/learner/`와 `_build/notebooks/instructor/`에 책의 폴더대로 놓고, 배우는 사람의
것과 그것이 설치하는 wheel은 내려받을 수 있도록 사이트의 `_static/`에도 둔다.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import exercise_enumerable_node

from tools.editions import first_cell, wheel
from tools.facts.contents import EXAM
from tools.facts.repository import NOTEBOOK_BRANCH, site
from tools.rules.bank import entries
from tools.sphinx import metadata
from tools.sphinx.commonmark import Check, Heading, Piece, Renderer
from tools.sphinx.numbering import page_number
from tools.sphinx.questions import quiz_node

BOOK = "book/"
EDITIONS = ("learner", "instructor")
EXAM_CELL = "exam"
CHECK_CELL = "check-"
Cell = dict[str, Any]


# 자리 ----------------------------------------------------------------------------------------


def folder_of(app: Sphinx) -> Path:
    """두 판을 쓰는 폴더."""
    return Path(app.outdir).parent / "notebooks"


def source_of(env: BuildEnvironment, page: str) -> Path | None:
    """페이지의 노트북. 노트북이 아닌 페이지이면 None."""
    path = Path(env.doc2path(page))
    return path if path.suffix == ".ipynb" else None


def relative(page: str) -> Path:
    """판의 폴더 안에서 노트북의 자리."""
    return Path(f"{page.removeprefix(BOOK)}.ipynb")


def notebook_pages(env: BuildEnvironment) -> list[str]:
    """노트북인 페이지."""
    return [page for page in sorted(env.found_docs) if source_of(env, page)]


# 번호와 링크 ---------------------------------------------------------------------------------


class Names:
    """페이지 하나에서 본 번호, 링크의 글과 주소."""

    def __init__(self, env: BuildEnvironment, page: str) -> None:
        self.env, self.page = env, page
        self.uri = uri_of_page(page)
        self.pages = {uri_of_page(name): name for name in env.found_docs}

    def number(self, node: nodes.Element) -> str:
        """식은 `3.6`, 문제는 `확인 문제 3.7`. 번호가 없으면 빈 글이다."""
        kind = kind_of(node)
        if not kind or not node["ids"]:
            return ""
        # node["number"]는 페이지 안의 순서라서 쓰지 않는다
        found = self.env.toc_fignumbers.get(self.page, {}).get(kind, {}).get(node["ids"][0])
        joined = ".".join(map(str, found or ()))
        if kind == "displaymath" or not joined:
            return joined
        return str(self.env.config.numfig_format[kind] % joined)

    def of_page(self, page: str) -> str:
        """페이지의 번호: `3.2절`, `3장`. 번호가 없는 페이지는 빈 글이다."""
        number = page_number(self.env, page)
        return number if not number or number.endswith("장") else f"{number}절"

    def uri_of(self, link: nodes.reference) -> str:
        """어디서 열어도 되는 주소."""
        target = f"#{link['refid']}" if "refid" in link else str(link["refuri"])
        return urljoin(self.uri, target)

    def name_of(self, link: nodes.reference) -> str | None:
        """페이지를 가리키는 링크의 글: `3.2절(소프트맥스)`. 다른 링크는 None이다."""
        page = self.pages.get(self.uri_of(link).partition("#")[0])
        inner = link.children[0] if link.children else None
        if (
            page is None
            or not isinstance(inner, nodes.Element)
            or "std-ref" not in inner["classes"]
        ):
            return None
        title = link.astext().rpartition(": ")[2]
        number = self.of_page(page)
        return f"{number}({title})" if number else title


def uri_of_page(page: str) -> str:
    """펴낸 페이지의 주소."""
    return f"{site()}/{page}.html"


def kind_of(node: nodes.Element) -> str:
    """Sphinx가 번호를 세는 종류."""
    if isinstance(node, nodes.math_block):
        return "displaymath"
    if isinstance(node, quiz_node):
        return "quiz"
    return "exercise" if isinstance(node, exercise_enumerable_node) else ""


# 노트북 --------------------------------------------------------------------------------------


class Edition:
    """페이지 하나의 한 판."""

    def __init__(self, name: str, names: Names, source: NotebookNode) -> None:
        self.name, self.names, self.source = name, names, source
        self.texts: list[str] = []
        self.cells: list[Cell] = []

    def instead_of(self, box: nodes.Element) -> str | None:
        """이 판에서 빼는 상자 대신 적을 글. 빼지 않으면 None이다."""
        if self.name == "instructor":
            return None
        if {"box-teacher", "practice-hint"} & set(box["classes"]):
            return ""
        if "box-solution" in box["classes"] and "key" not in box["classes"]:
            return f"[풀이]({self.names.uri}#{box['ids'][0]})는 책의 페이지에 있습니다."
        return None

    def build(self, document: nodes.document, install: str, exam: str) -> NotebookNode:
        """풀린 문서를 노트북으로 옮긴다."""
        names = self.names
        render = Renderer(names.name_of, names.uri_of, names.number, self.instead_of)
        pieces = list(render.pieces(document))
        first = new_cell("code", first_cell.NAME, install)
        self.cells.append(first | {"metadata": first_cell.METADATA})
        self._fill(pieces, render.dropped)
        if exam and self.name == "instructor":
            self.cells.append(new_cell("markdown", EXAM_CELL, f"## 시험 문제\n\n{exam}"))
        kept = {key: self.source.metadata[key] for key in ("kernelspec", "language_info")}
        about = {"deepnote": {"edition": self.name, "page": names.uri}}
        result = nbformat.from_dict(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": kept | about, "cells": self.cells}
        )
        nbformat.validate(result)  # 셀을 하나씩 만들며 검사하면 몇 배 느리다
        return result

    def _fill(self, pieces: list[Piece], dropped: set[int]) -> None:
        """조각들을 셀로 묶는다. 페이지에서 감춘 코드 셀(remove-cell)도 제자리에 넣는다."""
        shown = {piece for piece in pieces if isinstance(piece, int)} | dropped
        hidden = [
            place
            for place, cell in enumerate(self.source.cells)
            if cell.cell_type == "code" and place not in shown
        ]
        for piece in pieces:
            if isinstance(piece, str):
                self.texts.append(piece)
                continue
            self._flush()
            if isinstance(piece, Heading):
                self._heading(piece)
                continue
            if isinstance(piece, Check):
                self.cells.append(check_cell(piece))
                continue
            while hidden and hidden[0] < piece:
                self._copy(hidden.pop(0))
            self._copy(piece)
        self._flush()
        for place in hidden:
            self._copy(place)

    def _heading(self, heading: Heading) -> None:
        """제목. 페이지의 제목에는 번호와, 어느 페이지의 노트북인지를 적는다."""
        if heading.level > 1:
            self.texts.append(f"{'#' * heading.level} {heading.text}")
            return
        number = self.names.of_page(self.names.page).removesuffix("절")
        self.texts += [
            f"# {number} {heading.text}" if number else f"# {heading.text}",
            f"[책의 이 페이지]({self.names.uri})에서 만든 노트북입니다. 맨 위 셀이 `deepnote_lib`를 "
            "찾거나 설치하므로, 위에서부터 차례로 실행하세요.",
        ]

    def _flush(self) -> None:
        """모아 둔 글을 셀 하나로 만든다."""
        if self.texts:
            count = sum(cell["cell_type"] == "markdown" for cell in self.cells) + 1
            self.cells.append(new_cell("markdown", f"text-{count}", "\n\n".join(self.texts)))
            self.texts = []

    def _copy(self, place: int) -> None:
        """원본의 코드 셀. 태그는 남기고, 책만 쓰는 메타데이터는 버린다."""
        cell = self.source.cells[place]
        new = new_cell("code", cell.id, cell.source, tags=cell.metadata.get("tags", ()))
        if self.name == "instructor":
            new |= {"outputs": cell.outputs, "execution_count": cell.execution_count}
        self.cells.append(new)


def check_cell(check: Check) -> Cell:
    """답을 확인하는 셀. 힌트는 노트북에 적지 않고, 부르면 한 단계씩 나온다."""
    code = check.code.replace("import check\n", "import check, hint\n")
    help_line = f'# 막히면 hint("{check.label}")를 실행하세요. 한 단계씩 도와줍니다'
    return new_cell("code", f"{CHECK_CELL}{check.label}", f"{code}\n{help_line}")


def new_cell(kind: str, name: str, source: str, *, tags: Iterable[str] = ()) -> Cell:
    """셀 하나."""
    cell: Cell = {"cell_type": kind, "id": name, "source": source}
    cell["metadata"] = {"tags": list(tags)} if tags else {}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def dumps(nb: NotebookNode) -> str:
    """노트북을 저장할 글."""
    return str(nbformat.writes(nb)) + "\n"


def write(path: Path, text: str) -> None:
    """파일을 쓴다. 글이 그대로이면 건드리지 않는다."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# 빌드의 단계 ---------------------------------------------------------------------------------


class WriteEditions(SphinxPostTransform):
    """참조와 번호가 정해진 뒤, 화면만을 위한 것(카드, 조판, 식의 버튼)을 더하기 전의 문서를 쓴다."""

    default_priority = 800
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        page = self.env.docname
        source = source_of(self.env, page)
        if source is None or self.app.builder.name != "html":
            return
        install, exams = prepared(self.app).install, exam_of(self.env)
        nb = nbformat.read(source, as_version=4)
        for name in EDITIONS:
            edition = Edition(name, Names(self.env, page), nb)
            result = edition.build(self.document, install, exams.get(page, ""))
            write(folder_of(self.app) / name / relative(page), dumps(result))


class Prepared:
    """이번 빌드의 wheel과, 그것을 설치하는 맨 앞의 셀."""

    def __init__(self, app: Sphinx) -> None:
        self.wheel = wheel.build(folder_of(app).parent / wheel.FOLDER)
        self.install = first_cell.first_cell(self.wheel)


def prepared(app: Sphinx) -> Prepared:
    """이번 빌드에서 한 번만 준비한다. 노트북이 없는 책은 wheel도 만들지 않는다."""
    if not hasattr(app, "deepnote_editions"):
        app.deepnote_editions = Prepared(app)  # type: ignore[attr-defined]
    found: Prepared = app.deepnote_editions  # type: ignore[attr-defined]
    return found


def exam_of(env: BuildEnvironment) -> dict[str, str]:
    """페이지 → 시험 문제."""
    found: dict[str, str] = getattr(env, "deepnote_exam", {})
    return found


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """시험 문제가 달라졌거나 노트북 파일이 없는 페이지."""
    if app.builder.name != "html":
        return set()
    path = Path(app.srcdir) / EXAM
    found = entries(path.read_text(encoding="utf-8")) if path.is_file() else []
    before, now = exam_of(env), {f"{BOOK}{entry.page}": entry.text for entry in found}
    env.deepnote_exam = now  # type: ignore[attr-defined]
    return {
        page
        for page in notebook_pages(env)
        if before.get(page) != now.get(page)
        or not all((folder_of(app) / name / relative(page)).is_file() for name in EDITIONS)
    }


def publish(app: Sphinx, exception: Exception | None) -> None:
    """없어진 페이지의 노트북을 지우고, 맨 앞의 셀을 지금의 wheel에 맞추고, 사이트에 옮긴다."""
    if exception or app.builder.name != "html":
        return
    pages = [relative(page) for page in notebook_pages(app.env)]
    static = Path(app.outdir) / "_static"
    for folder in (*(folder_of(app) / name for name in EDITIONS), static / "notebooks"):
        for path in list(folder.rglob("*.ipynb")):
            if path.relative_to(folder) not in pages:
                path.unlink()
    if not pages:
        return
    ready = prepared(app)
    for page in pages:
        for name in EDITIONS:
            update_first_cell(folder_of(app) / name / page, ready.install)
        learner = (folder_of(app) / "learner" / page).read_text(encoding="utf-8")
        write(static / "notebooks" / page, learner)
    wheels = static / wheel.FOLDER
    wheels.mkdir(exist_ok=True)
    shutil.copyfile(ready.wheel, wheels / ready.wheel.name)


def update_first_cell(path: Path, install: str) -> None:
    """wheel이 달라졌으면 맨 앞의 셀만 바꾼다."""
    text = path.read_text(encoding="utf-8")
    if "".join(json.loads(text)["cells"][0]["source"]) != install:  # nbformat으로 읽으면 느리다
        nb = nbformat.reads(text, as_version=4)
        nb.cells[0].source = install
        write(path, dumps(nb))


def lead_buttons(
    app: Sphinx, page: str, template: str, context: Mapping[str, Any], tree: nodes.document | None
) -> None:
    """내려받기와 Colab 버튼이 읽는 사람의 노트북으로 가게 한다."""
    is_notebook = page in app.env.found_docs and source_of(app.env, page)
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            group["buttons"] = list(downloads(group["buttons"], page, is_notebook, context))
        elif group.get("label") == "launch-buttons":
            for button in group["buttons"]:
                front, _, _ = button["url"].partition("/blob/")
                place = relative(page).as_posix()
                button["url"] = f"{front}/blob/{NOTEBOOK_BRANCH}/{place}"


def downloads(
    buttons: Iterable[dict[str, Any]], page: str, is_notebook: Any, context: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """내려받기 버튼. 원본은 싣지 않으므로 노트북이 아닌 페이지에는 인쇄만 남긴다."""
    for button in buttons:
        if button.get("label") != "download-source-button":
            yield button
        elif is_notebook:
            place = f"_static/notebooks/{relative(page).as_posix()}"
            yield button | {
                "url": context["pathto"](place, 1),
                "tooltip": "노트북 파일 내려받기",
                "label": "download-notebook-button",
            }


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.setup_extension("tools.sphinx.questions")
    app.add_post_transform(WriteEditions)
    app.connect("env-get-updated", pages_to_write)
    app.connect("html-page-context", lead_buttons, priority=600)  # 테마가 버튼을 만든 다음
    app.connect("build-finished", publish)
    return metadata()
