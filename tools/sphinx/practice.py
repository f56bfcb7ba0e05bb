"""직접 해 보기(`practice`)와 그 색인: 물음도 힌트도 모범 답안도 `deepnote_lib.exercises`의 명세에서 온다.

노트북에는 이름표만 있는 지시문과 출발 코드 셀이 있다. 힌트와 모범 답안은 그 셀 뒤에 접어 둔다.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.directive import ExerciseDirective

from deepnote_lib.exercises import ids, load
from deepnote_lib.exercises._hints import steps
from deepnote_lib.exercises._spec import LEVELS, Exercise
from tools.rules.practice import source_of
from tools.sphinx import metadata
from tools.sphinx.boxes import BoxError, box_node, make_title, visit_plain
from tools.sphinx.numbering import numbered_title


class help_node(nodes.Element):  # noqa: N801 - docutils의 이름 규칙
    """출발 코드 셀 뒤로 옮길 것: 확인하는 법과 힌트. `practice`가 이름표다."""


class index_node(nodes.General, nodes.Element):  # noqa: N801
    """모든 직접 해 보기의 표가 들어갈 자리."""


class PracticeDirective(ExerciseDirective):
    """`:::{practice} ex-softmax-lse`. 바로 다음은 출발 코드 셀이다."""

    arguments: list[str]
    has_content = False
    required_arguments = 1
    option_spec: dict[str, Any] = {}

    def run(self) -> list[nodes.Node]:
        self.name, label = "exercise", self.arguments[0]  # 모양과 번호는 연습문제와 같다
        source, line = self.get_source_info()
        try:
            exercise = load(label)
        except ValueError as error:
            raise BoxError(f"{source}:{line}: practice {error}") from None
        path = str(source_of(exercise))
        self.env.note_dependency(path)
        self.arguments, self.options["label"] = [exercise.title], label
        self.content = StringList(exercise.task.splitlines(), path)
        found: list[nodes.Node] = super().run()
        for node in found:
            about = f"{LEVELS[exercise.level]} · {exercise.minutes}분"
            node.insert(1, nodes.paragraph("", about, classes=["practice-about"]))
        return [*found, self.help_for(label, exercise, path)]

    def help_for(self, label: str, exercise: Exercise, path: str) -> help_node:
        """확인하는 코드와, 한 단계씩 여는 힌트."""
        call = f'from deepnote_lib.exercises import check\n\ncheck("{label}", {exercise.name})\n'
        found = help_node(practice=label)
        self.set_source_info(found)
        found += nodes.literal_block(call, call, language="python", classes=["practice-check"])
        found[0]["practice"] = label
        for number, step in enumerate(steps(exercise), 1):
            box = box_node(folded=True, classes=["box-hint", "practice-hint"])
            box += make_title(f"힌트 {number}", [nodes.Text(step.title)], folded=True)
            self.state.nested_parse(StringList(step.text.splitlines(), path), 0, box)
            if step.code:
                box += nodes.literal_block(step.code, step.code, language="python")
            found += box
        return found


class PlaceHelp(SphinxTransform):
    """힌트를 출발 코드 셀 뒤로 옮긴다."""

    default_priority = 211

    def apply(self, **kwargs: Any) -> None:
        for found in list(self.document.findall(help_node)):
            parent = found.parent
            place = parent.index(found)
            cell = parent[place + 1] if place + 1 < len(parent) else None
            if cell is None or "cell" not in cell.get("classes", ()):
                raise BoxError(
                    f"{found.source}:{found.line}: practice {found['practice']}: "
                    "바로 다음에 출발 코드 셀이 와야 합니다. make refresh가 채웁니다"
                )
            parent.remove(found)
            for step, child in enumerate(found.children, place + 1):
                parent.insert(step, child)


class IndexDirective(SphinxDirective):
    """`:::{practice-index}`. 모든 직접 해 보기를 절의 순서대로 늘어놓는다."""

    def run(self) -> list[nodes.Node]:
        for label in ids():
            self.env.note_dependency(str(source_of(load(label))))
        return [index_node()]


def fill_index(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """색인의 자리에 표를 넣는다."""
    for place in list(doctree.findall(index_node)):
        place.replace_self(index_table(app, page))


def index_table(app: Sphinx, page: str) -> nodes.table:
    """제목과 이름표, 수준, 시간, 절의 표. 명세가 없는 것은 수준과 시간을 비운다."""
    env = app.env
    order = {name: at for at, name in enumerate(env.toc_secnumbers)}
    registry = env.sphinx_exercise_registry  # type: ignore[attr-defined]
    found = [(label, item) for label, item in registry.items() if label.startswith("ex-")]
    found.sort(
        key=lambda pair: (order.get(pair[1]["docname"], len(order)), pair[1]["node"].line or 0)
    )
    known = set(ids())
    rows = [["제목", "수준", "시간", "절"]]
    links = []
    for label, item in found:
        docname, title = item["docname"], item["node"][0]
        exercise = load(label) if label in known else None
        rows.append(
            [
                exercise.title if exercise else title.children[-1].astext(),
                LEVELS[exercise.level] if exercise else "–",
                f"{exercise.minutes}분" if exercise else "–",
                numbered_title(env, docname),
            ]
        )
        links.append((app.builder.get_relative_uri(page, docname) + f"#{label}", label))
    return make_table(rows, links)


def make_table(rows: list[list[str]], links: list[tuple[str, str]]) -> nodes.table:
    """첫 줄이 머리이고, 각 줄의 첫 칸이 링크와 그 아래의 이름표인 표."""
    table = nodes.table("", classes=["practice-index"])
    group = nodes.tgroup(cols=len(rows[0]))
    table += group
    group.extend(nodes.colspec(colwidth=1) for _ in rows[0])
    head, body = nodes.thead(), nodes.tbody()
    group.extend([head, body])
    for at, cells in enumerate(rows):
        row = nodes.row()
        for column, text in enumerate(cells):
            entry = nodes.entry("", nodes.paragraph("", text))
            if at and not column:
                uri, label = links[at - 1]
                title = nodes.reference("", text, refuri=uri)  # 표가 곧 카드다
                entry = nodes.entry("", nodes.paragraph("", "", title))
                entry += nodes.paragraph("", "", nodes.literal("", label))
            row += entry
        (body if at else head).append(row)
    return table


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.setup_extension("tools.sphinx.boxes")
    for node in (help_node, index_node):
        app.add_node(node, html=(visit_plain, visit_plain), latex=(visit_plain, visit_plain))
    app.add_directive("practice", PracticeDirective)
    app.add_directive("practice-index", IndexDirective)
    app.add_transform(PlaceHelp)
    app.connect("doctree-resolved", fill_index)
    return metadata()
