"""층의 출력과 매개변수를 수 몇 개로 줄인다. 모든 통계는 float64로 계산한다."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deepnote_lib._typing import Array
from deepnote_lib.parameter import Parameter

TANH_SATURATED = 0.99  # |a|가 이보다 크면 기울기 1 − a²이 0.02보다 작다(가장 클 때의 2%)
SIGMOID_SATURATED = (
    0.01  # a < 0.01이나 a > 0.99이면 기울기 a(1 − a)가 0.0099보다 작다(가장 클 때의 4%)
)


@dataclass(frozen=True)
class LayerStatistics:
    """층 하나의 출력과 그 기울기의 통계.

    Attributes
    ----------
    name : str
        자리와 층의 이름. 예: "0.Affine", "2.Residual.0.Affine".
    activation : str
        "relu", "tanh", "sigmoid". 그 밖의 층은 "". 읽는 이가 만든 층은 입력과 출력을 견주어 알아낸다.
    width : int
        출력의 열 수(뉴런의 수).
    mean, std, second_moment, min, max : float
        출력의 모든 원소의 평균, 표준편차, 제곱의 평균, 최솟값, 최댓값.
    spread : float
        샘플이 바뀔 때의 표준편차(뉴런마다 구해 제곱 평균한 값). 0이면 모든 샘플의 출력이 같다.
    neuron_spread : float
        뉴런끼리의 차이: max|aⱼ − ā| / max|a|. 0이면 모든 뉴런이 같다. 뉴런이 하나면 NaN.
    zero_share : float
        0인 원소의 비율.
    dead_share : float
        모든 샘플에서 0인 뉴런의 비율.
    saturated_share : float
        tanh에서 |a| > 0.99, 시그모이드에서 a < 0.01 또는 a > 0.99인 원소의 비율. 다른 층은 NaN.
    gradient_std : float
        ∂L/∂(이 층의 출력)의 표준편차. 역전파가 지나지 않은 층은 NaN, 유한하지 않으면 ∞.
    trained : bool
        이 층이 매개변수를 지녔는지.
    finite : bool
        출력이 모두 유한한지.
    """

    name: str
    activation: str
    width: int
    mean: float
    std: float
    second_moment: float
    min: float
    max: float
    spread: float
    neuron_spread: float
    zero_share: float
    dead_share: float
    saturated_share: float
    gradient_std: float
    trained: bool
    finite: bool

    def with_gradient(self, dout: Array) -> LayerStatistics:
        """역전파에서 받은 기울기의 통계를 채운 사본."""
        g = np.asarray(dout, dtype=np.float64)
        return replace(self, gradient_std=float(g.std()) if np.isfinite(g).all() else float("inf"))


@dataclass(frozen=True)
class ParameterStatistics:
    """매개변수 하나의 값과 기울기의 통계. 크기는 모두 제곱 평균의 제곱근(rms)이다.

    Attributes
    ----------
    name : str
        예: "0.Affine.W".
    shape : tuple of int
    std, rms : float
        값의 표준편차와 크기 ‖θ‖ = √(평균 θ²).
    gradient_rms : float
        기울기(규제 항 포함)의 크기 ‖g‖.
    update_ratio : float
        한 번의 갱신이 값을 바꾸는 비율 lr·‖g‖/‖θ‖. lr이 없거나 값이 모두 0이면 NaN.
    column_spread : float
        열끼리의 차이: max|Wⱼ − W̄| / max|W|. 모두 0이면 0, 열이 하나이거나 행렬이 아니면 NaN.
    gradient_column_spread : float
        기울기의 열끼리의 차이. 둘 다 0이면 그 층의 뉴런은 앞으로도 같은 값이다.
    eps : float
        dtype의 반올림 단위. 열이 같은지 가를 때 쓴다.
    finite : bool
        값과 기울기가 모두 유한한지.
    """

    name: str
    shape: tuple[int, ...]
    std: float
    rms: float
    gradient_rms: float
    update_ratio: float
    column_spread: float
    gradient_column_spread: float
    eps: float
    finite: bool


def relative_spread(columns: Array) -> float:
    """열끼리의 차이 max|xⱼ − x̄| / max|x|. 모두 0이면 0, 열이 하나면 NaN."""
    if columns.ndim != 2 or columns.shape[1] < 2:
        return float("nan")
    largest = float(np.abs(columns).max())
    if largest == 0:
        return 0.0
    return float(np.abs(columns - columns.mean(axis=1, keepdims=True)).max()) / largest


def activation_kind(name: str, x: Array, out: Array) -> str:
    """활성화의 종류. 이름으로 모르면 입력과 출력을 견준다."""
    known = {"ReLU": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "LeakyReLU": "", "Dropout": ""}
    if name in known:
        return known[name]
    if x.shape != out.shape or not np.isfinite(x).all():
        return ""
    x = x.astype(np.float64)
    candidates = {
        "tanh": np.tanh(x),
        "sigmoid": 0.5 * (1 + np.tanh(x / 2)),
        "relu": np.maximum(x, 0),
    }
    for kind, expected in candidates.items():
        # 항등 함수를 ReLU로 오해하지 않도록 꺾인 쪽도 보았을 때만 믿는다
        if np.allclose(out, expected, rtol=1e-5, atol=1e-7) and (kind != "relu" or (x < 0).any()):
            return kind
    return ""


def layer_statistics(name: str, kind: str, out: Array, *, trained: bool) -> LayerStatistics:
    """순전파에서 얻은 통계. 기울기의 자리는 NaN으로 둔다."""
    a = out.reshape(len(out), -1).astype(np.float64)
    saturated = float("nan")
    if kind == "tanh":
        saturated = float((np.abs(a) > TANH_SATURATED).mean())
    elif kind == "sigmoid":
        saturated = float(((a < SIGMOID_SATURATED) | (a > 1 - SIGMOID_SATURATED)).mean())
    return LayerStatistics(
        name=name,
        activation=kind,
        width=a.shape[1],
        mean=float(a.mean()),
        std=float(a.std()),
        second_moment=float((a**2).mean()),
        min=float(a.min()),
        max=float(a.max()),
        spread=float(np.sqrt(a.var(axis=0).mean())),
        neuron_spread=relative_spread(a),
        zero_share=float((a == 0).mean()),
        dead_share=float((a == 0).all(axis=0).mean()),
        saturated_share=saturated,
        gradient_std=float("nan"),
        trained=trained,
        finite=bool(np.isfinite(a).all()),
    )


def parameter_statistics(name: str, p: Parameter, lr: float | None) -> ParameterStatistics:
    """매개변수 하나의 통계."""
    value, grad = p.value.astype(np.float64), p.grad.astype(np.float64)
    rms, gradient_rms = float(np.sqrt((value**2).mean())), float(np.sqrt((grad**2).mean()))
    return ParameterStatistics(
        name=name,
        shape=p.value.shape,
        std=float(value.std()),
        rms=rms,
        gradient_rms=gradient_rms,
        update_ratio=float("nan") if lr is None or rms == 0 else lr * gradient_rms / rms,
        column_spread=relative_spread(value),
        gradient_column_spread=relative_spread(grad),
        eps=float(np.finfo(p.value.dtype).eps),
        finite=bool(np.isfinite(value).all() and np.isfinite(grad).all()),
    )
