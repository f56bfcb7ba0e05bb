"""쓰는 법: 키보드, 슬라이더, 인쇄, 글꼴, 접근성."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sphinx_external_toc", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

from browser_tools import VENDOR, Tab, new_tab

from tools.facts.contents import pages

pytestmark = pytest.mark.browser

AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(v => ['serious', 'critical'].includes(v.impact))
  .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 140)).join(' | '))"""
VISIBLE_STATE = """() => [...document.querySelectorAll('.deepnote-explore')].map(e => {
  const shown = [...e.querySelectorAll('img')].filter(i => i.checkVisibility());
  return [shown.map(i => i.alt + i.src.length + i.src.slice(-60)).join(), e.innerText].join('/');
})[0]"""
# 접힌 details 안은 자리는 있으나 그려지지 않으므로 브라우저에게 직접 묻는다.
SEEN = "e => e.checkVisibility() && e.getBoundingClientRect().height > 0"
LIGHT_ON_DARK = """() => {
  const c = getComputedStyle(document.querySelector('article p')).color.match(/[\\d.]+/g);
  return c.slice(0, 3).every(v => v > 150);
}"""


def axe_pages(boxed: list[str]) -> list[str]:
    """접근성을 볼 쪽: 첫 쪽, 장의 첫 쪽, 상자가 있는 쪽 몇 개."""
    return ["book/index", "book/perceptron/index", *boxed[:3], boxed[-1], "search"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_accessibility_violation(
    browser: Any, built_book: Path, notebook_pages: list[str], scheme: str
) -> None:
    tab = new_tab(browser, built_book, color_scheme=scheme)
    found = {}
    for name in dict.fromkeys(axe_pages(notebook_pages)):
        tab.open(name)
        tab.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        tab.page.add_script_tag(path=VENDOR / "axe.min.js")
        violations = tab.page.evaluate(AXE)
        if violations:
            found[name] = violations
    tab.page.context.close()
    assert found == {}


def test_dark_mode_follows_the_system(browser: Any, built_book: Path) -> None:
    tab = new_tab(browser, built_book, color_scheme="dark").open("book/index")
    assert tab.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert tab.page.evaluate(LIGHT_ON_DARK)
    tab.page.context.close()


def test_enter_opens_a_folded_box(tab: Tab, notebook_pages: list[str]) -> None:
    tab.open(notebook_pages[0])
    box = tab.page.locator("article details.box:visible").first
    assert box.get_attribute("open") is None
    box.locator("summary").focus()
    tab.page.keyboard.press("Enter")
    assert box.get_attribute("open") is not None
    assert box.locator(".box-content").evaluate(SEEN)


def test_the_button_under_an_equation_opens_by_keyboard_without_scripts(
    browser: Any, built_book: Path
) -> None:
    """무엇과 비교했는지 펼쳐 보이고, 종이에는 버튼만 남는다."""
    tab = new_tab(browser, built_book, java_script_enabled=False)
    tab.page.goto((built_book / "book/perceptron/gates.html").as_uri())
    button = tab.page.locator("article details.equation-mark > summary").first
    content = tab.page.locator("article details.equation-mark > .equation-mark-content").first
    assert button.inner_text().strip() == "✓ 자동 검증"
    assert not content.is_visible()
    button.focus()
    tab.page.keyboard.press("Enter")
    assert content.is_visible()
    assert "상대 오차 1e-9" in content.inner_text()
    assert button.bounding_box()["height"] >= 24  # 손가락으로 누를 수 있는 크기
    tab.page.emulate_media(media="print")
    assert button.is_visible()
    assert not content.is_visible()
    tab.page.context.close()


def test_a_link_into_a_folded_box_opens_it(tab: Tab, notebook_pages: list[str]) -> None:
    """접힌 풀이를 가리키는 주소로 들어오면 그 풀이가 펼쳐진다."""
    tab.open(notebook_pages[0])
    label = tab.page.locator("article details[id]").first.get_attribute("id")
    tab.page.evaluate("id => { location.hash = id; }", label)
    tab.page.wait_for_function("id => document.getElementById(id).open", arg=label)


def test_arrow_key_moves_a_slider(tab: Tab, built_book: Path) -> None:
    """오른쪽 화살표를 누르면 슬라이더의 그림이 바뀐다."""
    with_slider = [
        name
        for name in pages()
        if 'type="range"' in (built_book / f"{name}.html").read_text(encoding="utf-8")
    ]
    if not with_slider:
        pytest.skip("슬라이더가 든 쪽이 아직 없습니다.")
    tab.open(with_slider[0])
    slider = tab.page.locator(".deepnote-explore input[type=range]").first
    before, value = tab.page.evaluate(VISIBLE_STATE), slider.input_value()
    slider.focus()
    tab.page.keyboard.press("ArrowLeft" if value == slider.get_attribute("max") else "ArrowRight")
    assert slider.input_value() != value
    tab.page.wait_for_function(f"old => ({VISIBLE_STATE})() !== old", arg=before)


def test_print_opens_every_folded_box(tab: Tab, notebook_pages: list[str]) -> None:
    tab.open(notebook_pages[0])
    contents = tab.page.locator("article details.box > .box-content")
    before = [c.evaluate(SEEN) for c in contents.all()]
    assert before
    assert not any(before)
    tab.page.emulate_media(media="print")
    tab.page.wait_for_function("!document.querySelector('article details.box:not([open])')")
    printed = [c.evaluate(SEEN) for c in contents.all()]
    sidebar = tab.page.locator(".bd-sidebar-primary").is_visible()
    tab.page.emulate_media(media="screen")
    tab.page.wait_for_function("document.querySelector('article details.box:not([open])')")
    assert all(printed)
    assert not sidebar
    assert [c.evaluate(SEEN) for c in contents.all()] == before  # 화면에서는 다시 접힌다


def fonts_of(tab: Tab, selector: str) -> dict[str, int]:
    """선택자가 가리키는 첫 요소의 글자를 실제로 그린 글꼴과 글자 수."""
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    session.detach()
    return {f["familyName"]: f["glyphCount"] for f in fonts if f["isCustomFont"]} | {
        f"(기계) {f['familyName']}": f["glyphCount"] for f in fonts if not f["isCustomFont"]
    }


def test_text_is_drawn_with_the_fonts_of_the_book(tab: Tab, notebook_pages: list[str]) -> None:
    """본문은 Pretendard, 코드는 D2Coding으로 그리고 기계의 글꼴로 떨어지지 않는다."""
    tab.open(notebook_pages[0])
    loaded = tab.page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert any("Pretendard" in name for name in loaded)
    assert any("D2Coding" in name for name in loaded)
    for selector in ("article h1", "article p", "article .admonition-title .box-kind"):
        drawn = fonts_of(tab, selector)
        assert drawn, selector
        assert all("Pretendard" in name for name in drawn), (selector, drawn)
    code = fonts_of(tab, "article div.highlight pre")
    assert code, "코드가 한 줄은 있어야 합니다."
    assert all("D2Coding" in name or "Deepnote Space" in name for name in code), code


def test_measure_and_line_height_suit_korean(tab: Tab, notebook_pages: list[str]) -> None:
    """글줄은 마흔 글자 안팎, 줄 높이는 1.75, 낱말 안에서 줄을 바꾸지 않는다."""
    tab.open(notebook_pages[0])
    style = tab.page.evaluate(
        """() => { const p = document.querySelector('article section > p'), c = getComputedStyle(p);
        const size = parseFloat(c.fontSize);
        return {measure: p.clientWidth / size, line: parseFloat(c.lineHeight) / size,
                breaking: c.wordBreak, align: c.textAlign}; }"""
    )
    assert 34 <= style["measure"] <= 43
    assert style["line"] == pytest.approx(1.75, abs=0.01)
    assert style["breaking"] == "keep-all"
    assert style["align"] in ("left", "start")


def test_comments_about_runs_leave_no_gap(built_book: Path, notebook_pages: list[str]) -> None:
    """`<!-- run: … -->` 주석은 HTML에 남지 않는다."""
    left = [
        name
        for name in notebook_pages
        if "<!-- run:" in (built_book / f"{name}.html").read_text(encoding="utf-8")
    ]
    assert left == []


def test_wide_equations_scroll_inside_their_box(phone: Tab, notebook_pages: list[str]) -> None:
    """휴대 전화에서 긴 수식은 제 상자 안에서만 넘친다."""
    for name in notebook_pages[:4]:
        phone.open(name)
        widths = phone.page.evaluate(
            "[...document.querySelectorAll('article div.math')].map(e => e.clientWidth)"
        )
        assert all(width <= 390 for width in widths), name
