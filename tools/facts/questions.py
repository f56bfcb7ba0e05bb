"""물음의 소스 꼴: 질문, 보기마다 이유가 딸린 목록, 맺는 글. 종류와 보기의 표시도 여기서 정한다."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

# 종류 → 화면에 적는 말. 처음 둘은 보기의 글이 정하므로 `:kind:`를 적지 않는다.
KINDS = {
    "choice": "하나 고르기",
    "ox": "○ 또는 ×",
    "number": "수 적기",
    "order": "순서 맞추기",
    "line": "틀린 줄 고르기",
}
MARKS = "①②③④⑤⑥"
OX = {"○": "맞다", "×": "틀리다"}
MAX_CHOICES = len(MARKS)
ITEM = re.compile(r"(?:- \[(?P<mark>[ xX])\]|(?P<number>\d+)\.) +(?P<text>.*)")
VALUE = re.compile(r"(?P<value>[-−]?[\d.,]+(?:/\d+)?)(?:\s*±\s*(?P<tolerance>[\d.]+))?")


class Value(NamedTuple):
    """맞다고 볼 수와 허용 오차."""

    value: float
    tolerance: float


@dataclass
class Choice:
    """보기 하나: 글, 옳은지, 이유."""

    text: str
    right: bool
    reason: str = ""


@dataclass
class Question:
    """읽은 물음. 보기가 없으면 글로 답하는 물음이다."""

    stem: str
    choices: list[Choice] = field(default_factory=list)
    more: str = ""

    def kind(self, option: str = "") -> str:
        """`:kind:`에 적은 종류. 적지 않았으면 보기의 글에서 정한다."""
        return option or kind_of([choice.text for choice in self.choices])


def kind_of(texts: list[str]) -> str:
    """보기의 글이 정하는 종류.

    >>> kind_of(["○", "×"]), kind_of(["하나", "둘", "셋"])
    ('ox', 'choice')
    """
    return "ox" if texts == list(OX) else "choice"


def read(body: str) -> Question:
    """지시문의 안쪽 글을 질문, 보기, 맺는 글로 나눈다. 울타리 안의 줄은 보기로 보지 않는다.

    >>> found = read("합은?\\n\\n- [x] 3\\n\\n  더했습니다.\\n- [ ] 2\\n\\n  곱했습니다.\\n\\n끝.")
    >>> found.stem, found.more, [(c.text, c.right, c.reason) for c in found.choices]
    ('합은?', '끝.', [('3', True, '더했습니다.'), ('2', False, '곱했습니다.')])
    """
    stem: list[str] = []
    more: list[str] = []
    items: list[tuple[bool, list[str]]] = []
    fence = ""
    for line in body.split("\n"):
        mark = re.match(r"\s*(```+|~~~+|:::+)", line)
        if mark:
            fence = "" if fence and line.strip().startswith(fence) else fence or mark[1]
        found = None if fence or mark else ITEM.fullmatch(line)
        if found and not more:
            right = found["number"] is not None or found["mark"] != " "
            items.append((right, [found["text"]]))
        elif items and not more and (not line.strip() or line.startswith("  ")):
            items[-1][1].append(line)
        else:
            (more if items else stem).append(line)
    choices = []
    for right, lines in items:
        text, _, reason = "\n".join(line.removeprefix("  ") for line in lines).partition("\n\n")
        choices.append(Choice(" ".join(text.split()), right, reason.strip()))
    return Question("\n".join(stem).strip(), choices, "\n".join(more).strip())


def read_value(text: str) -> Value:
    """`0.25 ± 0.01`, `1/3`, `2,260` 같은 보기의 글을 수로 읽는다.

    >>> read_value("0.25 ± 0.01"), read_value("−1/4")
    (Value(value=0.25, tolerance=0.01), Value(value=-0.25, tolerance=0.0))
    """
    found = VALUE.fullmatch(text.strip())
    if not found:
        raise ValueError(
            f"수 적기의 보기: `0.25 ± 0.01`이나 `1/3` 꼴이어야 합니다. 받은 값: {text}"
        )
    value = Fraction(found["value"].replace("−", "-").replace(",", ""))
    return Value(float(value), float(found["tolerance"] or 0))


def shuffled(label: str, count: int) -> list[int]:
    """순서 맞추기의 줄을 처음에 늘어놓는 순서. 이름표가 정하며, 옳은 순서 그대로는 아니다.

    >>> sorted(shuffled("quiz-a", 4)), shuffled("quiz-a", 4) != [0, 1, 2, 3]
    ([0, 1, 2, 3], True)
    """
    order = sorted(
        range(count), key=lambda place: hashlib.sha256(f"{label}/{place}".encode()).digest()
    )
    return order if order != sorted(order) else order[::-1]
