"""ex-report-threshold: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np


def by_trying_from_the_top(p, y, target):
    for threshold in sorted(p, reverse=True):
        found = sum(1 for v, label in zip(p, y, strict=True) if label == 1 and v >= threshold)
        if found / sum(y) >= target:
            return threshold
    return 0.0


def by_counting_up(p, y, target):
    order = np.argsort(-p, kind="stable")
    recall = np.cumsum(y[order]) / y.sum()
    return p[order][np.argmax(recall >= target)]


def by_all_thresholds(p, y, target):
    malignant = p[y == 1]
    recall = (malignant >= malignant[:, None]).mean(axis=1)
    return malignant[recall >= target].max()


def in_single_precision(p, y, target):
    malignant = -np.sort(-p[y == 1].astype(np.float32))
    return malignant[round(target * len(malignant) + 0.499) - 1]


EQUIVALENT = {
    "상수: 1 → 2 #3": "맨 끝에 재현율이 1보다 큰 자리가 하나 더 생기지만 거기까지 가지 않는다"
}
