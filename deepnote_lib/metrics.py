"""분류 결과를 평가하는 지표. 인수 순서는 scikit-learn과 같이 (정답, 예측)이다. (소프트맥스 장)"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import as_array, check_count, check_labels, check_size
from deepnote_lib._typing import Array, IntArray

__all__ = [
    "Reliability",
    "accuracy",
    "confusion_matrix",
    "expected_calibration_error",
    "reliability",
]


def accuracy(y: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """정확도: 맞힌 샘플의 비율 (1/N) Σₙ [yₙ = ŷₙ]. 둘 다 클래스 번호 (N,)이고, 확률이나 로짓이 아니다.

    >>> accuracy([0, 1, 2, 2], [0, 1, 1, 2])
    0.75
    """
    labels = check_labels("y", y)
    guesses = check_labels("predicted", predicted, n=labels.shape[0])
    if labels.shape[0] == 0:
        raise ValueError("y: 샘플이 하나 이상이어야 합니다. 받은 shape=(0,)")
    return float((labels == guesses).mean())


def confusion_matrix(
    y: npt.ArrayLike, predicted: npt.ArrayLike, *, n_classes: int | None = None
) -> IntArray:
    """혼동 행렬 (K, K): C[i, j] = 정답이 i이고 예측이 j인 샘플의 수. 대각합을 N으로 나누면 정확도이다.

    n_classes(K)가 None이면 나타난 가장 큰 번호에 1을 더한 수이다.

    >>> confusion_matrix([0, 1, 2, 2], [0, 1, 1, 2])
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
    check_size("n_classes", n_classes, n_classes)
    pairs = labels * n_classes + guesses.astype(np.int64)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


class Reliability(NamedTuple):
    """구간마다의 평균 확신, 정확도, 샘플 수. 모두 shape이 (n_bins,)인 배열이다."""

    confidence: Array
    accuracy: Array
    count: IntArray  # type: ignore[assignment]  # tuple.count 메서드를 가린다


def reliability(p: npt.ArrayLike, y: npt.ArrayLike, *, n_bins: int = 10) -> Reliability:
    """신뢰도 다이어그램의 재료: 확신 maxₖ pₖ를 같은 너비의 구간으로 나누고 구간마다 정확도를 구한다.

    p는 예측 확률 (N, K)이고, (N,)이면 클래스 1의 확률로 보고 (1 − p, p)로 바꾼다. i번째 구간은
    (i/n_bins, (i+1)/n_bins]이고 첫 구간은 0을 품는다. 빈 구간의 confidence와 accuracy는 NaN, count는 0이다.

    출처: Guo, Pleiss, Sun, Weinberger (2017), On Calibration of Modern Neural Networks.

    >>> bins = reliability([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]], [0, 1, 0], n_bins=2)
    >>> bins.count, bins.accuracy.round(2)
    (array([0, 3]), array([ nan, 0.67]))
    """
    p = as_array("p", p)
    if p.ndim == 1:
        p = np.stack([1 - p, p], axis=1)
    if p.ndim != 2 or p.shape[1] == 0:
        raise ValueError(f"p: shape=(N, K)나 (N,)여야 합니다. 받은 shape={p.shape}")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p: 0 이상 1 이하인 확률이어야 합니다. 받은 범위={p.min():g}~{p.max():g}")
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
    """기대 보정 오차: ECE = Σᵢ (Nᵢ/N) |정확도ᵢ − 확신ᵢ|. 0이면 구간마다 확신과 정확도가 같다.

    1등 클래스의 확신만 보는 톱 레이블 ECE이다. 구간 수에 따라 값이 달라지므로 비교할 때는 n_bins를 함께
    적는다. 인수는 `reliability`와 같다.

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
