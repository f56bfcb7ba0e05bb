"""책을 지을 때: 식마다 표시가 붙고, 시험도 이유도 없는 식은 경고가 된다."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytest.importorskip("myst_nb", reason="책을 짓는 꾸러미(jupyter-book)가 없습니다.")
sys.path.insert(0, str(ROOT / "book" / "_ext"))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

CHECKED = "이 식은 시험이 무작위 수로 양변을 견줍니다"
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


def build(folder: Path) -> tuple[str, str]:
    """쪽 하나짜리 책을 (다시) 짓고 HTML과 경고를 돌려준다."""
    settings = {
        "extensions": ["myst_nb", "boxes", "equations"],
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
    (tmp_path / "equations" / "test_x.py").write_text(
        "raise SystemExit('책을 지을 때 시험을 실행하면 안 된다')\n\n\n"
        '@equation("eq-tested")\ndef test_one(rng): ...\n'
    )
    (tmp_path / "equations" / "reasons.csv").write_text(
        '이름표,이유\neq-named,"왼쪽의 이름을 <b>정한</b> 식"\n', encoding="utf-8"
    )
    return tmp_path


def test_each_equation_shows_a_mark_that_a_screen_reader_can_read(book: Path):
    html, log = build(book)
    assert log == ""
    assert html.count('<p class="equation-mark">') == 2
    assert f'<span title="{CHECKED}" role="note" aria-label="{CHECKED}">✓ 검산</span>' in html
    reason = "왼쪽의 이름을 &lt;b&gt;정한&lt;/b&gt; 식"
    assert f'<span title="{reason}" role="note" aria-label="{reason}">정의</span>' in html
    # 표시는 제 식 바로 뒤에 있다
    after = html.split("x = -y")[1].split("</div>", 1)[1]
    assert after.lstrip().startswith('<p class="equation-mark">')
    assert "검산" not in (book / "html" / "searchindex.js").read_text(encoding="utf-8")


def test_an_equation_without_a_test_or_a_reason_is_a_warning(book: Path):
    page = book / "source" / "index.md"
    page.write_text(PAGE + "\n$$ d = 3 $$ (eq-forgotten)\n", encoding="utf-8")
    html, log = build(book)
    assert "eq-forgotten: 검산하는 시험도, 검산할 수 없는 이유도 없습니다" in log
    assert log.count("WARNING") == 1
    assert html.count('<p class="equation-mark">') == 2


def test_removing_a_test_is_noticed_when_no_page_has_changed(book: Path):
    build(book)
    (book / "equations" / "test_x.py").write_text("")
    html, log = build(book)
    assert "eq-tested: 검산하는 시험도" in log
    assert html.count('<p class="equation-mark">') == 1
