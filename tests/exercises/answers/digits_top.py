"""ex-digits-top: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np


def by_counting_better(p, y, k):
    own = np.take_along_axis(p, y[:, None], axis=1)
    return float(((p > own).sum(axis=1) < k).mean())


def by_loops(p, y, k):
    hits = 0
    for row, label in zip(p, y, strict=True):
        candidates = sorted(range(len(row)), key=lambda c: -row[c])[:k]
        hits += int(label) in candidates
    return hits / len(y)


def by_partition(p, y, k):
    p = p.astype(np.float32)
    least = np.sort(p, axis=1)[:, p.shape[1] - k]
    return np.mean(p[np.arange(len(y)), y] >= least, dtype=np.float32)


EQUIVALENT = {
    "축: np.argsort(p, axis=1) → np.argsort(p)": "축을 적지 않으면 마지막 축이다",
}
