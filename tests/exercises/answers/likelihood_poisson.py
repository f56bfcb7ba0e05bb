"""ex-likelihood-poisson: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(z, y):
    loss, dz = 0.0, []
    for v, k in zip(z, y, strict=True):
        loss += (math.exp(v) - k * v) / len(y)
        dz.append((math.exp(v) - k) / len(y))
    return loss, np.array(dz)


def by_chain_rule(z, y):
    rate = np.exp(z)
    dz = (1 - y / rate) / len(y) * rate
    return (rate.sum() - y @ z) / y.size, dz


def from_the_probability(z, y):
    rate = np.exp(z)
    factorial = np.array([math.factorial(k) for k in y], dtype=float)
    p = np.exp(-rate) * rate**y / factorial
    return [-np.mean(np.log(p) + np.log(factorial)), np.mean([rate - y], axis=0) / len(y)]


def in_single_precision(z, y):
    z, y = z.astype(np.float32), y.astype(np.float32)
    rate = np.exp(z)
    return (rate - y * z).mean(), (rate - y) / np.float32(z.size)
