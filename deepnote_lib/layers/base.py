"""층의 약속: forward, backward, parameters 세 가지."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array
from deepnote_lib.parameter import Parameter


class Layer:
    """모든 층의 바탕. 새 층은 forward와 backward를 쓰고, 매개변수가 있으면 parameters도 쓴다.

    Attributes
    ----------
    n_in, n_out : int 또는 None
        받는 열 수와 내는 열 수. 열 수를 가리지 않고 그대로 내는 층은 둘 다 None이다.

    Notes
    -----
    기울기는 backward를 부를 때마다 **덮어쓴다**. PyTorch는 기울기를 더해 나가므로
    `zero_grad()`가 필요하지만 여기서는 필요 없다.

    Examples
    --------
    >>> class Square(Layer):
    ...     def forward(self, x, *, training=False):
    ...         self._x = x if training else None
    ...         return x**2
    ...     def backward(self, dout, *, input_grad=True):
    ...         return dout * 2 * self._recorded(self._x)
    >>> layer = Square()
    >>> layer.forward(np.array([[3.0]]), training=True)
    array([[9.]])
    >>> layer.backward(np.array([[1.0]]))
    array([[6.]])
    """

    n_in: int | None = None
    n_out: int | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """출력을 계산한다. 입력 배열은 바꾸지 않는다.

        Parameters
        ----------
        x : 실수 배열, shape (N, n_in)
            행이 샘플이다.
        training : bool
            참이면 역전파에 쓸 캐시를 남기고 훈련 방식으로 계산한다(드롭아웃, 배치 정규화).
            거짓이면 예측만 하며, 남아 있던 캐시를 버린다.

        Returns
        -------
        실수 배열, shape (N, n_out)

        Raises
        ------
        TypeError, ValueError
            x가 실수 배열이 아니거나 shape이 맞지 않을 때.
        """
        raise NotImplementedError(f"{type(self).__name__}: forward()를 정의해야 합니다")

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        """매개변수의 grad를 덮어쓰고, 입력에 대한 기울기를 돌려준다.

        Parameters
        ----------
        dout : 실수 배열, shape (N, n_out)
            ∂L/∂out, 곧 이 층의 출력에 대한 손실의 기울기.
        input_grad : bool
            거짓이면 ∂L/∂x를 계산하지 않아도 된다. 첫 층은 그 값을 쓸 곳이 없다.

        Returns
        -------
        실수 배열 ∂L/∂x, shape (N, n_in), 또는 계산하지 않았으면 None

        Raises
        ------
        RuntimeError
            forward(x, training=True)보다 먼저 불렀을 때.
        ValueError
            dout의 shape이 출력의 shape과 다를 때.
        """
        raise NotImplementedError(f"{type(self).__name__}: backward()를 정의해야 합니다")

    def parameters(self) -> list[Parameter]:
        """학습되는 매개변수의 목록. 매개변수가 없는 층은 빈 목록이다."""
        return []

    def buffers(self) -> dict[str, Array]:
        """학습되지 않지만 함께 저장해야 하는 배열(배치 정규화의 이동 평균). 복사본이 아니다."""
        return {}

    def _recorded(self, cache: Array | None) -> Array:
        if cache is None:
            raise RuntimeError(
                f"{type(self).__name__}: backward() 전에 forward(x, training=True)를 불러야 합니다."
            )
        return cache

    def __repr__(self) -> str:
        return type(self).__name__


def check_dtype(dtype: npt.DTypeLike) -> np.dtype[np.floating]:
    """매개변수의 dtype이 float32나 float64인지 확인한다.

    Parameters
    ----------
    dtype : dtype으로 읽을 수 있는 것

    Returns
    -------
    np.dtype

    Raises
    ------
    TypeError
        float32도 float64도 아닐 때.

    Examples
    --------
    >>> check_dtype("float64")
    dtype('float64')
    """
    for kind in (np.dtype(np.float32), np.dtype(np.float64)):
        if np.dtype(dtype) == kind:
            return kind
    raise TypeError(f"dtype: float32나 float64여야 합니다. 받은 dtype={np.dtype(dtype)}")
