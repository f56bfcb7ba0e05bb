"""카드: 마우스, 초점, 누르기로 열리고, Esc로 닫히고, 링크를 가로채지 않는다."""

from __future__ import annotations

import functools
import html
import json
import posixpath
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sphinx_external_toc", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

from browser_tools import PHONE, READY, VENDOR, Tab, new_tab

from tools.facts.contents import pages
from tools.sphinx.card_texts import FILE
from tools.sphinx.cards import PER_PAGE

pytestmark = pytest.mark.browser

TERM = "article .dn-term"
LINKS = ".reference.internal"
VISIBLE = ":not(details:not([open]) *, .dn-card *)"  # 접힌 상자 안의 링크는 뺀다
CARD = "article .dn-card"
# 카드와 그것을 연 곳이 든 문단. 닫혀 있을 때의 페이지는 test_use가 본다
AXE = """async () => (await axe.run(document.querySelector('.dn-card').closest('p, li'),
    {resultTypes: ['violations']})).violations
  .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 140)).join(' | '))"""
ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
MARK = re.compile(r'<span class="dn-term" data-term="([^"]+)">')
REFERENCE = re.compile(r'<a class="reference internal" href="([^"#]*)#([^"]+)">')
FOCUS = "e => { e.scrollIntoView({block: 'center'}); e.focus({focusVisible: true}); }"
GEOMETRY = """() => {
  const e = document.querySelector('.dn-card'), r = e.getBoundingClientRect();
  return {left: r.left, right: r.right, top: r.top, bottom: r.bottom, width: innerWidth,
          height: innerHeight,
          overflow: [e, ...e.querySelectorAll('*')].some(
            x => x.matches('.dn-card, .dn-card-body') && x.scrollWidth > x.clientWidth + 1),
          page: document.scrollingElement.scrollWidth};
}"""


def first_equation(tab: Tab) -> Any:
    """접히지 않은 곳에서 식의 번호를 가리키는 첫 링크."""
    return tab.page.locator(f"article a{LINKS}[href*='#equation-']{VISIBLE}").first


def first_section(tab: Tab) -> Any:
    """접히지 않은 곳에서 절을 가리키는 첫 링크."""
    return tab.page.locator(f"article p > a{LINKS}[href*='#sec-']{VISIBLE}").first


def wait_for_card(tab: Tab, text: str = "") -> Any:
    """카드가 뜨고 수식까지 그려질 때까지 기다린다."""
    card = tab.page.locator(CARD)
    card.filter(has_text=text).wait_for()
    tab.page.wait_for_function(r"!/\\[(\[]/.test(document.querySelector('.dn-card').textContent)")
    return card


def no_card(tab: Tab) -> bool:
    tab.page.wait_for_function("!document.querySelector('.dn-card')")
    return (
        tab.page.locator("[aria-describedby='dn-card-tip'], [aria-expanded='true'].dn-term").count()
        == 0
    )


@pytest.fixture(scope="module")
def data(built_book: Path) -> Any:
    """카드에 담을 글."""
    text = (built_book / "_static" / FILE).read_text(encoding="utf-8")
    return json.loads(text.partition("=")[2].rstrip(";\n"))


@pytest.fixture
def page(tab: Tab) -> Tab:
    """용어, 식의 번호, 절의 참조가 모두 있는 페이지. 마우스는 글 밖에 둔다."""
    tab.page.mouse.move(2, 2)
    name = "book/softmax/softmax-gradient"
    if tab.page.url != (tab.html / f"{name}.html").as_uri():
        tab.open(name)
    tab.page.keyboard.press("Escape")
    tab.page.evaluate("document.activeElement.blur()")
    assert no_card(tab)
    return tab


def missing(source: str, name: str, data: Any) -> list[str]:
    """페이지의 용어와 참조 가운데 카드에 담을 글이 없는 것. 링크의 열쇠는 cards.js와 따로 구한다."""
    article = ARTICLE.search(source)
    assert article is not None
    found = []
    for key in map(html.unescape, MARK.findall(article[0])):
        term = data["terms"].get(key)
        if not term or not all(term) or term[3].split("#")[0] not in data["pages"]:
            found.append(key)
    for path, anchor in REFERENCE.findall(article[0]):
        here = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        key = f"{here.removesuffix('.html')}#{anchor}"
        title, body = data["targets"].get(key, ("", ""))
        # 수식이 없는 페이지에서는 식을 그릴 수 없어 제목만 보인다
        drawable = 'class="math' not in body or "mathjax" in source
        if not title or not drawable or (anchor.startswith("equation-") and not body):
            found.append(key)
    return found


def test_every_mark_and_every_reference_has_its_text(built_book: Path, data: Any) -> None:
    """하나라도 없으면 그 카드는 뜨지 않는다."""
    sources = {name: (built_book / f"{name}.html").read_text(encoding="utf-8") for name in pages()}
    assert {name: missing(text, name, data) for name, text in sources.items()} == {
        name: [] for name in sources
    }
    counts = [len(MARK.findall(text)) for text in sources.values()]
    assert max(counts) == PER_PAGE
    assert sum(counts) > 300
    assert sum(len(REFERENCE.findall(text)) for text in sources.values()) > 300


def test_the_check_above_notices_a_missing_text(built_book: Path, data: Any) -> None:
    name = "book/softmax/softmax-gradient"
    source = (built_book / f"{name}.html").read_text(encoding="utf-8")
    term = html.unescape(MARK.findall(source)[0])
    terms = {key: value for key, value in data["terms"].items() if key != term}
    assert missing(source, name, {**data, "terms": terms}) == [term]
    equations = {key: [value[0], ""] for key, value in data["targets"].items()}
    found = missing(source, name, {**data, "targets": equations})
    assert found
    assert all("#equation-" in key for key in found)


def test_hovering_a_term_shows_its_definition_and_leaving_hides_it(page: Tab, data: Any) -> None:
    term = page.page.locator(TERM).first
    ko, en, definition, address = data["terms"][term.get_attribute("data-term")]
    term.hover()
    card = wait_for_card(page, definition)
    assert card.inner_text().startswith(f"{ko} {en}")
    assert term.get_attribute("aria-describedby") == "dn-card-tip"
    assert card.locator("[role=tooltip]").get_attribute("id") == "dn-card-tip"
    target = Path(card.locator("a").evaluate("a => decodeURIComponent(a.pathname)"))
    assert target == page.html / f"{address.split('#')[0]}.html"
    page.page.mouse.move(2, 2)
    assert no_card(page)
    assert page.errors == []


def test_the_pointer_can_move_onto_the_card(page: Tab) -> None:
    """WCAG 1.4.13: 카드 위로 옮겨 가도 닫히지 않고, 머무는 동안 스스로 닫히지 않는다."""
    term = page.page.locator(TERM).first
    term.hover()
    card = wait_for_card(page)
    below, above = card.bounding_box(), term.bounding_box()
    gap = (above["y"] + above["height"] + below["y"]) / 2
    page.page.mouse.move(above["x"] + 5, gap)  # 용어와 카드의 사이
    page.page.wait_for_timeout(100)
    card.hover()
    page.page.wait_for_timeout(800)
    assert card.count() == 1
    page.page.mouse.move(2, 2)
    assert no_card(page)


def test_a_card_without_room_below_opens_above(page: Tab) -> None:
    term = page.page.locator(TERM).nth(3)
    term.evaluate("e => { e.scrollIntoView({block: 'end'}); e.focus({focusVisible: true}); }")
    card = wait_for_card(page)
    box, at = card.bounding_box(), term.bounding_box()
    assert box["y"] + box["height"] <= at["y"]
    assert box["y"] >= 0


def test_pressing_elsewhere_hides_the_card_even_if_the_focus_stays(page: Tab) -> None:
    """누른 용어에서 초점이 옮겨 가지 않는 브라우저도 있다."""
    page.page.locator(TERM).first.evaluate(FOCUS)
    wait_for_card(page)
    page.page.locator("article h1").dispatch_event("pointerdown")
    assert no_card(page)


def test_escape_hides_a_hovered_card_without_moving_the_pointer(page: Tab) -> None:
    page.page.locator(TERM).first.hover()
    wait_for_card(page)
    page.page.keyboard.press("Escape")
    assert no_card(page)
    page.page.wait_for_timeout(400)
    assert page.page.locator(CARD).count() == 0


def test_an_equation_number_shows_the_equation_itself(page: Tab) -> None:
    link = first_equation(page)
    link.hover()
    card = wait_for_card(page, link.inner_text())
    assert card.locator("mjx-container[display='true']").count() == 1
    assert card.locator("a").count() == 0
    assert "식 " + link.inner_text() in card.inner_text()


def test_a_reference_shows_number_title_and_first_sentence(page: Tab, data: Any) -> None:
    link = first_section(page)
    name = link.get_attribute("href").split("#")[1]
    title, sentence = next(v for key, v in data["targets"].items() if key.endswith(f"#{name}"))
    link.hover()
    card = wait_for_card(page, title)
    assert card.locator(".dn-card-body").inner_text().strip()
    assert sentence.endswith((".", "?"))


def test_focus_opens_tab_reaches_the_link_and_leaving_closes(page: Tab) -> None:
    term = page.page.locator(TERM).first
    term.evaluate(FOCUS)
    card = wait_for_card(page)
    assert term.get_attribute("role") == "button"
    assert term.get_attribute("aria-expanded") == "true"
    page.page.keyboard.press("Tab")
    assert card.locator("a").evaluate("a => a === document.activeElement")
    page.page.keyboard.press("Escape")
    assert no_card(page)
    assert term.evaluate("e => e === document.activeElement")
    page.page.keyboard.press("Enter")
    wait_for_card(page)
    page.page.keyboard.press(" ")
    assert no_card(page)
    page.page.keyboard.press("Enter")
    wait_for_card(page)
    page.page.keyboard.press("Shift+Tab")
    assert no_card(page)


def test_a_focused_reference_shows_its_card_and_stays_a_link(page: Tab) -> None:
    link = first_section(page)
    link.evaluate(FOCUS)
    wait_for_card(page)
    target = link.evaluate("a => a.href")
    page.page.keyboard.press("Enter")
    page.page.wait_for_url(target)


def test_tab_stops_are_few(page: Tab) -> None:
    assert 0 < page.page.locator(f"{TERM}[tabindex='0']").count() <= PER_PAGE


def test_tapping_a_term_toggles_its_card_and_tapping_a_link_follows_it(
    browser: Any, built_book: Path
) -> None:
    tab = new_tab(browser, built_book, viewport=PHONE, has_touch=True, is_mobile=True)
    tab.open("book/softmax/softmax-gradient")
    term = tab.page.locator(TERM).first
    term.tap()
    wait_for_card(tab)
    term.tap()
    assert no_card(tab)
    term.tap()
    wait_for_card(tab)
    tab.page.locator("article h1").tap()
    assert no_card(tab)
    link = first_section(tab)
    target = link.evaluate("a => a.href")
    link.tap()
    tab.page.wait_for_url(target)
    tab.page.context.close()


@pytest.mark.parametrize("name", ["book/softmax/softmax-gradient", "book/backprop/two-layer"])
def test_every_card_fits_a_phone(browser: Any, built_book: Path, name: str) -> None:
    """너비 390에서 카드는 화면 안에 있고, 식은 줄여서라도 담고, 페이지는 옆으로 늘지 않는다."""
    tab = new_tab(browser, built_book, viewport=PHONE).open(name)
    bad = []
    for trigger in tab.page.locator(f"{TERM}, article p a{LINKS}[href*='#']{VISIBLE}").all():
        trigger.evaluate(FOCUS)
        text = trigger.inner_text()
        tab.page.wait_for_function(
            "() => document.querySelector('.dn-card')?.previousElementSibling === document.activeElement"
        )
        wait_for_card(tab)
        tab.page.wait_for_timeout(30)
        at = tab.page.evaluate(GEOMETRY)
        inside = at["left"] >= 0 and at["right"] <= at["width"] and at["top"] >= 0
        if not (inside and at["bottom"] <= at["height"] and not at["overflow"]) or at["page"] > 390:
            bad.append((text, at))
    tab.page.context.close()
    assert bad == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violation_while_a_card_is_open(
    browser: Any, built_book: Path, scheme: str
) -> None:
    tab = new_tab(browser, built_book, color_scheme=scheme).open("book/softmax/softmax-gradient")
    tab.page.add_script_tag(path=VENDOR / "axe.min.js")
    found: dict[str, list[str]] = {}
    for trigger in (tab.page.locator(TERM).first, first_equation(tab), first_section(tab)):
        trigger.evaluate(FOCUS)
        card = wait_for_card(tab)
        found[card.inner_text()[:20]] = tab.page.evaluate(AXE)
        tab.page.keyboard.press("Escape")
    tab.page.context.close()
    assert len(found) == 3
    assert [problem for problems in found.values() for problem in problems] == []


def test_print_shows_neither_cards_nor_marks(page: Tab) -> None:
    term = page.page.locator(TERM).first
    term.evaluate(FOCUS)
    wait_for_card(page)
    page.page.emulate_media(media="print")
    line = term.evaluate("e => getComputedStyle(e).textDecorationLine")
    shown = page.page.locator(CARD).is_visible()
    page.page.emulate_media(media="screen")
    assert line == "none"
    assert not shown


def test_without_scripts_terms_are_plain_text(browser: Any, built_book: Path) -> None:
    tab = new_tab(browser, built_book, java_script_enabled=False)
    tab.page.goto((built_book / "book/softmax/softmax-gradient.html").as_uri())
    term = tab.page.locator(TERM).first
    assert term.get_attribute("tabindex") is None
    assert term.get_attribute("role") is None
    tab.page.context.close()
    sheet = (built_book / "_static" / "custom.css").read_text(encoding="utf-8")
    assert ".dn-term[tabindex]" in sheet
    assert ".dn-term {" not in sheet


@pytest.fixture
def address(built_book: Path) -> Iterator[str]:
    """빌드한 책을 여는 http 주소."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """접속 기록을 남기지 않는다."""

    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(built_book))
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_cards_work_over_http_and_read_their_text_only_when_needed(
    browser: Any, built_book: Path, address: str
) -> None:
    tab = new_tab(browser, built_book)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.goto(f"{address}/book/softmax/softmax-gradient.html")
    tab.page.evaluate(READY)
    assert not any(FILE in url for url in asked)
    for _ in range(2):
        tab.page.locator(TERM).first.hover()
        wait_for_card(tab)
        tab.page.mouse.move(2, 2)
        assert no_card(tab)
    assert sum(FILE in url for url in asked) == 1
    assert tab.page.locator(f"script[src*='{FILE}']").count() == 1
    assert all(url.startswith((address, "data:")) for url in asked)
    tab.page.context.close()
