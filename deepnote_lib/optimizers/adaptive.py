"""좌표마다 걸음의 크기를 맞추는 규칙: AdaGrad, RMSProp, Adam, AdamW (나온 차례대로)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from deepnote_lib._checks import check_number
from deepnote_lib.optimizers.base import Optimizer
from deepnote_lib.parameter import Parameter


class AdaGrad(Optimizer):
    """AdaGrad: h ← h + g²,  θ ← θ − ηg / (√h + ε).

    Parameters
    ----------
    parameters : Parameter의 목록
    lr : float
        학습률 η. 양수.
    eps : float
        0으로 나누는 것을 막는 ε. 양수.

    Raises
    ------
    TypeError, ValueError
        `Optimizer`와 같다. eps가 양수가 아닐 때.

    References
    ----------
    Duchi, Hazan, Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization", 2011.

    Examples
    --------
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad[:] = 5.0
    >>> AdaGrad([W], lr=0.1).step()                     # 첫 걸음은 크기가 η: 1 − 0.1·5/5
    >>> W.value
    array([0.9])
    """

    def __init__(self, parameters: Iterable[Parameter], lr: float, *, eps: float = 1e-8) -> None:
        super().__init__(parameters, lr)
        self.eps = check_number("eps", eps, low=0, low_open=True)
        self._h = self._zeros()

    def step(self) -> None:
        for p, h in zip(self.parameters, self._h, strict=True):
            h += p.grad * p.grad
            p.value -= self.lr * p.grad / (np.sqrt(h) + self.eps)


class RMSProp(AdaGrad):
    """RMSProp: h ← ρh + (1 − ρ)g²,  θ ← θ − ηg / (√h + ε).

    Parameters
    ----------
    parameters : Parameter의 목록
    lr : float
        학습률 η. 양수.
    rho : float
        옛 제곱을 남기는 비율 ρ. 0 이상 1 미만, 기본 0.9. PyTorch의 기본값(alpha)은 0.99이다.
    eps : float
        0으로 나누는 것을 막는 ε. 양수.

    Raises
    ------
    TypeError, ValueError
        `AdaGrad`와 같다. rho가 범위를 벗어났을 때.

    Examples
    --------
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad[:] = 2.0
    >>> RMSProp([W], lr=0.1, rho=0.75).step()           # h = 0.25·4 = 1, 1 − 0.1·2/1
    >>> W.value
    array([0.8])
    """

    def __init__(
        self, parameters: Iterable[Parameter], lr: float, *, rho: float = 0.9, eps: float = 1e-8
    ) -> None:
        super().__init__(parameters, lr, eps=eps)
        self.rho = check_number("rho", rho, low=0, high=1, high_open=True)

    def step(self) -> None:
        for p, h in zip(self.parameters, self._h, strict=True):
            h *= self.rho
            h += (1 - self.rho) * p.grad * p.grad
            p.value -= self.lr * p.grad / (np.sqrt(h) + self.eps)


class Adam(Optimizer):
    """Adam: 기울기와 그 제곱의 이동 평균을, 0에서 시작한 치우침을 바로잡아 쓴다.

    m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²
    m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ),  θ ← θ − η m̂ / (√v̂ + ε)

    Parameters
    ----------
    parameters : Parameter의 목록
    lr : float
        학습률 η. 양수, 기본 0.001.
    beta1, beta2 : float
        1차와 2차 적률을 남기는 비율. 0 이상 1 미만, 기본 0.9와 0.999.
    eps : float
        0으로 나누는 것을 막는 ε. 양수, 기본 1e-8.

    Raises
    ------
    TypeError, ValueError
        `Optimizer`와 같다. beta1, beta2, eps가 범위를 벗어났을 때.

    Notes
    -----
    첫 걸음은 m̂ = g, v̂ = g²이므로 기울기의 크기와 무관하게 η·sign(g)이다(|g|가 ε보다 훨씬 클 때).
    매개변수마다 임시 배열을 하나씩 미리 만들어 두고 모든 중간값을 그 위에서 계산한다.

    References
    ----------
    Kingma, Ba, "Adam: A Method for Stochastic Optimization", 2015.

    Examples
    --------
    >>> W = Parameter(np.array([1.0, 1.0]), name="W")
    >>> W.grad[:] = [100.0, -0.01]
    >>> Adam([W], lr=0.1).step()
    >>> W.value.round(6)
    array([0.9, 1.1])
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: float = 0.001,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, lr)
        self.beta1 = check_number("beta1", beta1, low=0, high=1, high_open=True)
        self.beta2 = check_number("beta2", beta2, low=0, high=1, high_open=True)
        self.eps = check_number("eps", eps, low=0, low_open=True)
        self._m, self._v, self._scratch = self._zeros(), self._zeros(), self._zeros()
        self._t = 0

    def step(self) -> None:
        self._t += 1
        # m과 v를 1 − β₁, 1 − β₂로 나눈 채 모으고(곱셈 두 번을 아낀다) 빠진 상수는 여기 두 수에 담는다
        root = ((1 - self.beta2) / (1 - self.beta2**self._t)) ** 0.5  # √v̂ = root · √v
        rate = self.lr * (1 - self.beta1) / (1 - self.beta1**self._t) / root
        eps = self.eps / root
        for p, m, v, s in zip(self.parameters, self._m, self._v, self._scratch, strict=True):
            m *= self.beta1
            m += p.grad  # m ← β₁m + g
            np.multiply(p.grad, p.grad, out=s)
            v *= self.beta2
            v += s  # v ← β₂v + g²
            np.sqrt(v, out=s)
            s += eps
            np.divide(m, s, out=s)
            s *= rate
            p.value -= s  # θ ← θ − η m̂ / (√v̂ + ε)


class AdamW(Adam):
    """AdamW: θ ← (1 − ηλ)θ로 가중치를 먼저 줄인 다음 Adam의 걸음을 걷는다.

    Parameters
    ----------
    parameters : Parameter의 목록
    lr : float
        학습률 η. 양수, 기본 0.001.
    beta1, beta2, eps : float
        `Adam`과 같다.
    weight_decay : float
        가중치 감쇠 λ. 0 이상, 기본 0.01. `penalized=True`인 가중치에만 적용한다.

    Raises
    ------
    TypeError, ValueError
        `Adam`과 같다. weight_decay가 음수일 때.

    Notes
    -----
    Adam에 L2 규제를 더하면 규제의 기울기도 √v̂로 나뉘어 기울기가 큰 가중치는 덜 줄어든다. AdamW의
    감쇠는 기울기와 따로 움직인다. PyTorch의 AdamW는 따로 나누지 않으면 편향도 함께 줄인다.

    References
    ----------
    Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019.

    Examples
    --------
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad[:] = 5.0
    >>> AdamW([W], lr=0.1, weight_decay=0.5).step()     # (1 − 0.1·0.5)·1 − 0.1
    >>> W.value
    array([0.85])
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: float = 0.001,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, lr, beta1=beta1, beta2=beta2, eps=eps)
        self.weight_decay = check_number("weight_decay", weight_decay, low=0)

    def step(self) -> None:
        for p in self.parameters:
            if p.penalized:
                p.value *= 1 - self.lr * self.weight_decay
        super().step()
