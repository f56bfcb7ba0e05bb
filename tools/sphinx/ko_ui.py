"""테마에 남은 영어를 한국어로 바꾸고, 접근성 흠과 콘솔 오류를 고치는 Sphinx 확장.

번역 함수를 거치는 글은 번역표를 보태고, 템플릿에 박힌 글은 빌드한 HTML에서 바꾼다.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.locale import translators

from tools.sphinx import metadata

KO = {
    # pydata-sphinx-theme (한국어 번역표가 없다)
    "Skip to main content": "본문으로 건너뛰기",
    "Back to top": "맨 위로",
    "Site navigation": "사이트 탐색",
    "On this page": "이 페이지의 목차",
    "Section Navigation": "단원 탐색",
    "Color mode": "화면 밝기",
    "Light": "밝게",
    "Dark": "어둡게",
    "System Settings": "시스템 설정",
    "Version warning": "버전 안내",
    "previous page": "이전 페이지",
    "next page": "다음 페이지",
    "Search": "검색",
    "light/dark": "화면 밝기 바꾸기",
    "Error": "오류",
    "Collapse Sidebar": "목차 접기",
    "Expand Sidebar": "목차 펼치기",
    "Breadcrumb": "현재 위치",
    "Home": "처음 화면",
    # sphinx-book-theme
    "By": "지은이",
    "Contents": "목차",
    "Copyright": "저작권",
    "Launch on": "실행:",
    "Launch interactive content": "노트북 실행하기",
    "Repository": "저장소",
    "Source repositories": "원본 저장소",
    "Source repository": "원본 저장소",
    "Suggest edit": "수정 제안",
    "Suggest an edit": "수정 제안",
    "Edit this page": "이 페이지 수정",
    "Open issue": "오류 신고",
    "Open an issue": "오류 신고",
    "Show source": "원본 보기",
    "Fullscreen mode": "전체 화면으로 보기",
    "Download this page": "이 페이지 내려받기",
    "Download notebook file": "노트북 파일 내려받기",
    "Download source file": "원본 파일 내려받기",
    "Print to PDF": "PDF로 인쇄",
    # sphinx 7.4
    "Link to this heading": "이 제목의 링크",
    "Link to this equation": "이 수식의 링크",
    "Link to this image": "이 그림의 링크",
    "Link to this table": "이 표의 링크",
    "Link to this code": "이 코드의 링크",
    "Link to this definition": "이 정의의 링크",
    "Link to this term": "이 용어의 링크",
    # sphinx-exercise
    "Exercise": "연습문제",
    "Solution": "풀이",
    "Solution to": "풀이:",
}
# 복사 버튼(sphinx-copybutton)에는 한국어가 없다. 스크립트가 페이지의 언어를 보고 고른다.
COPY_KO = (
    "  'ko': {'copy': '복사', 'copy_to_clipboard': '클립보드에 복사', "
    "'copy_success': '복사했습니다', 'copy_failure': '복사하지 못했습니다'},\n"
)
HTML = {
    'aria-label="Toggle primary sidebar"': 'aria-label="책 목차 열기·닫기"',
    'title="Toggle primary sidebar"': 'title="책 목차 열기·닫기"',
    'aria-label="Toggle secondary sidebar"': 'aria-label="페이지 목차 열기·닫기"',
    'title="Toggle secondary sidebar"': 'title="페이지 목차 열기·닫기"',
    '<summary aria-label="Toggle hidden content">': "<summary>",
    'title="Link to this term"': 'title="이 용어의 링크"',
    'class="bd-sidebar-primary bd-sidebar">': (
        'class="bd-sidebar-primary bd-sidebar" role="region" aria-label="책 안내">'
    ),
    'title="검색" aria-label="검색" data-bs-placement': 'title="검색" data-bs-placement',
    'alt="Colab logo"': 'alt=""',
    'alt="Colab 로고"': 'alt=""',
    'alt="Binder logo"': 'alt=""',
    'aria-label="Main"': 'aria-label="책 목차"',
    'nav aria-label="Page"': 'nav aria-label="페이지 목차"',
    'aria-label="Search this book..."': 'aria-label="이 책에서 검색"',
    'title="실행: Colab"': 'title="Colab에서 열기"',
    '<summary><span class="toctree-toggle"': (
        '<summary aria-label="하위 목차 열기·닫기"><span class="toctree-toggle"'
    ),
    "© Copyright ": "© ",
    "© 저작권 ": "© ",
}
# 밝기 버튼의 그림 글자에 붙은 title은 버튼의 이름과 어긋난다.
MODE_TITLE = re.compile(r'(data-mode="(?:light|dark|auto)")\s+title="[^"]*"')


def patch_catalogs(app: Sphinx, *_: Any) -> None:
    """읽어 둔 번역표에 한국어를 보탠다."""
    if app.config.language == "ko":
        for translator in translators.values():
            catalog = getattr(translator, "_catalog", None)
            if catalog is not None:
                catalog.update(KO)


def drop_thebe(app: Sphinx, *_: Any) -> None:
    """쓰지 않는 Thebe를 뗀다. 테마가 두 번 넣어 페이지마다 콘솔 오류가 났다."""
    for event in ("env-before-read-docs", "doctree-resolved"):
        for listener in list(app.events.listeners.get(event, [])):
            if listener.handler.__module__ == "sphinx_thebe":
                app.disconnect(listener.id)
    app.registry.css_files = [f for f in app.registry.css_files if f[0] != "sphinx-thebe.css"]
    app.registry.js_files = [f for f in app.registry.js_files if f[0] != "sphinx-thebe.js"]


def translate_html(text: str) -> str:
    """템플릿에 박힌 영어를 바꾼다.

    >>> translate_html('<nav aria-label="Page">')
    '<nav aria-label="페이지 목차">'
    """
    for old, new in HTML.items():
        text = text.replace(old, new)
    return MODE_TITLE.sub(r"\1", text)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """빌드가 끝난 HTML을 다듬는다."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = [p for p in out.rglob("*.html") if not {"_static", "_sources"} & set(p.parts)]
    for page in pages:
        before = page.read_text(encoding="utf-8")
        after = translate_html(before)
        if before != after:
            page.write_text(after, encoding="utf-8")
    # 브라우저 테스트는 이 파일의 시각으로 빌드한 책이 최신인지 안다.
    (out / ".built").write_text("", encoding="utf-8")
    replace_in(out / "_static" / "togglebutton.js", "Toggle hidden content", "숨긴 내용 열기·닫기")
    start = "const messages = {\n"
    replace_in(out / "_static" / "copybutton.js", start, start + COPY_KO)


def replace_in(path: Path, old: str, new: str) -> None:
    """테마의 스크립트에 남은 영어를 바꾼다. 이미 바꾼 파일은 그대로 둔다."""
    if path.exists():
        text = path.read_text(encoding="utf-8")
        if new not in text:
            path.write_text(text.replace(old, new), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.connect("config-inited", drop_thebe, priority=900)
    app.connect("builder-inited", patch_catalogs, priority=900)
    app.connect("build-finished", finish, priority=900)
    return metadata()
