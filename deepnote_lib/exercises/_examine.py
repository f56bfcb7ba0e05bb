"""답을 검사에 부친다: 작은 입력부터 넣어 처음 틀린 것을 찾고, 어느 이름 붙은 오답처럼 구는지 본다."""

from __future__ import annotations

import inspect
import linecache
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from deepnote_lib.exercises._compare import (
    DOUBLE,
    SHORT,
    TOO_FEW_DIGITS,
    Rule,
    difference,
    frozen,
    kind,
    written,
)
from deepnote_lib.exercises._spec import REPEATS, Check, Exercise

PRINTED = 300  # 카드에 보이는 출력의 글자
OUTPUT = 1_000_000  # 한 번의 check에서 출력할 수 있는 글자
SAME = Rule(1e-6, nan_is_nan=True)  # 두 답이 똑같이 굴었다고 보는 차이

Report = dict[str, Any]
Call = Callable[[Callable[[], Any]], Any]
Tell = Callable[[Report], None]

# 오류의 종류 → 처음 보는 사람에게 하는 말
ERRORS = {
    "NotImplementedError": "아직 채우지 않은 곳이 있습니다",
    "NameError": "정의하지 않은 이름을 썼습니다",
    "UnboundLocalError": "값을 넣기 전에 변수를 읽었습니다",
    "AttributeError": "그런 속성이나 메서드가 없습니다",
    "TypeError": "값의 종류나 인수의 수가 맞지 않습니다",
    "ValueError": "형상이나 값이 계산에 맞지 않습니다",
    "IndexError": "배열의 끝을 넘는 자리를 읽었습니다",
    "KeyError": "없는 이름을 찾았습니다",
    "ZeroDivisionError": "0으로 나누었습니다",
    "FloatingPointError": "수가 넘쳤거나 정해지지 않는 계산을 했습니다",
    "AxisError": "없는 축을 골랐습니다",
    "RecursionError": "함수가 자기를 끝없이 부릅니다",
    "MemoryError": "메모리를 한도보다 많이 쓰려 했습니다",
    "SystemExit": "프로그램을 끝내려 했습니다. exit()를 지우세요",
    "KeyboardInterrupt": "답이 KeyboardInterrupt를 일으켰습니다. 그 raise를 지우세요",
}
UNUSABLE = "돌려준 값으로는 검사를 계산할 수 없습니다. 값의 종류와 형상을 보세요"


class Stopped(BaseException):
    """한도를 넘어 답을 멈췄다. 답의 `except Exception`에 잡히지 않는다."""


class EscapedError(Exception):
    """답이 KeyboardInterrupt처럼 `except Exception`에 잡히지 않는 것을 일으켰다. 원인이 그것이다."""


class Printed:
    """답이 출력한 글. 앞부분만 남기고, 너무 많으면 답을 멈춘다."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.total, self.text = 0, ""

    def write(self, text: str) -> int:
        self.total += len(text)
        if len(self.text) < PRINTED:
            self.text += text[: PRINTED - len(self.text)]
        if self.total > OUTPUT:
            raise Stopped(f"출력이 {OUTPUT:,}자를 넘어 멈췄습니다")
        return len(text)

    def flush(self) -> None:
        """쌓아 두지 않는다."""

    def isatty(self) -> bool:
        return False


@dataclass(frozen=True)
class Outcome:
    """답을 한 번 쓴 결과: 값, 또는 오류와 그것을 말하는 문장."""

    value: Any = None
    error: str = ""
    said: str = ""
    changed: str = ""
    printed: str = ""


def plainly(run: Callable[[], Any]) -> Any:
    """한도 없이 부른다. 명세에 있는 답처럼 믿는 것에 쓴다."""
    return run()


def examine(
    exercise: Exercise,
    answer: Any,
    seed: int,
    *,
    call: Call = plainly,
    tell: Tell | None = None,
    brief: bool = False,
) -> Report:
    """모든 검사를 하고 {held, failures, mistake}를 반환한다. 모두 글과 목록이라 JSON으로 옮길 수 있다.

    답을 부를 때마다 tell에 그때까지의 보고를 준다. 답이 프로세스와 함께 끝나도 어디였는지 남는다. brief이면
    처음 틀린 입력에서 멈추고 진단하지 않는다.
    """
    report: Report = {"held": [], "failures": [], "mistake": None}
    if why := _wrong_kind(exercise, answer):
        report["failures"].append({"check": "답의 종류가 맞습니다", "why": why})
        return report
    behaviour: list[list[Outcome]] = []
    for number, check in enumerate(exercise.checks):
        outcomes: list[Outcome] = []
        first: Report | None = None
        for place in cases(check, seed, number):
            if tell is not None:
                tell({**report, "failures": [*report["failures"], _at(check, place)]})
            outcome = use(check, answer, place, call)
            outcomes.append(outcome)
            if outcome.error == Stopped.__name__:
                report["failures"].append(_at(check, place) | _told(outcome, outcome.said))
                return report
            if first is None and (found := judge(exercise, check, place, outcome)):
                first = _at(check, place) | found
                if brief:
                    return {**report, "failures": [first]}
        behaviour.append(outcomes)
        if first is None:
            report["held"].append(check.title)
        else:
            report["failures"].append(first)
    if report["failures"]:
        report["mistake"] = diagnose(exercise, behaviour, seed)
    return report


def cases(check: Check, seed: int, number: int) -> Iterator[tuple[list[int], int]]:
    """검사의 모든 입력을 작은 것부터 가리키는 (seed, 크기)."""
    for size in check.sizes:
        for repeat in range(REPEATS):
            yield [seed, number, repeat], size


def use(check: Check, answer: Any, place: tuple[list[int], int], call: Call = plainly) -> Outcome:
    """답을 새로 만든 입력에 한 번 쓴다. 답의 경고는 끄고, 출력은 모으고, 오류는 말로 바꾼다."""
    inputs, before = check.inputs(*place), check.inputs(*place)
    printed = Printed()
    try:
        with _quiet(printed):
            value = frozen(call(lambda: check.use(answer, *inputs)))
    except Stopped as stop:
        if call is plainly:  # 믿는 답은 한도의 탓이 아니다. 검사 전체를 멈춘다
            raise
        return Outcome(error=Stopped.__name__, said=str(stop), printed=printed.text)
    except (Exception, SystemExit) as caught:
        error = (
            caught.__cause__ if isinstance(caught, EscapedError) and caught.__cause__ else caught
        )
        name = type(error).__name__.removeprefix("_Array")
        said = _explained(error, name, answer, check)
        return Outcome(error=name, said=said, printed=printed.text)
    changed = [
        name
        for name, now, was in zip(check.names(), inputs, before, strict=True)
        if isinstance(was, np.ndarray) and difference(now, was)
    ]
    return Outcome(
        value, changed="" if check.may_change else ", ".join(changed), printed=printed.text
    )


def judge(exercise: Exercise, check: Check, place: tuple[list[int], int], got: Outcome) -> Report:
    """틀렸으면 왜 틀렸는지와 받은 값, 기대한 값. 맞으면 빈 dict이다."""
    if got.error:
        return _told(got, got.said)
    if check.holds:
        value, want = got.value
    else:
        value, want = got.value, use(check, exercise.reference, place).value
    why = _compared(value, want, Rule(check.tolerance or DOUBLE))
    if not why and got.changed:
        return _told(got, f"{got.changed}: 받은 배열을 바꾸었습니다. 새 배열을 만드세요")
    if not why:
        return {}
    texts = written(value, rounded=True), written(want, rounded=True)
    if texts[0] == texts[1]:  # 여섯 자리로는 같아 보인다
        texts = written(value), written(want)
    if not _compared(value, want, Rule(SHORT)):
        why += f". {TOO_FEW_DIGITS}"
    shows = {"shows": check.shows} if check.shows else {}
    return _told(got, why) | {"got": texts[0], "expected": texts[1]} | shows


def diagnose(exercise: Exercise, behaviour: list[list[Outcome]], seed: int) -> str | None:
    """모든 입력에서 똑같이 구는 이름 붙은 오답의 이름. 없으면 None이다."""
    for mistake in exercise.mistakes:
        if all(
            alike(outcome, use(check, mistake.answer, place))
            for number, (check, outcomes) in enumerate(zip(exercise.checks, behaviour, strict=True))
            for place, outcome in zip(cases(check, seed, number), outcomes, strict=True)
        ):
            return mistake.name
    return None


def alike(one: Outcome, other: Outcome) -> bool:
    """두 답이 같은 입력에서 똑같이 굴었는지: 같은 값, 또는 같은 종류의 오류."""
    if one.error or other.error:
        return one.error == other.error
    return one.changed == other.changed and not _compared(one.value, other.value, SAME)


def _compared(value: Any, want: Any, rule: Rule) -> str:
    """두 값의 다른 점. 독자의 객체가 비교를 망가뜨려도 멈추지 않는다."""
    try:
        return difference(value, want, rule)
    except Exception as error:
        return f"비교할 수 없는 값입니다({type(error).__name__})"


def _wrong_kind(exercise: Exercise, answer: Any) -> str:
    """건넨 것이 함수(클래스)가 아니면, 무엇을 건네야 하는지."""
    name = exercise.name
    if isinstance(exercise.reference, type):
        if isinstance(answer, type):
            return ""
        cure = f'괄호 없이 check("{exercise.id}", {name})처럼 클래스를 건네세요'
        return f"{name}: 클래스여야 합니다. 받은 값의 종류는 {kind(answer)}입니다. {cure}"
    if callable(answer) and not isinstance(answer, type):
        return ""
    cure = f'결과가 아니라 함수를 건넵니다: check("{exercise.id}", {name})'
    return f"{name}: 함수여야 합니다. 받은 값의 종류는 {kind(answer)}입니다. {cure}"


def _at(check: Check, place: tuple[list[int], int]) -> Report:
    """어느 검사의 어느 입력인지."""
    lines = zip(check.names(), check.inputs(*place), strict=True)
    text = "\n".join(f"{name} = {written(value)}" for name, value in lines)
    return {"check": check.title, "input": text}


def _told(got: Outcome, why: str) -> Report:
    return {"why": why} | ({"printed": got.printed} if got.printed else {})


def _explained(error: BaseException, name: str, answer: Any, check: Check) -> str:
    """오류의 뜻, 파이썬의 말, 답에서 그것이 난 줄."""
    text = str(error).partition("\n")[0][:200]
    said = UNUSABLE if _in_the_check(error, check) else ERRORS.get(name, "오류가 났습니다")
    said = f"{said} ({name}: {text})" if text else f"{said} ({name})"
    line = _line(error, answer)
    return f"{said}\n    {line}" if line else said


def _in_the_check(error: BaseException, check: Check) -> bool:
    """답이 값을 돌려준 뒤에 검사의 코드에서 난 오류인지. 인수의 수가 틀려 답을 부르지 못한 것은 아니다."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    here = step is not None and step.tb_frame.f_code is check.use.__code__
    return here and not (isinstance(error, TypeError) and "argument" in str(error))


def _line(error: BaseException, answer: Any) -> str:
    """답의 코드에서 오류가 난 줄. 답의 파일을 모르거나 답 밖에서 났으면 빈 글이다."""
    try:
        file = inspect.getfile(answer)
    except (TypeError, OSError):
        file = getattr(getattr(answer, "__code__", None), "co_filename", "")
    found, step = "", error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            found = linecache.getline(file, step.tb_lineno).strip()
        step = step.tb_next
    return found


@contextmanager
def _quiet(printed: Printed) -> Iterator[None]:
    """출력과 경고를 가로채고, 답이 바꿔 놓은 설정을 되돌린다."""
    streams, limit = (sys.stdout, sys.stderr), sys.getrecursionlimit()
    try:
        sys.stdout = sys.stderr = printed
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout, sys.stderr = streams
        sys.setrecursionlimit(limit)
