"""물음의 규칙: 보기마다 이유가 있고, 예상은 출력을 가리며, 직접 해 보기의 답은 정말로 실행된다."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.facts.questions import KINDS, MARKS, MAX_CHOICES, Question, Value, read, read_value
from tools.rules.myst import Block
from tools.rules.page import Cell, Finding, Page, for_sections

MIN_REASON = 12
MIN_ANSWER = 30
MIN_CHOICES = 2
MAX_EXERCISES = 5
MARKED = re.compile(rf"[{MARKS}]")


def gated_cells(page: Page, name: str) -> list[Cell] | None:
    """`solution-start 이름`이 있는 셀부터 `solution-end`가 있는 셀까지. 없으면 None."""
    for index, cell in enumerate(page.cells):
        starts = [b for b in cell.blocks if b.name == "solution-start" and b.title.strip() == name]
        for start in starts:
            for end, other in enumerate(page.cells[index:], index + 1):
                after = [b for b in other.blocks if other is not cell or b.line > start.line]
                if any(b.name == "solution-end" for b in after):
                    return page.cells[index:end]
            return page.cells[index:]
    return None


def asked(page: Page) -> Iterator[tuple[Cell, Block, Question]]:
    """페이지의 확인 문제와 예상, 읽은 물음."""
    for name in ("quiz", "predict"):
        for cell, block in page.blocks(name):
            yield cell, block, read(block.body)


def labels(page: Page) -> Iterator[Finding]:
    """물음의 이름표는 종류로 시작한다: `quiz-…`, `predict-…`."""
    for cell, block, _ in asked(page):
        if not block.label.startswith(f"{block.name}-"):
            yield page.find(
                cell, f"{block.name} ‘{block.title}’: 이름표는 {block.name}-…로 시작해야 합니다"
            )


def choices_complete(page: Page) -> Iterator[Finding]:
    """보기가 둘 이상이고, 옳은 것은 하나이며, 보기마다 왜 그런지 적혀 있다."""
    for cell, block, question in asked(page):
        choices, kind = question.choices, question.kind(block.options.get("kind", ""))
        if not choices and block.name == "predict":
            continue
        if not MIN_CHOICES <= len(choices) <= MAX_CHOICES:
            yield page.find(
                cell, f"{block.label}: 보기가 {len(choices)}개입니다. {MIN_CHOICES}~{MAX_CHOICES}개"
            )
            continue
        if kind not in KINDS:
            yield page.find(cell, f"{block.label}: kind는 {', '.join(KINDS)}입니다. 받은 값={kind}")
        rights = sum(choice.right for choice in choices)
        if kind != "order" and rights != 1:
            yield page.find(
                cell, f"{block.label}: 옳은 보기(- [x])가 {rights}개입니다. 하나만 고르세요"
            )
        for choice in choices:
            needed = block.name == "quiz" or not choice.right
            if needed and len(choice.reason) < MIN_REASON:
                yield page.find(cell, f"{block.label}: 보기 ‘{choice.text}’의 이유가 없습니다")
            if kind == "choice" and (found := MARKED.search(choice.reason)):
                yield page.find(
                    cell,
                    f"{block.label}: 보기의 순서는 바뀔 수 있습니다. "
                    f"{found[0]} 대신 그 보기의 말을 적으세요",
                )


def marks_in_text(page: Page) -> Iterator[Finding]:
    """보기는 목록으로만 적는다. 글 속에 ①, ②로 늘어놓으면 고를 수 없다."""
    for cell, block, question in asked(page):
        for text in (question.stem, question.more):
            if len(set(MARKED.findall(text))) > 1:
                yield page.find(cell, f"{block.label}: 보기를 목록(- [ ])으로 적으세요")
    for cell, block in page.blocks("answer"):
        if found := MARKED.match(block.body):
            yield page.find(
                cell, f"answer {block.title}: 답의 번호({found[0]})는 책이 붙입니다. 글만 적으세요"
            )


def numbers_readable(page: Page) -> Iterator[Finding]:
    """수 적기의 보기는 수이고, 허용 오차 안에서 서로 겹치지 않는다."""
    for cell, block, question in asked(page):
        if block.options.get("kind") != "number":
            continue
        seen: list[Value] = []
        for choice in question.choices:
            try:
                one = read_value(choice.text)
            except ValueError as error:
                yield page.find(cell, f"{block.label}: {error}")
                continue
            if any(
                abs(one.value - other.value) <= one.tolerance + other.tolerance for other in seen
            ):
                yield page.find(cell, f"{block.label}: 수 {choice.text}가 다른 보기와 겹칩니다")
            seen.append(one)


def predictions_hide_output(page: Page) -> Iterator[Finding]:
    """예상은 제 출력과 답을 바로 뒤에 거느린다: predict, 코드 셀, 이름표가 같은 answer."""
    opened = {block.label for _, block in page.blocks("predict")}
    for cell, block in page.blocks("answer"):
        if block.title.strip() not in opened:
            yield page.find(cell, f"answer {block.title}: 앞에 predict {block.title}가 없습니다")
        if len(block.body) < MIN_ANSWER:
            yield page.find(cell, f"answer {block.title}: 답이 {len(block.body)}자뿐입니다")
    for cell, block in page.blocks("predict"):
        rest = "".join(cell.after(block)).strip()
        following = page.cells[cell.number :]
        if rest or not following or not following[0].is_code:
            yield page.find(cell, f"predict {block.label}: 바로 다음이 코드 셀이어야 합니다")
            continue
        answer = next((c for c in following if not c.is_code), None)
        first = answer.blocks[0] if answer and answer.blocks else None
        named = first and (first.name, first.title.strip()) == ("answer", block.label)
        if not (first and named and first.line == 0):
            yield page.find(
                cell, f"predict {block.label}: 코드 셀 바로 뒤에 answer {block.label}가 와야 합니다"
            )


def exercises_complete(page: Page) -> Iterator[Finding]:
    """직접 해 보기에는 힌트, 출발 셀, assert로 확인하는 풀이 코드가 있다."""
    for cell, block in page.blocks("exercise"):
        name = block.label
        if not name.startswith("ex-"):
            yield page.find(cell, f"직접 해 보기 ‘{block.title}’에 :label: ex-…가 없습니다")
            continue
        answer = gated_cells(page, name)
        if answer is None:
            yield page.find(cell, f"{name}: 풀이 코드를 여닫는 solution-start가 없습니다")
            continue
        if not any(b.name == "solution-end" for b in answer[-1].blocks):
            yield page.find(cell, f"{name}: solution-end가 없습니다")
        between = page.cells[cell.number - 1 : answer[0].number]
        begins, ends = block.end, start_line(answer[0], name)
        hints = [
            hint
            for c in between
            for hint in c.blocks
            if hint.name == "box" and hint.title.startswith("힌트")
            if (c is not cell or hint.line > begins) and (c is not answer[0] or hint.line < ends)
        ]
        if not hints:
            yield page.find(cell, f"{name}: 힌트 상자가 없습니다")
        if not any(c.is_code for c in between):
            yield page.find(cell, f"{name}: 풀이 앞에 채워 넣을 출발 코드 셀이 없습니다")
        code = [c for c in answer if c.is_code]
        if not any(isinstance(node, ast.Assert) for c in code for node in ast.walk(c.tree)):
            yield page.find(cell, f"{name}: 풀이 코드에 assert가 없습니다")


def start_line(cell: Cell, name: str) -> int:
    """셀에서 `solution-start 이름`이 있는 줄."""
    return next(
        b.line for b in cell.blocks if b.name == "solution-start" and b.title.strip() == name
    )


def solutions_have_questions(page: Page) -> Iterator[Finding]:
    """풀이의 이름표는 같은 페이지의 직접 해 보기를 가리키고, 접혀 있다."""
    known = {block.label for _, block in page.blocks("exercise")}
    for cell, block in page.blocks("solution-start"):
        if block.title.strip() not in known:
            yield page.find(cell, f"풀이 {block.title.strip()}에 맞는 문제가 없습니다")
        if "dropdown" not in block.options.get("class", ""):
            yield page.find(cell, f"풀이 {block.title.strip()}에 :class: dropdown이 없습니다")


@for_sections
def enough_questions(page: Page) -> Iterator[Finding]:
    """확인 문제는 셋 이상, 직접 해 보기는 하나에서 다섯이다."""
    quizzes = len(list(page.blocks("quiz")))
    exercises = sum(len(list(page.blocks(kind))) for kind in ("exercise", "practice"))
    if quizzes < 3:
        yield page.find(0, f"짜임: 확인 문제가 {quizzes}개입니다. 3개 이상이어야 합니다")
    if not 1 <= exercises <= MAX_EXERCISES:
        yield page.find(
            0, f"짜임: 직접 해 보기가 {exercises}개입니다. 1~{MAX_EXERCISES}개여야 합니다"
        )


@for_sections
def questions_after_summary(page: Page) -> Iterator[Finding]:
    """핵심 정리가 문제보다 먼저, 다음 절 예고가 맨 뒤다."""
    done = [(cell.number, block.line) for cell, block in page.blocks("box", "핵심 정리")]
    asked = [
        (cell.number, block.line)
        for kind in ("quiz", "exercise", "practice")
        for cell, block in page.blocks(kind)
    ]
    if done and asked and done[0] > min(asked):
        yield page.find(done[0][0], "짜임: 핵심 정리가 문제보다 앞에 와야 합니다")


RULES = (
    labels,
    choices_complete,
    marks_in_text,
    numbers_readable,
    predictions_hide_output,
    exercises_complete,
    solutions_have_questions,
    enough_questions,
    questions_after_summary,
)
