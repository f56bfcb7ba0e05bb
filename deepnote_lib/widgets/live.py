"""값을 움직일 때마다 다시 그리는 슬라이더. 커널과 ipywidgets가 있어야 한다."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deepnote_lib.widgets.frames import new_axes


def _slider(
    module: Any, name: str, choices: Sequence[Any], at: int
) -> tuple[Any, Callable[[Any], Any]]:
    """슬라이더와, 그 값을 draw에 건넬 값으로 바꾸는 함수.

    수이면 가장 작은 값부터 가장 큰 값까지의 연속 슬라이더, 아니면 위치를 고르는 슬라이더이다.
    """
    numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in choices)
    low, high = (min(choices), max(choices)) if numbers else (0, 0)
    if low == high:
        options = [(str(v), i) for i, v in enumerate(choices)]
        slider = module.SelectionSlider(options=options, value=at, description=name)
        return slider, choices.__getitem__
    shared = {"min": low, "max": high, "value": choices[at], "description": name}
    if all(isinstance(v, int) for v in choices):
        return module.IntSlider(**shared, continuous_update=True), int
    step = (high - low) / 100
    slider = module.FloatSlider(**shared, step=step, readout_format=".3g", continuous_update=True)
    return slider, float


def interact(
    draw: Callable[..., object],
    values: Mapping[str, Sequence[Any]],
    figsize: tuple[float, float],
    *,
    start: Sequence[int],
    labels: Mapping[str, str],
) -> Any:
    """ipywidgets의 슬라이더와 그림. 움직일 때마다 축을 지우고 draw를 호출한다."""
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError(
            "live: ipywidgets가 있어야 합니다. pip install 'deepnote-lib[notebook]'으로 설치하거나 "
            "live=False로 미리 그린 슬라이더를 쓰세요"
        ) from error
    figure, ax = new_axes(figsize)
    picture = ipywidgets.Image(format="png")
    sliders = {
        name: _slider(ipywidgets, labels[name], choices, at)
        for (name, choices), at in zip(values.items(), start, strict=True)
    }

    def update(change: object = None) -> None:
        ax.clear()
        draw(ax, **{name: read(slider.value) for name, (slider, read) in sliders.items()})
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110)
        picture.value = buffer.getvalue()

    for slider, _ in sliders.values():
        slider.observe(update, names="value")
    update()
    return ipywidgets.VBox([*(slider for slider, _ in sliders.values()), picture])
