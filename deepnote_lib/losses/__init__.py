"""손실 함수. 이름이 입력을 말한다: `cross_entropy(p, …)`, `nll(log_p, …)`, `softmax_cross_entropy(logits, …)`.

레이블은 늘 클래스 번호이고, 손실은 배치의 평균이다. 역전파가 필요하면 클래스를 쓴다:
`forward(...)`가 손실을, `backward()`가 첫 인수에 대한 기울기를 돌려준다. (소프트맥스, 오차역전파법 장)
"""

from deepnote_lib.losses.binary import (
    SigmoidBCE,
    binary_cross_entropy,
    sigmoid_binary_cross_entropy,
)
from deepnote_lib.losses.categorical import (
    cross_entropy,
    cross_entropy_chain,
    nll,
    softmax_cross_entropy,
)
from deepnote_lib.losses.softmax_loss import SoftmaxCrossEntropy
from deepnote_lib.losses.squared import MSE, half_squared_error, mse

__all__ = [
    "MSE",
    "SigmoidBCE",
    "SoftmaxCrossEntropy",
    "binary_cross_entropy",
    "cross_entropy",
    "cross_entropy_chain",
    "half_squared_error",
    "mse",
    "nll",
    "sigmoid_binary_cross_entropy",
    "softmax_cross_entropy",
]
