"""절의 짜임. 항목마다 규칙이 따로 있어, 빠진 것을 이름으로 말한다.

상황 질문 → 실패하는 시도 → 요구 조건 → 식 → 숫자 대입 → 맨손 구현 → 라이브러리와 대조 → 실험 →
깨지는 경우 → 핵심 정리 → 확인 문제, 직접 해 보기 → 다음 절 → 강의자 노트.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.facts.contents import EXAM
from tools.notebooks.starters import TAG
from tools.rules.figures import has_slider
from tools.rules.myst import Block
from tools.rules.page import Cell, Finding, Page, for_sections
from tools.rules.questions import gated_cells


def list_items(cell: Cell, block: Block) -> list[str]:
    """지시문 바로 안에 있는 목록의 항목. 겹친 목록은 세지 않고, 이어진 줄은 한 줄로 붙인다."""
    return [
        " ".join(piece.source.split())
        for piece in cell.document.pieces
        if piece.inside[-1:] == (block,) and piece.kind == "목록" and piece.depth == 1
    ]


def defines(cell: Cell) -> bool:
    """셀이 (축을 받아 그리는 것이 아닌) 함수나 클래스를 정의하는가?"""
    return any(
        isinstance(node, ast.ClassDef)
        or (isinstance(node, ast.FunctionDef) and "ax" not in [arg.arg for arg in node.args.args])
        for node in cell.tree.body
    )


def uses_library(page: Page, cell: Cell) -> bool:
    """셀이 deepnote_lib에서 온 이름을 쓰는가?"""
    used = {node.id for node in ast.walk(cell.tree) if isinstance(node, ast.Name)}
    return bool(used & page.library_names)


def lesson_cells(page: Page) -> list[Cell]:
    """출발 코드와 문제의 풀이에 든 것을 뺀 코드 셀."""
    solved: set[int] = set()
    for _, block in page.blocks("solution-start"):
        solved |= {cell.number for cell in gated_cells(page, block.title.strip()) or []}
    return [cell for cell in page.code if cell.number not in solved and TAG not in cell.tags]


def agreement_cells(page: Page) -> list[Cell]:
    """맨손 구현과 라이브러리가 같음을 assert하는 셀."""
    return [
        cell
        for cell in lesson_cells(page)
        if uses_library(page, cell)
        and any(isinstance(node, ast.Assert) for node in ast.walk(cell.tree))
    ]


@for_sections
def opening_question(page: Page) -> Iterator[Finding]:
    """실패하는 시도보다 앞선 글에, 상자 밖에서 상황을 묻는 물음이 있다."""
    stop = next((cell.number for cell in page.code if "fails" in cell.tags), len(page.cells))
    opening = (c.document.pieces for c in page.prose if c.number < stop)
    if not any("?" in piece.text for pieces in opening for piece in pieces if not piece.inside):
        yield page.find(0, "짜임: 실패하는 시도 앞에 상황 질문(물음표로 끝나는 문장)이 없습니다")


@for_sections
def objectives(page: Page) -> Iterator[Finding]:
    """‘이 절을 마치면’ 상자에 시험할 수 있는 목표가 둘에서 넷 있다."""
    found = list(page.blocks("box", "이 절을 마치면"))
    if not found:
        yield page.find(0, "짜임: ‘이 절을 마치면’ 상자가 없습니다")
    for cell, block in found:
        items = list_items(cell, block)
        if not 2 <= len(items) <= 4:
            yield page.find(cell, f"이 절을 마치면: 목표가 {len(items)}개입니다. 2~4개여야 합니다")
        for item in items:
            if not re.search(r"수 있습니다\.?$", item.strip()) or "이해할 수" in item:
                yield page.find(
                    cell, f"이 절을 마치면: ‘…할 수 있습니다’로 끝나야 합니다: {item[:30]}"
                )


@for_sections
def failing_attempt(page: Page) -> Iterator[Finding]:
    """고치기 전에 실패하는 시도가 있고, 그 결과가 눈에 보인다."""
    fails = [cell for cell in page.code if "fails" in cell.tags]
    if not fails:
        yield page.find(0, "짜임: 실패하는 시도(fails 꼬리표가 붙은 셀)가 없습니다")
        return
    if not any(cell.outputs for cell in fails):
        yield page.find(fails[0], "짜임: 실패하는 시도가 아무것도 보여 주지 않습니다")
    if (cures := agreement_cells(page)) and fails[0].number > cures[0].number:
        yield page.find(
            fails[0], "짜임: 실패하는 시도가 고친 것(라이브러리와 대조)보다 뒤에 있습니다"
        )


@for_sections
def requirements(page: Page) -> Iterator[Finding]:
    """실패한 다음, 라이브러리와 대조하기 전에, 고친 것이 갖출 조건을 말한다."""
    fails = [cell.number for cell in page.code if "fails" in cell.tags] or [0]
    cures = [cell.number for cell in agreement_cells(page)] or [len(page.cells) + 1]
    stop = max(cures[-1], fails[0] + 2)
    between = [c.document.pieces for c in page.prose if fails[0] < c.number < stop]
    if not any(re.search(r"조건|갖추|만족", piece.text) for pieces in between for piece in pieces):
        yield page.find(0, "짜임: 실패와 대조 사이에 요구 조건(‘조건’)을 말하는 글이 없습니다")


@for_sections
def labelled_equation(page: Page) -> Iterator[Finding]:
    """이름표가 붙은 식이 있고, 바로 다음 글이 그 식을 소리 내어 읽는다."""
    found = [(cell, block) for cell, block in page.blocks("math") if block.label.startswith("eq-")]
    if not found:
        yield page.find(0, "짜임: :label: eq-…가 붙은 식이 없습니다")
    for cell, block in found:
        following = [line.strip() for line in cell.after(block)]
        spoken = next((line for line in following if line), "")
        if not re.match(r"[^#:`|<-]", spoken) or not re.search("[가-힣]", spoken):
            yield page.find(cell, f"짜임: 식 {block.label} 다음에 그 식을 읽는 문장이 없습니다")


@for_sections
def numbers_by_hand(page: Page) -> Iterator[Finding]:
    """식에 숫자를 손으로 넣어 본다."""
    if not re.search(r"손으로|(숫자|수|값)(을|를) (\S+ )?넣|대입", page.shown):
        yield page.find(0, "짜임: 숫자를 손으로 넣어 보는 글(‘손으로’, ‘넣어’)이 없습니다")


@for_sections
def bare_hands(page: Page) -> Iterator[Finding]:
    """손으로 만든 5~15줄의 구현이 있다. 그림을 그리는 함수와 대조하는 셀은 치지 않는다."""
    checks = agreement_cells(page)
    for cell in lesson_cells(page):
        lines = cell.source.count("\n") + 1
        if defines(cell) and 5 <= lines <= 15 and cell not in checks:
            return
    yield page.find(0, "짜임: 맨손 구현(def나 class가 있는 5~15줄 셀)이 없습니다")


@for_sections
def agrees_with_library(page: Page) -> Iterator[Finding]:
    """맨손 구현이 deepnote_lib과 같음을 assert하고 ✓를 찍는다."""
    found = agreement_cells(page)
    if not found:
        yield page.find(0, "짜임: deepnote_lib과 대조하는 assert 셀이 없습니다")
    elif not any("✓" in cell.printed for cell in found):
        yield page.find(found[0], "짜임: 대조 셀이 ✓ 줄을 찍지 않습니다")


@for_sections
def experiment(page: Page) -> Iterator[Finding]:
    """그림이나 슬라이더로 실험한다."""
    if not any(cell.data("image/") or has_slider(cell) for cell in page.code):
        yield page.find(0, "짜임: 실험(그림이나 슬라이더)이 없습니다")


@for_sections
def breaking_case(page: Page) -> Iterator[Finding]:
    """깨지는 경우와 고침이 제목이나 상자로 있다."""
    titles = " ".join(heading.title for _, heading in page.headings)
    in_titles = re.search(r"깨지|깨질|무너|실패|한계|고치|고쳐|안 되|넘치|틀리", titles)
    if not in_titles and not any(page.blocks("box", "자주 하는 실수")):
        yield page.find(0, "짜임: 깨지는 경우(제목, 또는 ‘자주 하는 실수’ 상자)가 없습니다")


@for_sections
def prediction(page: Page) -> Iterator[Finding]:
    """예상을 적고 나서 출력을 보는 `predict`가 하나 이상 있다."""
    if not list(page.blocks("predict")):
        yield page.find(0, "짜임: 예상을 묻는 predict가 없습니다")


@for_sections
def summary(page: Page) -> Iterator[Finding]:
    """‘핵심 정리’는 문장 다섯 개 이하다."""
    found = list(page.blocks("box", "핵심 정리"))
    if len(found) != 1:
        yield page.find(0, f"짜임: ‘핵심 정리’ 상자가 {len(found)}개입니다. 하나여야 합니다")
    for cell, block in found:
        items = list_items(cell, block)
        if not 1 <= len(items) <= 5:
            yield page.find(cell, f"핵심 정리: 항목이 {len(items)}개입니다. 1~5개여야 합니다")
        for item in items:
            if not re.search(r"다[.”’*]*(?:\([^)]*\)\.?)?$", item.strip()):
                yield page.find(cell, f"핵심 정리: 동사로 끝나는 문장이어야 합니다: {item[:30]}")


@for_sections
def next_section(page: Page) -> Iterator[Finding]:
    """마지막 ## 제목은 ‘다음 절에서는’이고 이름표는 (이름-next)=다."""
    last = [(cell, heading) for cell, heading in page.headings if heading.level == 2][-1:]
    if not last or not last[0][1].title.startswith("다음 절에서는"):
        yield page.find(0, "짜임: 마지막 제목이 ‘## 다음 절에서는’이 아닙니다")
    elif last[0][1].target != f"{page.name}-next":
        yield page.find(last[0][0], f"짜임: ‘다음 절에서는’의 이름표는 ({page.name}-next)=입니다")


def lecturer_notes_last(page: Page) -> Iterator[Finding]:
    """‘강의자 노트’는 페이지의 맨 끝에 있다. 배우는 사람은 거기까지 읽지 않아도 된다."""
    for cell, block in page.blocks("box", "강의자 노트"):
        rest = "".join(cell.after(block)).strip()
        if rest or cell is not page.cells[-1]:
            yield page.find(cell, "강의자 노트: 페이지의 맨 끝으로 옮기세요")


def lecturer_notes_without_exam(page: Page) -> Iterator[Finding]:
    """‘강의자 노트’에는 시험 문제를 쓰지 않는다. 학생도 같은 페이지를 읽는다."""
    for cell, block in page.blocks("box", "강의자 노트"):
        if re.search(r"시험\s*문제", block.body):
            yield page.find(cell, f"강의자 노트: 시험 문제는 {EXAM.as_posix()}로 옮기세요")


RULES = (
    opening_question,
    objectives,
    failing_attempt,
    requirements,
    labelled_equation,
    numbers_by_hand,
    bare_hands,
    agrees_with_library,
    experiment,
    breaking_case,
    prediction,
    summary,
    next_section,
    lecturer_notes_last,
    lecturer_notes_without_exam,
)
