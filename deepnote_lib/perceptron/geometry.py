"""결정 경계의 기하: 마진과 학습이 고치는 횟수의 상한."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_2d, check_float, check_labels, check_number
from deepnote_lib._typing import Array, IntArray


def _norm(w: Array) -> float:
    norm = float(np.linalg.norm(w))
    if norm == 0:
        raise ValueError("w: 0이 아닌 벡터여야 합니다. 받은 ‖w‖=0")
    return norm


def _signed(x: npt.ArrayLike, y: npt.ArrayLike, n_features: int) -> tuple[IntArray, Array]:
    """0과 1의 레이블을 -1과 1로 바꾸고, x와 함께 확인한다."""
    array = check_2d("x", check_float("x", x), n_columns=n_features)
    if array.shape[0] == 0:
        raise ValueError(f"x: 샘플이 하나 이상이어야 합니다. 받은 shape={array.shape}")
    return 2 * check_labels("y", y, n=array.shape[0], n_classes=2).astype(np.int64) - 1, array


def margin(w: npt.ArrayLike, b: float, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """마진: γ = minₙ sₙ (xₙ·w + b)/‖w‖, s = 2y - 1. 결정 경계까지의 최소 거리이다.

    Parameters
    ----------
    w : 실수 배열, (D,)
        법선. 0이 아니다.
    b : float
        편향. w와 함께 ‖w‖로 나눈다.
    x : 실수 배열, (N, D)
        입력.
    y : 정수 배열, (N,)
        0과 1의 레이블.

    Returns
    -------
    float
        양수이면 모두 맞게 나눈다. 틀린 샘플이 있으면 음수, 경계 위에 있으면 0이다.

    Raises
    ------
    TypeError, ValueError
        w가 0이거나, shape이 맞지 않거나, 샘플이 없을 때.

    Examples
    --------
    >>> from deepnote_lib.perceptron import INPUTS
    >>> round(margin([1, 1], -1.5, INPUTS, [0, 0, 0, 1]), 4)       # 0.5/√2
    0.3536
    """
    w = check_float("w", w, ndim=1)
    signs, x = _signed(x, y, w.shape[0])
    return float((signs * (x @ w + check_number("b", b))).min() / _norm(w))


def mistake_bound(x: npt.ArrayLike, y: npt.ArrayLike, w: npt.ArrayLike, b: float) -> float:
    """수렴 정리의 상한: (R/γ)², R = maxₙ ‖(xₙ, 1)‖, γ = minₙ sₙ (xₙ, 1)·u, u = (w, b)/‖(w, b)‖.

    Parameters
    ----------
    x : 실수 배열, (N, D)
        입력. 편향을 함께 배우므로 1을 이어 붙여 잰다.
    y : 정수 배열, (N,)
        0과 1의 레이블.
    w, b
        데이터를 맞게 나누는 아무 (w, b). 마진이 클수록 상한이 작아진다.

    Returns
    -------
    float
        w = 0, b = 0에서 시작한 퍼셉트론이 평생 틀리는 횟수는 이 값을 넘지 않는다. 차원, 샘플의
        수와 차례, 학습률이 식에 없다.

    Raises
    ------
    TypeError, ValueError
        (w, b)가 데이터를 나누지 못하거나(γ ≤ 0), shape이 맞지 않거나, 샘플이 없을 때.

    Notes
    -----
    여기의 γ는 1을 이어 붙인 공간의 것이라 `margin`의 값과 다르다.

    References
    ----------
    Novikoff (1962), On convergence proofs on perceptrons.

    Examples
    --------
    >>> from deepnote_lib.perceptron import INPUTS
    >>> round(mistake_bound(INPUTS, [0, 0, 0, 1], [2, 1], -2), 6)   # R² = 3, γ² = 0
    Traceback (most recent call last):
    ValueError: w, b: 데이터를 맞게 나누어야 합니다(γ > 0). 받은 γ=0
    >>> round(mistake_bound(INPUTS, [0, 0, 0, 1], [1, 1], -1.5), 6)  # 3·4.25/0.25
    51.0
    """
    w = check_float("w", w, ndim=1)
    signs, x = _signed(x, y, w.shape[0])
    augmented = np.hstack([x, np.ones((x.shape[0], 1))])
    u = np.append(w, check_number("b", b))
    gamma = float((signs * (augmented @ u)).min() / _norm(u))
    if gamma <= 0:
        raise ValueError(f"w, b: 데이터를 맞게 나누어야 합니다(γ > 0). 받은 γ={gamma + 0.0:g}")
    radius = np.linalg.norm(augmented, axis=1).max()
    return float((radius / gamma) ** 2)
