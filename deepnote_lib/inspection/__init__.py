"""신경망 진단: 한 번의 순전파와 역전파로 층마다의 상태를 측정하고, 이상한 곳을 글로 알린다. (초기화 장)

measure가 층과 매개변수의 통계를 구하고, diagnose가 기준을 벗어난 곳을 찾고, report가 표와 경고를 적는다.
결과는 `plots.network_report`로 그릴 수 있다.
"""

from deepnote_lib.inspection.diagnose import Finding
from deepnote_lib.inspection.measure import LayerStatistics, ParameterStatistics
from deepnote_lib.inspection.report import NetworkReport, inspect_network

__all__ = ["Finding", "LayerStatistics", "NetworkReport", "ParameterStatistics", "inspect_network"]
