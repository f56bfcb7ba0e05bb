"""책의 그림. 모든 함수는 `(data, *, ax=None) -> Axes`이고, 화면에 띄우거나 전역 설정을 바꾸지 않는다.

책의 글꼴과 색을 쓰려면 `use_style()`을 한 번 부른다.
"""

from deepnote_lib.plots.boundary import decision_boundary, line, points
from deepnote_lib.plots.curves import accuracy_curve, loss_curve
from deepnote_lib.plots.diagnostics import activation_histogram, confusion_matrix
from deepnote_lib.plots.digest import describe
from deepnote_lib.plots.graph import computational_graph
from deepnote_lib.plots.images import digit_grid, misclassified, weight_images
from deepnote_lib.plots.network import network_report
from deepnote_lib.plots.probability import reliability_diagram, simplex
from deepnote_lib.plots.style import PALETTE, use_style

__all__ = [
    "PALETTE",
    "accuracy_curve",
    "activation_histogram",
    "computational_graph",
    "confusion_matrix",
    "decision_boundary",
    "describe",
    "digit_grid",
    "line",
    "loss_curve",
    "misclassified",
    "network_report",
    "points",
    "reliability_diagram",
    "simplex",
    "use_style",
    "weight_images",
]
