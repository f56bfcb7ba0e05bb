"""확인 문제와 직접 해 보기의 규칙: 문제마다 이유를 말하는 풀이가 있고, 답은 정말로 실행된다."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.rules.page import Cell, Finding, Page, for_sections

MIN_SOLUTION = 40


def solution_text(page: Page, name: str) -> str | None:
    """문제 `name`의 풀이 글. 울타리 풀이면 여닫는 표시 사이의 글 셀을 모은다. 없으면 None."""
    for _, block in page.blocks("solution"):
        if block.title.strip() == name:
            return block.body
    span = gated_cells(page, name)
    if span is None:
        return None
    texts = []
    for cell in span:
        begin, end = 0, None
        for block in cell.blocks:
            if block.name == "solution-start" and block.title.strip() == name:
                begin, end = block.end + 1, None
            elif block.name == "solution-end" and end is None:
                end = block.line
        if not cell.is_code:
            texts += cell.source.split("\n")[begin:end]
    return "\n".join(texts).strip()


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


def quizzes_solved(page: Page) -> Iterator[Finding]:
    """확인 문제마다 이름표와 40자 이상의 풀이가 있다."""
    for cell, block in page.blocks("quiz"):
        name = block.label
        if not name.startswith("quiz-"):
            yield page.find(cell, f"확인 문제 ‘{block.title}’에 :label: quiz-…가 없습니다")
            continue
        text = solution_text(page, name)
        if text is None:
            yield page.find(cell, f"확인 문제 {name}의 풀이가 없습니다")
        elif len(text) < MIN_SOLUTION:
            yield page.find(cell, f"확인 문제 {name}의 풀이가 {len(text)}자뿐입니다. 이유를 쓰세요")


def exercises_complete(page: Page) -> Iterator[Finding]:
    """직접 해 보기에는 힌트, 출발 셀, assert로 확인하는 풀이 코드가 있다."""
    for cell, block in page.blocks("exercise"):
        name = block.label
        if not name.startswith("ex-"):
            yield page.find(cell, f"직접 해 보기 ‘{block.title}’에 :label: ex-…가 없습니다")
            continue
        answer = gated_cells(page, name)
        if answer is None:
            if solution_text(page, name) is None:
                yield page.find(cell, f"{name}: 풀이가 없습니다")
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
    """풀이의 이름표는 같은 페이지의 문제를 가리키고, 접혀 있다."""
    known = {block.label for kind in ("quiz", "exercise") for _, block in page.blocks(kind)}
    for kind in ("solution", "solution-start"):
        for cell, block in page.blocks(kind):
            if block.title.strip() not in known:
                yield page.find(cell, f"풀이 {block.title.strip()}에 맞는 문제가 없습니다")
            if "dropdown" not in block.options.get("class", ""):
                yield page.find(cell, f"풀이 {block.title.strip()}에 :class: dropdown이 없습니다")


@for_sections
def enough_questions(page: Page) -> Iterator[Finding]:
    """확인 문제는 셋 이상, 직접 해 보기는 하나에서 셋이다."""
    quizzes = len(list(page.blocks("quiz")))
    exercises = len(list(page.blocks("exercise")))
    if quizzes < 3:
        yield page.find(0, f"짜임: 확인 문제가 {quizzes}개입니다. 3개 이상이어야 합니다")
    if not 1 <= exercises <= 3:
        yield page.find(0, f"짜임: 직접 해 보기가 {exercises}개입니다. 1~3개여야 합니다")


@for_sections
def questions_after_summary(page: Page) -> Iterator[Finding]:
    """핵심 정리가 문제보다 먼저, 다음 절 예고가 맨 뒤다."""
    done = [(cell.number, block.line) for cell, block in page.blocks("box", "핵심 정리")]
    asked = [
        (cell.number, block.line)
        for kind in ("quiz", "exercise")
        for cell, block in page.blocks(kind)
    ]
    if done and asked and done[0] > min(asked):
        yield page.find(done[0][0], "짜임: 핵심 정리가 문제보다 앞에 와야 합니다")


RULES = (
    quizzes_solved,
    exercises_complete,
    solutions_have_questions,
    enough_questions,
    questions_after_summary,
)
