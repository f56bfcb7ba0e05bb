"""ex-two-layer-count: 다른 방식의 바른 답."""

from itertools import pairwise

import numpy as np


def by_pairs(*sizes):
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def by_dot_product(*sizes):
    n = np.array(sizes)
    return np.dot(n[:-1], n[1:]) + n[1:].sum()


def by_recursion(*sizes):
    if len(sizes) < 2:
        return 0
    n_in, n_out, *_ = sizes
    return n_in * n_out + n_out + by_recursion(*sizes[1:])
