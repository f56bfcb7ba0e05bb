"""ex-label-smoothing-abstain: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import math

import numpy as np


def by_trying_each(p, y, promise):
    best = math.inf
    for threshold in p.max(axis=1):
        answered = p.max(axis=1) >= threshold
        if np.mean(p[answered].argmax(axis=1) == y[answered]) >= promise:
            best = min(best, threshold)
    return best


def by_comparing_all(p, y, promise):
    confidence = p.max(axis=1)
    answered = confidence[None, :] >= confidence[:, None]  # 행이 임곗값, 열이 답
    rate = (answered & (p.argmax(axis=1) == y)).sum(axis=1) / answered.sum(axis=1)
    return np.min(np.where(rate >= promise, confidence, np.inf))


def by_counting_mistakes(p, y, promise):
    ranked = sorted(zip(p.max(axis=1), p.argmax(axis=1) != y, strict=True), reverse=True)
    wrong, threshold = 0, np.inf
    for n, (confidence, missed) in enumerate(ranked, 1):
        wrong += missed
        if wrong <= (1 - promise) * n + 1e-12:
            threshold = confidence
    return threshold


def in_single_precision(p, y, promise):
    p = p.astype(np.float32)
    confidence = p.max(axis=1)
    order = confidence.argsort()[::-1]
    right = (p.argmax(axis=1) == y)[order]
    n = np.flatnonzero(right.cumsum() >= promise * np.arange(1, len(y) + 1))
    return np.inf if n.size == 0 else confidence[order][n.max()]
