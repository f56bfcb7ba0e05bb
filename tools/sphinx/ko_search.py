"""한국어 검색: 조사, 두 음절 단어, 붙여 쓴 말, 용어의 다른 이름을 다루는 Sphinx 검색 언어.

색인에는 조사를 뗀 단어와, 이웃한 두 단어를 붙인 말(지수 함수 → 지수함수)을 넣는다. 질의를 다루는
규칙은 `ko_search.js`에 있고, 조사를 떼는 규칙은 색인과 같다.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

from tools.facts.glossary import read_terms
from tools.facts.particles import ENDINGS
from tools.facts.repository import GLOSSARY, ROOT
from tools.sphinx import metadata

# 조사처럼 끝나지만 단어의 일부인 말
KEEP_TEXT = """
기울기 가중치 평가 증가 추가 정의 회의 차이 길이 높이 깊이 너비 거의 이용 최적화 데이터베이스
인덱스 소프트맥스 시그모이드 아다마르 결과 효과 초과 통과 정도 각도 속도 온도 밀도 정확도 정밀도
복잡도 우도 가능도 오버플로 언더플로 벡터 스칼라 행렬 함수 분포 확률 회귀 분류 그래프 노드 에지
텐서 배열 축 주의 유의 단위 범위 경로 별로 서로 그대로 새로 바로 따로 실제로 제한 무한 극한 권한
도함 포함 의미 이하 이상 재현도 신뢰도 난이도 민감도 모멘텀 퍼셉트론 나이브 미니배치 논문의 강의
편의 예의 임의 동의 논의 합의 한계 하나
"""
KEEP = frozenset(KEEP_TEXT.split())
STOP_TEXT = "그리고 그러나 하지만 또는 또한 이는 있는 있습니다 합니다 것 수 등 및"
STOPWORDS = frozenset(STOP_TEXT.split())
HANGUL = re.compile(r"[가-힣]+")
LATIN_JOSA = re.compile(r"([a-z0-9_]+)([가-힣]+)")
GLUE = re.compile(r"([가-힣]{1,6}) (?=([가-힣]{1,8}))")
COUNTERS = "한두세네몇첫매각"
SCRIPT = Path(__file__).with_name("ko_search.js")


def stem(word: str, keep: frozenset[str] = KEEP) -> str:
    """단어 끝의 조사나 어미를 뗀다. 두 음절 이상이 남을 때만 뗀다.

    >>> [stem(w) for w in ("손실을", "학습률이", "기울기", "softmax는")]
    ['손실', '학습률', '기울기', 'softmax']
    """
    word = word.lower()
    if not HANGUL.search(word) or word in keep:
        return word
    match = LATIN_JOSA.fullmatch(word)
    if match:
        return match[1] if match[2] in ENDINGS else word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)]
    return word


def glued(text: str, keep: frozenset[str] = KEEP) -> list[str]:
    """띄어 쓴 두 한글 단어를 붙인 말을 낸다. 앞말에 조사가 붙어 있으면 한 용어가 아니므로 뺀다.

    >>> glued("지수 함수를 두 배로 늘린다")
    ['지수함수', '두배로']
    """
    return [
        first + stem(second, keep)
        for first, second in (m.groups() for m in GLUE.finditer(text))
        if is_bare(first, keep)
    ]


def is_bare(word: str, keep: frozenset[str] = KEEP) -> bool:
    """조사나 어미가 붙지 않은 말인지 본다. 한 음절은 수를 세는 말만 인정한다.

    >>> [is_bare(w) for w in ("지수", "함수를", "배로", "늘린다", "두")]
    [True, False, False, False, True]
    """
    if len(word) == 1:
        return word in COUNTERS
    return word in keep or not word.endswith((*ENDINGS, "다", "고", "면", "서", "게"))


def read_glossary(path: Path) -> tuple[frozenset[str], dict[str, list[str]]]:
    """용어집에서 (조사를 떼면 안 되는 단어, 다른 이름 → 책의 용어)를 읽는다."""
    terms = read_terms(path)
    keep = {w for term in terms for w in HANGUL.findall(term.plain) if len(w) > 1}
    names = [term.plain for term in terms]
    joined = " ".join(names) + " " + " ".join(name.replace(" ", "") for name in names)
    alias: dict[str, list[str]] = {}
    for term in terms:
        words = HANGUL.findall(term.plain) or re.findall(r"\w+", term.plain.lower())
        forbidden = [variant for variant in term.forbidden if not variant.startswith("re:")]
        for name in (*forbidden, *term.aliases, term.en):
            name = re.sub(r"\([^)]*\)", "", name)
            key = "".join(re.findall(r"\w+", name.lower()))
            # 다른 용어의 일부인 말까지 바꾸어 찾으면 엉뚱한 페이지가 나온다.
            if len(key) > 1 and key not in joined.lower():
                alias.setdefault(key, words)
    return frozenset(keep), alias


class SearchKorean(SearchLanguage):
    """한국어 검색 언어."""

    lang = "ko"
    language_name = "Korean"
    stopwords = set(STOPWORDS)
    keep: frozenset[str] = KEEP
    js_stemmer_code = ""

    def split(self, input: str) -> list[str]:
        """글을 단어로 나누고, 붙여 쓴 형태도 함께 낸다."""
        return super().split(input) + glued(input, self.keep)

    def stem(self, word: str) -> str:
        """색인에 넣을 형태로 바꾼다."""
        return stem(word, self.keep)

    def word_filter(self, word: str) -> bool:
        """색인에 넣을 단어인지 정한다. 숫자만으로 된 말과 지나치게 긴 말은 뺀다."""
        return super().word_filter(word) and not word.isdigit() and len(word) <= 40


def script(keep: frozenset[str], alias: dict[str, list[str]]) -> str:
    """질의를 다루는 스크립트를 만든다."""

    def dump(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    text = SCRIPT.read_text(encoding="utf-8")
    values = {"%JOSA%": dump(ENDINGS), "%KEEP%": dump(sorted(keep)), "%ALIAS%": dump(alias)}
    head, _, body = text.partition("var deepnoteKo")
    for mark, value in values.items():
        body = body.replace(mark, value)
    return f"{head.splitlines()[0]}\nvar deepnoteKo{body}"


def load_glossary(app: Sphinx, config: Any) -> None:
    """용어집이 있으면 읽어 색인과 질의에 함께 쓴다."""
    path = Path(app.srcdir, GLOSSARY.relative_to(ROOT))
    terms, alias = read_glossary(path) if path.exists() else (frozenset(), {})
    SearchKorean.keep = KEEP | terms
    SearchKorean.js_stemmer_code = script(SearchKorean.keep, alias)


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다."""
    app.add_search_language(SearchKorean)
    app.connect("config-inited", load_glossary)
    return metadata()
