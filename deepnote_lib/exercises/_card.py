"""결과의 카드: 무엇이 맞고, 어느 작은 입력에서 왜 틀렸고, 어떤 실수처럼 보이는지를 글과 HTML로 적는다."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple


class Failure(NamedTuple):
    """통과하지 못한 검사: 그 문장, 가장 작은 실패한 입력, 이유, 받은 값, 답의 출력, 비교한 값의 이름.

    기대한 값 expected는 카드에 적지 않는다. `hint`를 부르면 보여 준다.
    """

    check: str
    why: str
    input: str = ""
    got: str = ""
    expected: str = ""
    printed: str = ""
    shows: str = ""

    def _named(self, word: str) -> str:
        """`받은 값`이나 `기대한 값`에, 답이 돌려준 것이 아니면 무엇의 값인지 덧붙인다."""
        return f"{word}({self.shows})" if self.shows else word


@dataclass(frozen=True, repr=False)
class Result:
    """`check`의 결과. 통과했으면 참이다.

    held는 통과한 검사의 문장들, failures는 통과하지 못한 검사들, mistake는 이 답이 똑같이 따라 한 이름 붙은
    오답의 이름(없으면 None)이고, advice는 그 실수를 말하는 문장들이다.
    """

    id: str
    title: str
    held: tuple[str, ...]
    failures: tuple[Failure, ...]
    mistake: str | None
    advice: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """모든 검사를 통과했는지."""
        return not self.failures

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return f"Result({self.id}, {'통과' if self.passed else '아직'}, mistake={self.mistake!r})"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self._head()
        for title in self.held:
            yield f"  ✓ {title}"
        for failure, parts in self._details():
            yield f"  ✗ {failure.check}"
            for name, text in parts:
                yield from _block(name, text)
        for line in self.advice:
            yield f"  ▶ {line}"
        if not self.passed:
            yield f'  기대한 값과 힌트: hint("{self.id}")'
        for note in self.notes:
            yield f"  ※ {note}"

    def _details(self) -> Iterator[tuple[Failure, list[tuple[str, str]]]]:
        """실패마다 적을 것. 값 없이 같은 오류가 되풀이되면 한 번만 적는다."""
        said: set[str] = set()
        for failure in self.failures:
            again = not failure.got and failure.why in said
            yield failure, [("", "위와 같은 까닭입니다")] if again else _parts(failure)
            said.add(failure.why)

    def _head(self) -> str:
        count = len(self.held) + len(self.failures)
        verdict = (
            "통과했습니다"
            if self.passed
            else f"아직입니다(검사 {count}개 가운데 {len(self.held)}개 통과)"
        )
        return f"{self.title}: {verdict}"

    def _repr_html_(self) -> str:
        color = "#2e7d32" if self.passed else "#c62828"
        rows = [f'<p style="{BOLD}">{_html(self._head())}</p>']
        rows += [f'<p style="{LINE}">✓ {_html(title)}</p>' for title in self.held]
        for failure, parts in self._details():
            rows.append(f'<p style="{LINE}">✗ {_html(failure.check)}</p>')
            for name, text in parts:
                rows.append(f'<p style="{INNER}">{name}</p>' if name else "")
                body = escape(text) if name else _html(text)
                tag = "pre" if name or "\n" in text else "p"
                rows.append(f'<{tag} style="{CODE if tag == "pre" else INNER}">{body}</{tag}>')
        rows += [f'<p style="{LINE}"><b>▶</b> {_html(line)}</p>' for line in self.advice]
        if not self.passed:
            rows.append(f'<p style="{LINE}">기대한 값과 힌트: <code>hint("{self.id}")</code></p>')
        rows += [f'<p style="{SMALL}">※ {_html(note)}</p>' for note in self.notes]
        frame = f"border-left: 4px solid {color}; padding: 0.2em 0 0.2em 0.9em; margin: 0.4em 0"
        return f'<div role="status" style="{frame}">{"".join(rows)}</div>'

    def _ipython_display_(self) -> None:
        """셀의 마지막 줄이어도 두 번 보이지 않게 한다. 카드는 check가 이미 보였다."""


BOLD = "font-weight: bold; margin: 0.2em 0"
LINE = "margin: 0.2em 0"
INNER = "margin: 0.1em 0 0.1em 1.4rem"
CODE = "margin: 0.1em 0 0.3em 1.4rem; padding: 0; background: none; white-space: pre-wrap"
SMALL = "margin: 0.2em 0; font-size: 0.9em; opacity: 0.8"


def _parts(failure: Failure) -> list[tuple[str, str]]:
    """카드에 적는 것의 (이름, 글). 이유에는 이름이 없다."""
    parts = [
        ("입력", failure.input), ("", failure.why), (failure._named("받은 값"), failure.got),
        ("출력", failure.printed.rstrip()),
    ]  # fmt: skip
    return [(name, text) for name, text in parts if text]


def _block(name: str, text: str) -> list[str]:
    lines = text.split("\n")
    if not name:
        return [f"      {line}" for line in lines]
    if len(lines) == 1:
        return [f"      {name}: {lines[0]}"]
    return [f"      {name}:", *(f"        {line}" for line in lines)]


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def show(text: str, html: str, *, markdown: str = "") -> None:
    """글을 출력한다. Jupyter에서는 HTML이나 마크다운을, 글을 쌍둥이로 삼아 보인다."""
    if not _in_notebook():
        sys.stdout.write(text + "\n")
        return
    from IPython.display import display

    rich = {"text/markdown": markdown} if markdown else {"text/html": html}
    display({**rich, "text/plain": text}, raw=True)


def _in_notebook() -> bool:
    """Jupyter나 Colab의 커널 안인지."""
    module: Any = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell is not None and hasattr(shell, "kernel")
