"""층: 순전파와 역전파를 나란히 적은 신경망의 부품 (오차역전파법 장).

층마다 forward의 식 바로 아래에 backward의 식이 있다. 행이 샘플이고, 목록과 정수 배열은 실수 배열로
바꿔 받는다. 역전파에 쓸 중간값(캐시)은 `forward(x, training=True)`일 때만 남으므로, 추론은 기울기
계산에 영향을 주지 않는다.
"""

from deepnote_lib.layers.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from deepnote_lib.layers.affine import Affine
from deepnote_lib.layers.base import Chain, Layer
from deepnote_lib.layers.batchnorm import BatchNorm
from deepnote_lib.layers.dropout import Dropout
from deepnote_lib.layers.residual import Residual

__all__ = [
    "Affine",
    "BatchNorm",
    "Chain",
    "Dropout",
    "Layer",
    "LeakyReLU",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Tanh",
]
