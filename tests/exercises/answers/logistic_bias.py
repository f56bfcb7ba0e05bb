"""ex-logistic-bias: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(x, y, w, b):
    total = 0.0
    for row, label in zip(x, y, strict=True):
        z = b + sum(a * c for a, c in zip(row, w, strict=True))
        total += 1 / (1 + math.exp(-z)) - label
    return total / len(y)


def by_two_means(x, y, w, b):
    z = np.einsum("nd,d->n", x, w) + b
    return np.mean((1 + np.tanh(z / 2)) / 2) - np.mean(y)


def by_dot(x, y, w, b):
    dz = (1 / (1 + np.exp(-(x @ w) - b)) - y) / y.size
    return np.ones(len(y)) @ dz


def in_single_precision(x, y, w, b):
    z = x.astype(np.float32) @ w.astype(np.float32) + np.float32(b)
    p = 1 / (1 + np.exp(-z))
    return (p - y.astype(np.float32)).mean()
