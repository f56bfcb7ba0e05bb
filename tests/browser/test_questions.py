"""답을 기다리는 물음: 고르기 전에는 가리고, 고르면 그 이유만 보이고, 다시 와도 기억한다."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sphinx_external_toc", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

from browser_tools import PHONE, VENDOR, Tab, new_tab

from tools.facts.contents import pages
from tools.facts.questions import KINDS

pytestmark = pytest.mark.browser

PAGE = "book/softmax/softmax"
REVIEW = "book/reference/review"
FRONT = "book/index"
MORNING = 1_800_000_000_000  # 시험이 정한 ‘지금’(밀리초)
DAY = 24 * 60 * 60 * 1000
SEEN = "e => e.checkVisibility() && e.getBoundingClientRect().height > 0"
# 답하기 전에 눈에 보이면 안 되는 것: 예상의 출력과 답, 확인 문제의 풀이와 이유
LEAKS = """() => [...document.querySelectorAll(
  '.predict .cell_output, .predict > details.key, .predict ~ :not(section, h2, h3, h4), ' +
  '.question details.key, .question .reason')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 0)
  .map(e => (e.closest('[data-question]') || e).dataset.question + ': ' + e.className)"""
AXE = """async () => (await axe.run(document.querySelector('article'), {resultTypes: ['violations']}))
  .violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 140)).join(' | '))"""
# 문제의 정답과, 정답이 아닌 보기 하나의 자리
PLACES = """e => { const right = e.querySelector('.key-answer').dataset.place;
  const all = [...e.querySelectorAll('.choice')].map(c => c.dataset.place);
  return {right, wrong: all.filter(p => p !== right)}; }"""


def open_page(tab: Tab, name: str, now: int = MORNING) -> Any:
    """정해진 시각에 페이지를 연다."""
    tab.page.clock.set_fixed_time(now / 1000)
    tab.open(name)
    return tab.page


@pytest.fixture
def fresh(browser: Any, built_book: Path) -> Iterator[Tab]:
    """기록이 없는 새 브라우저의 탭."""
    opened = new_tab(browser, built_book)
    yield opened
    opened.page.context.close()


def quiz_of(page: Any, kind: str = "choice") -> Any:
    return page.locator(f'.quiz.question[data-kind="{kind}"]').first


def choose(question: Any, place: str) -> None:
    question.locator(f'input[value="{place}"]').check()
    question.locator(".ask-check").click()


def visible_reasons(question: Any) -> list[str]:
    return [
        reason.get_attribute("data-place")
        for reason in question.locator(".choices .reason").all()
        if reason.evaluate(SEEN)
    ]


# 망가뜨린 책에서 실패해야 하는 검사 ------------------------------------------------------


def problems(tab: Tab) -> list[str]:
    """예상 하나와 확인 문제 하나를 풀고, 닫았다가 다시 와서 찾은 어긋남."""
    found = []
    page = open_page(tab, PAGE)
    found += [f"가려야 할 것이 보인다: {leak}" for leak in page.evaluate(LEAKS)]

    predict = page.locator(".predict").first
    choose(predict, predict.evaluate(PLACES)["wrong"][0])
    if not predict.locator(".cell_output").first.evaluate(SEEN):
        found.append("예상을 골랐는데 출력이 보이지 않는다")
    if not predict.locator("details.key .key-answer").evaluate(SEEN):
        found.append("예상을 골랐는데 답이 보이지 않는다")

    quiz = quiz_of(page)
    label, places = quiz.get_attribute("id"), quiz.evaluate(PLACES)
    first = places["wrong"][0]
    choose(quiz, first)
    if visible_reasons(quiz) != [first]:
        found.append(f"고른 보기의 이유만 보여야 한다: {visible_reasons(quiz)}")
    said = quiz.locator(f'.choices .reason[data-place="{first}"] .reason-text')
    if not said.count() or len(said.inner_text().strip()) < 10:
        found.append("고른 보기에 이유가 없다")
    if "틀렸습니다" not in quiz.locator(".ask-status").inner_text():
        found.append("틀렸다고 알리지 않는다")
    choose(quiz, places["right"])
    if not quiz.locator("details.key .key-answer").evaluate(SEEN):
        found.append("맞혔는데 풀이가 열리지 않는다")

    page = open_page(tab, PAGE)
    if not page.locator(f"#{label} .choice.right").count():
        found.append("다시 왔는데 푼 문제를 잊었다")
    if not page.locator(".predict").first.locator(".cell_output").first.evaluate(SEEN):
        found.append("다시 왔는데 적은 예상을 잊었다")
    mark = page.locator('.bd-links a[href$="softmax.html"], .bd-links .active > a[href="#"]')
    if "한 번에 맞힘" not in " ".join(mark.all_text_contents()):
        found.append("차례에 표시가 없다")

    page = open_page(tab, REVIEW)
    if "내일" not in page.locator("[data-review=later]").inner_text():
        found.append("틀린 문제가 내일로 예정되지 않았다")
    page = open_page(tab, REVIEW, MORNING + DAY)
    if page.locator(f'[data-review=due] [data-question="{label}"]').count() != 1:
        found.append("틀린 문제가 다음 날 나오지 않는다")
    return found


def test_a_reader_answers_closes_and_comes_back(fresh: Tab) -> None:
    assert problems(fresh) == []
    assert fresh.external == []
    assert fresh.errors == []


def cut(pattern: str, replacement: str = "") -> Callable[[str], str]:
    """글에서 무늬를 바꾸는 손질. 바꿀 것이 없으면 시험이 잘못된 것이다."""

    def edit(text: str) -> str:
        changed, count = re.subn(pattern, lambda _: replacement, text, flags=re.DOTALL)
        assert count, f"바꿀 것이 없다: {pattern}"
        return changed

    return edit


FAULTS = {
    "보기의 이유가 비었다": (
        f"{PAGE}.html",
        cut(r'(?<=<div class="reason-text">).*?(?=</div>\s*</li>)'),
        "고른 보기에 이유가 없다",
    ),
    "모든 이유를 보인다": (
        "_static/custom.css",
        cut(r"html\.dn-js \.choices \.reason:not\(\.shown\) \{[^}]*\}"),
        "가려야 할 것이 보인다",
    ),
    "출력을 가리지 않는다": (
        "_static/custom.css",
        cut(r"html\.dn-js:not\(\.dn-open\) \.predict:not\(\.open\) > details\.key,[^}]*\}"),
        "cell_output",
    ),
    "이어지는 글을 가리지 않는다": (
        "_static/custom.css",
        cut(r"html\.dn-js:not\(\.dn-open\) \.predict:not\(\.open, \.passed\) ~ [^}]*\}"),
        "가려야 할 것이 보인다",
    ),
    "가린 출력을 열지 않는다": (
        "_static/questions.js",
        cut(r'this\.group\.classList\.add\("open"\);'),
        "출력이 보이지 않는다",
    ),
    "기록을 저장하지 않는다": (
        "_static/memory.js",
        cut(r"localStorage\.setItem\(KEY, JSON\.stringify\(state\)\);"),
        "푼 문제를 잊었다",
    ),
    "틀린 문제의 날을 적지 않는다": (
        "_static/memory.js",
        cut(r"entry\.due = midnight\(now, STEPS\[0\]\);"),
        "내일로 예정되지 않았다",
    ),
    "문제은행을 빠뜨린다": (
        "_static/questions-data.js",
        cut(r".*", "window.deepnote.bank = {};"),
        "다음 날 나오지 않는다",
    ),
}


@pytest.fixture(scope="module")
def small_book(built_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """망가뜨려 볼 사본: 검사가 여는 페이지와 정적 파일."""
    copy = tmp_path_factory.mktemp("faults")
    shutil.copytree(built_book / "_static", copy / "_static")
    for name in (PAGE, REVIEW, FRONT):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built_book / f"{name}.html", copy / f"{name}.html")
    return copy


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_noticed(browser: Any, small_book: Path, name: str) -> None:
    path, edit, expected = FAULTS[name]
    file = small_book / path
    whole = file.read_text(encoding="utf-8")
    file.write_text(edit(whole), encoding="utf-8")
    tab = new_tab(browser, small_book)
    try:
        assert expected in " / ".join(problems(tab))
    finally:
        tab.page.context.close()
        file.write_text(whole, encoding="utf-8")


# 모든 페이지 -------------------------------------------------------------------------------


def test_nothing_is_given_away_before_the_reader_acts(fresh: Tab, built_book: Path) -> None:
    asked, leaks = 0, []
    # 무엇이 보이는지만 보므로 식은 그리지 않는다
    fresh.page.route("**/mathjax/**", lambda route: route.abort())
    for name in pages():
        fresh.page.goto((built_book / f"{name}.html").as_uri(), wait_until="domcontentloaded")
        asked += fresh.page.locator(".question").count()
        assert fresh.page.locator(".question").count() == fresh.page.locator("form.ask").count()
        leaks += [f"{name} {leak}" for leak in fresh.page.evaluate(LEAKS)]
    assert leaks == []
    assert asked > 200


def test_the_bank_holds_every_quiz_of_the_book(built_book: Path) -> None:
    code = (built_book / "_static/questions-data.js").read_text(encoding="utf-8")
    bank = json.loads(code.removeprefix("window.deepnote.bank = ").rstrip().removesuffix(";"))
    labels = {
        label
        for name in pages()
        for label in re.findall(
            r'<div class="quiz [^>]*data-question="([^"]+)"',
            (built_book / f"{name}.html").read_text(encoding="utf-8"),
        )
    }
    assert set(bank) == labels
    assert all(one["title"] and one["html"].rstrip().endswith("</div>") for one in bank.values())


def test_every_kind_of_question_is_used_and_works(fresh: Tab, built_book: Path) -> None:
    """종류마다 책에 있는 첫 문제를 틀렸다가 맞힌다. 하나뿐인 종류도 빠뜨리지 않는다."""
    left = set(KINDS)
    for name in pages():
        html = (built_book / f"{name}.html").read_text(encoding="utf-8")
        here = set(re.findall(r'class="quiz [^>]*data-kind="(\w+)"', html)) & left
        if not here:
            continue
        page = open_page(fresh, name)
        for kind in here:
            answer_by_kind(page, quiz_of(page, kind), kind)
        left -= here
    assert left == set()


def answer_by_kind(page: Any, quiz: Any, kind: str) -> None:
    status = quiz.locator(".ask-status")
    if kind == "number":
        reasons = quiz.locator("details.key .reason").all()
        right = quiz.locator(".key-answer").get_attribute("data-place")
        values = {r.get_attribute("data-place"): r.get_attribute("data-value") for r in reasons}
        wrong = next(place for place in values if place != right)
        quiz.locator("input").fill("열다섯쯤")
        quiz.locator(".ask-check").click()
        assert "수로 적어 주세요" in status.inner_text()
        quiz.locator("input").fill(values[wrong])
        quiz.locator(".ask-check").click()
        assert "틀렸습니다" in status.inner_text()
        assert quiz.locator(".ask-feedback .reason").get_attribute("data-place") == wrong
        quiz.locator("input").fill(values[right])
    elif kind == "order":
        quiz.locator(".ask-check").click()
        assert "틀렸습니다" in status.inner_text()
        for place in range(quiz.locator(".choice").count()):
            line = quiz.locator(f'.choice[data-place="{place}"]')
            while line.evaluate("e => [...e.parentElement.children].indexOf(e)") > place:
                line.get_by_role("button", name="위로").click()
    else:
        places = quiz.evaluate(PLACES)
        choose(quiz, places["wrong"][0])
        assert "틀렸습니다" in status.inner_text()
        if kind == "ox":
            assert quiz.locator("details.key").evaluate(SEEN)  # 남은 보기가 곧 답이다
            return
        quiz.locator(f'input[value="{places["right"]}"]').check()
    quiz.locator(".ask-check").click()
    assert "이번에는 맞았습니다" in status.inner_text()
    assert quiz.locator("details.key .key-answer").evaluate(SEEN)


# 쓰는 사람마다 -----------------------------------------------------------------------------


def tab_until(page: Any, selector: str) -> None:
    """탭 키만으로 선택자에 닿는다."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"탭 키로 닿지 않는다: {selector}")


def test_by_keyboard_only_on_a_phone(browser: Any, built_book: Path) -> None:
    tab = new_tab(browser, built_book, viewport=PHONE)
    page = open_page(tab, PAGE)
    quiz = quiz_of(page)
    label, places = quiz.get_attribute("id"), quiz.evaluate(PLACES)
    page.evaluate(
        "id => { const h = document.getElementById(id); h.tabIndex = -1; h.focus(); }", label
    )
    tab_until(page, f"#{label} input[type=radio]")
    if places["wrong"][0] == "0":
        page.keyboard.press("Space")
    for _ in range(int(places["wrong"][0])):
        page.keyboard.press("ArrowDown")
    assert visible_reasons(quiz) == []  # 화살표로 옮기는 것만으로는 답한 것이 아니다
    page.keyboard.press("Enter")
    assert visible_reasons(quiz) == [places["wrong"][0]]
    tab_until(page, f"#{label} button:not(.ask-check)")
    page.keyboard.press("Enter")
    assert quiz.locator("details.key .key-answer").evaluate(SEEN)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    small = page.evaluate(
        """() => [...document.querySelectorAll('.ask button, .choice-label')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
        .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []
    tab.page.context.close()


def test_all_is_readable_without_scripts(browser: Any, built_book: Path) -> None:
    tab = new_tab(browser, built_book, java_script_enabled=False)
    page = tab.page
    page.goto((built_book / f"{PAGE}.html").as_uri())
    assert all(output.is_visible() for output in page.locator(".predict .cell_output").all())
    for question in page.locator(".question").all():
        assert all(choice.is_visible() for choice in question.locator(".choice").all())
    for key in page.locator("details.key").all():
        key.locator("summary").click()
        assert all(part.is_visible() for part in key.locator(".key-answer, .reason").all())
    page.context.close()


def open_solutions(page: Any) -> None:
    """풀지 않은 확인 문제의 풀이를 모두 연다."""
    for show in page.locator(".quiz .ask-actions button:text-is('풀이 보기')").all():
        if show.is_visible():
            show.click()


def tags_of(page: Any) -> str:
    """물음과 답의 HTML. 태그 사이의 빈칸은 보지 않는다."""
    parts = page.evaluate(
        "[...document.querySelectorAll('.question, .predict > .key')].map(e => e.outerHTML)"
    )
    return re.sub(r"\s*(?=<)|(?<=>)\s*", "", "".join(parts))


def test_paper_has_the_answers_at_its_end(fresh: Tab) -> None:
    page = open_page(fresh, PAGE)
    choose(quiz_of(page), quiz_of(page).evaluate(PLACES)["wrong"][0])
    before = tags_of(page)
    count = page.locator(".quiz.question").count()
    page.emulate_media(media="print")
    page.wait_for_selector(".print-answers details.key[open]")
    assert page.locator("article > .print-answers:last-child details.key").count() == count
    assert page.locator(".quiz.question details.key").count() == 0
    assert all(e.evaluate(SEEN) for e in page.locator(".print-answers .reason").all())
    assert all(e.evaluate(SEEN) for e in page.locator(".predict .cell_output").all())
    assert not any(e.evaluate(SEEN) for e in page.locator(".ask-actions").all())
    page.emulate_media(media="screen")
    page.wait_for_function("!document.querySelector('.print-answers')")
    assert tags_of(page) == before
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_before_during_and_after(
    browser: Any, built_book: Path, scheme: str
) -> None:
    tab = new_tab(browser, built_book, color_scheme=scheme)
    page = open_page(tab, PAGE)
    page.add_script_tag(path=VENDOR / "axe.min.js")
    found = {"전": page.evaluate(AXE)}
    choose(quiz_of(page), quiz_of(page).evaluate(PLACES)["wrong"][0])
    choose(page.locator(".predict").first, "0")
    found["중"] = page.evaluate(AXE)
    open_solutions(page)
    found["후"] = page.evaluate(AXE)
    page = open_page(tab, REVIEW, MORNING + DAY)
    page.add_script_tag(path=VENDOR / "axe.min.js")
    page.wait_for_selector("[data-review=due] .question")
    found["다시 풀 문제"] = page.evaluate(AXE)
    tab.page.context.close()
    assert found == {when: [] for when in found}


def test_hiding_can_be_switched_off_and_stays_off(fresh: Tab) -> None:
    page = open_page(fresh, PAGE)
    page.get_by_role("button", name="미리 보지 않기 끄기").first.click()
    assert page.locator(".predict .cell_output").last.evaluate(SEEN)
    page = open_page(fresh, "book/softmax/cross-entropy")
    assert page.locator(".predict .cell_output").first.evaluate(SEEN)
    page.get_by_role("button", name="미리 보지 않기 켜기").first.click()
    assert not page.locator(".predict .cell_output").first.evaluate(SEEN)


# 기억 ---------------------------------------------------------------------------------------


def test_an_order_is_mixed_again_for_another_try(fresh: Tab) -> None:
    page = open_page(fresh, "book/softmax/logistic")
    quiz = quiz_of(page, "order")
    order = "e => [...e.querySelectorAll('.choice')].map(c => c.dataset.place)"
    mixed = quiz.evaluate(order)
    quiz.locator(".choice-move:enabled").first.click()
    mine = quiz.evaluate(order)
    for _ in range(2):
        quiz.locator(".ask-check").click()
    assert quiz.evaluate(order) == mine  # 틀린 순서를 그대로 두고 옳은 순서는 풀이에 적는다
    assert quiz.locator("details.key .key-order").evaluate(SEEN)
    quiz.get_by_role("button", name="다시 풀기").click()
    assert quiz.evaluate(order) == mixed


def test_an_address_inside_hidden_text_shows_the_text_but_not_the_output(fresh: Tab) -> None:
    page = open_page(fresh, PAGE)
    predict = page.locator(".predict").first
    hidden = predict.locator("xpath=following-sibling::*[@id]").first
    assert not hidden.evaluate(SEEN)
    page.evaluate("id => { location.hash = id; }", hidden.get_attribute("id"))
    page.wait_for_function(
        "id => document.getElementById(id).checkVisibility()", arg=hidden.get_attribute("id")
    )
    assert not predict.locator(".cell_output").first.evaluate(SEEN)


def test_an_address_of_a_later_heading_leaves_the_text_hidden(fresh: Tab) -> None:
    """다음 제목은 가리지 않으므로, 거기로 가도 앞의 글을 드러낼 까닭이 없다."""
    page = open_page(fresh, PAGE)
    later = page.locator(".predict ~ section[id]").first
    page.evaluate(
        """id => new Promise(done => {
          addEventListener('hashchange', () => done(), {once: true});
          location.hash = id; })""",
        later.get_attribute("id"),
    )
    assert page.locator(".predict.passed").count() == 0


def test_a_missed_question_returns_after_1_3_7_and_21_days(fresh: Tab) -> None:
    page = open_page(fresh, PAGE)
    quiz = quiz_of(page)
    label, places = quiz.get_attribute("id"), quiz.evaluate(PLACES)
    choose(quiz, places["wrong"][0])
    now = MORNING
    for wait in (1, 3, 7, 21):
        page = open_page(fresh, REVIEW, now + (wait - 1) * DAY)
        assert page.locator("[data-review=due] .question").count() == 0, wait
        now += wait * DAY
        page = open_page(fresh, REVIEW, now)
        page.wait_for_selector(f'[data-review=due] [data-question="{label}"]')
        choose(page.locator("[data-review=due] .question"), places["right"])
    page = open_page(fresh, REVIEW, now + 100 * DAY)
    page.wait_for_selector("[data-review=later] p")
    assert page.locator("[data-review=due] .question").count() == 0
    assert "예정된 문제가 없습니다" in page.locator("[data-review=later]").inner_text()


def test_formulas_and_links_of_a_returned_question_work(fresh: Tab) -> None:
    page = open_page(fresh, "book/softmax/cross-entropy")
    open_solutions(page)
    page = open_page(fresh, REVIEW, MORNING + DAY)
    page.wait_for_selector("[data-review=due] mjx-container")
    assert page.locator("[data-review=due] :text('\\\\(')").count() == 0
    for link in page.locator("[data-review=due] a[href]").all():
        assert "/book/softmax/" in link.evaluate("e => e.href")
    assert "오늘 풀 문제" in page.locator('.bd-links a:has-text("다시 풀 문제")').text_content()


def test_reading_goes_on_where_it_stopped(fresh: Tab) -> None:
    page = open_page(fresh, FRONT)
    assert page.locator(".resume").count() == 0
    page = open_page(fresh, PAGE)
    part = page.locator("article h2").nth(3)
    part.scroll_into_view_if_needed()
    part.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + window.scrollY - 100)")
    anchor = part.evaluate("e => e.parentElement.id")
    page.wait_for_function("a => deepnote.memory.read().last.anchor === a", arg=anchor)
    page.evaluate("document.querySelector('.prev-next-area').scrollIntoView()")
    page.wait_for_function("p => deepnote.memory.read().pages[p].read", arg=PAGE)
    page.evaluate("a => document.getElementById(a).scrollIntoView()", anchor)
    page.wait_for_function("a => deepnote.memory.read().last.anchor === a", arg=anchor)
    page = open_page(fresh, FRONT)
    link = page.locator(".resume a")
    assert link.inner_text().startswith("이어서 읽기 3.2")
    assert link.evaluate("e => e.href").endswith(f"{PAGE}.html#{anchor}")
    assert "읽음" in " ".join(page.locator(".bd-links a").all_text_contents())


def test_the_record_travels_in_a_file(
    fresh: Tab, browser: Any, built_book: Path, tmp_path: Path
) -> None:
    page = open_page(fresh, PAGE)
    choose(quiz_of(page), quiz_of(page).evaluate(PLACES)["wrong"][0])
    page = open_page(fresh, REVIEW)
    with page.expect_download() as download:
        page.get_by_role("button", name="기록 내보내기").click()
    saved = tmp_path / "record.json"
    download.value.save_as(saved)
    other = new_tab(browser, built_book)
    page = open_page(other, REVIEW, MORNING + DAY)
    box = page.locator("[data-review=record] input[type=file]")
    status = page.locator("[data-review=record] .ask-status")
    for text, complaint in (
        ("{", "JSON 파일이 아니거나 잘렸습니다"),
        ('{"pages": []}', "딥노트의 기록이 아닙니다"),
        ('{"version": 9, "pages": {}, "questions": {}}', "받은 것=9"),
        ('{"version": 1, "pages": {}, "questions": {"quiz-a": 3}}', "‘quiz-a’ 항목"),
    ):
        broken = tmp_path / "broken.json"
        broken.write_text(text, encoding="utf-8")
        box.set_input_files(broken)
        page.wait_for_function(
            "t => document.querySelector('[data-review=record] .ask-status').textContent.includes(t)",
            arg=complaint,
        )
    assert page.locator("[data-review=due] .question").count() == 0
    box.set_input_files(saved)
    page.wait_for_selector("[data-review=due] .question")
    page.get_by_role("button", name="기록 모두 지우기").click()
    assert page.locator("[data-review=due] .question").count() == 1  # 한 번 더 눌러야 지운다
    page.get_by_role("button", name="정말 모두 지우기").click()
    assert page.locator("[data-review=due] .question").count() == 0
    assert "지웠습니다" in status.inner_text()
    assert page.evaluate("localStorage.getItem('deepnote:memory')") is None
    other.page.context.close()


@pytest.mark.parametrize("stored", ["{", "[]", '{"version": 1, "pages": 3, "questions": {}}'])
def test_a_damaged_record_is_put_aside_and_said(fresh: Tab, stored: str) -> None:
    page = open_page(fresh, REVIEW)
    page.evaluate("t => localStorage.setItem('deepnote:memory', t)", stored)
    page.reload()  # 다른 페이지로 가면 방금 적은 것이 늦게 보일 수 있다
    page.wait_for_selector("[data-review=due] .review-trouble")
    assert page.evaluate("localStorage.getItem('deepnote:memory:damaged')") == stored
    assert fresh.errors == []


def test_without_storage_the_questions_still_answer(browser: Any, built_book: Path) -> None:
    tab = new_tab(browser, built_book)
    tab.page.add_init_script(
        "const real = Storage.prototype;"
        "for (const name of ['getItem', 'setItem', 'removeItem']) {"
        "  const old = real[name];"
        "  real[name] = function (key) {"
        "    if (String(key).startsWith('deepnote')) throw new DOMException('막힘', 'SecurityError');"
        "    return old.apply(this, arguments); }; }"
    )
    page = open_page(tab, PAGE)
    quiz = quiz_of(page)
    places = quiz.evaluate(PLACES)
    choose(quiz, places["wrong"][0])
    assert visible_reasons(quiz) == [places["wrong"][0]]
    page = open_page(tab, REVIEW)
    page.wait_for_selector("[data-review=due] .review-trouble")
    assert tab.errors == []
    tab.page.context.close()


NUMBERS = [
    ("2,260", "", 2260), ("２２６０", "", 2260), ("약 2260번", "번", 2260), ("−1.6", "", -1.6),
    ("1/4", "", 0.25), ("-1/3", "", -1 / 3), ("25%", "", 0.25), ("25%", "%", 25), ("25", "%", 25),
    ("2.5e-3", "", 0.0025), ("2.5×10⁻³", "", 0.0025), ("10^-5", "", 1e-5), (".5", "", 0.5),
    ("100개", "번", 100), ("열", "", "수로"), ("1/2/3", "", "계산식이 아니라"), ("", "", "수로"),
    ("3..2", "", "수로"), ("6*2", "", "계산식이 아니라"), ("1/0", "", "0으로 나눌"),
    ("0,988", "", "마침표"), ("1,23", "", "마침표"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit", "value"), NUMBERS)
def test_numbers_are_read_as_people_write_them(
    tab: Tab, text: str, unit: str, value: float | str
) -> None:
    if tab.page.url == "about:blank":
        tab.open(FRONT)
    found = tab.page.evaluate("([t, u]) => deepnote.questions.readNumber(t, u)", [text, unit])
    if isinstance(value, str):
        assert value in found  # 까닭을 말하고, 틀린 것으로 세지 않는다
    else:
        assert found["value"] == pytest.approx(value)
