"""측정: 한 번의 순전파와 역전파에서 층의 출력, 매개변수, 손실을 수 몇 개로 줄인다.

통계는 모두 float64로 계산한다. 기록은 사본의 층에 달므로 인수로 받은 모델과 손실은 매개변수, 기울기, 버퍼뿐
아니라 난수와 역전파의 캐시까지 그대로이다.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeGuard

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    Model,
    as_array,
    check_finite,
    check_methods,
    check_number,
)
from deepnote_lib._state import named_parameters
from deepnote_lib._typing import Array
from deepnote_lib.activations import logsumexp
from deepnote_lib.layers import Residual
from deepnote_lib.losses import Loss, SigmoidBCE, SoftmaxCrossEntropy, check_loss
from deepnote_lib.parameter import Parameter, check_parameters
from deepnote_lib.regularizers import Penalty

Activation = Literal["relu", "tanh", "sigmoid", ""]
LAYER_METHODS = ("forward", "backward", "parameters")


@dataclass(frozen=True)
class LayerStatistics:
    """층 하나의 출력 a (N, width)와 그 기울기의 통계.

    Attributes
    ----------
    name
        위치와 층의 이름. 예: "0.Affine", "2.Residual.0.Affine".
    activation
        활성화의 종류. 독자가 만든 층은 입력과 출력을 비교해 알아내고, 그 밖의 층은 ""이다.
    spread
        샘플 사이의 표준편차(뉴런마다 구해 제곱 평균한 값). 0이면 모든 샘플의 출력이 같다.
    neuron_spread
        뉴런끼리의 차이 max|aⱼ − ā| / max|a|. 0이면 모든 뉴런이 같다. 뉴런이 하나면 NaN.
    zero_share, dead_share
        0인 원소의 비율과, 모든 샘플에서 0인 뉴런의 비율.
    saturated_share
        tanh에서 |a| > 0.99, 시그모이드에서 a < 0.01 또는 a > 0.99인 원소의 비율. 다른 층은 NaN.
    gradient_std
        ∂L/∂a의 표준편차. 역전파가 지나지 않은 층은 NaN, 유한하지 않으면 ∞.
    trained
        이 층이 매개변수를 지녔는지.
    """

    name: str
    activation: Activation
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


@dataclass(frozen=True)
class ParameterStatistics:
    """매개변수 하나의 값 θ와 기울기 g의 통계. 크기는 모두 제곱 평균의 제곱근(rms)이다.

    Attributes
    ----------
    rms, gradient_rms
        값의 크기 ‖θ‖ = √(평균 θ²)와 기울기(규제 항 포함)의 크기 ‖g‖.
    update_ratio
        한 번의 갱신이 값을 바꾸는 비율 lr·‖g‖/‖θ‖. lr이 없거나 값이 모두 0이면 NaN.
    column_spread, gradient_column_spread
        값과 기울기의 열끼리의 차이 max|Wⱼ − W̄| / max|W|. 모두 0이면 0, 열이 하나이거나 행렬이 아니면
        NaN. 둘 다 0이면 그 층의 뉴런은 앞으로도 같은 값이다.
    eps
        dtype의 반올림 단위. 열이 같은지 판단할 때 쓴다.
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


@dataclass(frozen=True)
class StartLoss:
    """손실 value와, 교차 엔트로피라면 훈련 전의 예측. 아니면 n_classes는 0, 나머지는 NaN이다.

    Attributes
    ----------
    chance
        무작위 추측의 손실 log K.
    logit_variance
        로짓의 분산 s²(이진은 제곱 평균).
    predicted
        로짓의 분산으로 예측한 손실.
    """

    value: float
    n_classes: int = 0
    chance: float = math.nan
    logit_variance: float = math.nan
    predicted: float = math.nan


@dataclass(frozen=True)
class Measurement:
    """한 번의 순전파와 역전파에서 구한 모든 값.

    Attributes
    ----------
    layers
        순전파가 지난 순서.
    input_rms, input_spread
        입력의 크기 √(평균 x²)와 샘플 사이의 표준편차.
    """

    layers: tuple[LayerStatistics, ...]
    parameters: tuple[ParameterStatistics, ...]
    start: StartLoss
    input_rms: float
    input_spread: float
    n_samples: int
    lr: float | None


def measure(
    model: Model,
    loss: Loss,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    lr: float | None,
    penalty: Penalty | None,
) -> Measurement:
    """모델과 손실의 사본으로 순전파와 역전파를 한 번 하며 측정한다."""
    check_methods("model", model, LAYER_METHODS, "mlp(4, 5, 3)")
    check_loss(loss)
    if penalty is not None:
        check_methods("penalty", penalty, ("add_gradient",), "L2(0.01)")
    if lr is not None:
        lr = check_number("lr", lr, low=0, low_open=True)
    x = check_finite("x", as_array("x", x))
    if x.ndim < 2 or not x.size:
        raise ValueError(f"x: 비지 않은 (N, n_in) 배열이어야 합니다. 받은 shape={x.shape}")

    model, loss = copy.deepcopy((model, loss))  # kept()는 난수와 역전파의 캐시를 되돌리지 않는다
    parameters = check_parameters(model.parameters())
    recorder = LayerRecorder(model)
    with np.errstate(all="ignore"):  # 넘침과 NaN은 경고의 글로 알린다
        x = x.astype(next((p.dtype for p in parameters), np.float64), copy=False)
        output = model.forward(x, training=True)
        value = as_array("loss.forward()의 값", loss.forward(output, y))
        if value.size != 1:
            raise ValueError(
                f"loss: forward()가 수 하나를 반환해야 합니다. 받은 shape={value.shape}"
            )
        model.backward(loss.backward())
        if penalty is not None:
            penalty.add_gradient(parameters)
        flat = x.reshape(len(x), -1).astype(np.float64)
        return Measurement(
            layers=tuple(recorder.rows),
            parameters=tuple(parameter_statistics(name, p, lr) for name, p in recorder.parameters),
            start=start_loss(loss, value.item(), as_array("model.forward()의 출력", output), y),
            input_rms=float(np.sqrt((flat**2).mean())),
            input_spread=float(np.sqrt(flat.var(axis=0).mean())),
            n_samples=len(x),
            lr=lr,
        )


# 기록 -----------------------------------------------------------------------------------


def is_layer(x: object) -> TypeGuard[Model]:
    """층처럼 쓸 수 있는 객체인지(상속하지 않은 독자의 클래스도 받는다)."""
    methods = all(callable(getattr(x, name, None)) for name in LAYER_METHODS)
    return methods and not isinstance(x, type)


def children(layer: Model) -> list[tuple[str, Model]]:
    """바로 안쪽의 층과 이름. 층의 목록 `layers`가 없으면 속성으로 지닌 층을 찾는다(독자가 만든 신경망)."""
    layers = getattr(layer, "layers", None)
    if isinstance(layers, (list, tuple)) and layers and all(map(is_layer, layers)):
        return [(f"{i}.{type(child).__name__}", child) for i, child in enumerate(layers)]
    found = []
    for name, value in vars(layer).items():
        several: Iterable[tuple[object, object]] = [(None, value)]
        if isinstance(value, dict):
            several = value.items()
        elif isinstance(value, (list, tuple)):
            several = enumerate(value)
        for key, child in several:
            if is_layer(child):
                found.append((name if key is None else f"{name}.{key}", child))
    return found


class LayerRecorder:
    """모든 층에 기록을 단다. rows에는 순전파가 지난 순서로 통계가 쌓인다. 사본에만 쓴다."""

    def __init__(self, model: Model) -> None:
        self.rows: list[LayerStatistics] = []
        self.parameters: list[tuple[str, Parameter]] = []
        self._seen: set[int] = set()
        self._attach("", model)

    def _attach(self, name: str, layer: Model) -> None:
        """안쪽부터 단다. 안쪽 층이 가진 매개변수는 바깥 층의 것으로 치지 않는다."""
        if id(layer) in self._seen:
            return
        self._seen.add(id(layer))
        inner = children(layer)
        for child_name, child in inner:
            self._attach(f"{name}.{child_name}" if name else child_name, child)
        own = [(key, p) for key, p in named_parameters(layer) if id(p) not in self._seen]
        self._seen |= {id(p) for _, p in own}
        label = name or type(layer).__name__
        self.parameters += [(f"{label}.{key}", p) for key, p in own]
        # 층을 잇기만 하는 것의 출력은 마지막 층의 출력과 같으므로 적지 않는다
        if not inner or own or isinstance(layer, Residual):
            self._record(label, layer, trained=bool(own))

    def _record(self, name: str, layer: Model, *, trained: bool) -> None:
        forward: Callable[..., Array] = layer.forward
        backward: Callable[..., Array | None] = layer.backward
        waiting: list[int] = []  # 한 층을 두 번 지나면 역전파는 뒤의 것부터 만난다

        def recorded_forward(x: Array, *args: object, **keywords: object) -> Array:
            out = forward(x, *args, **keywords)
            a = as_array(f"{name}.forward()의 출력", out)
            kind = "" if trained else activation_kind(type(layer).__name__, np.asarray(x), a)
            waiting.append(len(self.rows))
            self.rows.append(layer_statistics(name, kind, a, trained=trained))
            return out

        def recorded_backward(dout: Array, *args: object, **keywords: object) -> Array | None:
            g = as_array(f"{name}.backward()의 dout", dout, dtype=np.float64)
            if waiting:
                i, std = waiting.pop(), float(g.std()) if np.isfinite(g).all() else math.inf
                self.rows[i] = replace(self.rows[i], gradient_std=std)
            return backward(dout, *args, **keywords)

        vars(layer).update(forward=recorded_forward, backward=recorded_backward)


# 통계 -----------------------------------------------------------------------------------


def relative_spread(columns: Array) -> float:
    """열끼리의 차이 max|xⱼ − x̄| / max|x|. 모두 0이면 0, 열이 하나면 NaN."""
    if columns.ndim != 2 or columns.shape[1] < 2:
        return math.nan
    largest = float(np.abs(columns).max())
    if largest == 0:
        return 0.0
    return float(np.abs(columns - columns.mean(axis=1, keepdims=True)).max()) / largest


def activation_kind(name: str, x: Array, out: Array) -> Activation:
    """활성화의 종류. 이름으로 모르면 입력과 출력을 비교한다."""
    known: dict[str, Activation] = {
        "ReLU": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "LeakyReLU": "", "Dropout": "",
    }  # fmt: skip
    if name in known:
        return known[name]
    if x.shape != out.shape or not np.isfinite(x).all():
        return ""
    x = x.astype(np.float64)
    candidates: dict[Activation, Array] = {
        "tanh": np.tanh(x),
        "sigmoid": 0.5 * (1 + np.tanh(x / 2)),
        "relu": np.maximum(x, 0),
    }
    for kind, expected in candidates.items():
        # 항등 함수를 ReLU로 오해하지 않도록 음수 입력도 보았을 때만 믿는다
        if np.allclose(out, expected, rtol=1e-5, atol=1e-7) and (kind != "relu" or (x < 0).any()):
            return kind
    return ""


TANH_SATURATED = 0.99  # |a|가 이보다 크면 미분 1 − a²이 0.02보다 작다(가장 클 때의 2%)
SIGMOID_SATURATED = 0.01  # a < 0.01이나 a > 0.99이면 미분 a(1 − a)가 가장 클 때의 4%보다 작다


def layer_statistics(name: str, kind: Activation, out: Array, *, trained: bool) -> LayerStatistics:
    """순전파에서 얻은 통계. gradient_std는 역전파에서 채운다."""
    a = out.reshape(len(out), -1).astype(np.float64)
    saturated = math.nan
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
        gradient_std=math.nan,
        trained=trained,
        finite=bool(np.isfinite(a).all()),
    )


def parameter_statistics(name: str, p: Parameter, lr: float | None) -> ParameterStatistics:
    """역전파를 마친 매개변수 하나의 통계."""
    value, grad = p.value.astype(np.float64), p.grad.astype(np.float64)
    rms, gradient_rms = float(np.sqrt((value**2).mean())), float(np.sqrt((grad**2).mean()))
    return ParameterStatistics(
        name=name,
        shape=p.shape,
        std=float(value.std()),
        rms=rms,
        gradient_rms=gradient_rms,
        update_ratio=math.nan if lr is None or rms == 0 else lr * gradient_rms / rms,
        column_spread=relative_spread(value),
        gradient_column_spread=relative_spread(grad),
        eps=float(np.finfo(p.dtype).eps),
        finite=bool(np.isfinite(value).all() and np.isfinite(grad).all()),
    )


def start_loss(loss: Loss, value: float, output: Array, y: npt.ArrayLike) -> StartLoss:
    """손실이 교차 엔트로피라면 로짓의 분산 s²으로 첫 손실 log K + s²(1 − 1/K)/2를 예측한다."""
    if not np.isfinite(output).all() or output.ndim != 2:
        return StartLoss(value)
    z = output.astype(np.float64)
    if isinstance(loss, SigmoidBCE):
        power = float((z**2).mean())
        return StartLoss(value, 2, math.log(2), power, math.log(2) + power / 8)
    labels, k = np.asarray(y), z.shape[1]
    if k < 2 or labels.dtype.kind not in "iu" or labels.shape != (len(z),):
        return StartLoss(value)
    if not isinstance(loss, SoftmaxCrossEntropy):
        # 독자가 만든 손실이라도 값이 로짓의 교차 엔트로피와 같으면 그렇게 다룬다
        expected = float((logsumexp(z) - z[np.arange(len(z)), labels]).mean())
        if abs(value - expected) > 1e-4 * (1 + abs(expected)):
            return StartLoss(value)
    variance = float(z.var(axis=1, ddof=1).mean())  # 행 안의 분산이라 행마다의 상수와 무관하다
    return StartLoss(value, k, math.log(k), variance, math.log(k) + variance * (1 - 1 / k) / 2)
