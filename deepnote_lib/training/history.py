"""훈련의 기록: 에포크마다 한 줄, 열마다 배열."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import NamedTuple

import numpy as np

from deepnote_lib._typing import Array


@dataclass(frozen=True)
class Record:
    """에포크 하나의 기록.

    Attributes
    ----------
    epoch : int
        1부터 센 에포크.
    loss : float
        에포크 동안의 미니배치 손실(규제 항 포함)의 평균. 갱신하기 전에 잰 값들이다.
    accuracy : float 또는 None
        에포크 동안의 정확도. 레이블이 클래스 번호가 아니면 None.
    val_loss, val_accuracy : float 또는 None
        에포크가 끝난 모델의 검증 손실(규제 항 제외)과 정확도. 검증 데이터가 없으면 None.
    lr : float
        이 에포크의 학습률.
    seconds : float
        훈련에 걸린 시간(초, 검증 제외). 비교와 repr에서는 빠진다.

    Examples
    --------
    >>> Record(1, 2.3, 0.1, None, None, 0.1, seconds=0.5) == Record(1, 2.3, 0.1, None, None, 0.1)
    True
    """

    epoch: int
    loss: float
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    lr: float
    seconds: float = field(default=0.0, compare=False, repr=False)


class History(list[Record]):
    """에포크마다의 Record를 담은 목록. 열마다 배열로도 꺼낼 수 있다.

    Examples
    --------
    >>> history = History([Record(1, 2.0, 0.5, 2.1, 0.4, 0.1), Record(2, 1.0, 0.7, 2.2, 0.4, 0.1)])
    >>> history.loss
    array([2., 1.])
    >>> history.best_epoch                              # 검증 손실 2.1이 가장 낮다
    1
    """

    @property
    def loss(self) -> Array:
        """에포크마다의 훈련 손실, shape (에포크,)."""
        return self._column("loss")

    @property
    def accuracy(self) -> Array:
        """에포크마다의 훈련 정확도. 없으면 NaN."""
        return self._column("accuracy")

    @property
    def val_loss(self) -> Array:
        """에포크마다의 검증 손실. 없으면 NaN."""
        return self._column("val_loss")

    @property
    def val_accuracy(self) -> Array:
        """에포크마다의 검증 정확도. 없으면 NaN."""
        return self._column("val_accuracy")

    @property
    def best_epoch(self) -> int:
        """검증 손실이 가장 낮은 에포크(같으면 먼저). 검증 데이터가 없었으면 훈련 손실로 고른다.

        Raises
        ------
        ValueError
            기록이 하나도 없을 때.
        """
        if not self:
            raise ValueError("history: 기록이 하나 이상 있어야 합니다. 받은 기록이 없습니다")
        watched = self.loss if np.isnan(self.val_loss).any() else self.val_loss
        return self[int(watched.argmin())].epoch

    def to_dict(self) -> dict[str, list[float | None]]:
        """열 이름에서 값의 목록으로 가는 사전. 걸린 시간은 뺀다(실행마다 다르므로).

        Returns
        -------
        dict
            키는 epoch, loss, accuracy, val_loss, val_accuracy, lr.
        """
        names = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr")
        rows = [asdict(record) for record in self]
        return {name: [row[name] for row in rows] for name in names}

    def _column(self, name: str) -> Array:
        return np.array([getattr(record, name) for record in self], dtype=np.float64)

    def __repr__(self) -> str:
        last = f", 마지막={self[-1]!r}" if self else ""
        return f"History({len(self)}에포크{last})"


class Evaluation(NamedTuple):
    """`Trainer.evaluate`의 결과. accuracy는 레이블이 클래스 번호가 아니면 None이다."""

    loss: float
    accuracy: float | None
