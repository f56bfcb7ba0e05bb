"""마진을 보장하는 선형 분리 가능한 데이터. 퍼셉트론이 R²/γ²번 안에 수렴하는지 확인하는 데 쓴다."""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import check_count, check_number, make_rng
from deepnote_lib._typing import Array, IntArray, Rng
from deepnote_lib.datasets.toy import balanced, finish


def separable(
    n: int = 100, margin: float = 0.2, d: int = 2, *, rng: Rng = None
) -> tuple[Array, IntArray]:
    """원점을 지나는 초평면으로 나뉘고 마진이 margin 이상인 점을 만든다.

    s = wᵀu,  x = u + sign(s)·margin·w,  w = (1, …, 1)/√d,  u ~ U[−1, 1]ᵈ

    Parameters
    ----------
    n : int, 2 이상, 기본 100
        전체 샘플 수.
    margin : float, 0 초과, 기본 0.2
        보장하는 마진(경계에서 가장 가까운 점까지의 거리).
    d : int, 1 이상, 기본 2
        특성 수.
    rng : Generator, int, None, 기본 None
        난수.

    Returns
    -------
    x : float64, shape (n, d)
    y : int64, shape (n,). wᵀx > 0이면 1, 아니면 0

    Raises
    ------
    ValueError, TypeError
        인수가 범위나 타입에 맞지 않을 때.

    Notes
    -----
    w = (1, …, 1)/√d, b = 0인 초평면에서 모든 i에 대해 (2yᵢ − 1)·wᵀxᵢ ≥ margin이다. 네모 안에 고르게 뿌린
    점을 경계 양쪽으로 margin만큼 벌려 놓기 때문이며, 반올림에도 지켜지도록 margin(1 + 10⁻⁹)만큼 민다.
    가장 넓은 마진은 이 값보다 클 수 있다. 모든 좌표는 ±(1 + 1.01·margin/√d) 안에 있다.

    Examples
    --------
    >>> x, y = separable(50, 0.3, rng=0)
    >>> w = np.ones(2) / np.sqrt(2)
    >>> bool(((2 * y - 1) * (x @ w)).min() >= 0.3)
    True
    """
    negative, positive = balanced(check_count("n", n, low=2), 2)
    margin = check_number("margin", margin, low=0, low_open=True)
    d = check_count("d", d)
    generator = make_rng(rng)
    u = generator.uniform(-1, 1, size=(n, d))
    w = np.full(d, 1 / np.sqrt(d))
    side = np.repeat([-1.0, 1.0], [negative, positive])[:, None]
    # 반대쪽에 떨어진 점은 원점에 대해 뒤집는다. 분포는 그대로이고 두 클래스의 수는 같아진다.
    u = np.where((u @ w)[:, None] * side < 0, -u, u)
    x = u + side * (margin * (1 + 1e-9) + 1e-12 * d) * w
    return finish([x[:negative], x[negative:]], 0.0, generator)
