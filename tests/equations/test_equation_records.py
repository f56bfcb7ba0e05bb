"""책의 이름표 붙은 식과 검산이 일대일로 맞는다."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest

from tools.equations import ROOT, book_labels, checked, main, problems, reasons, table

HERE = Path(__file__).parent
BOOK = book_labels(ROOT)


def test_every_labelled_equation_of_the_book_has_a_test_or_a_reason():
    assert problems(BOOK, checked(HERE), reasons(HERE)) == []


def test_the_labels_are_found_by_more_than_one_way_of_writing(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text("root: book/index\nchapters: [{file: book/a}]\n")
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
    assert book_labels(tmp_path) == [
        ("eq-one", "book/index"),
        ("eq-two", "book/index"),
        ("eq-three", "book/a"),
        ("eq-four", "book/a"),
    ]


def test_no_label_of_the_book_is_overlooked():
    """문법을 모르는 단순한 찾기로도 같은 이름표가 나온다."""
    pages = {page for _, page in BOOK}
    texts = [
        path.read_text(encoding="utf-8")
        for kind in ("*.ipynb", "*.md")
        for path in (ROOT / "book").rglob(kind)
        if path.relative_to(ROOT).with_suffix("").as_posix() in pages
    ]
    plain = re.findall(r":label: (eq-[\w-]+)|\$\$ \((eq-[\w-]+)\)", "\n".join(texts))
    assert sorted(a or b for a, b in plain) == sorted(label for label, _ in BOOK)


def pointers(folder: Path) -> set[tuple[str, str]]:
    """라이브러리의 글이 가리키는 식: (파일 이름, 레이블)."""
    return {
        (path.name, label)
        for path in folder.rglob("*.py")
        for label in re.findall(r"\beq-[\w-]+", path.read_text(encoding="utf-8"))
    }


def test_the_library_points_at_equations_of_the_book_only(tmp_path):
    labels = {label for label, _ in BOOK}
    assert {
        pointer for pointer in pointers(ROOT / "deepnote_lib") if pointer[1] not in labels
    } == set()
    (tmp_path / "a.py").write_text(
        '"""소프트맥스 (eq-softmax), 없는 식 eq-none."""', encoding="utf-8"
    )
    assert pointers(tmp_path) == {("a.py", "eq-softmax"), ("a.py", "eq-none")}


PAIR = [("eq-a", "book/x"), ("eq-b", "book/y")]
TESTED = [("eq-a", "test_x.py::test_a"), ("eq-b", "test_x.py::test_b")]
MANY = [(f"eq-{i}", "book/x") for i in range(20)]


@pytest.mark.parametrize(
    ("book", "tested", "excused", "message"),
    [
        (PAIR, TESTED[:1], [], "book/y: eq-b: 검산하는 시험도, 검산할 수 없는 이유도 없습니다"),
        (PAIR[:1], TESTED, [], "test_x.py::test_b: eq-b: 책에 없는 식입니다"),
        (PAIR, TESTED + TESTED[:1], [], "eq-a: 시험 둘이 같은 이름표를 씁니다"),
        (PAIR + PAIR[:1], TESTED, [], "eq-a: 식 둘이 같은 이름표를 씁니다"),
        ([*PAIR, ("sum", "book/x")], TESTED, [], "식의 이름표는 eq-로 시작해야 합니다"),
        (MANY, MANY[1:], [("eq-0", "because")], "eq-0: 이유를 한국어로 적어야 합니다"),
        (MANY, MANY, [("eq-0", "이름을 정한 식")], "eq-0: 시험이 있으므로 이유가 필요 없습니다"),
        (MANY, MANY, [("eq-gone", "이름을 정한 식")], "reasons.csv: eq-gone: 책에 없는 식입니다"),
        (MANY, MANY[3:], [(f"eq-{i}", "정한 것") for i in range(3)], "10분의 1까지입니다. 3/20"),
    ],
)
def test_a_mismatch_is_reported(book, tested, excused, message):
    assert message in "\n".join(problems(book, tested, excused))


def test_a_tenth_of_the_equations_may_have_a_reason():
    assert problems(MANY, MANY[2:], [("eq-0", "정한 것"), ("eq-1", "정한 것")]) == []


def test_deleting_one_test_of_the_book_is_noticed(tmp_path, capsys):
    """저장소의 사본에서 eq-softmax의 시험만 지운다."""
    shutil.copytree(HERE, tmp_path / "tests" / "equations")
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    (tmp_path / "book").symlink_to(ROOT / "book")
    assert main(tmp_path) == 0
    path = tmp_path / "tests" / "equations" / "test_softmax_equations.py"
    text = path.read_text(encoding="utf-8")
    assert text.count('@equation("eq-softmax")') == 1
    path.write_text(text.replace('@equation("eq-softmax")', ""), encoding="utf-8")
    capsys.readouterr()
    assert main(tmp_path) == 1
    out, err = capsys.readouterr()
    assert "| `eq-softmax` | book/softmax/softmax | 없음 |" in out
    assert err.splitlines() == [
        "book/softmax/softmax: eq-softmax: 검산하는 시험도, 검산할 수 없는 이유도 없습니다"
    ]


def test_the_table_shows_the_test_or_the_reason():
    rows = table(PAIR, TESTED[:1], [("eq-b", "이름을 정한 식")]).splitlines()
    assert rows[2:] == [
        "| `eq-a` | book/x | `test_x.py::test_a` |",
        "| `eq-b` | book/y | 이름을 정한 식 |",
    ]
