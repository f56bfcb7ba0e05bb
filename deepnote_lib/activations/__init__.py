"""활성화 함수와 소프트맥스. 모든 함수는 순수하고, 미분은 활성화 이전 값 z의 함수로 적는다.

실수 입력의 dtype을 지키고, 아주 큰 |z|에서도 넘치지 않는 꼴로 계산한다. 식을 그대로 옮긴 꼴은
`_naive`를 붙여 나란히 두었다. 언제 어떻게 무너지는지 견주어 보라는 뜻이다. (퍼셉트론, 소프트맥스 장)
"""

from deepnote_lib.activations.elementwise import (
    leaky_relu,
    leaky_relu_derivative,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    sigmoid_naive,
    softplus,
    step,
    tanh,
    tanh_derivative,
)
from deepnote_lib.activations.normalized import (
    log_softmax,
    log_softmax_naive,
    logsumexp,
    logsumexp_naive,
    softmax,
    softmax_naive,
)

__all__ = [
    "leaky_relu",
    "leaky_relu_derivative",
    "log_softmax",
    "log_softmax_naive",
    "logsumexp",
    "logsumexp_naive",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "sigmoid_naive",
    "softmax",
    "softmax_naive",
    "softplus",
    "step",
    "tanh",
    "tanh_derivative",
]
