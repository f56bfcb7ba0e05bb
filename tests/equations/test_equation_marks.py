"""책을 빌드할 때: 식마다 ‘✓ 자동 검증’ 버튼이 달리고, 테스트가 없거나 식이 다르면 경고가 된다."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

pytest.importorskip("myst_nb", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from tools.facts.repository import ROOT
    from tools.rules.equations import page_equations, squeeze
    from tools.rules.page import Page

PAGE = """# 견본

```{math}
:label: eq-tested
x = -y
```

:::{box} 수학 상자
- 목록 안의 식

  $$ a = b $$ (eq-named)
:::

$$ c = 2 $$
"""
TESTS = '''\
raise SystemExit("책을 빌드할 때 테스트를 실행하면 안 된다")

LOOSE = {"rtol": 0.01}


@equation("eq-tested", r"x = -y")
def test_one(rng):
    """`반복문`으로 구한 <수>와 비교한다.

    둘째 문단은 보이지 않는다.
    """

    def formula():
        return -y * 2 + z[0]

    return formula, 1


@equation("eq-named", r"a  =  b", **LOOSE, atol=0.5)
def test_two(rng):
    """다른 방법으로 구한 값과 비교한다."""

    def formula():
        return b

    return formula, 1
'''


def build(folder: Path) -> tuple[str, str]:
    """페이지 하나짜리 책을 (다시) 빌드하고 HTML과 경고를 반환한다."""
    settings = {
        "extensions": ["myst_nb", "tools.sphinx.boxes", "tools.sphinx.equations"],
        "html_theme": "basic",
        "nb_execution_mode": "off",
        "myst_enable_extensions": ["colon_fence", "dollarmath"],
        "equations_folder": str(folder / "equations"),
    }
    with (
        warnings.catch_warnings(),
        patch_docutils(),
        docutils_namespace(),
        open(folder / "log.txt", "w", encoding="utf-8") as log,
    ):
        warnings.simplefilter("ignore")
        out = folder / "html", folder / "doctrees"
        Sphinx(
            folder / "source", None, *out, "html", confoverrides=settings, status=None, warning=log
        ).build()
    html = (folder / "html" / "index.html").read_text(encoding="utf-8")
    return html, (folder / "log.txt").read_text(encoding="utf-8")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "index.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "equations").mkdir()
    (tmp_path / "equations" / "test_x.py").write_text(TESTS, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("registry.py"), tmp_path / "equations")
    return tmp_path


def sentences(html: str, number: int) -> list[str]:
    """`number`번째 버튼을 누르면 나오는 문장들."""
    content = html.split('<div class="equation-mark-content">')[number].split("</div>")[0]
    return content.removeprefix("<p>").removesuffix("</p>").split("</p><p>")


def test_each_equation_has_a_disclosure_that_needs_no_script(book: Path):
    html, log = build(book)
    assert log == ""
    opening = '<details class="equation-mark"><summary>✓ 자동 검증</summary>'
    assert html.count(opening) == 2
    # 버튼은 그 식 바로 뒤에 있다
    after = html.split("x = -y")[1].split("</div>", 1)[1]
    assert after.lstrip().startswith(opening)


def test_the_disclosure_says_what_was_compared_how_far_it_agreed_and_what_it_catches(book: Path):
    html, _ = build(book)
    assert sentences(html, 1)[:3] == [
        "비교 방법: <code>반복문</code>으로 구한 &lt;수&gt;와 비교한다.",
        "무작위 수 3벌에서 상대 오차 1e-9(0에 가까운 값은 절대 오차 1e-12) 안에서 같았습니다.",
        "부호나 연산, 첨자를 한 군데씩 바꾼 4가지에서는 값이 달라지는 것까지 확인합니다.",
    ]
    assert "글자 그대로" in sentences(html, 1)[3]
    assert "상대 오차 0.01(0에 가까운 값은 절대 오차 0.5) 안에서" in sentences(html, 2)[1]


def test_the_search_index_does_not_hold_the_words_of_the_button(book: Path):
    build(book)
    # 색인은 한글을 이스케이프(u로 시작하는 코드)로 적는다
    index = (book / "html" / "searchindex.js").read_bytes().decode("unicode_escape")
    assert "목록" in index
    for word in ("자동", "검증", "비교한다", "반복문"):
        assert word not in index


def test_an_equation_without_a_test_is_a_warning(book: Path):
    page = book / "source" / "index.md"
    page.write_text(PAGE + "\n$$ d = 3 $$ (eq-forgotten)\n", encoding="utf-8")
    html, log = build(book)
    assert "eq-forgotten: 이 식을 검증하는 테스트가 없습니다" in log
    assert log.count("WARNING") == 1
    assert html.count('<details class="equation-mark">') == 2


def test_a_formula_that_differs_from_its_test_is_a_warning_that_shows_both(book: Path):
    page = book / "source" / "index.md"
    page.write_text(PAGE.replace("x = -y", "x = +y"), encoding="utf-8")
    _, log = build(book)
    assert log.count("WARNING") == 1
    assert "eq-tested: 페이지의 식이 테스트 test_x.py::test_one의 LaTeX와 다릅니다" in log
    assert "페이지: x = +y\n" in log
    assert "테스트: x = -y" in log


def test_removing_a_test_is_noticed_when_no_page_has_changed(book: Path):
    build(book)
    tests = book / "equations" / "test_x.py"
    tests.write_text(TESTS.split('@equation("eq-named"')[0], encoding="utf-8")
    html, log = build(book)
    assert "eq-named: 이 식을 검증하는 테스트가 없습니다" in log
    assert html.count('<details class="equation-mark">') == 1


def test_a_changed_tolerance_is_shown_when_no_page_has_changed(book: Path):
    build(book)
    tests = book / "equations" / "test_x.py"
    tests.write_text(TESTS.replace('"rtol": 0.01', '"rtol": 0.02'), encoding="utf-8")
    html, log = build(book)
    assert log == ""
    assert "상대 오차 0.02" in sentences(html, 2)[1]


def test_sphinx_and_the_record_check_see_the_same_equations(book: Path):
    """책의 식을 찾는 눈이 둘이지만 파서는 하나다."""
    page = book / "source" / "index.md"
    text = (
        "# 견본\n\n1.  항목\n\n    ```{math}\n    :label: eq-a\n    a = 1\n    ```\n\n"
        "> ```{math}\n> ---\n> label: eq-b\n> ---\n> b = 2\n> ```\n\n"
        "```{math} c = 3\n:name: eq-c\n```\n\n```{math} d\n:label: eq-d\n= 4\n```\n\n"
        "$$\ne\n= 5\n$$ (eq-e)\n\n::::{box} 힌트\n:::{hint}\n$$ f $$ (eq-f)\n:::\n::::\n\n$$ g $$\n"
    )
    page.write_text(text, encoding="utf-8")
    build(book)
    with (book / "doctrees" / "environment.pickle").open("rb") as file:
        seen = pickle.load(file).deepnote_equations["index"]
    found = page_equations(Page(page), "index")
    assert [label for label, _ in pairs(found)] == [f"eq-{letter}" for letter in "abcdef"]
    assert pairs(found) == pairs(seen)


def pairs(equations) -> list[tuple[str, str]]:
    return [(equation.label, squeeze(equation.latex)) for equation in equations]


def test_building_the_book_does_not_load_the_linter_or_the_kernel():
    code = (
        "import sys, tools.sphinx.equations, tools.sphinx.boxes, tools.sphinx.freshness;"
        "print([name for name in ('tools.rules.terms', 'tools.rules.check',"
        " 'tools.notebooks.execute', 'jupyter_client', 'matplotlib') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout == "[]\n"
