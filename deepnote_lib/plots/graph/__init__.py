"""계산 그래프의 그림: 배치(layout) → 축에 맞추기(fit) → 그리기(draw)."""

from deepnote_lib.plots.graph.draw import computational_graph

__all__ = ["computational_graph"]
