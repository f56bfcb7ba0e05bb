"""퍼셉트론: 게이트, 한 걸음 고치기, 수렴 정리의 상한, XOR의 순환, 마진."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepnote_lib.perceptron import (
    AND,
    INPUTS,
    NAND,
    OR,
    Perceptron,
    margin,
    mistake_bound,
    xor,
)

pytestmark = pytest.mark.perceptron

TABLES = {"AND": [0, 0, 0, 1], "NAND": [1, 1, 1, 0], "OR": [0, 1, 1, 1]}
XOR = [0, 1, 1, 0]


def separable(
    seed: int, n: int = 30, d: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """(x, y, w, b): 마진이 0.05 이상인 데이터와 그것을 나누는 답."""
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=d), float(rng.normal() * 0.3)
    w /= np.linalg.norm(w)
    x = rng.uniform(-1, 1, size=(20 * n, d))
    x = x[np.abs(x @ w + b) >= 0.05][:n]
    return x, (x @ w + b > 0).astype(np.int64), w, b


def test_gates_reproduce_their_truth_tables() -> None:
    for gate, table in [(AND, TABLES["AND"]), (NAND, TABLES["NAND"]), (OR, TABLES["OR"])]:
        out = gate.predict(INPUTS)
        assert out.tolist() == table
        assert out.dtype == np.int64
    assert xor(INPUTS).tolist() == XOR


def test_decision_function_is_the_hand_computed_sum() -> None:
    # 0.5 + 0.5 - 0.7 = 0.3, 0.5 - 0.7 = -0.2
    np.testing.assert_allclose(AND.decision_function([[1, 1], [1, 0]]), [0.3, -0.2], rtol=1e-14)
    # ‖(3, 4)‖ = 5이고 점수 3 + 4 - 2 = 5이므로 거리 1. 원점은 -2/5
    p = Perceptron(2, w=[3, 4], b=-2)
    np.testing.assert_allclose(p.distance([[1, 1], [0, 0]]), [1.0, -0.4], rtol=1e-15)


def test_score_is_the_accuracy_as_in_scikit_learn() -> None:
    # AND의 예측 (0, 0, 0, 1)을 OR의 정답 (0, 1, 1, 1)과 비교하면 넷 가운데 둘이 맞는다
    assert AND.score(INPUTS, TABLES["OR"]) == 0.5
    assert AND.score(INPUTS, TABLES["AND"]) == 1.0


def test_tie_on_the_boundary_is_class_zero() -> None:
    assert Perceptron(2).predict(INPUTS).tolist() == [0, 0, 0, 0]


def test_perceptron_gives_no_probability() -> None:
    # 오개념: "퍼셉트론은 확률을 준다". 경계에서 멀어져도 출력은 1이다
    assert Perceptron(1, w=[1.0]).predict([[0.1], [10.0], [1e6]]).tolist() == [1, 1, 1]


def test_one_update_by_hand() -> None:
    p = Perceptron(2, lr=0.5, w=[1.0, -1.0], b=0.0)
    # 점수 2 - 1 = 1 > 0이라 ŷ = 1인데 y = 0: w - 0.5·(2, 1), b - 0.5
    assert p.update([2.0, 1.0], 0) is True
    assert p.w.tolist() == [0.0, -1.5]
    assert p.b == -0.5
    # 이제 -1.5 - 0.5 < 0: 맞으므로 그대로이다
    assert p.update([2.0, 1.0], 0) is False
    assert p.w.tolist() == [0.0, -1.5]
    assert [(w.tolist(), b) for w, b in p.path] == [([1.0, -1.0], 0.0), ([0.0, -1.5], -0.5)]


def test_learning_and_by_hand() -> None:
    # 에포크 1: (1,1)에서만 틀려 w=(1,1), b=1 … 여섯째 에포크에 틀리지 않는다
    p = Perceptron(2)
    assert p.n_epochs == 0
    assert not p.converged  # 아직 배우지 않았다
    assert p.fit(INPUTS, TABLES["AND"]) is p
    assert p.n_epochs == 6
    assert p.converged
    assert (p.w.tolist(), p.b) == ([2.0, 1.0], -2.0)
    assert p.mistakes == [1, 3, 3, 2, 1, 0]
    assert len(p.path) == 1 + sum(p.mistakes)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("shuffle", [False, True])
def test_every_separable_gate_is_learnt(name: str, shuffle: bool) -> None:
    p = Perceptron(2)
    assert p.fit(INPUTS, TABLES[name], shuffle=shuffle, rng=0).converged
    assert p.predict(INPUTS).tolist() == TABLES[name]
    assert p.mistakes[-1] == 0


def test_shuffling_finds_different_but_correct_answers() -> None:
    # 오개념: "선형 분리가 되면 항상 같은 답이 나온다"
    found = set()
    for seed in range(20):
        p = Perceptron(2)
        p.fit(INPUTS, TABLES["AND"], shuffle=True, rng=seed)
        assert p.predict(INPUTS).tolist() == TABLES["AND"]
        found.add((*p.w.tolist(), p.b))
    assert found == {(2.0, 1.0, -2.0), (1.0, 2.0, -2.0), (1.0, 1.0, -1.0)}


def test_xor_cycles_and_every_epoch_from_the_second_ends_at_the_same_place() -> None:
    p = Perceptron(2)
    ends = []
    for _ in range(6):
        assert not p.fit(INPUTS, XOR, max_epochs=1).converged  # 지금의 w, b에서 이어 배운다
        ends.append((p.w.tolist(), p.b))
    assert ends == [([-1, 0], 0)] + [([-1, 0], 1)] * 5
    whole = Perceptron(2)
    assert not whole.fit(INPUTS, XOR, max_epochs=50).converged
    assert whole.n_epochs == 50
    assert whole.mistakes == [2, 3] + [4] * 48
    # 가중치는 갇혀 있다: 서로 다른 (w, b)는 몇 개뿐이다
    assert len({(*w.tolist(), b) for w, b in whole.path}) <= 8


def test_no_line_gets_all_four_xor_rows() -> None:
    # 격자의 어떤 (w, b)도 셋까지만 맞힌다
    grid = np.linspace(-2, 2, 9)
    w1, w2, b = (g.ravel() for g in np.meshgrid(grid, grid, grid))
    hits = ((INPUTS @ np.stack([w1, w2]) + b > 0).astype(int) == np.array(XOR)[:, None]).sum(axis=0)
    assert hits.max() == 3


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("d", [2, 5])
def test_mistakes_never_exceed_the_bound(seed: int, d: int) -> None:
    x, y, w, b = separable(seed, d=d)
    p = Perceptron(d)
    assert p.fit(x, y, max_epochs=10_000, shuffle=True, rng=seed).converged
    assert sum(p.mistakes) <= mistake_bound(x, y, w, b)
    assert margin(x, y, p.w, p.b) >= 0


def test_bound_can_be_reached() -> None:
    # 샘플 하나 x = (0), y = 1: R = 1, u = (0, 1), γ = 1이라 상한은 1이고 꼭 한 번 틀린다
    p = Perceptron(1)
    assert p.fit([[0.0]], [1]).n_epochs == 2
    assert p.converged
    assert sum(p.mistakes) == mistake_bound([[0.0]], [1], [0.0], 1.0) == 1


@given(st.integers(0, 10_000), st.sampled_from([0.5, 2.0, 8.0]))
def test_learning_rate_only_rescales_from_zero(seed: int, lr: float) -> None:
    # 2의 거듭제곱은 반올림이 없으므로 비트까지 같다
    x, y, _, _ = separable(seed % 50, n=12)
    one, other = Perceptron(2), Perceptron(2, lr=lr)
    one.fit(x, y, max_epochs=30)
    other.fit(x, y, max_epochs=30)
    assert (one.n_epochs, one.converged) == (other.n_epochs, other.converged)
    assert one.mistakes == other.mistakes
    np.testing.assert_array_equal(other.w, lr * one.w)
    assert other.b == lr * one.b


def test_learning_rate_matters_from_a_nonzero_start() -> None:
    start = {"w": [-3.0, 2.0], "b": 1.0}
    slow, fast = Perceptron(2, lr=0.25, **start), Perceptron(2, lr=8.0, **start)
    slow.fit(INPUTS, TABLES["AND"])
    fast.fit(INPUTS, TABLES["AND"])
    assert slow.mistakes != fast.mistakes


def test_margin_by_hand_and_its_invariance() -> None:
    # 가장 가까운 (1, 1)까지: (1 + 1 - 1.5)/√2
    assert margin(INPUTS, TABLES["AND"], [1, 1], -1.5) == pytest.approx(0.5 / np.sqrt(2), rel=1e-15)
    assert margin(INPUTS, TABLES["AND"], [8, 8], -12) == pytest.approx(0.5 / np.sqrt(2), rel=1e-15)
    assert margin(INPUTS, TABLES["OR"], [1, 1], -1.5) < 0  # 틀린 샘플이 있다
    # R² = 1 + 1 + 1, γ = 0.5/√(1 + 1 + 2.25): (R/γ)² = 3·4.25/0.25 = 51
    bound = mistake_bound(INPUTS, TABLES["AND"], [1, 1], -1.5)
    assert bound == pytest.approx(51, rel=1e-14)
    assert mistake_bound(INPUTS, TABLES["AND"], [2, 2], -3) == pytest.approx(51, rel=1e-14)


def test_gates_and_inputs_cannot_be_changed() -> None:
    with pytest.raises(TypeError, match=r"게이트: .*바꾸려던 값=b"):
        AND.b = 0.3
    with pytest.raises(TypeError, match="게이트"):
        AND.fit(INPUTS, TABLES["OR"])
    with pytest.raises(TypeError, match=r"게이트: .*바꾸려던 값=w"):
        NAND.update([1.0, 1.0], 1)
    for array in (AND.w, INPUTS):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9.0
    assert AND.predict(INPUTS).tolist() == TABLES["AND"]


def test_arguments_are_copied_and_the_path_is_a_record() -> None:
    w = np.array([0.0, 0.0])
    p = Perceptron(2, w=w)
    p.fit(INPUTS, TABLES["OR"])
    assert w.tolist() == [0, 0]
    p.w[:] = 99
    assert p.path[-1][0].tolist() == [1, 1]


def test_labels_minus_one_and_wrong_shapes_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"y.*0~1.*-1~1"):
        Perceptron(2).fit(INPUTS, [-1, -1, -1, 1])
    with pytest.raises(ValueError, match=r"x.*\(N, 2\).*\(4, 3\)"):
        Perceptron(2).predict(np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"x.*유한"):
        Perceptron(2).predict([[np.nan, 0.0]])
    with pytest.raises(ValueError, match=r"w.*\(2,\).*\(3,\)"):
        Perceptron(2, w=[1, 2, 3])
    with pytest.raises(ValueError, match="lr"):
        Perceptron(2, lr=0.0)
    with pytest.raises(ValueError, match="y_i"):
        Perceptron(2).update([0.0, 0.0], 2)
    with pytest.raises(TypeError, match="rng"):
        Perceptron(2).fit(INPUTS, XOR, shuffle=True, rng="0")


def test_geometry_needs_a_separating_nonzero_normal() -> None:
    with pytest.raises(ValueError, match=r"w.*0"):
        Perceptron(2).distance(INPUTS)
    with pytest.raises(ValueError, match=r"w.*0"):
        margin(INPUTS, TABLES["OR"], [0, 0], 1)
    with pytest.raises(ValueError, match=r"γ > 0.*γ=0$"):
        mistake_bound(INPUTS, TABLES["AND"], [2, 1], -2)  # (1, 0)이 경계 위에 있다
    with pytest.raises(ValueError, match=r"x.*\(0, 2\)"):
        margin(np.zeros((0, 2)), np.array([], int), [1, 1], 0)


def test_repr_shows_the_line() -> None:
    assert repr(Perceptron(2, w=[1, 2], b=-3)) == "Perceptron(w=[1.0, 2.0], b=-3, lr=1)"
