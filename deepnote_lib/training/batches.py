"""미니배치: 한 에포크 동안 모든 샘플을 정확히 한 번씩 쓴다."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from deepnote_lib._checks import check_count, make_rng
from deepnote_lib._typing import IntArray, Rng


def minibatches(
    n: int, batch_size: int, *, rng: Rng = None, shuffle: bool = True
) -> Iterator[IntArray]:
    """0부터 n − 1까지의 번호를 한 번 섞어 batch_size개씩 낸다(한 에포크).

    Parameters
    ----------
    n : int
        샘플의 수.
    batch_size : int
        미니배치의 크기. n을 나누지 못하면 마지막 미니배치가 짧다(버리지 않는다).
    rng : Generator, int 또는 None
    shuffle : bool
        거짓이면 순서대로 낸다.

    Returns
    -------
    정수 배열 (batch_size 이하,)의 반복자
        모든 번호가 정확히 한 번씩 나온다.

    Raises
    ------
    TypeError, ValueError
        n이나 batch_size가 1 이상의 정수가 아닐 때.

    Examples
    --------
    >>> [batch.tolist() for batch in minibatches(5, 2, shuffle=False)]
    [[0, 1], [2, 3], [4]]
    """
    check_count("n", n)
    check_count("batch_size", batch_size)
    order = make_rng(rng).permutation(n) if shuffle else np.arange(n)
    return (order[start : start + batch_size] for start in range(0, n, batch_size))
