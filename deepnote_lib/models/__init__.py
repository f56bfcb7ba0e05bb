"""모델: 층을 차례로 이어 붙인 것 (오차역전파법 장).

Sequential도 하나의 층이라 forward, backward, parameters를 그대로 가진다. 거기에 예측, 층별 활성화
보기, 구조 출력, 저장과 불러오기를 더했다.
"""

from deepnote_lib.models.build import mlp
from deepnote_lib.models.lsuv import lsuv
from deepnote_lib.models.sequential import Sequential

__all__ = ["Sequential", "lsuv", "mlp"]
