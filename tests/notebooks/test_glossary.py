"""용어집의 규칙: 정의의 형태, 소개하는 페이지, 본문에 쓴 용어의 정의."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("myst_parser", reason="책을 빌드하는 패키지(myst-parser)가 없습니다.")

from tools.facts.glossary import Term, read_terms
from tools.rules.glossary import LONGEST, form_problems, glossary_problems
from tools.rules.page import Page

GOOD = Term("loss", "손실", definition="예측이 틀린 정도를 나타내는 수", section="a")
PAGES = {
    "a": Page(Path("a.md"), "손실을 줄입니다.\n"),
    "b": Page(Path("b.md"), "『딥러닝 책』의 층은 “기울기”가 아니며 `드롭아웃`은 코드입니다.\n"),
}


def problems(*terms: Term) -> list[str]:
    return list(glossary_problems(terms, PAGES))


def test_a_good_row_passes():
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"section": ""}, "함께 적습니다"),
        ({"definition": ""}, "함께 적습니다"),
        ({"definition": "틀린 정도입니다."}, "명사로 끝납니다"),
        ({"definition": "틀린 정도를 나타낸다"}, "명사로 끝납니다"),
        ({"definition": "틀린 정도. 작을수록 좋은 값"}, "명사로 끝납니다"),
        ({"definition": "가" * (LONGEST + 1)}, f"{LONGEST}자까지"),
        ({"definition": "웨이트가 나쁜 정도"}, "가중치"),
        ({"section": "없는/페이지"}, "목차에 없는 페이지"),
        ({"section": "b"}, "이 용어가 나오지 않습니다"),
        ({"other_sense": ("b",)}, "이 용어가 나오지 않습니다"),
        ({"other_sense": ("없는/페이지",)}, "목차에 없는 페이지"),
    ],
)
def test_a_bad_row_is_told(change, message):
    assert any(message in problem for problem in problems(GOOD._replace(**change)))


def test_another_sense_needs_a_definition():
    term = Term("loss", "손실", other_sense=("a",))
    assert any("other_sense" in problem for problem in form_problems(term))


def test_a_used_term_without_a_definition_is_told_with_its_page():
    layer = Term("layer", "층")
    assert [p for p in problems(GOOD, layer) if "정의가 없습니다" in p] == [
        "층: b에서 쓰는 용어에 정의가 없습니다. definition과 section을 적으세요"
    ]


@pytest.mark.parametrize("ko", ["기울기", "드롭아웃", "딥러닝", "예측"])
def test_quoted_words_titles_code_and_everyday_words_need_no_definition(ko):
    assert problems(GOOD, Term("x", ko)) == []


def test_one_word_has_one_definition():
    assert any("두 줄" in problem for problem in problems(GOOD, GOOD._replace(en="loss value")))
    assert problems(GOOD, Term("loss value", "손실")) == []
    assert any("두 줄" in problem for problem in problems(GOOD, GOOD._replace(ko="손해")))


def test_a_name_that_is_the_same_in_both_languages_is_one_name():
    page = {"a": Page(Path("a.md"), "ReLU를 씁니다.\n")}
    term = Term("ReLU", "ReLU", definition="음수를 0으로 바꾸는 함수", section="a")
    assert list(glossary_problems([term], page)) == []


def test_the_glossary_tells_apart_terms_that_share_a_word():
    terms = {term.en: term for term in read_terms()}
    assert terms["bias (statistical)"].surfaces == ("통계적 편향",)
    assert terms["bias (parameter)"].other_sense == ("book/regularization/bias-variance",)
