"""제곱 오차: 평균 제곱 오차와 ½Σ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array
from deepnote_lib.losses._inputs import _pair, _recorded


def mse(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """평균 제곱 오차: (1/M) Σᵢ (predictionᵢ - targetᵢ)², M은 모든 원소의 수.

    Parameters
    ----------
    prediction : 실수 배열, 아무 shape
        예측.
    target : 실수 배열, prediction과 같은 shape
        목표. 브로드캐스팅하지 않는다.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    ValueError
        shape이 다르거나 비었을 때.

    Notes
    -----
    다른 규약: ½Σ(`half_squared_error`), 평균의 ½(scikit-learn의 MLPRegressor).

    Examples
    --------
    >>> mse([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])      # (0 + 1 + 9)/3
    3.3333333333333335
    """
    return float(np.mean(_pair(prediction, target) ** 2))


def half_squared_error(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """제곱 오차의 절반: ½ Σᵢ (predictionᵢ - targetᵢ)². 평균이 아니라 합이다.

    Parameters
    ----------
    prediction : 실수 배열, 아무 shape
        예측.
    target : 실수 배열, prediction과 같은 shape
        목표.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    ValueError
        shape이 다르거나 비었을 때.

    Notes
    -----
    이 책에서 평균을 내지 않는 단 하나의 손실이다. 미분하면 계수 없이 prediction - target이 된다.

    Examples
    --------
    >>> half_squared_error([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])      # (0 + 1 + 9)/2
    5.0
    """
    return float(0.5 * np.sum(_pair(prediction, target) ** 2))


class MSE:
    """평균 제곱 오차와 그 기울기: L = (1/M) Σ (prediction - target)², ∂L/∂prediction = (2/M)(prediction - target).

    Raises
    ------
    ValueError
        forward에 준 두 배열의 shape이 다를 때.
    RuntimeError
        forward 없이 backward를 불렀을 때.

    Examples
    --------
    >>> loss = MSE()
    >>> loss.forward([[1.0], [4.0]], [[1.0], [2.0]]), loss.backward().ravel()
    (2.0, array([0., 2.]))
    """

    def __init__(self) -> None:
        self._difference: Array | None = None

    def __repr__(self) -> str:
        return "MSE()"

    def forward(self, prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
        """손실을 계산하고 backward에 쓸 차이를 남긴다. 두 배열의 shape은 같아야 한다."""
        self._difference = _pair(prediction, target)
        return float(np.mean(self._difference**2))

    def backward(self) -> Array:
        """∂L/∂prediction, prediction과 같은 shape·dtype."""
        difference = _recorded(self, self._difference)
        return difference * (2 / difference.size)
