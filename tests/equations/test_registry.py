"""식의 검증을 검증한다: 틀린 식을 잡아내고, 바뀐 식을 보지 못하는 테스트도 잡아낸다."""

from __future__ import annotations

import ast
import re
import textwrap

import numpy as np
import pytest
import registry
from registry import Flip, equation, find_formula, mutants, rolled, verify


def right(rng):
    """쌍곡 탄젠트로 적은 시그모이드와 비교한다."""
    z = rng.normal(size=5)

    def formula():
        return 1 / (1 + np.exp(-z))

    return formula, (1 + np.tanh(z / 2)) / 2


def wrong_sign(rng):
    z = rng.normal(size=5)

    def formula():
        return 1 / (1 + np.exp(z))

    return formula, (1 + np.tanh(z / 2)) / 2


def wrong_second_side(rng):
    z = rng.normal(size=5)

    def formula():
        return z - 1, 1 - z

    return formula, z - 1


def wrong_inequality(rng):
    z = rng.normal(size=5)

    def formula():
        return np.abs(z) <= z

    return formula, np.ones(5, dtype=bool)


def one_side_too_many(rng):
    z = rng.normal(size=5)

    def formula():
        return z - 1, z - 1, z - 1

    return formula, (z - 1, z - 1)


def blind_to_a_sign(rng):
    """0을 곱하므로 첫째 항의 부호가 틀려도 통과한다."""
    y = rng.normal(size=5)

    def formula():
        return (1 - y) ** 2 * 0 + (y - 1) ** 2

    return formula, (y - 1) ** 2


def blind_to_a_division(rng):
    """s가 ±1뿐이라 곱한 값과 나눈 값이 같다."""
    s, x = rng.choice([-1, 1], size=5), rng.normal(size=5)

    def formula():
        return x * s + 1

    return formula, np.where(s == 1, x, -x) + 1


def blind_to_a_transpose(rng):
    """대칭 행렬이라 전치를 빠뜨려도 같다."""
    x, A = rng.normal(size=3), rng.normal(size=(3, 3))
    A = A + A.T

    def formula():
        return A.T @ x - 1

    return formula, A @ x - 1


def blind_to_an_index(rng):
    """행이 하나라 어느 행을 골라도 같다."""
    x = rng.normal(size=(1, 4))

    def formula():
        return x[0] - 1

    return formula, x.ravel() - 1


def vague(rng):
    """허용 오차가 식의 크기보다 커서 아무것도 보지 못한다."""
    z = 1e-13 * rng.normal(size=5)

    def formula():
        return z

    return formula, z


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
        (wrong_sign, "eq-x: 시드 0에서 1번째 변이 다릅니다"),
        (wrong_second_side, "eq-x: 시드 0에서 2번째 변이 다릅니다"),
        (wrong_inequality, "eq-x: 시드 0에서 1번째 변이 다릅니다"),
        (one_side_too_many, "eq-x: 변의 수가 다릅니다: 3, 2"),
        (blind_to_a_sign, "eq-x: 식을 바꿔도 테스트가 통과합니다. 1 - y  →  1 + y"),
        (blind_to_a_division, "eq-x: 식을 바꿔도 테스트가 통과합니다. x * s  →  x / s"),
        (blind_to_a_transpose, "eq-x: 식을 바꿔도 테스트가 통과합니다. A.T  →  A"),
        (blind_to_an_index, "eq-x: 식을 바꿔도 테스트가 통과합니다. x[0]  →  rolled(x, 0)[0]"),
        (vague, "eq-x: 식을 바꿔도 테스트가 통과합니다. z  →  -z"),
        (not_random, "not_random: 무작위 입력을 쓰지 않습니다"),
        (compared_with_itself, "compared_with_itself: 다른 방법이 formula를 다시 부릅니다"),
        (broadcast, "eq-x: 시드 0에서 1번째 변의 shape이 다릅니다: (4, 1), (4, 3)"),
        (infinite, "eq-x: 시드 0에서 1번째 변이 다릅니다"),
    ],
)
def test_a_bad_check_fails_with_its_label(check, message):
    with pytest.raises(AssertionError, match=re.escape(message)):
        verify("eq-x", check)


def test_a_failing_equation_shows_the_numbers():
    z = np.random.default_rng(0).normal(size=5)
    with pytest.raises(AssertionError) as failure:
        verify("eq-x", wrong_sign)
    message = str(failure.value)
    assert f"{1 / (1 + np.exp(z[0])):.6f}" in message
    assert f"{1 / (1 + np.exp(-z[0])):.6f}" in message


def test_a_missing_formula_is_reported_in_korean():
    with pytest.raises(ValueError, match="formula: 책의 식을 적은 안쪽 함수가 있어야 합니다"):
        find_formula(ast.parse("def test_x(rng): ..."))


# 바꿔도 값이 같은 것 ---------------------------------------------------------------------


def test_an_equivalent_change_is_allowed_where_it_is_written_down():
    verify("eq-x", blind_to_a_division, equivalent=("x / s",))


def test_one_equivalent_change_does_not_excuse_another():
    with pytest.raises(AssertionError, match=re.escape("A.T  →  A")):
        verify("eq-x", blind_to_a_transpose, equivalent=("A.T @ x + 1",))


@pytest.mark.parametrize("stale", ["x * s - 1", "s / x"])  # 잡히는 바꿈, 없는 바꿈
def test_a_stale_equivalent_is_refused(stale):
    with pytest.raises(
        AssertionError, match=f"eq-x: equivalent에 .*달라지는 바꿈: {re.escape(stale)}$"
    ):
        verify("eq-x", blind_to_a_division, equivalent=("x / s", stale))


# 데코레이터 ------------------------------------------------------------------------------


def test_the_decorator_makes_a_test_that_fails_on_a_wrong_formula():
    test = equation("eq-planted", r"\frac{1}{1 + e^{z}}")(wrong_sign)
    assert test.__name__ == "wrong_sign"
    with pytest.raises(AssertionError, match="eq-planted"):
        test()


def test_the_decorator_keeps_what_the_badge_and_pytest_read():
    test = equation("eq-right", r"\sigma(z) = \frac{1}{1 + e^{-z}}")(right)
    test()
    assert (test.__doc__, test.__module__) == (right.__doc__, __name__)


def test_the_decorator_passes_on_tolerances_and_equivalent_changes():
    equation("eq-x", "x s + 1", equivalent=("x / s",))(blind_to_a_division)()
    equation("eq-x", "z", rtol=0, atol=1e-16)(vague)()


def test_the_example_in_the_docstring_of_the_registry_runs(tmp_path, monkeypatch):
    lines = registry.__doc__.splitlines()
    example = textwrap.dedent("\n".join(line for line in lines if line.startswith("    ")))
    imports = "import numpy as np\nfrom registry import equation\n"
    source = imports + "from deepnote_lib import activations\n" + example
    (tmp_path / "equation_example.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import equation_example

    assert equation_example.test_sigmoid.__doc__ == "라이브러리의 시그모이드와 비교한다."
    equation_example.test_sigmoid()


# 바꾸는 곳 -------------------------------------------------------------------------------


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
        ("return -a * b", ["a", "-a / b"]),
        ("return k <= a < b", ["k >= a < b", "k <= a > b"]),
        ("return (a == b).mean()", ["a != b"]),
        ("total += a; return total", ["total -= a", "-total"]),
        ("total *= a; return total", ["total /= a", "-total"]),
        ("return w.sum(axis=-1)", ["-w.sum(axis=-1)"]),
    ],
)
def test_every_sign_of_the_formula_is_flipped_once(body, expected):
    assert flips(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return a / b", ["a * b", "-(a / b)"]),
        ("return a * b, c - d", ["a / b", "-(a * b)", "c + d"]),
        ("return a, -b", ["-a", "b"]),
        ("return x.T @ y", ["x", "-(x.T @ y)"]),
        ("return x[n]", ["rolled(x, 0)[n]", "-x[n]"]),
    ],
)
def test_a_side_without_a_sign_is_also_negated_whole(body, expected):
    assert flips(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return -p[n, k]", ["rolled(p, 0)[n, k]", "rolled(p, 1)[n, k]", "p[n, k]"]),
        ("return -W[l][:, j]", ["rolled(W, 0)[l]", "rolled(W[l], 1)[:, j]", "W[l][:, j]"]),
        ("return -x[n, np.newaxis]", ["rolled(x, 0)[n, np.newaxis]", "x[n, np.newaxis]"]),
        ("return -x[None, n]", ["rolled(x, 0)[None, n]", "x[None, n]"]),
        ("return -x[:, np.newaxis]", ["x[:, np.newaxis]"]),
        ("return -x[..., n, :]", ["rolled(x, -2)[..., n, :]", "x[..., n, :]"]),
        ("return -x[1:]", ["x[1:]"]),
        (
            "return -p[n, y[n]]",
            ["rolled(y, 0)[n]", "rolled(p, 0)[n, y[n]]", "rolled(p, 1)[n, y[n]]", "p[n, y[n]]"],
        ),
        # 첨자 안의 빼기도 바꾸지만, 변의 부호로 세지는 않는다
        ("return a[l - 1]", ["l + 1", "rolled(a, 0)[l - 1]", "-a[l - 1]"]),
        ("a[k] = -b[k]; return -a", ["rolled(b, 0)[k]", "b[k]", "a"]),
    ],
)
def test_every_index_of_the_formula_is_moved_by_one(body, expected):
    assert flips(body) == expected


def test_a_moved_index_reads_the_neighbour():
    x = np.arange(12).reshape(3, 4)
    np.testing.assert_array_equal(rolled(x, 0), x[[1, 0, 1]])
    np.testing.assert_array_equal(rolled(x, 1), x[:, [1, 0, 1, 2]])
    np.testing.assert_array_equal(rolled(x, -1), rolled(x, 1))
    assert rolled(["a", "b", "c"], 0) == ["b", "a", "b"]
    assert rolled({"W": 1, "b": 2}, 0) == {"W": 2, "b": 1}
    assert rolled([7], 0) == [7]


def test_a_moved_index_is_noticed_in_a_plain_sum():
    """첨자를 한 바퀴 돌리기만 하면 모두 더한 값이 그대로라, 어긋난 합을 보지 못한다."""

    def total(rng):
        x, N = rng.normal(size=6), 6

        def formula():
            return sum(x[n] for n in range(N))

        return formula, np.add.reduce(x)

    verify("eq-total", total)


def test_a_flipped_check_sees_the_same_random_numbers():
    changes = dict(mutants(right))
    formula, other = changes["-z  →  z"](np.random.default_rng(7))
    z = np.random.default_rng(7).normal(size=5)
    np.testing.assert_allclose(formula(), 1 / (1 + np.exp(z)))
    np.testing.assert_allclose(other, right(np.random.default_rng(7))[1])
    assert list(changes) == [
        "-z  →  z",
        "1 + np.exp(-z)  →  1 - np.exp(-z)",
        "1 / (1 + np.exp(-z))  →  1 * (1 + np.exp(-z))",
    ]


@pytest.mark.parametrize("error", [ValueError, TypeError, IndexError, KeyError, ZeroDivisionError])
def test_a_changed_formula_that_cannot_be_computed_counts_as_different(error, monkeypatch):
    def breaks(rng):
        raise error

    assert not registry.agrees(breaks, 0, rtol=1e-9, atol=0)
