"""ex-calibration-search: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np


def by_golden_section(z, y):
    ratio = (np.sqrt(5) - 1) / 2

    def loss(u):
        scaled = z / np.exp(u)
        return np.mean(np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(y)), y])

    low, high = -3.0, 3.0
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    loss_a, loss_b = loss(a), loss(b)
    for _ in range(50):
        if loss_a < loss_b:
            high, b, loss_b = b, a, loss_a
            a = high - ratio * (high - low)
            loss_a = loss(a)
        else:
            low, a, loss_a = a, b, loss_b
            b = low + ratio * (high - low)
            loss_b = loss(b)
    return np.exp((low + high) / 2)


def by_the_slope(z, y):
    """골짜기의 밑에서는 모델이 기대한 로짓의 평균과 정답 로짓의 평균이 같다."""
    low, high = -3.0, 3.0
    for _ in range(60):
        middle = (low + high) / 2
        p = np.exp(z / np.exp(middle) - np.logaddexp.reduce(z / np.exp(middle), axis=1)[:, None])
        gap = (p * z).sum(axis=1).mean() - z[np.arange(len(y)), y].mean()
        low, high = (middle, high) if gap > 0 else (low, middle)
    return float(np.exp(low))


def by_finer_grids(z, y):
    low, high = -3.0, 3.0
    for _ in range(6):
        grid = np.linspace(low, high, 21)
        scaled = z[None] / np.exp(grid)[:, None, None]
        picked = scaled[:, np.arange(len(y)), y]
        best = (np.logaddexp.reduce(scaled, axis=2) - picked).mean(axis=1).argmin()
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
    return np.exp(grid[best])


def in_single_precision(z, y):
    z = z.astype(np.float32)

    def loss(u):
        s = z * np.exp(-np.float32(u))
        s = s - s.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y], dtype=np.float32)

    low, high = -3.0, 3.0
    for _ in range(30):
        left, right = (2 * low + high) / 3, (low + 2 * high) / 3
        low, high = (left, high) if loss(left) > loss(right) else (low, right)
    return np.float32(np.exp((low + high) / 2))


EQUIVALENT = {
    "비교: nll(z / np.exp(left), y) > nll(z / np.exp(right), y) → nll(z / np.exp(left), y) >= nll(z / np.exp(right), y)": "두 점의 NLL이 같으면 골짜기가 그 사이에 있어 어느 쪽 바깥을 버려도 된다",
    "상수: 60 → 61": "한 번 더 줄여도 같은 온도이다",
    "상수: 3 → 4": "왼쪽 점이 4등분한 곳에 있어도 골짜기를 품은 채 줄어든다",
}
