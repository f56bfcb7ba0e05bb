"""모든 채점기의 시험(`python -m tools graders`)과, 그 시험이 틀린 채점기를 알아보는지."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepnote_lib.exercises import ids, load
from deepnote_lib.exercises._spec import Exercise
from tools.graders import table
from tools.graders.mutants import mutants
from tools.graders.trial import FOLDER, Answers, Trial, answers_of, trial

BOOK = Path(__file__).resolve().parents[2] / "book"


@pytest.mark.parametrize("name", ids())
def test_the_grader_accepts_right_answers_and_tells_wrong_ones_apart(name: str) -> None:
    exercise = load(name)
    tried = trial(exercise, answers_of(exercise))
    assert tried.problems == (), "\n".join(table.lines([tried]))


def test_every_file_of_answers_belongs_to_an_exercise() -> None:
    names = {"ex-" + path.stem.replace("_", "-") for path in FOLDER.glob("*.py")}
    assert names - set(ids()) == set()


# 책과의 사이 ----------------------------------------------------------------------------


def headings(page: str) -> set[str]:
    notebook = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    return {h.strip() for cell in cells for h in re.findall(r"^#+ (.*)$", cell, re.MULTILINE)}


@pytest.mark.parametrize("name", ids())
def test_the_sections_and_headings_that_a_grader_names_exist(name: str) -> None:
    exercise = load(name)
    assert (BOOK / f"{exercise.section}.ipynb").is_file()
    for mistake in exercise.mistakes:
        page, _, heading = mistake.see.rpartition("#")
        assert heading in headings(page or exercise.section), mistake.name


@pytest.mark.parametrize("name", ids())
def test_what_is_read_outside_a_page_has_no_role_and_no_directive(name: str) -> None:
    exercise = load(name)
    texts = [*exercise.hints, exercise.title, *(c.title for c in exercise.checks)]
    texts += [m.says for m in exercise.mistakes]
    assert [t for t in texts if re.search(r"\{[\w-]+\}`|:::|^\(.*\)=$", t, re.MULTILINE)] == []
    assert [m.says for m in exercise.mistakes if "$" in m.says] == []  # 카드는 식을 그리지 않는다


# 시험의 시험: 일부러 틀리게 만든 채점기 ---------------------------------------------------


def doubled(x):
    return 2 * x + 1


def by_adding(x):
    return x + x + 1


def in_single_precision(x):
    return np.float32(2) * x.astype(np.float32) + np.float32(1)


def without_one(x):
    return 2 * x


def squared(x):
    return x**2 + 1


def constant(x):
    return np.ones_like(x)


def numbers(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(size=n).round(1)


RIGHT: dict[str, Callable[..., Any]] = {"더하기": by_adding, "float32": in_single_precision}


def specification(
    *,
    data: Callable[..., Any] = numbers,
    wrong: tuple[Callable[..., Any], ...] = (without_one, squared, constant),
    starter: str = "def doubled(x):\n    return x",
    blind: bool = False,
) -> Exercise:
    """작은 명세. blind이면 검사가 하나 더 있고, 오답은 모두 그 눈먼 검사가 잡아야 한다고 적혀 있다."""
    made = Exercise(
        "두 배와 하나", section="softmax/softmax", level="core", minutes=1, task="…",
        starter=starter, hints=("…", "…"),
    )  # fmt: skip
    made.answer(doubled)
    check = made.same("값이 맞습니다", data)(lambda f, x: f(x))
    if blind:
        check = made.same("형상이 맞습니다", numbers)(lambda f, x: len(f(x)))
    for answer in wrong:
        made.mistake(answer.__name__, by=check, says="…", see="핵심 정리")(answer)
    return made


def problems(exercise: Exercise, answers: Answers | None = None) -> str:
    return "\n".join(tried(exercise, answers).problems)


def tried(exercise: Exercise, answers: Answers | None = None) -> Trial:
    return trial(exercise, answers or Answers(RIGHT))


def test_a_good_grader_has_only_the_problem_of_being_small() -> None:
    assert problems(specification()) == "돌연변이가 8개 이상이어야 한다. 지금 7개"


def test_a_right_answer_that_fails_is_reported_with_its_input() -> None:
    found = problems(specification(), Answers({**RIGHT, "틀린 답": without_one}))
    assert re.search(r"바른 답이 걸린다: 틀린 답\(시드 0\) / 값이 맞습니다 / x = np\.array", found)


def test_too_few_right_answers_are_reported() -> None:
    found = problems(specification(), Answers({"하나": by_adding}))
    assert "바른 답이 2개 이상이어야 한다. 지금 1개" in found


def test_two_mistakes_that_behave_alike_are_reported() -> None:
    def also_without_one(x):
        return x + x

    found = problems(specification(wrong=(without_one, also_without_one, squared)))
    assert "오답이 제 진단을 듣지 못한다: also_without_one → without_one 8번" in found


def test_a_mistake_that_the_data_cannot_tell_apart_is_reported() -> None:
    # 0과 2에서는 2x + 1과 x² + 1이 같다
    found = problems(specification(data=lambda rng, n: rng.choice([0.0, 2.0], size=n)))
    assert "오답이 제 검사에 걸리지 않는다: squared / 값이 맞습니다" in found
    assert "오답이 제 진단을 듣지 못한다: squared → 없음 8번" in found


def test_a_mistake_caught_by_another_check_than_the_one_named_is_reported() -> None:
    found = problems(specification(blind=True))
    assert "오답이 제 검사에 걸리지 않는다: without_one / 형상이 맞습니다" in found


@pytest.mark.parametrize(
    ("starter", "expected"),
    [
        ("def doubled(x):\n    return x + x + 1", "출발 코드가 통과한다"),
        ("def other(x):\n    return x", "출발 코드에 doubled의 정의가 없다"),
    ],
)
def test_a_starter_that_passes_or_defines_nothing_is_reported(starter: str, expected: str) -> None:
    assert expected in problems(specification(starter=starter))


def test_too_few_mistakes_are_reported() -> None:
    assert "오답이 3개 이상이어야 한다. 지금 2개" in problems(
        specification(wrong=(without_one, squared))
    )


def test_a_surviving_mutant_needs_a_reason_and_a_reason_needs_a_survivor() -> None:
    zeros = specification(data=lambda rng, n: np.zeros(n))
    found = tried(zeros)
    assert "살아남은 돌연변이에 이유가 없다: 상수: 2 → 3" in found.problems
    assert found.rate < 0.95
    reasons = dict.fromkeys(found.survivors, "0에서는 같다")
    assert not any("이유가 없다" in p for p in tried(zeros, Answers(RIGHT, reasons)).problems)
    assert "95% 이상" in problems(zeros, Answers(RIGHT, {}, reasons))
    stale = Answers(RIGHT, {"상수: 2 → 3": "아니다"})
    assert "이유는 있지만 살아남지 않았다: 상수: 2 → 3" in problems(specification(), stale)
    empty = Answers(RIGHT, dict.fromkeys(reasons, " "))
    assert "이유가 비어 있다" in problems(zeros, empty)


def test_the_table_shows_whose_diagnosis_was_heard() -> None:
    def also_without_one(x):
        return x + x

    lines = list(table.lines([tried(specification(wrong=(without_one, also_without_one)))]))
    assert lines[1].split()[:4] == ["ex-test-graders", "2", "2", "1"]
    assert any(re.fullmatch(r"  2 also_without_one +8 +· +·", line) for line in lines)
    assert any(line.startswith("  문제: ") for line in lines)


# 돌연변이 -------------------------------------------------------------------------------


def sample(z, y):
    z -= z.mean(axis=0)
    for row in z:
        if row[0] > 1:
            row[0] = -row[0]
    return np.where(z.T @ y, z.sum(axis=-1, keepdims=True) / 2, max(y, 0) and [1, 2])


def test_the_mutants_cover_the_stated_operators() -> None:
    names = {mutant.name for mutant in mutants(sample)}
    expected = {
        "부호: -row[0] → row[0]",
        "축: 0 → 1",
        "축: -1 → 0",
        "축: z.mean(axis=0) → z.mean()",
        "상수: 2 → 3",
        "상수: True → False",
        "비교: row[0] > 1 → row[0] >= 1",
        "빠짐: z -= z.mean(axis=0) → (없음)",
        "빠짐: row[0] = -row[0] → (없음)",
        "빠짐: z.T → z",
        "빠짐: z.sum(axis=-1, keepdims=True) → z.sum(axis=-1)",
        "빠짐: max(y, 0) and [1, 2] → max(y, 0)",
        "자리: z.T @ y → y @ z.T",
        "자리: max(y, 0) → max(0, y)",
        "줄임: z.mean → z.sum",
        "줄임: max(y, 0) → min(y, 0)",
    }
    assert expected <= names
    assert "상수: [1, 2]" not in names
    assert len(names) == len(mutants(sample))  # 이름이 겹치지 않는다
