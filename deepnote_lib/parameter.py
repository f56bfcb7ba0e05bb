"""학습되는 배열 하나. 층이 값을 쓰고, 역전파가 기울기를 적고, 옵티마이저가 값을 갱신한다."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import as_array, check_flag, check_same_shape, shown
from deepnote_lib._typing import Array

__all__ = ["Parameter"]


class Parameter:
    """값과 기울기의 짝. value와 grad는 늘 같은 shape·dtype이고, 대입해도 제자리에 적는다.

    Parameters
    ----------
    value
        초깃값. 복사해 두므로 인수로 준 배열은 바뀌지 않는다.
    name
        오류와 보고에 쓰는 이름. 예: "W", "b".
    penalized
        규제 항과 가중치 감쇠의 대상인지. 가중치만 참이고 편향, γ, β는 거짓이다.

    >>> W = Parameter(np.ones((2, 3)), name="W")
    >>> W
    Parameter('W', shape=(2, 3), dtype=float64)
    >>> W.value -= 0.1 * W.grad          # 제자리 갱신
    >>> W.value = np.ones((3, 2))
    Traceback (most recent call last):
    ValueError: W.value: W의 shape=(2, 3)과 같아야 합니다. 받은 shape=(3, 2)
    """

    __slots__ = ("_grad", "_value", "name", "penalized")

    def __init__(self, value: npt.ArrayLike, *, name: str, penalized: bool = True) -> None:
        if not isinstance(name, str):
            raise TypeError(f"name: 문자열이어야 합니다. 받은 값={shown(name)}")
        self.name = name
        self._value = np.array(as_array("value", value))
        self._grad = np.zeros_like(self._value)
        self.penalized = check_flag("penalized", penalized)

    @property
    def value(self) -> Array:
        """값. `p.value = x`는 shape을 확인하고 제자리에 적으므로, 옵티마이저가 보던 배열이 그대로다."""
        return self._value

    @value.setter
    def value(self, new: npt.ArrayLike) -> None:
        self._write(self._value, "value", new)

    @property
    def grad(self) -> Array:
        """손실의 기울기. 역전파가 덮어쓴다."""
        return self._grad

    @grad.setter
    def grad(self, new: npt.ArrayLike) -> None:
        self._write(self._grad, "grad", new)

    def _write(self, target: Array, field: str, new: npt.ArrayLike) -> None:
        if new is target:  # p.value -= …는 이미 제자리에서 계산되었다
            return
        array = as_array(f"{self.name}.{field}", new)
        check_same_shape(f"{self.name}.{field}", array, self.name, target)
        target[...] = array

    @property
    def shape(self) -> tuple[int, ...]:
        """값의 shape."""
        return self._value.shape

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """값의 dtype."""
        return self._value.dtype

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        """`np.linalg.norm(p)`처럼 NumPy 함수에 바로 건넬 수 있게 한다."""
        return np.array(self._value, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        return f"Parameter({self.name!r}, shape={self.shape}, dtype={self.dtype})"


def check_parameters(parameters: Iterable[Parameter]) -> list[Parameter]:
    """Parameter의 목록인지 확인한다."""
    many = isinstance(parameters, Iterable) and not isinstance(parameters, np.ndarray)
    given: list[Any] = list(parameters) if many else [parameters]
    for p in given:
        if not isinstance(p, Parameter):
            raise TypeError(
                "parameters: model.parameters()처럼 Parameter의 목록이어야 합니다. "
                f"받은 값={shown(p)}"
            )
    return given
