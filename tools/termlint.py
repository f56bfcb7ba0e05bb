"""용어, 표기, 조사 검사.

    python -m tools.termlint [파일…]      # .md .ipynb .py

용어는 `book/reference/glossary.csv`의 금지 변형을 따른다. ‘다른 책에서는’ 상자, “인용”, 『책 이름』,
`<!-- term-ok -->`로 끝나는 줄(파이썬에서는 `# term-ok`)은 검사하지 않는다.
"""

from __future__ import annotations

import ast
import csv
import functools
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tools.myst_text import QUOTES, blocks, hide, is_silent, mask, mask_blocks
from tools.particles import wrong_particles

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "book" / "reference" / "glossary.csv"
EXEMPT_BOX = "다른 책에서는"

SPELLING = {
    "갯수": "개수", "몇일": "며칠", "첫번째": "첫 번째", "두번째": "두 번째", "세번째": "세 번째",
    "최대값": "최댓값", "최소값": "최솟값", "절대값": "절댓값", "결과값": "결과", "고유값": "고윳값",
    "함수값": "함숫값", "기대값": "기댓값", "디렉토리": "디렉터리", "메소드": "메서드",
    "메세지": "메시지", "알고리듬": "알고리즘", "데이타": "데이터", "윈도우(?!즈)": "윈도",
    "버릴 지": "버릴지", "되어[지집진졌]": "되- (이중 피동)", "에 의해(서)? ": "능동으로 (번역투)",
    "[은을이과]\\((?:는|를|가|와)\\)|[는를가와]\\((?:은|을|이|과)\\)": "조사를 하나만 쓴다",
    "정말 쉽|아주 쉽죠|어렵지 않습니다": "어느 단계가 왜 어려운지 쓴다",
    r"[A-Za-z`$)\]·] (은|는|가|을|를|와|과|의|에|로|으로|에서)(?=[ .,)]|$)": "조사는 붙여 쓴다",
}  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """고칠 곳. `line`은 1부터 센다."""

    line: int
    found: str
    advice: str

    def __str__(self) -> str:
        return f"‘{self.found}’ → {self.advice}"


@functools.cache
def load_rules(glossary: Path = GLOSSARY) -> tuple[tuple[re.Pattern[str], str], ...]:
    """용어집의 금지 변형과 맞춤법 규칙을 (식, 바른 꼴)로 읽는다."""
    rules = []
    with glossary.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for variant in filter(None, row["variants_forbidden"].split(";")):
                pattern = variant[3:] if variant.startswith("re:") else re.escape(variant)
                rules.append((re.compile(pattern), row["ko"]))
    return tuple(rules + [(re.compile(key), advice) for key, advice in SPELLING.items()])


def literal_bold(text: str) -> list[int]:
    """굵게가 되지 못하고 별표가 그대로 찍히는 줄(0부터)."""
    frames = [block for block in blocks(text) if is_silent(block)]
    lines = mask_blocks(text, frames).split("\n")
    plain = "\n".join("" if line.lstrip().startswith((":::", "```")) else line for line in lines)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(dollarmath_plugin)
    found: set[int] = set()
    for token in parser.parse(plain):
        for child in token.children or []:
            if child.type == "text" and "**" in child.content:
                start, end = token.map or (0, 0)
                shown = (n for n in range(start, end) if child.content in lines[n])
                found.add(next(shown, start))
    return sorted(found)


def exempted(text: str) -> str:
    """‘다른 책에서는’ 상자와 인용을 가린 글."""
    boxes = [block for block in blocks(text) if block.title.startswith(EXEMPT_BOX)]
    return QUOTES.sub(lambda match: hide(match[0]), mask_blocks(text, boxes))


def lint_text(text: str, rules: Sequence[tuple[re.Pattern[str], str]] | None = None) -> list[Hit]:
    """MyST 글 한 덩이의 용어, 표기, 조사, 굵게 문제."""
    visible = exempted(text)
    bare = mask(visible)
    hits: dict[int, tuple[str, str]] = {}
    for pattern, advice in load_rules() if rules is None else rules:
        for match in pattern.finditer(bare):
            # 같은 자리에서 걸리면 긴 쪽이 더 알맞은 충고다.
            if len(match[0]) > len(hits.get(match.start(), ("", ""))[0]):
                hits[match.start()] = (match[0], advice)
    frames = [block for block in blocks(visible) if is_silent(block)]
    for position, found, right in wrong_particles(mask_blocks(visible, frames)):
        hits.setdefault(position, (found, f"조사를 읽는 소리에 맞춘다: {right}"))
    lines = text.split("\n")
    result = [
        Hit(text.count("\n", 0, position) + 1, found, advice)
        for position, (found, advice) in sorted(hits.items())
    ]
    result += [
        Hit(number + 1, lines[number].strip()[:40], "굵게가 깨진다. 괄호·따옴표·코드를 ** 밖으로")
        for number in literal_bold(text)
    ]
    return [hit for hit in result if "term-ok" not in lines[hit.line - 1]]


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """파이썬 코드에서 사람이 읽는 글의 (첫 줄 번호, 글): 주석, docstring, 한글이 든 문자열."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if re.search("[가-힣]", node.value):
            # 예제 코드 줄은 코드이므로 가린다.
            yield node.lineno, re.sub(r"(?m)^\s*(>>>|\.\.\.) .*$", "", node.value)


def lint_python(
    source: str, rules: Sequence[tuple[re.Pattern[str], str]] | None = None
) -> list[Hit]:
    """파이썬 코드의 주석, docstring, 오류 문장의 용어와 표기."""
    lines = source.split("\n")
    hits = set()
    for first, text in python_texts(source):
        for hit in lint_text(text, rules):
            line = min(first + hit.line - 1, len(lines))
            if "굵게" not in hit.advice and "term-ok" not in lines[line - 1]:
                hits.add(Hit(line, hit.found, hit.advice))
    return sorted(hits, key=lambda hit: (hit.line, hit.found))


def lint_file(path: Path) -> list[tuple[str, Hit]]:
    """파일 하나를 검사해 (자리, 고칠 곳)을 준다. 노트북은 셀 번호와 줄로 자리를 말한다."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return [(f"{path}:{hit.line}", hit) for hit in lint_python(text)]
    if path.suffix != ".ipynb":
        return [(f"{path}:{hit.line}", hit) for hit in lint_text(text)]
    found = []
    for number, cell in enumerate(json.loads(text)["cells"], 1):
        source = "".join(cell["source"])
        hits = lint_text(source) if cell["cell_type"] == "markdown" else lint_cell(source)
        found += [(f"{path}:셀 {number}", hit) for hit in hits]
    return found


def lint_cell(source: str) -> list[Hit]:
    """코드 셀. 매직 명령이 든 셀은 파이썬이 아니므로 지나간다."""
    try:
        return lint_python(source)
    except (SyntaxError, tokenize.TokenError):
        return []


def main(argv: list[str] | None = None) -> int:
    """명령줄에서 파일들을 검사한다. 고칠 곳이 있으면 1을 돌려준다."""
    paths = [Path(name) for name in (sys.argv[1:] if argv is None else argv)]
    found = [item for path in paths for item in lint_file(path)]
    for place, hit in found:
        print(f"{place}: {hit}")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
