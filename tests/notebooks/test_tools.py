"""노트북 도구: 변환, 표준 모양, 해시, run 표시, 다시 실행."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from tools import check_book, fingerprint, refresh
from tools.markers import MarkerError, mismatches, printed_number, rewrite
from tools.myst_text import blocks, count_words, mask, paragraphs, sentences
from tools.nbval_book import close_text, mask_pictures
from tools.normal_form import FIRST_CELL, dumps, normalize, normalized_text
from tools.notebook import from_text, main, to_text
from tools.rules.book import enough_demos, toc_matches_files, unique_labels
from tools.rules.page import Page

HEADER = "---\ndeepnote: {chapter: sample, kind: guide}\n---\n\n"


def code_cell(source: str, *outputs: dict) -> dict:
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": {}}


def printed(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text}


def markdown(source: str) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


# 글 ↔ 노트북


def test_text_to_notebook_to_text_keeps_cells_tags_and_metadata(sample_text):
    nb = from_text(sample_text)
    again = from_text(to_text(nbformat.from_dict(nb)))
    assert [(c.cell_type, c.source, c.metadata) for c in again.cells] == [
        (c.cell_type, c.source, c.metadata) for c in nb.cells
    ]
    assert again.metadata.deepnote == {"chapter": "sample", "kind": "section"}
    assert nb.cells[0].source == FIRST_CELL
    assert FIRST_CELL not in to_text(nbformat.from_dict(nb))


def test_outputs_of_unchanged_cells_are_kept_and_of_changed_cells_dropped(sample_text, sample_path):
    old = nbformat.read(sample_path, as_version=4)
    changed = sample_text.replace('print("가장 큰 확률:"', 'print("제일 큰 확률:"')
    nb = from_text(changed, old)
    counts = [c.execution_count for c in nb.cells if c.cell_type == "code"]
    assert counts == [1, 2, None, 4, 5, 6, 7, 8]
    assert nb.metadata.deepnote.hash == old.metadata.deepnote.hash


def test_the_command_converts_both_ways(sample_text, sample_path, tmp_path):
    text, book = tmp_path / "draft.md", tmp_path / "folder" / "page.ipynb"
    text.write_text(sample_text, encoding="utf-8")
    book.parent.mkdir()
    shutil.copy(sample_path, book)
    assert main(["from-text", str(text), str(book)]) == 0
    assert book.read_bytes() == sample_path.read_bytes()
    assert main(["to-text", str(book), str(text)]) == 0
    assert main(["from-text", str(text), str(book)]) == 0
    assert book.read_bytes() == sample_path.read_bytes()


# 표준 모양


def test_normal_form_is_a_fixed_point(sample_path):
    text = sample_path.read_text(encoding="utf-8")
    assert normalized_text(text) == text


def test_normal_form_removes_what_only_a_run_knows():
    nb = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "my-env", "display_name": "X"}})
    nb.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    cell = nbformat.v4.new_code_cell("x = 1   \n\n", execution_count=7)
    cell.metadata = nbformat.from_dict({"execution": {"iopub": "2026"}, "collapsed": True, "tags": ["a"]})
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=t) for t in ("하나\n", "둘\n")]
    nb.cells = [nbformat.v4.new_markdown_cell("# 제목  \n글"), cell, nbformat.v4.new_code_cell("x = 1")]
    normalize(nb)
    assert [c.source for c in nb.cells] == [FIRST_CELL, "# 제목\n글", "x = 1", "x = 1"]
    assert nb.cells[2].metadata == {"tags": ["a"]}
    assert [o.text for o in nb.cells[2].outputs] == ["하나\n둘\n"]
    assert nb.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert "version" not in nb.metadata.language_info
    assert len({c.id for c in nb.cells}) == 4, "같은 내용의 셀도 id는 다르다"
    assert dumps(nb).endswith("}\n")


def test_normal_form_removes_the_folders_of_this_machine_from_tracebacks():
    cell = nbformat.v4.new_code_cell("f()")
    frame = "File \x1b[32m/home/me/lib/python3.11/site-packages/deepnote_lib/_checks.py:3\x1b[39m, in f"
    cell.outputs = [nbformat.v4.new_output("error", ename="E", evalue="x", traceback=[frame])]
    nb = normalize(nbformat.v4.new_notebook(cells=[cell]))
    assert "/home/me" not in nb.cells[1].outputs[0].traceback[0]
    assert "deepnote_lib/_checks.py:3" in nb.cells[1].outputs[0].traceback[0]


def test_pages_without_code_get_no_installing_cell():
    nb = from_text(HEADER + "# 제목\n")
    assert [c.cell_type for c in nb.cells] == ["markdown"]


# 해시


def test_comments_and_docstrings_do_not_change_the_fingerprint(tmp_path):
    plain, noted, other = (tmp_path / f"{name}.py" for name in "abc")
    plain.write_text("def f(x):\n    return x + 1\n")
    noted.write_text('"""모듈."""\ndef f(x):\n    """설명."""\n    # 왜\n    return x + 1\n')
    other.write_text("def f(x):\n    return x + 2\n")
    assert fingerprint.module_digest(plain) == fingerprint.module_digest(noted)
    assert fingerprint.module_digest(plain) != fingerprint.module_digest(other)


def test_modules_are_followed_through_their_imports():
    found = fingerprint.with_dependencies({"deepnote_lib.activations"})
    assert {"deepnote_lib", "deepnote_lib.activations", "deepnote_lib._checks"} <= set(found)
    assert "deepnote_lib.perceptron" not in found


def test_importing_the_whole_package_depends_on_every_module():
    assert fingerprint.cell_imports("import deepnote_lib as dl") == fingerprint.all_modules()
    assert fingerprint.cell_imports("from deepnote_lib import plots\n%time 1") >= {"deepnote_lib.plots"}
    assert fingerprint.cell_imports("import numpy as np") == set()


def test_a_data_file_of_an_inner_package_changes_only_that_package(tmp_path):
    inner = tmp_path / "inner"
    (inner / "results").mkdir(parents=True)
    for folder in (tmp_path, inner):
        (folder / "__init__.py").touch()
    data = inner / "results" / "table.json"
    digests = []
    for text in ("1", "2"):
        data.write_text(text, encoding="utf-8")
        fingerprint.module_digest.cache_clear()
        digests.append([fingerprint.module_digest(f / "__init__.py") for f in (tmp_path, inner)])
    assert digests[0][0] == digests[1][0]
    assert digests[0][1] != digests[1][1]


def test_the_fingerprint_follows_code_and_tags_but_not_prose(sample_path):
    nb = nbformat.read(sample_path, as_version=4)
    before = fingerprint.fingerprint(nb)
    nb.cells[1].source += "\n\n덧붙인 글"
    assert fingerprint.fingerprint(nb) == before
    nb.cells[2].metadata["tags"] = ["hide-input"]
    tagged = fingerprint.fingerprint(nb)
    nb.cells[2].source += "\nx = 1"
    assert len({before, tagged, fingerprint.fingerprint(nb)}) == 3


# run 표시

CELLS = [
    code_cell("a", printed("정확도: 0.950 (표본 1,797)\n손실: -0.25 → 3e-4\n")),
    markdown("정확도 0.1<!-- run: 정확도 -->, 표본 9<!-- run: 정확도 #2 -->, 손실 −0.9<!-- run: 손실 -->"),
    code_cell("b", printed("정확도: 0.960\n다음: 7\n")),
]


@pytest.mark.parametrize(
    ("position", "mark", "expected"),
    [
        (1, "정확도", "0.950"),  # 앞에 있는 가장 가까운 줄
        (1, "정확도 #2", "1,797"),
        (1, "손실 #2", "3e-4"),
        (1, "다음", "7"),  # 앞에 없으면 뒤에서
        (3, "정확도", "0.960"),
    ],
)
def test_a_marker_finds_the_nearest_printed_number(position, mark, expected):
    assert printed_number(CELLS, position, mark) == expected


@pytest.mark.parametrize("mark", ["없는 말", "다음 #2"])
def test_a_marker_without_its_number_is_an_error(mark):
    with pytest.raises(MarkerError, match=mark.split(" #")[0]):
        printed_number(CELLS, 1, mark)


def test_markers_are_rewritten_from_the_output_and_then_agree():
    assert len(mismatches(CELLS, 1)) == 3
    text = rewrite(CELLS, 1)
    assert text == (
        "정확도 0.950<!-- run: 정확도 -->, 표본 1,797<!-- run: 정확도 #2 -->, 손실 −0.25<!-- run: 손실 -->"
    )
    assert mismatches([CELLS[0], markdown(text), CELLS[2]], 1) == []


def test_a_marker_may_stand_after_a_percent_sign_bold_or_math():
    cells = [code_cell("a", printed("비율: 12.5%, 크기 3\n")), markdown("")]
    cells[1]["source"] = "**1.0%**<!-- run: 비율 -->와 $2$<!-- run: 크기 -->"
    assert rewrite(cells, 1) == "**12.5%**<!-- run: 비율 -->와 $3$<!-- run: 크기 -->"


def test_the_particle_after_a_rewritten_number_follows_it():
    cells = [code_cell("a", printed("비율: 0.60, 크기 3\n")), markdown("")]
    cells[1]["source"] = "0.1<!-- run: 비율 -->로, 2<!-- run: 크기 -->는"
    assert rewrite(cells, 1) == "0.60<!-- run: 비율 -->으로, 3<!-- run: 크기 -->은"


def test_a_marker_needs_a_number_before_it():
    cells = [code_cell("a", printed("비율: 1\n")), markdown("비율은 <!-- run: 비율 -->입니다")]
    assert mismatches(cells, 1) == ["run 표시 ‘비율’ 바로 앞에 수가 없습니다"]


# 글 나누기


def test_masking_keeps_length_and_lines():
    text = "가 `코드`와 $x$\n```python\nx = 1\n```\n:::{box} 제목\n:label: a\n글\n:::\n"
    masked = mask(text)
    assert len(masked) == len(text)
    assert masked.count("\n") == text.count("\n")
    assert "코드" not in masked
    assert "제목" in masked
    assert "글" in masked


def test_nested_blocks_are_found_with_their_options():
    text = "::::{quiz} 밖\n:label: quiz-a\n:::{box} 안\n글\n:::\n::::\n"
    outer, inner = blocks(text)
    assert (outer.name, outer.title, outer.options, outer.end) == ("quiz", "밖", {"label": "quiz-a"}, 5)
    assert (inner.name, inner.body) == ("box", "글")


def test_paragraphs_know_their_kind_and_sentences_their_end():
    text = "# 제목\n\n첫 줄이고\n이어진다. 둘째 문장!\n\n- 항목 하나\n  이어서\n- 항목 둘\n\n| 표 |\n"
    assert [(kind, body) for _, kind, body in paragraphs(text)] == [
        ("제목", "# 제목"), ("본문", "첫 줄이고 이어진다. 둘째 문장!"), ("목록", "- 항목 하나 이어서"),
        ("목록", "- 항목 둘"), ("표", "| 표 |"),
    ]  # fmt: skip
    assert sentences("하나입니다. 둘입니까? 셋") == ["하나입니다.", "둘입니까?", "셋"]


def test_words_are_counted_without_code():
    # 본문 넷(소프트맥스는, 식 $x$를, 정한다)에 식 하나
    text = "소프트맥스는 식 `x`를 정한다\n\n```python\n세지 않는다\n```\n\n```{math}\nx = 1\n```\n"
    assert count_words(text) == 5


# 견주기


@pytest.mark.parametrize(
    ("new", "stored", "same"),
    [
        ("정확도: 0.951", "정확도: 0.950", True),
        ("정확도: 0.953", "정확도: 0.950", False),
        ("정밀도: 0.950", "정확도: 0.950", False),
        ("[ 0.1  0.25]", "[0.1 0.251]", True),
        ("[-0.1 0.2]", "[0.1 0.2]", False),
        ("[0.1 0.2 0.3]", "[0.1 0.2]", False),
        ("nan", "0.1", False),
    ],
)
def test_numbers_compare_within_the_tolerance_and_words_exactly(new, stored, same):
    assert close_text(new, stored, atol=0.002, rtol=0) is same


def test_pictures_in_html_are_masked_and_nothing_else():
    markup = '<img alt="그림" src="data:image/png;base64,iVBOR+/0=="><b>1.5</b>'
    assert mask_pictures(markup) == '<img alt="그림" src="data:image/png;base64,…"><b>1.5</b>'


# 다시 실행


def small(tmp_path: Path, *sources: str, metadata: dict | None = None) -> Path:
    """코드 셀 몇 개짜리 노트북."""
    nb = nbformat.v4.new_notebook(metadata={"deepnote": metadata or {}})
    nb.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    path = tmp_path / "small.ipynb"
    path.write_text(dumps(normalize(nb)), encoding="utf-8")
    return path


def test_refreshing_twice_leaves_no_difference_and_forcing_gives_the_same_bytes(sample_path, tmp_path):
    path = Path(shutil.copy(sample_path, tmp_path / "copy.ipynb"))
    before = path.read_bytes()
    assert refresh.refresh(path) == "그대로"
    assert refresh.refresh(path, force=True) == "실행"
    assert path.read_bytes() == before


def test_changed_code_is_run_and_its_numbers_reach_the_prose(sample_text, sample_path, tmp_path):
    old = nbformat.read(sample_path, as_version=4)
    path = tmp_path / "changed.ipynb"
    changed = sample_text.replace("[-1.0, 2.0]", "[-1.0, 3.0]")
    path.write_text(dumps(from_text(changed, old)), encoding="utf-8")
    assert refresh.refresh(path) == "실행"
    assert "3.0<!-- run: 가장 큰 확률 -->" in path.read_text(encoding="utf-8")


def test_the_kernel_is_this_python_with_pinned_threads(tmp_path):
    path = small(tmp_path, "import os, sys\nprint(sys.executable)\nprint(os.environ['OMP_NUM_THREADS'])")
    refresh.refresh(path)
    shown = json.loads(path.read_text())["cells"][1]["outputs"][0]["text"]
    assert shown == [f"{sys.executable}\n", "1\n"]


def test_an_error_stops_the_run_and_leaves_the_file(tmp_path):
    path = small(tmp_path, "1 / 0", "print(1)")
    before = path.read_bytes()
    with pytest.raises(refresh.RefreshError, match="ZeroDivisionError"):
        refresh.refresh(path)
    assert path.read_bytes() == before


def test_a_notebook_whose_data_is_absent_is_skipped_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(refresh, "missing_data", list)
    path = small(tmp_path, "1 / 0", metadata={"requires": ["mnist"]})
    before = path.read_bytes()
    assert refresh.refresh(path).startswith("건너뜀: mnist 데이터가 없습니다. 먼저 `make data`")
    assert path.read_bytes() == before


def test_all_notebooks_are_found_but_not_the_assignments(tmp_path):
    for name in ("a/one.ipynb", "assignments/two.ipynb", "a/.ipynb_checkpoints/three.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(refresh.notebooks([tmp_path])) == [tmp_path / "a/one.ipynb"]
    with pytest.raises(refresh.RefreshError, match="그런 노트북이 없습니다"):
        list(refresh.notebooks([tmp_path / "none.ipynb"]))


# 책 전체의 규칙


def test_a_label_used_on_two_pages_is_found():
    pages = [Page(Path(f"{name}.md"), "(same)=\n# 제목\n") for name in "ab"]
    assert [str(found) for found in unique_labels(pages)] == ["b.md:1: 이름표 same이 a.md에도 있습니다"]


def test_a_chapter_with_too_few_sliders_is_found(page_with):
    assert [found.message for found in enough_demos([page_with()])] == [
        "sample 장의 슬라이더가 0개입니다. 3개 이상이어야 합니다"
    ]


def test_the_toc_and_the_files_are_compared_both_ways(tmp_path):
    for name in ("book/index.md", "book/a.ipynb", "book/lost.md", "book/_static/x.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "_toc.yml").write_text(
        "root: book/index\nchapters:\n- file: book/a\n- file: book/gone\n", encoding="utf-8"
    )
    assert toc_matches_files(tmp_path) == [
        "목차에 있는 book/gone의 파일이 없습니다", "book/lost이 목차에 없습니다",
    ]  # fmt: skip


def test_the_command_reports_findings_and_counts_words(sample_path, tmp_path, capsys):
    assert check_book.main([str(sample_path)]) == 0
    assert capsys.readouterr().out == ""
    page = tmp_path / "page.md"
    page.write_text("(a)=\n# 라벨\n", encoding="utf-8")
    assert check_book.main([str(page)]) == 1
    assert capsys.readouterr().out == f"{page}:1: 2번째 줄 ‘라벨’ → 레이블\n"
    assert check_book.main(["--count", str(page)]) == 0
    assert capsys.readouterr().out == f"{page}: 1어절\n"
