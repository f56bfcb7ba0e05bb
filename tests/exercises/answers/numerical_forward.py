"""ex-numerical-forward: 다른 방식의 바른 답."""

import numpy as np


def by_copies(loss, params, h=1e-8):
    base, grads = loss(params), {}
    for name, w in params.items():
        slopes = []
        for i in range(w.size):
            moved = w.copy().ravel()
            moved[i] += h
            slopes.append((loss({**params, name: moved.reshape(w.shape)}) - base) / h)
        grads[name] = np.array(slopes).reshape(w.shape)
    return grads


def by_one_direction_at_a_time(loss, params, h=1e-8):
    base = loss(params)

    def slope(name, direction):
        shifted = dict(params)
        shifted[name] = params[name] + h * direction
        return (loss(shifted) - base) / h

    return {
        name: np.array([slope(name, e.reshape(w.shape)) for e in np.eye(w.size)]).reshape(w.shape)
        for name, w in params.items()
    }


def in_place(loss, params, h=1e-8):
    unmoved = loss(params)
    grads = {}
    for name in params:
        flat = params[name].ravel()  # 같은 메모리를 본다
        g = np.empty(flat.size)
        for i in range(flat.size):
            before = flat[i]
            flat[i] = before + h
            g[i] = (loss(params) - unmoved) / h
            flat[i] = before
        grads[name] = g.reshape(params[name].shape)
    return grads
