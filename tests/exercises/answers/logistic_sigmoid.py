"""ex-logistic-sigmoid: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import math

import numpy as np


def by_loops(z):
    p = []
    for v in z:
        if v >= 0:
            p.append(1 / (1 + math.exp(-v)))
        else:
            p.append(math.exp(v) / (1 + math.exp(v)))
    return np.array(p)


def by_masks(z):
    p = np.empty_like(z)
    positive = z > 0
    p[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    p[~positive] = e / (1 + e)
    return p


def through_the_logarithm(z):
    return np.exp(-np.logaddexp(0, -z))


def by_the_smaller_exponent(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def one_formula_by_sign(z):
    sign = np.where(z < 0, -1.0, 1.0)
    e = np.exp(-sign * z)
    return np.where(sign > 0, 1 / (1 + e), e / (1 + e))


EQUIVALENT = {"비교: z >= 0 → z > 0": "0에서는 e가 1이라 두 갈래의 값이 같다"}
