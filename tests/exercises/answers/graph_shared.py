"""ex-graph-shared: 다른 방식의 바른 답."""

import numpy as np


def by_pulling(lines, values):
    """이름마다 그것을 쓰는 줄을 모두 찾아 더한다. 출력 쪽 이름부터 구한다."""
    output, grads = lines[-1][0], {}
    order = [name for name in values if name not in {line[0] for line in lines}]
    order += [line[0] for line in lines]
    for name in reversed(order):
        total = 1.0 if name == output else 0.0
        for y, op, a, b in lines:
            if a == name:
                total += grads[y] * (1.0 if op == "+" else values[b])
            if b == name:
                total += grads[y] * (1.0 if op == "+" else values[a])
        grads[name] = total
    return grads


def by_carrying_derivatives_forward(lines, values):
    """이름마다 따로, 그 이름을 1만큼 움직인 순방향 모드."""
    grads = {}
    for name in values:
        moved = {other: float(other == name) for other in values}
        for y, op, a, b in lines:
            if y != name:
                moved[y] = (
                    moved[a] + moved[b]
                    if op == "+"
                    else moved[a] * values[b] + values[a] * moved[b]
                )
        grads[name] = moved[lines[-1][0]]
    return grads


def in_single_precision(lines, values):
    names = list(values)
    g = np.zeros(len(names), dtype=np.float32)
    g[names.index(lines[-1][0])] = 1
    for y, op, *sources in lines[::-1]:
        upstream = g[names.index(y)]
        others = [np.float32(values[s]) for s in sources[::-1]]
        for source, other in zip(sources, others, strict=True):
            g[names.index(source)] += upstream * (np.float32(1) if op == "+" else other)
    return dict(zip(names, g, strict=True))
