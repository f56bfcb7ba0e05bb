"""ex-report-metrics: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np


def by_loops(answer, y):
    tp = fp = fn = 0
    for a, t in zip(answer, y, strict=True):
        tp += a == 1 and t == 1
        fp += a == 1 and t == 0
        fn += a == 0 and t == 1
    precision = tp / (tp + fp) if tp + fp > 0 else 0
    recall = tp / (tp + fn) if tp + fn > 0 else 0
    f1 = 0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)
    return precision, recall, f1


def by_masks(answer, y):
    tp = np.sum((answer == 1) & (y == 1))
    fp = np.sum((answer == 1) & (y == 0))
    fn = np.sum((answer == 0) & (y == 1))
    return [
        float(tp / max(tp + fp, 1)),
        float(tp / max(tp + fn, 1)),
        float(2 * tp / max(2 * tp + fp + fn, 1)),
    ]


def by_table(answer, y):
    (_, fn), (fp, tp) = np.bincount(2 * answer + y, minlength=4).reshape(2, 2)
    sizes = np.array([tp + fp, tp + fn, 2 * tp + fp + fn])
    ratios = np.array([tp, tp, 2 * tp]) / np.where(sizes == 0, 1, sizes)
    return tuple(ratios)


def in_single_precision(answer, y):
    answer, y = answer.astype(np.float32), y.astype(np.float32)
    hits = answer @ y
    counts = answer.sum(), y.sum(), (answer.sum() + y.sum()) / 2
    return tuple(hits / n if n > 0 else np.float32(0) for n in counts)


EQUIVALENT = {
    "빠짐: alarms + positives → alarms": "악성이라고 답한 적이 없으면 맞힌 것도 없어 어느 갈래든 F1이 0이다",
    "빠짐: alarms + positives → positives": "악성이 하나도 없으면 맞힌 것도 없어 어느 갈래든 F1이 0이다",
}
