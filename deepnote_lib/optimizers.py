"""옵티마이저: 기울기를 보고 매개변수를 제자리에서 갱신하는 규칙 (오차역전파법, 초기화 장).

단순한 것부터 차례로 적었다. θ는 매개변수, g는 기울기, η는 학습률 lr이다. 상태 배열은 매개변수와
같은 shape·dtype으로 미리 만들어 두고, 갱신은 늘 `p.value`에 제자리로 한다.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from deepnote_lib._checks import check_number
from deepnote_lib._typing import Array
from deepnote_lib.parameter import Parameter, check_parameters

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


class Optimizer:
    """모든 옵티마이저의 기반 클래스. 새 규칙은 step을 정의한다.

    parameters는 보통 `model.parameters()`이고, 훈련 도중 `optimizer.lr = …`로 학습률을 바꿀 수 있다.

    >>> class SignDescent(Optimizer):
    ...     def step(self):
    ...         for p in self.parameters:
    ...             p.value -= self.lr * np.sign(p.grad)
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad = [3.0]
    >>> SignDescent([W], lr=0.1).step()
    >>> W.value
    array([0.9])
    """

    def __init__(self, parameters: Iterable[Parameter], lr: float) -> None:
        self.parameters = check_parameters(parameters)
        if not self.parameters:
            raise ValueError("parameters: 매개변수가 하나 이상 있어야 합니다. 받은 개수=0")
        seen: set[int] = set()
        for p in self.parameters:
            if id(p) in seen:
                raise ValueError(
                    "parameters: 같은 매개변수를 두 번 갱신할 수 없습니다. "
                    f"중복된 매개변수={p.name}"
                )
            seen.add(id(p))
        self.lr = lr

    @property
    def lr(self) -> float:
        """학습률 η. 양수."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        # 파이썬 float로 두어야 float32 매개변수와 곱해도 float64로 넓어지지 않는다
        self._lr = check_number("lr", lr, low=0, low_open=True)

    def step(self) -> None:
        """모든 매개변수를 grad에 따라 한 번 갱신한다."""
        raise NotImplementedError(f"{type(self).__name__}: step()을 정의해야 합니다")

    def _zeros(self) -> list[Array]:
        return [np.zeros_like(p.value) for p in self.parameters]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr:g})"


class SGD(Optimizer):
    """확률적 경사 하강법: θ ← θ − ηg.

    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad = [2.0]
    >>> SGD([W], lr=0.1).step()                         # 1 − 0.1·2
    >>> W.value
    array([0.8])
    """

    def step(self) -> None:
        for p in self.parameters:
            p.value -= self.lr * p.grad


class Momentum(Optimizer):
    """모멘텀: v ← βv − ηg,  θ ← θ + v. beta(β)는 속도를 남기는 비율로, 0 이상 1 미만이다.

    PyTorch는 v ← βv + g, θ ← θ − ηv로 쓴다. 학습률이 일정하면 두 형태의 갱신이 같고, 도중에 학습률을
    바꾸면 달라진다.

    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad = [1.0]
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

    한 스텝 앞에서 기울기를 구하는 원래 규칙을, 앞선 위치를 θ로 다시 이름 붙여 지금 위치의 g만 쓰도록
    바꾼 형태이다. PyTorch와 Keras도 이 형태를 쓴다.

    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad = [1.0]
    >>> Nesterov([W], lr=0.1).step()                    # v = −0.1, 1 + 0.9·(−0.1) − 0.1
    >>> W.value
    array([0.81])
    """

    def step(self) -> None:
        for p, v in zip(self.parameters, self._v, strict=True):
            v *= self.beta
            v -= self.lr * p.grad
            p.value += self.beta * v - self.lr * p.grad


class AdaGrad(Optimizer):
    """AdaGrad: h ← h + g²,  θ ← θ − ηg / (√h + ε).

    출처: Duchi, Hazan, Singer (2011), Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization.

    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad = [5.0]
    >>> AdaGrad([W], lr=0.1).step()                     # 첫 갱신은 크기가 η: 1 − 0.1·5/5
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


class RMSProp(Optimizer):
    """RMSProp: h ← ρh + (1 − ρ)g²,  θ ← θ − ηg / (√h + ε).

    rho(ρ)는 이전 제곱을 남기는 비율로, 0 이상 1 미만이다. PyTorch의 기본값(alpha)은 0.99이다.

    출처: Tieleman, Hinton (2012), Lecture 6.5, COURSERA: Neural Networks for Machine Learning.

    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad = [2.0]
    >>> RMSProp([W], lr=0.1, rho=0.75).step()           # h = 0.25·4 = 1, 1 − 0.1·2/1
    >>> W.value
    array([0.8])
    """

    def __init__(
        self, parameters: Iterable[Parameter], lr: float, *, rho: float = 0.9, eps: float = 1e-8
    ) -> None:
        super().__init__(parameters, lr)
        self.rho = check_number("rho", rho, low=0, high=1, high_open=True)
        self.eps = check_number("eps", eps, low=0, low_open=True)
        self._h = self._zeros()

    def step(self) -> None:
        for p, h in zip(self.parameters, self._h, strict=True):
            h *= self.rho
            h += (1 - self.rho) * p.grad * p.grad
            p.value -= self.lr * p.grad / (np.sqrt(h) + self.eps)


class Adam(Optimizer):
    """Adam: 기울기와 그 제곱의 이동 평균을, 0에서 시작한 치우침을 바로잡아 쓴다.

    첫 갱신은 m̂ = g, v̂ = g²이므로 기울기의 크기와 무관하게 η·sign(g)이다(|g|가 ε보다 훨씬 클 때).

    출처: Kingma, Ba (2015), Adam: A Method for Stochastic Optimization.

    step은 아래 네 줄과 같은 값을, 임시 배열 하나와 더 적은 연산으로 계산한다.

    >>> W, lr, beta1, beta2, eps = Parameter(np.array([1.0, 1.0]), name="W"), 0.1, 0.9, 0.999, 1e-8
    >>> theta, m, v, optimizer = W.value.copy(), np.zeros(2), np.zeros(2), Adam([W], lr=lr)
    >>> for t, g in enumerate(np.array([[100.0, -0.01], [50.0, 0.03]]), start=1):
    ...     m = beta1 * m + (1 - beta1) * g                           # 1차 모멘트
    ...     v = beta2 * v + (1 - beta2) * g**2                        # 2차 모멘트
    ...     m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)     # 치우침을 바로잡는다
    ...     theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
    ...     W.grad = g
    ...     optimizer.step()
    >>> np.allclose(W.value, theta, rtol=1e-14), W.value.round(3)
    (True, array([0.807, 1.051]))
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
    """AdamW: θ ← (1 − ηλ)θ로 가중치를 먼저 줄인 다음 Adam으로 갱신한다.

    weight_decay(λ, 0 이상)는 `penalized=True`인 가중치에만 적용한다. Adam에 L2 규제를 더하면 규제의
    기울기도 √v̂로 나뉘어 기울기가 큰 가중치는 덜 줄어들지만, AdamW의 감쇠는 기울기와 따로 움직인다.
    PyTorch의 AdamW는 매개변수를 나누어 건네지 않으면 편향도 함께 줄인다.

    출처: Loshchilov, Hutter (2019), Decoupled Weight Decay Regularization.

    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad = [5.0]
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


def clip_gradients(parameters: Iterable[Parameter], max_norm: float) -> float:
    """기울기 클리핑: 전체 길이 ‖g‖ = √(Σ g²)이 max_norm을 넘으면 모든 grad에 max_norm/‖g‖를 곱한다.

    자르기 **전**의 길이를 반환한다. 훈련 내내 적어 두면 기울기가 폭주한 스텝이 보인다. 매개변수 하나하나가
    아니라 모두를 한 벡터로 보고 자르므로 갱신의 방향이 바뀌지 않는다. 길이는 가장 큰 원소로 나눈 다음
    float64로 구해서 제곱이 넘치지 않는다. 기울기에 NaN이나 무한대가 있으면 줄여도 낫지 않으므로
    FloatingPointError로 알린다. PyTorch의 `clip_grad_norm_`은 나눗수에 1e-6을 더한다.

    출처: Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural networks.

    >>> W = Parameter(np.zeros(2), name="W")
    >>> W.grad = [3.0, 4.0]
    >>> clip_gradients([W], max_norm=1.0)
    5.0
    >>> W.grad
    array([0.6, 0.8])
    """
    parameters = check_parameters(parameters)
    max_norm = check_number("max_norm", max_norm, low=0, low_open=True)
    for p in parameters:
        if not np.isfinite(p.grad).all():
            raise FloatingPointError(
                f"{p.name}: 기울기가 모두 유한해야 합니다. 받은 기울기에 NaN이나 무한대가 있습니다"
            )
    largest = max((float(np.abs(p.grad).max(initial=0.0)) for p in parameters), default=0.0)
    if largest == 0:
        return 0.0
    norm = largest * float(
        np.sqrt(sum(np.sum((p.grad.astype(np.float64) / largest) ** 2) for p in parameters))
    )
    if norm > max_norm:
        for p in parameters:
            p.grad *= max_norm / norm
    return norm
