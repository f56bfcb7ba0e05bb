"""`explore(draw, w=[…], b=[…])`: 모든 값의 조합을 미리 그려 슬라이더로 넘긴다.

그림과 몇 줄의 스크립트가 출력 안에 모두 들어 있어서 커널도 네트워크도 쓰지 않는다. 책의 웹 페이지,
내려받은 파일, Jupyter, Colab에서 똑같이 움직이고, 자바스크립트가 없으면 시작 그림 한 장이 보인다.
"""

from __future__ import annotations

import base64
import html
import json
import math
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from deepnote_lib._checks import check_number
from deepnote_lib.widgets.frames import State, render, states_of

MAX_BYTES = 250_000
MAX_FRAMES = 150
MAX_LINES = 28
Alt = str | Callable[..., str] | None


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
    try:
        text = alt.format(**state) if isinstance(alt, str) else alt(**state)
    except (KeyError, IndexError) as error:
        names = ", ".join(state)
        raise ValueError(f"alt: 쓸 수 있는 이름은 {names}입니다. 받은 이름={error}") from error
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"alt: 빈칸이 아닌 글이어야 합니다. 받은 값={text!r} ({_state_text(state)})")
    return text


def _start(values: Mapping[str, Sequence[Any]], start: Mapping[str, Any] | None) -> list[int]:
    positions = {name: len(choices) // 2 for name, choices in values.items()}
    for name, value in (start or {}).items():
        if name not in values or value not in list(values[name]):
            raise ValueError(f"start: {name}의 값 가운데 하나여야 합니다. 받은 값={name}={value!r}")
        positions[name] = list(values[name]).index(value)
    return list(positions.values())


class Explorer:
    """미리 그린 그림과 슬라이더. 노트북의 셀 마지막에 두면 나타난다.

    Attributes
    ----------
    states : list of dict
        상태들. 마지막 이름의 값이 가장 빨리 바뀐다.
    images : list of bytes
        상태마다의 PNG.
    alts : list of str
        상태마다의 대체 텍스트.
    html, text : str
        text/html과 text/plain 표현. text는 상태마다 그려진 데이터를 수로 적는다.
    """

    def __init__(
        self,
        values: Mapping[str, Sequence[Any]],
        images: list[bytes],
        alts: list[str],
        digests: list[str],
        *,
        start: list[int],
        labels: Mapping[str, str],
        width: int,
    ) -> None:
        self.values, self.images, self.alts = dict(values), images, alts
        self.states = states_of(values)
        self._start, self._labels, self._width = start, labels, width
        self.text = self._text(digests)
        self.html = self._html()
        if len(self.html.encode()) > MAX_BYTES:
            raise ValueError(
                f"values: 출력이 {MAX_BYTES // 1000} KB 이하여야 합니다. "
                f"받은 크기={len(self.html.encode()) / 1000:.0f} KB (그림 {len(images)}장). "
                "값의 개수를 줄이거나, figsize나 dpi를 줄이거나, 점과 색이 적은 그림으로 바꾸세요"
            )

    def _text(self, digests: list[str]) -> str:
        names = ", ".join(
            f"{name}=[{', '.join(map(_show_value, v))}]" for name, v in self.values.items()
        )
        first = self.states[self._index()]
        head = f"슬라이더 {names}: 그림 {len(digests)}장, 시작 {_state_text(first)}"
        lines = [f"{_state_text(s)}: {d}" for s, d in zip(self.states, digests, strict=True)]
        step = math.ceil(len(lines) / MAX_LINES)  # 상태가 많으면 한 줄에 여러 상태를 적는다
        return "\n".join([head, *(" | ".join(lines[i : i + step]) for i in range(0, len(lines), step))])

    def _index(self) -> int:
        index = 0
        for position, choices in zip(self._start, self.values.values(), strict=True):
            index = index * len(choices) + position
        return index

    def _html(self) -> str:
        shown = {name: [_show_value(v) for v in choices] for name, choices in self.values.items()}
        rows = []
        for (name, texts), at in zip(shown.items(), self._start, strict=True):
            label = html.escape(self._labels.get(name, name))
            value = html.escape(texts[at])
            rows.append(
                f'<label><span>{label}</span><input type="range" min="0" max="{len(texts) - 1}" step="1" '
                f'value="{at}" autocomplete="off" aria-label="{label} 값 고르기" aria-valuetext="{value}">'
                f"<output>{value}</output></label>"
            )
        images = "".join(
            f'<img alt="{html.escape(alt)}" width="{self._width}"{"" if i == self._index() else " hidden"} '
            f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
            for i, (alt, png) in enumerate(zip(self.alts, self.images, strict=True))
        )
        here = files("deepnote_lib.widgets")
        style, script = ((here / name).read_text("utf-8") for name in ("explore.css", "explore.js"))
        values = html.escape(json.dumps(list(shown.values()), ensure_ascii=False))
        return (
            f'<div class="deepnote-explore" data-values="{values}"><style>{style}</style>'
            f'<div class="deepnote-explore-controls" role="group" aria-label="그림의 값을 바꾸는 슬라이더" '
            f"hidden>{''.join(rows)}</div>{images}"
            '<div class="deepnote-explore-status" aria-live="polite"></div>'
            "<noscript><p>자바스크립트를 켜면 슬라이더로 값을 바꿀 수 있습니다.</p></noscript>"
            f"<script>{script}</script></div>"
        )

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
    **values: Sequence[Any],
) -> Any:
    """모든 값의 조합을 `draw(ax, **state)`로 미리 그려 슬라이더로 보여 준다.

    Parameters
    ----------
    draw : callable
        `draw(ax, w=…, b=…)` 꼴의 함수. 빈 축에 그리고, 돌려주는 값은 쓰지 않는다. 상태가 같으면 늘
        같은 그림을 그려야 한다.
    live : bool, default False
        참이면 미리 그리지 않고 값을 움직일 때마다 그리는 ipywidgets를 돌려준다. 커널이 있어야 한다.
    alt : str or callable, optional
        대체 텍스트. "가중치 {w}일 때의 결정 경계"처럼 상태의 이름을 쓰는 틀이나, `alt(**state)`를
        부르면 글을 돌려주는 함수. 기본값 None은 "w=…, b=…"이다.
    figsize : tuple of float, default (5.2, 3.4)
        그림의 가로와 세로(인치). 화면에는 인치마다 96픽셀로 보인다.
    dpi : float, optional
        인치마다의 픽셀 수. 기본값 None은 출력이 200 KB쯤을 넘지 않는 가장 큰 값(72~144)이다.
    start : mapping, optional
        시작 상태. 적지 않은 이름은 가운데 값에서 시작한다.
    labels : mapping, optional
        슬라이더에 적을 이름. 예: `{"w": "가중치 w"}`. 기본값 None은 상태의 이름 그대로이다.
    **values : sequence
        이름마다 가능한 값들. 조합은 150개 이하여야 한다.

    Returns
    -------
    Explorer or ipywidgets.Widget
        셀의 마지막에 두면 나타나는 것. `live=True`이면 위젯이다.

    Raises
    ------
    TypeError, ValueError
        값이 없거나, 조합이 150개를 넘거나, 출력이 250 KB를 넘거나, alt나 start가 맞지 않을 때.
    ImportError
        `live=True`인데 ipywidgets가 없을 때.

    Notes
    -----
    text/plain 표현은 상태마다 그려진 데이터의 (평균, 가중평균, 걸음 …)을 적는다. 노트북 비교는 이
    글을 보므로 그림의 데이터가 바뀌면 드러난다. 같은 입력이면 늘 같은 바이트가 나온다.

    Examples
    --------
    >>> def draw(ax, w):
    ...     _ = ax.plot([0, 1], [0, w])
    >>> print(explore(draw, alt="기울기가 {w}인 직선", w=[0, 1, 2]))
    슬라이더 w=[0, 1, 2]: 그림 3장, 시작 w=1
    w=0: 선(0 0 0 0.5 0.667 1)
    w=1: 선(0.5 0.667 1 0.5 0.667 1)
    w=2: 선(1 1.33 2 0.5 0.667 1)
    """
    if not callable(draw):
        raise TypeError(f"draw: draw(ax, **state) 꼴의 함수여야 합니다. 받은 타입={type(draw).__name__}")
    if len(figsize) != 2:
        raise ValueError(f"figsize: (가로, 세로)여야 합니다. 받은 값={figsize!r}")
    size = (
        check_number("figsize", figsize[0], low=0, low_open=True),
        check_number("figsize", figsize[1], low=0, low_open=True),
    )
    if dpi is not None:
        dpi = check_number("dpi", dpi, low=0, low_open=True)
    choices = _check_values(values)
    unknown = sorted(set(labels or {}) - set(choices))
    if unknown:
        raise ValueError(f"labels: 값을 준 이름이어야 합니다. 받은 이름={', '.join(unknown)}")
    if live:
        from deepnote_lib.widgets.live import interact

        return interact(draw, choices, size, start=_start(choices, start), labels=labels or {})
    states = states_of(choices)
    if len(states) > MAX_FRAMES:
        counts = "×".join(str(len(v)) for v in choices.values())
        raise ValueError(
            f"values: 값의 조합이 {MAX_FRAMES}개 이하여야 합니다. 받은 개수={counts}={len(states)}. "
            "값의 개수나 이름의 수를 줄이세요"
        )
    positions = _start(choices, start)
    alts = [_alt_text(alt, state) for state in states]
    images, digests = render(draw, states, size, dpi, budget=MAX_BYTES * 3 // 4)
    return Explorer(
        choices, images, alts, digests,
        start=positions, labels=labels or {}, width=round(96 * size[0]),
    )  # fmt: skip


def _check_values(values: Mapping[str, Any]) -> dict[str, list[Any]]:
    if not values:
        raise ValueError("values: 이름=값들을 하나라도 주어야 합니다(예: w=[0, 1, 2]). 받은 개수=0")
    checked = {}
    for name, choices in values.items():
        if isinstance(choices, (str, bytes)) or not hasattr(choices, "__len__"):
            raise TypeError(f"{name}: 값의 목록이어야 합니다(예: {name}=[0, 1, 2]). 받은 값={choices!r}")
        if len(choices) == 0:
            raise ValueError(f"{name}: 값이 하나라도 있어야 합니다. 받은 개수=0")
        # NumPy 배열의 값은 파이썬의 수로 바꾼다. alt의 틀에 np.float64(…)가 보이지 않게 한다.
        checked[name] = [v.item() if isinstance(v, np.generic) else v for v in choices]
    return checked
