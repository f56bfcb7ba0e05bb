"""ex-optimizers-adam: 다른 방식의 바른 답."""

import math

import numpy as np


def by_elements(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    step = np.zeros(len(g))
    for i, slope in enumerate(g):
        mean, square = slope, slope * slope
        if not corrected:
            mean, square = mean * (1 - beta1), square * (1 - beta2)
        step[i] = -lr * mean / (math.sqrt(square) + 1e-8)
    return step


def by_the_general_formula(g, lr, beta1=0.9, beta2=0.999, corrected=True, t=1):
    m = beta1 * np.zeros_like(g) + (1 - beta1) * g
    v = beta2 * np.zeros_like(g) + (1 - beta2) * np.square(g)
    m_hat = m / (1 - beta1**t) if corrected else m
    v_hat = v / (1 - beta2**t) if corrected else v
    return -(lr * m_hat) / (v_hat**0.5 + 1e-8)


def in_single_precision(g, lr, beta1=0.9, beta2=0.999, corrected=True):
    g = g.astype(np.float32)
    a, b = (1.0, 1.0) if corrected else (1 - beta1, math.sqrt(1 - beta2))
    return np.float32(-lr * a) * g / (np.float32(b) * np.abs(g) + np.float32(1e-8))
