"""이름표 붙은 식 밑에, 무작위 수로 검산했다는 작은 표시를 단다.

시험(`tests/equations/`의 `@equation("이름표")`)도, 검산할 수 없는 이유(`reasons.csv`)도 없는 식이 있으면
경고한다. 책은 경고를 오류로 보고 지으므로 짓기가 실패한다. 시험은 글로만 읽고 실행하지 않는다.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # 책을 짓는 명령은 저장소를 모듈 경로에 넣지 않는다

from tools import equations as records  # noqa: E402

logger = logging.getLogger(__name__)
CHECKED = "이 식은 시험이 무작위 수로 양변을 견줍니다"


class equation_mark(nodes.General, nodes.Element):  # noqa: N801 - docutils의 이름 규칙
    """식 밑의 표시. 글을 담지 않으므로 검색에 걸리지 않는다."""


def read_marks(folder: Path) -> dict[str, tuple[str, str]]:
    """이름표 → (짧은 표시, 풀어 쓴 말)."""
    marks = {label: ("정의", reason) for label, reason in records.reasons(folder)}
    return marks | {label: ("✓ 검산", CHECKED) for label, _ in records.checked(folder)}


def find_unchecked(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """표시할 것이 없는 식을 경고하고, 표시가 달라져 다시 써야 할 쪽을 돌려준다.

    바뀐 쪽이 없어도 지을 때마다 돈다. 시험만 지우고 다시 지어도 알아채야 하기 때문이다.
    """
    marks = read_marks(Path(app.config.equations_folder))
    before, changed = getattr(env, "deepnote_marks", {}), set()
    for label, (page, _) in env.get_domain("math").data["objects"].items():
        if label.startswith(records.PREFIX) and label not in marks:
            logger.warning(
                "%s: 검산하는 시험도, 검산할 수 없는 이유도 없습니다(tests/equations)",
                label,
                location=page,
                type="equations",
                subtype="unchecked",
            )
        if before.get(label) != marks.get(label):
            changed.add(page)
    env.deepnote_marks = marks  # type: ignore[attr-defined]
    return sorted(changed)


class MarkEquations(SphinxPostTransform):
    """식마다 바로 뒤에 표시를 놓는다."""

    default_priority = 910
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        marks = self.env.deepnote_marks  # type: ignore[attr-defined]
        for node in list(self.document.findall(nodes.math_block)):
            if mark := marks.get(node.get("label")):
                short, meaning = mark
                place = node.parent.index(node) + 1
                node.parent.insert(place, equation_mark(short=short, meaning=meaning))


def visit_mark(self: Any, node: equation_mark) -> None:
    """HTML: 낭독기는 짧은 표시 대신 풀어 쓴 말을 읽는다."""
    meaning = html.escape(node["meaning"])
    self.body.append(
        f'<p class="equation-mark"><span title="{meaning}" role="note" aria-label="{meaning}">'
        f"{node['short']}</span></p>\n"
    )
    raise nodes.SkipNode


def skip_mark(self: Any, node: equation_mark) -> None:
    """HTML이 아닌 형식에는 표시하지 않는다."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.add_config_value("equations_folder", str(ROOT / "tests" / "equations"), "env")
    skip = (skip_mark, None)
    mark = (visit_mark, None)
    app.add_node(equation_mark, html=mark, singlehtml=mark, latex=skip, text=skip)
    app.add_post_transform(MarkEquations)
    app.connect("env-get-updated", find_unchecked)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
