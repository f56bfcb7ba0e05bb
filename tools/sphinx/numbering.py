"""장과 절에만 번호를 붙인다: `2장`, `2.1`. 참고 자료(`book/reference/`)에는 번호가 없다.

Sphinx는 장 첫 페이지 안의 소제목까지 세어 절 번호가 밀린다. 여기서는 `_toc.yml`의 순서만 센다.
그림·식·문제의 번호는 장마다 새로 시작하며, Sphinx가 세게 둔다.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

from tools.sphinx import metadata

REFERENCE = "book/reference/"
Number = tuple[str | int, ...]


def number_pages(root: str, children: dict[str, list[str]]) -> dict[str, tuple[int, ...]]:
    """페이지 이름 → 장과 절의 번호.

    >>> number_pages("book/index", {"book/index": ["a/index"], "a/index": ["a/x", "a/y"]})
    {'a/index': (1,), 'a/x': (1, 1), 'a/y': (1, 2)}
    """
    numbers: dict[str, tuple[int, ...]] = {}
    chapters = [page for page in children.get(root, []) if not page.startswith(REFERENCE)]
    for i, chapter in enumerate(chapters, 1):
        numbers[chapter] = (i,)
        for j, section in enumerate(children.get(chapter, []), 1):
            numbers[section] = (i, j)
    return numbers


def shown(number: tuple[int, ...]) -> Number:
    """화면에 나오는 번호.

    >>> shown((2,)), shown((2, 1))
    (('2장',), (2, 1))
    """
    return (f"{number[0]}장",) if len(number) == 1 else number


def page_number(env: BuildEnvironment, page: str) -> str:
    """페이지의 번호: `3장`, `3.2`. 번호가 없는 페이지는 빈 글이다."""
    return ".".join(map(str, env.toc_secnumbers.get(page, {}).get("") or ()))


def numbered_title(env: BuildEnvironment, page: str) -> str:
    """번호와 제목: `3.2 점수를 확률로: 소프트맥스`."""
    return f"{page_number(env, page)} {env.titles[page].astext()}".strip()


def take_over(app: Sphinx) -> None:
    """번호 매기기를 Sphinx의 수집기에서 넘겨받는다.

    수집기는 제가 붙인 번호를 우리가 바꾼 번호와 비교한다. 그래서 빌드할 때마다 모든 페이지가
    달라졌다고 한다.
    """
    for listener in list(app.events.listeners.get("env-get-updated", [])):
        collector = getattr(listener.handler, "__self__", None)
        if isinstance(collector, TocTreeCollector):
            app.disconnect(listener.id)
            app.connect("env-get-updated", lambda _, env, by=collector: assign(env, by))


def assign(env: BuildEnvironment, collector: TocTreeCollector) -> list[str]:
    """장과 절, 그림과 식의 번호를 정한다. 무엇을 다시 쓸지는 `freshness`가 정한다."""
    children = {page: list(pages) for page, pages in env.toctree_includes.items()}
    numbers = number_pages(env.config.root_doc, children)
    # 그림과 식은 수만으로 된 장 번호를 앞에 붙인다
    env.toc_secnumbers = {page: {"": number} for page, number in numbers.items()}
    collector.assign_figure_numbers(env)
    for page, number in numbers.items():
        show(env, page, shown(number))
    return []


def show(env: BuildEnvironment, page: str, number: Number) -> None:
    """페이지의 제목과 목차에 번호를 붙이고, 소제목에는 붙이지 않는다."""
    anchors: dict[str, Any] = {"": number}
    for position, reference in enumerate(env.tocs[page].findall(nodes.reference)):
        anchor = reference.get("anchorname", "")
        anchors[anchor] = None if position else number
        reference["secnumber"] = anchors[anchor]
    env.toc_secnumbers[page] = anchors
    for titles in (env.titles, env.longtitles):
        if page in titles:
            titles[page]["secnumber"] = number


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.connect("builder-inited", take_over)
    return metadata()
