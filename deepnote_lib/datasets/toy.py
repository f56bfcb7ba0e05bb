"""난수로 만드는 작은 데이터셋. 그림으로 보며 모델을 비교하는 데 쓴다.

모두 (x, y)를 반환한다. x는 float64 (n, 2), y는 int64 (n,)이고 순서는 섞여 있다. n은 전체 샘플
수이며 클래스별 샘플 수의 차이는 많아야 1이다. noise는 좌표마다 더하는 정규 잡음의 표준편차이다.
0이면 점이 함수마다 적은 곡선 위에 정확히 있다.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    as_array,
    check_count,
    check_finite,
    check_number,
    check_size,
    make_rng,
    numeric,
)
from deepnote_lib._typing import Array, IntArray, Rng


def _check_n(n: int, *, low: int = 2, d: int = 2) -> int:
    """샘플 수가 low 이상이고 (n, d) 배열을 만들 수 있는지 확인한다."""
    n = check_count("n", n, low=low)
    check_size("n", n, d)
    return n


def _balanced(n: int, n_classes: int) -> list[int]:
    """n을 n_classes로 고르게 나눈 개수. 남는 것은 앞 클래스부터 하나씩 갖는다."""
    share, extra = divmod(n, n_classes)
    return [share + (k < extra) for k in range(n_classes)]


def _finish(
    groups: list[Array], noise: float, generator: np.random.Generator
) -> tuple[Array, IntArray]:
    """클래스별 점에 N(0, noise²) 잡음을 더하고 번호를 붙여 섞는다."""
    x = np.concatenate(groups)
    y = np.repeat(np.arange(len(groups), dtype=np.int64), [len(group) for group in groups])
    with np.errstate(over="ignore"):  # 넘친 값은 바로 아래에서 알린다
        x = check_finite("x", x + noise * generator.standard_normal(x.shape))
    order = generator.permutation(len(y))
    return x[order], y[order]


def _polar(radius: Array | float, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def blobs(
    n: int = 300, centers: int | npt.ArrayLike = 3, std: float = 1.0, *, rng: Rng = None
) -> tuple[Array, IntArray]:
    """중심마다 둥근 점 무리: x = centers[y] + ε, ε ~ N(0, std² I).

    centers는 중심들 (K, 2)이나 정수 K이다. K이면 반지름이 4인 원 위에 (4, 0)부터 고르게 둔다.

    >>> x, y = blobs(4, [[0, 0], [5, 5]], 0.0, rng=0)
    >>> sorted(zip(y.tolist(), x.tolist()))
    [(0, [0.0, 0.0]), (0, [0.0, 0.0]), (1, [5.0, 5.0]), (1, [5.0, 5.0])]
    """
    std = check_number("std", std, low=0)
    if numeric("centers", centers).ndim == 0:
        n_classes = check_count("centers", centers)  # type: ignore[arg-type]
        n = _check_n(n, low=n_classes)
        middle = _polar(4.0, 2 * np.pi * np.arange(n_classes) / n_classes)
    else:
        middle = check_finite("centers", as_array("centers", centers, n_columns=2))
        n_classes = len(middle)
        if n_classes == 0:
            raise ValueError("centers: 중심이 하나 이상 있어야 합니다. 받은 개수=0")
        n = _check_n(n, low=n_classes)
    groups = [np.tile(c, (k, 1)) for c, k in zip(middle, _balanced(n, n_classes), strict=True)]
    return _finish(groups, std, make_rng(rng))


def two_moons(n: int = 200, noise: float = 0.1, *, rng: Rng = None) -> tuple[Array, IntArray]:
    """서로 맞물린 두 반달: y = 0은 (cos t, sin t), y = 1은 (1 − cos t, 0.5 − sin t), 0 ≤ t ≤ π.

    직선 하나로는 나눌 수 없다.

    >>> x, y = two_moons(100, rng=0)
    >>> x.shape, int(y.sum())
    ((100, 2), 50)
    """
    upper, lower = _balanced(_check_n(n), 2)
    noise = check_number("noise", noise, low=0)
    top = _polar(1.0, np.linspace(0, np.pi, upper))
    bottom = [1.0, 0.5] - _polar(1.0, np.linspace(0, np.pi, lower))
    return _finish([top, bottom], noise, make_rng(rng))


def circles(
    n: int = 200, noise: float = 0.05, *, ratio: float = 0.5, rng: Rng = None
) -> tuple[Array, IntArray]:
    """중심이 같은 두 원: 바깥(y = 0)은 반지름 1, 안쪽(y = 1)은 반지름 ratio(0 초과 1 미만).

    x₁² + x₂²을 특성으로 더하면 직선으로 나뉜다.

    >>> x, y = circles(6, 0.0, rng=0)
    >>> bool(np.allclose(np.linalg.norm(x, axis=1), np.where(y == 0, 1.0, 0.5)))
    True
    """
    counts = _balanced(_check_n(n), 2)
    noise = check_number("noise", noise, low=0)
    ratio = check_number("ratio", ratio, low=0, high=1, low_open=True, high_open=True)
    groups = [
        _polar(radius, 2 * np.pi * np.arange(k) / k)
        for radius, k in zip((1.0, ratio), counts, strict=True)
    ]
    return _finish(groups, noise, make_rng(rng))


def spirals(
    n: int = 300, n_classes: int = 3, noise: float = 0.02, *, rng: Rng = None
) -> tuple[Array, IntArray]:
    """감겨 나오는 나선 K = n_classes개: x = r (cos θ, sin θ), θ = 2π (r + y / K), 0.1 ≤ r ≤ 1.

    원점에서는 모든 나선이 만나 정답이 둘 이상이 되므로 반지름을 0.1에서 시작한다.

    >>> x, y = spirals(90, rng=0)
    >>> np.bincount(y)
    array([30, 30, 30])
    """
    n_classes = check_count("n_classes", n_classes, low=2)
    n = _check_n(n, low=n_classes)
    noise = check_number("noise", noise, low=0)
    groups = []
    for label, k in enumerate(_balanced(n, n_classes)):
        radius = np.linspace(0.1, 1.0, k)
        groups.append(_polar(radius, 2 * np.pi * (radius + label / n_classes)))
    return _finish(groups, noise, make_rng(rng))


def separable(
    n: int = 100, margin: float = 0.2, d: int = 2, *, rng: Rng = None
) -> tuple[Array, IntArray]:
    """마진을 보장하는 선형 분리 가능한 점: x = u + sign(wᵀu)·margin·w, w = (1, …, 1)/√d.

    x는 (n, d)이고 u는 U[−1, 1]ᵈ에서 뽑는다. wᵀx > 0이면 y = 1, 아니면 0이다. 모든 i에 대해
    (2yᵢ − 1)·wᵀxᵢ ≥ margin이고(반올림에도 지켜지도록 margin(1 + 10⁻⁹)만큼 민다), 가장 넓은 마진은
    이 값보다 클 수 있다. 좌표는 모두 ±(1 + 1.01·margin/√d) 안에 있다.

    >>> x, y = separable(50, 0.3, rng=0)
    >>> w = np.ones(2) / np.sqrt(2)
    >>> bool(((2 * y - 1) * (x @ w)).min() >= 0.3)
    True
    """
    d = check_count("d", d)
    negative, positive = _balanced(_check_n(n, d=d), 2)
    margin = check_number("margin", margin, low=0, low_open=True)
    generator = make_rng(rng)
    u = generator.uniform(-1, 1, size=(n, d))
    w = np.full(d, 1 / np.sqrt(d))
    side = np.repeat([-1.0, 1.0], [negative, positive])[:, None]
    # 반대쪽에 떨어진 점은 원점에 대해 뒤집는다. 분포는 그대로이고 두 클래스의 수는 같아진다
    u = np.where((u @ w)[:, None] * side < 0, -u, u)
    x = u + side * (margin * (1 + 1e-9) + 1e-12 * d) * w
    return _finish([x[:negative], x[negative:]], 0.0, generator)
