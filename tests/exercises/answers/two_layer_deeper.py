"""ex-two-layer-deeper: 다른 방식의 바른 답."""

import numpy as np


def _logistic(z):
    return 0.5 * (1 + np.tanh(z / 2))


def by_a_loop_over_layers(Ws, x, y):
    inputs = [x]
    for W in Ws[:-1]:
        inputs.append(_logistic(inputs[-1] @ W))
    z = inputs[-1] @ Ws[-1]
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    dz, grads = p / len(y), []
    for W, h in zip(Ws[::-1], inputs[::-1], strict=True):
        grads.insert(0, h.T @ dz)
        dz = (dz @ W.T) * h * (1 - h)
    return grads


def by_samples(Ws, x, y):
    grads = [np.zeros(W.shape) for W in Ws]
    for row, label in zip(x, y, strict=True):
        h1 = _logistic(Ws[0].T @ row)
        h2 = _logistic(Ws[1].T @ h1)
        z = Ws[2].T @ h2
        dz3 = np.exp(z - np.logaddexp.reduce(z))
        dz3[label] -= 1
        dz2 = (Ws[2] @ dz3) * (h2 - h2**2)
        dz1 = (Ws[1] @ dz2) * (h1 - h1**2)
        for grad, h, dz in zip(grads, (row, h1, h2), (dz1, dz2, dz3), strict=True):
            grad += np.outer(h, dz) / len(y)
    return grads


def in_single_precision(Ws, x, y):
    W1, W2, W3 = (W.astype(np.float32) for W in Ws)
    x = x.astype(np.float32)
    h1 = _logistic(x @ W1)
    h2 = _logistic(np.einsum("nh,hk->nk", h1, W2))
    z = h2 @ W3
    z = z - z.max(axis=1)[:, None]
    p = np.exp(z) / np.exp(z).sum(axis=1)[:, None]
    d3 = (p - (np.arange(z.shape[1]) == y[:, None])) / np.float32(len(y))
    d2 = np.einsum("nk,hk->nh", d3, W3) * h2 * (1 - h2)
    d1 = np.einsum("nk,hk->nh", d2, W2) * h1 * (1 - h1)
    return (x.T @ d1, h1.T @ d2, h2.T @ d3)
