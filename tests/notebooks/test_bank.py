"""시험 문제는 책 밖의 한 파일에 있고, 제목과 답과 용어를 검사한다. 심은 흠은 그 줄에서 잡힌다."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("myst_parser", reason="책을 만드는 패키지(jupyter-book)가 없습니다.")

from tools.__main__ import main
from tools.facts.contents import EXAM, page_files, pages
from tools.facts.repository import ROOT, config
from tools.rules.bank import entries, problems
from tools.rules.page import Page

BOOK = [Page(path) for path in page_files(ROOT / "book")]
GOOD = """\
# 시험 문제

머리글입니다.

## a/one: 하나: 첫째

식 {eq}`eq-one`에서 $x$를 구하시오.

답: $x = 1$

## a/two: 둘

{ref}`하나 <sec-one>`와 견주시오.

답은 $2$입니다.
"""
BREAKS = {
    "없는 페이지다": ("a/two: 둘", "a/three: 셋", 11, "목차에 없는 페이지입니다: a/three"),
    "제목이 페이지와 다르다": ("a/two: 둘", "a/two: 셋", 11, "a/two의 제목은 ‘둘’입니다"),
    "한 페이지의 제목이 둘이다": ("a/two: 둘", "a/one: 하나: 첫째", 11, "a/one의 제목이 둘"),
    "차례가 목차와 다르다": (
        "## a/one: 하나: 첫째",
        "## a/two: 둘\n\n묻습니다.\n\n답: 1\n\n## a/one: 하나: 첫째",
        11,
        "목차에서는 a/one이 a/two보다 먼저",
    ),
    "답이 없다": ("답: $x = 1$\n\n", "", 5, "a/one: 문제 뒤에 ‘답: …’이 없습니다"),
    "답이 비었다": ("답: $x = 1$", "답:", 5, "a/one: 문제 뒤에 ‘답: …’이 없습니다"),
    "답이 문제에 붙어 있다": (
        "구하시오.\n\n답: $x = 1$",
        "구하시오. (답: $x = 1$)",
        5,
        "문제 뒤에 ‘답: …’",
    ),
    "문제가 없다": ("식 {eq}`eq-one`에서 $x$를 구하시오.\n\n", "", 5, "a/one: 답 앞에 문제가"),
    "글이 없다": ("답은 $2$입니다.\n", "", 11, "a/two: 문제 뒤에 ‘답: …’이 없습니다"),
    "금지한 용어를 쓴다": ("구하시오", "라벨로 구하시오", 7, "‘라벨’ → 레이블"),
    "조사가 틀렸다": ("$2$입니다", "$2$이고 $3$는 아닙니다", 15, "조사를 읽는 소리에"),
    "없는 식을 가리킨다": ("eq-one", "eq-gone", 7, "이름표 eq-gone이 책에 없습니다"),
    "없는 절을 가리킨다": ("sec-one", "sec-gone", 13, "이름표 sec-gone이 책에 없습니다"),
    "run 표시가 남았다": ("$x = 1$", "0.5<!-- run: 값 -->", 9, "run 표시는 셀이 있는 페이지에만"),
}


def found_in(text: str, root: Path) -> list[str]:
    """페이지가 둘인 작은 책의 시험 문제에서 고칠 곳. 파일의 이름은 뺀다."""
    one = "(sec-one)=\n# 하나: 첫째\n\n```{math}\n:label: eq-one\nx = 1\n```\n"
    files = {
        "_toc.yml": "format: jb-book\nroot: book/a/one\nchapters:\n- file: book/a/two\n",
        "book/a/one.md": one,
        "book/a/two.md": "(sec-two)=\n# 둘\n",
        EXAM: text,
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    found = problems(root, [Page(path) for path in page_files(root / "book")])
    return [line.removeprefix(f"{root / EXAM}:") for line in found]


def test_the_exam_questions_keep_the_rules():
    assert problems(ROOT, BOOK) == []


def test_the_exam_questions_are_outside_the_book():
    assert ROOT / EXAM not in page_files(ROOT / "book")
    assert EXAM.with_suffix("").as_posix() not in pages()
    assert EXAM.parent.as_posix() in config()["exclude_patterns"]


def test_every_page_with_a_lecturers_note_has_its_exam_question():
    noted = {page.path for page in BOOK if any(page.blocks("box", "강의자 노트"))}
    asked = {ROOT / "book" / f"{e.page}.ipynb" for e in entries((ROOT / EXAM).read_text("utf-8"))}
    assert noted == asked


def test_a_good_file_has_nothing_to_mend(tmp_path):
    assert found_in(GOOD, tmp_path) == []


@pytest.mark.parametrize(("old", "new", "line", "message"), BREAKS.values(), ids=BREAKS)
def test_each_planted_fault_is_found_in_its_line(tmp_path, old, new, line, message):
    assert GOOD.count(old) == 1
    found = found_in(GOOD.replace(old, new), tmp_path)
    assert [item for item in found if item.startswith(f"{line}: ") and message in item], found


def test_the_command_holds_the_exam_questions_to_their_own_rules(capsys):
    assert main(["check", str(ROOT / EXAM)]) == 0
    assert capsys.readouterr().out == ""
