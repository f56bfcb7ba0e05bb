"""모든 페이지를 파일로 직접 열어 본다: 외부 요청, 콘솔 오류, 넘침, 남은 영어."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("sphinx_external_toc", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

from browser_tools import PHONE, Tab

from tools.facts.contents import pages

pytestmark = pytest.mark.browser

# 화면의 글에 남아도 되는 로마자: 파일 확장자, 자판의 글쇠, 고유한 이름
ALLOWED = {"Ctrl", ".ipynb", ".pdf", "Colab", "GitHub", "Ctrl+K", "Cmd"}
# 한글과 섞여 있어도 안 되는 영어 단어
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "Search Toggle Copy Link Next Previous Prev Contents Skip Back Show Hide Click Download "
        "Print Launch Open Repository Suggest Edit Issue Light Dark System Settings Copyright By "
        "Solution Exercise Note Warning Hint Page Index Main",
    )
)
OVERFLOW = """() => {
  const w = document.documentElement.clientWidth, bad = [];
  const whole = document.scrollingElement.scrollWidth;
  if (whole > w) bad.push('페이지 전체: ' + whole);
  for (const e of document.querySelectorAll('.bd-article *, .bd-header-article *, .bd-footer *')) {
    if (e.closest('mjx-assistive-mml, .sr-only, .visually-hidden')) continue;
    const r = e.getBoundingClientRect();
    if (!r.width || r.right <= w + 1 && r.left >= -1) continue;
    let p = e.parentElement, clipped = false;
    for (; p && !p.matches('.bd-article'); p = p.parentElement)
      if (getComputedStyle(p).overflowX !== 'visible') { clipped = true; break; }
    if (!clipped) bad.push(e.outerHTML.slice(0, 120));
  }
  return bad.slice(0, 5);
}"""
# 글은 본문 밖의 것만, 속성과 CSS가 만든 글은 어디서나 모은다. 목차와 앞뒤 페이지의 제목은 책의
# 글이다.
INTERFACE = """() => {
  const out = [], book = '.bd-links, .page-toc, .prev-next-title, #jb-print-docs-body, ' +
    'script, style, noscript';
  const push = (kind, t) => { t = (t || '').trim(); if (t) out.push([kind, t]); };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const p = walk.currentNode.parentElement;
    if (!p || p.closest(book)) continue;
    const ours = 'summary, button, .headerlink, .caption-number';
    if (p.closest('article') && !p.closest(ours)) continue;
    if (p.closest('.box-subtitle, summary code, mjx-container, .math')) continue;
    push('글', walk.currentNode.textContent);
  }
  for (const a of ['aria-label', 'title', 'placeholder', 'data-bs-original-title', 'data-tooltip'])
    for (const e of document.querySelectorAll('body [' + a + ']'))
      if (!e.closest('mjx-container, .math')) push(a, e.getAttribute(a));
  for (const e of document.querySelectorAll('input[type=submit], button[value]'))
    push('value', e.value);
  for (const e of document.querySelectorAll('body *')) for (const ps of ['::before', '::after']) {
    const c = getComputedStyle(e, ps).content;
    if (c && c.startsWith('"')) push('css', c.slice(1, -1));
  }
  return out;
}"""
ALT = """() => [...document.querySelectorAll('article img')]
  .map(i => [i.getAttribute('alt'), i.src.slice(0, 80)])"""


def is_english(text: str) -> bool:
    """화면에 남은 영어인지 본다."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    if not words or text in ALLOWED:
        return False
    if not re.search(r"[가-힣]", text):
        return not set(text.replace("+", " ").split()) <= ALLOWED
    return any(word in ENGLISH for word in words)


@pytest.mark.parametrize("text", ["Search", "Toggle primary sidebar", "검색 Toggle"])
def test_the_scanner_recognises_english(text: str) -> None:
    """검사기가 영어를 놓치면 아래 시험은 아무것도 지키지 못한다."""
    assert is_english(text)


@pytest.mark.parametrize("text", ["Ctrl", ".ipynb", "Colab에서 열기", "검색", "2.1"])
def test_the_scanner_lets_names_pass(text: str) -> None:
    assert not is_english(text)


@pytest.mark.parametrize("name", [*pages(), "search", "genindex"])
def test_page_opens_offline_without_errors(tab: Tab, name: str) -> None:
    """외부로 나가는 요청도, 콘솔 오류도 없고, 화면의 글이 모두 한국어다."""
    tab.page.set_viewport_size({"width": 1280, "height": 900})
    tab.open(name)
    assert tab.external == []
    assert tab.errors == []
    found: list[list[str]] = tab.page.evaluate(INTERFACE)
    assert [item for item in found if is_english(item[1])] == []
    assert tab.page.evaluate("document.documentElement.lang") == "ko"
    assert tab.page.title()
    pictures: list[list[Any]] = tab.page.evaluate(ALT)
    no_alt = [p for p in pictures if not p[0] or not any("가" <= c <= "힣" for c in p[0])]
    assert no_alt == [], "그림마다 한국어 대체 글이 있어야 합니다."
    # 같은 페이지를 휴대 전화 너비로 줄여 본다(접힌 상자도 펼쳐서)
    tab.page.set_viewport_size(PHONE)
    tab.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    tab.page.wait_for_timeout(50)
    assert tab.page.evaluate(OVERFLOW) == []


NARROW = """(widest) => [...document.querySelectorAll('.bd-article table :is(th, td)')]
  .filter(cell => {
    const text = document.createRange(), style = getComputedStyle(cell), lines = new Set();
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      text.selectNodeContents(walk.currentNode);
      for (const r of text.getClientRects()) lines.add(Math.round(r.bottom));
    }
    const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return lines.size > 1 && room < widest * parseFloat(style.fontSize);
  }).map(cell => cell.innerText.trim())"""
CLIPPED = """() => [...document.querySelectorAll('.practice-index :is(th, td):nth-child(-n+3)')]
  .filter(cell => cell.getBoundingClientRect().right > innerWidth).length"""


def test_the_index_of_exercises_is_readable_on_a_phone(phone: Tab) -> None:
    """네 글자보다 좁게 꺾인 칸이 없고, 제목과 수준과 시간은 옆으로 밀지 않아도 보인다."""
    phone.open("book/reference/exercises")
    assert phone.page.locator(".practice-index tbody tr").count() > 20
    assert phone.page.evaluate(NARROW, 4) == []
    assert phone.page.evaluate(CLIPPED) == 0


def test_every_page_of_the_toc_is_built(tab: Tab) -> None:
    missing = [n for n in pages() if not (tab.html / f"{n}.html").exists()]
    assert missing == []


def test_headings_and_numbers_are_korean(tab: Tab) -> None:
    """장은 `2장`, 절은 `2.1`로 번호를 단다."""
    tab.open("book/perceptron/index")
    assert tab.page.locator("h1 .section-number").inner_text().strip() == "2장"
    tab.open("book/perceptron/gates")
    assert tab.page.locator("h1 .section-number").inner_text().strip() == "2.1"
    assert tab.page.locator("h2 .section-number").count() == 0


def test_repository_and_colab_links_point_at_this_page(tab: Tab) -> None:
    tab.open("book/perceptron/gates")
    links = tab.page.eval_on_selector_all(
        ".bd-header-article a[href^='http']", "es => es.map(e => e.href)"
    )
    path = "book/perceptron/gates.ipynb"
    notebook = "/blob/notebooks/perceptron/gates.ipynb"  # 읽는 사람의 노트북
    assert any("colab.research.google.com/github/" in u and u.endswith(notebook) for u in links)
    assert any("/edit/" in u and u.endswith(path) for u in links)
    assert any("/issues/new" in u for u in links)
    download = tab.page.locator(".dropdown-download-buttons a[href$='.ipynb']")
    assert download.count() == 1
    target = (tab.html / "book/perceptron" / download.get_attribute("href")).resolve()
    assert target.exists()
