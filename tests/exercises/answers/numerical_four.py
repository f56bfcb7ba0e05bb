"""ex-numerical-four: 다른 방식의 바른 답."""

import numpy as np


def by_mixing_two_widths(f, x, h):
    def central(width):
        return (f(x + width) - f(x - width)) / (2 * width)

    return (4 * central(h) - central(2 * h)) / 3


def by_weights(f, x, h):
    places = np.array([-2, -1, 1, 2])
    weights = np.array([1, -8, 8, -1]) / 12
    return np.dot(weights, [f(x + k * h) for k in places]) / h


def by_a_loop(f, x, h):
    total = 0.0
    for k, weight in ((1, 8), (2, -1)):
        for sign in (1, -1):
            total += sign * weight * f(x + sign * k * h)
    return total / (12 * h)
