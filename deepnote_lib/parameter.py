"""학습되는 배열 하나. 층이 값을 쓰고, 역전파가 기울기를 적고, 옵티마이저가 값을 고친다."""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import check_float
from deepnote_lib._typing import Array


class Parameter:
    """값과 기울기의 짝. value와 grad는 늘 같은 shape·dtype이고, 갱신은 늘 제자리에서 한다.

    Parameters
    ----------
    value : 실수 배열, 아무 shape
        초깃값. 복사해 두므로 건넨 배열은 바뀌지 않는다.
    name : str
        오류와 보고에 쓰는 이름. 예: "W", "b".
    penalized : bool
        규제 항과 가중치 감쇠의 대상인지. 가중치만 참이고 편향, γ, β는 거짓이다.

    Raises
    ------
    TypeError
        value가 수의 배열이 아닐 때.

    Examples
    --------
    >>> W = Parameter(np.ones((2, 3)), name="W")
    >>> W
    Parameter('W', shape=(2, 3), dtype=float64)
    >>> W.value -= 0.1 * W.grad          # 제자리 갱신
    """

    __slots__ = ("grad", "name", "penalized", "value")

    def __init__(self, value: Array, *, name: str, penalized: bool = True) -> None:
        self.name = name
        self.value = np.array(check_float(name, value))
        self.grad = np.zeros_like(self.value)
        self.penalized = penalized

    def __repr__(self) -> str:
        return f"Parameter({self.name!r}, shape={self.value.shape}, dtype={self.value.dtype})"
