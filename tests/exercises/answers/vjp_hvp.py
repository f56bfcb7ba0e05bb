"""ex-vjp-hvp: 다른 방식의 바른 답."""

import math

import numpy as np


def by_complex_step(gradient, x, v):
    size = np.abs(v).max()
    if size == 0:
        return 0.0 * x
    return size * np.imag(gradient(x + 1e-200j * (v / size))) / 1e-200


def by_scaling_the_step(gradient, x, v, h=1e-5):
    length = math.sqrt(sum(float(value) ** 2 for value in v))
    step = h / length if length > 0 else 0.0
    if not step:
        return np.zeros(len(x))
    up = gradient(np.array([a + step * b for a, b in zip(x, v, strict=True)]))
    down = gradient(np.array([a - step * b for a, b in zip(x, v, strict=True)]))
    return np.array([(a - b) / (2 * step) for a, b in zip(up, down, strict=True)])


def by_the_real_distance(gradient, x, v, h=4e-6):
    """정해 둔 폭 대신 정말로 벌어진 폭으로 나눈다."""
    length = np.linalg.norm(v)
    direction = np.divide(v, length, out=np.zeros_like(x), where=length > 0)
    high, low = x + h * direction, x - h * direction
    moved = np.linalg.norm(high - low)
    change = gradient(high) - gradient(low)
    return length * np.divide(change, moved, out=np.zeros_like(x), where=moved > 0)
