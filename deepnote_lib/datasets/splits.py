"""데이터를 나누고 표준화한다.

표준화의 평균과 표준편차는 첫 배열(훈련 데이터)에서만 구한다. 검증·테스트 데이터의 정보가 훈련에
새지 않게 하려는 것이다.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    as_array,
    check_count,
    check_finite,
    check_number,
    make_rng,
    numeric,
)
from deepnote_lib._typing import Array, IntArray, Rng

AnyArray = npt.NDArray[Any]


@overload
def standardize(x: npt.ArrayLike) -> Array: ...
@overload
def standardize(
    x: npt.ArrayLike, other: npt.ArrayLike, /, *others: npt.ArrayLike
) -> tuple[Array, ...]: ...
def standardize(x: npt.ArrayLike, *others: npt.ArrayLike) -> Array | tuple[Array, ...]:
    """표준화: x' = (x − μ) / σ, μ와 σ는 훈련 데이터 x (N, D)의 열마다의 평균과 표준편차.

    others는 같은 μ와 σ로 바꿀 검증·테스트 데이터 (M, D)이다. 있으면 (x', others[0]', …)를, 없으면
    x'만 반환한다. 실수의 dtype은 그대로이고 정수는 float64가 된다. σ는 N으로 나눈 값이다
    (scikit-learn의 StandardScaler와 같다. N − 1로 나누는 규약도 있다). 값이 모두 같은 열은 빼기만
    한다.

    >>> x, x_test = standardize([[1.0, 5.0], [3.0, 5.0]], [[2.0, 6.0]])
    >>> x
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> x_test
    array([[0., 1.]])
    """
    train = check_finite("x", as_array("x", x, ndim=2))
    if not train.size:
        raise ValueError(f"x: 샘플과 특성이 하나 이상이어야 합니다. 받은 shape={train.shape}")
    with np.errstate(over="ignore", invalid="ignore"):  # 넘친 값은 바로 아래에서 알린다
        mean = train.mean(axis=0, dtype=np.float64)
        std = train.std(axis=0, dtype=np.float64)
    if not np.isfinite(std).all():
        raise ValueError(f"x: 표준편차가 유한해야 합니다. 받은 최댓값={abs(train).max():g}")
    # 상수인 특성은 반올림 때문에 std가 1e-17쯤일 수 있다. 그 값으로 나누면 반올림이 특성이 된다
    constant = train.min(axis=0) == train.max(axis=0)
    mean = np.where(constant, train[0], mean)
    std = np.where(constant, 1.0, std)

    def scale(name: str, a: Array) -> Array:
        with np.errstate(over="ignore"):
            return check_finite(name, ((a - mean) / std).astype(a.dtype, copy=False))

    rest = []
    for i, other in enumerate(others):
        name = f"others[{i}]"
        array = check_finite(name, as_array(name, other, n_columns=train.shape[1]))
        rest.append(scale(name, array))
    return (scale("x", train), *rest) if rest else scale("x", train)


def train_val_split(
    x: npt.ArrayLike, y: npt.ArrayLike, *, val_size: float = 0.2, rng: Rng = None
) -> tuple[tuple[AnyArray, AnyArray], tuple[AnyArray, AnyArray]]:
    """샘플을 섞어 훈련 데이터와 검증 데이터 ((x, y), (x_val, y_val))로 나눈다. 모두 복사본이다.

    Parameters
    ----------
    x
        입력 (N, …). 첫 축이 샘플이다.
    y
        정답 (N,) 또는 (N, K). 정수 (N,)이면 클래스 번호로 보고 양쪽의 비율을 같게 하며(층화),
        그 밖에는 고르게 섞어 나눈다.
    val_size
        0과 1 사이의 수면 검증 데이터의 비율(⌈N·val_size⌉개), 1 이상의 정수면 개수.

    >>> x, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    >>> (x_train, y_train), (x_val, y_val) = train_val_split(x, y, val_size=2, rng=0)
    >>> sorted(y_val.tolist())
    [0, 1]
    """
    x, y = numeric("x", x), numeric("y", y)
    if not x.ndim or not y.ndim or len(x) != len(y):
        raise ValueError(f"y: x와 길이가 같아야 합니다. 받은 shape: x={x.shape}, y={y.shape}")
    train, val = split_indices(y, size=val_size, rng=rng, name="val_size")
    return (x[train], y[train]), (x[val], y[val])


def split_indices(y: AnyArray, *, size: float, rng: Rng, name: str) -> tuple[IntArray, IntArray]:
    """섞인 순서의 (남는 번호, 떼어 낸 번호). 정수 (N,)인 y는 층화한다. name은 오류에 적는다."""
    n = len(y)
    if isinstance(size, (int, np.integer)) and not isinstance(size, bool):
        n_held = check_count(name, size)
    else:
        fraction = check_number(name, size, low=0, high=1, low_open=True, high_open=True)
        n_held = int(np.ceil(n * fraction - 1e-9))  # 0.07 · 100 = 7.000000000000001이 8이 되지 않게
    if not 0 < n_held < n:
        raise ValueError(
            f"{name}: 양쪽에 샘플이 하나 이상 남아야 합니다. 받은 값={size} (샘플 {n}개)"
        )
    order = make_rng(rng).permutation(n)
    if y.ndim != 1 or y.dtype.kind not in "iu":
        return order[n_held:], order[:n_held]

    classes, counts = np.unique(y, return_counts=True)
    exact = counts * n_held / n
    quota = np.floor(exact).astype(int)
    # 내림하고 남은 개수는 나머지가 큰 클래스부터 하나씩 준다(최대 나머지 방법)
    quota[np.argsort(quota - exact, kind="stable")[: n_held - quota.sum()]] += 1
    held = np.zeros(n, dtype=bool)
    for label, k in zip(classes, quota, strict=True):
        held[np.flatnonzero(y[order] == label)[:k]] = True
    return order[~held], order[held]
