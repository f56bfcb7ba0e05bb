"""책의 식을 무작위 수로 검산하고, 부호를 하나씩 뒤집어 검산 자체를 시험한다.

    @equation("eq-sigmoid")
    def test_sigmoid(rng):
        z = rng.normal(size=8)

        def formula():
            return 1 / (1 + np.exp(-z))

        return formula, activations.sigmoid(z)

`formula`에는 식을 책에 적힌 대로 쓰고, 그 뒤에는 다른 길로 구한 값(라이브러리, 수치 미분, 반복문)을 쓴다.
튜플을 돌려주면 식이 여럿인 것이고, 다른 길의 값이 하나면 등호로 이은 변이 모두 그 값이어야 한다.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Check = Callable[[np.random.Generator], tuple[Callable[[], Any], Any]]
SEEDS = (0, 1, 2)
OPPOSITE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Eq: ast.NotEq,
}
OPPOSITE |= {after: before for before, after in OPPOSITE.items()}


def equation(label: str, *, rtol: float = 1e-9, atol: float = 1e-12) -> Callable[[Check], Any]:
    """식 `label`의 검산을 pytest의 시험으로 만든다. 어림하는 식에서만 허용 오차를 늘린다."""

    def register(check: Check) -> Callable[[], None]:
        def test() -> None:
            verify(label, check, rtol=rtol, atol=atol)

        test.__name__, test.__doc__, test.__module__ = (
            check.__name__,
            check.__doc__,
            check.__module__,
        )
        return test

    return register


def verify(label: str, check: Check, *, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    """무작위 입력마다 양변이 같고, 부호를 하나라도 뒤집으면 달라야 한다."""
    for seed in SEEDS:
        assert agrees(check, seed, rtol, atol), f"{label}: 시드 {seed}에서 두 값이 다릅니다"
    with np.errstate(all="ignore"):  # 뒤집은 식은 음수에 로그를 취하기도 한다
        for change, mutant in mutants(check):
            caught = not all(agrees(mutant, seed, rtol, atol) for seed in SEEDS)
            assert caught, f"{label}: 부호를 뒤집어도 시험이 통과합니다. {change}"


def agrees(check: Check, seed: int, rtol: float, atol: float) -> bool:
    """시드 하나에서 식의 값이 다른 길의 값과 같은가? NaN은 무엇과도 다르다."""
    rng = np.random.default_rng(seed)
    untouched = rng.bit_generator.state
    formula, other = check(rng)
    assert rng.bit_generator.state != untouched, f"{check.__name__}: 무작위 입력을 쓰지 않습니다"
    value = formula()
    sides = value if isinstance(value, tuple) else (value,)
    others = other if isinstance(other, tuple) else (other,) * len(sides)
    return all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=rtol, atol=atol)
        for a, b in zip(sides, others, strict=True)
    )


def mutants(check: Check) -> Iterator[tuple[str, Check]]:
    """`formula` 안의 부호를 하나씩 뒤집은 검산들과 그 설명."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(check)))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list = []
    names = [node.id for node in ast.walk(function) if isinstance(node, ast.Name)]
    assert names.count("formula") == 1, f"{check.__name__}: 다른 길이 formula를 다시 부릅니다"
    for wanted in range(1000):
        changed = copy.deepcopy(tree)
        flip = Flip(wanted)
        flip.visit(find_formula(changed))
        if not flip.change:
            return
        namespace = dict(check.__globals__)  # type: ignore[attr-defined]
        exec(compile(ast.fix_missing_locations(changed), "<뒤집은 식>", "exec"), namespace)
        yield flip.change, namespace[check.__name__]


def find_formula(tree: ast.AST) -> ast.FunctionDef:
    """검산 안의 `def formula():`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "formula":
            return node
    raise ValueError("formula: 책의 식을 적은 안쪽 함수가 있어야 합니다")


class Flip(ast.NodeTransformer):
    """앞에서 `wanted`번째 부호를 뒤집는다: 더하기와 빼기, 음수 부호, 부등호와 등호.

    부호가 없는 식은 식 전체에 음수 부호를 붙인다. 배열의 첨자와 축 번호는 식의 부호가 아니다.
    """

    def __init__(self, wanted: int) -> None:
        self.wanted, self.seen, self.change = wanted, 0, ""

    def turns(self) -> bool:
        self.seen += 1
        return self.seen - 1 == self.wanted

    def note(self, before: str, node: ast.AST) -> ast.AST:
        self.change = f"{before}  →  {ast.unparse(node)}"
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return node if node.arg == "axis" else self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp | ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if type(node.op) in OPPOSITE and self.turns():
            before = ast.unparse(node)
            node.op = OPPOSITE[type(node.op)]()  # type: ignore[assignment]
            return self.note(before, node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        return self.visit_BinOp(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.USub) and self.turns():
            return self.note(ast.unparse(node), node.operand)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        for i, operator in enumerate(node.ops):
            if type(operator) in OPPOSITE and self.turns():
                before = ast.unparse(node)
                node.ops[i] = OPPOSITE[type(operator)]()  # type: ignore[call-overload]
                return self.note(before, node)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        assert node.value is not None
        sides = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        sides = [self.visit_side(side) for side in sides]
        node.value = ast.Tuple(sides, ast.Load()) if len(sides) > 1 else sides[0]
        return node

    def visit_side(self, side: ast.expr) -> ast.expr:
        """돌려주는 식 하나. 안에 부호가 없으면 식 전체를 뒤집는다."""
        before = self.seen
        side = self.visit(side)
        if self.seen == before and self.turns():
            negated = ast.UnaryOp(ast.USub(), side)
            self.note(ast.unparse(side), negated)
            return negated
        return side
