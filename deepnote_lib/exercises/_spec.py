"""연습 하나의 명세: 물음, 출발 코드, 검사, 모범 답안, 이름 붙은 오답을 파일 하나에 적는 형식."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from deepnote_lib._checks import shown

LEVELS = {"core": "핵심", "advanced": "심화"}
SIZES = (1, 2, 3, 4, 5)
REPEATS = 2  # 크기마다 새로 뽑는 횟수

Answer = TypeVar("Answer", bound=Callable[..., Any])
Data = Callable[[np.random.Generator, int], Any]


@dataclass(frozen=True)
class Check:
    """검사 하나: 작은 입력부터 뽑는 함수 data와, 답을 한 번 쓰는 함수 use."""

    title: str
    data: Data
    use: Callable[..., Any]
    holds: bool
    sizes: Sequence[int]
    tolerance: float | None
    may_change: bool
    shows: str = ""  # 비교한 값이 답이 돌려준 것이 아니면 그것의 이름

    def inputs(self, seed: Sequence[int], size: int) -> tuple[Any, ...]:
        """크기 size인 입력. 같은 seed이면 언제나 같은 값을 새로 만든다."""
        drawn = self.data(np.random.default_rng([*seed, size]), size)
        return drawn if isinstance(drawn, tuple) else (drawn,)

    def names(self) -> list[str]:
        """입력의 이름: use의 첫 인수(답) 다음의 인수들."""
        return list(inspect.signature(self.use).parameters)[1:]


@dataclass(frozen=True)
class Mistake:
    """이름 붙은 오답: 그 코드, 그것을 잡아야 하는 검사, 실수를 알리는 문장, 다시 볼 제목."""

    name: str
    answer: Callable[..., Any]
    by: Check
    says: str
    see: str


class Exercise:
    """연습 하나. 명세 파일이 하나를 만들고, 데코레이터로 검사와 답을 붙인다.

    Parameters
    ----------
    section
        연습이 있는 페이지의 경로. `softmax/softmax`처럼 확장자 없이 적는다.
    level
        `core`(핵심)나 `advanced`(심화).
    minutes
        걸리는 시간.
    task
        물음. 페이지에 실리는 MyST 글.
    starter
        출발 코드. 실행되지만 통과하지 못하고, 모범 답안과 같은 이름을 정의한다.
    hints
        힌트 둘 이상: 떠올려 볼 것, 그다음이 식. 실패한 입력과 모범 답안의 줄은 저절로 끼워진다.
    """

    def __init__(
        self,
        title: str,
        *,
        section: str,
        level: str,
        minutes: int,
        task: str,
        starter: str,
        hints: Sequence[str],
    ) -> None:
        if level not in LEVELS:
            raise ValueError(f"level: {' 또는 '.join(LEVELS)}여야 합니다. 받은 값={shown(level)}")
        if len(hints) < 2:
            raise ValueError(
                f"hints: 떠올려 볼 것과 식, 두 개 이상이어야 합니다. 받은 수={len(hints)}"
            )
        self.title, self.section, self.level, self.minutes = title, section, level, minutes
        self.task, self.starter = _cleaned(task), _cleaned(starter)
        self.hints = tuple(_cleaned(hint) for hint in hints)
        self.checks: list[Check] = []
        self.mistakes: list[Mistake] = []
        self._reference: Callable[..., Any] | None = None

    # 명세를 쓰는 사람의 데코레이터 ------------------------------------------------------------

    def answer(self, reference: Answer) -> Answer:
        """모범 답안을 정한다. 독자의 답도 같은 이름의 함수나 클래스이다."""
        self._reference = reference
        return reference

    def same(
        self,
        title: str,
        data: Data,
        *,
        sizes: Sequence[int] = SIZES,
        tolerance: float | None = None,
        may_change: bool = False,
        shows: str = "",
    ) -> Callable[[Callable[..., Any]], Check]:
        """모범 답안과 같아야 하는 검사. `use(답, 입력…)`의 값을 모범 답안의 값과 비교한다.

        값은 수, 배열, 튜플, 이름 붙은 dict이다. dict이면 어긋난 것의 이름을 알려 준다.

        Parameters
        ----------
        title
            통과했을 때 참인 문장.
        data
            `data(rng, n)`이 입력 하나나 튜플을 반환한다. n은 sizes의 수이고 작은 것부터 온다.
        tolerance
            허용 오차(기대한 값의 최댓값에 대한 비). 없으면 반올림만 봐준다.
        may_change
            참이면 답이 입력을 바꾸어도 된다.
        shows
            비교한 값의 이름. use가 답이 돌려준 것을 그대로 비교하지 않으면 `받은 값(이름)`으로 적힌다.
        """
        return self._checking(title, data, False, sizes, tolerance, may_change, shows)

    def holds(
        self,
        title: str,
        data: Data,
        *,
        sizes: Sequence[int] = SIZES,
        tolerance: float | None = None,
        may_change: bool = False,
        shows: str = "",
    ) -> Callable[[Callable[..., Any]], Check]:
        """성질의 검사. `use(답, 입력…)`이 반환한 (받은 값, 기대한 값)이 같아야 한다."""
        return self._checking(title, data, True, sizes, tolerance, may_change, shows)

    def _checking(
        self,
        title: str,
        data: Data,
        holds: bool,
        sizes: Sequence[int],
        tolerance: float | None,
        may_change: bool,
        shows: str,
    ) -> Callable[[Callable[..., Any]], Check]:
        def add(use: Callable[..., Any]) -> Check:
            check = Check(title, data, use, holds, tuple(sizes), tolerance, may_change, shows)
            self.checks.append(check)
            return check

        return add

    def mistake(self, name: str, *, by: Check, says: str, see: str) -> Callable[[Answer], Answer]:
        """이름 붙은 오답. by가 잡아야 하고, 똑같이 틀린 독자에게 says를 말하고 see로 보낸다.

        see는 section 페이지의 제목이고, 다른 페이지라면 `softmax/logistic#제목`으로 적는다.
        """
        if by not in self.checks:
            raise ValueError(f"by: 이 연습의 검사여야 합니다. 받은 값={shown(by)}")

        def add(answer: Answer) -> Answer:
            self.mistakes.append(Mistake(name, answer, by, says, see))
            return answer

        return add

    # 읽는 사람의 속성 ------------------------------------------------------------------------

    @property
    def reference(self) -> Callable[..., Any]:
        """모범 답안. 보통의 함수나 클래스이다."""
        if self._reference is None:
            raise RuntimeError("reference: 명세에 @exercise.answer를 붙인 답이 있어야 합니다")
        return self._reference

    @property
    def id(self) -> str:
        """이름표. 명세 파일의 이름에서 나온다: `softmax_lse.py`는 `ex-softmax-lse`."""
        return "ex-" + self.reference.__module__.rpartition(".")[2].replace("_", "-")

    @property
    def name(self) -> str:
        """독자가 정의할 함수나 클래스의 이름."""
        return self.reference.__name__

    @property
    def chapter(self) -> str:
        """장: section의 첫 부분."""
        return self.section.partition("/")[0]

    @property
    def wrong(self) -> dict[str, Callable[..., Any]]:
        """이름 붙은 오답: 이름 → 함수나 클래스."""
        return {mistake.name: mistake.answer for mistake in self.mistakes}

    def __repr__(self) -> str:
        return f"Exercise({self.id}, {self.title!r}, {self.section})"


def code_of(answer: Callable[..., Any]) -> str:
    """함수나 클래스의 코드. 명세의 데코레이터는 뺀다."""
    source = textwrap.dedent(inspect.getsource(answer))
    node = ast.parse(source).body[0]
    lines = source.splitlines()[node.lineno - 1 :]
    return "\n".join(lines).rstrip() + "\n"


def _cleaned(text: str) -> str:
    """앞뒤의 빈 줄과 공통 들여쓰기를 뺀 글."""
    return textwrap.dedent(text).strip("\n").rstrip() + "\n"
