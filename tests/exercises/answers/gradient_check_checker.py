"""ex-gradient-check-checker: 다른 방식의 바른 답과, 같은 뜻의 돌연변이."""

import numpy as np

from deepnote_lib.gradcheck import numerical_gradient


def by_numerical_gradient(model, loss, x, y):
    def f(_):
        return loss.forward(model.forward(x, training=True), y)

    numeric = [numerical_gradient(f, p.value) for p in model.parameters()]
    f(None)
    model.backward(loss.backward())
    analytic = [p.grad.copy() for p in model.parameters()]
    top = max(np.abs(n).max() for n in numeric)
    return all(
        np.allclose(a / top, n / top, rtol=1e-6, atol=1e-8)
        for a, n in zip(analytic, numeric, strict=True)
    )


def by_one_norm(model, loss, x, y):
    def f():
        return loss.forward(model.forward(x, training=True), y)

    f()
    model.backward(loss.backward())
    a = np.concatenate([p.grad.ravel() for p in model.parameters()])
    n = []
    for p in model.parameters():
        start = p.value.copy()
        for e in np.eye(start.size).reshape(-1, *start.shape):
            values = []
            for step in (1e-5, -1e-5):
                p.value[...] = start + step * e
                values.append(f())
            n.append((values[0] - values[1]) / 2e-5)
        p.value[...] = start
    return bool(np.linalg.norm(a - n) <= 1e-6 * (np.linalg.norm(a) + np.linalg.norm(n)))


def with_the_share_of_rounding(model, loss, x, y, h=1e-6):
    value = loss.forward(model.forward(x, training=True), y)
    model.backward(loss.backward())
    gaps, limits, top = [], [], 0.0
    for p in model.parameters():
        flat, grads = p.value.reshape(-1), p.grad.reshape(-1).copy()
        for i in range(len(flat)):
            before, out = flat[i], []
            for moved in (before + h, before - h):
                flat[i] = moved
                out.append(loss.forward(model.forward(x, training=True), y))
            flat[i] = before
            n = (out[0] - out[1]) / (2 * h)
            gaps.append(abs(grads[i] - n))
            limits.append(1e-6 * (abs(grads[i]) + abs(n)))
            top = max(top, abs(n))
    floor = 1e-8 * top + np.finfo(float).eps * abs(value) / h
    return not any(gap > limit + floor for gap, limit in zip(gaps, limits, strict=True))


HALF = "역전파와 수치 미분의 크기가 거의 같아, 허용량이 절반이 될 뿐이다"
EQUIVALENT = {
    "빠짐: np.abs(a) + np.abs(n) → np.abs(a)": HALF,
    "빠짐: np.abs(a) + np.abs(n) → np.abs(n)": HALF,
    "비교: np.abs(a - n) <= allowed → np.abs(a - n) < allowed": "차이가 허용량과 꼭 같은 일은 없다",
    "자리: a - n → n - a": "절댓값이 같다",
}
FLOOR = "작은 신경망에서는 수치 미분의 오차가 바닥의 항보다 작아, 크기에 비례하는 항이 없어도 판정이 같다"
SURVIVORS = {
    "부호: np.abs(a) + np.abs(n) → np.abs(a) - np.abs(n)": FLOOR,
    "빠짐: 1e-06 * (np.abs(a) + np.abs(n)) + 1e-08 * np.abs(n).max() → 1e-08 * np.abs(n).max()": FLOOR,
}
