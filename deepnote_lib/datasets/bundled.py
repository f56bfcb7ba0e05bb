"""scikit-learn에 들어 있는 두 데이터셋. 인터넷이 없어도 된다.

scikit-learn은 함수를 부를 때 불러온다. 점 데이터만 쓰는 사람이 기다리지 않게 하려는 것이다.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from deepnote_lib._typing import Array, IntArray, Rng
from deepnote_lib.datasets._errors import dataset_error
from deepnote_lib.datasets.splits import split_indices

Pair = tuple[Array, IntArray]


def _load(name: str, function: str) -> tuple[Any, Any]:
    try:
        module = importlib.import_module("sklearn.datasets")
    except ImportError as error:
        raise dataset_error(
            f"{name}: scikit-learn을 불러오지 못했습니다 ({error}).",
            todo=["`python -m pip install scikit-learn`을 실행하세요.", "커널을 다시 시작하세요."],
        ) from error
    x, y = getattr(module, function)(return_X_y=True)
    return x, y


def _split(x: Array, y: IntArray, test_size: float, rng: Rng) -> tuple[Pair, Pair]:
    train, test = split_indices(y, size=test_size, rng=rng, name="test_size")
    return (x[train], y[train]), (x[test], y[test])


def digits(*, test_size: float = 0.2, rng: Rng = 0) -> tuple[Pair, Pair]:
    """8×8 손글씨 숫자 1,797장을 훈련 데이터와 테스트 데이터로 나눠 돌려준다.

    x = 화소 / 16

    Parameters
    ----------
    test_size : float 또는 int, 기본 0.2
        테스트 데이터의 비율(0과 1 사이) 또는 개수(정수).
    rng : Generator, int, None, 기본 0
        나누는 데 쓰는 난수. 같은 시드는 같은 나누기를 준다.

    Returns
    -------
    (x, y), (x_test, y_test)
        x는 float32 (N, 64), 0~1(원래 화소는 0~16). y는 int64 (N,), 0~9.
        클래스 비율은 양쪽에서 같다(층화). 훈련 데이터의 앞부분은 클래스가 고르지 않으므로,
        몇 개만 쓰려면 `x[:n]` 대신 `rng.permutation(len(x))[:n]`으로 고른다.

    Raises
    ------
    DatasetError
        scikit-learn이 없을 때.
    ValueError, TypeError
        test_size나 rng가 맞지 않을 때.

    References
    ----------
    E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (1998), UCI Machine Learning
    Repository. scikit-learn은 그 테스트 부분을 담고 있다.

    Examples
    --------
    >>> (x, y), (x_test, y_test) = digits()
    >>> x.shape, x_test.shape, x.dtype
    ((1437, 64), (360, 64), dtype('float32'))
    """
    x, y = _load("digits", "load_digits")
    return _split((x / 16).astype(np.float32), y.astype(np.int64), test_size, rng)


def breast_cancer(*, test_size: float = 0.2, rng: Rng = 0) -> tuple[Pair, Pair]:
    """유방암 진단 데이터 569건을 훈련 데이터와 테스트 데이터로 나눠 돌려준다.

    Parameters
    ----------
    test_size : float 또는 int, 기본 0.2
        테스트 데이터의 비율(0과 1 사이) 또는 개수(정수).
    rng : Generator, int, None, 기본 0
        나누는 데 쓰는 난수.

    Returns
    -------
    (x, y), (x_test, y_test)
        x는 float64 (N, 30), 잰 값 그대로다(표준화하지 않았다. `standardize`를 쓴다).
        y는 int64 (N,): scikit-learn의 번호대로 0이 악성(212건), 1이 양성(357건)이다.
        클래스 비율은 양쪽에서 같다(층화).

    Raises
    ------
    DatasetError
        scikit-learn이 없을 때.
    ValueError, TypeError
        test_size나 rng가 맞지 않을 때.

    Notes
    -----
    여기서 양성(benign)은 해롭지 않은 종양이다. 검사 결과의 양성(positive)이 아니다.

    References
    ----------
    W. Wolberg, O. Mangasarian, N. Street, W. Street, Breast Cancer Wisconsin (Diagnostic) (1995),
    UCI Machine Learning Repository.

    Examples
    --------
    >>> (x, y), (x_test, y_test) = breast_cancer()
    >>> x.shape, x_test.shape
    ((455, 30), (114, 30))
    """
    x, y = _load("breast_cancer", "load_breast_cancer")
    return _split(x.astype(np.float64), y.astype(np.int64), test_size, rng)
