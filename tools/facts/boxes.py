"""상자의 이름과 종류. 이름이 아이콘과 색, 처음에 접어 두는지를 정한다."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """상자 한 종류: CSS 이름과 처음에 접어 두는지."""

    css: str
    folded: bool


KINDS: dict[str, Kind] = {
    "이 절을 마치면": Kind("goal", False),
    "자주 하는 실수": Kind("mistake", False),
    "수학 상자": Kind("math", True),
    "한 걸음 더": Kind("deeper", True),
    "다른 책에서는": Kind("elsewhere", False),
    "핵심 정리": Kind("summary", False),
    "강의자 노트": Kind("teacher", True),
    "힌트": Kind("hint", True),
}


def split_title(title: str) -> tuple[str, str]:
    """제목을 (종류, 부제목)으로 나눈다. 종류는 쌍점 앞이다.

    >>> split_title("자주 하는 실수: 부호를 거꾸로")
    ('자주 하는 실수', '부호를 거꾸로')
    """
    name, _, subtitle = title.partition(":")
    return " ".join(name.split()), subtitle.strip()
