"""브라우저 시험이 함께 쓰는 것: 쪽 목록, 크로미엄 찾기, 흔적을 모으는 탭."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).parent / "vendor"
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
READY = """async () => {
  await document.fonts.ready;
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await document.fonts.ready;
  await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
}"""


def toc_pages() -> list[str]:
    """_toc.yml에 적힌 쪽을 적힌 순서대로 낸다."""
    text = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"^\s*(?:- file|root): *(\S+)", text, re.MULTILINE)


def chromium() -> str | None:
    """크로미엄의 경로. 환경 변수 CHROMIUM이 있으면 그것을 쓴다."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, names)]
    return next((path for path in found if path), None)


def is_fresh(html: Path) -> bool:
    """지은 책이 모든 원본보다 새것인지 본다."""
    stamp = html / ".built"
    if not stamp.exists():
        return False
    sources = [ROOT / "_toc.yml", ROOT / "_config.yml"]
    sources += [p for p in (ROOT / "book").rglob("*") if "__pycache__" not in p.parts]
    built = stamp.stat().st_mtime
    return all(p.stat().st_mtime <= built for p in sources if p.is_file())


@dataclass
class Tab:
    """열어 둔 쪽 하나와, 그 쪽이 남긴 흔적."""

    page: Any
    external: list[str]
    errors: list[str]
    html: Path

    def open(self, name: str) -> Tab:
        """쪽을 열고 글꼴과 수식이 다 그려질 때까지 기다린다."""
        self.external.clear()
        self.errors.clear()
        path, mark, query = name.partition("?")
        self.page.goto((self.html / f"{path}.html").as_uri() + mark + query)
        self.page.evaluate(READY)
        return self


def new_tab(browser: Any, html: Path, **options: Any) -> Tab:
    """빈 탭을 열고 외부 요청과 오류를 모은다."""
    context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
    context.set_default_timeout(8000)
    tab = Tab(context.new_page(), [], [], html)

    def on_request(request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:", "about:")):
            tab.external.append(request.url)

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning"):
            tab.errors.append(f"{message.type}: {message.text}")

    tab.page.on("request", on_request)
    tab.page.on("console", on_console)
    tab.page.on("pageerror", lambda error: tab.errors.append(f"pageerror: {error}"))
    tab.page.on("requestfailed", lambda r: tab.errors.append(f"요청 실패: {r.url}"))
    return tab
