"""책의 그림. 함수마다 데이터를 받아 그리고 그린 축을 반환한다: `(데이터, *, ax=None) -> Axes`.

ax가 None이면 지금 그림의 축(`plt.gca()`)에 그린다. 그림을 화면에 띄우거나 전역 설정을 바꾸지 않으므로, 책의
글꼴과 색을 쓰려면 `use_style()`을 한 번 호출한다.
"""

from deepnote_lib.plots.curves import accuracy_curve, loss_curve
from deepnote_lib.plots.graph import computational_graph
from deepnote_lib.plots.images import digit_grid, misclassified, weight_images
from deepnote_lib.plots.network import activation_histogram, confusion_matrix, network_report
from deepnote_lib.plots.plane import decision_boundary, line, points
from deepnote_lib.plots.probability import reliability_diagram, simplex
from deepnote_lib.plots.style import PALETTE, use_style

__all__ = [
    "PALETTE",
    "accuracy_curve",
    "activation_histogram",
    "computational_graph",
    "confusion_matrix",
    "decision_boundary",
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
