"""검색: 두 음절 낱말, 조사가 붙은 낱말, 붙여 쓴 낱말, 다른 이름."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sphinx_external_toc", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

from browser_tools import Tab

from tools.facts.contents import pages

pytestmark = pytest.mark.browser

# 질의 → 쪽에 있어야 하는 말(빈칸을 무시하고 견준다)
QUERIES = {
    "손실": "손실",
    "학습": "학습",
    "로그": "로그",
    "미분": "미분",
    "확률": "확률",
    "편향": "편향",
    "행렬": "행렬",
    "벡터": "벡터",
    "경계": "경계",
    "기울기": "기울기",
    "가중치": "가중치",
    "퍼셉트론": "퍼셉트론",
    "소프트맥스": "소프트맥스",
    "손실을": "손실",
    "확률의": "확률",
    "벡터로": "벡터",
    "소프트맥스를": "소프트맥스",
    "퍼셉트론에서는": "퍼셉트론",
    "가중치와": "가중치",
    "교차엔트로피": "교차엔트로피",
    "교차 엔트로피": "교차엔트로피",
    "지수함수": "지수함수",
    "손실함수": "손실함수",
    "손실함수를": "손실함수",
    "경사하강법": "경사하강법",
    "결정경계": "결정경계",
    "두배": "두배",
    "NumPy": "numpy",
}
# 책에 없거나 드문 이름 → 책의 용어
ALIASES = {"웨이트": "가중치", "그래디언트": "기울기", "gradient descent": "경사하강법"}
RUN = """q => Search._performSearch(...Search._parseQuery(q)).map(r => r[0])"""


def squeeze(text: str) -> str:
    """빈칸을 없애고 소문자로 만든다."""
    return re.sub(r"\s+", "", text).lower()


@pytest.fixture(scope="module")
def texts(built_book: Path) -> dict[str, str]:
    """쪽마다 본문의 글(꼬리표와 스크립트를 뺀다)."""
    found = {}
    for name in pages():
        source = (built_book / f"{name}.html").read_text(encoding="utf-8")
        body = re.search(r"<article.*?</article>", source, re.DOTALL)
        assert body is not None
        plain = re.sub(r"<(script|style)\b.*?</\1>", "", body[0], flags=re.DOTALL)
        found[name] = squeeze(html.unescape(re.sub(r"<[^>]+>", "", plain)))
    return found


@pytest.fixture(scope="module")
def search(tab: Tab) -> Any:
    """색인이 실린 검색 쪽에서 질의를 던지는 함수."""
    tab.open("search")
    tab.page.wait_for_function("typeof Search !== 'undefined' && Search.hasIndex()")

    def run(query: str) -> set[str]:
        return set(tab.page.evaluate(RUN, query))

    return run


def test_queries_find_nine_pages_out_of_ten(search: Any, texts: dict[str, str]) -> None:
    """모든 질의를 합친 재현율이 0.9를 넘고, 질의마다 적어도 한 쪽을 찾는다."""
    wanted = found = 0
    empty = []
    for query, needle in QUERIES.items():
        truth = {name for name, text in texts.items() if needle in text}
        hits = search(query)
        wanted += len(truth)
        found += len(truth & hits)
        if not truth & hits:
            empty.append(query)
    assert empty == []
    assert found / wanted >= 0.9


@pytest.mark.parametrize("query", ALIASES)
def test_other_names_find_the_term_of_the_book(
    search: Any, texts: dict[str, str], query: str
) -> None:
    truth = {name for name, text in texts.items() if ALIASES[query] in text}
    assert truth
    assert len(truth & search(query)) >= 0.9 * len(truth)


def test_a_word_with_a_particle_finds_the_same_pages(search: Any) -> None:
    assert search("학습률이") == search("학습률") != set()


def test_an_unknown_word_finds_nothing(search: Any) -> None:
    assert search("붉은여우털모자") == set()


def test_several_words_must_all_be_there(search: Any) -> None:
    assert search("손실 확률") <= search("손실") & search("확률")


def test_the_search_page_lists_results_without_errors(tab: Tab) -> None:
    """파일로 연 책에서도 결과가 나오고 오류가 없다."""
    tab.open("search?q=손실")
    # 결과를 하나씩 늘어놓은 뒤에 요약이 나오므로, 바쁜 컴퓨터에서는 시간이 아니라 글을 기다린다
    tab.page.wait_for_function(
        "document.querySelector('#search-results').innerText.includes('찾았습니다')"
    )
    assert tab.page.locator("#search-results ul.search li a").count() > 0
    assert tab.errors == []
