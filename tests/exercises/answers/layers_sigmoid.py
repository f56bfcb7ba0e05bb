"""ex-layers-sigmoid: 다른 방식의 바른 답."""

import math

import numpy as np


class ByLoops:
    def forward(self, z):
        self.rows = [[1 / (1 + math.exp(-v)) for v in row] for row in z]
        return np.array(self.rows)

    def backward(self, dout):
        return np.array(
            [
                [g * a * (1 - a) for g, a in zip(*pair, strict=True)]
                for pair in zip(dout, self.rows, strict=True)
            ]
        )


class ByTanhInSinglePrecision:
    def __init__(self):
        self.out = None

    def forward(self, z):
        half = np.tanh(z.astype(np.float32) / 2)
        self.out = (half + 1) / 2
        return self.out

    def backward(self, dout):
        return np.multiply(dout.astype(np.float32), self.out - np.square(self.out))


class RemembersTheDerivative:
    def forward(self, z):
        e = np.exp(-np.abs(z))
        self.slope = e / (1 + e) ** 2
        return np.where(z >= 0, 1, e) / (1 + e)

    def backward(self, upstream):
        return self.slope * upstream
