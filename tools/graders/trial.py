"""채점기 하나를 시험한다: 무엇이 통과하고, 무엇이 어느 검사에 걸려 어떤 진단을 듣는지."""

from __future__ import annotations

import ast
import importlib.util
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from deepnote_lib.exercises import _limits
from deepnote_lib.exercises._examine import Report, examine
from deepnote_lib.exercises._spec import Exercise
from tools.facts.repository import ROOT
from tools.graders.mutants import mutants

FOLDER = ROOT / "tests" / "exercises" / "answers"
SEEDS = range(8)  # 바른 답과 오답을 시험하는 시드
FEWEST_RIGHT, FEWEST_WRONG, FEWEST_MUTANTS, CAUGHT = 2, 3, 8, 0.95


@dataclass(frozen=True)
class Answers:
    """시험하는 쪽에만 있는 것: 다른 방식의 바른 답, 같은 뜻의 돌연변이, 놓쳐도 되는 돌연변이와 이유."""

    right: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    equivalent: Mapping[str, str] = field(default_factory=dict)
    survivors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """시험의 결과. confusion은 (오답, 들은 진단)의 횟수이고, problems가 비어야 합격이다."""

    exercise: Exercise
    right: int
    confusion: Counter[tuple[str, str | None]]
    equivalent: int
    mutants: int
    caught: int
    survivors: dict[str, str]
    problems: tuple[str, ...]

    @property
    def rate(self) -> float:
        """같은 뜻인 것을 뺀 돌연변이 가운데 걸린 비율."""
        return self.caught / self.mutants if self.mutants else 0.0


def answers_of(exercise: Exercise, folder: Path = FOLDER) -> Answers:
    """`answers/softmax_lse.py`의 공개 함수와 클래스, EQUIVALENT와 SURVIVORS."""
    path = folder / f"{exercise.id.removeprefix('ex-').replace('-', '_')}.py"
    if not path.exists():
        return Answers()
    module = _module(path)
    right = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    }
    return Answers(right, getattr(module, "EQUIVALENT", {}), getattr(module, "SURVIVORS", {}))


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"answers_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"path: 파이썬 파일이어야 합니다. 받은 경로={path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def started(exercise: Exercise) -> Any:
    """출발 코드가 정의하는 함수나 클래스."""
    space: dict[str, Any] = {"np": np}
    exec(compile(exercise.starter, f"<{exercise.id}>", "exec"), space)
    return space.get(exercise.name)


def limited(exercise: Exercise, answer: Any, seed: int) -> Report:
    """한도 안에서, 처음 걸릴 때까지 검사한다. 돌연변이와 출발 코드는 끝나지 않을 수 있다."""
    return _limits.run(
        lambda call, tell: examine(exercise, answer, seed, call=call, tell=tell, brief=True)
    )


def trial(exercise: Exercise, answers: Answers) -> Trial:
    """채점기 하나를 시험한다."""
    problems = [*_form(exercise), *_right(exercise, answers), *_blank(exercise)]
    confusion, wrong = _wrong(exercise)
    survivors, total, caught, found = _mutants(exercise, answers)
    return Trial(
        exercise, len(answers.right), confusion, len(answers.equivalent), total, caught, survivors,
        (*problems, *wrong, *found),
    )  # fmt: skip


def _form(exercise: Exercise) -> Iterator[str]:
    """명세의 모양."""
    if len(exercise.mistakes) < FEWEST_WRONG:
        yield f"이름 붙은 오답이 {FEWEST_WRONG}개 이상이어야 한다. 지금 {len(exercise.mistakes)}개"
    if len(exercise.wrong) < len(exercise.mistakes):
        yield "오답의 이름이 겹친다"
    titles = [check.title for check in exercise.checks]
    if len(set(titles)) < len(titles):
        yield "검사의 문장이 겹친다"
    if not all(hint.strip() for hint in exercise.hints):
        yield "힌트가 비어 있다"
    defined = {n.name for n in ast.parse(exercise.starter).body if hasattr(n, "name")}
    if exercise.name not in defined:
        yield f"출발 코드에 {exercise.name}의 정의가 없다"


def _right(exercise: Exercise, answers: Answers) -> Iterator[str]:
    """모범 답안과 다른 방식의 바른 답."""
    if len(answers.right) < FEWEST_RIGHT:
        yield f"다른 방식의 바른 답이 {FEWEST_RIGHT}개 이상이어야 한다. 지금 {len(answers.right)}개"
    for name, answer in {"모범 답안": exercise.reference, **answers.right}.items():
        for seed in SEEDS:
            if failures := examine(exercise, answer, seed)["failures"]:
                failure = failures[0]
                where = failure.get("input", "").replace("\n", ", ")
                yield (
                    f"바른 답이 걸린다: {name}(시드 {seed}) / "
                    f"{failure['check']} / {where} / {failure['why']}"
                )
                break


def _blank(exercise: Exercise) -> Iterator[str]:
    """출발 코드와, 아무것도 하지 않는 답."""
    start = started(exercise)
    if start is None:
        return
    report = limited(exercise, start, 0)
    if not report["failures"]:
        yield "출발 코드가 통과한다"
    if not isinstance(exercise.reference, type) and not examine(exercise, _nothing, 0)["failures"]:
        yield "아무것도 하지 않는 답이 통과한다"


def _nothing(*inputs: Any) -> None:
    """아무것도 하지 않는 답."""


def _wrong(exercise: Exercise) -> tuple[Counter[tuple[str, str | None]], list[str]]:
    """이름 붙은 오답이 제 검사에 걸리고 제 진단을 듣는지."""
    confusion: Counter[tuple[str, str | None]] = Counter()
    problems = []
    for mistake in exercise.mistakes:
        missed = 0
        for seed in SEEDS:
            report = examine(exercise, mistake.answer, seed)
            confusion[mistake.name, report["mistake"]] += 1
            missed += mistake.by.title not in [f["check"] for f in report["failures"]]
        if missed:
            problems.append(
                f"오답이 제 검사에 걸리지 않는다: {mistake.name} / {mistake.by.title} "
                f"(시드 {len(SEEDS)}개 가운데 {missed}개)"
            )
    problems += [
        f"오답이 제 진단을 듣지 못한다: {name} → {'없음' if heard is None else heard} {count}번"
        for (name, heard), count in confusion.items()
        if name != heard
    ]
    return confusion, problems


def _mutants(exercise: Exercise, answers: Answers) -> tuple[dict[str, str], int, int, list[str]]:
    """돌연변이가 걸리는지: (살아남은 것과 이유, 같은 뜻을 뺀 수, 걸린 수, 문제)."""
    found = mutants(exercise.reference)
    alive = {mutant.name for mutant in found if not limited(exercise, mutant.answer, 0)["failures"]}
    real = len(found) - len(alive & set(answers.equivalent))
    survivors = {name: answers.survivors.get(name, "") for name in alive - set(answers.equivalent)}
    problems = [f"살아남은 돌연변이에 이유가 없다: {n}" for n, why in survivors.items() if not why]
    listed = {**answers.equivalent, **answers.survivors}
    problems += [f"이유는 있지만 살아남지 않았다: {name}" for name in listed if name not in alive]
    problems += [f"이유가 비어 있다: {name}" for name, why in listed.items() if not why.strip()]
    caught = real - len(survivors)
    if real < FEWEST_MUTANTS:
        problems.append(f"돌연변이가 {FEWEST_MUTANTS}개 이상이어야 한다. 지금 {real}개")
    if caught < CAUGHT * real:
        problems.append(
            f"돌연변이가 {CAUGHT:.0%} 이상 걸려야 한다. 지금 {real}개 가운데 {caught}개"
        )
    return survivors, real, caught, problems
