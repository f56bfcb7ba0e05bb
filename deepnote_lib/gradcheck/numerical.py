"""수치 미분: 배열의 원소를 하나씩 흔들어 기울기를 잰다."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_number
from deepnote_lib._typing import Array


def numerical_gradient(
    f: Callable[[Array], float], x: Array, *, h: float = 1e-6, method: str = "central"
) -> Array:
    """수치 미분: ∂f/∂xᵢ ≈ [f(xᵢ + h) - f(xᵢ - h)] / [(xᵢ + h) - (xᵢ - h)].

    Parameters
    ----------
    f : x를 받아 수 하나를 돌려주는 함수
        한 원소에 두 번 부른다("forward"는 한 번).
    x : float64 배열, 아무 shape
        미분할 자리. float32와 정수는 받지 않는다.
    h : float, 0보다 큼
        차분의 폭. 기본값 1e-6은 중앙 차분의 절단 오차 h²과 반올림 오차 ε/h가 균형을 이루는 언저리이다.
    method : "central", "forward"
        중앙 차분(오차 h²) 또는 전진 차분 [f(xᵢ + h) - f(x)]/h (오차 h).

    Returns
    -------
    float64 배열, x와 같은 shape
        배열과 같은 형상의 기울기.

    Raises
    ------
    TypeError
        x가 float64 배열이 아니거나 f가 수 하나를 돌려주지 않을 때.
    ValueError
        h가 0보다 크지 않거나, x에 더해도 달라지지 않을 만큼 작거나, method가 목록에 없을 때.

    Notes
    -----
    한 원소씩 x를 제자리에서 흔들었다 되돌린다. f가 인수 대신 x를 직접 읽어도 되며, f가 예외를
    내도 x는 비트까지 돌아온다. (쓸 수 없는 배열은 복사본을 흔든다.) 분모로는 2h가 아니라 실제로
    벌어진 폭을 쓴다. 큰 x에서는 x + h가 반올림되기 때문이다.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([3.0, 4.0])).round(6)
    array([6., 8.])
    """
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        got = f"dtype={x.dtype}" if isinstance(x, np.ndarray) else f"타입={type(x).__name__}"
        raise TypeError(f"x: float64 배열이어야 합니다(정수는 x ± h가 잘립니다). 받은 {got}")
    check_number("h", h, low=0, low_open=True)
    if method not in ("central", "forward"):
        raise ValueError(f"method: central, forward 가운데 하나여야 합니다. 받은 값={method!r}")
    point = x if x.flags.writeable else x.copy()
    gradient = np.empty(point.shape)
    f_x = _scalar(f(point)) if method == "forward" else 0.0
    for index in np.ndindex(point.shape):
        here = point[index]
        low = here - h if method == "central" else here
        if here + h == low:
            where = ", ".join(map(str, index))
            raise ValueError(f"h: x[{where}]={here:g}에 더해도 x가 달라져야 합니다. 받은 값={h:g}")
        try:
            point[index] = here + h
            f_high = _scalar(f(point))
            point[index] = low
            f_low = _scalar(f(point)) if method == "central" else f_x
        finally:
            point[index] = here
        gradient[index] = (f_high - f_low) / ((here + h) - low)
    return gradient


def _scalar(value: npt.ArrayLike) -> float:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiu":
        raise TypeError(
            f"f: 수 하나를 돌려주어야 합니다. 받은 타입={type(value).__name__}, shape={array.shape}"
        )
    return float(array.reshape(()))
