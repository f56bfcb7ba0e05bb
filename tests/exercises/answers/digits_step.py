"""ex-digits-step: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(x, y, W, b, lr):
    W_new, b_new = W.copy(), b.copy()
    for row, label in zip(x, y, strict=True):
        z = [sum(row[d] * W[d, k] for d in range(len(row))) + b[k] for k in range(len(b))]
        total = sum(math.exp(v - max(z)) for v in z)
        for k, v in enumerate(z):
            slope = (math.exp(v - max(z)) / total - (k == label)) / len(x)
            b_new[k] -= lr * slope
            for d, pixel in enumerate(row):
                W_new[d, k] -= lr * slope * pixel
    return W_new, b_new


def by_bias_trick(x, y, W, b, lr):
    """편향을 늘 1인 화소의 가중치로 본다."""
    wide, stacked = np.column_stack([x, np.ones(len(x))]), np.vstack([W, b])
    z = wide @ stacked
    p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    stacked = stacked - lr * wide.T @ (p - np.eye(len(b))[y]) / len(y)
    return stacked[:-1], stacked[-1]


def by_einsum(x, y, W, b, lr):
    z = np.einsum("nd,dk->nk", x, W) + b[None]
    e = np.exp(z - z.max(axis=1)[:, None])
    t = y[:, None] == np.arange(len(b))
    dz = e / e.sum(axis=1)[:, None] - t
    mean = np.einsum("nd,nk->dk", x, dz) / len(x)
    return W - lr * mean, b - lr * dz.mean(axis=0)


def in_single_precision(x, y, W, b, lr):
    x, W, b = (v.astype(np.float32) for v in (x, W, b))
    z = x @ W + b
    dz = np.exp(z - z.max(axis=1, keepdims=True))
    dz /= dz.sum(axis=1, keepdims=True)
    dz[np.arange(len(y)), y] -= 1
    lr = np.float32(lr / len(y))
    return W - lr * (x.T @ dz), b - lr * dz.sum(axis=0)
