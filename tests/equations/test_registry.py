"""검산의 틀: 틀린 식과, 부호를 보지 못하는 시험을 잡아낸다."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from registry import Flip, equation, find_formula, mutants, verify


def right(rng):
    z = rng.normal(size=5)

    def formula():
        return 1 / (1 + np.exp(-z))

    return formula, (1 + np.tanh(z / 2)) / 2


def wrong_sign(rng):
    z = rng.normal(size=5)

    def formula():
        return 1 / (1 + np.exp(z))

    return formula, (1 + np.tanh(z / 2)) / 2


def blind_to_a_sign(rng):
    """s를 제곱하므로 s의 부호가 틀려도 통과한다."""
    y = rng.normal(size=5)

    def formula():
        return (1 - y) ** 2 * 0 + (y - 1) ** 2

    return formula, (y - 1) ** 2


def vague(rng):
    """허용 오차가 식의 크기보다 커서 아무것도 보지 못한다."""
    z = 1e-13 * rng.normal(size=5)

    def formula():
        return 2 * z

    return formula, 2 * z


def not_random(rng):
    def formula():
        return np.exp(1.0)

    return formula, np.e


def compared_with_itself(rng):
    z = rng.normal(size=5)

    def formula():
        return z - 1

    return formula, formula()


def broadcast(rng):
    z = rng.normal(size=(4, 1))

    def formula():
        return z - 1

    return formula, np.repeat(z - 1, 3, axis=1)


def infinite(rng):
    z = rng.normal(size=5)

    def formula():
        return z - np.nan

    return formula, z * np.nan


def test_a_right_formula_passes():
    verify("eq-right", right)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (wrong_sign, "eq-x: 시드 0에서 두 값이 다릅니다"),
        (blind_to_a_sign, r"eq-x: 부호를 뒤집어도 .*  →  1 \+ y"),
        (vague, r"eq-x: 부호를 뒤집어도 .*2 \* z  →  -"),
        (not_random, "무작위 입력을 쓰지 않습니다"),
        (compared_with_itself, "formula를 다시 부릅니다"),
        (broadcast, "두 값이 다릅니다"),
        (infinite, "두 값이 다릅니다"),
    ],
)
def test_a_bad_check_fails_with_its_label(check, message):
    with pytest.raises(AssertionError, match=message):
        verify("eq-x", check)


def test_the_decorator_makes_a_test_that_fails_on_a_wrong_formula():
    test = equation("eq-planted")(wrong_sign)
    assert test.__name__ == "wrong_sign"
    with pytest.raises(AssertionError, match="eq-planted"):
        test()


def flips(body: str) -> list[str]:
    """식 하나에서 만들어지는 모든 바꿈의 오른쪽."""
    found = []
    while True:
        flip = Flip(len(found))
        flip.visit(find_formula(ast.parse(f"def formula():\n    {body}")))
        if not flip.change:
            return found
        found.append(flip.change.split("  →  ")[1])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return a + b - c", ["a - b", "a + b + c"]),
        ("return -a * b", ["a"]),
        ("return a / b", ["-(a / b)"]),
        ("return a, -b", ["-a", "b"]),
        ("return k <= a < b", ["k >= a < b", "k <= a > b"]),
        ("return (a == b).mean()", ["a != b"]),
        ("total += a; return total", ["total -= a", "-total"]),
        ("return w[-1].sum(axis=-1)", ["-w[-1].sum(axis=-1)"]),
    ],
)
def test_every_sign_of_the_formula_is_flipped_once(body, expected):
    assert flips(body) == expected


def test_a_flipped_check_sees_the_same_random_numbers():
    change, mutant = next(mutants(right))
    formula, other = mutant(np.random.default_rng(7))
    z = np.random.default_rng(7).normal(size=5)
    assert change == "-z  →  z"
    np.testing.assert_allclose(formula(), 1 / (1 + np.exp(z)))
    np.testing.assert_allclose(other, right(np.random.default_rng(7))[1])
