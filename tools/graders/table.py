"""채점기의 시험을 표로 적는다: 연습마다의 수, 진단의 표, 살아남은 돌연변이."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepnote_lib._text import format_table
from tools.graders.trial import Trial

HEAD = ("이름표", "바른 답", "오답", "제 진단", "돌연변이", "걸림", "비율", "같은 뜻", "문제")


def lines(trials: Sequence[Trial]) -> Iterator[str]:
    """모든 시험의 표와, 그 아래의 진단과 살아남은 것."""
    yield from format_table([HEAD, *map(_row, trials)], right=range(1, len(HEAD))).splitlines()
    for trial in trials:
        yield ""
        yield f"{trial.exercise.id}: 오답(줄)이 들은 진단(칸)의 횟수"
        yield from confusion(trial)
        for name, why in sorted(trial.survivors.items()):
            yield f"  살아남음: {name} ({why or '이유 없음'})"
        for problem in trial.problems:
            yield f"  문제: {problem}"


def _row(trial: Trial) -> tuple[str, ...]:
    own = sum(all_own(trial, mistake) for mistake in trial.exercise.wrong)
    return (
        trial.exercise.id, str(trial.right), str(len(trial.exercise.mistakes)), str(own),
        str(trial.mutants), str(trial.caught), f"{trial.rate:.0%}", str(trial.equivalent),
        str(len(trial.problems)),
    )  # fmt: skip


def all_own(trial: Trial, name: str) -> bool:
    """이 오답이 언제나 제 이름을 들었는지."""
    return {heard for wrong, heard in trial.confusion if wrong == name} == {name}


def confusion(trial: Trial) -> Iterator[str]:
    """진단의 표. 칸은 번호로 적고 줄에 이름을 붙인다."""
    names = list(trial.exercise.wrong)
    columns: list[str | None] = [*names, None]
    head = ["", *(str(i) for i in range(1, len(names) + 1)), "없음"]
    body = [
        [f"{i} {name}", *(str(trial.confusion[name, heard] or "·") for heard in columns)]
        for i, name in enumerate(names, 1)
    ]
    for line in format_table([head, *body], right=range(1, len(head))).splitlines():
        yield f"  {line}"
