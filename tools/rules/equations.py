"""책의 식과 그 식을 검증하는 테스트의 짝: 이름표마다 테스트 하나, LaTeX는 페이지와 테스트가 같다.

테스트는 실행하지 않고 소스만 읽는다. 그래서 검사도, 책을 빌드하는 확장도 같은 함수를 쓴다.
"""

from __future__ import annotations

import ast
import copy
import functools
import importlib.util
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.facts.contents import page_files, pages
from tools.rules.page import Page

FOLDER = Path("tests/equations")
PREFIX = "eq-"


@dataclass(frozen=True)
class BookEquation:
    """이름표가 붙은 식 하나와, 그것이 실린 페이지."""

    label: str
    latex: str
    page: str


@dataclass(frozen=True)
class EquationTest:
    """`@equation`이 붙은 테스트 하나.

    `rtol`과 `atol`은 허용 오차, `seeds`는 무작위 수의 벌 수, `changes`는 식을 한 군데씩 바꾼 것
    가운데 테스트가 잡아야 하는 것의 수다.
    """

    label: str
    latex: str
    where: str
    compared: str
    rtol: float
    atol: float
    seeds: int
    changes: int


def squeeze(latex: str) -> str:
    """빈칸과 줄바꿈만 다른 LaTeX는 같은 것으로 본다."""
    return " ".join(latex.split())


def page_equations(page: Page, name: str) -> list[BookEquation]:
    """페이지에 나오는 순서대로, 이름표가 붙은 식."""
    return [
        BookEquation(equation.label, equation.latex, name)
        for cell in page.prose
        for equation in cell.document.equations
        if equation.label
    ]


def book_equations(root: Path) -> list[BookEquation]:
    """목차에 있는 페이지들의 식."""
    files = {
        path.relative_to(root).with_suffix("").as_posix(): path
        for path in page_files(root / "book")
    }
    return [
        equation
        for name in pages(root)
        if name in files
        for equation in page_equations(Page(files[name]), name)
    ]


@functools.cache
def load_registry(path: Path) -> ModuleType:
    """테스트의 틀(registry.py). 시드와 기본 허용 오차, 식을 바꾸는 방법을 그것이 정한다."""
    spec = importlib.util.spec_from_file_location("equation_registry", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path}: 식을 검증하는 틀이 있어야 합니다")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_tests(folder: Path) -> list[EquationTest]:
    """폴더의 파일에서 `@equation(이름표, LaTeX, …)`이 붙은 함수를 모두 읽는다."""
    registry = load_registry(folder / "registry.py")
    found = []
    for path in sorted(folder.glob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        constants = dict(module_constants(module))
        for node in module.body:
            for decorator in getattr(node, "decorator_list", []):
                match decorator, node:
                    case ast.Call(func=ast.Name(id="equation")), ast.FunctionDef():
                        found.append(read_test(decorator, node, constants, registry, path.name))
    return found


def module_constants(module: ast.Module) -> Iterator[tuple[str, Any]]:
    """`SLOPE = {"rtol": 1e-6}`처럼 모듈 맨 위에 적은 상수."""
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                yield node.targets[0].id, ast.literal_eval(node.value)
            except ValueError:
                continue


def read_test(
    decorator: ast.Call,
    function: ast.FunctionDef,
    constants: Mapping[str, Any],
    registry: ModuleType,
    file: str,
) -> EquationTest:
    """테스트 하나를 소스에서 읽는다. 인자는 상수이거나 모듈의 상수여야 한다."""
    where = f"{file}::{function.name}"

    def value(node: ast.expr) -> Any:
        if isinstance(node, ast.Name) and node.id in constants:
            return constants[node.id]
        try:
            return ast.literal_eval(node)
        except ValueError:
            raise ValueError(
                f"{where}: @equation의 인자는 상수여야 합니다. 받은 식={ast.unparse(node)}"
            ) from None

    given: dict[str, Any] = {}
    for keyword in decorator.keywords:
        given |= {keyword.arg: value(keyword.value)} if keyword.arg else value(keyword.value)
    defaults: Mapping[str, Any] = registry.equation.__kwdefaults__
    settings = {**defaults, **given}
    texts = [value(argument) for argument in decorator.args]
    texts += [given[name] for name in ("label", "latex") if name in given]
    if len(texts) != 2:
        raise ValueError(
            f"{where}: @equation에는 이름표와 LaTeX를 적어야 합니다. 받은 수={len(texts)}"
        )
    documentation = ast.get_docstring(function) or ""
    return EquationTest(
        texts[0],
        texts[1],
        where,
        documentation.split("\n")[0],
        settings["rtol"],
        settings["atol"],
        len(registry.SEEDS),
        count_changes(function, settings["equivalent"], registry),
    )


def count_changes(
    function: ast.FunctionDef, equivalent: Collection[str], registry: ModuleType
) -> int:
    """식에서 한 군데씩 바꾼 것의 수. 바꿔도 값이 같다고 적은 것은 뺀다."""
    formula, count = registry.find_formula(function), 0
    while True:
        flip = registry.Flip(count)
        flip.visit(copy.deepcopy(formula))
        if not flip.change:
            return count - len(set(equivalent))
        count += 1


def problems(book: Sequence[BookEquation], tests: Sequence[EquationTest]) -> list[str]:
    """식과 테스트가 일대일로 맞지 않거나, 둘의 LaTeX가 다른 곳."""
    found: list[str] = []
    on_page = {equation.label: equation for equation in book}
    by_label = defaultdict(list)
    for test in tests:
        by_label[test.label].append(test)
    for equation in book:
        found += equation_problems(equation, by_label[equation.label])
    for kind, items in (("식", book), ("테스트", tests)):
        repeated = [label for label, n in Counter(item.label for item in items).items() if n > 1]
        found += [f"{label}: {kind} 둘이 같은 이름표를 씁니다" for label in repeated]
    for test in tests:
        if test.label not in on_page:
            found.append(f"{test.where}: {test.label}: 책에 없는 식입니다")
        if not test.compared:
            found.append(f"{test.where}: {test.label}: 무엇과 비교하는지 docstring에 적어야 합니다")
    return found


def equation_problems(equation: BookEquation, tests: Sequence[EquationTest]) -> Iterator[str]:
    """식 하나의 문제."""
    label, page = equation.label, equation.page
    if not label.startswith(PREFIX):
        yield f"{page}: 식의 이름표는 {PREFIX}로 시작해야 합니다. 받은 이름표={label}"
    if not tests:
        yield f"{page}: {label}: 이 식을 검증하는 테스트가 없습니다(tests/equations)"
    for test in tests:
        if squeeze(test.latex) != squeeze(equation.latex):
            yield (
                f"{page}: {label}: 페이지의 식이 테스트 {test.where}의 LaTeX와 다릅니다. "
                "둘을 다시 읽고 맞추세요.\n"
                f"  페이지: {squeeze(equation.latex)}\n  테스트: {squeeze(test.latex)}"
            )


def table(book: Sequence[BookEquation], tests: Sequence[EquationTest]) -> str:
    """식, 페이지, 테스트, 허용 오차, 바꿔 본 수의 마크다운 표."""
    by_label = {test.label: test for test in tests}
    rows = ["| 식 | 페이지 | 테스트 | 상대 오차 | 바꿔 본 수 |", "|:--|:--|:--|--:|--:|"]
    for equation in book:
        test = by_label.get(equation.label)
        cells = (
            [f"`{test.where}`", f"{test.rtol:g}", str(test.changes)] if test else ["없음", "", ""]
        )
        rows.append(f"| `{equation.label}` | {equation.page} | {' | '.join(cells)} |")
    return "\n".join(rows)
