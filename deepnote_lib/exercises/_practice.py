"""독자가 부르는 것: `check`가 답을 검사하고, `hint`가 한 단계씩 돕고, `progress`가 진도를 보인다."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

from deepnote_lib._checks import make_rng, shown
from deepnote_lib._typing import Rng
from deepnote_lib.exercises import _hints, _limits
from deepnote_lib.exercises._card import Failure, Result, show
from deepnote_lib.exercises._examine import examine
from deepnote_lib.exercises._progress import Progress, progress_file, read, record
from deepnote_lib.exercises._spec import LEVELS, Exercise

_last: dict[str, Failure] = {}  # 이름표 → 마지막 check의 첫 실패
_shown: dict[str, int] = {}  # 이름표 → 보여 준 힌트의 수


def ids() -> tuple[str, ...]:
    """모든 연습의 이름표. 명세는 읽지 않는다.

    >>> "ex-softmax-lse" in ids()
    True
    """
    names = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return tuple("ex-" + n.replace("_", "-") for n in sorted(names) if not n.startswith("_"))


def load(id: str) -> Exercise:
    """연습의 명세: id, title, section, level, minutes, starter, reference, wrong(이름 → 오답).

    >>> exercise = load("ex-softmax-lse")
    >>> exercise.title, exercise.level, list(exercise.wrong)
    ('배치용 logsumexp', 'core', ['최댓값 되더하기 누락', 'log(sum)만', '축 전체'])
    """
    if not isinstance(id, str):
        raise TypeError(f"id: 연습의 이름표(문자열)여야 합니다. 받은 값={shown(id)}")
    if id not in ids():
        close = get_close_matches(id, ids(), n=1, cutoff=0.5)
        cure = f"비슷한 이름표: {close[0]}" if close else "ids()가 모든 이름표를 보여 줍니다"
        raise ValueError(f"id: 연습의 이름표여야 합니다. 받은 값={shown(id)}. {cure}")
    name = id.removeprefix("ex-").replace("-", "_")
    exercise: Exercise = import_module(f"deepnote_lib.exercises.{name}").exercise
    return exercise


def check(id: str, answer: Any, *, rng: Rng = None) -> Result:
    """답을 검사하고 결과를 바로 보인다: 맞는 것, 틀린 가장 작은 입력, 알아본 실수.

    입력은 부를 때마다 새로 뽑는다. 같은 입력으로 다시 보려면 rng에 시드를 준다. 끝나지 않는 답이나 쓰러지는
    답은 몇 초 안에 멈추고, 부른 쪽은 그대로이다.

    >>> import numpy as np
    >>> def logsumexp_rows(z):
    ...     m = z.max(axis=1, keepdims=True)
    ...     return m[:, 0] + np.log(np.exp(z - m).sum(axis=1))
    >>> result = check("ex-softmax-lse", logsumexp_rows, rng=0)
    배치용 logsumexp: 통과했습니다
      ✓ 보통 크기의 로짓에서 행마다 LSE가 맞습니다
      ✓ 로짓이 1000쯤이어도 넘치지 않습니다
      ✓ 로짓에 모두 5를 더하면 LSE도 5만큼 커집니다
    >>> result.passed, result.mistake
    (True, None)
    """
    exercise = load(id)
    seed = int(make_rng(rng).integers(2**31))
    report = _limits.run(lambda call, tell: examine(exercise, answer, seed, call=call, tell=tell))
    failures = tuple(Failure(**failure) for failure in report["failures"])
    trouble = record(id, passed=not failures, mistake=report["mistake"])
    result = Result(
        id,
        exercise.title,
        tuple(report["held"]),
        failures,
        report["mistake"],
        _advice(exercise, report["mistake"]),
        tuple(filter(None, [_limits.unheld(), trouble])),
    )
    if failures:
        _last[id] = failures[0]
    else:
        _last.pop(id, None)
    show(str(result), result._repr_html_())
    return result


def _advice(exercise: Exercise, name: str | None) -> tuple[str, ...]:
    """알아본 실수를 말하는 문장과 다시 볼 곳."""
    for mistake in exercise.mistakes:
        if mistake.name == name:
            page, _, heading = mistake.see.rpartition("#")
            return (
                f"짐작({name}): {mistake.says}",
                f"다시 볼 곳: ‘{heading}’ ({page or exercise.section})",
            )
    return ()


def hint(id: str) -> None:
    """다음 힌트를 보인다: 떠올려 볼 것, 실패한 입력과 기대한 값, 식, 섞어 놓은 줄, 모범 답안.

    >>> hint("ex-softmax-lse")
    힌트 1/4. 떠올려 볼 것
      최댓값은 두 번 쓰입니다. ...
    """
    exercise = load(id)
    steps = _hints.steps(exercise, _last.get(id))
    number = min(_shown.get(id, 0), len(steps) - 1)
    _shown[id] = number + 1
    place = steps[number], number + 1, len(steps)
    show(_hints.plain(*place), "", markdown=_hints.markdown(*place))


def progress() -> Progress:
    """통과한 연습과 시도한 연습. 기록은 파일 하나이고, 지우면 처음부터이다.

    >>> found = progress()
    >>> set(ids()) == {*found.passed, *found.tried, *found.left}
    True
    """
    path = progress_file()
    entries, trouble = read(path)
    rows = [("이름표", "제목", "수준", "시도", "통과한 날", "했던 실수")]
    passed: list[str] = []
    tried: list[str] = []
    left: list[str] = []
    for id in ids():
        if (entry := entries.get(id)) is None:
            left.append(id)
            continue
        (tried if entry["passed"] is None else passed).append(id)
        exercise = load(id)
        mistakes = ", ".join(f"{name} {count}번" for name, count in entry["mistakes"].items())
        level = LEVELS[exercise.level]
        rows.append(
            (id, exercise.title, level, str(entry["tries"]), entry["passed"] or "", mistakes)
        )
    return Progress(tuple(passed), tuple(tried), tuple(left), path, tuple(rows), trouble)
