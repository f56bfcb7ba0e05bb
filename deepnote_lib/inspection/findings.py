"""소견: 통계가 기준을 벗어난 곳과 할 일. 기준마다 까닭을 적는다.

기준은 병든 신경망을 놓치지 않는 것보다 건강한 신경망을 병들었다고 하지 않는 쪽에 맞추었다. 건강한
신경망은 He(ReLU)와 Xavier(tanh)로 초기화한 폭 32~512, 은닉층 1~6개의 신경망이다.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from deepnote_lib.inspection.statistics import LayerStatistics, ParameterStatistics


@dataclass(frozen=True)
class Finding:
    """소견 하나.

    Attributes
    ----------
    layer : str
        가장 먼저(또는 가장 심하게) 벗어난 층이나 매개변수의 이름. 신경망 전체의 일이면 "".
    kind : str
        소견의 종류. 예: "saturated".
    severity : "warning" 또는 "critical"
        주의(배우기는 하지만 느리다)와 위험(배우지 못한다).
    message : str
        잰 값과 할 일.
    """

    layer: str
    kind: str
    severity: Literal["warning", "critical"]
    message: str

    def __str__(self) -> str:
        word = "위험" if self.severity == "critical" else "주의"
        return f"[{word}] {self.layer + ': ' if self.layer else ''}{self.message}"


@dataclass(frozen=True)
class StartLoss:
    """손실의 값과 훈련 전의 예측. 교차 엔트로피가 아니면 n_classes는 0, 나머지는 NaN이다."""

    value: float
    n_classes: int
    chance: float
    logit_variance: float
    predicted: float


def find(layers, parameters, start, *, input_rms, input_spread, n):
    return ()
