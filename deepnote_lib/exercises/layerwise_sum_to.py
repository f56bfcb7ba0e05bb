"""브로드캐스팅의 역전파: 늘어난 축을 따라 더해 원래 형상으로 되돌린다."""

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "늘어난 축을 따라 더하기",
    section="backprop/layerwise",
    level="core",
    minutes=10,
    task=r"""
    브로드캐스팅으로 늘어난 배열의 기울기 `gradient`를 원래 형상 `shape`으로 되돌리는 `sum_to(gradient, shape)`를 완성하세요. 앞에 새로 생긴 축과 길이 1에서 늘어난 축을 모두 처리합니다. 출발 코드는 앞에 새로 생긴 축만 더합니다.
    """,
    starter="""
    def sum_to(gradient, shape):
        while gradient.ndim > len(shape):
            gradient = gradient.sum(axis=0)                # 앞에 새로 생긴 축
        # 여기를 채우세요: 길이 1에서 늘어난 축
        return gradient
    """,
    hints=(
        "축의 수를 먼저 맞춘 다음, `shape`에서 길이가 1인 축이 어디인지 찾으세요. 그 축은 더한 뒤에 없어져야 할까요, 남아야 할까요?",
        r"형상이 $(N, K)$인 기울기 $G$를 $(N, 1)$로 되돌리면 $n$번째 행이 $\sum_k G_{nk}$ 하나입니다. 더한 축을 길이 1로 남기는 인수가 `keepdims`입니다. 본래 길이가 1이어서 늘어나지 않은 축은 더해도 그대로입니다.",
    ),
)


@exercise.answer
def sum_to(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


# 검사 ------------------------------------------------------------------------------------


def numbers(rng, shape):
    return rng.normal(size=shape).round(1)


def leading(rng, n):
    long = int(rng.integers(2, 4))
    return numbers(rng, (n, long)), (long,) if n < 4 else ()


def stretched(rng, n):
    shape = [(2, 1), (1, 3), (2, 1, 2), (1, 1), (1,)][n - 1]
    return numbers(rng, (2, 3) if len(shape) == 2 else (2, 3, 2)[: len(shape)]), shape


def both(rng, n):
    shape = [(2, 1), (1, 3), (3, 1, 2), (1, 1), (1,)][n - 1]
    grown = tuple(3 if length == 1 else length for length in shape)
    return numbers(rng, (2, *grown)), shape


def positive(rng, n):
    gradient, shape = both(rng, n)
    return np.abs(gradient) + 1, shape


def unchanged(rng, n):
    shape = [(1,), (2,), (2, 3), (1, 2), (2, 1, 1)][n - 1]
    return numbers(rng, shape), shape


@exercise.same("앞에 새로 생긴 축을 더해 없앱니다", leading)
def new_axes(f, gradient, shape):
    return f(gradient, shape)


@exercise.same("길이 1에서 늘어난 축을 더해 길이 1로 남깁니다", stretched)
def stretched_axes(f, gradient, shape):
    return f(gradient, shape)


@exercise.same("앞의 축과 늘어난 축이 함께 있어도 맞습니다", both)
def both_kinds(f, gradient, shape):
    return f(gradient, shape)


@exercise.same("늘어나지 않은 배열은 그대로입니다", unchanged)
def not_grown(f, gradient, shape):
    return f(gradient, shape)


@exercise.holds(
    "작은 배열을 움직일 때와 늘어난 배열을 움직일 때 손실이 똑같이 변합니다",
    positive,
    tolerance=1e-5,
)
def adjoint(f, gradient, shape):
    small = np.arange(1.0, 1 + np.prod(shape, dtype=int)).reshape(shape)
    grown = np.broadcast_to(small, gradient.shape)
    return float(np.sum(f(gradient, shape) * small)), float(np.sum(gradient * grown))


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "keepdims 누락",
    by=stretched_axes,
    says="늘어난 축을 더하면서 없앴습니다. (5, 1)에서 온 값의 기울기는 (5,)가 아니라 (5, 1)이므로 `keepdims=True`가 있어야 합니다.",
    see="브로드캐스팅은 몰래 하는 복사",
)
def axis_lost(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    axes = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return gradient.sum(axis=axes)


@exercise.mistake(
    "앞 축만",
    by=stretched_axes,
    says="앞에 새로 생긴 축만 더했습니다. 길이 1에서 늘어난 축도 그만큼 복사한 것이니 따라서 더해야 합니다.",
    see="브로드캐스팅은 몰래 하는 복사",
)
def leading_only(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    return gradient


@exercise.mistake(
    "늘어난 축만",
    by=new_axes,
    says="길이 1에서 늘어난 축만 더하고, 앞에 새로 생긴 축을 남겼습니다. 축의 수부터 `shape`와 같게 맞추세요.",
    see="브로드캐스팅은 몰래 하는 복사",
)
def stretched_only(gradient, shape):
    extra = gradient.ndim - len(shape)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=extra + axis, keepdims=True)
    return gradient


@exercise.mistake(
    "mean",
    by=stretched_axes,
    says="더하는 대신 평균을 냈습니다. 복사본마다 온 기울기는 모두 더하므로, 평균은 복사한 수만큼 작습니다.",
    see="두 번 쓰이면 더합니다",
)
def averaged(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.mean(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.mean(axis=axis, keepdims=True)
    return gradient


@exercise.mistake(
    "복사본 하나만",
    by=stretched_axes,
    says="복사본 하나의 기울기만 가져왔습니다. 값 하나가 여러 곳에 쓰였으니 모든 복사본의 기울기를 더합니다.",
    see="두 번 쓰이면 더합니다",
)
def first_copy(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient[0]
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = np.take(gradient, [0], axis=axis)
    return gradient


@exercise.mistake(
    "keepdims 없이 하나씩",
    by=stretched_axes,
    says="축을 하나씩 더하면서 `keepdims=True`를 빠뜨렸습니다. 축이 없어져 형상이 달라지고, 뒤에 오는 축의 번호도 하나씩 당겨집니다.",
    see="브로드캐스팅은 몰래 하는 복사",
)
def axes_lost_in_turn(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis)
    return gradient


@exercise.mistake(
    "늘어난 축에서만 mean",
    by=stretched_axes,
    says="길이 1에서 늘어난 축에서 더하는 대신 평균을 냈습니다. 복사본마다 온 기울기는 모두 더하므로, 평균은 복사한 수만큼 작습니다.",
    see="두 번 쓰이면 더합니다",
)
def stretched_averaged(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.mean(axis=axis, keepdims=True)
    return gradient


@exercise.mistake(
    "늘어난 축 하나만",
    by=both_kinds,
    says="길이가 1인 축을 처음 것 하나만 더했습니다. 늘어난 축은 여럿일 수 있으니 `shape`를 끝까지 살펴보세요.",
    see="브로드캐스팅은 몰래 하는 복사",
)
def first_axis_only(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    if 1 in shape:
        gradient = gradient.sum(axis=shape.index(1), keepdims=True)
    return gradient
