"""ex-optimizers-sampler: 다른 방식의 바른 답."""

from itertools import count

import numpy as np


def _one_epoch(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def by_yield_from(n, batch_size, rng):
    while True:
        yield from _one_epoch(n, batch_size, rng)


def by_shuffling_a_list(n, batch_size, rng):
    for _ in count():
        cards = list(range(n))
        rng.shuffle(cards)
        while cards:
            yield np.array(cards[:batch_size])
            del cards[:batch_size]


def by_sorting_random_keys(n, batch_size, rng):
    while True:
        order = np.argsort(rng.random(n))
        yield from np.split(order, np.arange(batch_size, n, batch_size))


def by_shuffling_in_place(n, batch_size, rng):
    """같은 배열을 제자리에서 섞고 그 일부를 낸다. 훈련 루프는 다음 것을 받기 전에 다 쓴다."""
    order = np.arange(n)
    while True:
        rng.shuffle(order)
        for start in range(0, n, batch_size):
            yield order[start : start + batch_size]
