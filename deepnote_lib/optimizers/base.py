"""옵티마이저의 바탕: 매개변수의 목록과 학습률을 쥐고, 갱신 규칙은 하위 클래스가 정한다."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from deepnote_lib._checks import check_number
from deepnote_lib._typing import Array
from deepnote_lib.parameter import Parameter


class Optimizer:
    """모든 옵티마이저의 바탕.

    Parameters
    ----------
    parameters : Parameter의 목록
        고칠 매개변수. 보통 `model.parameters()`.
    lr : float
        학습률 η. 양수. 훈련 도중 `optimizer.lr = …`로 바꿀 수 있다.

    Raises
    ------
    TypeError, ValueError
        parameters가 비었거나, Parameter가 아닌 것이나 같은 것이 두 번 들었을 때. lr이 양수가 아닐 때.

    Examples
    --------
    >>> class SignDescent(Optimizer):
    ...     def step(self):
    ...         for p in self.parameters:
    ...             p.value -= self.lr * np.sign(p.grad)
    >>> W = Parameter(np.array([1.0]), name="W")
    >>> W.grad[:] = 3.0
    >>> SignDescent([W], lr=0.1).step()
    >>> W.value
    array([0.9])
    """

    def __init__(self, parameters: Iterable[Parameter], lr: float) -> None:
        self.parameters = list(parameters) if isinstance(parameters, Iterable) else [parameters]
        for p in self.parameters:
            if not isinstance(p, Parameter):
                raise TypeError(
                    "parameters: model.parameters()처럼 Parameter의 목록이어야 합니다. "
                    f"받은 타입={type(p).__name__}"
                )
        if not self.parameters:
            raise ValueError("parameters: 매개변수가 하나 이상 있어야 합니다. 받은 목록이 비었습니다")
        if len({id(p) for p in self.parameters}) < len(self.parameters):
            raise ValueError("parameters: 같은 매개변수를 두 번 고칠 수 없습니다. 받은 목록이 겹칩니다")
        self.lr = lr

    @property
    def lr(self) -> float:
        """학습률 η."""
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
