r"""책의 식을 무작위 수로 검증하고, 식을 한 군데씩 바꿔 검증 자체를 시험한다.

    @equation("eq-sigmoid", r"p = \sigma(z) = \frac{1}{1 + e^{-z}}")
    def test_sigmoid(rng):
        '''라이브러리의 시그모이드와 비교한다.'''
        z = rng.normal(size=8)

        def formula():
            return 1 / (1 + np.exp(-z))

        return formula, activations.sigmoid(z)

LaTeX는 페이지에 있는 것과 같아야 한다. 페이지의 식을 고치면 누군가 둘을 다시 읽을 때까지
테스트가 실패한다. `formula`에는 식을 책에 적힌 대로 쓰고, 그 뒤에는 다른 방법으로 구한 값
(라이브러리, 수치 미분, 반복문)을 쓴다. 튜플을 반환하면 식이 여럿인 것이고, 다른 방법의 값이
하나면 등호로 이은 변이 모두 그 값이어야 한다.
docstring의 첫 줄은 무엇과 비교했는지이며, 책의 ‘✓ 자동 검증’ 버튼이 그대로 보여 준다.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np

Check = Callable[[np.random.Generator], tuple[Callable[[], Any], Any]]
SEEDS = (0, 1, 2)
OPPOSITE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Mult: ast.Div,
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Eq: ast.NotEq,
}
OPPOSITE |= {after: before for before, after in OPPOSITE.items()}
SCALING = (ast.Mult, ast.Div)


def equation(
    label: str,
    latex: str,
    *,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    equivalent: Collection[str] = (),
) -> Callable[[Check], Any]:
    """식 `label`의 검증을 pytest의 테스트로 만든다. 근사하는 식에서만 허용 오차를 늘린다.

    `equivalent`에는 바꿔도 값이 정말로 같은 것을 바뀐 식의 글로 적는다. s가 ±1뿐이면 x * s와
    x / s가 같으므로 `("x / s",)`이다.
    """

    def register(check: Check) -> Callable[[], None]:
        def test() -> None:
            verify(label, check, rtol=rtol, atol=atol, equivalent=equivalent)

        test.__name__, test.__doc__, test.__module__ = (
            check.__name__,
            check.__doc__,
            check.__module__,
        )
        return test

    return register


def verify(
    label: str,
    check: Check,
    *,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    equivalent: Collection[str] = (),
) -> None:
    """무작위 입력마다 양변이 같고, 식을 한 군데라도 바꾸면 달라야 한다."""
    for seed in SEEDS:
        compare(label, check, seed, rtol, atol)
    unused = set(equivalent)
    with np.errstate(all="ignore"):  # 바꾼 식은 음수에 로그를 취하거나 0으로 나누기도 한다
        for change, mutant in mutants(check):
            caught = not all(agrees(mutant, seed, rtol, atol) for seed in SEEDS)
            changed = change.split("  →  ")[1]
            if not caught and changed in equivalent:
                unused.discard(changed)
                continue
            assert caught, f"{label}: 식을 바꿔도 테스트가 통과합니다. {change}"
    assert not unused, f"{label}: equivalent에 적었지만 값이 달라지는 바꿈: {', '.join(unused)}"


def compare(label: str, check: Check, seed: int, rtol: float, atol: float) -> None:
    """시드 하나에서 식의 값을 다른 방법의 값과 비교한다. 다르면 두 값을 보여 주며 실패한다."""
    rng = np.random.default_rng(seed)
    untouched = rng.bit_generator.state
    formula, other = check(rng)
    assert rng.bit_generator.state != untouched, f"{check.__name__}: 무작위 입력을 쓰지 않습니다"
    value = formula()
    sides = value if isinstance(value, tuple) else (value,)
    others = other if isinstance(other, tuple) else (other,) * len(sides)
    assert len(sides) == len(others), f"{label}: 변의 수가 다릅니다: {len(sides)}, {len(others)}"
    for number, (a, b) in enumerate(zip(sides, others, strict=True), 1):
        shapes = f"{np.shape(a)}, {np.shape(b)}"
        assert np.shape(a) == np.shape(b), (
            f"{label}: 시드 {seed}에서 {number}번째 변의 shape이 다릅니다: {shapes}"
        )
        np.testing.assert_allclose(
            a, b, rtol=rtol, atol=atol, equal_nan=False,
            err_msg=f"{label}: 시드 {seed}에서 {number}번째 변이 다릅니다",
        )  # fmt: skip


def agrees(check: Check, seed: int, rtol: float, atol: float) -> bool:
    """시드 하나에서 같은가? 계산하지 못하는 식은 다른 식이다."""
    try:
        compare(check.__name__, check, seed, rtol, atol)
    except (AssertionError, ArithmeticError, ValueError, TypeError, IndexError, KeyError):
        return False
    return True


def rolled(value: Any, axis: int) -> Any:
    """`axis` 방향의 첨자가 하나 어긋난 것: n번 자리에 n - 1번, 0번 자리에 1번이 있다.

    마지막 것을 0번 자리로 돌려놓지 않는다. 그러면 모두 더한 값이 같아, 합에서는 어긋난 첨자가
    보이지 않는다.
    """
    if isinstance(value, dict):
        return dict(zip(value, rolled(list(value.values()), 0), strict=True))
    is_list = isinstance(value, list | tuple)
    size = len(value) if is_list else np.shape(value)[axis]
    places = [min(1, size - 1), *range(size - 1)]
    return [value[i] for i in places] if is_list else np.take(value, places, axis=axis)


def mutants(check: Check) -> Iterator[tuple[str, Check]]:
    """`formula`를 한 군데씩 바꾼 검증들과 그 설명."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(check)))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list = []
    names = [node.id for node in ast.walk(function) if isinstance(node, ast.Name)]
    assert names.count("formula") == 1, f"{check.__name__}: 다른 방법이 formula를 다시 부릅니다"
    for wanted in range(1000):
        changed = copy.deepcopy(tree)
        flip = Flip(wanted)
        flip.visit(find_formula(changed))
        if not flip.change:
            return
        namespace = dict(check.__globals__) | {"rolled": rolled}
        exec(compile(ast.fix_missing_locations(changed), "<바꾼 식>", "exec"), namespace)
        yield flip.change, namespace[check.__name__]


def find_formula(tree: ast.AST) -> ast.FunctionDef:
    """검증 안의 `def formula():`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "formula":
            return node
    raise ValueError("formula: 책의 식을 적은 안쪽 함수가 있어야 합니다")


def index_axes(index: ast.expr) -> Iterator[int]:
    """첨자 가운데 자리를 하나 고르는 것(수, 이름, 식)이 놓인 축. 슬라이스와 새 축은 아니다."""
    items = index.elts if isinstance(index, ast.Tuple) else [index]
    items = [item for item in items if ast.unparse(item) not in ("None", "np.newaxis")]
    names = [ast.unparse(item) for item in items]
    dots = names.index("...") if "..." in names else len(items)
    for place, item in enumerate(items):
        if place != dots and not isinstance(item, ast.Slice):
            yield place if place < dots else place - len(items)  # 줄임표 뒤의 축은 끝에서 센다


class Flip(ast.NodeTransformer):
    """앞에서 `wanted`번째 자리를 바꾼다.

    더하기와 빼기, 곱하기와 나누기, 부등호와 등호는 서로 바꾸고, 음수 부호와 전치는 빠뜨리고, 첨자는
    하나 어긋나게 한다. 부호가 없는 변은 변 전체에 음수 부호도 붙인다. 축 번호는 식의 부호가 아니다.
    """

    def __init__(self, wanted: int) -> None:
        self.wanted, self.seen, self.signs, self.change = wanted, 0, 0, ""

    def turns(self, *, sign: bool = True) -> bool:
        self.seen += 1
        self.signs += sign
        return self.seen - 1 == self.wanted

    def note(self, before: str, node: ast.AST) -> ast.AST:
        self.change = f"{before}  →  {ast.unparse(node)}"
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.value = self.visit(node.value)
        signs = self.signs
        node.slice = self.visit(node.slice)
        self.signs = signs  # 첨자 안의 더하기와 빼기는 값의 부호가 아니다
        if isinstance(node.ctx, ast.Load):
            for axis in index_axes(node.slice):
                if self.turns(sign=False):
                    before = ast.unparse(node)
                    arguments = [node.value, ast.Constant(axis)]
                    node.value = ast.Call(ast.Name("rolled", ast.Load()), arguments, [])
                    return self.note(before, node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr == "T" and self.turns(sign=False):
            return self.note(ast.unparse(node), node.value)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return node if node.arg == "axis" else self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp | ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if type(node.op) in OPPOSITE and self.turns(sign=not isinstance(node.op, SCALING)):
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
        """반환하는 변 하나. 안에 부호가 없으면 변 전체에 음수 부호를 붙인다."""
        before = self.signs
        side = self.visit(side)
        if self.signs == before and self.turns():
            negated = ast.UnaryOp(ast.USub(), side)
            self.note(ast.unparse(side), negated)
            return negated
        return side
