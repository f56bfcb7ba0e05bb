"""ex-vjp-modes: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np


class ByElements:
    def __init__(self, weights, x):
        self.weights = weights
        self.kept = [x]
        for W in weights:
            self.kept.append(np.tanh([self.kept[-1] @ column for column in W.T]))

    def push(self, u):
        for k, W in enumerate(self.weights):
            a = self.kept[k + 1]
            u = np.array(
                [
                    sum(u[i] * W[i, j] for i in range(len(u))) * (1 - a[j] ** 2)
                    for j in range(len(a))
                ]
            )
        return u

    def pull(self, v):
        for k in range(len(self.weights) - 1, -1, -1):
            W, a = self.weights[k], self.kept[k + 1]
            v = np.array(
                [
                    sum(v[j] * (1 - a[j] ** 2) * W[i, j] for j in range(len(a)))
                    for i in range(len(W))
                ]
            )
        return v

    def jacobian(self):
        n, m = self.kept[0].size, self.kept[-1].size
        J = np.zeros((m, n))
        if m <= n:
            for i in range(m):
                J[i] = self.pull(np.arange(m) == i)
        else:
            for j in range(n):
                J[:, j] = self.push(np.arange(n) == j)
        return J


class ByEinsum:
    def __init__(self, weights, x):
        self.layers, a = [], x
        self.n = len(x)
        for W in weights:
            a = np.tanh(np.einsum("i,ij->j", a, W))
            self.layers.append((W, 1 - a * a))
        self.m = len(a)

    def push(self, u):
        for W, slope in self.layers:
            u = np.einsum("i,ij,j->j", u, W, slope)
        return u

    def pull(self, v):
        for W, slope in self.layers[::-1]:
            v = np.einsum("j,j,ij->i", v, slope, W)
        return v

    def jacobian(self):
        if self.m > self.n:
            return np.stack([self.push(u) for u in np.identity(self.n)], axis=1)
        return np.stack([self.pull(v) for v in np.identity(self.m)], axis=0)


class InSinglePrecision:
    def __init__(self, weights, x):
        self.weights = [W.astype(np.float32) for W in weights]
        self.kept = [x.astype(np.float32)]
        for W in self.weights:
            self.kept.append(np.tanh(self.kept[-1] @ W))

    def push(self, u):
        u = u.astype(np.float32)
        for W, a in zip(self.weights, self.kept[1:], strict=True):
            u = W.T @ u * (1 - a) * (1 + a)
        return u

    def pull(self, v):
        v = v.astype(np.float32)
        for W, a in zip(self.weights[::-1], self.kept[:0:-1], strict=True):
            v = W @ (v * (1 - a) * (1 + a))
        return v

    def jacobian(self):
        n, m = len(self.kept[0]), len(self.kept[-1])
        one, size = (self.push, n) if n < m else (self.pull, m)
        J = np.array([one(e) for e in np.eye(size, dtype=np.float32)])
        return J.T if n < m else J


EQUIVALENT = {"비교: n < m → n <= m": "입력과 출력의 수가 같으면 어느 쪽이든 호출하는 횟수가 같다"}
