"""ex-calibration-equal: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np


def by_loops(p, y, n_bins):
    pairs = sorted(
        (max(row), int(np.argmax(row)) == label) for row, label in zip(p, y, strict=True)
    )
    size, more = divmod(len(pairs), n_bins)
    total, start = 0.0, 0
    for i in range(n_bins):
        stop = start + size + (i < more)
        total += abs(sum(right - sure for sure, right in pairs[start:stop]))
        start = stop
    return total / len(pairs)


def by_reduceat(p, y, n_bins):
    order = np.argsort(p.max(axis=1))
    gap = (p.argmax(axis=1) == y)[order] - p.max(axis=1)[order]
    starts = [part[0] for part in np.array_split(np.arange(len(y)), n_bins)]
    return np.abs(np.add.reduceat(gap, starts)).sum() / len(y)


def in_single_precision(p, y, n_bins):
    p = p.astype(np.float32)
    order = p.max(axis=1).argsort(kind="stable")
    gap = (p.argmax(axis=1) == y).astype(np.float32) - p.max(axis=1)
    return np.float32(sum(abs(part.sum()) for part in np.array_split(gap[order], n_bins))) / len(y)


EQUIVALENT = {
    "자리: correct[g].mean() - confidence[g].mean() → confidence[g].mean() - correct[g].mean()": "절댓값을 구하므로 빼는 순서는 상관없다",
}
