"""ex-graph-local: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import math

import numpy as np


def by_a_table(op, g, a, b=None):
    def sigmoid_slope(z):
        e = math.exp(-abs(z))
        return e / (1 + e) ** 2

    rules = {
        "add": lambda: (1, 1),
        "mul": lambda: (b, a),
        "max": lambda: (1, 0) if a > b else (0, 1),
        "relu": lambda: (1,) if a > 0 else (0,),
        "sigmoid": lambda: (sigmoid_slope(a),),
    }
    return tuple(g * slope for slope in rules[op]())


def in_single_precision(op, g, a, b=None):
    g, a = np.float32(g), np.float32(a)
    if op in ("relu", "sigmoid"):
        half = np.tanh(a / 2)
        return [g * (np.float32(1) - half**2) / 4 if op == "sigmoid" else np.where(a > 0, g, 0)]
    b = np.float32(b)
    slopes = {"add": (1, 1), "mul": (b, a), "max": (np.heaviside(a - b, 0), np.heaviside(b - a, 0))}
    return [np.float32(g * s) for s in slopes[op]]


def with_one_return(op, g, a, b=None):
    found = np.zeros(2)
    match op:
        case "add":
            found[:] = g
        case "mul":
            found[:] = g * b, g * a
        case "max":
            found[int(a < b)] = g
        case "relu":
            found[0] = g if a > 0 else 0.0
        case "sigmoid":
            s = np.exp(a) / (1 + np.exp(a))
            found[0] = g * (s - s * s)
    return tuple(found[: 1 if b is None else 2])


EQUIVALENT = {
    "비교: a > b → a >= b": "두 값이 같은 경우는 채점하지 않는다",
    "비교: b > a → b >= a": "두 값이 같은 경우는 채점하지 않는다",
    "부호: -a → a": "σ(−a)는 1 − σ(a)라서 출력과 1에서 뺀 값이 자리만 바꾼다",
    "비교: a > 0 → a >= 0": "ReLU의 입력이 0인 경우는 채점하지 않는다",
}
