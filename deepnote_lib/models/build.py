"""자주 쓰는 모델을 한 줄로 만든다."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import make_rng
from deepnote_lib._typing import Initializer, Rng
from deepnote_lib.initializers import he_normal
from deepnote_lib.layers import Affine, Layer, ReLU
from deepnote_lib.models.sequential import Sequential


def mlp(
    n_in: int,
    *sizes: int,
    activation: type[Layer] = ReLU,
    init: Initializer = he_normal,
    rng: Rng = None,
    dtype: npt.DTypeLike = np.float32,
) -> Sequential:
    """다층 퍼셉트론: Affine 사이마다 활성화를 넣고, 마지막 Affine은 로짓을 그대로 낸다.

    Parameters
    ----------
    n_in : int
        입력의 열 수.
    *sizes : int
        층마다의 출력 열 수. 마지막이 클래스의 수이다.
    activation : 층 클래스
        은닉층의 활성화. `activation()`으로 층마다 새로 만든다. 기본은 ReLU.
    init : Initializer
        모든 W의 초기화. 기본은 He 초기화.
    rng : Generator, int 또는 None
        난수 하나로 모든 층을 차례로 뽑으므로 정수를 주어도 층마다 값이 다르다.
    dtype : float32 또는 float64

    Returns
    -------
    Sequential

    Raises
    ------
    TypeError, ValueError
        sizes가 비었거나 1 이상의 정수가 아닐 때. activation이 층 클래스가 아닐 때.

    Examples
    --------
    >>> mlp(64, 100, 10, rng=0)
    Sequential(Affine(64→100), ReLU, Affine(100→10))  매개변수 7,510개
    """
    if not sizes:
        raise ValueError("sizes: 출력의 열 수가 하나 이상 있어야 합니다. 예: mlp(64, 100, 10)")
    if not callable(activation):
        raise TypeError(
            f"activation: ReLU 같은 층 클래스여야 합니다. 받은 타입={type(activation).__name__}"
        )
    rng = make_rng(rng)
    layers: list[Layer] = [Affine(n_in, sizes[0], init=init, rng=rng, dtype=dtype)]
    for before, after in pairwise(sizes):
        layers += [activation(), Affine(before, after, init=init, rng=rng, dtype=dtype)]
    return Sequential(*layers)
