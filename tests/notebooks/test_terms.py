"""용어 검사는 금지한 말을 찾고, 예외로 정한 곳은 지나간다."""

from __future__ import annotations

import csv
import re

import pytest

pytest.importorskip("myst_parser", reason="책을 만드는 패키지(jupyter-book)가 없습니다.")

from tools.facts.repository import GLOSSARY
from tools.rules.terms import SPELLING, lint_python, lint_text, load_rules


def advice(text: str) -> list[str]:
    """찾은 것들의 충고."""
    return [hit.advice for hit in lint_text(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L2 정규화를 더합니다.", "규제"),
        ("정규화(regularization)를 더합니다.", "규제"),
        ("은닉 레이어를 쌓습니다.", "은닉층"),
        ("파라미터를 갱신합니다.", "매개변수"),
        ("임계값을 넘습니다.", "임곗값"),
        ("라벨을 답니다.", "레이블"),
        ("최대값을 뺍니다.", "최댓값"),
        ("입력에 의해 결정됩니다.", "능동"),
        ("가중치을(를) 고칩니다.", "조사를 하나만"),
        ("NumPy 를 씁니다.", "붙여 쓴다"),
        ("$y$ 는 정답입니다.", "붙여 쓴다"),
        ("`softmax` 는 함수입니다.", "붙여 쓴다"),
    ],
)
def test_a_forbidden_word_is_found_with_the_right_one(text, expected):
    assert any(expected in item for item in advice(text)), advice(text)


@pytest.mark.parametrize(
    "text",
    [
        "배치 정규화(batch normalization)는 층의 값을 고릅니다.",
        "하이퍼파라미터를 고릅니다.",
        "『파라미터의 이해』라는 책이 있습니다.",
        "“L2 정규화”라고 부르는 책도 있습니다.",
        "`L2 정규화`라는 글자와 $라벨$을 봅니다.",
        "이 줄은 라벨을 허락합니다. <!-- term-ok -->",
        ":::{box} 다른 책에서는\n라벨, 파라미터, L2 정규화라고 합니다.\n:::",
        "```python\n라벨 = 1\n```",
        "```{math}\n:label: eq-x\n\\text{라벨}\n```",
        "(ex-라벨)=\n[글](https://example.com/라벨)",
    ],
)
def test_exempt_places_are_left_alone(text):
    assert advice(text) == []


def test_the_exempt_box_ends_where_it_closes():
    text = ":::{box} 다른 책에서는\n라벨이라고 합니다.\n:::\n\n라벨을 답니다."
    assert [hit.line for hit in lint_text(text)] == [5]


@pytest.mark.parametrize(
    "wrong",
    ["$L$는", "$n$를", "$x$은", "softmax은", "ReLU을", "`dropout`는", "matplotlib로", "$\\eta$은"],
)
def test_a_particle_that_does_not_fit_the_reading_is_found(wrong):
    assert [hit.found for hit in lint_text(f"여기서 {wrong} 다릅니다.")] == [wrong]


@pytest.mark.parametrize(
    "right",
    [
        "$L$은",
        "$n$을",
        "$x$는",
        "softmax는",
        "ReLU를",
        "`dropout`은",
        "matplotlib으로",
        "$\\eta$는",
    ],
)
def test_a_particle_that_fits_the_reading_passes(right):
    assert lint_text(f"여기서 {right} 다릅니다.") == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("0.60로", "으로"),
        ("0.761으로", "로"),
        ("$-12$은", "는"),
        ("97%은", "는"),
        ("3<!-- run: 수 -->는", "은"),
        ("**0.24**<!-- run: 수 -->은", "는"),
    ],
)
def test_a_particle_after_a_number_follows_its_last_digit(wrong, right):
    assert [hit.advice for hit in lint_text(f"값이 {wrong} 바뀝니다.")] == [
        f"조사를 읽는 소리에 맞춘다: {right}"
    ]


@pytest.mark.parametrize(
    "right",
    [
        "0.60으로",
        "3<!-- run: 수 -->은",
        "$\\tfrac12$은",
        "$w^2$은",
        "$89/91$는",
        "3가지",
        "2이면",
        "5<!-- run: ㄱ -->개, 7<!-- run: ㄴ -->은",
    ],
)
def test_a_number_that_is_not_read_by_its_last_digit_is_left_alone(right):
    assert lint_text(f"값이 {right} 바뀝니다.") == []


@pytest.mark.parametrize(
    "broken",
    ["**함수(function)**는", "**“따옴표”**라고", "**100%**가", "**`code`**는", "**끝.**그리고"],
)
def test_bold_that_prints_its_asterisks_is_found(broken):
    assert any("굵게" in item for item in advice(f"그래서 {broken} 됩니다."))


@pytest.mark.parametrize(
    "fine", ["**함수**(function)는", "**강조**와 (괄호)는", "`a**b`와 $x**2$는"]
)
def test_bold_that_renders_passes(fine):
    assert not any("굵게" in item for item in advice(f"그래서 {fine} 됩니다."))


def test_python_comments_docstrings_and_errors_are_read_but_code_is_not():
    source = (
        '"""라벨을 읽는다."""\n'
        "라벨 = 1  # 파라미터를 센다\n"
        'raise ValueError("x: 임계값이어야 합니다")\n'
        "y = 2  # 라벨  # term-ok\n"
    )
    assert [(hit.line, hit.found) for hit in lint_python(source)] == [
        (1, "라벨"),
        (2, "파라미터"),
        (3, "임계값"),
    ]


def test_lines_of_a_long_docstring_are_counted_from_its_start():
    source = 'def f():\n    """첫 줄.\n\n    라벨을 읽는다.\n\n    >>> f()  # 라벨\n    """\n'
    assert [(hit.line, hit.found) for hit in lint_python(source)] == [(4, "라벨")]


def test_every_rule_of_the_glossary_compiles_and_none_forbids_its_own_term():
    rules = load_rules()
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rules) > len(rows)
    assert list(rows[0]) == [
        *("en", "ko", "variants_forbidden", "aliases", "note"),
        *("definition", "section", "other_sense"),
    ]
    for row in rows:
        for pattern, right in rules:
            match = pattern.search(row["ko"])
            assert not match or right != row["ko"], f"{row['ko']}: {pattern.pattern}"


def test_every_spelling_rule_compiles():
    for pattern in SPELLING:
        assert re.compile(pattern)


def test_a_line_is_counted_through_lists_quotes_and_nested_boxes():
    text = (
        "---\ntitle: 라벨\n---\n# 제목\n\n- 하나\n\n  - 라벨\n\n> 인용 속\n> 라벨\n\n"
        "::::{box} 답\n:label: a\n\n글\n\n:::{quiz} 문제\n라벨\n:::\n::::\n"
    )
    assert [hit.line for hit in lint_text(text, is_file=True)] == [8, 11, 19]


def test_text_inside_html_is_read_but_its_tags_are_not():
    text = "<div class='라벨'>\n<b>라벨</b>을 답니다.\n</div>"
    assert [hit.line for hit in lint_text(text)] == [2]


def test_indented_lines_of_a_docstring_are_text_and_not_code():
    source = 'def f():\n    """첫 줄.\n\n    x : 배열\n        설명.\n\n        라벨.\n    """\n'
    assert [(hit.line, hit.found) for hit in lint_python(source)] == [(7, "라벨")]
