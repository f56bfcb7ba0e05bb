"""ex-logistic-gradient: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(x, y, w, b):
    dw = np.zeros(len(w))
    for row, label in zip(x, y, strict=True):
        z = b + sum(a * c for a, c in zip(row, w, strict=True))
        for j, value in enumerate(row):
            dw[j] += (1 / (1 + math.exp(-z)) - label) * value / len(y)
    return dw


def by_broadcasting(x, y, w, b):
    p = (1 + np.tanh((x @ w + b) / 2)) / 2
    return ((p - y)[:, np.newaxis] * x).mean(axis=0)


def by_einsum(x, y, w, b):
    p = 1 / (1 + np.exp(-np.einsum("nd,d->n", x, w) - b))
    return np.einsum("n,nd->d", p - y, x) / y.size


def in_single_precision(x, y, w, b):
    x, w = x.astype(np.float32), w.astype(np.float32)
    p = 1 / (1 + np.exp(-(x @ w + np.float32(b))))
    return (p - y.astype(np.float32)) @ x / np.float32(len(y))
