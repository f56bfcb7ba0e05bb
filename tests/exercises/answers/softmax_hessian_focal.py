"""ex-softmax-hessian-focal: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(z, y, gamma):
    dz = np.zeros(z.shape)
    for n, (row, label) in enumerate(zip(z, y, strict=True)):
        top = max(row)
        log_total = top + math.log(sum(math.exp(v - top) for v in row))
        log_q = row[label] - log_total
        q = math.exp(log_q)
        weight = (1 - q) ** gamma
        if gamma:
            weight -= gamma * q * (1 - q) ** (gamma - 1) * log_q
        for k, v in enumerate(row):
            dz[n, k] = weight * (math.exp(v - log_total) - (k == label)) / len(z)
    return dz


def through_the_jacobian(z, y, gamma):
    """샘플마다 dL/dq에 야코비 행렬의 한 행을 곱한다. q로 나누지 않으려고 q dL/dq를 쓴다."""
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    p = np.exp(log_p)
    rows = []
    for n, label in enumerate(y):
        q, log_q = p[n, label], log_p[n, label]
        slope = -((1 - q) ** gamma)
        slope += gamma * q * (1 - q) ** (gamma - 1) * log_q if gamma else 0
        rows.append(slope * (np.eye(z.shape[1])[label] - p[n]))
    return np.stack(rows) / len(y)


def in_single_precision(z, y, gamma):
    z = z.astype(np.float32)
    n = np.arange(len(y))
    log_p = z - z.max(axis=1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    dz = np.exp(log_p)
    q, log_q = dz[n, y].copy(), log_p[n, y]
    dz[n, y] -= 1
    rest = 1 - q
    weight = rest**gamma
    if gamma > 0:
        weight = weight - gamma * q * rest ** (gamma - 1) * log_q
    return dz * weight[:, None].astype(np.float32) / np.float32(len(y))
