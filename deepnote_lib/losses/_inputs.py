"""손실이 받는 인수의 검사와 캐시 확인."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_float, check_labels, check_same_shape
from deepnote_lib._typing import Array, IntArray


def _rows(name: str, scores: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, IntArray, IntArray]:
    """(N, K) 점수와 (N,) 클래스 번호를 확인하고 (점수, 행 번호, 클래스 번호)를 돌려준다."""
    array = check_float(name, scores)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: 비지 않은 (N, K) 배열이어야 합니다. 받은 shape={array.shape}")
    n, n_classes = array.shape
    return array, np.arange(n), check_labels("y", y, n=n, n_classes=n_classes)


def _binary(name: str, scores: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """이진 점수와 0/1 정답을 확인하고, 정답을 점수의 shape·dtype으로 맞춘다."""
    array = check_float(name, scores)
    labels = np.asarray(y)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(
            f"{name}: 비지 않은 (N,), (N, 1), (N, K) 배열이어야 합니다. 받은 shape={array.shape}"
        )
    if array.ndim == 2 and array.shape[1] == 1 and labels.ndim == 1:
        labels = labels[:, np.newaxis]  # (N, 1)과 (N,)이 (N, N)으로 퍼지지 않게 한다
    check_same_shape("y", labels, name, array)
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(
            f"y: 이진 정답은 0 또는 1이어야 합니다. 받은 범위={labels.min()}~{labels.max()}"
        )
    return array, labels.astype(array.dtype)


def _pair(prediction: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """예측과 목표의 차이. shape이 다르면 브로드캐스팅하지 않고 알린다."""
    array = check_float("prediction", prediction)
    values = check_float("target", target)
    check_same_shape("target", values, "prediction", array)
    if array.size == 0:
        raise ValueError(f"prediction: 비지 않은 배열이어야 합니다. 받은 shape={array.shape}")
    return array - values.astype(array.dtype, copy=False)


def _recorded(loss: object, cache: Array | None) -> Array:
    if cache is None:
        raise RuntimeError(f"{type(loss).__name__}: backward() 전에 forward(…)를 불러야 합니다.")
    return cache
