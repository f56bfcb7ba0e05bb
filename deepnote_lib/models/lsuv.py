"""데이터에 맞춘 초기화 LSUV: 직교 행렬에서 시작해 층마다 출력의 표준편차를 1로 맞춘다."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_count, check_finite, check_float, check_number, make_rng
from deepnote_lib._typing import Array, Rng
from deepnote_lib.initializers import orthogonal
from deepnote_lib.layers import Affine, Layer, Residual
from deepnote_lib.models.sequential import Sequential


def lsuv(
    model: Sequential,
    x: npt.ArrayLike,
    *,
    target_std: float = 1.0,
    tolerance: float = 0.02,
    max_iter: int = 20,
    rng: Rng = None,
) -> list[float]:
    """층마다 W ← W · target_std / std(z)를 되풀이해 |std(z) − target_std| ≤ tolerance로 만든다.

    Parameters
    ----------
    model : Sequential
        모든 Affine의 W와 b를 제자리에서 새로 정한다. 안에 든 Sequential과 Residual까지 들어간다.
    x : 실수 배열, shape (N, n_in)
        표준편차를 잴 입력. 훈련 데이터의 미니배치 하나면 넉넉하다.
    target_std : float, 0보다 큼
        Affine마다 출력 z의 표준편차. 기본은 1.
    tolerance : float, 0보다 큼
        목표와의 차이. 기본은 0.02.
    max_iter : int
        층 하나에서 되풀이하는 최대 횟수. 1 이상.
    rng : Generator, int 또는 None
        직교 행렬을 뽑을 난수.

    Returns
    -------
    list of float
        앞 층부터 적은 출력의 표준편차.

    Raises
    ------
    TypeError, ValueError
        인수가 맞지 않거나, 층의 출력이 모두 같아 표준편차가 0일 때. 모델은 그대로이다.
    RuntimeError
        max_iter 안에 맞추지 못했을 때. 모델은 그대로이다.

    Notes
    -----
    b를 0으로 두면 z가 W에 비례하므로 보통 한 번이면 맞는다. 예측 방식(training=False)으로 재므로
    드롭아웃은 쉬고 배치 정규화는 이동 평균을 쓴다. 앞 층을 맞춘 다음에 뒤 층을 잰다.

    References
    ----------
    Mishkin, Matas (2016), All you need is a good init.

    Examples
    --------
    >>> from deepnote_lib.models import mlp
    >>> model = mlp(20, 50, 50, 10, rng=0)
    >>> x = np.random.default_rng(0).normal(size=(100, 20))
    >>> np.round(lsuv(model, x, rng=0), 2)
    array([1., 1., 1.])
    """
    if not isinstance(model, Sequential):
        raise TypeError(f"model: Sequential이어야 합니다. 받은 타입={type(model).__name__}")
    a = check_finite("x", check_float("x", x, ndim=2)).astype(model.dtype, copy=False)
    target_std = check_number("target_std", target_std, low=0, low_open=True)
    tolerance = check_number("tolerance", tolerance, low=0, low_open=True)
    check_count("max_iter", max_iter)
    rng = make_rng(rng)
    kept = [p.value.copy() for p in model.parameters()]
    stds: list[float] = []

    def fit(layer: Affine, a: Array) -> None:
        layer.W.value[...] = orthogonal()((layer.n_in, layer.n_out), rng)
        layer.b.value[...] = 0.0
        for _ in range(max_iter):
            std = float(layer.forward(a).std(dtype=np.float64))
            if std == 0:
                raise ValueError(
                    f"x: {layer!r}의 출력이 샘플과 뉴런에 따라 달라야 합니다. 받은 표준편차=0"
                )
            layer.W.value *= target_std / std
            std = float(layer.forward(a).std(dtype=np.float64))
            if abs(std - target_std) <= tolerance:
                stds.append(std)
                return
        raise RuntimeError(
            f"max_iter: {layer!r}의 표준편차가 {max_iter}번 안에 {target_std:g}±{tolerance:g}에 "
            f"들지 못했습니다. 마지막 값={std:.6g}"
        )

    def walk(layer: Layer, a: Array) -> Array:
        if isinstance(layer, Affine):
            fit(layer, a)
        elif isinstance(layer, (Sequential, Residual)):
            inner = a
            for child in layer.layers:
                inner = walk(child, inner)
        return layer.forward(a)

    try:
        walk(model, a)
    except Exception:
        for p, value in zip(model.parameters(), kept, strict=True):
            p.value[...] = value
        raise
    return stds
