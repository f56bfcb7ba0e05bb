"""기울기 검증: 손으로 유도한 역전파를 수치 미분과 비교한다. (오차역전파법 장)

느리지만 식을 몰라도 되는 답(수치 미분)으로 빠르지만 틀리기 쉬운 답(역전파)을 시험한다. 상속하지 않은
클래스라도 모델과 손실의 메서드만 갖추면 되고, 검증이 끝나면 모델은 시작할 때와 비트까지 같다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import Model, check_choice, check_methods, check_number, shown
from deepnote_lib._state import kept, named_parameters
from deepnote_lib._typing import Array
from deepnote_lib.losses import Loss, check_loss
from deepnote_lib.parameter import check_parameters
from deepnote_lib.regularizers import Penalty

__all__ = ["GradientReport", "ParameterCheck", "gradient_check", "numerical_gradient"]

RELATIVE = 1e-6  # h = 1e-6인 중앙 차분의 상대 오차(약 1e-9)보다 넉넉하고, 0.01% 버그보다 좁다
FLOOR = 1e-8  # 기울기가 꼭 0인 자리(배치 정규화 앞의 편향)에서 반올림을 버그로 오해하지 않게 한다
EPSILON = float(np.finfo(np.float64).eps)


def numerical_gradient(
    f: Callable[[Array], float],
    x: Array,
    *,
    h: float = 1e-6,
    method: Literal["central", "forward"] = "central",
) -> Array:
    """수치 미분: ∂f/∂xᵢ ≈ [f(xᵢ + h) − f(xᵢ − h)] / [(xᵢ + h) − (xᵢ − h)], x와 같은 shape.

    x는 float64 배열이고, 한 원소씩 제자리에서 흔들었다 되돌린다. f가 인수 대신 x를 직접 읽어도 되며, f가
    예외를 내도 x는 비트까지 돌아온다(쓸 수 없는 배열은 사본을 흔든다). 분모로 2h가 아니라 실제로 벌어진
    폭을 쓰는 것은, 큰 x에서는 x + h가 반올림되기 때문이다.

    Parameters
    ----------
    h
        차분의 폭. 1e-6은 중앙 차분의 절단 오차 h²과 반올림 오차 ε/h가 균형을 이루는 언저리이다.
    method
        중앙 차분("central", 오차 h²) 또는 전진 차분("forward", [f(xᵢ + h) − f(x)]/h, 오차 h).

    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([3.0, 4.0])).round(6)
    array([6., 8.])
    """
    if not callable(f) or isinstance(f, type):
        raise TypeError(f"f: 배열을 받아 수 하나를 반환하는 함수여야 합니다. 받은 값={shown(f)}")
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        raise TypeError(
            f"x: float64 배열이어야 합니다(정수는 x ± h가 잘립니다). 받은 값={shown(x)}"
        )
    check_number("h", h, low=0, low_open=True)
    check_choice("method", method, ("central", "forward"))
    point = np.asarray(x) if x.flags.writeable else np.array(x)
    gradient = np.empty(point.shape)
    f_x = _scalar(f(point)) if method == "forward" else 0.0
    for index in np.ndindex(point.shape):
        here = point[index]
        low = here - h if method == "central" else here
        if here + h == low:
            where = ", ".join(map(str, index))
            raise ValueError(
                f"h: 너무 작아 x[{where}]={here:g}에 더해도 값이 달라지지 않습니다. 받은 값={h:g}"
            )
        try:
            point[index] = here + h
            f_high = _scalar(f(point))
            point[index] = low
            f_low = _scalar(f(point)) if method == "central" else f_x
        finally:
            point[index] = here
        gradient[index] = (f_high - f_low) / ((here + h) - low)
    return gradient


def _scalar(value: npt.ArrayLike) -> float:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiu":
        raise TypeError(f"f: 수 하나를 반환해야 합니다. 받은 값={shown(value)}")
    return float(array.reshape(()))


@dataclass(frozen=True)
class ParameterCheck:
    """매개변수 하나의 결과. 가장 많이 어긋난 자리 index의 역전파 값 analytic과 수치 미분 값 numeric이다.

    ratio는 |analytic − numeric|을 허용 오차로 나눈 값이고, 1 이하이면 통과(passed)이다. 입력에 대한
    기울기의 name은 "x"이다.
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    ratio: float
    passed: bool

    def __str__(self) -> str:
        place = f"{self.name}{list(self.index)}"
        verdict = "통과" if self.passed else "실패"
        return (
            f"{place:<20} 해석적 {self.analytic:+.6e}  수치 {self.numeric:+.6e}  "
            f"오차/허용 {self.ratio:.2g}  {verdict}"
        )


@dataclass(frozen=True, repr=False)
class GradientReport:
    """`gradient_check`의 결과. 모두 통과했으면 참이므로 `assert gradient_check(…)`로 쓸 수 있다.

    for로 돌면 `ParameterCheck`가 나오고(마지막은 입력 "x"), `report["0.Affine.W"]`로 찾을 수도 있다.
    """

    checks: tuple[ParameterCheck, ...]

    @property
    def passed(self) -> bool:
        """모두 통과했는지."""
        return all(check.passed for check in self.checks)

    def __bool__(self) -> bool:
        return self.passed

    def __iter__(self) -> Iterator[ParameterCheck]:
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    def __getitem__(self, name: str) -> ParameterCheck:
        for check in self.checks:
            if isinstance(name, str) and check.name == name:
                return check
        names = ", ".join(check.name for check in self.checks)
        raise KeyError(f"name: 보고에 있는 이름이어야 합니다({names}). 받은 값={shown(name)}")

    def __repr__(self) -> str:
        failed = sum(not check.passed for check in self.checks)
        verdict = f"{failed}개가 어긋납니다" if failed else "모두 통과했습니다"
        return "\n".join([*map(str, self.checks), f"기울기 검증: {len(self)}개 가운데 {verdict}"])


def gradient_check(
    model: Model,
    loss: Loss,
    x: Array,
    y: npt.ArrayLike,
    *,
    penalty: Penalty | None = None,
    h: float = 1e-6,
) -> GradientReport:
    """역전파의 기울기를 수치 미분과 비교해 검증한다. 통과했으면 참인 보고를 반환한다.

    x (N, D)와 모든 매개변수가 float64여야 한다. float32의 중앙 차분은 0.1%쯤 틀려 버그를 가리지 못한다.

    역전파의 값 a와 수치 미분 n이 |a − n| ≤ 1e-6 (|a| + |n|) + 1e-8 max|n| + ε|L|/h이면 통과이다.
    max|n|은 매개변수 전체에서(입력은 입력에서) 구한다. ε|L|/h는 손실 L을 float64로 반올림한 것이 차분에
    남기는 오차로, 기울기가 손실보다 아주 작을 때만 눈에 띈다(ε = 2.2e-16). 그래서 손실의 단위를 바꿔도
    판정이 같고, 기울기가 꼭 0인 자리의 반올림을 버그로 여기지 않는다.

    드롭아웃의 마스크가 되풀이되도록 층의 난수 상태를 순전파마다 되돌리고, 끝나면(예외가 나도) 매개변수,
    기울기, 버퍼, 난수를 처음으로 되돌린다. ReLU의 꺾인 점이 ±h 안에 있으면 옳은 역전파도 어긋나므로
    x를 조금 바꿔 다시 검증한다.

    >>> from deepnote_lib.layers import Affine
    >>> from deepnote_lib.losses import SoftmaxCrossEntropy
    >>> layer = Affine(3, 2, rng=0, dtype=np.float64)
    >>> assert gradient_check(layer, SoftmaxCrossEntropy(), np.ones((1, 3)), [1])
    """
    check_methods("model", model, ("forward", "backward", "parameters"), "mlp(4, 5, 3)")
    check_loss(loss)
    if penalty is not None:
        check_methods("penalty", penalty, ("value", "add_gradient"), "L2(0.01)")
    check_number("h", h, low=0, low_open=True)
    named = named_parameters(model)
    parameters = check_parameters(p for _, p in named)
    for name, array in [("x", x), *((name, p.value) for name, p in named)]:
        if not isinstance(array, np.ndarray) or array.dtype != np.float64:
            raise TypeError(
                f"{name}: 기울기 검증에는 float64 배열이어야 합니다. 받은 값={shown(array)}"
            )

    with kept(model), _rewinding(model) as rewind:

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
        if np.shape(dx) != x.shape:
            raise ValueError(f"x: 기울기의 shape={x.shape}여야 합니다. 받은 shape={np.shape(dx)}")
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


def _layers(model: Any) -> Iterator[Any]:
    """모델과 그 안의 모든 층. 층이 층을 품어도 끝까지 들어간다."""
    yield model
    for layer in getattr(model, "layers", ()):
        yield from _layers(layer)


@contextmanager
def _rewinding(model: Any) -> Iterator[Callable[[], None]]:
    """층들의 난수를 처음 상태로 되감는 함수를 건넨다. 나갈 때도 되감는다."""
    generators = [
        layer.rng
        for layer in _layers(model)
        if isinstance(getattr(layer, "rng", None), np.random.Generator)
    ]
    states = [generator.bit_generator.state for generator in generators]

    def rewind() -> None:
        for generator, state in zip(generators, states, strict=True):
            generator.bit_generator.state = state

    try:
        yield rewind
    finally:
        rewind()
