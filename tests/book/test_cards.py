"""카드: 어느 용어에 다는지, 무엇을 담는지, 다시 빌드해도 처음부터 빌드한 것과 같은지."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sphinx_exercise", reason="책을 빌드하는 패키지(sphinx-exercise)가 없습니다.")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from tools.facts.glossary import Term, read_terms
    from tools.sphinx import cards

COLUMNS = "en,ko,variants_forbidden,aliases,note,definition,section,other_sense\n"
GLOSSARY = (
    COLUMNS
    + """\
loss,손실,,,,예측이 틀린 정도,one/a,
loss function,손실 함수,,,,손실을 내는 함수,one/a,
gradient,기울기,,,,편미분을 모은 벡터,one/a,two/c
stochastic gradient descent,확률적 경사 하강법,,SGD,,샘플로 내려가는 방법,one/b,
layer,층,,,,신경망의 한 단계,two/c,
layer normalization,층 정규화,,,,,,
normal vector,법선(벡터),,,,수직인 방향,one/a,
"""
)
FRONT = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"
PAGES = {
    "index": "# 책\n\n```{toctree}\n:numbered:\none/index\ntwo/index\n```\n",
    "one/index": "# 첫 장\n\n```{toctree}\na\nb\n```\n",
    "one/a": "(sec-a)=\n# 첫 절\n\n:::{box} 이 절을 마치면\n- $x$를 구할 수 있습니다.\n:::\n\n"
    "장면입니다. 둘째 문장입니다.\n\n"
    "$$\nx &= 1 \\\\\ny &< 2\n$$ (eq-a)\n\n(sec-part)=\n## 소제목\n\n"
    "**손실**(loss)은 3.5보다 `x`가 큽니다. 다음 문장입니다.\n",
    "one/b": "# 둘째 절\n\n식 {eq}`eq-a`와 {ref}`sec-a`, {ref}`sec-part`, {ref}`quiz-one`을 봅니다.\n\n"
    "(sec-b)=\n## {ref}`sec-a`와 `code`\n\n{ref}`sec-a` 절의 식 {eq}`eq-a`에서 본 것입니다.\n",
    "two/index": "# 둘째 장\n\n```{toctree}\nc\n```\n",
    "two/c": "# 셋째 절\n\n{ref}`sec-b`를 봅니다.\n\n"
    ":::{quiz} 짧은 제목\n:label: quiz-one\n무엇입니까?\n\n- [x] 하나\n- [ ] 둘\n:::\n",
}
SETTINGS = {
    "extensions": [
        "myst_nb",
        *(
            f"tools.sphinx.{n}"
            for n in ("questions", "numbering", "typography", "cards", "card_texts")
        ),
        "tools.sphinx.freshness",
    ],
    "html_theme": "basic",
    "language": "ko",
    "nb_execution_mode": "off",
    "numfig": True,
    "math_numfig": True,
    "numfig_secnum_depth": 1,
    "numfig_format": {"exercise": "연습문제 %s", "quiz": "확인 문제 %s", "figure": "그림 %s"},
    "myst_enable_extensions": ["colon_fence", "dollarmath", "tasklist"],
}


class Book:
    """원본 폴더 하나와, 그것을 빌드한 결과."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.source = folder, folder / "source"

    def write(self, name: str, text: str) -> None:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, out: str = "html") -> list[str]:
        """빌드하고, 쓴 페이지의 이름을 반환한다."""
        written: list[str] = []
        with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
            warnings.simplefilter("ignore")
            target = self.folder / out, self.folder / f"{out}-doctrees"
            app = Sphinx(self.source, None, *target, "html", confoverrides=SETTINGS, status=None)
            app.connect("doctree-resolved", lambda app, tree, name: written.append(name))
            app.build()
        return sorted(written)

    def html(self, name: str) -> str:
        return (self.folder / "html" / f"{name}.html").read_text(encoding="utf-8")

    def marks(self, name: str) -> list[str]:
        """표시한 용어와 바로 뒤의 글."""
        found = re.findall(
            r'<span class="dn-term" data-term="([^"]+)">([^<]*)</span>(?=(.{0,2}))', self.html(name)
        )
        return [f"{term}|{text}|{after}" for term, text, after in found]

    def data(self, out: str = "html") -> dict[str, Any]:
        text = (self.folder / out / "_static" / "cards-data.js").read_text(encoding="utf-8")
        head, _, values = text.partition("=")
        assert head == "window.deepnoteCards"
        found: dict[str, Any] = json.loads(values.rstrip(";\n"))
        return found


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """장 둘, 절 셋인 책과 용어집."""
    made = Book(tmp_path)
    for name, text in PAGES.items():
        made.write(f"{name}.md", FRONT + text)
    made.write("book/reference/glossary.csv", GLOSSARY)
    return made


@pytest.fixture
def marked(book: Book) -> Callable[[str], list[str]]:
    """셋째 절에 글을 적어 빌드하고, 표시한 것을 반환하는 함수."""

    def run(text: str) -> list[str]:
        book.write("two/c.md", f"{FRONT}# 셋째 절\n\n{text}\n\n{PAGES['two/c'].split('절', 1)[1]}")
        book.build()
        return book.marks("two/c")

    return run


# 어디에 다는가 -------------------------------------------------------------------------------


def test_the_first_use_in_running_text_is_marked_and_its_particle_is_not(marked):
    assert marked("손실을 줄입니다. 손실 함수는 손실을 냅니다.") == [
        "loss|손실|을 ",
        "loss function|손실 함수|는 ",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("손실이라는 말", ["loss|손실|이라"]),
        ("‘손실’에서는", ["loss|손실|’에"]),
        (
            "줄을\n바꾼 확률적 경사\n하강법입니다.",
            ["stochastic gradient descent|확률적 경사\n하강법|입니"],
        ),
        ("이름은 SGD라고 합니다.", ["stochastic gradient descent|SGD|라고"]),
        ("- 목록의 손실\n- 다음", ["loss|손실|</"]),
        ("> 인용한 손실", ["loss|손실|</"]),
        ("법선은 괄호를 뺀 용어입니다.", ["normal vector|법선|은 "]),
        ("손실($L$)을 적습니다.", ["loss|손실|<s"]),
    ],
)
def test_shapes_of_a_use(marked, text, found):
    assert marked(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "무손실 압축과 손실률, 손실-이득은 다른 말입니다.",
        "## 손실\n\n제목입니다.",
        "**손실**은 굵은 글씨입니다.",
        "`손실`은 코드이고 $손실$은 식입니다.",
        "$x$손실과 `x`손실은 앞말에 붙어 있습니다.",
        "[손실](https://example.org)은 링크입니다.",
        "| 손실 | 값 |\n|---|---|\n| 손실 | 1 |",
        ":::{box} 핵심 정리\n손실을 줄입니다.\n:::",
        ":::{box} 강의자 노트\n손실을 줄입니다.\n:::",
        ":::{box} 자주 하는 실수: 손실\n제목입니다.\n:::",
        ":::{quiz} 손실\n:label: quiz-two\n손실은 무엇입니까?\n\n- [x] 손실\n\n  손실입니다.\n- [ ] 둘\n:::",
        ":::{predict} predict-a\n손실은 무엇입니까?\n\n- [x] 손실\n- [ ] 둘\n:::\n\n"
        "```{code-cell} ipython3\n1\n```\n\n:::{answer} predict-a\n손실입니다.\n:::",
        ":::{exercise} 손실\n:label: ex-one\n손실을 구하세요.\n:::",
        "```python\n손실 = 1\n```",
        "![손실](https://example.org/a.png)",
        "층 정규화는 정의가 없지만, 그 안의 층을 찾지도 않습니다.",
    ],
)
def test_what_is_not_running_text_is_left_alone(marked, text):
    assert marked(text) == []


def test_a_page_that_introduces_the_term_or_means_something_else_is_left_alone(book):
    book.write("one/a.md", f"{FRONT}# 첫 절\n\n손실과 확률적 경사 하강법, 층입니다.\n")
    text = "**손실**(loss)입니다. 손실과 층, 기울기, 법선입니다."
    book.write("two/c.md", f"{FRONT}# 셋째 절\n\n{text}\n")
    book.build()
    # one/a는 손실을, two/c는 층을 소개한다. two/c는 손실을 다시 소개하고, 기울기는 다른 뜻으로 쓴다
    names = [[mark.split("|")[1] for mark in book.marks(page)] for page in ("one/a", "two/c")]
    assert names == [["확률적 경사 하강법", "층"], ["법선"]]


def term(name: str, **values: Any) -> Term:
    return Term(name, name, definition="정의", section="없는 페이지", **values)


def prose(text: str, **introduced: str) -> cards.Prose:
    return cards.Prose((text,), introduced)


def test_at_most_twelve_and_those_met_least_before():
    names = [f"용어{letter}" for letter in "가나다라마바사아자차카타파하"]
    terms = [term(name) for name in names]
    pages = {
        "a": prose(" ".join(names[:2])),
        "b": prose(f"{names[0]} {names[5]}"),
        "c": prose(" ".join(names)),
    }
    chosen = cards.choose(pages, ["a", "b", "c"], terms)
    assert chosen["a"] == names[:2]
    # 용어가는 앞의 두 페이지에, 나와 바는 한 페이지에 나왔다. 먼저 빠지는 것은 가, 다음은 뒤의 바
    assert chosen["c"] == [name for name in names if name not in (names[0], names[5])]
    assert len(chosen["c"]) == cards.PER_PAGE


def test_text_is_unchanged_but_for_the_marks(book, marked):
    text = "손실을 줄이려면 기울기(gradient)를 구합니다. 층마다 확률적 경사 하강법을 씁니다."
    assert marked(text)
    paragraph = re.search(r"<p>(손실|<span class=\"dn-term).*?</p>", book.html("two/c"), re.S)
    assert re.sub(r"<[^>]+>", "", paragraph[0]) == text


# 무엇을 담는가 -------------------------------------------------------------------------------


def test_a_term_has_its_definition_english_and_the_place_that_introduces_it(book):
    book.build()
    terms = book.data()["terms"]
    assert terms["loss"] == ["손실", "loss", "예측이 틀린 정도", "one/a#sec-part"]
    assert terms["stochastic gradient descent"][1] == "stochastic gradient descent, SGD"
    assert terms["gradient"][3] == "one/a"
    assert "layer normalization" not in terms


def test_targets_have_their_number_title_and_first_sentence(book):
    book.build()
    data = book.data()
    targets = data["targets"]
    math = '<span class="math notranslate nohighlight">\\(x\\)</span>'
    assert data["pages"]["one/a"] == "1.1 첫 절"
    assert data["pages"]["two/index"] == "2장 둘째 장"
    assert targets["one/a#sec-a"] == ["1.1 첫 절", f"이 절을 마치면 {math}를 구할 수 있습니다."]
    assert targets["one/a#sec-part"] == [
        "소제목",
        "<strong>손실</strong>(loss)은 3.5보다 <code>x</code>가 큽니다.",
    ]
    assert targets["two/c#quiz-one"] == ["확인 문제 2.1 짧은 제목", "무엇입니까?"]
    equation = "\\[\\begin{split}\nx &amp;= 1 \\\\\ny &amp;&lt; 2\n\\end{split}\\]"
    assert targets["one/a#equation-eq-a"] == ["식 (1.1)", equation]


def test_references_inside_a_card_show_what_the_link_shows(book):
    book.build()
    assert book.data()["targets"]["one/b#sec-b"] == [
        "첫 절와 <code>code</code>",
        "첫 절 절의 식 (1.1)에서 본 것입니다.",
    ]


def test_a_figure_has_its_number_and_caption(book):
    figure = "```{figure} https://example.org/a.png\n:name: fig-one\n설명 $z$입니다.\n```"
    book.write("one/b.md", f"{FRONT}# 둘째 절\n\n{figure}\n\n{{ref}}`fig-one`을 봅니다.\n")
    book.build()
    head, body = book.data()["targets"]["one/b#fig-one"]
    assert head.startswith("그림 1.1 설명 <span")
    assert body == ""


def test_what_nobody_refers_to_is_left_out(book):
    book.build()
    assert set(book.data()["targets"]) == {
        *("one/a#sec-a", "one/a#sec-part", "one/a#equation-eq-a", "one/b#sec-b"),
        "two/c#quiz-one",
    }


# 다시 빌드하기 -------------------------------------------------------------------------------


def same_as_from_the_start(book: Book) -> bool:
    """지금의 결과가 처음부터 빌드한 것과 같은지. 확장이 나중에 넣는 CSS의 주소는 보지 않는다."""

    def content(out: str, path: str) -> str:
        text = (book.folder / out / path).read_text(encoding="utf-8")
        return re.sub(r"\.css\?v=\w+", ".css", text)

    book.build("fresh")
    paths = [*(f"{name}.html" for name in PAGES), "_static/cards-data.js"]
    return all(content("fresh", path) == content("html", path) for path in paths)


def test_a_second_build_writes_nothing_and_changes_nothing(book):
    book.build()
    file = book.folder / "html" / "_static" / "cards-data.js"
    before = file.stat().st_mtime_ns
    assert book.build() == []
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("식", "x &= 1", "x &= 3"),
        ("첫 문장", "3.5보다", "4.5보다"),
        ("제목", "# 첫 절", "# 바뀐 절"),
        ("앞에 끼운 식", "장면입니다.", "장면입니다.\n\n$$ w = 0 $$ (eq-new)\n\n"),
        ("본문에 더한 용어", "둘째 문장입니다.", "층과 확률적 경사 하강법입니다."),
    ],
)
def test_an_incremental_build_equals_one_from_the_start(book, name, old, new):
    book.write("two/c.md", f"{FRONT}# 셋째 절\n\n확률적 경사 하강법과 손실입니다.\n")
    book.build()
    page = FRONT + PAGES["one/a"]
    assert page.count(old) == 1
    book.write("one/a.md", page.replace(old, new))
    assert "one/a" in book.build()
    assert same_as_from_the_start(book), name


def test_a_term_added_early_rewrites_the_later_page_whose_choice_changed(book):
    names = [f"용어{letter}" for letter in "가나다라마바사아자차카타파"]
    rows = "".join(f"{name},{name},,,,정의,one/index,\n" for name in names)
    book.write("book/reference/glossary.csv", COLUMNS + rows)
    book.write("two/c.md", f"{FRONT}# 셋째 절\n\n{' '.join(names)}입니다.\n")
    book.build()
    assert [mark.split("|")[0] for mark in book.marks("two/c")] == names[:12]
    book.write("one/b.md", FRONT + PAGES["one/b"] + f"\n{names[3]}를 먼저 봅니다.\n")
    assert book.build() == ["index", "one/b", "two/c"]
    found = [mark.split("|")[0] for mark in book.marks("two/c")]
    assert found == [name for name in names if name != names[3]]
    assert same_as_from_the_start(book)


def test_a_changed_glossary_renews_marks_and_definitions(book):
    book.write("two/c.md", f"{FRONT}# 셋째 절\n\n손실과 새말입니다.\n")
    book.build()
    book.write("book/reference/glossary.csv", GLOSSARY + "new,새말,,,,새로 적은 정의,one/a,\n")
    book.build()
    assert [mark.split("|")[0] for mark in book.marks("two/c")] == ["loss", "new"]
    assert book.data()["terms"]["new"][2] == "새로 적은 정의"
    assert same_as_from_the_start(book)


def test_a_book_without_a_glossary_has_cards_for_its_references_only(book):
    (book.source / "book" / "reference" / "glossary.csv").unlink()
    book.build()
    assert book.data()["terms"] == {}
    assert "one/a#sec-a" in book.data()["targets"]


def test_the_glossary_of_the_book_defines_most_of_its_terms():
    terms = read_terms()
    assert sum(bool(term.definition) for term in terms) > 200
