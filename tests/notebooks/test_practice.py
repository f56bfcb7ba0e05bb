"""직접 해 보기: 출발 코드는 명세에서 채워지고, 페이지와 명세가 어긋나면 알린다."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("myst_parser", reason="책을 만드는 패키지(jupyter-book)가 없습니다.")

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from deepnote_lib.exercises import ids, load
from tools.facts.contents import page_files
from tools.facts.repository import BOOK, ROOT
from tools.notebooks.starters import TAG, fill, practice_label, starter
from tools.rules.page import Page
from tools.rules.practice import every_exercise_has_its_place, starters_filled, texts_read_well

LSE = "ex-softmax-lse"
ASK = f"먼저 읽을 글입니다.\n\n:::{{practice}} {LSE}\n:::"


def notebook(*cells: Any) -> nbformat.NotebookNode:
    return new_notebook(cells=list(cells))


def page(nb: nbformat.NotebookNode, name: str = "softmax/softmax") -> Page:
    return Page(BOOK / f"{name}.ipynb", json.dumps(nb))


def problems(nb: nbformat.NotebookNode, name: str = "softmax/softmax") -> list[str]:
    return [found.message for found in starters_filled(page(nb, name))]


def test_the_label_is_read_only_at_the_end_of_a_cell() -> None:
    assert practice_label(ASK) == LSE
    assert practice_label(ASK + "\n\n뒤의 글입니다.") is None
    assert practice_label("글입니다.") is None


def test_a_missing_starter_is_made_and_an_old_one_renewed() -> None:
    nb = notebook(new_markdown_cell(ASK), new_code_cell("x = 1"))
    fill(nb)
    assert [cell.source for cell in nb.cells] == [ASK, starter(LSE), "x = 1"]
    assert nb.cells[1].metadata.tags == [TAG]
    nb.cells[1].update(source="def old(): ...", execution_count=3, outputs=[])
    fill(nb)
    assert nb.cells[1].source == starter(LSE)
    assert nb.cells[1].execution_count is None
    before = json.dumps(nb)
    fill(nb)
    assert json.dumps(nb) == before


def filled() -> nbformat.NotebookNode:
    nb = notebook(new_markdown_cell(ASK))
    fill(nb)
    return nb


def test_a_filled_page_has_nothing_to_mend() -> None:
    assert problems(filled()) == []


def other_starter(nb: nbformat.NotebookNode) -> None:
    nb.cells[1].source += "\n# 손으로 고침"


def no_starter(nb: nbformat.NotebookNode) -> None:
    del nb.cells[1]


def lonely_starter(nb: nbformat.NotebookNode) -> None:
    nb.cells[0].source = "글입니다."


def unknown_label(nb: nbformat.NotebookNode) -> None:
    nb.cells[0].source = ASK.replace(LSE, "ex-softmax-unknown")


def text_behind(nb: nbformat.NotebookNode) -> None:
    nb.cells[0].source += "\n\n뒤의 글입니다."


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (other_starter, "출발 코드가 다릅니다"),
        (no_starter, "출발 코드가 다릅니다"),
        (lonely_starter, "앞에 practice가 없습니다"),
        (unknown_label, "명세가 없습니다"),
        (text_behind, "셀의 맨 끝"),
    ],
)
def test_a_page_that_strays_from_the_specification_is_told(damage: Any, said: str) -> None:
    nb = filled()
    damage(nb)
    assert said in " / ".join(problems(nb))


def test_an_exercise_of_another_page_is_told() -> None:
    assert "softmax/softmax 페이지의 연습" in " / ".join(problems(filled(), "softmax/digits"))


def test_every_specification_has_its_place_in_the_book() -> None:
    pages = [Page(path) for path in page_files(BOOK)]
    assert list(every_exercise_has_its_place(pages)) == []
    without = [one for one in pages if one.path.stem != "softmax"]
    assert any(line.startswith(f"{LSE}: ") for line in every_exercise_has_its_place(without))


def test_a_stiff_sentence_in_a_specification_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(texts_read_well(ROOT)) == []
    monkeypatch.setattr(load(LSE), "task", "이 문제를 푼다. 그라디언트를 구하세요.")
    said = " / ".join(texts_read_well(ROOT))
    assert "softmax_lse.py:0: 한다체" in said
    assert "그라디언트" in said


@pytest.mark.parametrize("chapter", ["softmax", "backprop"])
def test_each_finished_chapter_has_enough_exercises(chapter: str) -> None:
    levels = [load(label).level for label in ids() if load(label).chapter == chapter]
    assert levels.count("core") >= 6
    assert levels.count("advanced") >= 3
