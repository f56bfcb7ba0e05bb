"""기울기 검증의 결과: 매개변수마다 가장 나쁜 자리와 판정."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ParameterCheck:
    """매개변수 하나의 결과. 가장 많이 어긋난 자리의 값이다.

    Attributes
    ----------
    name : str
        매개변수 이름. 입력에 대한 기울기는 "x"이다.
    index : tuple[int, ...]
        가장 나쁜 자리.
    analytic, numeric : float
        그 자리의 역전파 값과 수치 미분 값.
    ratio : float
        |analytic - numeric|을 허용 오차로 나눈 값. 1 이하이면 통과이다.
    passed : bool
        통과했는지.
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    ratio: float
    passed: bool

    def __str__(self) -> str:
        place = f"{self.name}{list(self.index)}"
        verdict = "통과" if self.passed else "실패"
        return (
            f"{place:<20} 해석적 {self.analytic:+.6e}  수치 {self.numeric:+.6e}  "
            f"오차/허용 {self.ratio:.2g}  {verdict}"
        )


@dataclass(frozen=True)
class GradientReport:
    """`gradient_check`의 결과. 차례로 돌면 `ParameterCheck`가 나온다.

    Attributes
    ----------
    checks : tuple[ParameterCheck, ...]
        매개변수마다 하나, 마지막은 입력 "x".
    """

    checks: tuple[ParameterCheck, ...]

    @property
    def passed(self) -> bool:
        """모두 통과했는지."""
        return all(check.passed for check in self.checks)

    def __iter__(self) -> Iterator[ParameterCheck]:
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    def __getitem__(self, name: str) -> ParameterCheck:
        """이름으로 찾는다. 없으면 KeyError."""
        for check in self.checks:
            if check.name == name:
                return check
        names = ", ".join(check.name for check in self.checks)
        raise KeyError(f"{name}: 보고에 있는 이름이어야 합니다. 있는 이름={names}")

    def __str__(self) -> str:
        failed = sum(not check.passed for check in self.checks)
        verdict = f"{failed}개가 어긋납니다" if failed else "모두 통과했습니다"
        return "\n".join([*map(str, self.checks), f"기울기 검증: {len(self)}개 가운데 {verdict}"])
