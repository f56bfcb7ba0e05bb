"""ex-likelihood-hetero: 다른 방식의 바른 답."""

import math

import numpy as np


def by_loops(mu, s, y):
    loss, dmu, ds = 0.0, np.zeros(len(y)), np.zeros(len(y))
    for n, (m, log_variance, value) in enumerate(zip(mu, s, y, strict=True)):
        variance = math.exp(log_variance)
        loss += 0.5 * log_variance + (value - m) ** 2 / (2 * variance)
        dmu[n] = -(value - m) / variance / len(y)
        ds[n] = 0.5 * (1 - (value - m) ** 2 / variance) / len(y)
    return loss / len(y), dmu, ds


def by_standard_scores(mu, s, y):
    sigma = np.exp(s / 2)
    score = (mu - y) / sigma
    loss = np.log(sigma).mean() + score @ score / (2 * y.size)
    return loss, score / sigma / y.size, (1 - score**2) / (2 * y.size)


def from_the_density(mu, s, y):
    variance = np.exp(s)
    density = np.exp(-((y - mu) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    loss = -np.log(density).mean() - np.log(2 * np.pi) / 2
    dvariance = (1 / variance - (y - mu) ** 2 / variance**2) / (2 * len(y))
    return [loss, (mu - y) / (variance * len(y)), dvariance * variance]


def in_single_precision(mu, s, y):
    mu, s, y = (part.astype(np.float32) for part in (mu, s, y))
    ratio = np.square(y - mu) / np.exp(s)
    n = np.float32(len(y))
    return (s + ratio).sum() / (2 * n), (mu - y) / np.exp(s) / n, (1 - ratio) / (2 * n)
