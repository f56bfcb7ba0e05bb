"""손으로 가중치를 정한 논리 게이트와, 게이트를 이은 XOR."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array, IntArray
from deepnote_lib.perceptron.learning import Perceptron

INPUTS: Array = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)


INPUTS.setflags(write=False)  # 진리표의 입력. 네 행은 책 어디에서나 이 차례이다


class _Gate(Perceptron):
    """가중치를 손으로 정한, 바꿀 수 없는 퍼셉트론."""

    def __init__(self, w: list[float], b: float) -> None:
        super().__init__(len(w), w=w, b=b)
        self.w.setflags(write=False)
        self._ready = True

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, "_ready"):
            raise AttributeError(
                f"{name}: 게이트의 값은 바꿀 수 없습니다. 배우게 하려면 Perceptron(2)를 새로 만드세요."
            )
        super().__setattr__(name, value)


AND: Perceptron = _Gate([0.5, 0.5], -0.7)


NAND: Perceptron = _Gate([-0.5, -0.5], 0.7)


OR: Perceptron = _Gate([0.6, 0.6], -0.5)


def xor(x: npt.ArrayLike) -> IntArray:
    """두 층으로 만든 XOR: AND(NAND(x), OR(x)).

    Parameters
    ----------
    x : 실수 배열, (N, 2)
        입력. 꼭 0과 1이 아니어도 된다.

    Returns
    -------
    정수 배열, (N,)
        0 또는 1.

    Raises
    ------
    TypeError, ValueError
        x가 (N, 2) 실수 배열이 아닐 때.

    Examples
    --------
    >>> xor(INPUTS)
    array([0, 1, 1, 0])
    """
    hidden = np.stack([NAND.predict(x), OR.predict(x)], axis=1)
    return AND.predict(hidden)
