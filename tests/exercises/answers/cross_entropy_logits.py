"""ex-cross-entropy-logits: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(z, y):
    total = 0.0
    for row, label in zip(z.tolist(), y, strict=True):
        top = max(row)
        total += top + math.log(sum(math.exp(v - top) for v in row)) - row[label]
    return total / len(y)


def by_reduce(z, y):
    answers = np.take_along_axis(z, y[:, None], axis=1)
    return (np.logaddexp.reduce(z, axis=1, keepdims=True) - answers).mean()


def through_log_softmax(z, y):
    z = z - np.amax(z, axis=1)[:, None]
    log_p = z - np.log(np.sum(np.exp(z), axis=1))[:, None]
    return -sum(log_p[n, k] for n, k in enumerate(y)) / z.shape[0]


def in_single_precision(z, y):
    differences = z.astype(np.float32) - z[np.arange(len(y)), y].astype(np.float32)[:, None]
    m = differences.max(axis=1)
    losses = m + np.log(np.exp(differences - m[:, None]).sum(axis=1))
    return losses.mean()
