"""브라우저 시험의 준비: 지은 책, 크로미엄, 탭."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_tools import ARGS, PHONE, Tab, chromium, is_fresh, new_tab

from tools.facts.repository import ROOT


@pytest.fixture(scope="session")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """지은 책의 HTML 폴더. 없거나 원본보다 낡았으면 임시 폴더에 새로 짓는다."""
    html = ROOT / "_build" / "html"
    if is_fresh(html):
        return html
    pytest.importorskip("jupyter_book", reason="jupyter-book이 없어 책을 지을 수 없습니다.")
    out = tmp_path_factory.mktemp("book")
    call = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", call, "build", str(ROOT), "-q", "--path-output", str(out)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (out / "_build" / "html" / ".built").exists():
        pytest.fail(f"책을 짓지 못했습니다.\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}")
    return out / "_build" / "html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """크로미엄 하나를 띄워 파일 하나의 시험이 함께 쓴다. 켜 둔 채로 다른 파일의 시험과 섞이지 않게 한다."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright가 없습니다.")
    path = chromium()
    if path is None:
        pytest.skip("크로미엄이 없습니다. 경로를 환경 변수 CHROMIUM으로 알려 줄 수 있습니다.")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def tab(browser: Any, built_book: Path) -> Iterator[Tab]:
    """넓은 화면의 탭."""
    opened = new_tab(browser, built_book)
    yield opened
    opened.page.context.close()


@pytest.fixture(scope="module")
def phone(browser: Any, built_book: Path) -> Iterator[Tab]:
    """너비 390픽셀의 탭."""
    opened = new_tab(browser, built_book, viewport=PHONE)
    yield opened
    opened.page.context.close()


@pytest.fixture(scope="session")
def notebook_pages(built_book: Path) -> list[str]:
    """상자가 들어 있는 페이지들."""
    from tools.facts.contents import pages

    found = [
        name
        for name in pages()
        if (built_book / f"{name}.html").exists()
        and '<details class="box-' in (built_book / f"{name}.html").read_text(encoding="utf-8")
    ]
    if not found:
        pytest.skip("접히는 상자가 든 페이지가 아직 없습니다.")
    return found
