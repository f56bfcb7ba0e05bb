"""ex-cross-entropy-initial: 다른 방식의 바른 답."""

import math

import numpy as np


def by_surprise(n_classes, variance):
    guess = 1 / n_classes
    return -math.log(guess) + 0.5 * variance * (1 - guess)


def by_expanding(n_classes, variance):
    return np.log(n_classes) + variance / 2 - variance / (2 * n_classes)


def by_one_logit_at_a_time(n_classes, variance):
    total = math.log(n_classes)
    for _ in range(n_classes - 1):
        total += variance / 2 / n_classes
    return total


def in_single_precision(n_classes, variance):
    k, v = np.float32(n_classes), np.float32(variance)
    return np.log(k) + v * (k - 1) / k / 2


def by_measuring(n_classes, variance):
    logits = np.sqrt(variance) * np.random.default_rng(1).normal(size=(20_000, n_classes))
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[:, 0])


def by_the_next_order(n_classes, variance):
    return np.log(n_classes) + variance / 2 - np.expm1(variance) / (2 * n_classes)
