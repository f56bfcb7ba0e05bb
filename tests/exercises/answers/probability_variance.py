"""ex-probability-variance: 다른 방식의 바른 답."""

import numpy as np


def by_adding_up(a, var_x, b, var_y, n):
    summed = 0.0
    for _ in range(n):
        summed += var_x
    total = a * a * var_x + b * b * var_y
    difference = a * a * var_x + (-b) * (-b) * var_y
    return [total, difference, summed / n**2]


def by_deviations(a, var_x, b, var_y, n):
    sx, sy = np.sqrt(var_x), np.sqrt(var_y)
    return (
        np.hypot(a * sx, b * sy) ** 2,
        np.hypot(a * sx, -b * sy) ** 2,
        (sx / np.sqrt(n)) ** 2,
    )


def by_covariance_matrix(a, var_x, b, var_y, n):
    covariance = np.diag([var_x, var_y])
    weights = np.array([[a, b], [a, -b]])
    total, difference = np.einsum("ki,ij,kj->k", weights, covariance, weights)
    share = np.full(n, 1 / n)
    return total, difference, float(share @ (var_x * np.eye(n)) @ share)


def in_single_precision(a, var_x, b, var_y, n):
    a, var_x, b, var_y = map(np.float32, (a, var_x, b, var_y))
    both = np.square(a) * var_x + np.square(b) * var_y
    return both, both, var_x * np.float32(1 / n)
