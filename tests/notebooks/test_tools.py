"""노트북 도구: 변환, 표준 형태, 해시, run 표시, 다시 실행."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbformat", reason="노트북을 다루는 패키지가 없습니다.")

import nbformat

from tools.__main__ import main
from tools.facts.limits import CELL_SECONDS
from tools.facts.repository import ROOT
from tools.notebooks import execute, fingerprint
from tools.notebooks.compare import close_text, mask_pictures
from tools.notebooks.execute import Refreshed, refresh, time_report
from tools.notebooks.markers import MarkerError, mismatches, printed_number, rewrite
from tools.notebooks.normal_form import dumps, normalize, normalized_text
from tools.notebooks.text import from_text, to_text
from tools.rules.book import enough_demos, toc_matches_files, unique_labels
from tools.rules.page import Page

TOC = "format: jb-book\nroot: book/index\nchapters:\n"


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


def test_outputs_of_unchanged_cells_are_kept_and_of_changed_cells_dropped(sample_text, sample_path):
    old = nbformat.read(sample_path, as_version=4)
    changed = sample_text.replace('print("가장 큰 확률:"', 'print("제일 큰 확률:"')
    nb = from_text(changed, old)
    counts = [c.execution_count for c in nb.cells if c.cell_type == "code"]
    assert counts == [1, None, 3, 4, 5, 6, 7]
    assert nb.metadata.deepnote.hash == old.metadata.deepnote.hash


def test_a_cell_put_at_the_top_moves_the_other_outputs_along():
    """자리로 짝을 지으면 한 셀만 끼워도 모든 출력이 사라진다."""
    old = nbformat.read(ROOT / "book" / "perceptron" / "gates.ipynb", as_version=4)
    text = to_text(nbformat.from_dict(old))
    first = text.index("```{code-cell}")
    inserted = f"{text[:first]}```{{code-cell}} ipython3\nx = 1\n```\n\n{text[first:]}"
    old = nbformat.read(ROOT / "book" / "perceptron" / "gates.ipynb", as_version=4)
    nb = from_text(inserted, old)
    shown = [[cell.outputs for cell in book.cells if cell.get("outputs")] for book in (old, nb)]
    assert len(shown[0]) == 10
    assert shown[0] == shown[1]
    assert [c.source for c in nb.cells if c.cell_type == "code" and not c.execution_count] == [
        "x = 1"
    ]


def test_a_cell_changed_in_its_spaces_only_does_not_keep_its_output(sample_text, sample_path):
    """jupytext는 빈칸만 다른 셀을 같은 셀로 치지만, 글 안의 빈칸은 출력을 바꾼다."""
    old = nbformat.read(sample_path, as_version=4)
    nb = from_text(sample_text.replace('print("가장 큰 확률:"', 'print("가장큰 확률:"'), old)
    changed = next(
        cell for cell in nb.cells if "가장큰" in cell.source and cell.cell_type == "code"
    )
    assert changed.outputs == []
    assert changed.execution_count is None


def test_the_command_converts_both_ways(sample_text, sample_path, tmp_path):
    text, book = tmp_path / "draft.md", tmp_path / "folder" / "page.ipynb"
    text.write_text(sample_text, encoding="utf-8")
    book.parent.mkdir()
    shutil.copy(sample_path, book)
    assert main(["text", str(text), str(book)]) == 0
    assert book.read_bytes() == sample_path.read_bytes()
    assert main(["text", str(book), str(text)]) == 0
    assert main(["text", str(text), str(book)]) == 0
    assert book.read_bytes() == sample_path.read_bytes()


def test_two_files_of_the_same_kind_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"하나는 \.md, 다른 하나는 \.ipynb여야 .*a\.md, b\.md"):
        main(["text", str(tmp_path / "a.md"), str(tmp_path / "b.md")])


# 표준 형태


def test_normal_form_is_a_fixed_point(sample_path):
    text = sample_path.read_text(encoding="utf-8")
    assert normalized_text(text) == text


def test_normal_form_removes_what_only_a_run_knows():
    nb = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "my-env", "display_name": "X"}})
    nb.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    cell = nbformat.v4.new_code_cell("x = 1   \n\n", execution_count=7)
    cell.metadata = nbformat.from_dict(
        {"execution": {"iopub": "2026"}, "collapsed": True, "tags": ["a"]}
    )
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=t) for t in ("하나\n", "둘\n")
    ]
    nb.cells = [
        nbformat.v4.new_markdown_cell("# 제목  \n글"),
        cell,
        nbformat.v4.new_code_cell("x = 1"),
    ]
    normalize(nb)
    assert [c.source for c in nb.cells] == ["# 제목\n글", "x = 1", "x = 1"]
    assert nb.cells[1].metadata == {"tags": ["a"]}
    assert [o.text for o in nb.cells[1].outputs] == ["하나\n둘\n"]
    assert nb.metadata.kernelspec == {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    assert "version" not in nb.metadata.language_info
    assert len({c.id for c in nb.cells}) == 3, "같은 내용의 셀도 id는 다르다"
    assert dumps(nb).endswith("}\n")


def test_normal_form_removes_the_folders_of_this_machine_from_tracebacks():
    cell = nbformat.v4.new_code_cell("f()")
    frame = (
        "File \x1b[32m/home/me/lib/python3.11/site-packages/deepnote_lib/_checks.py:3\x1b[39m, in f"
    )
    cell.outputs = [nbformat.v4.new_output("error", ename="E", evalue="x", traceback=[frame])]
    nb = normalize(nbformat.v4.new_notebook(cells=[cell]))
    assert "/home/me" not in nb.cells[0].outputs[0].traceback[0]
    assert "deepnote_lib/_checks.py:3" in nb.cells[0].outputs[0].traceback[0]


# 해시


def digest_of(source: str, name: str = "f") -> list[str]:
    """글로 적은 모듈에 있는 정의 하나의 적기."""
    return [fingerprint.canonical(s) for s in fingerprint.Module("m", source).pieces[name]]


def test_comments_and_docstrings_do_not_change_the_fingerprint():
    plain = digest_of("def f(x):\n    return x + 1\n")
    noted = digest_of('"""모듈."""\ndef f(x):\n    """설명."""\n    # 왜\n    return x + 1\n')
    assert plain == noted != digest_of("def f(x):\n    return x + 2\n")


def test_definitions_are_followed_through_what_they_use():
    found = fingerprint.used_by(["from deepnote_lib.activations import sigmoid", "sigmoid(0)"])
    assert ("deepnote_lib.activations", "sigmoid") in found
    assert ("deepnote_lib._checks", "as_array") in found
    assert ("deepnote_lib.activations", "softmax") not in found
    assert not [piece for piece in found if piece[0] == "deepnote_lib.perceptron"]


def test_a_class_brings_its_base_and_a_package_its_own_file():
    found = fingerprint.used_by(
        ["from deepnote_lib import layers, plots", "layers.ReLU(); plots.use_style()"]
    )
    assert ("deepnote_lib.layers.activations", "Elementwise") in found
    assert ("deepnote_lib.layers.base", "Layer") in found
    assert ("deepnote_lib.plots.style", "use_style") in found
    assert ("deepnote_lib.layers.batchnorm", "BatchNorm") not in found
    assert ("deepnote_lib.inspection.report", "inspect_network") not in found


def test_a_module_used_by_name_only_is_used_as_a_whole():
    found = fingerprint.used_by(["from deepnote_lib import losses", "getattr(losses, name)"])
    assert {("deepnote_lib.losses", "mse"), ("deepnote_lib.losses", "nll")} <= found


def test_statements_that_change_a_constant_belong_to_it():
    module = fingerprint.Module("m", "A = [1]\nA.append(2)\nB = A\n")
    assert [len(module.pieces[name]) for name in "AB"] == [2, 1]
    assert set(module.references(module.pieces["B"])) == {("m", "A"), ("m", "B")}


def test_annotations_alone_do_not_make_a_dependency():
    source = (
        "from deepnote_lib.regularizers import Penalty\ndef f(p: Penalty) -> Penalty: return p\n"
    )
    module = fingerprint.Module("m", source)
    assert list(module.references(module.pieces["f"])) == []


def test_importing_the_whole_package_depends_on_every_module():
    whole = {(name, "*") for name in fingerprint.all_modules()}
    assert fingerprint.used_by(["import deepnote_lib", "deepnote_lib.layers"]) == whole
    assert fingerprint.used_by(["import numpy as np\n%time 1"]) == fingerprint.closure(
        [fingerprint.ALWAYS]
    )


def test_a_data_file_of_an_inner_package_changes_only_that_package(tmp_path):
    inner = tmp_path / "inner"
    (inner / "results").mkdir(parents=True)
    for folder in (tmp_path, inner):
        (folder / "__init__.py").touch()
    data = inner / "results" / "table.json"
    digests = []
    for text in ("1", "2"):
        data.write_text(text, encoding="utf-8")
        fingerprint.assets_digest.cache_clear()
        digests.append([fingerprint.assets_digest(folder) for folder in (tmp_path, inner)])
    assert digests[0][0] == digests[1][0]
    assert digests[0][1] != digests[1][1]


def test_a_module_named_in_import_module_is_followed():
    source = 'def f():\n    import_module("deepnote_lib.plots"); import_module(name)\n'
    module = fingerprint.Module("m", source)
    assert list(module.references(module.pieces["f"])) == [("deepnote_lib.plots", "*")]


def test_a_changed_function_runs_only_the_pages_that_use_it(monkeypatch):
    pages = {path: nbformat.read(path, 4) for path in sorted((ROOT / "book").rglob("*.ipynb"))}
    before = {path: fingerprint.fingerprint(nb) for path, nb in pages.items()}
    module = fingerprint.read("deepnote_lib.regularizers")
    changed = fingerprint.ast.parse("def soft_threshold(w, threshold): return w").body
    monkeypatch.setitem(module.pieces, "soft_threshold", changed)
    fingerprint.piece_digest.cache_clear()
    stale = {path.stem for path, nb in pages.items() if fingerprint.fingerprint(nb) != before[path]}
    fingerprint.piece_digest.cache_clear()
    assert stale == {"l1"}


def test_the_fingerprint_follows_the_versions_that_decide_the_outputs(sample_path, tmp_path):
    nb = nbformat.read(sample_path, as_version=4)
    pins = tmp_path / "requirements.txt"

    def digest(text: str) -> str:
        pins.write_text(text, encoding="utf-8")
        return fingerprint.fingerprint(nb, pins)

    before = digest("numpy==2.4.6\nmatplotlib==3.11.2   # 그림\npytest==9.2.0\n")
    assert digest("# 다른 순서와 설명\npytest==9.9.9\nmatplotlib==3.11.2\nnumpy==2.4.6\n") == before
    assert digest("numpy==2.4.7\nmatplotlib==3.11.2\n") != before
    assert digest("numpy==2.4.6\nmatplotlib==3.11.3\n") != before
    assert next(fingerprint.pinned_versions(ROOT / "requirements.txt")).startswith("numpy==")


def test_the_fingerprint_follows_code_and_tags_but_not_prose(sample_path):
    nb = nbformat.read(sample_path, as_version=4)
    before = fingerprint.fingerprint(nb)
    nb.cells[0].source += "\n\n덧붙인 글"
    assert fingerprint.fingerprint(nb) == before
    nb.cells[1].metadata["tags"] = ["hide-input"]
    tagged = fingerprint.fingerprint(nb)
    nb.cells[1].source += "\nx = 1"
    assert len({before, tagged, fingerprint.fingerprint(nb)}) == 3


# run 표시

CELLS = [
    code_cell("a", printed("정확도: 0.950 (샘플 1,797)\n손실: -0.25 → 3e-4\n")),
    markdown(
        "정확도 0.1<!-- run: 정확도 -->, 샘플 9<!-- run: 정확도 #2 -->, 손실 −0.9<!-- run: 손실 -->"
    ),
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
        "정확도 0.950<!-- run: 정확도 -->, 샘플 1,797<!-- run: 정확도 #2 -->, "
        "손실 −0.25<!-- run: 손실 -->"
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


# 비교하기


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


def test_refreshing_twice_leaves_no_difference_and_forcing_gives_the_same_bytes(
    sample_path, tmp_path
):
    path = Path(shutil.copy(sample_path, tmp_path / "copy.ipynb"))
    before = path.read_bytes()
    assert refresh(path).done == "그대로"
    assert refresh(path, force=True).done == "실행"
    assert path.read_bytes() == before


def test_changed_code_is_run_and_its_numbers_reach_the_prose(sample_text, sample_path, tmp_path):
    old = nbformat.read(sample_path, as_version=4)
    path = tmp_path / "changed.ipynb"
    changed = sample_text.replace("[-1.0, 2.0]", "[-1.0, 3.0]")
    path.write_text(dumps(from_text(changed, old)), encoding="utf-8")
    assert refresh(path).done == "실행"
    assert "3.0<!-- run: 가장 큰 확률 -->" in path.read_text(encoding="utf-8")


def test_the_kernel_is_this_python_with_pinned_threads(tmp_path):
    path = small(
        tmp_path, "import os, sys\nprint(sys.executable)\nprint(os.environ['OMP_NUM_THREADS'])"
    )
    refresh(path)
    shown = json.loads(path.read_text())["cells"][0]["outputs"][0]["text"]
    assert shown == [f"{sys.executable}\n", "1\n"]


def test_an_error_stops_the_run_and_leaves_the_file(tmp_path):
    path = small(tmp_path, "1 / 0", "print(1)")
    before = path.read_bytes()
    with pytest.raises(execute.RefreshError, match="ZeroDivisionError"):
        refresh(path)
    assert path.read_bytes() == before


def test_the_processor_time_of_each_cell_is_measured_and_sleeping_is_not_counted(tmp_path):
    busy = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 0.5: pass"
    result = refresh(small(tmp_path, busy, "time.sleep(0.5)"))
    assert list(result.seconds) == [0, 1]
    assert 0.4 < result.seconds[0] < 5
    assert result.seconds[1] < result.seconds[0]


def test_the_slowest_cells_are_listed_and_a_cell_over_the_limit_is_a_warning():
    results = [
        Refreshed(Path("a.ipynb"), "실행", {0: 0.1, 3: CELL_SECONDS + 0.5}),
        Refreshed(Path("b.ipynb"), "실행", {2: 2.0}),
        Refreshed(Path("c.ipynb"), "그대로"),
    ]
    lines = time_report(results)
    assert [line.split("초  ")[1] for line in lines[1:4]] == [
        "a.ipynb:셀 4",
        "b.ipynb:셀 3",
        "a.ipynb:셀 1",
    ]
    assert lines[4:] == [
        f"경고: a.ipynb:셀 4: 프로세서 시간은 {CELL_SECONDS}초 이하여야 합니다. "
        f"받은 값={CELL_SECONDS + 0.5}초"
    ]
    assert time_report([Refreshed(Path("c.ipynb"), "그대로")]) == []


def test_a_notebook_whose_data_is_absent_is_skipped_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(execute, "missing_data", list)
    path = small(tmp_path, "1 / 0", metadata={"requires": ["mnist"]})
    before = path.read_bytes()
    assert refresh(path).done.startswith("건너뜀: mnist 데이터가 없습니다. 먼저 `make data`")
    assert path.read_bytes() == before


def test_all_notebooks_are_found_but_not_the_assignments(tmp_path):
    for name in ("a/one.ipynb", "assignments/two.ipynb", "a/.ipynb_checkpoints/three.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(execute.notebooks([tmp_path])) == [tmp_path / "a/one.ipynb"]
    with pytest.raises(execute.RefreshError, match="그런 노트북이 없습니다"):
        list(execute.notebooks([tmp_path / "none.ipynb"]))


# 책 전체의 규칙


def test_a_label_used_on_two_pages_is_found():
    pages = [Page(Path(f"{name}.md"), "(same)=\n# 제목\n") for name in "ab"]
    assert [str(found) for found in unique_labels(pages)] == [
        "b.md:1: 이름표 same이 a.md에도 있습니다"
    ]


def test_a_chapter_with_too_few_sliders_is_found(page_with):
    assert [found.message for found in enough_demos([page_with()])] == [
        "sample 장의 슬라이더가 0개입니다. 3개 이상이어야 합니다"
    ]


def test_the_toc_and_the_files_are_compared_both_ways(tmp_path):
    for name in ("book/index.md", "book/a.ipynb", "book/lost.md", "book/_static/x.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "_toc.yml").write_text(
        f"{TOC}- file: book/a\n- file: book/gone\n", encoding="utf-8"
    )
    assert toc_matches_files(tmp_path) == [
        "목차에 있는 book/gone의 파일이 없습니다",
        "book/lost이 목차에 없습니다",
    ]


def test_a_page_written_twice_in_the_toc_is_found(tmp_path):
    (tmp_path / "_toc.yml").write_text(f"{TOC}- file: book/a\n- file: book/a\n", encoding="utf-8")
    problem = toc_matches_files(tmp_path)[0]
    assert problem.startswith("목차를 읽지 못했습니다.")
    assert "book/a" in problem


def test_the_command_reports_findings_and_counts_words(sample_path, tmp_path, capsys):
    assert main(["check", str(sample_path)]) == 0
    assert capsys.readouterr().out == ""
    page, module = tmp_path / "page.md", tmp_path / "module.py"
    page.write_text("(a)=\n# 라벨\n", encoding="utf-8")
    module.write_text("x = 1\n# 라벨\n", encoding="utf-8")
    assert main(["check", str(page), str(module)]) == 1
    assert capsys.readouterr().out == (
        f"{page}:1: 2번째 줄 ‘라벨’ → 레이블\n{module}:2: ‘라벨’ → 레이블\n"
    )
    assert main(["check", "--count", str(page)]) == 0
    assert capsys.readouterr().out == f"{page}: 1어절\n"
