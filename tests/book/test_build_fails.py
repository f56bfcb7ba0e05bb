"""책을 짓는 명령이 깨진 책을 그냥 넘기지 않는다: 죽은 링크, 없는 이름표·그림·쪽마다 실패한다."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check_pages

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
GOOD = "(sec-good)=\n# 온전한 쪽\n\n{ref}`sec-good` 절과 [둘째 쪽](second.md)을 가리킵니다.\n"


def build(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """진짜 설정으로, 두 쪽짜리 책을 `make book`과 같은 명령으로 짓는다."""
    book = folder / "book"
    book.mkdir()
    shutil.copy(ROOT / "_config.yml", folder)
    for name in ("_ext", "_static", "reference"):
        shutil.copytree(ROOT / "book" / name, book / name, ignore=shutil.ignore_patterns("*.ipynb"))
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n  - file: book/second\n", encoding="utf-8"
    )
    (book / "index.md").write_text(text, encoding="utf-8")
    (book / "second.md").write_text("# 둘째 쪽\n\n글입니다.\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", BUILD, "build", str(folder), "-W", "-n", "--keep-going", "--quiet"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def test_a_whole_book_builds(tmp_path):
    done = build(tmp_path, GOOD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert check_pages.missing_pages(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("죽은 링크", GOOD + "\n[없는 쪽](nowhere.md)\n"),
        ("없는 이름표", GOOD + "\n{ref}`sec-nowhere` 절\n"),
        ("없는 식", GOOD + "\n식 {eq}`eq-nowhere`\n"),
        ("없는 그림", GOOD + "\n![없는 그림](nowhere.png)\n"),
        ("시험도 까닭도 없는 식", GOOD + "\n```{math}\n:label: eq-untested\na = b\n```\n"),
    ],
)
def test_a_broken_page_stops_the_build(tmp_path, name, broken):
    done = build(tmp_path, broken)
    assert done.returncode != 0, name
    assert "WARNING" in done.stdout + done.stderr


def test_a_page_of_the_toc_that_was_not_built_is_named(tmp_path, capsys):
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n  - chapters:\n      - file: book/lost\n", encoding="utf-8"
    )
    html = tmp_path / "_build" / "html" / "book"
    html.mkdir(parents=True)
    (html / "index.html").write_text("<p>첫 쪽</p>", encoding="utf-8")
    assert check_pages.missing_pages(tmp_path) == ["book/lost"]
    assert check_pages.main(tmp_path) == 1
    assert "book/lost" in capsys.readouterr().err


def test_a_particle_that_does_not_fit_the_number_of_an_equation_is_named(tmp_path, capsys):
    """식의 번호는 책을 지을 때 정해지므로 노트북만 보아서는 찾을 수 없다."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    html = tmp_path / "_build" / "html" / "book"
    html.mkdir(parents=True)
    link = '식 <a class="reference internal" href="x.html#equation-eq-a">({})</a>{} 씁니다.'
    right, wrong = link.format("6.1", "을"), link.format("6.2", "을")
    (html / "index.html").write_text(f"<p>{right} {wrong} 절 (6.2)을</p>", encoding="utf-8")
    assert [p.split("의 조사")[0] for p in check_pages.wrong_particles(tmp_path)] == [
        "book/index.html: ‘식 (6.2)을’"
    ]
    assert check_pages.main(tmp_path) == 1
    assert "를입니다" in capsys.readouterr().err
