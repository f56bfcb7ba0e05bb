"""`explore(draw, w=[…], b=[…])`: 모든 값의 조합을 미리 그려 슬라이더로 넘긴다.

그림과 몇 줄의 스크립트가 출력 안에 모두 들어 있어서 커널도 네트워크도 쓰지 않는다. 책의 웹 페이지,
내려받은 파일, Jupyter, Colab에서 똑같이 움직이고, 자바스크립트가 없으면 시작 그림 한 장이 보인다.
"""

from __future__ import annotations

import base64
import html
import inspect
import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from deepnote_lib._checks import check_flag, check_number, shown
from deepnote_lib.widgets.frames import State, render, states_of

MAX_BYTES = 250_000
MAX_FRAMES = 150
MAX_LIVE = 10**6  # live=True는 미리 그리지 않는다
MAX_LINES = 28
Alt = str | Callable[..., str] | None


@dataclass(frozen=True, repr=False, eq=False)
class Explorer:
    """미리 그린 그림과 슬라이더. 노트북의 셀 마지막에 두면 나타난다.

    Attributes
    ----------
    states
        상태들. 마지막 이름의 값이 가장 빨리 바뀐다.
    images, alts
        상태마다의 PNG와 대체 텍스트.
    html, text
        text/html과 text/plain 표현. text는 상태마다 그려진 데이터를 수로 적는다.
    """

    states: list[State]
    images: list[bytes]
    alts: list[str]
    html: str
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def explore(
    draw: Callable[..., object],
    *,
    live: bool = False,
    alt: Alt = None,
    figsize: tuple[float, float] = (5.2, 3.4),
    dpi: float | None = None,
    start: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    **values: Collection[Any],
) -> Any:
    """모든 값의 조합을 `draw(ax, **state)`로 미리 그려 슬라이더로 보여 준다.

    노트북 비교는 text/plain에 적힌 상태마다의 데이터 요약을 보므로, 그림이 달라지면 드러난다.
    같은 입력이면 늘 같은 바이트가 나온다. 조합은 150개, 출력은 250 KB 이하여야 한다.

    Parameters
    ----------
    draw
        `draw(ax, w=…, b=…)` 형식의 함수. 빈 축에 그리고, 반환값은 쓰지 않는다. 상태가 같으면 늘
        같은 그림을 그려야 한다.
    live
        참이면 미리 그리지 않고 값을 움직일 때마다 그리는 ipywidgets를 반환한다. 커널이 있어야 한다.
    alt
        대체 텍스트. "가중치 {w}일 때의 결정 경계"처럼 상태의 이름을 쓰는 틀이나, 문자열을 반환하는
        함수 `alt(**state)`. None이면 "w=…, b=…"이다.
    figsize
        그림의 가로와 세로(인치). 화면에는 인치마다 96픽셀로 보인다.
    dpi
        인치마다의 픽셀 수. None이면 출력이 200 KB쯤을 넘지 않는 가장 큰 값(72~144)이다.
    start
        시작 상태. 적지 않은 이름은 가운데 값에서 시작한다.
    labels
        슬라이더에 적을 이름. 예: `{"w": "가중치 w"}`. 적지 않은 이름은 그대로 쓴다.
    **values
        이름마다 가능한 값들.

    >>> def draw(ax, w):
    ...     _ = ax.plot([0, 1], [0, w])
    >>> print(explore(draw, alt="기울기가 {w}인 직선", w=[0, 1, 2]))
    슬라이더 w=[0, 1, 2]: 그림 3장, 시작 w=1
    w=0: 선(0 0 0 0.5 0.667 1)
    w=1: 선(0.5 0.667 1 0.5 0.667 1)
    w=2: 선(1 1.33 2 0.5 0.667 1)
    """
    choices = _check_values(values, most=MAX_LIVE if check_flag("live", live) else MAX_FRAMES)
    _check_call("draw", draw, "ax", choices)
    size = _check_figsize(figsize)
    if dpi is not None:
        dpi = check_number("dpi", dpi, low=10, high=600)
    positions, titles = _start(choices, start), _labels(choices, labels)
    if alt is not None and not isinstance(alt, str):
        _check_call("alt", alt, "", choices)
    if live:
        from deepnote_lib.widgets.live import interact

        return interact(draw, choices, size, start=positions, labels=titles)
    states = states_of(choices)
    alts = [_alt_text(alt, state) for state in states]
    images, digests = render(draw, states, size, dpi, budget=MAX_BYTES * 3 // 4)
    return _explorer(choices, images, alts, digests, positions, titles, round(96 * size[0]))


# 인수 검사 ------------------------------------------------------------------------------


def _check_values(values: Mapping[str, Any], *, most: int) -> dict[str, list[Any]]:
    if not values:
        raise ValueError("values: 이름=값들을 하나라도 주어야 합니다(예: w=[0, 1, 2]). 받은 개수=0")
    for name, choices in values.items():
        single = isinstance(choices, (str, bytes)) or getattr(choices, "ndim", 1) != 1
        if single or not isinstance(choices, Collection):
            raise TypeError(
                f"{name}: 값의 목록이어야 합니다(예: {name}=[0, 1, 2]). 받은 값={shown(choices)}"
            )
        if len(choices) == 0:
            raise ValueError(f"{name}: 값이 하나라도 있어야 합니다. 받은 개수=0")
    counts = [len(choices) for choices in values.values()]
    if math.prod(counts) > most:
        raise ValueError(
            f"values: 값의 조합이 {most}개 이하여야 합니다. "
            f"받은 개수={'×'.join(map(str, counts))}={math.prod(counts)}. "
            "값의 개수나 이름의 수를 줄이세요"
        )
    # NumPy 배열의 값은 파이썬의 수로 바꾼다. alt의 틀에 np.float64(…)가 보이지 않게 한다
    return {
        name: [v.item() if isinstance(v, np.generic) else v for v in choices]
        for name, choices in values.items()
    }


def _check_call(name: str, function: object, first: str, values: Mapping[str, Any]) -> None:
    """`function(first, **state)`로 호출할 수 있는지 확인한다."""
    given = ", ".join([first, *values] if first else values)
    arguments = ("ax",) if first else ()
    try:
        inspect.signature(function).bind(*arguments, **values)  # type: ignore[arg-type]
    except (TypeError, ValueError):  # 함수가 아니거나, 다른 인수를 받거나, 형식을 알 수 없다
        raise TypeError(
            f"{name}: {name}({given}) 형식의 함수여야 합니다. 받은 값={shown(function)}"
        ) from None


def _check_figsize(figsize: tuple[float, float]) -> tuple[float, float]:
    if not isinstance(figsize, Sequence) or isinstance(figsize, str):
        raise TypeError(f"figsize: (가로, 세로)여야 합니다. 받은 값={shown(figsize)}")
    if len(figsize) != 2:
        raise ValueError(f"figsize: (가로, 세로)여야 합니다. 받은 값={shown(figsize)}")
    width, height = (check_number("figsize", side, low=1, high=50) for side in figsize)
    return width, height


def _start(values: Mapping[str, list[Any]], start: Mapping[str, Any] | None) -> list[int]:
    """이름마다 시작하는 값의 위치."""
    positions = {name: len(choices) // 2 for name, choices in values.items()}
    if start is not None and not isinstance(start, Mapping):
        raise TypeError(f"start: 이름과 값의 사전이어야 합니다. 받은 값={shown(start)}")
    for name, value in (start or {}).items():
        try:
            positions[name] = values[name].index(value)
        except (KeyError, ValueError):
            raise ValueError(
                f"start: {name}의 값 가운데 하나여야 합니다. 받은 값={name}={shown(value)}"
            ) from None
    return list(positions.values())


def _labels(values: Mapping[str, Any], labels: Mapping[str, str] | None) -> dict[str, str]:
    if labels is not None and not isinstance(labels, Mapping):
        raise TypeError(f"labels: 이름과 문자열의 사전이어야 합니다. 받은 값={shown(labels)}")
    for name, text in (labels or {}).items():
        if name not in values:
            raise ValueError(f"labels: 값을 준 이름이어야 합니다. 받은 이름={name}")
        if not isinstance(text, str):
            raise TypeError(f"labels: {name}의 이름은 문자열이어야 합니다. 받은 값={shown(text)}")
    return {name: name for name in values} | dict(labels or {})


# 글과 HTML ------------------------------------------------------------------------------


def _show_value(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "켬" if value else "끔"
    if isinstance(value, (float, np.floating)):
        return f"{float(value) + 0.0:.4g}".replace("-", "−")
    return str(value).replace("-", "−") if isinstance(value, (int, np.integer)) else str(value)


def _state_text(state: State) -> str:
    return ", ".join(f"{name}={_show_value(value)}" for name, value in state.items())


def _alt_text(alt: Alt, state: State) -> str:
    if alt is None:
        return _state_text(state)
    if isinstance(alt, str):
        try:
            text = alt.format(**state)
        except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
            raise ValueError(
                f"alt: 쓸 수 있는 이름은 {', '.join(state)}입니다. 받은 틀={shown(alt)} ({error})"
            ) from None
    else:
        text = alt(**state)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(
            f"alt: 비어 있지 않은 문자열이어야 합니다. 받은 값={shown(text)} ({_state_text(state)})"
        )
    return text


def _explorer(
    values: Mapping[str, Sequence[Any]],
    images: list[bytes],
    alts: list[str],
    digests: list[str],
    positions: Sequence[int],
    labels: Mapping[str, str],
    width: int,
) -> Explorer:
    """그린 것을 글과 HTML로 엮는다. 첫 상태는 positions가 가리키는 값들이다."""
    states = states_of(values)
    first = 0
    for position, choices in zip(positions, values.values(), strict=True):
        first = first * len(choices) + position
    shown_values = {name: [_show_value(v) for v in choices] for name, choices in values.items()}
    page = _html(shown_values, images, alts, positions, labels, first, width)
    if len(page.encode()) > MAX_BYTES:
        raise ValueError(
            f"values: 출력이 {MAX_BYTES // 1000} KB 이하여야 합니다. "
            f"받은 크기={len(page.encode()) / 1000:.0f} KB (그림 {len(images)}장). "
            "값의 개수를 줄이거나, figsize나 dpi를 줄이거나, 점과 색이 적은 그림으로 바꾸세요"
        )
    names = ", ".join(f"{name}=[{', '.join(texts)}]" for name, texts in shown_values.items())
    head = f"슬라이더 {names}: 그림 {len(images)}장, 시작 {_state_text(states[first])}"
    lines = [f"{_state_text(s)}: {d}" for s, d in zip(states, digests, strict=True)]
    step = math.ceil(len(lines) / MAX_LINES)  # 상태가 많으면 한 줄에 여러 상태를 적는다
    text = "\n".join([head, *(" | ".join(lines[i : i + step]) for i in range(0, len(lines), step))])
    return Explorer(states, images, alts, page, text)


def _html(
    shown_values: Mapping[str, list[str]],
    images: Sequence[bytes],
    alts: Sequence[str],
    positions: Sequence[int],
    labels: Mapping[str, str],
    first: int,
    width: int,
) -> str:
    rows = []
    for (name, texts), at in zip(shown_values.items(), positions, strict=True):
        label, value = html.escape(labels[name]), html.escape(texts[at])
        rows.append(
            f'<label><span>{label}</span><input type="range" min="0" max="{len(texts) - 1}" '
            f'step="1" value="{at}" autocomplete="off" aria-label="{label} 값 고르기" '
            f'aria-valuetext="{value}"><output>{value}</output></label>'
        )
    pictures = "".join(
        f'<img alt="{html.escape(alt)}" width="{width}"{"" if i == first else " hidden"} '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        for i, (alt, png) in enumerate(zip(alts, images, strict=True))
    )
    here = files("deepnote_lib.widgets")
    style, script = ((here / name).read_text("utf-8") for name in ("explore.css", "explore.js"))
    values = html.escape(json.dumps(list(shown_values.values()), ensure_ascii=False))
    return (
        f'<div class="deepnote-explore" data-values="{values}"><style>{style}</style>'
        '<div class="deepnote-explore-controls" role="group" '
        f'aria-label="그림의 값을 바꾸는 슬라이더" hidden>{"".join(rows)}</div>{pictures}'
        '<div class="deepnote-explore-status" aria-live="polite"></div>'
        "<noscript><p>자바스크립트를 켜면 슬라이더로 값을 바꿀 수 있습니다.</p></noscript>"
        f"<script>{script}</script></div>"
    )
