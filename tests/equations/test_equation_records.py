"""책의 이름표 붙은 식과 테스트가 일대일로 맞고, 둘의 LaTeX가 같다."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

pytest.importorskip("myst_parser", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

import nbformat

from tools.facts.repository import ROOT
from tools.rules.equations import (
    FOLDER,
    BookEquation,
    EquationTest,
    book_equations,
    problems,
    read_tests,
    squeeze,
    table,
)

HERE = Path(__file__).parent
BOOK = book_equations(ROOT)


def test_every_labelled_equation_of_the_book_has_one_test_with_the_same_latex():
    assert problems(BOOK, read_tests(HERE)) == []


def test_the_labels_are_found_by_more_than_one_way_of_writing(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters: [{file: book/a}]\n"
    )
    (tmp_path / "book" / "index.md").write_text(
        "```{math}\n:label: eq-one\nx\n```\n\n$$\ny\n$$ (eq-two)\n\n$$ z $$\n", encoding="utf-8"
    )
    nested = ":::{box} 수학 상자\n글\n\n```{math}\n:label: eq-three\nx = 1\n```\n:::\n"
    cells = [
        nbformat.v4.new_markdown_cell(nested),
        nbformat.v4.new_code_cell('"""$$ x $$ (eq-in-code)"""'),
        nbformat.v4.new_markdown_cell("식 {eq}`eq-one`과 $w$\n\n- 목록\n\n  $$ a $$ (eq-four)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "book" / "a.ipynb")
    (tmp_path / "book" / "draft.md").write_text("$$ y $$ (eq-not-in-the-toc)\n")
    assert [(e.label, squeeze(e.latex), e.page) for e in book_equations(tmp_path)] == [
        ("eq-one", "x", "book/index"),
        ("eq-two", "y", "book/index"),
        ("eq-three", "x = 1", "book/a"),
        ("eq-four", "a", "book/a"),
    ]


def test_no_label_of_the_book_is_overlooked():
    """문법을 모르는 단순한 찾기로도 같은 이름표가 나온다."""
    pages = {equation.page for equation in BOOK}
    texts = [
        path.read_text(encoding="utf-8")
        for kind in ("*.ipynb", "*.md")
        for path in (ROOT / "book").rglob(kind)
        if path.relative_to(ROOT).with_suffix("").as_posix() in pages
    ]
    plain = re.findall(r":label: (eq-[\w-]+)|\$\$ \((eq-[\w-]+)\)", "\n".join(texts))
    assert sorted(a or b for a, b in plain) == sorted(equation.label for equation in BOOK)


def pointers(folder: Path) -> set[tuple[str, str]]:
    """라이브러리의 글이 가리키는 식: (파일 이름, 레이블)."""
    return {
        (path.name, label)
        for path in folder.rglob("*.py")
        for label in re.findall(r"\beq-[\w-]+", path.read_text(encoding="utf-8"))
    }


def test_the_library_points_at_equations_of_the_book_only(tmp_path):
    labels = {equation.label for equation in BOOK}
    assert {
        pointer for pointer in pointers(ROOT / "deepnote_lib") if pointer[1] not in labels
    } == set()
    (tmp_path / "a.py").write_text(
        '"""소프트맥스 (eq-softmax), 없는 식 eq-none."""', encoding="utf-8"
    )
    assert pointers(tmp_path) == {("a.py", "eq-softmax"), ("a.py", "eq-none")}


def equation(label: str, latex: str = "x = 1") -> BookEquation:
    return BookEquation(label, latex, f"book/{label}")


def verified(label: str, latex: str = "x = 1", compared: str = "비교한다.") -> EquationTest:
    return EquationTest(label, latex, f"test_x.py::{label}", compared, 1e-9, 1e-12, 3, 5)


A, B = equation("eq-a"), equation("eq-b")


@pytest.mark.parametrize(
    ("book", "tests", "message"),
    [
        ([A, B], [verified("eq-a")], "book/eq-b: eq-b: 이 식을 검증하는 테스트가 없습니다"),
        ([A], [verified("eq-a"), verified("eq-b")], "test_x.py::eq-b: eq-b: 책에 없는 식입니다"),
        ([A], [verified("eq-a")] * 2, "eq-a: 테스트 둘이 같은 이름표를 씁니다"),
        ([A, A], [verified("eq-a")], "eq-a: 식 둘이 같은 이름표를 씁니다"),
        ([equation("sum")], [verified("sum")], "book/sum: 식의 이름표는 eq-로 시작해야 합니다"),
        (
            [A],
            [verified("eq-a", "x = 2")],
            "book/eq-a: eq-a: 페이지의 식이 테스트 test_x.py::eq-a의 LaTeX와 다릅니다.",
        ),
        ([A], [verified("eq-a", "x = 2")], "  페이지: x = 1\n  테스트: x = 2"),
        ([A], [verified("eq-a", compared="")], "무엇과 비교하는지 docstring에 적어야 합니다"),
    ],
)
def test_a_mismatch_is_reported(book, tests, message):
    assert message in "\n".join(problems(book, tests))


def test_latex_that_differs_only_in_white_space_is_the_same():
    assert problems([equation("eq-a", " x =\n 1\n")], [verified("eq-a", "x  = 1")]) == []


@pytest.fixture
def copy_of_the_repository(tmp_path: Path) -> Path:
    """책과 식의 테스트의 사본."""
    shutil.copytree(HERE, tmp_path / FOLDER, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    for path in (ROOT / "book").rglob("*"):
        if path.suffix in {".md", ".ipynb"}:
            copied = tmp_path / path.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copied)
    return tmp_path


def found_in(root: Path) -> list[str]:
    return problems(book_equations(root), read_tests(root / FOLDER))


def test_changing_one_formula_of_the_book_is_noticed(copy_of_the_repository):
    """페이지의 식에서 부호 하나를 바꾸면, 그 식의 테스트가 어긋난다."""
    page = copy_of_the_repository / "book" / "softmax" / "logistic.ipynb"
    assert found_in(copy_of_the_repository) == []
    nb = json.loads(page.read_text(encoding="utf-8"))
    cell = next(c for c in nb["cells"] if ":label: eq-sigmoid" in "".join(c["source"]))
    source = "".join(cell["source"])
    assert source.count("e^{-z}") >= 1
    cell["source"] = source.replace("e^{-z}", "e^{z}", 1)
    page.write_text(json.dumps(nb), encoding="utf-8")
    (problem,) = found_in(copy_of_the_repository)
    assert problem.startswith(
        "book/softmax/logistic: eq-sigmoid: 페이지의 식이 테스트 "
        "test_softmax_equations.py::test_sigmoid의 LaTeX와 다릅니다."
    )
    page_line, test_line = problem.splitlines()[1:]
    assert "e^{z}" in page_line
    assert "e^{-z}" in test_line


def test_deleting_one_test_of_the_book_is_noticed(copy_of_the_repository):
    path = copy_of_the_repository / FOLDER / "test_softmax_equations.py"
    text = path.read_text(encoding="utf-8")
    deleted = re.sub(r'@equation\(\s*"eq-softmax",.*?\n\)?(?=def )', "", text, count=1, flags=re.S)
    assert deleted != text
    path.write_text(deleted, encoding="utf-8")
    assert found_in(copy_of_the_repository) == [
        "book/softmax/softmax: eq-softmax: 이 식을 검증하는 테스트가 없습니다(tests/equations)"
    ]


TEST = '''\
SLOPE = {"rtol": 1e-6, "atol": 1e-8}
LOOSE = 0.02


@equation("eq-a", r"x = " "1", %s)
def test_a(rng):
    """비교한다."""
    def formula():
        return -a * b
    return formula, 1
'''


def read(folder: Path, arguments: str) -> EquationTest:
    shutil.copy(HERE / "registry.py", folder)
    (folder / "test_x.py").write_text(TEST % arguments, encoding="utf-8")
    (test,) = read_tests(folder)
    return test


@pytest.mark.parametrize(
    ("arguments", "rtol", "atol"),
    [
        ("", 1e-9, 1e-12),
        ("rtol=1e-3", 1e-3, 1e-12),
        ("**SLOPE", 1e-6, 1e-8),
        ("rtol=LOOSE, atol=0", 0.02, 0),
        ("**SLOPE | {}", None, None),
    ],
)
def test_the_tolerances_are_read_without_running_the_test(tmp_path, arguments, rtol, atol):
    if rtol is None:
        with pytest.raises(ValueError, match=r"test_x\.py::test_a: @equation의 인자는 상수여야"):
            read(tmp_path, arguments)
        return
    test = read(tmp_path, arguments)
    assert (test.latex, test.rtol, test.atol, test.seeds) == ("x = 1", rtol, atol, 3)


def test_the_changes_of_the_formula_are_counted_without_those_that_keep_its_value(tmp_path):
    every = read(tmp_path, "").changes
    assert every == 2  # -a를 a로, 곱하기를 나누기로
    assert read(tmp_path, 'equivalent=("-a / b",)').changes == every - 1


def test_the_table_shows_the_test_of_each_equation():
    rows = table([A, B], [verified("eq-a")]).splitlines()
    assert rows[2:] == [
        "| `eq-a` | book/eq-a | `test_x.py::eq-a` | 1e-09 | 5 |",
        "| `eq-b` | book/eq-b | 없음 |  |  |",
    ]
