"""읽는 사람이 여는 노트북: 페이지와 같고, 확장 없이 읽히고, 맨 앞의 셀이 설치하거나 한국어로 말한다."""

from __future__ import annotations

import copy
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("jupyter_book", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

import nbformat

from tools.editions import compare, first_cell, verified, verify, wheel
from tools.facts.contents import EXAM
from tools.facts.repository import NOTEBOOK_BRANCH, ROOT, address, config, site
from tools.notebooks.normal_form import dumps
from tools.notebooks.text import from_text
from tools.sphinx.build import COMMAND, OPTIONS
from tools.sphinx.editions import update_first_cell

HEADER = "---\nkernelspec: {name: python3, display_name: Python 3, language: python}\n---\n\n"
SAMPLE = r"""(sec-sample)=
# 견본: 노트북이 되는 페이지

:::{box} 이 절을 마치면
- $W$와 `sum()`을 **읽을** 수 있습니다.
:::

{ref}`sec-other` 절에서 500~1,000개를 셉니다. 정확도는 **0.950**<!-- run: 정확도 -->입니다.

```{code-cell} ipython3
y = 1
print(y)
```

```{math}
:label: eq-memory
M = N \times D \times s
```

식 {eq}`eq-memory`를 봅니다.

| 기호 | 뜻 |
|---|--:|
| $\|x\|$ | 크기 |

:::{box} 수학 상자: 접힌 상자 $x$
접힌 글.
:::

## 물음

:::{predict} predict-sample-one
무엇이 나올까요?

- [ ] 하나

  하나의 이유입니다.
- [x] 둘
:::

```{code-cell} ipython3
print(y + 1)
```

:::{answer} predict-sample-one
둘인 까닭입니다.
:::

:::{quiz} 짧은 제목
:label: quiz-sample-one
질문입니다.

- [ ] 첫째

  첫째의 이유입니다.

  $$ a = b $$
- [x] 둘째

  둘째의 이유입니다.

맺는 글입니다.
:::

:::{quiz} 순서
:label: quiz-sample-order
:kind: order
늘어놓으세요.

1. `a = 1`

   먼저인 이유입니다.
2. `b = a`

   다음인 이유입니다.
:::

:::{practice} ex-softmax-lse
:::

```{code-cell} ipython3
:tags: [starter]

STARTER
```

:::{exercise} 해 볼 일
:label: ex-sample-one
{ref}`quiz-sample-one`에서 본 대로 하세요.
:::

:::{box} 힌트
힌트의 글.
:::

```{code-cell} ipython3
def stub(): ...
```

```{solution-start} ex-sample-one
:class: dropdown
```

풀이의 글입니다.

```{code-cell} ipython3
def solved(): return 1
```

```{solution-end}
```

:::{box} 강의자 노트
- 시간(30분): 수업의 글.
:::
"""
OTHER = "(sec-other)=\n# 다른 절\n\n글입니다.\n\n```{code-cell} ipython3\nx = 1\n```\n"
TOC = """format: jb-book
root: book/index
chapters:
  - file: book/start/index
    sections:
      - file: book/start/sample
      - file: book/start/other
"""
EXAM_TEXT = "# 시험 문제\n\n## start/sample: 견본\n\n$x$를 구하시오.\n\n답: $1$\n"


def write_notebook(path: Path, text: str) -> None:
    """출력이 있는 노트북을 쓴다."""
    nb = from_text(HEADER + text)
    for count, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"출력 {count}\n")]
    path.write_text(dumps(nb), encoding="utf-8")


def make(folder: Path) -> None:
    """진짜 설정을 쓰는, 노트북이 둘인 책의 원본."""
    from tools.notebooks.starters import starter

    book = folder / "book"
    (book / "start").mkdir(parents=True)
    shutil.copy(ROOT / "_config.yml", folder)
    for name in ("_static", "reference"):
        shutil.copytree(ROOT / "book" / name, book / name, ignore=shutil.ignore_patterns("*.ipynb"))
    (folder / "tools").symlink_to(ROOT / "tools")
    (folder / "_toc.yml").write_text(TOC, encoding="utf-8")
    (book / "index.md").write_text("# 책\n\n글입니다.\n", encoding="utf-8")
    (book / "start" / "index.md").write_text("# 첫 장\n\n글입니다.\n", encoding="utf-8")
    sample = SAMPLE.replace("STARTER", starter("ex-softmax-lse"))
    write_notebook(book / "start" / "sample.ipynb", sample)
    write_notebook(book / "start" / "other.ipynb", OTHER)
    (folder / EXAM).parent.mkdir()
    (folder / EXAM).write_text(EXAM_TEXT, encoding="utf-8")


def build(folder: Path) -> None:
    """책을 `make book`과 같은 명령으로 빌드한다."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "build", str(folder), *OPTIONS],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder.parent,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """빌드한 책의 폴더."""
    folder = tmp_path_factory.mktemp("editions")
    make(folder)
    build(folder)
    return folder


def notebook(book: Path, edition: str, name: str = "sample") -> nbformat.NotebookNode:
    path = book / "_build" / "notebooks" / edition / "start" / f"{name}.ipynb"
    return nbformat.read(path, as_version=4)


def text_of(nb: nbformat.NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def learner(book: Path) -> str:
    return text_of(notebook(book, "learner"))


@pytest.fixture(scope="module")
def instructor(book: Path) -> str:
    return text_of(notebook(book, "instructor"))


# 두 판 --------------------------------------------------------------------------------------


def test_both_editions_agree_with_the_pages(book):
    html, notebooks = compare.folders(book)
    report = compare.compare(html, notebooks, book / "book")
    assert report.problems == []
    assert report.totals["노트북"] == 2
    assert report.totals["식"] == 1
    assert report.totals["문제"] == 4


@pytest.mark.parametrize(
    "expected",
    [
        "# 1.1 견본: 노트북이 되는 페이지",
        f"[책의 이 페이지]({site()}/book/start/sample.html)",
        "> **이 절을 마치면**\n>\n> - $W$와 `sum()`을 **읽을** 수 있습니다.",
        f"[1.2절(다른 절)]({site()}/book/start/other.html#sec-other)에서 500\\~1,000개를",
        "**0.950**입니다.",
        "$$\nM = N \\times D \\times s \\tag{1.1}\n$$",
        "식 [(1.1)](",
        "| $\\vert x\\vert $ | 크기 |",
        "<summary><strong>수학 상자</strong></summary>\n\n> **접힌 상자 $x$**\n>\n> 접힌 글.",
        "> - ① 하나\n> - ② 둘",
        "<summary><strong>답</strong></summary>\n\n> **답: ②**\n>\n> - ① 하나의 이유입니다.\n>",
        "> **확인 문제 1.1: 짧은 제목**\n>\n> 질문입니다.\n>\n> - ① 첫째\n> - ② 둘째",
        "> - ① 첫째의 이유입니다.\n>\n>   $$ a = b $$\n>\n> - ② 둘째의 이유입니다.",
        "> 1. `b = a`\n> 2. `a = 1`\n\n<details>\n<summary><strong>풀이</strong></summary>",
        "> **연습문제 1.1: 배치용 logsumexp**\n>\n> 핵심 · 10분",
        "[풀이](",
        "<summary><strong>힌트</strong></summary>\n\n> 힌트의 글.",
    ],
)
def test_the_learner_reads_plain_markdown(learner, expected):
    assert expected in learner


def test_the_learner_gets_no_output_solution_note_or_exam(book, learner):
    nb = notebook(book, "learner")
    assert not [cell for cell in nb.cells if cell.get("outputs") or cell.get("execution_count")]
    for text in ("풀이의 글", "수업의 글", "시험 문제", "힌트 1", "모범 답안"):
        assert text not in learner
    code = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    assert "def stub(): ..." in code
    assert not [source for source in code if "solved" in source]
    assert code[-2] == (
        'from deepnote_lib.exercises import check, hint\n\ncheck("ex-softmax-lse", logsumexp_rows)\n'
        '# 막히면 hint("ex-softmax-lse")를 실행하세요. 한 단계씩 도와줍니다'
    )


def test_the_instructor_gets_outputs_solutions_hints_notes_and_the_exam(book, instructor):
    nb = notebook(book, "instructor")
    assert [cell.outputs[0].text for cell in nb.cells if cell.get("outputs")] == [
        f"출력 {count}\n" for count in range(1, 6)
    ]
    assert nb.cells[-1].source == "## 시험 문제\n\n$x$를 구하시오.\n\n답: $1$"
    for text in ("풀이의 글", "수업의 글", "힌트 1: 떠올려 볼 것", "모범 답안", "> ```python\n"):
        assert text in instructor
    assert "시험 문제" not in text_of(notebook(book, "instructor", "other"))


def test_nothing_of_the_exam_is_on_the_site(book):
    shown = [
        p for p in (book / "_build" / "html").rglob("*") if p.suffix in {".html", ".ipynb", ".js"}
    ]
    assert not [p for p in shown if "구하시오" in p.read_text(encoding="utf-8")]
    assert not list((book / "_build" / "html").rglob("_sources"))


# 어긋나면 알아챈다 --------------------------------------------------------------------------

DAMAGES: dict[str, tuple[str, str, str, str]] = {
    "식의 번호": ("instructor", r"\tag{1.1}", r"\tag{1.2}", "식의 번호"),
    "배우는 판의 식": ("learner", r"\tag{1.1}", r"\tag{2.1}", "배우는 판의 식의 번호"),
    "문제의 번호": ("learner", "확인 문제 1.2", "확인 문제 1.3", "배우는 판의 문제의 번호"),
    "글자 하나": ("instructor", "맺는 글", "맺은 글", "글: 페이지"),
    "식 하나": ("instructor", "$W$", "W", "수: 페이지"),
    "없는 앵커": ("learner", "#sec-other", "#sec-nowhere", "없는 곳"),
    "없는 페이지": ("learner", "other.html", "lost.html", "없는 곳"),
    "남은 지시문": ("learner", "> **이 절을", ":::{box} **이 절을", "남은 지시문"),
    "남은 역할": ("learner", "식 [(1.1)]", "식 {eq}`eq-memory` [(1.1)]", "남은 역할"),
    "남은 주석": ("learner", "**0.950**", "**0.950**<!-- run: a -->", "남은 주석"),
    "다른 코드": ("instructor", "print(y + 1)", "print(y + 2)", "가르치는 판의 코드"),
    "없던 코드": ("learner", "print(y + 1)", "print(y + 2)", "배우는 판의 코드"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_copy_is_reported(book, tmp_path, name):
    edition, old, new, expected = DAMAGES[name]
    html, notebooks = compare.folders(book)
    copied = shutil.copytree(notebooks, tmp_path / "notebooks")
    path = copied / edition / "start" / "sample.ipynb"
    nb = nbformat.read(path, as_version=4)
    hits = [cell for cell in nb.cells if old in cell.source]
    assert hits, old
    for cell in hits:
        cell.source = cell.source.replace(old, new)
    nbformat.write(nb, path)
    problems = compare.compare(html, copied, book / "book").problems
    assert [p for p in problems if p.startswith("start/sample.ipynb") and expected in p], problems


def test_an_output_left_in_the_learners_copy_and_a_lost_file_are_reported(book, tmp_path):
    html, notebooks = compare.folders(book)
    copied = shutil.copytree(notebooks, tmp_path / "notebooks")
    shutil.copy(copied / "instructor/start/sample.ipynb", copied / "learner/start/sample.ipynb")
    (copied / "learner" / "start" / "other.ipynb").unlink()
    problems = compare.compare(html, copied, book / "book").problems
    assert "start/sample.ipynb: 배우는 판에 출력이 있습니다" in problems
    assert "start/other.ipynb: 페이지와 두 판의 노트북이 모두 있어야 합니다" in problems


# 페이지의 버튼과 사이트 -----------------------------------------------------------------------


def test_the_buttons_of_the_page_lead_to_the_learners_notebook(book):
    page = book / "_build" / "html" / "book" / "start" / "sample.html"
    links = re.findall(r'<a href="([^"]*\.ipynb)"', page.read_text(encoding="utf-8"))
    download = next(link for link in links if link.startswith(".."))
    assert (page.parent / download).read_bytes() == (
        book / "_build" / "notebooks" / "learner" / "start" / "sample.ipynb"
    ).read_bytes()
    place = address().removeprefix("https://github.com/")
    colab = f"https://colab.research.google.com/github/{place}/blob/{NOTEBOOK_BRANCH}/start/sample.ipynb"
    assert colab in links


def test_a_page_that_is_no_notebook_offers_nothing_to_download_but_printing(book):
    page = (book / "_build" / "html" / "book" / "index.html").read_text(encoding="utf-8")
    assert "_sources" not in page
    assert "_static/notebooks" not in page
    assert "window.print()" in page


def test_the_site_carries_the_wheel_that_the_first_cell_names(book):
    static = book / "_build" / "html" / "_static" / "wheels"
    (carried,) = static.iterdir()
    assert carried.name == wheel.wheel_name()
    for edition in ("learner", "instructor"):
        first = notebook(book, edition).cells[0]
        assert first.source == first_cell.first_cell(carried)
        assert f"{site()}/_static/wheels" in first.source
        assert wheel.sha256(carried) in first.source


def test_a_second_build_writes_what_changed_and_removes_what_is_gone(tmp_path):
    make(tmp_path)
    build(tmp_path)
    files = sorted((tmp_path / "_build" / "notebooks").rglob("*.ipynb"))
    before = {path: path.read_bytes() for path in files}
    (tmp_path / EXAM).write_text(EXAM_TEXT.replace("$1$", "$2$"), encoding="utf-8")
    files[0].unlink()  # instructor/start/other.ipynb
    build(tmp_path)
    changed = [path for path in files if path.read_bytes() != before[path]]
    assert [path.name for path in changed] == ["sample.ipynb"]
    assert notebook(tmp_path, "instructor").cells[-1].source.endswith("답: $2$")
    (tmp_path / "_toc.yml").write_text(TOC.replace("      - file: book/start/other\n", ""))
    text = SAMPLE.replace("{ref}`sec-other` 절", "다음").replace("STARTER", "x = 1")
    write_notebook(tmp_path / "book" / "start" / "sample.ipynb", text)
    build(tmp_path)
    folders = [tmp_path / "_build" / "notebooks", tmp_path / "_build" / "html"]
    assert {path.stem for folder in folders for path in folder.rglob("*.ipynb")} == {"sample"}


def test_a_new_wheel_changes_only_the_first_cell(book, tmp_path):
    path = tmp_path / "sample.ipynb"
    shutil.copy(book / "_build/notebooks/instructor/start/sample.ipynb", path)
    before = nbformat.read(path, as_version=4)
    assert before.cells[0].metadata.jupyter.source_hidden
    update_first_cell(path, "x = 1")
    after = nbformat.read(path, as_version=4)
    assert after.cells[0].source == "x = 1"
    assert after.cells[1:] == before.cells[1:]


# wheel과 맨 앞의 셀 ---------------------------------------------------------------------------


def test_the_wheel_is_the_same_bytes_wherever_it_is_built(tmp_path):
    one, two = (wheel.build(tmp_path / name) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    stamp = one.stat().st_mtime_ns
    assert (
        wheel.build(tmp_path / "one").stat().st_mtime_ns == stamp
    )  # 소스가 같으면 다시 만들지 않는다


def test_a_changed_source_makes_another_wheel(tmp_path):
    for path in wheel.sources():
        target = tmp_path / "root" / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    root = tmp_path / "root"
    before = wheel.source_digest(root)
    assert before == wheel.source_digest()
    (root / "deepnote_lib" / "metrics.py").write_text("x = 1\n")
    assert wheel.source_digest(root) != before
    settings = (root / "pyproject.toml").read_text(encoding="utf-8")
    (root / "pyproject.toml").write_text(settings.replace('"deepnote-lib"', "7"), encoding="utf-8")
    with pytest.raises(wheel.WheelError, match=r"setuptools 77 이상으로 deepnote_lib-.*whl"):
        wheel.build(tmp_path / "out", root)


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def pythons(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """deepnote_lib가 없는 두 환경의 파이썬: pip이 없는 것과 있는 것."""
    found = {}
    for with_pip in (False, True):
        folder = tmp_path_factory.mktemp("bare") / "env"
        venv.create(folder, with_pip=with_pip, symlinks=os.name != "nt")
        found[with_pip] = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return found


@pytest.fixture
def run(book: Path, pythons: dict[bool, Path], tmp_path: Path) -> Run:
    """맨 앞의 셀을 다른 파이썬에서 실행하는 함수. 패키지 저장소로 나가지 않는다."""
    source = notebook(book, "learner").cells[0].source
    here = tmp_path / "노트북"
    here.mkdir()

    def call(address: str, *, with_pip: bool = True) -> subprocess.CompletedProcess[str]:
        again = "\nprint(_find.find_spec('deepnote_lib') is not None)"
        return subprocess.run(
            [pythons[with_pip], "-c", source.replace(site(), address) + again],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=here,
            env={
                **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
                **{"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_RETRIES": "0"},
                "PYTHONIOENCODING": "utf-8",
            },
            check=False,
        )

    yield call
    command = [pythons[True], "-m", "pip", "uninstall", "-q", "-y", "deepnote-lib"]
    subprocess.run(command, capture_output=True, check=True)


NOWHERE = "http://127.0.0.1:9"  # 아무도 듣지 않는 곳


def korean(done: subprocess.CompletedProcess[str]) -> str:
    """실패한 셀의 마지막 오류."""
    assert done.returncode == 1
    return done.stderr.split("ModuleNotFoundError: ")[-1]


@pytest.mark.parametrize("with_pip", [False, True])
def test_without_a_network_or_pip_the_first_cell_stops_with_a_korean_sentence(run, with_pip):
    said = korean(run(NOWHERE, with_pip=with_pip))
    assert said.startswith("deepnote_lib를 설치하지 못했습니다. 파이썬이 3.11 이상인지, 인터넷에")
    assert f"{NOWHERE}/_static/wheels/{wheel.wheel_name()} 파일을" in said
    assert "pip이 남긴 말: " in said


def test_the_first_cell_installs_the_wheel_from_the_site_and_is_silent_afterwards(book, run):
    with verify.served(book / "_build" / "html") as server:
        done = run(server)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    done = run(NOWHERE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_another_file_under_the_same_name_is_not_installed(book, run, tmp_path):
    static = tmp_path / "_static" / "wheels"
    static.mkdir(parents=True)
    other = wheel.build(book / "_build" / "wheels").read_bytes() + b"\0"
    (static / wheel.wheel_name()).write_bytes(other)
    with verify.served(tmp_path) as server:
        assert "deepnote_lib를 설치하지 못했습니다" in korean(run(server))


@pytest.mark.parametrize("place", ["노트북", "wheels"])
def test_a_wheel_beside_the_notebook_or_in_the_bundle_needs_no_network(book, run, tmp_path, place):
    (tmp_path / place).mkdir(exist_ok=True)
    shutil.copy(wheel.build(book / "_build" / "wheels"), tmp_path / place)
    done = run(NOWHERE)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_the_first_cell_leaves_no_name_that_a_notebook_could_use():
    names = re.findall(r"^(?:import .* as |)(\w+)(?: = .*)?$", first_cell.SOURCE, re.M)
    assert names
    assert all(name.startswith("_") for name in names)


def test_the_address_of_the_site_stands_in_the_configuration_only():
    assert config()["sphinx"]["config"]["html_baseurl"].rstrip("/") == site()
    own = [ROOT / name for name in ("tools", "deepnote_lib", "book", "tests", ".github")]
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in own
        for path in folder.rglob("*")
        if path.suffix in {".py", ".md", ".ipynb", ".yml", ".js"}
        and site().encode() in path.read_bytes()
    ]
    # 읽는 사람이 베껴 치는 명령과, 코드가 읽을 수 없는 신고 양식. 둘 다 다른 시험이 값을 확인한다
    assert found == ["book/start/install.ipynb", ".github/ISSUE_TEMPLATE/config.yml"]


# 실행의 기록 --------------------------------------------------------------------------------


def test_the_record_has_a_line_for_each_page_and_keeps_what_others_wrote(tmp_path):
    path = tmp_path / "verified.json"
    assert verified.read(path) == {}
    verified.write("b/two", "learner", "22", path)
    verified.write("a/one", "runtime", "33", path)
    verified.write("a/one", "learner", "11", path)
    assert path.read_text(encoding="utf-8") == (
        '{\n "a/one": {"learner": "11", "runtime": "33"},\n "b/two": {"learner": "22"}\n}\n'
    )
    assert verified.read(path)["b/two"] == {"learner": "22"}


def test_only_pages_whose_code_changed_are_run_again(book):
    notebooks = book / "_build" / "notebooks"
    every = {page: verify.digest_of(nb) for page, nb in verify.changed(notebooks, {})}
    assert set(every) == {"start/other", "start/sample"}
    record = {page: {"learner": digest} for page, digest in every.items()}
    assert list(verify.changed(notebooks, record)) == []
    record["start/other"]["learner"] = "다른 해시"
    assert [page for page, _ in verify.changed(notebooks, record)] == ["start/other"]


def test_the_digest_does_not_follow_the_wheel(book):
    nb = notebook(book, "learner")
    before = verify.digest_of(nb)
    nb.cells[0].source += "\n# 다른 wheel"
    assert verify.digest_of(nb) == before
    nb.cells[2].source += "\nx = 1"
    assert verify.digest_of(nb) != before


def executed(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """출력이 이런 셀 하나짜리 노트북."""
    nb = nbformat.v4.new_notebook()
    nb.cells = [nbformat.v4.new_code_cell("f()", id="a", outputs=list(outputs))]
    return nb


def printed(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def drawn(text: str, picture: str = "iVBOR") -> nbformat.NotebookNode:
    data = {"image/png": picture, "text/plain": text}
    return nbformat.v4.new_output("display_data", data=data)


@pytest.mark.parametrize(
    ("stored", "new", "count"),
    [
        ([printed("a 1\n")], [printed("a 1\n")], 0),
        ([printed("a 1\n")], [printed("a 2\n")], 1),
        ([printed("a\nb\n")], [printed("a\n"), printed("b\n")], 0),  # 나뉘어 온 같은 글
        ([drawn("점 1.000")], [drawn("점 1.001", "다른 바이트")], 0),  # 그림은 글로 비교한다
        ([drawn("점 1.000")], [drawn("점 1.1")], 1),
        ([printed("a\n")], [], 1),
        ([], [printed("a\n")], 1),
    ],
)
def test_outputs_are_compared_by_the_rules_of_the_book(stored, new, count):
    assert len(list(verify.differences(executed(*new), executed(*stored)))) == count


def test_cells_that_the_reader_fills_are_not_compared():
    done, source = executed(printed("1")), executed(printed("2"))
    done.cells[0].metadata["tags"] = ["starter"]
    assert list(verify.differences(done, source)) == []
    done = copy.deepcopy(done)
    done.cells[0].id = "check-ex-a"
    assert list(verify.differences(done, source)) == []


def test_every_page_of_the_record_is_in_the_book():
    known = {
        p.relative_to(ROOT / "book").with_suffix("").as_posix() for p in ROOT.glob("book/*/*.ipynb")
    }
    assert set(verified.read()) <= known
