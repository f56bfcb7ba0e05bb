"""난수로 만드는 작은 데이터셋. 그림으로 보며 모델을 시험하는 데 쓴다.

공개 함수는 모두 (x, y)를 돌려준다. x는 float64 (N, 2), y는 int64 (N,)이고 순서는 섞여 있다.
클래스별 샘플 수의 차이는 많아야 1이다. 잡음을 뺀 점이 어떤 곡선 위에 있는지는 함수마다 적어 두었다.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    check_2d,
    check_count,
    check_finite,
    check_float,
    check_number,
    make_rng,
)
from deepnote_lib._typing import Array, IntArray, Rng


def balanced(n: int, n_classes: int) -> list[int]:
    """n을 n_classes로 고르게 나눈 개수. 남는 것은 앞 클래스부터 하나씩 갖는다."""
    share, extra = divmod(n, n_classes)
    return [share + (k < extra) for k in range(n_classes)]


def finish(
    groups: list[Array], noise: float, generator: np.random.Generator
) -> tuple[Array, IntArray]:
    """클래스별 점에 N(0, noise²) 잡음을 더하고 번호를 붙여 섞는다."""
    x = np.concatenate(groups)
    y = np.repeat(np.arange(len(groups), dtype=np.int64), [len(group) for group in groups])
    x = x + noise * generator.standard_normal(x.shape)
    order = generator.permutation(len(y))
    return x[order], y[order]


def _polar(radius: Array | float, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def blobs(
    n: int = 300, centers: int | npt.ArrayLike = 3, std: float = 1.0, *, rng: Rng = None
) -> tuple[Array, IntArray]:
    """중심마다 둥근 정규 분포를 이루는 점 무리를 만든다.

    x = centers[y] + ε,  ε ~ N(0, std² I)

    Parameters
    ----------
    n : int, 기본 300
        전체 샘플 수. 클래스 수 이상이어야 한다.
    centers : int 또는 array_like, shape (K, 2), 기본 3
        정수 K이면 반지름 4인 원 위에 K개를 고르게 둔다(첫 중심은 (4, 0)).
    std : float, 0 이상, 기본 1.0
        각 좌표의 표준편차. 0이면 모든 점이 중심에 있다.
    rng : Generator, int, None, 기본 None
        난수.

    Returns
    -------
    x : float64, shape (n, 2)
    y : int64, shape (n,), 0~K − 1

    Raises
    ------
    ValueError, TypeError
        인수가 범위나 타입에 맞지 않을 때.

    Examples
    --------
    >>> x, y = blobs(4, [[0, 0], [5, 5]], 0.0, rng=0)
    >>> sorted(zip(y.tolist(), x.tolist()))
    [(0, [0.0, 0.0]), (0, [0.0, 0.0]), (1, [5.0, 5.0]), (1, [5.0, 5.0])]
    """
    if np.ndim(centers) == 0:
        n_classes = check_count("centers", centers)  # type: ignore[arg-type]
        middle = _polar(4.0, 2 * np.pi * np.arange(n_classes) / n_classes)
    else:
        middle = check_finite("centers", check_2d("centers", check_float("centers", centers), n_columns=2))
        n_classes = check_count("centers의 행 수", len(middle))
    n = check_count("n", n, low=n_classes)
    std = check_number("std", std, low=0)
    groups = [np.tile(c, (k, 1)) for c, k in zip(middle, balanced(n, n_classes), strict=True)]
    return finish(groups, std, make_rng(rng))


def two_moons(n: int = 200, noise: float = 0.1, *, rng: Rng = None) -> tuple[Array, IntArray]:
    """서로 맞물린 두 반달을 만든다. 직선 하나로는 나눌 수 없다.

    y = 0: (cos t, sin t),  y = 1: (1 − cos t, 0.5 − sin t),  0 ≤ t ≤ π

    Parameters
    ----------
    n : int, 2 이상, 기본 200
        전체 샘플 수.
    noise : float, 0 이상, 기본 0.1
        각 좌표에 더하는 정규 잡음의 표준편차. 0이면 점이 두 반원 위에 정확히 있다.
    rng : Generator, int, None, 기본 None
        난수.

    Returns
    -------
    x : float64, shape (n, 2)
    y : int64, shape (n,), 0 또는 1

    Raises
    ------
    ValueError, TypeError
        인수가 범위나 타입에 맞지 않을 때.

    Examples
    --------
    >>> x, y = two_moons(100, rng=0)
    >>> x.shape, int(y.sum())
    ((100, 2), 50)
    """
    upper, lower = balanced(check_count("n", n, low=2), 2)
    noise = check_number("noise", noise, low=0)
    top = _polar(1.0, np.linspace(0, np.pi, upper))
    bottom = [1.0, 0.5] - _polar(1.0, np.linspace(0, np.pi, lower))
    return finish([top, bottom], noise, make_rng(rng))


def circles(
    n: int = 200, noise: float = 0.05, *, ratio: float = 0.5, rng: Rng = None
) -> tuple[Array, IntArray]:
    """중심이 같은 두 원을 만든다. x₁² + x₂²을 특성으로 더하면 직선으로 나뉜다.

    y = 0: 반지름 1,  y = 1: 반지름 ratio

    Parameters
    ----------
    n : int, 2 이상, 기본 200
        전체 샘플 수.
    noise : float, 0 이상, 기본 0.05
        각 좌표에 더하는 정규 잡음의 표준편차. 0이면 점이 두 원 위에 정확히 있다.
    ratio : float, 0 초과 1 미만, 기본 0.5
        안쪽 원의 반지름.
    rng : Generator, int, None, 기본 None
        난수.

    Returns
    -------
    x : float64, shape (n, 2)
    y : int64, shape (n,), 바깥 원 0, 안쪽 원 1

    Raises
    ------
    ValueError, TypeError
        인수가 범위나 타입에 맞지 않을 때.

    Examples
    --------
    >>> x, y = circles(6, 0.0, rng=0)
    >>> bool(np.allclose(np.linalg.norm(x, axis=1), np.where(y == 0, 1.0, 0.5)))
    True
    """
    counts = balanced(check_count("n", n, low=2), 2)
    noise = check_number("noise", noise, low=0)
    ratio = check_number("ratio", ratio, low=0, high=1, low_open=True, high_open=True)
    groups = [
        _polar(radius, 2 * np.pi * np.arange(k) / k)
        for radius, k in zip((1.0, ratio), counts, strict=True)
    ]
    return finish(groups, noise, make_rng(rng))


def spirals(
    n: int = 300, n_classes: int = 3, noise: float = 0.02, *, rng: Rng = None
) -> tuple[Array, IntArray]:
    """한 점에서 감겨 나오는 나선을 클래스 수만큼 만든다.

    x = r (cos θ, sin θ),  θ = 2π (r + y / K),  0.1 ≤ r ≤ 1

    Parameters
    ----------
    n : int, 기본 300
        전체 샘플 수. 클래스 수 이상이어야 한다.
    n_classes : int, 2 이상, 기본 3
        나선의 수 K.
    noise : float, 0 이상, 기본 0.02
        각 좌표에 더하는 정규 잡음의 표준편차. 0이면 점이 나선 위에 정확히 있다.
    rng : Generator, int, None, 기본 None
        난수.

    Returns
    -------
    x : float64, shape (n, 2)
    y : int64, shape (n,), 0~K − 1

    Raises
    ------
    ValueError, TypeError
        인수가 범위나 타입에 맞지 않을 때.

    Notes
    -----
    반지름을 0이 아니라 0.1에서 시작한다. 원점에서는 모든 나선이 만나 정답이 둘 이상이 되기 때문이다.

    Examples
    --------
    >>> x, y = spirals(90, rng=0)
    >>> np.bincount(y)
    array([30, 30, 30])
    """
    n_classes = check_count("n_classes", n_classes, low=2)
    n = check_count("n", n, low=n_classes)
    noise = check_number("noise", noise, low=0)
    groups = []
    for label, k in enumerate(balanced(n, n_classes)):
        radius = np.linspace(0.1, 1.0, k)
        groups.append(_polar(radius, 2 * np.pi * (radius + label / n_classes)))
    return finish(groups, noise, make_rng(rng))


def xor_points(n: int = 200, noise: float = 0.1, *, rng: Rng = None) -> tuple[Array, IntArray]:
    """XOR 진리표의 네 꼭짓점 (0, 0), (0, 1), (1, 0), (1, 1) 둘레에 점을 흩뿌린다.

    x = c + ε,  y = c₁ XOR c₂,  ε ~ N(0, noise² I)

    Parameters
    ----------
    n : int, 4 이상, 기본 200
        전체 샘플 수. 네 꼭짓점에 고르게 나누며, 차이는 많아야 1이다.
    noise : float, 0 이상, 기본 0.1
        각 좌표에 더하는 정규 잡음의 표준편차. 0이면 진리표의 네 점 그대로다.
    rng : Generator, int, None, 기본 None
        난수.

    Returns
    -------
    x : float64, shape (n, 2)
    y : int64, shape (n,), 0 또는 1. 잡음을 더하기 전의 꼭짓점으로 정한다.

    Raises
    ------
    ValueError, TypeError
        인수가 범위나 타입에 맞지 않을 때.

    Examples
    --------
    >>> x, y = xor_points(4, 0.0, rng=0)
    >>> sorted((*point, label) for point, label in zip(x.tolist(), y.tolist()))
    [(0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)]
    """
    n = check_count("n", n, low=4)
    noise = check_number("noise", noise, low=0)
    # 번갈아 나오는 순서라 꼭짓점 수와 클래스 수가 함께 고르다: 정답이 0, 1, 0, 1, …
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    points = corners[np.arange(n) % 4]
    return finish([points[0::2], points[1::2]], noise, make_rng(rng))
