"""손실의 약속과 맞힌 개수 세기."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array


class Loss(Protocol):
    """손실의 약속: forward가 평균 손실을, backward가 첫 인수에 대한 기울기를 돌려준다."""

    def forward(self, prediction: Array, target: npt.NDArray, /) -> float:
        """손실을 계산하고 역전파에 쓸 값을 남긴다."""

    def backward(self) -> Array:
        """마지막 forward의 첫 인수에 대한 기울기."""


def are_labels(y: npt.NDArray) -> bool:
    """클래스 번호인지. 정수 (N,)만 그렇고, 실수나 2차원 배열은 목표값으로 본다."""
    return y.ndim == 1 and y.dtype.kind in "iu"


def count_correct(output: Array, y: npt.NDArray) -> int:
    """맞힌 샘플의 수. 출력 열이 하나면 z > 0을 클래스 1로 본다."""
    if output.shape[1] == 1:
        return int(np.count_nonzero((output[:, 0] > 0) == y))
    return int(np.count_nonzero(output.argmax(axis=1) == y))
