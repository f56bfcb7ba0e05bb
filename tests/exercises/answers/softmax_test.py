"""ex-softmax-test: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np


def against_loops(f):
    z = np.array([[0.0, 1.0, 3.0], [900.0, 903.0, 901.0], [-900.0, -901.0, -900.5]])
    want = np.array([np.exp(row - row.max()) / np.exp(row - row.max()).sum() for row in z])
    return bool(np.allclose(f(z), want))


def by_trying(f):
    z = np.array([[5.0, 1.0, 0.0, 2.0], [1.0, 2.0, 3.0, 4.0], [-2000.0, -2001.0, -2000.0, -2003.0]])
    try:
        p = f(z)
    except ValueError:
        return False
    return not np.isnan(p).any() and np.abs(p.sum(axis=1) - 1).max() < 1e-9


def by_one_row_at_a_time(f):
    z = np.array([[1.0, 2.0, 3.0], [700.0, 701.0, 703.0], [-700.0, -705.0, -701.0]])
    alone = np.vstack([f(row[None]) for row in z])
    return bool(np.allclose(alone, f(z)) and np.allclose(alone.sum(axis=1), 1))


EQUIVALENT = {
    "상수: 2.0 → 3.0": "첫 행은 여전히 보통 크기의 로짓이다",
    "줄임: row.max → row.min": "행 안의 차이가 작아 무엇을 빼도 같은 확률이다",
    "자리: np.allclose(f(logits), by_hand) → np.allclose(by_hand, f(logits))": "거의 같은 두 값의 자리는 상관없다",
}
