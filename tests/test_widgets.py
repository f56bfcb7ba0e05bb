"""explore: 커널과 네트워크 없이 움직이고, 크기에 한도가 있고, 같은 입력이면 같은 바이트가 나온다."""

import builtins
import json
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from deepnote_lib.widgets import explore, explorer, frames

mpl.use("agg")
CHROMIUM = Path("/usr/bin/chromium")


def draw(ax, w, b=0.0):
    x = np.linspace(-1, 1, 20)
    ax.plot(x, w * x + b)
    ax.set_xlabel("x")


@pytest.fixture(scope="module")
def widget():
    return explore(
        draw, alt="기울기 {w}, 절편 {b}인 직선", w=[0, 1, 2], b=[-1.5, 0.0, 1.5], start={"w": 0}
    )


class Page(HTMLParser):
    """테스트에 쓰는 태그와 속성만 모은다."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("input", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag  # 여닫는 짝이 맞는다

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


# --- 그림과 글 ---


def test_draw_is_called_once_for_each_state_and_leaves_no_figure():
    calls = []
    explore(lambda ax, w, b: calls.append((w, b)), w=[0, 1], b=np.array([0.5, 1.5]))
    assert calls == [(0, 0.5), (0, 1.5), (1, 0.5), (1, 1.5)]
    assert all(type(b) is float for _, b in calls)  # NumPy의 수가 대체 텍스트에 새지 않는다
    assert plt.get_fignums() == []


def test_every_state_has_its_own_picture_and_alt_text(widget):
    page = Page(widget.html)
    assert not page.open
    alts = [image["alt"] for image in page.all("img")]
    assert len(alts) == len(set(alts)) == 9
    assert alts[0] == "기울기 0, 절편 -1.5인 직선"
    assert len(set(widget.images)) == 9
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))


def test_only_the_starting_picture_is_visible_without_javascript(widget):
    page = Page(widget.html)
    visible = [image["alt"] for image in page.all("img") if "hidden" not in image]
    assert visible == ["기울기 0, 절편 0.0인 직선"]  # w는 start, b는 가운데 값
    controls = next(d for d in page.all("div") if d.get("class") == "deepnote-explore-controls")
    assert "hidden" in controls  # 움직이지 않을 슬라이더는 보이지 않는다
    assert page.all("noscript")


def test_sliders_are_labelled_and_tell_the_real_value():
    page = Page(explore(draw, w=[0.5, 1.0, 2.0], labels={"w": "가중치 <w>"}).html)
    (slider,) = page.all("input")
    assert slider["type"] == "range"
    assert (slider["min"], slider["max"], slider["value"]) == ("0", "2", "1")
    assert slider["aria-label"] == "가중치 <w> 값 고르기"
    assert slider["aria-valuetext"] == "1"


def test_nothing_is_fetched_and_nothing_clashes(widget):
    assert "http" not in widget.html
    assert not [attributes for _, attributes in Page(widget.html).tags if "id" in attributes]
    root = Page(widget.html).all("div")[0]
    assert json.loads(root["data-values"]) == [["0", "1", "2"], ["−1.5", "0", "1.5"]]


def test_the_same_input_gives_the_same_bytes():
    first, second = (explore(draw, w=[0, 1], b=[0, 1]) for _ in range(2))
    assert first._repr_mimebundle_() == second._repr_mimebundle_()


def test_text_follows_the_data_of_each_state():
    texts = [
        repr(explore(lambda ax, w, s=s: ax.plot([0, s * w, w]), w=[0, 1, 2])) for s in (0.5, 0.25)
    ]
    lines = [t.splitlines() for t in texts]
    assert lines[0][0] == "슬라이더 w=[0, 1, 2]: 그림 3장, 시작 w=1"
    assert lines[0][1] == lines[1][1]  # w=0이면 두 그림의 데이터가 같다
    assert lines[0][2] != lines[1][2]


def test_many_states_share_lines_so_the_text_stays_short():
    widget = explore(lambda ax, k: ax.plot([0, k]), k=range(60), dpi=20)
    lines = widget.text.splitlines()
    assert len(lines) <= 30
    assert all(f"k={k}:" in widget.text for k in range(60))


def test_values_of_other_kinds_are_shown_readably():
    widget = explore(
        lambda ax, kind, on, eta: None, kind=["Adam", "SGD"], on=[False, True], eta=[-0.1]
    )
    assert widget.alts[0] == "kind=Adam, on=끔, eta=−0.1"


def test_alt_may_be_a_function():
    assert explore(draw, alt=lambda w: f"기울기 {w:+d}", w=[1, 2]).alts == [
        "기울기 +1",
        "기울기 +2",
    ]


def test_axes_stand_still_though_tick_labels_change_width():
    from PIL import Image

    def scaled(ax, top):
        ax.plot([0, 1], [0, top])
        ax.set_ylim(0, top)

    def left_spine(png):
        with Image.open(BytesIO(png)) as image:
            dark = np.asarray(image.convert("L")) < 140
        return int(np.argmax(dark.sum(axis=0) > 0.6 * len(dark)))

    widget = explore(scaled, top=[1, 100000], dpi=72)
    assert left_spine(widget.images[0]) == left_spine(widget.images[1]) > 0


def test_states_with_different_numbers_of_axes_are_drawn():
    def two(ax, k):
        shown = ax.imshow([[0, k]])
        if k:
            ax.figure.colorbar(shown)

    assert len(explore(two, k=[0, 1]).images) == 2


# --- 크기 ---


def noisy(ax, k):
    ax.imshow(np.random.default_rng(k).random((120, 120)), interpolation="nearest")


def test_an_oversized_output_is_refused_with_the_size_and_the_cure():
    with pytest.raises(ValueError, match=r"250 KB 이하.*받은 크기=\d+ KB \(그림 14장\).*줄이"):
        explore(noisy, k=range(14), dpi=72)


def test_pictures_are_as_sharp_as_the_size_allows():
    sharp, coarse = explore(draw, w=[0, 1]), explore(noisy, k=range(7))
    widths = [int.from_bytes(w.images[0][16:20], "big") for w in (sharp, coarse)]  # PNG의 IHDR 너비
    assert widths[0] == int(5.2 * 144)
    assert widths[1] < widths[0]
    assert len(coarse.html) < explorer.MAX_BYTES


def test_fewer_colors_make_a_smaller_picture_of_the_same_size():
    from PIL import Image

    _, ax = frames.new_axes((4, 3))
    draw(ax, 1)
    buffer = BytesIO()
    ax.figure.savefig(buffer, format="png", dpi=72)
    small = frames._shrink(buffer.getvalue())
    assert len(small) < 0.6 * len(buffer.getvalue())
    with Image.open(BytesIO(small)) as a, Image.open(buffer) as b:
        assert a.size == b.size
        # 한 점의 색은 256단계 가운데 평균 2단계 안에서만 달라진다
        difference = np.abs(np.asarray(a.convert("RGB"), int) - np.asarray(b.convert("RGB"), int))
    assert difference.mean() < 2


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({}, "values:"),
        ({"w": range(20), "b": range(10)}, "values: .*20×10=200"),
        ({"w": []}, "w:"),
        ({"w": "abc"}, "w:"),
        ({"w": 3}, "w:"),
        ({"w": [1], "alt": "{v}"}, "alt: .*w"),
        ({"w": [1], "alt": "{}"}, "alt:"),
        ({"w": [1], "alt": "{w:q}"}, "alt:"),
        ({"w": [1], "alt": "{w.x}"}, "alt:"),
        ({"w": [1], "alt": "{"}, "alt:"),
        ({"w": [1], "alt": 3}, r"alt: alt\(w\) 형식의 함수"),
        ({"w": [1], "alt": lambda b: "글"}, r"alt: alt\(w\) 형식의 함수"),
        ({"w": [1], "alt": lambda w: w}, "alt: 비어 있지 않은 문자열"),
        ({"w": [1], "alt": " "}, "alt: 비어 있지 않은 문자열"),
        ({"w": [1], "start": {"w": 2}}, "start:"),
        ({"w": [1], "start": {"v": 1}}, "start:"),
        ({"w": [1], "start": {"w": np.array([1, 2])}}, "start:"),
        ({"w": [1], "start": 1}, "start:"),
        ({"w": [1], "labels": {"v": "값"}}, "labels:"),
        ({"w": [1], "labels": {"w": 3}}, "labels:"),
        ({"w": [1], "labels": "값"}, "labels:"),
        ({"w": [1], "live": "아니요"}, "live:"),
        ({"w": [1], "dpi": 0}, "dpi:"),
        ({"w": [1], "dpi": 1e6}, "dpi:"),
        ({"w": [1], "figsize": (1,)}, "figsize:"),
        ({"w": [1], "figsize": 3}, "figsize:"),
        ({"w": [1], "figsize": "가로"}, "figsize:"),
        ({"w": [1], "figsize": (0, 1)}, "figsize:"),
        ({"w": [1], "figsize": (1, 1e6)}, "figsize:"),
        ({"w": np.array(3)}, "w:"),
        ({"w": np.zeros((2, 2))}, "w:"),
        ({"w": None}, "w:"),
        ({"w": range(10**12)}, "values: .*=1000000000000"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, name):
    with pytest.raises((TypeError, ValueError), match=rf"^{name}"):
        explore(draw, **arguments)


@pytest.mark.parametrize(
    "bad", ["그림", None, max, lambda: None, lambda ax: None, lambda ax, b: None]
)
def test_draw_must_take_the_axes_and_every_value(bad):
    with pytest.raises(TypeError, match=r"^draw: draw\(ax, w\) 형식의 함수여야 합니다. 받은 값="):
        explore(bad, w=[1])


def test_the_errors_of_draw_itself_are_shown_as_they_are():
    def fails(ax, w):
        raise TypeError("독자의 오류")

    with pytest.raises(TypeError, match=r"^독자의 오류$"):
        explore(fails, w=[1])


def test_html_and_text_reach_the_notebook(widget):
    from IPython.core.formatters import DisplayFormatter

    assert isinstance(widget, explorer.Explorer)
    data, _ = DisplayFormatter().format(widget)
    assert data["text/html"] == widget.html
    assert data["text/plain"] == widget.text == repr(widget)


# --- live=True ---


def test_live_sliders_redraw_on_a_cleared_axes():
    pytest.importorskip("ipywidgets", reason="ipywidgets가 없습니다")
    seen = []

    def spy(ax, w, n, kind):
        seen.append((w, n, kind, len(ax.lines)))
        ax.plot([0, w])

    box = explore(
        spy, live=True, w=[0.0, 1.0, 4.0], n=[1, 2, 5], kind=["가", "나"], labels={"w": "가중치"}
    )
    w, n, _, picture = box.children
    assert (type(w).__name__, w.min, w.max, w.step, w.description) == (
        "FloatSlider",
        0.0,
        4.0,
        0.04,
        "가중치",
    )
    assert (type(n).__name__, n.min, n.max) == ("IntSlider", 1, 5)
    before = picture.value
    w.value = 2.5  # 목록에 없는 값도 그린다
    assert seen == [(1.0, 2, "나", 0), (2.5, 2, "나", 0)]  # 앞의 선이 지워진 축에 그린다
    assert picture.value != before
    assert plt.get_fignums() == []


def test_live_sliders_pass_on_values_of_any_kind():
    pytest.importorskip("ipywidgets", reason="ipywidgets가 없습니다")
    seen = []
    rows = [np.zeros(2), np.ones(2)]
    box = explore(
        lambda ax, v, row: seen.append((v, row)), live=True, v=[None, True, True], row=rows
    )
    box.children[0].index = 0
    assert [v for v, _ in seen] == [True, None]
    assert all(row is rows[1] for _, row in seen)


def test_live_without_ipywidgets_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match=r"live: ipywidgets.*pip install"):
        explore(draw, live=True, w=[0, 1])


# --- 브라우저 ---


@pytest.fixture
def page(tmp_path, widget):
    api = pytest.importorskip("playwright.sync_api", reason="playwright가 없습니다")
    if not CHROMIUM.exists():
        pytest.skip(f"크로미엄({CHROMIUM})이 없습니다")
    other = explore(draw, w=[5, 6])
    path = tmp_path / "page.html"
    path.write_text(f'<!doctype html><meta charset="utf-8">{widget.html}{other.html}', "utf-8")
    options = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    )
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options.split())
        try:
            page = browser.new_page(viewport={"width": 390, "height": 800})
            page.errors, page.requests = [], []
            page.on("pageerror", lambda e: page.errors.append(str(e)))
            page.on("request", lambda r: page.requests.append(r.url))
            page.goto(path.as_uri())
            yield page
        finally:
            browser.close()


@pytest.mark.browser
def test_keys_switch_the_visible_picture(page):
    def visible():
        return page.locator("img:visible").evaluate_all("all => all.map(e => e.alt)")

    w, b = page.locator("input").nth(0), page.locator("input").nth(1)
    assert visible() == [
        "기울기 0, 절편 0.0인 직선",
        "w=6",
    ]  # 한 페이지에 둘이 있어도 따로 움직인다
    w.focus()
    page.keyboard.press("ArrowRight")
    assert visible() == ["기울기 1, 절편 0.0인 직선", "w=6"]
    page.keyboard.press("End")
    assert visible()[0] == "기울기 2, 절편 0.0인 직선"
    b.focus()
    page.keyboard.press("Home")
    assert visible()[0] == "기울기 2, 절편 -1.5인 직선"
    assert b.get_attribute("aria-valuetext") == "−1.5"
    assert page.locator("output").nth(1).text_content() == "−1.5"
    assert page.locator(".deepnote-explore-status").first.text_content() == visible()[0]
    assert page.errors == []
    outside = [url for url in page.requests if not re.match("file:|data:", url)]
    assert outside == []


@pytest.mark.browser
def test_a_phone_sees_the_whole_picture(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    box = page.locator("img:visible").first.bounding_box()
    assert box["width"] > 300
