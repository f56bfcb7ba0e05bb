"""힌트의 단계: 떠올려 볼 것, 실패한 입력과 기대한 값, 식, 섞어 놓은 줄, 모범 답안."""

from __future__ import annotations

import textwrap
import zlib
from typing import NamedTuple

import numpy as np

from deepnote_lib.exercises._card import Failure
from deepnote_lib.exercises._compare import written
from deepnote_lib.exercises._examine import cases, use
from deepnote_lib.exercises._spec import Exercise, code_of


class Step(NamedTuple):
    """힌트 하나. text는 마크다운 글이고, code는 파이썬이다."""

    title: str
    text: str = ""
    code: str = ""


def steps(exercise: Exercise, failure: Failure | None = None) -> list[Step]:
    """차례대로 보여 줄 힌트. 실패한 입력이 없으면 모범 답안으로 만든 보기를 넣는다."""
    think, *formulas = exercise.hints
    code = code_of(exercise.reference)
    found = [Step("떠올려 볼 것", think), _example(exercise, failure)]
    found += [Step("식", formula) for formula in formulas]
    if mixed := shuffled(code):
        found.append(Step("줄의 순서를 섞은 모범 답안", code=mixed))
    return [*found, Step("모범 답안", code=code)]


def _example(exercise: Exercise, failure: Failure | None) -> Step:
    if failure is not None and failure.expected:
        want, got = failure._named("기대한 값"), failure._named("받은 값")
        code = f"{failure.input}\n# {want}\n{failure.expected}\n# {got}\n{failure.got}"
        return Step("실패한 입력과 기대한 값", failure.check, code)
    check = exercise.checks[0]
    place = next(cases(check, 0, 0))
    lines = [
        f"{name} = {written(value)}"
        for name, value in zip(check.names(), check.inputs(*place), strict=True)
    ]
    value = use(check, exercise.reference, place).value
    expected = written(value[1] if check.holds else value, rounded=True)
    want = Failure(check.title, "", shows=check.shows)._named("기대한 값")
    return Step("작은 입력의 보기", check.title, "\n".join([*lines, f"# {want}", expected]))


def shuffled(code: str) -> str:
    """첫 줄 아래의 줄을 섞은 코드. 섞을 것이 없으면 빈 글이다. 같은 코드는 늘 같게 섞인다."""
    head, *body = [line for line in code.splitlines() if line.strip()]
    if len(set(body)) < 3:
        return ""
    rng = np.random.default_rng(zlib.crc32(code.encode()))
    mixed = body
    while mixed == body:
        mixed = [body[i] for i in rng.permutation(len(body))]
    return "\n".join([head, *mixed]) + "\n"


def plain(step: Step, number: int, total: int) -> str:
    """터미널에 적는 힌트."""
    parts = [f"힌트 {number}/{total}. {step.title}"]
    parts += [textwrap.indent(part.rstrip(), "  ") for part in (step.text, step.code) if part]
    return "\n".join(parts)


def markdown(step: Step, number: int, total: int) -> str:
    """Jupyter에 보이는 힌트."""
    parts = [f"**힌트 {number}/{total}. {step.title}**", step.text.rstrip()]
    parts += [f"```python\n{step.code.rstrip()}\n```"] if step.code else []
    return "\n\n".join(part for part in parts if part)
