"""규제 항: 손실에 더하는 가중치의 크기와 그 기울기 (규제 장).

가중치(`penalized=True`)만 규제하고 b, γ, β는 규제하지 않는다. 역전파가 grad를 덮어쓴 다음
`add_gradient`가 그 위에 더한다.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import as_array, check_number
from deepnote_lib._typing import Array
from deepnote_lib.parameter import Parameter, check_parameters

__all__ = [
    "L1",
    "L2",
    "ElasticNet",
    "Penalty",
    "soft_threshold",
]


class Penalty:
    """규제 항의 기반 클래스. value가 손실에 더할 값, add_gradient가 grad에 더할 기울기이다.

    >>> class Quartic(Penalty):
    ...     def value(self, parameters):
    ...         return sum(float((p.value**4).sum()) for p in parameters if p.penalized)
    ...     def add_gradient(self, parameters):
    ...         for p in parameters:
    ...             if p.penalized:
    ...                 p.grad += 4 * p.value**3
    >>> Quartic().value([Parameter(np.array([1.0, 2.0]), name="W")])
    17.0
    """

    def value(self, parameters: Iterable[Parameter]) -> float:
        """손실에 더할 규제 항의 값."""
        raise NotImplementedError(f"{type(self).__name__}: value()를 정의해야 합니다")

    def add_gradient(self, parameters: Iterable[Parameter]) -> None:
        """규제 대상인 매개변수의 grad에 규제 항의 기울기를 더한다(제자리)."""
        raise NotImplementedError(f"{type(self).__name__}: add_gradient()를 정의해야 합니다")


def _weights(parameters: Iterable[Parameter]) -> list[Parameter]:
    """규제 대상인 매개변수(가중치)."""
    return [p for p in check_parameters(parameters) if p.penalized]


class L1(Penalty):
    """L1 규제: λ Σ|W|, 기울기 λ sign(W). λ는 strength(0 이상)이고, W = 0에서는 sign(0) = 0으로 둔다.

    이 기울기로 경사 하강법을 쓰면 가중치가 0 둘레를 오갈 뿐 정확히 0이 되지는 않는다. 정확한 0은
    `soft_threshold`로 얻는다.

    >>> W = Parameter(np.array([[1.0, -2.0, 0.0]]), name="W")
    >>> L1(0.5).value([W])                              # 0.5·(1 + 2 + 0)
    1.5
    >>> L1(0.5).add_gradient([W])
    >>> W.grad
    array([[ 0.5, -0.5,  0. ]])
    """

    def __init__(self, strength: float) -> None:
        self.strength = check_number("strength", strength, low=0)

    def value(self, parameters: Iterable[Parameter]) -> float:
        return self.strength * sum(float(np.abs(p.value).sum()) for p in _weights(parameters))

    def add_gradient(self, parameters: Iterable[Parameter]) -> None:
        for p in _weights(parameters):
            p.grad += self.strength * np.sign(p.value)

    def __repr__(self) -> str:
        return f"L1({self.strength:g})"


class L2(Penalty):
    """L2 규제: ½λ ΣW², 기울기 λW. λ는 strength(0 이상)이다.

    PyTorch의 weight_decay도 기울기에 λW를 더한다. Keras의 L2는 ½ 없이 λΣW²이므로 같은 세기가
    여기의 2배이고, scikit-learn의 alpha는 ½αΣW²를 미니배치의 샘플 수로 나눈다.

    >>> W = Parameter(np.array([[1.0, -2.0]]), name="W")
    >>> L2(0.1).value([W])                              # ½·0.1·(1 + 4)
    0.25
    >>> L2(0.1).add_gradient([W])
    >>> W.grad
    array([[ 0.1, -0.2]])
    """

    def __init__(self, strength: float) -> None:
        self.strength = check_number("strength", strength, low=0)

    def value(self, parameters: Iterable[Parameter]) -> float:
        # vdot은 W²이라는 배열을 만들지 않고 제곱의 합을 구한다
        squares = sum(float(np.vdot(p.value, p.value)) for p in _weights(parameters))
        return 0.5 * self.strength * squares

    def add_gradient(self, parameters: Iterable[Parameter]) -> None:
        for p in _weights(parameters):
            p.grad += self.strength * p.value

    def __repr__(self) -> str:
        return f"L2({self.strength:g})"


class ElasticNet(Penalty):
    """엘라스틱넷: L1과 L2의 합 λ₁ Σ|W| + ½λ₂ ΣW². λ₁과 λ₂는 l1과 l2(0 이상)이다.

    >>> W = Parameter(np.array([[1.0, -2.0]]), name="W")
    >>> ElasticNet(0.5, 0.1).value([W])                 # 0.5·3 + ½·0.1·5
    1.75
    """

    def __init__(self, l1: float, l2: float) -> None:
        self.l1 = L1(check_number("l1", l1, low=0))
        self.l2 = L2(check_number("l2", l2, low=0))

    def value(self, parameters: Iterable[Parameter]) -> float:
        parameters = check_parameters(parameters)
        return self.l1.value(parameters) + self.l2.value(parameters)

    def add_gradient(self, parameters: Iterable[Parameter]) -> None:
        parameters = check_parameters(parameters)
        self.l1.add_gradient(parameters)
        self.l2.add_gradient(parameters)

    def __repr__(self) -> str:
        return f"ElasticNet({self.l1.strength:g}, {self.l2.strength:g})"


def soft_threshold(w: npt.ArrayLike, threshold: float) -> Array:
    """소프트 임곗값 처리(soft thresholding): sign(w) · max(|w| − threshold, 0).

    ½(u − w)² + threshold·|u|를 가장 작게 하는 u이다(근접 연산자). 크기가 threshold 이하인 값은 정확히
    0이 된다. L1 규제 λ와 학습률 η로 한 번 갱신할 때 threshold는 ηλ이다.

    >>> soft_threshold([3.0, -0.5, -2.0], 1.0)
    array([ 2.,  0., -1.])
    """
    w = as_array("w", w)
    threshold = check_number("threshold", threshold, low=0)
    with np.errstate(over="ignore", invalid="ignore"):
        # 마지막에 0을 더해 −0.0을 0.0으로 바꾼다
        return np.sign(w) * np.maximum(np.abs(w) - threshold, 0) + 0.0
