"""가중치 초기화. 분산을 팬(fan)에 맞추는 `variance_scaling` 하나에서 LeCun, Xavier, He가 나온다.

초기화 함수는 `init(shape, rng)` 꼴이고 shape은 (n_in, n_out), 결과는 float64이다. 이름은 논문을
따른다. "밑바닥부터 시작하는 딥러닝"이 Xavier라고 부르는 1/n_in은 여기서 LeCun이다. (초기화 장)
"""

from deepnote_lib.initializers.basic import constant, normal, uniform, zeros
from deepnote_lib.initializers.isometry import orthogonal
from deepnote_lib.initializers.scaled import (
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    variance_scaling,
    xavier_normal,
    xavier_uniform,
)

__all__ = [
    "constant",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "orthogonal",
    "uniform",
    "variance_scaling",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]
