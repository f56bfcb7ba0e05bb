"""분류 결과를 재는 함수. 예측 확률의 정직함(확률 보정)도 여기서 잰다. (소프트맥스 장)"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_count, check_float, check_labels
from deepnote_lib._typing import Array, IntArray


def accuracy(predicted: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """정확도: 맞힌 샘플의 비율 (1/N) Σₙ [ŷₙ = yₙ].

    Parameters
    ----------
    predicted : 정수 배열, (N,)
        예측한 클래스 번호. 확률이나 로짓이 아니다.
    y : 정수 배열, (N,)
        정답 클래스 번호.

    Returns
    -------
    float, 0 이상 1 이하

    Raises
    ------
    TypeError, ValueError
        클래스 번호 배열이 아니거나, 길이가 다르거나, 비었을 때.

    Examples
    --------
    >>> accuracy([0, 1, 1, 2], [0, 1, 2, 2])
    0.75
    """
    labels = check_labels("y", y)
    guesses = check_labels("predicted", predicted, n=labels.shape[0])
    if labels.shape[0] == 0:
        raise ValueError("y: 샘플이 하나 이상이어야 합니다. 받은 shape=(0,)")
    return float((guesses == labels).mean())


def confusion_matrix(
    predicted: npt.ArrayLike, y: npt.ArrayLike, *, n_classes: int | None = None
) -> IntArray:
    """혼동 행렬: C[i, j] = 정답이 i이고 예측이 j인 샘플의 수.

    Parameters
    ----------
    predicted : 정수 배열, (N,)
        예측한 클래스 번호.
    y : 정수 배열, (N,)
        정답 클래스 번호.
    n_classes : int 또는 None
        클래스 수 K. None이면 나타난 가장 큰 번호에 1을 더한 수이다.

    Returns
    -------
    정수 배열, (K, K)
        행이 정답, 열이 예측이다. 대각합을 N으로 나누면 정확도이다.

    Raises
    ------
    TypeError, ValueError
        클래스 번호 배열이 아니거나, 길이가 다르거나, 번호가 n_classes 이상일 때.

    Notes
    -----
    scikit-learn의 confusion_matrix(y, predicted)와 인수 순서는 다르고 행과 열의 뜻은 같다.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    array([[1, 0, 0],
           [0, 1, 0],
           [0, 1, 1]])
    """
    if n_classes is not None:
        check_count("n_classes", n_classes)
    # uint8처럼 좁은 정수에서 아래의 곱이 넘치지 않게 먼저 넓힌다
    labels = check_labels("y", y, n_classes=n_classes).astype(np.int64)
    guesses = check_labels("predicted", predicted, n=labels.shape[0], n_classes=n_classes)
    if n_classes is None:
        n_classes = 1 + int(np.concatenate([labels, guesses]).max(initial=-1))
    pairs = labels * n_classes + guesses.astype(np.int64)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def one_hot(y: npt.ArrayLike, n_classes: int, *, dtype: npt.DTypeLike = np.float64) -> Array:
    """원-핫 인코딩: t[n, k] = 1 (k = yₙ), 나머지는 0.

    Parameters
    ----------
    y : 정수 배열, (N,)
        클래스 번호.
    n_classes : int, 1 이상
        클래스 수 K.
    dtype : 배열의 자료형
        기본값은 float64이다.

    Returns
    -------
    배열, (N, K)
        행마다 1이 하나이다.

    Raises
    ------
    TypeError, ValueError
        클래스 번호가 정수가 아니거나 0 이상 K 미만이 아닐 때.

    Examples
    --------
    >>> one_hot([0, 2], 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = check_labels("y", y, n_classes=check_count("n_classes", n_classes))
    t: Array = np.zeros((labels.shape[0], n_classes), dtype=dtype)
    t[np.arange(labels.shape[0]), labels] = 1
    return t


class Reliability(NamedTuple):
    """구간마다의 평균 확신, 정확도, 샘플 수. 모두 shape이 (n_bins,)인 배열이다."""

    confidence: Array
    accuracy: Array
    count: IntArray  # type: ignore[assignment]  # tuple.count 메서드를 가린다


def reliability(p: npt.ArrayLike, y: npt.ArrayLike, *, n_bins: int = 10) -> Reliability:
    """신뢰도 그림의 재료: 확신 maxₖ pₖ를 같은 너비의 구간으로 나누고 구간마다 정확도를 잰다.

    Parameters
    ----------
    p : 실수 배열, (N, K) 또는 (N,)
        예측 확률. (N,)이면 클래스 1의 확률로 보고 (1-p, p)로 바꾼다.
    y : 정수 배열, (N,)
        정답 클래스 번호.
    n_bins : int, 1 이상
        구간 수. i번째 구간은 (i/n_bins, (i+1)/n_bins]이고 첫 구간은 0을 품는다.

    Returns
    -------
    Reliability(confidence, accuracy, count)
        빈 구간의 confidence와 accuracy는 NaN, count는 0이다.

    Raises
    ------
    TypeError, ValueError
        p가 0 이상 1 이하가 아니거나, y가 (N,) 클래스 번호가 아닐 때.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017), On Calibration of Modern Neural Networks.

    Examples
    --------
    >>> bins = reliability([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]], [0, 1, 0], n_bins=2)
    >>> bins.count, bins.accuracy.round(2)
    (array([0, 3]), array([ nan, 0.67]))
    """
    p = check_float("p", p)
    if p.ndim == 1:
        p = np.stack([1 - p, p], axis=1)
    if p.ndim != 2 or p.shape[1] == 0:
        raise ValueError(f"p: shape이 (N, K)이거나 (N,)이어야 합니다. 받은 shape={p.shape}")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            f"p: 0 이상 1 이하인 확률이어야 합니다. 받은 범위={p.min():g}~{p.max():g}"
        )
    labels = check_labels("y", y, n=p.shape[0], n_classes=p.shape[1])
    confidence = p.max(axis=1).astype(np.float64)
    correct = p.argmax(axis=1) == labels
    inner_edges = np.linspace(0, 1, check_count("n_bins", n_bins) + 1)[1:-1]
    bins = np.searchsorted(inner_edges, confidence)
    count = np.bincount(bins, minlength=n_bins)
    with np.errstate(invalid="ignore"):  # 빈 구간의 0/0은 NaN으로 둔다
        return Reliability(
            np.bincount(bins, weights=confidence, minlength=n_bins) / count,
            np.bincount(bins, weights=correct, minlength=n_bins) / count,
            count,
        )


def expected_calibration_error(p: npt.ArrayLike, y: npt.ArrayLike, *, n_bins: int = 10) -> float:
    """기대 보정 오차: ECE = Σᵢ (Nᵢ/N) |정확도ᵢ - 확신ᵢ|.

    Parameters
    ----------
    p : 실수 배열, (N, K) 또는 (N,)
        예측 확률. `reliability`와 같다.
    y : 정수 배열, (N,)
        정답 클래스 번호.
    n_bins : int, 1 이상
        구간 수.

    Returns
    -------
    float, 0 이상 1 이하
        0이면 구간마다 확신과 정확도가 같다.

    Raises
    ------
    TypeError, ValueError
        p나 y가 `reliability`의 조건에 어긋나거나, 샘플이 없을 때.

    Notes
    -----
    구간 수에 따라 값이 달라진다. 견줄 때에는 n_bins를 함께 적는다.

    Examples
    --------
    >>> round(expected_calibration_error([[0.9, 0.1], [0.2, 0.8]], [0, 1], n_bins=1), 2)
    0.15
    """
    bins = reliability(p, y, n_bins=n_bins)
    n = int(bins.count.sum())
    if n == 0:
        raise ValueError("p: 샘플이 하나 이상이어야 합니다. 받은 샘플 수=0")
    filled = bins.count > 0
    gap = np.abs(bins.accuracy[filled] - bins.confidence[filled])
    return float((bins.count[filled] * gap).sum() / n)
