"""데이터를 나누고 표준화하는 함수.

나누기는 scikit-learn의 `random_state` 대신 NumPy의 Generator를 받으므로 책의 다른 난수와 한 규칙을 따른다.
표준화의 평균과 표준편차는 첫 배열(훈련 데이터)에서만 구한다. 검증·테스트 데이터의 정보가 새지 않게 하려는 것이다.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    check_2d,
    check_count,
    check_finite,
    check_float,
    check_number,
    make_rng,
)
from deepnote_lib._typing import Array, IntArray, Rng

AnyArray = npt.NDArray[Any]


@overload
def standardize(x: npt.ArrayLike) -> Array: ...
@overload
def standardize(x: npt.ArrayLike, other: npt.ArrayLike, /, *others: npt.ArrayLike) -> tuple[Array, ...]: ...
def standardize(x: npt.ArrayLike, *others: npt.ArrayLike) -> Array | tuple[Array, ...]:
    """특성마다 평균 0, 표준편차 1로 맞춘다. 통계량은 첫 배열에서만 구한다.

    x' = (x − μ) / σ,  μ = mean(x, axis=0),  σ = std(x, axis=0)

    Parameters
    ----------
    x : array_like, shape (N, D), N ≥ 1
        훈련 데이터. μ와 σ를 여기서만 구한다.
    *others : array_like, shape (M, D)
        검증·테스트 데이터. x의 μ와 σ로 바꾼다.

    Returns
    -------
    ndarray 또는 tuple of ndarray
        others가 없으면 배열 하나, 있으면 (x', others[0]', …). 실수 dtype은 그대로, 정수는 float64가 된다.

    Raises
    ------
    ValueError
        2차원이 아니거나, 빈 배열이거나, 열 수가 다르거나, 유한하지 않은 값이 있을 때.

    Notes
    -----
    σ는 N으로 나눈 값이다(scikit-learn의 StandardScaler와 같다. N − 1로 나누는 규약도 있다).
    모든 값이 같은 특성은 나누지 않고 빼기만 하므로 훈련 데이터에서 0이 된다. 계산은 float64로 한다.

    Examples
    --------
    >>> x, x_test = standardize([[1.0, 5.0], [3.0, 5.0]], [[2.0, 6.0]])
    >>> x
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> x_test
    array([[0., 1.]])
    """
    train = check_finite("x", check_2d("x", check_float("x", x)))
    if not train.size:
        raise ValueError(f"x: 샘플과 특성이 하나 이상이어야 합니다. 받은 shape={train.shape}")
    mean = train.mean(axis=0, dtype=np.float64)
    std = train.std(axis=0, dtype=np.float64)
    # 상수인 특성은 반올림 때문에 std가 1e-17쯤일 수 있다. 그 값으로 나누면 반올림이 특성이 된다.
    constant = train.min(axis=0) == train.max(axis=0)
    mean = np.where(constant, train[0], mean)
    std = np.where(constant, 1.0, std)

    def scale(a: Array) -> Array:
        return ((a - mean) / std).astype(a.dtype, copy=False)

    rest = []
    for i, other in enumerate(others):
        name = f"others[{i}]"
        checked = check_2d(name, check_float(name, other), n_columns=train.shape[1])
        rest.append(scale(check_finite(name, checked)))
    return (scale(train), *rest) if rest else scale(train)


def train_val_split(
    x: npt.ArrayLike, y: npt.ArrayLike, *, val_size: float = 0.2, rng: Rng = 0
) -> tuple[tuple[AnyArray, AnyArray], tuple[AnyArray, AnyArray]]:
    """샘플을 섞어 훈련 데이터와 검증 데이터로 나눈다. 클래스 비율은 양쪽에서 같게 한다.

    Parameters
    ----------
    x : array_like, shape (N, ...)
        입력. 첫 축이 샘플이다.
    y : array_like, shape (N,) 또는 (N, K)
        정답. 정수 (N,)이면 클래스 번호로 보고 비율을 지켜 나누며(층화), 그 밖에는 고르게 섞어 나눈다.
    val_size : float 또는 int, 기본 0.2
        0과 1 사이의 수면 비율(검증 데이터는 ⌈N·val_size⌉개), 1 이상의 정수면 개수다.
    rng : Generator, int, None, 기본 0
        섞는 데 쓰는 난수.

    Returns
    -------
    (x, y), (x_val, y_val)
        훈련 데이터와 검증 데이터. 모두 복사본이고 dtype은 그대로다.

    Raises
    ------
    ValueError
        x와 y의 길이가 다르거나, 어느 한쪽이 비게 될 때.
    TypeError
        val_size가 수가 아닐 때.

    Notes
    -----
    클래스 c의 검증 샘플 수는 N_c·n_val/N을 내림하거나 올림한 값이다.

    Examples
    --------
    >>> (x, y), (x_val, y_val) = train_val_split([[0.], [1.], [2.], [3.]], [0, 0, 1, 1], val_size=2)
    >>> sorted(y_val.tolist())
    [0, 1]
    """
    x, y = np.asarray(x), np.asarray(y)
    if not x.ndim or not y.ndim or len(x) != len(y):
        raise ValueError(f"y: x와 길이가 같아야 합니다. 받은 shape: x={x.shape}, y={y.shape}")
    train, val = split_indices(y, size=val_size, rng=rng, name="val_size")
    return (x[train], y[train]), (x[val], y[val])


def split_indices(y: AnyArray, *, size: float, rng: Rng, name: str) -> tuple[IntArray, IntArray]:
    """(남는 번호, 떼어 낸 번호)를 섞인 순서로 돌려준다. 정수 (N,)인 y는 층화한다."""
    n = len(y)
    if isinstance(size, (int, np.integer)) and not isinstance(size, bool):
        n_held = check_count(name, size)
    else:
        fraction = check_number(name, size, low=0, high=1, low_open=True, high_open=True)
        n_held = int(np.ceil(n * fraction - 1e-9))  # 0.07 · 100 = 7.000000000000001이 8이 되지 않게
    if not 0 < n_held < n:
        raise ValueError(f"{name}: 양쪽에 샘플이 하나 이상 남아야 합니다. 받은 값={size} (샘플 {n}개)")
    order = make_rng(rng).permutation(n)
    if y.ndim != 1 or y.dtype.kind not in "iu":
        return order[n_held:], order[:n_held]

    classes, counts = np.unique(y, return_counts=True)
    exact = counts * n_held / n
    quota = np.floor(exact).astype(int)
    # 내림하고 남은 자리는 나머지가 큰 클래스부터 하나씩 준다(최대 나머지 방법)
    quota[np.argsort(quota - exact, kind="stable")[: n_held - quota.sum()]] += 1
    held = np.zeros(n, dtype=bool)
    for label, k in zip(classes, quota, strict=True):
        held[np.flatnonzero(y[order] == label)[:k]] = True
    return order[~held], order[held]
