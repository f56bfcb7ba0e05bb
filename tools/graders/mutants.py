"""모범 답안의 돌연변이: 정해진 목록의 연산 하나로 한 군데를 바꾼 코드.

부호     a + b ↔ a − b, −a → a
축       axis=0 ↔ 1, axis=−1 → 0, axis=…를 뺌
상수     수에 1을 더함, True ↔ False. 목록 하나에서는 첫 수만 바꾼다
비교     < → <=, <= → <, == → !=
빠짐     값을 고치는 줄, 더하거나 곱하는 항, 전치, 이름 붙은 인수
자리     인수 둘, 나누거나 빼거나 행렬로 곱하는 둘의 자리
줄임     sum ↔ mean, max ↔ min, argmax ↔ argmin, maximum ↔ minimum, any ↔ all
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from deepnote_lib.exercises._spec import code_of

REDUCTIONS = {
    a: b
    for pair in (
        ("sum", "mean"), ("max", "min"), ("argmax", "argmin"), ("maximum", "minimum"), ("any", "all")
    )
    for a, b in (pair, pair[::-1])
}  # fmt: skip
SIGNS: dict[type, type] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
COMPARISONS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
TURNED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)


class Mutant(NamedTuple):
    """돌연변이 하나: 이름(무엇을 어떻게 바꿨는지)과 그 답."""

    name: str
    answer: Callable[..., Any]


class Change(NamedTuple):
    """나무의 한 자리를 바꾸는 것: 연산의 이름, 바꿀 자리, 바꾼 뒤의 나무."""

    operator: str
    old: ast.AST
    new: ast.AST | None


def mutants(answer: Callable[..., Any]) -> list[Mutant]:
    """answer의 모든 돌연변이. 코드가 같아진 것은 하나만 남긴다."""
    tree = ast.parse(code_of(answer))
    space = vars(__import__(answer.__module__, fromlist=["_"]))
    seen, found = {ast.unparse(tree)}, []
    for change in _changes(tree):
        mutated = _Replacing(change).visit(copy.deepcopy(tree, _marks(change)))
        source = ast.unparse(ast.fix_missing_locations(mutated))
        if source in seen:
            continue
        seen.add(source)
        own: dict[str, Any] = dict(space)
        exec(compile(source, f"<{change.operator}>", "exec"), own)
        found.append(Mutant(_name(change), own[answer.__name__]))
    return _numbered(found)


def _numbered(found: list[Mutant]) -> list[Mutant]:
    """이름이 겹치면 뒤의 것에 번호를 붙인다."""
    counts: dict[str, int] = {}
    numbered = []
    for mutant in found:
        counts[mutant.name] = number = counts.get(mutant.name, 0) + 1
        name = mutant.name if number == 1 else f"{mutant.name} #{number}"
        numbered.append(mutant._replace(name=name))
    return numbered


def _name(change: Change) -> str:
    new = ast.unparse(change.new) if change.new is not None else "(없음)"
    return f"{change.operator}: {ast.unparse(change.old)} → {new}"


def _marks(change: Change) -> dict[int, Any]:
    """깊은 복사가 이 자리만은 그대로 두게 한다. 사본에서 바꿀 자리를 알아보는 표시이다."""
    return {id(change.old): change.old}


class _Replacing(ast.NodeTransformer):
    """나무에서 change.old를 change.new로 바꾼다."""

    def __init__(self, change: Change) -> None:
        self.change = change

    def visit(self, node: ast.AST) -> Any:
        if node is not self.change.old:
            return self.generic_visit(node)
        if self.change.new is None and isinstance(node, ast.stmt):
            return ast.Pass()
        return self.change.new


def _changes(tree: ast.Module) -> Iterator[Change]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            yield from _arithmetic(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield Change("부호", node, node.operand)
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
            yield Change("비교", node, _with(node, ops=[COMPARISONS[type(node.ops[0])]()]))
        elif isinstance(node, ast.BoolOp):
            yield Change("빠짐", node, node.values[0])
            yield Change("빠짐", node, node.values[-1])
        elif isinstance(node, ast.Attribute):
            yield from _attribute(node)
        elif isinstance(node, ast.Call):
            yield from _call(node)
        elif isinstance(node, ast.FunctionDef | ast.For | ast.If | ast.While):
            yield from _dropped_lines(node)
    yield from _constants(tree)


def _with(node: Any, **fields: Any) -> Any:
    """필드 몇 개만 다른 사본."""
    return type(node)(**{**{name: getattr(node, name) for name in node._fields}, **fields})


def _arithmetic(node: ast.BinOp) -> Iterator[Change]:
    if type(node.op) in SIGNS:
        yield Change("부호", node, _with(node, op=SIGNS[type(node.op)]()))
    if not isinstance(node.op, ast.Mod | ast.MatMult | ast.Pow | ast.FloorDiv):
        yield Change("빠짐", node, node.left)
        yield Change("빠짐", node, node.right)
    if isinstance(node.op, TURNED):
        yield Change("자리", node, _with(node, left=node.right, right=node.left))


def _attribute(node: ast.Attribute) -> Iterator[Change]:
    if node.attr in REDUCTIONS:
        yield Change("줄임", node, _with(node, attr=REDUCTIONS[node.attr]))
    elif node.attr == "T":
        yield Change("빠짐", node, node.value)


def _call(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in REDUCTIONS:
        yield Change("줄임", node, _with(node, func=ast.Name(REDUCTIONS[node.func.id])))
    if len(node.args) == 2 and not any(isinstance(a, ast.Starred) for a in node.args):
        yield Change("자리", node, _with(node, args=node.args[::-1]))
    for i, keyword in enumerate(node.keywords):
        rest = node.keywords[:i] + node.keywords[i + 1 :]
        yield Change("축" if keyword.arg == "axis" else "빠짐", node, _with(node, keywords=rest))
        if keyword.arg == "axis":
            value = keyword.value
            if isinstance(value, ast.Constant) and value.value in (0, 1):
                yield Change("축", value, ast.Constant(1 - value.value))
            elif isinstance(value, ast.UnaryOp):
                yield Change("축", value, ast.Constant(0))


def _dropped_lines(node: Any) -> Iterator[Change]:
    """값을 고치는 줄: +=, 속성이나 자리에 넣기, 앞에서 정한 이름에 다시 넣기, 부르기만 하는 줄."""
    known = {a.arg for a in node.args.args} if isinstance(node, ast.FunctionDef) else set()
    for line in node.body:
        names = {t.id for t in getattr(line, "targets", ()) if isinstance(t, ast.Name)}
        new = isinstance(line, ast.Assign) and names and not names & known
        known |= names
        called = isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)
        if called or (isinstance(line, ast.Assign | ast.AugAssign) and not new):
            yield Change("빠짐", line, None)


def _constants(tree: ast.Module) -> Iterator[Change]:
    axes = {
        id(n)
        for keyword in ast.walk(tree)
        if isinstance(keyword, ast.keyword) and keyword.arg == "axis"
        for n in ast.walk(keyword)
    }
    later: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple) and id(node) not in later:
            numbers = [
                n for n in ast.walk(node)
                if isinstance(n, ast.Constant) and type(n.value) in (int, float)
            ]  # fmt: skip
            later |= {id(n) for n in [*ast.walk(node), *numbers[1:]] if n not in numbers[:1]}
        if isinstance(node, ast.Constant) and id(node) not in axes | later:
            if isinstance(node.value, bool):
                yield Change("상수", node, ast.Constant(not node.value))
            elif isinstance(node.value, int | float):
                yield Change("상수", node, ast.Constant(node.value + 1))
