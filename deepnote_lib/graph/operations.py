"""연산의 표: 순전파의 식 바로 옆에 국소 기울기의 식이 있다."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from deepnote_lib._checks import check_number


def _anywhere(*x: float) -> bool:
    """정의역이 수 전체이다."""
    return True


@dataclass(frozen=True)
class Operation:
    """연산 하나: y = forward(x…), 국소 기울기는 ∂y/∂xᵢ = local[i](x…, y).

    Attributes
    ----------
    symbol
        노드에 적는 기호. 예: "×".
    formula
        수를 끼워 넣어 읽는 식. 예: "{} × {}".
    accepts, expectation
        입력값들이 정의역에 있는지 알려 주는 함수와, 정의역 밖일 때 오류에 적을 말.
    ordered
        두 입력의 순서를 바꾸면 결과가 달라지는지.
    """

    name: str
    symbol: str
    formula: str
    forward: Callable[..., float]
    local: tuple[Callable[..., float], ...]
    accepts: Callable[..., bool] = _anywhere
    expectation: str = ""
    ordered: bool = False


def _sigmoid(x: float) -> float:
    # 음수에서 exp(−x)는 넘칠 수 있으므로 exp(x)로 적은 같은 식을 쓴다
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


ADD = Operation(
    "덧셈", "+", "{} + {}",
    lambda a, b: a + b,
    (lambda a, b, y: 1.0, lambda a, b, y: 1.0),
)  # fmt: skip

SUB = Operation(
    "뺄셈", "−", "{} − {}",
    lambda a, b: a - b,
    (lambda a, b, y: 1.0, lambda a, b, y: -1.0),
    ordered=True,
)  # fmt: skip

MUL = Operation(
    "곱셈", "×", "{} × {}",
    lambda a, b: a * b,
    (lambda a, b, y: b, lambda a, b, y: a),
)  # fmt: skip

DIV = Operation(
    "나눗셈", "÷", "{} ÷ {}",
    lambda a, b: a / b,
    (lambda a, b, y: 1 / b, lambda a, b, y: -y / b),
    accepts=lambda a, b: b != 0,
    expectation="나누는 수는 0이 아니어야 합니다",
    ordered=True,
)  # fmt: skip

# 두 값이 같으면 미분할 수 없다. 서브그레이디언트 가운데 앞의 입력으로만 흐르는 것을 고른다
MAX = Operation(
    "최댓값", "max", "max({}, {})",
    lambda a, b: a if a >= b else b,
    (lambda a, b, y: 1.0 if a >= b else 0.0, lambda a, b, y: 1.0 if b > a else 0.0),
)  # fmt: skip

NEG = Operation("부호 바꾸기", "−x", "−{}", lambda a: -a, (lambda a, y: -1.0,))

EXP = Operation("지수", "exp", "exp({})", math.exp, (lambda a, y: y,))

LOG = Operation(
    "로그", "log", "log({})",
    math.log,
    (lambda a, y: 1 / a,),
    accepts=lambda a: a > 0,
    expectation="로그의 입력은 0보다 커야 합니다",
)  # fmt: skip

SIGMOID = Operation("시그모이드", "σ", "σ({})", _sigmoid, (lambda a, y: y * (1 - y),))

TANH = Operation("tanh", "tanh", "tanh({})", math.tanh, (lambda a, y: 1 - y * y,))

# 0에서는 미분할 수 없다. 서브그레이디언트 가운데 0을 고른다
RELU = Operation(
    "ReLU", "ReLU", "ReLU({})", lambda a: a if a > 0 else 0.0, (lambda a, y: 1.0 if a > 0 else 0.0,)
)


def power(n: float) -> Operation:
    """지수 n이 정해진 거듭제곱 xⁿ. 국소 기울기는 n·xⁿ⁻¹이다.

    >>> cube = power(3)
    >>> cube.forward(2.0), cube.local[0](2.0, 8.0)
    (8.0, 12.0)
    """
    n = check_number("exponent", n)
    exponent = int(n) if n == int(n) else n
    return Operation(
        "제곱" if n == 2 else f"{exponent}제곱", "x²" if n == 2 else f"x^{exponent}".replace("-", "−"),
        "{}²" if n == 2 else f"{{}}^{exponent}".replace("-", "−"),
        lambda a: float(a**exponent),
        (lambda a, y: n * a ** (exponent - 1) if n else 0.0,),
        # 0에서 지수가 0과 1 사이이면 접선이 수직이라 국소 기울기가 없다
        accepts=lambda a: a > 0 or (n == int(n) and (a < 0 or n >= 0)) or (a == 0 and n > 1),
        expectation="밑이 0보다 크거나, 지수에 맞는 수여야 합니다"
        "(0은 지수가 0이거나 1 이상, 음수는 지수가 정수)",
    )  # fmt: skip
