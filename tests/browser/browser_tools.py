"""브라우저 테스트가 함께 쓰는 것: 크로미엄 찾기, 최신인지 보기, 흔적을 모으는 탭."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.facts.repository import ROOT

VENDOR = Path(__file__).parent / "vendor"
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATIENCE = 120_000  # 멈춘 것을 끝내는 시간(밀리초). 바쁜 컴퓨터가 느린 것은 실패가 아니다
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
READY = """async () => {
  await document.fonts.ready;
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await document.fonts.ready;
  await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
}"""


def chromium() -> str | None:
    """크로미엄의 경로. 환경 변수 CHROMIUM이 있으면 그것을 쓴다."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, names)]
    return next((path for path in found if path), None)


def is_fresh(html: Path) -> bool:
    """빌드한 책이 모든 원본보다 최신인지 본다. 원본은 글, 확장, 식의 테스트다."""
    stamp = html / ".built"
    if not stamp.exists():
        return False
    sources = [ROOT / "_toc.yml", ROOT / "_config.yml"]
    for folder in ("book", "tools/facts", "tools/sphinx", "tests/equations"):
        files = (ROOT / folder).rglob("*")
        sources += [p for p in files if not {"__pycache__", "verified.json"} & set(p.parts)]
    built = stamp.stat().st_mtime
    return all(p.stat().st_mtime <= built for p in sources if p.is_file())


@dataclass
class Tab:
    """열어 둔 페이지 하나와, 그 페이지가 남긴 흔적."""

    page: Any
    external: list[str]
    errors: list[str]
    html: Path

    def open(self, name: str) -> Tab:
        """페이지를 열고 글꼴과 수식이 다 그려질 때까지 기다린다."""
        self.external.clear()
        self.errors.clear()
        path, mark, query = name.partition("?")
        self.page.goto((self.html / f"{path}.html").as_uri() + mark + query)
        self.page.evaluate(READY)
        return self


def new_tab(browser: Any, html: Path, **options: Any) -> Tab:
    """빈 탭을 열고 외부 요청과 오류를 모은다."""
    context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE)
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
