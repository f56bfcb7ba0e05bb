"""용어집(glossary.csv)의 줄과, 글에서 용어를 찾는 정규식.

용어 검사, 검색, 용어 카드가 모두 여기서 읽는다. 용어는 낱말의 처음에서 시작하고, 뒤에는 조사나
어미만 붙을 수 있다. 그래서 ‘층’은 ‘층마다’에서 찾고 ‘은닉층’이나 ‘층계’에서는 찾지 않는다.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.facts.particles import ENDINGS
from tools.facts.repository import GLOSSARY

ACRONYM = re.compile(r"[A-Z]{2,}")
ENDING = "|".join(ENDINGS)


class Term(NamedTuple):
    """용어집의 한 줄. 비어 있는 칸은 빈 글이나 빈 튜플이다.

    `section`은 용어를 소개하는 페이지, `other_sense`는 같은 말이 다른 뜻으로 쓰여 카드를 달지 않을
    페이지들이다.
    """

    en: str
    ko: str
    forbidden: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    definition: str = ""
    section: str = ""
    other_sense: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """괄호를 뺀 한국어.

        >>> Term("normal vector", "법선(벡터)").plain
        '법선'
        """
        return re.sub(r"\([^)]*\)", "", self.ko).strip()

    @property
    def acronyms(self) -> tuple[str, ...]:
        """다른 이름 가운데 머리글자로 된 것."""
        return tuple(name for name in self.aliases if ACRONYM.fullmatch(name))

    @property
    def surfaces(self) -> tuple[str, ...]:
        """본문에 나타나는 형태. 앞의 괄호는 벗기고 뒤의 괄호는 뺀다.

        >>> Term("bias (statistical)", "(통계적) 편향").surfaces
        ('통계적 편향',)
        >>> Term("stochastic gradient descent", "확률적 경사 하강법", aliases=("SGD",)).surfaces
        ('확률적 경사 하강법', 'SGD')
        """
        korean = re.sub(r"^\(([^)]*)\)", r"\1", self.ko)
        return (re.sub(r"\([^)]*\)", "", korean).strip(), *self.acronyms)


def read_terms(path: Path = GLOSSARY) -> list[Term]:
    """용어집의 모든 줄."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Term(
                row["en"],
                row["ko"],
                _parts(row["variants_forbidden"], ";"),
                _parts(re.sub(r"\([^)]*\)", "", row["aliases"] or ""), "[,;·]"),
                row.get("definition") or "",
                row.get("section") or "",
                _parts(row.get("other_sense"), ";"),
            )
            for row in csv.DictReader(file)
        ]


def _parts(cell: str | None, separator: str) -> tuple[str, ...]:
    """칸 하나에 적은 여러 값."""
    return tuple(part.strip() for part in re.split(separator, cell or "") if part.strip())


def term_pattern(surfaces: Iterable[str]) -> re.Pattern[str]:
    """글에서 용어를 찾는 정규식. 같은 자리에서는 긴 용어를 먼저 찾고, 첫 그룹이 용어다.

    >>> pattern = term_pattern(["경사 하강법", "확률적 경사 하강법", "층"])
    >>> [match[1] for match in pattern.finditer("층마다 은닉층을 확률적 경사 하강법으로, 층계는")]
    ['층', '확률적 경사 하강법']
    """
    longest = sorted(set(surfaces), key=lambda surface: (-len(surface), surface))
    names = "|".join(re.escape(surface).replace(r"\ ", r"\s+") for surface in longest) or "(?!)"
    return re.compile(rf"(?<![가-힣\w.-])({names})(?=(?:{ENDING})?(?![가-힣\w-]))")


class Finder:
    """글에서 용어집의 용어를 찾는다. 긴 용어 안의 짧은 용어는 찾지 않는다.

    >>> finder = Finder([Term("layer", "층"), Term("layer normalization", "층 정규화")])
    >>> [term.ko for _, _, term in finder.find("층마다 층 정규화를 둡니다")]
    ['층', '층 정규화']
    """

    def __init__(self, terms: Sequence[Term]) -> None:
        self.pattern = term_pattern(surface for term in terms for surface in term.surfaces)
        self.terms: dict[str, Term] = {}
        for term in terms:
            for surface in term.surfaces:
                if term.definition or surface not in self.terms:
                    self.terms[surface] = term

    def find(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """(시작, 끝, 용어)."""
        for match in self.pattern.finditer(text):
            yield match.start(1), match.end(1), self.terms[" ".join(match[1].split())]
