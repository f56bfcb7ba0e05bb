"""ex-digits-inside-confusion: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

from collections import Counter

import numpy as np


def by_bincount(y, predicted, K):
    cm = np.bincount(K * y + predicted, minlength=K * K).reshape(K, K)
    off = np.where(np.eye(K, dtype=bool), -1, cm)
    return cm, off.argmax() // K, off.argmax() % K


def by_one_hot(y, predicted, K):
    cm = np.eye(K, dtype=np.float32)[y].T @ np.eye(K, dtype=np.float32)[predicted]
    errors = cm.copy()
    np.fill_diagonal(errors, 0)
    i, j = np.argwhere(errors == errors.max())[0]
    return cm, i, j


def by_counter(y, predicted, K):
    pairs = Counter(zip(y.tolist(), predicted.tolist(), strict=True))
    cm = np.array([[pairs[i, j] for j in range(K)] for i in range(K)])
    (i, j), _ = max(
        (item for item in pairs.items() if item[0][0] != item[0][1]), key=lambda t: t[1]
    )
    return cm, i, j


EQUIVALENT = {
    "빠짐: np.zeros((K, K), dtype=int) → np.zeros((K, K))": "float로 세어도 같은 수이다",
}
