"""모델과 손실의 역전파를 수치 미분과 견주는 검증."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array
from deepnote_lib.gradcheck.numerical import numerical_gradient
from deepnote_lib.gradcheck.report import GradientReport, ParameterCheck
from deepnote_lib.parameter import Parameter

RELATIVE = 1e-6  # h = 1e-6인 중앙 차분의 상대 오차(약 1e-9)보다 넉넉하고, 0.01% 버그보다 좁다


EPSILON = float(np.finfo(np.float64).eps)


FLOOR = 1e-8  # 기울기가 꼭 0인 자리(배치 정규화 앞의 편향)에서 반올림을 버그로 오해하지 않게 한다


class _Model(Protocol):
    def forward(self, x: Any, *, training: bool = ...) -> Any: ...
    def backward(self, dout: Any) -> Any: ...
    def parameters(self) -> Iterable[Parameter]: ...


class _Loss(Protocol):
    def forward(self, prediction: Any, target: Any, /) -> float: ...
    def backward(self) -> Any: ...


class _Penalty(Protocol):
    def value(self, parameters: Any, /) -> float: ...
    def add_gradient(self, parameters: Any, /) -> None: ...


def gradient_check(
    model: _Model,
    loss: _Loss,
    x: Array,
    y: npt.ArrayLike,
    *,
    penalty: _Penalty | None = None,
    h: float = 1e-6,
) -> GradientReport:
    """역전파의 기울기 a와 수치 미분 n을 견준다: |a - n| ≤ 1e-6 (|a| + |n|) + 1e-8 max|n| + ε|L|/h.

    Parameters
    ----------
    model
        forward(x, training=True), backward(dout), parameters()가 있는 모델.
    loss
        forward(예측, y)와 backward()가 있는 손실.
    x : float64 배열, (N, D)
        입력. 이에 대한 기울기도 검증한다.
    y : 배열
        손실에 그대로 건네는 정답.
    penalty
        value(매개변수)와 add_gradient(매개변수)가 있는 규제 항. None이면 없다.
    h : float, 0보다 큼
        중앙 차분의 폭.

    Returns
    -------
    GradientReport
        매개변수마다 가장 나쁜 자리, 두 값, 통과 여부.

    Raises
    ------
    TypeError
        x나 매개변수가 float64가 아닐 때. float32의 중앙 차분은 0.1%쯤 틀려 버그를 가리지 못한다.
    ValueError
        역전파가 돌려준 기울기의 shape이 매개변수나 입력과 다를 때.

    Notes
    -----
    max|n|은 매개변수 전체에서(입력은 입력에서) 잰다. ε|L|/h는 손실 L을 float64로 반올림한 것이
    차분에 남기는 오차로, 기울기가 손실보다 아주 작을 때만 눈에 띈다(ε = 2.2e-16). 손실의 단위를
    바꾸어도 판정이 같고, 기울기가 꼭 0인 자리의 반올림을 버그로 여기지 않는다. 드롭아웃의 마스크가
    되풀이되도록 층의 난수 상태를 순전파마다 되돌리고, 끝나면(예외가 나도) 매개변수·기울기·난수·
    이동 통계를 처음으로 돌려놓는다.
    ReLU의 꺾인 점이 ±h 안에 있으면 옳은 역전파도 어긋나니 x를 조금 바꾸어 다시 잰다.

    Examples
    --------
    >>> from deepnote_lib.layers import Affine
    >>> from deepnote_lib.losses import SoftmaxCrossEntropy
    >>> layer = Affine(3, 2, rng=0, dtype=np.float64)
    >>> gradient_check(layer, SoftmaxCrossEntropy(), np.ones((1, 3)), [1]).passed
    True
    """
    named = _named_parameters(model)
    parameters = [parameter for _, parameter in named]
    for name, array in [("x", x), *((name, p.value) for name, p in named)]:
        if not isinstance(array, np.ndarray) or array.dtype != np.float64:
            got = getattr(array, "dtype", type(array).__name__)
            raise TypeError(f"{name}: 기울기 검증에는 float64 배열이어야 합니다. 받은 dtype={got}")

    with _untouched(model, parameters) as rewind:

        def data_loss(x: Array) -> float:
            rewind()
            return loss.forward(model.forward(x, training=True), y)

        def objective(x: Array) -> float:
            return data_loss(x) + (penalty.value(parameters) if penalty is not None else 0.0)

        value = abs(objective(x))
        dx = model.backward(loss.backward())
        if penalty is not None:
            penalty.add_gradient(parameters)
        analytic = [np.array(p.grad) for p in parameters]
        for (name, p), gradient in zip([*named, ("x", None)], [*analytic, dx], strict=True):
            shape = x.shape if p is None else p.value.shape
            if np.shape(gradient) != shape:
                raise ValueError(
                    f"{name}: 기울기의 shape이 {shape}이어야 합니다. 받은 shape={np.shape(gradient)}"
                )
        numeric = [numerical_gradient(lambda _: objective(x), p.value, h=h) for p in parameters]
        # 규제 항은 x의 함수가 아니다. 더해 두면 그 반올림이 작은 입력 기울기를 가린다
        dx_numeric = numerical_gradient(data_loss, x.copy(), h=h)

    scale = max((float(np.abs(n).max(initial=0.0)) for n in numeric), default=0.0)
    checks = [
        _compare(name, a, n, FLOOR * scale + EPSILON * value / h)
        for (name, _), a, n in zip(named, analytic, numeric, strict=True)
    ]
    scale = float(np.abs(dx_numeric).max(initial=0.0))
    checks.append(_compare("x", dx, dx_numeric, FLOOR * scale + EPSILON * value / h))
    return GradientReport(tuple(checks))


def _compare(name: str, analytic: Array, numeric: Array, floor: float) -> ParameterCheck:
    with np.errstate(invalid="ignore"):  # NaN은 어떤 비교에서도 거짓이라 저절로 실패가 된다
        difference = np.abs(analytic - numeric)
        allowed = RELATIVE * (np.abs(analytic) + np.abs(numeric)) + floor
        same = np.zeros_like(difference)  # 차이가 0인 자리는 허용 오차가 0이어도 통과이다
        ratio = np.divide(difference, allowed, out=same, where=difference != 0)
    flat = int(np.argmax(ratio))
    index = tuple(int(i) for i in np.unravel_index(flat, ratio.shape))
    worst = float(ratio[index])
    return ParameterCheck(
        name, index, float(analytic[index]), float(numeric[index]), worst, worst <= 1
    )


def _named_parameters(model: Any) -> list[tuple[str, Parameter]]:
    if hasattr(model, "named_parameters"):
        return list(model.named_parameters())
    return [(p.name, p) for p in model.parameters()]


def _layers(model: Any) -> Iterator[Any]:
    """모델과 그 안의 모든 층. 층이 층을 품어도 끝까지 들어간다."""
    yield model
    for layer in getattr(model, "layers", ()):
        yield from _layers(layer)


@contextmanager
def _untouched(model: Any, parameters: list[Parameter]) -> Iterator[Callable[[], None]]:
    """난수 상태를 되감는 함수를 건네고, 나갈 때 모델이 지닌 값을 모두 처음으로 돌린다."""
    generators = [
        layer.rng
        for layer in _layers(model)
        if isinstance(getattr(layer, "rng", None), np.random.Generator)
    ]
    states = [generator.bit_generator.state for generator in generators]
    arrays = [(p, field, getattr(p, field)) for p in parameters for field in ("value", "grad")]
    arrays += [
        (layer, field, getattr(layer, field))
        for layer in _layers(model)
        for field in ("running_mean", "running_var")
        if hasattr(layer, field)
    ]
    copies = [np.array(array) for _, _, array in arrays]

    def rewind() -> None:
        for generator, state in zip(generators, states, strict=True):
            generator.bit_generator.state = state

    try:
        yield rewind
    finally:
        rewind()
        for (owner, field, array), copy in zip(arrays, copies, strict=True):
            array[...] = copy  # 원래 배열에 되써서, 층이 배열을 바꿔치기했어도 되돌린다
            setattr(owner, field, array)
