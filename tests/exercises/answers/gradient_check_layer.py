"""ex-gradient-check-layer: 다른 방식의 바른 답."""

import numpy as np


class ByLoops:
    def __init__(self, gains):
        self.gains = gains

    def forward(self, x):
        self.x = x
        return np.array([[v * g for v, g in zip(row, self.gains, strict=True)] for row in x])

    def backward(self, upstream):
        self.dg = np.zeros(len(self.gains))
        dx = np.empty_like(self.x)
        for n, k in np.ndindex(upstream.shape):
            self.dg[k] += self.x[n, k] * upstream[n, k]
            dx[n, k] = self.gains[k] * upstream[n, k]
        return dx


class ByEinsum:
    def __init__(self, g):
        self.g = g
        self.dg = None

    def forward(self, x):
        self.x = np.array(x)
        return np.einsum("nk,k->nk", x, self.g)

    def backward(self, dout):
        self.dg = np.einsum("nk,nk->k", self.x, dout)
        return np.einsum("nk,k->nk", dout, self.g)


class AsDiagonalMatrixInSinglePrecision:
    def __init__(self, g):
        self.W = np.diag(g).astype(np.float32)

    def forward(self, x):
        self.x = x.astype(np.float32)
        return self.x @ self.W

    def backward(self, dout):
        dout = dout.astype(np.float32)
        self.dg = np.diag(self.x.T @ dout)
        return dout @ self.W.T
