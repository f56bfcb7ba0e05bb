"""조기 종료: 검증 손실이 나아지지 않으면 멈추고 가장 좋았던 가중치로 되돌린다 (규제 장)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deepnote_lib._checks import check_count, check_number
from deepnote_lib._typing import Array


class EarlyStopping:
    """검증 손실을 지켜보며 언제 멈출지 정하고, 가장 좋았던 배열들을 복사해 둔다.

    기준보다 min_delta **넘게** 낮아지면 나아진 것이고, 그 값이 새 기준이 된다. 나아지지 않은
    에포크가 patience번 이어지면 멈춘다. 복사본은 손실이 지금까지 가장 낮을 때마다 새로 뜬다.

    Parameters
    ----------
    arrays : 배열의 목록
        되돌릴 배열(매개변수의 값과 이동 평균). restore가 제자리에 적는다.
    patience : int
        인내 횟수. 1 이상.
    min_delta : float
        나아졌다고 칠 최소한의 차이. 0 이상.

    Raises
    ------
    TypeError, ValueError
        patience나 min_delta가 범위를 벗어났을 때.

    Examples
    --------
    >>> w = np.array([1.0])
    >>> stopping = EarlyStopping([w], patience=2)
    >>> for w[0], val_loss in [(10.0, 0.5), (20.0, 0.5), (30.0, 0.6)]:
    ...     stopping.should_stop(val_loss)              # 같은 값 0.5는 나아진 것이 아니다
    False
    False
    True
    >>> stopping.restore()
    >>> w
    array([10.])
    """

    def __init__(self, arrays: Sequence[Array], *, patience: int, min_delta: float = 0.0) -> None:
        self.patience = check_count("patience", patience)
        self.min_delta = check_number("min_delta", min_delta, low=0)
        self._arrays = arrays
        self._best = [array.copy() for array in arrays]
        self._lowest = self._reference = np.inf
        self._waited = 0

    def should_stop(self, val_loss: float) -> bool:
        """이번 에포크의 검증 손실을 보고 멈출지 답한다.

        Parameters
        ----------
        val_loss : float

        Returns
        -------
        bool
        """
        if val_loss < self._lowest:
            self._lowest = val_loss
            self._best = [array.copy() for array in self._arrays]
        if val_loss < self._reference - self.min_delta:
            self._reference, self._waited = val_loss, 0
        else:
            self._waited += 1
        return self._waited >= self.patience

    def restore(self) -> None:
        """배열들을 손실이 가장 낮았을 때의 값으로 되돌린다(제자리)."""
        for array, best in zip(self._arrays, self._best, strict=True):
            array[...] = best
