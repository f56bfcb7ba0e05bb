"""기울기를 따라 내려가는 규칙: SGD, 모멘텀, 네스테로프 모멘텀 (단순한 것부터)."""

from __future__ import annotations

from collections.abc import Iterable

from deepnote_lib._checks import check_number
from deepnote_lib.optimizers.base import Optimizer
from deepnote_lib.parameter import Parameter


class SGD(Optimizer):
    """확률적 경사 하강법: θ ← θ − ηg.

    Parameters
    ----------
    parameters : Parameter의 목록
    lr : float
        학습률 η. 양수.

    Raises
    ------
    TypeError, ValueError
        `Optimizer`와 같다.

    Examples
    --------
    >>> import numpy as np
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad[:] = 2.0
    >>> SGD([W], lr=0.1).step()                         # 1 − 0.1·2
    >>> W.value
    array([0.8])
    """

    def step(self) -> None:
        for p in self.parameters:
            p.value -= self.lr * p.grad


class Momentum(Optimizer):
    """모멘텀: v ← βv − ηg,  θ ← θ + v.

    Parameters
    ----------
    parameters : Parameter의 목록
    lr : float
        학습률 η. 양수.
    beta : float
        속도를 남기는 비율 β. 0 이상 1 미만, 기본 0.9.

    Raises
    ------
    TypeError, ValueError
        `Optimizer`와 같다. beta가 범위를 벗어났을 때.

    Notes
    -----
    PyTorch는 v ← βv + g, θ ← θ − ηv로 쓴다. 학습률이 일정하면 두 꼴의 걸음이 같고, 도중에 학습률을
    바꾸면 달라진다.

    Examples
    --------
    >>> import numpy as np
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad[:] = 1.0
    >>> optimizer = Momentum([W], lr=0.1)
    >>> optimizer.step()                                # v = −0.1
    >>> optimizer.step()                                # v = −0.9·0.1 − 0.1 = −0.19
    >>> W.value
    array([0.71])
    """

    def __init__(self, parameters: Iterable[Parameter], lr: float, *, beta: float = 0.9) -> None:
        super().__init__(parameters, lr)
        self.beta = check_number("beta", beta, low=0, high=1, high_open=True)
        self._v = self._zeros()

    def step(self) -> None:
        for p, v in zip(self.parameters, self._v, strict=True):
            v *= self.beta
            v -= self.lr * p.grad
            p.value += v


class Nesterov(Momentum):
    """네스테로프 모멘텀: v ← βv − ηg,  θ ← θ + βv − ηg.

    Parameters
    ----------
    parameters : Parameter의 목록
    lr : float
        학습률 η. 양수.
    beta : float
        속도를 남기는 비율 β. 0 이상 1 미만, 기본 0.9.

    Raises
    ------
    TypeError, ValueError
        `Momentum`과 같다.

    Notes
    -----
    한 걸음 앞에서 기울기를 재는 원래 규칙을, 앞선 자리를 θ로 다시 이름 붙여 지금 자리의 g만 쓰도록
    바꾼 꼴이다. PyTorch와 Keras도 이 꼴을 쓴다.

    Examples
    --------
    >>> import numpy as np
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad[:] = 1.0
    >>> Nesterov([W], lr=0.1).step()                    # v = −0.1, 1 + 0.9·(−0.1) − 0.1
    >>> W.value
    array([0.81])
    """

    def step(self) -> None:
        for p, v in zip(self.parameters, self._v, strict=True):
            v *= self.beta
            v -= self.lr * p.grad
            p.value += self.beta * v - self.lr * p.grad
