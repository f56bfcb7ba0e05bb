"""답을 기다리는 물음: 확인 문제(`quiz`)와, 출력을 가려 두는 예상(`predict`과 `answer`).

HTML은 스크립트 없이도 읽힌다. 보기는 목록이고, 옳은 답과 보기마다의 이유는 접힌 풀이에 있다.
`questions.js`가 보기를 라디오 단추로 바꾸고, 고른 보기의 이유만 그 아래에 보인다.
"""

from __future__ import annotations

import html as html_text
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.directive import ExerciseDirective
from sphinx_exercise.nodes import exercise_enumerable_node

from tools.facts.questions import KINDS, MARKS, MAX_CHOICES, OX, kind_of, read_value, shuffled
from tools.sphinx import metadata
from tools.sphinx.boxes import BoxError, box_node, make_title, visit_plain
from tools.sphinx.cards import reading_order
from tools.sphinx.numbering import numbered_title

REVIEW = "book/reference/review"
QUIZ_END = "<!-- quiz -->"
QUIZ = re.compile(
    r'(?P<html><div class="quiz [^>]*data-question="(?P<label>[^"]+)".*?)' + QUIZ_END, re.DOTALL
)
NAME = re.compile(r'<p class="admonition-title">(?P<title>.*?)</p>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
CHECKED = re.compile(r"<input[^>]*\bchecked\b")
KIND_OPTION = {
    "kind": lambda text: directives.choice(text, tuple(KINDS)),
    "unit": directives.unchanged,
}


class quiz_node(exercise_enumerable_node):  # noqa: N801 - docutils의 이름 규칙
    """확인 문제. 연습문제와 따로 번호를 센다."""


class predict_node(box_node):  # noqa: N801
    """예상을 묻는 상자. 출력과 답을 아직 거느리지 않는다."""


class answer_node(box_node):  # noqa: N801
    """예상의 답. `for`가 물음의 이름표다."""


class html_node(nodes.Element):  # noqa: N801
    """HTML 요소 하나. `tag`가 이름이고 `data`가 속성이다."""


def html(tag: str, *children: nodes.Node, css: str = "", **data: str) -> html_node:
    """HTML 요소를 만든다. `place="1"`은 `data-place="1"`이 된다."""
    node = html_node(tag=tag, classes=css.split(), data=data)
    node.extend(children)
    return node


class QuizDirective(ExerciseDirective):
    """`:::{quiz} 짧은 제목`. `{ref}`가 연습문제처럼 가리킬 수 있다."""

    name = "quiz"
    option_spec = {**ExerciseDirective.option_spec, **KIND_OPTION}

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = super().run()
        for node in found:
            # 문서가 이 노드를 이름표로 기억하고 있으므로 새로 만들지 않고 종류만 바꾼다.
            for one in (node, self.env.sphinx_exercise_registry[node["label"]]["node"]):
                one.__class__ = quiz_node
                one["title"] = "확인 문제"
                one["type"] = "exercise"
            node["kind"], node["unit"] = self.options.get("kind"), self.options.get("unit", "")
            self.set_source_info(node)
        return found


class PredictDirective(SphinxDirective):
    """`:::{predict} 이름표`. 이름표가 같은 `answer`까지의 출력을 가린다."""

    has_content = True
    required_arguments = 1
    option_spec = KIND_OPTION

    def run(self) -> list[nodes.Node]:
        node = predict_node(folded=False, label=self.arguments[0], classes=["box-predict"])
        node["kind"], node["unit"] = self.options.get("kind"), self.options.get("unit", "")
        self.set_source_info(node)
        self.options["name"] = self.arguments[0]
        self.add_name(node)
        node += make_title("생각해 보기", [], folded=False)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class AnswerDirective(SphinxDirective):
    """`:::{answer} 이름표`. 출력 바로 뒤에 온다."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        node = answer_node(folded=True, classes=["box-answer", "key"])
        node["for"] = self.arguments[0]
        self.set_source_info(node)
        node += make_title("답", [], folded=True)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def fail(node: nodes.Element, message: str) -> BoxError:
    """고칠 곳을 알리는 오류."""
    return BoxError(f"{node.source}:{node.line}: {message}")


class Choice:
    """문서에서 떼어 낸 보기 하나."""

    def __init__(self, item: nodes.list_item) -> None:
        first = item[0] if item.children else nodes.paragraph()
        box = next((n for n in first.children if isinstance(n, nodes.raw)), None)
        self.right = box is None or bool(CHECKED.search(box.astext()))
        if box is not None:
            first.remove(box)
            text = first[0] if first.children else None
            if isinstance(text, nodes.Text):
                first.replace(text, nodes.Text(text.lstrip()))
        self.text: nodes.Node = first
        self.reason = item.children[1:]


def take_choices(body: nodes.Element) -> tuple[list[Choice], list[nodes.Node]]:
    """`body`에서 보기의 목록과 그 뒤의 글을 떼어 낸다. 목록이 없으면 빈 목록 둘이다."""
    for place, child in enumerate(body.children):
        is_tasks = isinstance(child, nodes.bullet_list) and "contains-task-list" in child["classes"]
        if is_tasks or isinstance(child, nodes.enumerated_list):
            after = body.children[place + 1 :]
            choices = [Choice(item) for item in child.children]
            del body.children[place:]
            return choices, after
    return [], []


def marks_of(kind: str, count: int) -> list[str]:
    """보기 앞에 적는 표시."""
    if kind == "ox":
        return list(OX)
    if kind in {"line", "order"}:
        return [str(number) for number in range(1, count + 1)]
    return list(MARKS[:count])


def choice_list(kind: str, label: str, choices: Sequence[Choice]) -> nodes.Node | None:
    """보기의 목록. 수 적기에서는 보기가 곧 답이므로 내보이지 않는다."""
    if kind == "number" or not choices:
        return None
    marks = marks_of(kind, len(choices))
    order = shuffled(label, len(choices)) if kind == "order" else range(len(choices))
    listed = html("ol", css=f"choices choices-{kind}")
    for mark, place in zip(marks, order, strict=True):
        said = [nodes.Text(OX[mark])] if kind == "ox" else choices[place].text.deepcopy().children
        listed += html(
            "li",
            html("span", nodes.Text(mark), css="choice-mark"),
            html("span", *said, css="choice-text"),
            css="choice",
            place=str(place),
        )
    return listed


def key_content(
    kind: str, choices: Sequence[Choice], unit: str, after: Sequence[nodes.Node]
) -> list[nodes.Node]:
    """풀이: 옳은 답, 보기마다의 이유, 맺는 글."""
    content: list[nodes.Node] = []
    if kind == "order":
        right = html("ol", css="key-order")
        right.extend(html("li", choice.text) for choice in choices)
        content += [html("p", nodes.Text("답은 다음 순서입니다."), css="key-answer"), right]
        marks = [f"{place}번째" for place in range(1, len(choices) + 1)]
    elif kind == "number":
        marks = [choice.text.astext().split("±")[0].strip() + unit for choice in choices]
    else:
        marks = marks_of(kind, len(choices))
    if choices and kind != "order":
        place = next(place for place, one in enumerate(choices) if one.right)
        shown = nodes.strong("", f"답: {marks[place]}" + ("번째 줄" if kind == "line" else ""))
        content.append(html("p", shown, css="key-answer", place=str(place)))
    reasons = html("ul", css="reasons")
    for place, (mark, one) in enumerate(zip(marks, choices, strict=True)):
        data = {"place": str(place)}
        if kind == "number":
            value = read_value(one.text.astext())
            data |= {"value": repr(value.value), "tolerance": repr(value.tolerance)}
        elif not one.reason:
            continue
        reasons += html(
            "li",
            html("span", nodes.Text(mark), css="choice-mark"),
            html("div", *one.reason, css="reason-text"),
            css="reason",
            **data,
        )
    if reasons.children:
        content.append(reasons)
    if after:
        content.append(html("div", *after, css="key-more"))
    return content


def build_question(node: nodes.Element, body: nodes.Element) -> tuple[str, list[nodes.Node]]:
    """물음의 글을 보기의 목록으로 바꾸고 (종류, 풀이의 내용)을 반환한다."""
    label = node["label"]
    choices, after = take_choices(body)
    texts = [choice.text.astext() for choice in choices]
    kind = (node.get("kind") or kind_of(texts)) if choices else "write"
    rights = sum(choice.right for choice in choices)
    if len(choices) > MAX_CHOICES:
        raise fail(node, f"{label}: 보기는 {MAX_CHOICES}개까지입니다. 받은 보기={len(choices)}개")
    if choices and kind != "order" and rights != 1:
        raise fail(node, f"{label}: 옳은 보기(- [x])가 꼭 하나여야 합니다. 받은 것={rights}개")
    try:
        content = key_content(kind, choices, node.get("unit", ""), after)
    except ValueError as error:
        raise fail(node, f"{label}: {error}") from None
    if listed := choice_list(kind, label, choices):
        body += listed
    node["kind"] = kind
    return kind, content


class BuildQuestions(SphinxTransform):
    """확인 문제와 예상을 답을 기다리는 꼴로 바꾼다."""

    default_priority = 210

    def apply(self, **kwargs: Any) -> None:
        for quiz in list(self.document.findall(quiz_node)):
            self._quiz(quiz)
        for predict in list(self.document.findall(predict_node)):
            self._predict(predict)
        for answer in self.document.findall(answer_node):
            if answer.parent is None or "predict" not in answer.parent.get("classes", ()):
                raise fail(
                    answer, f"answer {answer['for']}: 앞에 predict {answer['for']}가 없습니다"
                )

    @staticmethod
    def _quiz(quiz: quiz_node) -> None:
        kind, content = build_question(quiz, quiz[1])
        if kind == "write":
            raise fail(quiz, f"{quiz['label']}: 보기의 목록(- [x], - [ ])이 없습니다")
        key = box_node(folded=True, classes=["box-solution", "key"])
        key += make_title("풀이", [], folded=True)
        key.extend(content)
        quiz += key

    @staticmethod
    def _predict(predict: predict_node) -> None:
        label, parent = predict["label"], predict.parent
        start = parent.index(predict)
        end = next(
            (
                place
                for place, node in enumerate(parent.children[start:], start)
                if isinstance(node, answer_node) and node["for"] == label
            ),
            None,
        )
        if end is None:
            raise fail(predict, f"predict {label}: 같은 제목 아래에 answer {label}가 없습니다")
        cells = parent.children[start + 1 : end]
        if not cells or not all("cell" in node.get("classes", ()) for node in cells):
            raise fail(predict, f"predict {label}: answer와의 사이에는 코드 셀만 있어야 합니다")
        answer = parent.children[end]
        _, content = build_question(predict, predict)
        answer.children[1:1] = content
        answer.setup_child(answer[0])
        for child in content:
            answer.setup_child(child)
        group = html("div", css="predict", question=label)
        del parent.children[start : end + 1]
        group.extend([predict, *cells, answer])
        parent.insert(start, group)


def visit_html(self: Any, node: html_node) -> None:
    """HTML: 요소를 연다."""
    data = {f"data-{name}": value for name, value in node["data"].items()}
    self.body.append(self.starttag(node, node["tag"], "", **data))


def depart_html(self: Any, node: html_node) -> None:
    """HTML: 요소를 닫는다."""
    self.body.append(f"</{node['tag']}>\n" if node["tag"] != "span" else "</span>")


def visit_question(self: Any, node: nodes.Element) -> None:
    """HTML: 물음의 상자를 연다."""
    data = {"data-question": node["label"], "data-kind": node["kind"]}
    if node.get("unit"):
        data["data-unit"] = node["unit"]
    css = "admonition question" if isinstance(node, quiz_node) else "box admonition question"
    self.body.append(self.starttag(node, "div", CLASS=css, **data))


def depart_question(self: Any, node: nodes.Element) -> None:
    """HTML: 물음의 상자를 닫는다. 확인 문제의 끝은 표시해 두어 `write_bank`이 떼어 낸다."""
    self.body.append(f"</div>{QUIZ_END}\n" if isinstance(node, quiz_node) else "</div>\n")


def plain_text(found: re.Match[str] | None) -> str:
    """HTML 조각의 글: `확인 문제 3.6 손으로 소프트맥스`."""
    return " ".join(html_text.unescape(TAG.sub("", found["title"])).split()) if found else ""


def write_bank(app: Sphinx, exception: Exception | None) -> None:
    """모든 확인 문제를 담은 스크립트를 쓴다. `file://`에서도 ‘다시 풀 문제’가 읽는다.

    달라진 페이지만 다시 쓰는 빌드에서도 빠짐이 없도록 HTML에서 떼어 낸다.
    """
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    bank = {}
    for page in reading_order(app.env):
        text = (out / f"{page}.html").read_text(encoding="utf-8")
        for found in QUIZ.finditer(text):
            bank[found["label"]] = {
                "page": page,
                "title": numbered_title(app.env, page),
                "name": plain_text(NAME.search(found["html"])),
                "html": found["html"],
            }
    data = json.dumps(bank, ensure_ascii=False).replace("</", "<\\/")
    code = f"window.deepnote.bank = {data};\n"
    (out / "_static" / "questions-data.js").write_text(code, encoding="utf-8")


def load_mathjax(app: Sphinx, env: Any) -> None:
    """‘다시 풀 문제’에는 식이 없지만, 다른 페이지에서 가져온 문제에는 있다."""
    env.get_domain("math").data["has_equations"][REVIEW] = True


def add_quiz_number_format(app: Sphinx, config: Any) -> None:
    """확인 문제의 번호 형식을 채운다."""
    config.numfig_format.setdefault("quiz", "확인 문제 %s")


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.setup_extension("tools.sphinx.boxes")
    plain = (visit_plain, visit_plain)
    element = (visit_html, depart_html)
    app.add_node(html_node, html=element, singlehtml=element, latex=plain, text=plain)
    asked = (visit_question, depart_question)
    app.add_node(predict_node, html=asked, singlehtml=asked, latex=plain, text=plain)
    app.add_enumerable_node(quiz_node, "quiz", None, html=asked, singlehtml=asked, latex=plain)
    folded = app.registry.translation_handlers["html"]["box_node"]
    app.add_node(answer_node, html=folded, singlehtml=folded, latex=plain, text=plain)
    app.add_directive("quiz", QuizDirective)
    app.add_directive("predict", PredictDirective)
    app.add_directive("answer", AnswerDirective)
    app.add_transform(BuildQuestions)
    app.connect("config-inited", add_quiz_number_format)
    app.connect("env-updated", load_mathjax)
    app.connect("build-finished", write_bank)
    return metadata()
