"""다시 빌드할 때: 바뀐 것만 쓰고, 그래도 처음부터 빌드한 책과 같다."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("sphinx_exercise", reason="책을 빌드하는 패키지(sphinx-exercise)가 없습니다.")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from tools import sphinx as extensions

EXTENSIONS = [
    *("boxes", "numbering", "typography", "cards", "card_texts", "ko_ui", "ko_search"),
    "freshness",
]
INDEX = "# 책\n\n```{toctree}\n:numbered:\none/index\ntwo/index\n```\n"
PAGES = {
    "index": INDEX,
    "one/index": "# 첫 장\n\n```{toctree}\na\nb\n```\n\n## 소제목\n",
    "one/a": "(sec-a)=\n# 첫 절\n\n$$ x = 1 $$ (eq-a)\n\n(sec-part)=\n## 소제목\n",
    "one/b": "# 둘째 절\n\n식 {eq}`eq-a`와 {ref}`sec-part`를 봅니다.\n",
    "two/index": "# 둘째 장\n\n$$ y = 2 $$ (eq-b)\n\n식 {eq}`eq-b`와 {ref}`sec-a`를 봅니다.\n",
}
Build = Callable[[], tuple[list[str], list[str]]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """장 둘, 절 둘인 책의 원본."""
    folder = tmp_path / "source"
    for name, text in PAGES.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "static").mkdir()
    (folder / "static" / "style.css").write_text("p {}", encoding="utf-8")
    return folder


@pytest.fixture
def build(source: Path, tmp_path: Path) -> Build:
    """책을 빌드하고 (읽은 페이지, 쓴 페이지)를 반환하는 함수."""
    settings = {
        "extensions": ["myst_nb", *(f"tools.sphinx.{name}" for name in EXTENSIONS)],
        "html_theme": "basic",
        "html_static_path": ["static"],
        "language": "ko",
        "nb_execution_mode": "off",
        "numfig": True,
        "math_numfig": True,
        "numfig_secnum_depth": 1,
        "numfig_format": {"exercise": "연습문제 %s", "quiz": "확인 문제 %s"},
        "myst_enable_extensions": ["colon_fence", "dollarmath"],
    }

    def run() -> tuple[list[str], list[str]]:
        read: list[str] = []
        written: list[str] = []
        with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
            warnings.simplefilter("ignore")
            out = tmp_path / "html", tmp_path / "doctrees"
            app = Sphinx(source, None, *out, "html", confoverrides=settings, status=None)
            app.connect("source-read", lambda app, name, text: read.append(name))
            app.connect("doctree-resolved", lambda app, tree, name: written.append(name))
            app.build()
        return sorted(read), sorted(written)

    return run


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_first_build_reads_and_writes_everything_and_the_second_nothing(build):
    assert build() == (sorted(PAGES), sorted(PAGES))
    assert build() == ([], [])


def test_a_changed_page_is_written_alone(build, source):
    build()
    edit(source / "one" / "a.md", "## 소제목\n", "## 소제목\n\n글을 더합니다.\n")
    assert build() == (["one/a"], ["index", "one/a"])  # 첫 페이지는 Sphinx가 늘 함께 쓴다
    assert build() == ([], [])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("제목", "# 첫 절", "# 바뀐 절"),
        ("다른 페이지가 가리키는 소제목", "## 소제목", "## 바뀐 소제목"),
        ("뒤에 있는 식의 번호", "$$ x = 1 $$ (eq-a)", "$$ w = 0 $$ (eq-new)\n\n$$ x = 1 $$ (eq-a)"),
    ],
)
def test_what_other_pages_show_makes_them_all_be_written(build, source, name, old, new):
    build()
    edit(source / "one" / "a.md", old, new)
    assert build() == (["one/a"], sorted(PAGES)), name


def test_pages_that_changed_places_get_new_numbers(build, source, tmp_path):
    def title(name: str) -> str:
        html = (tmp_path / "html" / f"{name}.html").read_text(encoding="utf-8")
        return html.split("<h1>")[1].split("<a")[0]

    build()
    assert ">1.1 </span>첫 절" in title("one/a").replace(". ", " ")
    edit(source / "one" / "index.md", "a\nb\n", "b\na\n")
    assert build() == (["one/index"], sorted(PAGES))
    assert ">1.2 </span>첫 절" in title("one/a").replace(". ", " ")


def test_a_changed_style_sheet_is_copied_and_its_address_renewed(build, source, tmp_path):
    build()
    (source / "static" / "style.css").write_text("p { color: red }", encoding="utf-8")
    assert build() == ([], sorted(PAGES))
    assert "red" in (tmp_path / "html" / "_static" / "style.css").read_text(encoding="utf-8")


def test_a_changed_glossary_renews_the_search(build, source):
    build()
    glossary = source / "book" / "reference" / "glossary.csv"
    glossary.parent.mkdir(parents=True)
    glossary.write_text("en,ko,variants_forbidden,aliases,note\na,가,,,\n", encoding="utf-8")
    assert build()[1] == sorted(PAGES)


def test_changed_code_of_an_extension_builds_the_whole_book_again(build, monkeypatch):
    build()
    monkeypatch.setattr(extensions, "code_version", lambda: 1)
    assert build() == (sorted(PAGES), sorted(PAGES))


def test_the_version_of_the_extensions_follows_their_code(tmp_path, monkeypatch):
    versions = []
    monkeypatch.setattr(extensions, "TOOLS", tmp_path)
    for folder in ("facts", "sphinx", "rules"):
        (tmp_path / folder).mkdir()
    (tmp_path / "rules" / "equations.py").write_text("x = 1")
    for text in ("x = 1", "x = 2"):
        (tmp_path / "facts" / "boxes.py").write_text(text)
        versions.append(extensions.code_version.__wrapped__())
    assert versions[0] != versions[1]
