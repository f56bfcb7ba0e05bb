"""MyST 글을 책과 같은 파서로 읽는다: 어디에 적든 Sphinx가 보는 것을 보고, 줄을 잃지 않는다."""

from __future__ import annotations

import pytest

pytest.importorskip("myst_parser", reason="책을 만드는 패키지(jupyter-book)가 없습니다.")

from tools.rules.myst import Document, read, sentences, visible
from tools.rules.prose import register
from tools.rules.terms import lint_text


def labels(text: str) -> list[tuple[str, str]]:
    """식의 이름표와 LaTeX."""
    return [(equation.label, equation.latex.strip()) for equation in read(text).equations]


def kinds(document: Document) -> list[tuple[str, str]]:
    """글 덩이의 종류와 보이는 글."""
    return [part for piece in document.pieces for part in piece.paragraphs()]


def test_an_equation_in_a_list_indented_by_four_is_seen():
    assert labels("1.  항목\n\n    ```{math}\n    :label: eq-a\n    x = 1\n    ```\n") == [
        ("eq-a", "x = 1")
    ]


def test_an_equation_in_a_block_quote_is_seen():
    text = "> 인용\n>\n> ```{math}\n> :label: eq-a\n> x = 1\n> ```\n"
    assert labels(text) == [("eq-a", "x = 1")]
    assert read(text).blocks[0].closed


def test_options_written_as_a_yaml_block_are_read():
    text = "```{math}\n---\nlabel: eq-a\n---\nx = 1\n```\n"
    assert labels(text) == [("eq-a", "x = 1")]
    assert read(text).labels == ["eq-a"]


def test_a_line_that_starts_with_a_word_between_colons_is_ordinary_text():
    text = "앞의 문단.\n\n:정의: 라벨을 다룬다.\n"
    assert [hit.line for hit in lint_text(text)] == [3]
    assert kinds(read(text))[1] == ("본문", ":정의: 라벨을 다룬다.")


@pytest.mark.parametrize(
    "text",
    [
        "```{math}\n:label: eq-a\nx = 1\n```",
        "```{math} x = 1\n:name: eq-a\n```",
        "$$\nx = 1\n$$ (eq-a)",
        "- 목록\n\n  $$ x = 1 $$ (eq-a)",
        ":::{box} 답\n글\n\n```{math}\n:label: eq-a\nx = 1\n```\n:::",
        "::::{box} 답\n:::{hint}\n$$ x = 1 $$ (eq-a)\n:::\n::::",
    ],
)
def test_every_way_of_writing_an_equation_gives_its_label_and_latex(text):
    assert labels(text) == [("eq-a", "x = 1")]


@pytest.mark.parametrize(
    "text", ["`$$ x $$ (eq-a)`", "```python\n$$ x $$ (eq-a)\n```", "<!-- $$ x $$ (eq-a) -->"]
)
def test_an_equation_inside_code_or_a_comment_is_none(text):
    assert labels(text) == []


def test_nested_directives_are_found_with_their_options_and_lines():
    text = "::::{quiz} 밖\n:label: quiz-a\n\n:::{box} 안\n글\n:::\n::::\n"
    outer, inner = read(text).blocks
    assert (outer.name, outer.title, outer.options) == ("quiz", "밖", {"label": "quiz-a"})
    assert (outer.line, outer.end) == (0, 6)
    assert (inner.name, inner.body, inner.line, inner.end) == ("box", "글", 3, 5)
    assert [piece.inside for piece in read(text).pieces][-1] == (outer, inner)


@pytest.mark.parametrize(
    "text", [":::{box} 답\n글", "```{math}\nx = 1", "> ```{math}\n> x = 1\n\n글"]
)
def test_a_directive_that_is_not_closed_is_known(text):
    assert [block.closed for block in read(text).blocks] == [False]


def test_code_math_addresses_and_comments_are_hidden_and_their_lines_kept():
    text = visible("가 `코드`와\n$x$ [글](http://a.b) https://a.b <!-- 주석 --> {ref}`이름` 끝")
    assert text == "가 ·와\n· 글· · · · 끝"


def test_the_kind_of_a_text_follows_what_holds_it():
    text = (
        "# 제목\n\n첫 줄이고\n이어진다.\n\n- 항목 하나\n  이어서\n- 항목 둘\n\n  둘째 문단이다.\n\n"
        "| 표 |\n|---|\n| 칸 |\n\n고르세요.\n① 하나\n② 둘\n\n:::{box} 답: 부제목\n상자 안.\n:::\n"
    )
    assert kinds(read(text)) == [
        ("제목", "제목"),
        ("본문", "첫 줄이고 이어진다."),
        ("목록", "항목 하나 이어서"),
        ("목록", "항목 둘"),
        ("본문", "둘째 문단이다."),
        ("표", "표"),
        ("표", "칸"),
        ("본문", "고르세요."),
        ("목록", "① 하나"),
        ("목록", "② 둘"),
        ("제목", "답: 부제목"),
        ("본문", "상자 안."),
    ]


def test_a_heading_knows_its_label_and_headings_in_boxes_do_not_count():
    document = read("(sec-a)=\n# 하나\n\n## 둘\n\n:::{box} 답\n# 셋\n:::\n")
    assert [(h.level, h.title, h.target) for h in document.headings] == [
        (1, "하나", "sec-a"),
        (2, "둘", ""),
    ]


def test_front_matter_belongs_to_a_file_and_a_rule_to_a_cell():
    text = "---\ntitle: 글\n---\n# 제목\n"
    assert [piece.line for piece in read(text, is_file=True).pieces] == [3]
    assert "title: 글" in [piece.text for piece in read(text).pieces]


def test_sentences_end_at_a_full_stop_question_or_exclamation_mark():
    assert sentences("하나입니다. 둘입니까? 셋! 넷") == ["하나입니다.", "둘입니까?", "셋!", "넷"]


def test_words_are_counted_without_code():
    # 본문 넷(소프트맥스는, 식 `x`를, 정한다)에 식 하나
    text = "소프트맥스는 식 `x`를 정한다\n\n```python\n세지 않는다\n```\n\n```{math}\nx = 1\n```\n"
    assert read(text).count_words() == 5


def test_a_bold_title_at_the_head_of_a_paragraph_may_end_like_a_title(page_with):
    fine = page_with("후보가 셋 이상일 때를", "**후보가 많다.** 후보가 셋 이상일 때를")
    assert list(register(fine)) == []
    bad = page_with("후보가 셋 이상일 때를", "**후보가 많다.** 셋이다. 후보가 셋 이상일 때를")
    assert [found.message for found in register(bad)] == ["한다체: …셋이다."]
