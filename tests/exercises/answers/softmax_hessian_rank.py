"""ex-softmax-hessian-rank: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import math

import numpy as np


def by_loops(z):
    top = max(z)
    weights = [math.exp(v - top) for v in z]
    p = [w / sum(weights) for w in weights]
    J = np.zeros((len(z), len(z)))
    for k, j in np.ndindex(J.shape):
        if k == j:
            J[k, k] = p[k] * sum(p[:k] + p[k + 1 :])
        else:
            J[k, j] = -p[k] * p[j]
    return J


def by_deleting(z):
    p = np.exp(z - np.logaddexp.reduce(z))
    rest = np.array([np.delete(p, k).sum() for k in range(len(p))])
    return np.where(np.eye(len(p), dtype=bool), p * rest, -p[:, None] * p)


def by_pairs(z):
    """J는 두 클래스씩 짝지은 (e_k − e_j)(e_k − e_j)ᵀ의 합이다."""
    e = np.exp(z - z.max())
    p = e / e.sum()
    k, j = np.triu_indices(len(p), 1)
    D = np.eye(len(p))[k] - np.eye(len(p))[j]
    return D.T @ ((p[k] * p[j])[:, None] * D)


def in_single_precision(z):
    z = z.astype(np.float32)
    e = np.exp(z - z.max())
    p = e / e.sum()
    other = (1 - np.eye(len(p), dtype=np.float32)) @ p
    return np.where(np.eye(len(p), dtype=bool), p * other, -np.outer(p, p))


EQUIVALENT = {
    "축: 1 → 0": "대칭 행렬이라 행의 합과 열의 합이 같다",
}
