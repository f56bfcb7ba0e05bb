"""층을 모두 찾아 forward와 backward를 지나는 배열을 적는다. 복사본에만 쓴다."""

from __future__ import annotations

from typing import Any

from deepnote_lib._typing import Array
from deepnote_lib.inspection.statistics import LayerStatistics, activation_kind, layer_statistics
from deepnote_lib.parameter import Parameter


def children(layer: Any) -> list[tuple[str, Any]]:
    """바로 안쪽의 층과 이름. `layers`가 없으면 속성으로 지닌 층을 찾는다(읽는 이가 만든 신경망)."""
    if hasattr(layer, "layers"):
        return [(f"{i}.{type(child).__name__}", child) for i, child in enumerate(layer.layers)]
    found = []
    for name, value in vars(layer).items():
        several = enumerate(value) if isinstance(value, (list, tuple)) else None
        for i, child in several or [(None, value)]:
            if not isinstance(child, type) and all(
                callable(getattr(child, method, None))
                for method in ("forward", "backward", "parameters")
            ):
                found.append((name if i is None else f"{name}.{i}", child))
    return found


class Recorder:
    """모든 층에 기록 장치를 단다. rows에는 순전파가 지난 차례로 통계가 쌓인다."""

    def __init__(self, model: Any) -> None:
        self.rows: list[LayerStatistics] = []
        self.parameters: list[tuple[str, Parameter]] = []
        self._seen: set[int] = set()
        self._attach("", model)

    def _attach(self, name: str, layer: Any) -> None:
        """안쪽부터 단다. 안쪽 층이 가진 매개변수는 바깥 층의 것으로 치지 않는다."""
        if id(layer) in self._seen:
            return
        self._seen.add(id(layer))
        inner = children(layer)
        for child_name, child in inner:
            self._attach(f"{name}.{child_name}" if name else child_name, child)
        own = [p for p in layer.parameters() if id(p) not in self._seen]
        self._seen |= {id(p) for p in own}
        label = name or type(layer).__name__
        self.parameters += [(f"{label}.{p.name}", p) for p in own]
        # 층을 잇기만 하는 것의 출력은 마지막 층의 출력과 같으므로 적지 않는다
        if not inner or own or type(layer).__name__ == "Residual":
            self._wrap(label, layer, trained=bool(own))

    def _wrap(self, name: str, layer: Any, *, trained: bool) -> None:
        forward, backward = layer.forward, layer.backward
        waiting: list[int] = []  # 한 층을 두 번 지나면 역전파는 뒤의 것부터 만난다

        def recorded_forward(x: Array, *args: Any, **keywords: Any) -> Array:
            out = forward(x, *args, **keywords)
            kind = "" if trained else activation_kind(type(layer).__name__, x, out)
            waiting.append(len(self.rows))
            self.rows.append(layer_statistics(name, kind, out, trained=trained))
            return out

        def recorded_backward(dout: Array, *args: Any, **keywords: Any) -> Array | None:
            if waiting:
                i = waiting.pop()
                self.rows[i] = self.rows[i].with_gradient(dout)
            return backward(dout, *args, **keywords)

        layer.forward, layer.backward = recorded_forward, recorded_backward
