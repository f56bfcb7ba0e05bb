"""옵티마이저: 기울기를 보고 매개변수를 제자리에서 고치는 규칙 (오차역전파법, 초기화 장).

단순한 것부터 차례로 적었다. θ는 매개변수, g는 기울기, η는 학습률이다. 상태 배열은 매개변수와
같은 shape·dtype으로 미리 만들어 두고, 갱신은 늘 `p.value`에 제자리로 한다.
"""

from deepnote_lib.optimizers.adaptive import AdaGrad, Adam, AdamW, RMSProp
from deepnote_lib.optimizers.base import Optimizer
from deepnote_lib.optimizers.clipping import clip_gradients
from deepnote_lib.optimizers.descent import SGD, Momentum, Nesterov

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "clip_gradients",
]
