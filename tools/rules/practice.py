"""직접 해 보기의 규칙: 명세마다 제 페이지에 자리가 있고, 출발 코드와 글이 명세에서 온다."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path

from deepnote_lib.exercises import ids, load
from deepnote_lib.exercises._spec import Exercise
from tools.notebooks.starters import TAG, practice_label, starter
from tools.rules import prose, terms
from tools.rules.page import Finding, Page

MAX_STARTER_LINES = 40


def source_of(exercise: Exercise) -> Path:
    """명세 파일의 경로."""
    return Path(inspect.getsourcefile(exercise.reference) or "")


def section_of(page: Page) -> str:
    """명세가 페이지를 부르는 이름: `softmax/softmax`."""
    return f"{page.path.parent.name}/{page.path.stem}"


def starters_filled(page: Page) -> Iterator[Finding]:
    """`practice`의 이름표에는 명세가 있고, 바로 다음 셀은 그 출발 코드다."""
    labelled = set()
    for cell, block in page.blocks("practice"):
        label = block.title.strip()
        if label not in ids():
            yield page.find(cell, f"practice {label}: deepnote_lib/exercises에 명세가 없습니다")
            continue
        if load(label).section != section_of(page):
            yield page.find(cell, f"practice {label}: {load(label).section} 페이지의 연습입니다")
        if practice_label(cell.source) != label:
            yield page.find(cell, f"practice {label}: 지시문이 셀의 맨 끝에 있어야 합니다")
            continue
        after = page.cells[cell.number] if cell.number < len(page.cells) else None
        if after is None or TAG not in after.tags or after.source != starter(label):
            yield page.find(
                cell, f"practice {label}: 출발 코드가 다릅니다. make refresh가 채웁니다"
            )
        else:
            labelled.add(after.number)
    for cell in page.code:
        if TAG in cell.tags and cell.number not in labelled:
            yield page.find(cell, "출발 코드 셀 앞에 practice가 없습니다. 셀을 지우세요")
        if TAG in cell.tags and (lines := cell.source.count("\n") + 1) > MAX_STARTER_LINES:
            yield page.find(
                cell, f"출발 코드가 {lines}줄입니다. {MAX_STARTER_LINES}줄 이하로 줄이세요"
            )


def every_exercise_has_its_place(pages: Sequence[Page]) -> Iterator[str]:
    """명세마다 제 페이지에 `practice`가 꼭 하나 있다."""
    placed = [block.title.strip() for page in pages for _, block in page.blocks("practice")]
    for label in ids():
        if (times := placed.count(label)) != 1:
            yield f"{label}: {load(label).section}에 practice가 {times}번 있습니다. 한 번이어야 합니다"


def text_of(exercise: Exercise) -> str:
    """명세에서 독자가 읽는 글."""
    says = [mistake.says for mistake in exercise.mistakes]
    titles = [check.title + "." for check in exercise.checks]
    return "\n\n".join([exercise.task, *exercise.hints, *says, *titles])


def texts_read_well(root: Path) -> Iterator[str]:
    """명세의 글도 페이지와 같은 문장과 용어의 규칙을 지킨다."""
    for label in ids():
        exercise = load(label)
        page = Page(Path(f"{label}.md"), text_of(exercise))
        for rule in (*prose.RULES, *terms.RULES):
            for found in rule(page):
                yield f"{source_of(exercise).relative_to(root)}:0: {found.message}"


RULES = (starters_filled,)
