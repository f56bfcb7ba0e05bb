"""ex-optimizers-momentum: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import cmath
import math

import numpy as np


def by_the_quadratic_formula(h, lr, beta):
    b = 1 + beta - lr * h
    root = cmath.sqrt(b * b - 4 * beta)
    return max(abs(b + root), abs(b - root)) / 2


def by_a_matrix(h, lr, beta):
    """(θ, v)에서 다음 (θ, v)로 가는 행렬의 고윳값."""
    step = np.array([[1 - lr * h, beta], [-lr * h, beta]])
    return max(abs(value) for value in np.linalg.eigvals(step))


def by_cases(h, lr, beta):
    b = 1 + beta - lr * h
    if b * b < 4 * beta:
        return math.sqrt(beta)
    return (abs(b) + math.sqrt(b * b - 4 * beta)) / 2


MIRRORED = "두 근의 부호만 함께 뒤집혀 크기가 그대로이다"
EQUIVALENT = {
    "부호: -(1 + beta - lr * h) → 1 + beta - lr * h": MIRRORED,
    "자리: 1 + beta - lr * h → lr * h - (1 + beta)": MIRRORED,
}
