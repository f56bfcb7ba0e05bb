"""이름표가 붙은 식 밑에, 무엇과 비교해 얼마나 같았는지 보여 주는 버튼 ‘✓ 자동 검증’을 단다.

테스트(`tests/equations/`의 `@equation`)가 없거나 페이지의 식이 테스트의 LaTeX와 다르면 경고한다.
책은 경고를 오류로 보고 빌드하므로 빌드가 실패한다. 테스트는 소스만 읽고 실행하지 않는다.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from tools.facts.repository import ROOT
from tools.rules.equations import (
    FOLDER,
    BookEquation,
    EquationTest,
    equation_problems,
    read_tests,
)
from tools.sphinx import metadata

logger = logging.getLogger(__name__)
BUTTON = "✓ 자동 검증"


class equation_mark(nodes.General, nodes.Element):  # noqa: N801 - docutils의 이름 규칙
    """식 밑의 버튼. 글을 담지 않으므로 검색에 걸리지 않는다."""


class CollectEquations(EnvironmentCollector):
    """페이지마다 이름표가 붙은 식과 그 LaTeX를 기억한다."""

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        equations_of(app.env)[app.env.docname] = [
            BookEquation(node["label"], node.astext(), app.env.docname)
            for node in doctree.findall(nodes.math_block)
            if node.get("label")
        ]

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        equations_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        equations_of(env).update({name: equations_of(other)[name] for name in docnames})


def equations_of(env: BuildEnvironment) -> dict[str, list[BookEquation]]:
    """페이지 이름 → 식."""
    if not hasattr(env, "deepnote_equations"):
        env.deepnote_equations = {}  # type: ignore[attr-defined]
    found: dict[str, list[BookEquation]] = env.deepnote_equations  # type: ignore[attr-defined]
    return found


def check_equations(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """식의 문제를 경고하고, 버튼이 달라져 다시 써야 할 페이지를 반환한다.

    바뀐 페이지가 없어도 빌드할 때마다 실행된다. 테스트만 지우고 다시 빌드해도 알아채야 한다.
    """
    tests = {test.label: test for test in read_tests(Path(app.config.equations_folder))}
    before, changed = getattr(env, "deepnote_tests", {}), set()
    for page, equations in equations_of(env).items():
        for equation in equations:
            test = tests.get(equation.label)
            for problem in equation_problems(equation, [test] if test else []):
                message = problem.removeprefix(f"{page}: ")
                logger.warning(message, location=page, type="equations", subtype="unverified")
            if before.get(equation.label) != test:
                changed.add(page)
    env.deepnote_tests = tests  # type: ignore[attr-defined]
    return changed


class MarkEquations(SphinxPostTransform):
    """식마다 바로 뒤에 버튼을 놓는다."""

    default_priority = 910
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        tests: dict[str, EquationTest] = self.env.deepnote_tests  # type: ignore[attr-defined]
        for node in list(self.document.findall(nodes.math_block)):
            if test := tests.get(node.get("label")):
                mark = equation_mark(sentences=explain(test))
                node.parent.insert(node.parent.index(node) + 1, mark)


def explain(test: EquationTest) -> list[str]:
    """버튼을 누르면 나오는 문장들."""
    found = [
        f"비교 방법: {test.compared}",
        f"무작위 수 {test.seeds}벌에서 {tolerance(test)} 안에서 같았습니다.",
    ]
    if test.changes:
        found.append(
            f"부호나 연산, 첨자를 한 군데씩 바꾼 {test.changes}가지에서는 값이 달라지는 것까지 "
            "확인합니다."
        )
    found.append(
        "테스트는 이 페이지에 적힌 식을 글자 그대로 지니고 있어서, 식을 고치면 누군가 다시 확인할 "
        "때까지 실패합니다."
    )
    return found


def tolerance(test: EquationTest) -> str:
    """허용 오차를 말로 적은 것. 상대 오차를 쓰지 않는 테스트는 절대 오차로 적는다."""
    if not test.rtol:
        return f"절대 오차 {short(test.atol)}"
    return f"상대 오차 {short(test.rtol)}(0에 가까운 값은 절대 오차 {short(test.atol)})"


def short(number: float) -> str:
    """짧게 적은 수.

    >>> short(1e-9), short(0.01)
    ('1e-9', '0.01')
    """
    return f"{number:g}".replace("e-0", "e-")


def visit_mark(self: Any, node: equation_mark) -> None:
    """HTML: 스크립트 없이 키보드와 화면 낭독기로 펼칠 수 있는 details."""
    items = "".join(f"<p>{to_html(sentence)}</p>" for sentence in node["sentences"])
    self.body.append(
        f'<details class="equation-mark"><summary>{BUTTON}</summary>'
        f'<div class="equation-mark-content">{items}</div></details>\n'
    )
    raise nodes.SkipNode


def to_html(sentence: str) -> str:
    """백틱으로 감싼 이름은 코드로 보인다."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(sentence, quote=False))


def skip_mark(self: Any, node: equation_mark) -> None:
    """HTML이 아닌 형식에는 표시하지 않는다."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.add_config_value("equations_folder", str(ROOT / FOLDER), "env")
    skip = (skip_mark, None)
    mark = (visit_mark, None)
    app.add_node(equation_mark, html=mark, singlehtml=mark, latex=skip, text=skip)
    app.add_env_collector(CollectEquations)
    app.add_post_transform(MarkEquations)
    app.connect("env-get-updated", check_equations)
    return metadata()
