"""책을 빌드하는 명령이 깨진 책을 그냥 넘기지 않고, 다시 빌드할 때는 바뀐 페이지만 쓴다."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("jupyter_book", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

from tools.facts.repository import ROOT
from tools.rules import built

BUILD = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
GOOD = "(sec-good)=\n# 온전한 페이지\n\n{ref}`sec-good` 절과 [둘째 페이지](second.md)를 봅니다.\n"
SECOND = "# 둘째 페이지\n\n글입니다.\n"
THIRD = "# 셋째 페이지\n\n글입니다.\n"
FUTURE = 4_000_000_000  # 원본과 템플릿보다 나중


def make(folder: Path, text: str) -> None:
    """진짜 설정을 쓰는 세 페이지짜리 책의 원본."""
    book = folder / "book"
    book.mkdir()
    shutil.copy(ROOT / "_config.yml", folder)
    for name in ("_static", "reference"):
        shutil.copytree(ROOT / "book" / name, book / name, ignore=shutil.ignore_patterns("*.ipynb"))
    (folder / "tools").symlink_to(ROOT / "tools")  # 확장은 _config.yml이 적은 대로 뿌리에서 찾는다
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n"
        "  - file: book/second\n    sections:\n      - file: book/third\n",
        encoding="utf-8",
    )
    (book / "index.md").write_text(text, encoding="utf-8")
    (book / "second.md").write_text(SECOND, encoding="utf-8")
    (book / "third.md").write_text(THIRD, encoding="utf-8")


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """책을 `make book`과 같은 명령으로 빌드한다. 저장소는 모듈 경로에 넣지 않는다."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", BUILD, "build", str(folder), "-W", "-n", "--keep-going", "--quiet"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder.parent,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def test_a_second_build_writes_only_the_page_that_changed(tmp_path):
    make(tmp_path, GOOD)
    done = build(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(built.findings(tmp_path)) == []
    pages = sorted((built.html_folder(tmp_path) / "book").glob("*.html"))

    def rewritten() -> list[str]:
        for page in pages:
            os.utime(page, (FUTURE, FUTURE))
        done = build(tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return [page.stem for page in pages if page.stat().st_mtime != FUTURE]

    assert [page.stem for page in pages] == ["index", "second", "third"]
    assert rewritten() == []
    (tmp_path / "book" / "third.md").write_text(THIRD + "\n글을 더합니다.\n", encoding="utf-8")
    assert rewritten() == ["index", "third"]  # 첫 페이지는 Sphinx가 늘 함께 쓴다


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("죽은 링크", GOOD + "\n[없는 페이지](nowhere.md)\n"),
        ("없는 이름표", GOOD + "\n{ref}`sec-nowhere` 절\n"),
        ("없는 식", GOOD + "\n식 {eq}`eq-nowhere`\n"),
        ("없는 그림", GOOD + "\n![없는 그림](nowhere.png)\n"),
        ("테스트가 없는 식", GOOD + "\n```{math}\n:label: eq-untested\na = b\n```\n"),
    ],
)
def test_a_broken_page_stops_the_build(tmp_path, name, broken):
    make(tmp_path, broken)
    done = build(tmp_path)
    assert done.returncode != 0, name
    assert "WARNING" in done.stdout + done.stderr


def test_a_page_of_the_toc_that_was_not_built_is_named(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n  - chapters:\n      - file: book/lost\n",
        encoding="utf-8",
    )
    html = tmp_path / "_build" / "html" / "book"
    html.mkdir(parents=True)
    (html / "index.html").write_text("<p>첫 페이지</p>", encoding="utf-8")
    assert list(built.findings(tmp_path)) == ["_toc.yml: book/lost의 페이지가 빌드되지 않았습니다"]


def test_a_particle_that_does_not_fit_the_number_of_an_equation_is_named(tmp_path):
    """식의 번호는 책을 빌드할 때 정해지므로 노트북만 보아서는 찾을 수 없다."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    html = tmp_path / "_build" / "html" / "book"
    html.mkdir(parents=True)
    link = '식 <a class="reference internal" href="x.html#equation-eq-a">({})</a>{} 씁니다.'
    right, wrong = link.format("6.1", "을"), link.format("6.2", "을")
    (html / "index.html").write_text(f"<p>{right} {wrong} 절 (6.2)을</p>", encoding="utf-8")
    problem = "book/index.html: ‘식 (6.2)을’의 조사는 를입니다."
    assert [p[: len(problem)] for p in built.findings(tmp_path)] == [problem]
