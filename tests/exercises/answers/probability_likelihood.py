"""ex-probability-likelihood: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(candidates, y):
    logs = []
    for p in candidates:
        logs.append(math.fsum(math.log(p) if flip == 1 else math.log(1 - p) for flip in y))
    return np.array(logs)


def by_broadcasting(candidates, y):
    p = candidates[:, None]
    return np.where(y == 1, np.log(p), np.log(1 - p)).sum(axis=1)


def by_matrix_product(candidates, y):
    log_p = np.log(np.stack([1 - candidates, candidates], axis=1))
    return log_p @ np.bincount(y, minlength=2)


def in_single_precision(candidates, y):
    p = candidates.astype(np.float32)
    tails = np.float32(np.sum(y == 0))
    return np.log(p) * np.float32(len(y) - tails) + np.log(1 - p) * tails
