"""노트북의 결과를 정하는 것들의 해시: 코드 셀, 태그, 불러 쓰는 deepnote_lib 모듈.

주석과 docstring은 결과를 바꾸지 않으므로 빼고 셈한다. 파이썬 판에 따라 달라지지 않도록
`ast.dump` 대신 빈 칸을 건너뛰는 적기를 쓴다.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
from pathlib import Path
from typing import Any

PACKAGE = "deepnote_lib"
ROOT = Path(__file__).resolve().parent.parent


def strip_docstrings(tree: ast.AST) -> ast.AST:
    """모듈, 클래스, 함수의 docstring을 지운다."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return tree


def canonical(node: Any) -> str:
    """구문 나무를 적은 글. 비었거나 None인 칸은 적지 않는다."""
    if isinstance(node, ast.AST):
        fields = [
            f"{name}={canonical(value)}"
            for name, value in ast.iter_fields(node)
            if value is not None and value != [] and name not in {"ctx", "kind"}
        ]
        return f"{type(node).__name__}({','.join(fields)})"
    if isinstance(node, list):
        return f"[{','.join(canonical(item) for item in node)}]"
    return repr(node)


@functools.cache
def parse(path: Path) -> ast.Module:
    """파이썬 파일의 구문 나무."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_file(name: str) -> Path | None:
    """점 이름의 모듈 파일. 모듈이 아니면 None."""
    base = ROOT.joinpath(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def imported(tree: ast.AST, package: str) -> set[str]:
    """구문 나무가 불러오는 deepnote_lib 모듈의 이름. `package`는 상대 import의 기준이다."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join(parents[: len(parents) - node.level + 1] + [base] * bool(base))
            names |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == PACKAGE and module_file(name)}


def with_dependencies(names: set[str]) -> dict[str, Path]:
    """모듈들과, 그것들이 (여러 단계로) 불러오는 모듈의 파일."""
    found: dict[str, Path] = {}
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        path = module_file(name)
        if name in found or path is None:
            continue
        found[name] = path
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        parent = name.rpartition(".")[0]
        waiting |= imported(parse(path), package) | ({parent} if parent else set())
    return found


def all_modules() -> set[str]:
    """꾸러미의 모든 모듈."""
    files = (ROOT / PACKAGE).rglob("*.py")
    dotted = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files)
    return {name.removesuffix(".__init__") for name in dotted}


def cell_imports(source: str) -> set[str]:
    """코드 셀이 불러오는 모듈. 꾸러미를 통째로 불러오면 늦은 불러오기 때문에 모두로 친다."""
    code = "\n".join(
        line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))
    )
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name == PACKAGE for alias in node.names):
            return all_modules()
    return imported(tree, "")


def home_package(path: Path) -> Path:
    """파일을 지닌 가장 가까운 꾸러미의 폴더."""
    return next(folder for folder in path.parents if (folder / "__init__.py").is_file())


@functools.cache
def module_digest(path: Path) -> str:
    """모듈 하나의 해시. 꾸러미면 곁에 있는 글꼴, JS, CSS도 함께 셈한다."""
    digest = hashlib.sha256(canonical(strip_docstrings(parse(path))).encode())
    if path.name == "__init__.py":
        for other in sorted(path.parent.rglob("*")):
            if (
                other.is_file()
                and other.suffix not in {".py", ".pyc", ".typed"}
                and home_package(other) == path.parent  # 안쪽 꾸러미의 것은 그 꾸러미가 센다
            ):
                digest.update(other.read_bytes())
    return digest.hexdigest()


def fingerprint(nb: Any) -> str:
    """노트북의 해시. 이 값이 같으면 다시 실행해도 같은 출력이 나온다."""
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    # 첫 셀은 설치만 하므로 그 import는 세지 않는다.
    names = set().union(*(cell_imports(cell["source"]) for cell in code[1:]))
    modules = with_dependencies(names)
    digest = hashlib.sha256()
    for cell in code:
        digest.update(json.dumps([cell["source"], cell["metadata"].get("tags", [])]).encode())
    for name in sorted(modules):
        digest.update(f"{name} {module_digest(modules[name])}\n".encode())
    return digest.hexdigest()[:16]
