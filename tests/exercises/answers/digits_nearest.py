"""ex-digits-nearest: 다른 방식의 바른 답."""

import numpy as np


def without_dividing(means):
    return 2 * means.T, -np.einsum("kd,kd->k", means, means)


def by_loops(means):
    classes, pixels = means.shape
    W, b = np.zeros((pixels, classes)), np.zeros(classes)
    for k in range(classes):
        for d in range(pixels):
            W[d, k] = means[k, d]
            b[k] -= means[k, d] ** 2 / 2
    return W, b


def against_the_first(means):
    """모든 점수에서 0번의 점수를 뺀 것. 순위는 그대로이다."""
    half = np.linalg.norm(means, axis=1) ** 2 / 2
    return (means - means[0]).T, half[0] - half


def in_single_precision(means):
    means = means.astype(np.float32)
    return means.T.copy(), np.float32(-0.5) * np.square(means).sum(axis=1)
