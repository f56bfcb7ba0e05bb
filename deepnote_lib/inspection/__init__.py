"""신경망 진단: 한 번의 순전파와 역전파로 층마다의 상태를 재고, 이상한 곳을 글로 알린다 (초기화 장).

`inspect_network`는 모델의 복사본으로 재므로 건넨 모델은 비트 하나도 바뀌지 않는다. 결과를
`print`하면 표와 소견이 나오고, `plots.network_report`로 그릴 수 있다.
"""

from deepnote_lib.inspection.findings import Finding
from deepnote_lib.inspection.inspect import inspect_network
from deepnote_lib.inspection.report import NetworkReport
from deepnote_lib.inspection.statistics import LayerStatistics, ParameterStatistics

__all__ = ["Finding", "LayerStatistics", "NetworkReport", "ParameterStatistics", "inspect_network"]
