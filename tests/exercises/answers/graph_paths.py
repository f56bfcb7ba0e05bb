"""ex-graph-paths: 다른 방식의 바른 답."""

from functools import cache

import numpy as np


def by_remembered_recursion(lines, inputs):
    users = {}
    for name, _, *sources in lines:
        for source in sources:
            users.setdefault(source, []).append(name)
    output = lines[-1][0]

    @cache
    def paths(name):
        return (name == output) + sum(paths(user) for user in users.get(name, []))

    return {name: paths(name) for name in [*inputs, *(line[0] for line in lines)]}


def by_a_matrix(lines, inputs):
    """엣지의 행렬 A를 이어 곱한다. 길이 k인 길의 수는 Aᵏ의 칸이다."""
    names = [*inputs, *(line[0] for line in lines)]
    place = {name: i for i, name in enumerate(names)}
    edges = np.zeros((len(names), len(names)), dtype=np.int64)
    for name, _, *sources in lines:
        for source in sources:
            edges[place[source], place[name]] += 1
    ends = np.zeros(len(names), dtype=np.int64)
    ends[-1] = 1
    total = ends.copy()
    for _ in lines:
        ends = edges @ ends
        total += ends
    return dict(zip(names, total, strict=True))


def in_floating_point(lines, inputs):
    paths = {lines[-1][0]: 1.0}
    for line in lines[::-1]:
        for source in line[2:]:
            paths[source] = paths.get(source, 0.0) + paths.get(line[0], 0.0)
    return {name: paths.get(name, 0.0) for name in (*inputs, *[line[0] for line in lines])}
