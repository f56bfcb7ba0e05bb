"""노트북의 결과를 정하는 것들의 해시: 코드 셀, 태그, import하는 deepnote_lib 모듈, 패키지의 버전.

주석과 docstring은 결과를 바꾸지 않으므로 빼고 계산한다. 파이썬 버전에 따라 달라지지 않도록
`ast.dump` 대신 비어 있는 필드를 건너뛰는 적기를 쓴다.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.facts.repository import ROOT

PACKAGE = "deepnote_lib"
# 출력에 찍히는 수와 그림을 정하는 패키지. requirements.txt의 버전이 바뀌면 다시 실행한다
PINNED = ("numpy", "matplotlib", "scikit-learn")


def strip_docstrings(tree: ast.AST) -> ast.AST:
    """모듈, 클래스, 함수의 docstring을 지운다."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return tree


def canonical(node: Any) -> str:
    """구문 트리를 적은 글. 비었거나 None인 필드는 적지 않는다."""
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
    """파이썬 파일의 구문 트리."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_file(name: str) -> Path | None:
    """점 이름의 모듈 파일. 모듈이 아니면 None."""
    base = ROOT.joinpath(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def imported(tree: ast.AST, package: str) -> set[str]:
    """구문 트리가 import하는 deepnote_lib 모듈의 이름. `package`는 상대 import의 기준이다.

    `import_module("이름")`도 이름이 글이면 본다. 이름이 실행할 때 정해지는 것은 `__init__`의 늦은
    import뿐이고, 그 모듈은 셀이나 다른 모듈의 import에 이미 적혀 있다.
    """
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
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    return {name for name in names if name.split(".")[0] == PACKAGE and module_file(name)}


def with_dependencies(names: set[str]) -> dict[str, Path]:
    """모듈들과, 그것들이 (여러 단계로) import하는 모듈의 파일."""
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
    """패키지의 모든 모듈."""
    files = (ROOT / PACKAGE).rglob("*.py")
    dotted = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files)
    return {name.removesuffix(".__init__") for name in dotted}


def cell_imports(source: str) -> set[str]:
    """코드 셀이 import하는 모듈. 패키지를 통째로 import하면 늦은 import 때문에 모두로 친다."""
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
    """파일을 지닌 가장 가까운 패키지의 폴더."""
    return next(folder for folder in path.parents if (folder / "__init__.py").is_file())


@functools.cache
def module_digest(path: Path) -> str:
    """모듈 하나의 해시. 패키지면 함께 있는 글꼴, JS, CSS도 넣어 계산한다."""
    digest = hashlib.sha256(canonical(strip_docstrings(parse(path))).encode())
    if path.name == "__init__.py":
        for other in sorted(path.parent.rglob("*")):
            if (
                other.is_file()
                and other.suffix not in {".py", ".pyc", ".typed"}
                and home_package(other) == path.parent  # 안쪽 패키지의 것은 그 패키지가 센다
            ):
                digest.update(other.read_bytes())
    return digest.hexdigest()


def pinned_versions(requirements: Path) -> Iterator[str]:
    """requirements.txt에 고정한 버전 가운데 출력을 정하는 것(`numpy==2.4.6`)."""
    text = requirements.read_text(encoding="utf-8")
    for name in PINNED:
        yield from re.findall(rf"(?im)^{re.escape(name)}==[^\s#]+", text)


def fingerprint(nb: Any, requirements: Path = ROOT / "requirements.txt") -> str:
    """노트북의 해시. 이 값이 같으면 다시 실행해도 같은 출력이 나온다."""
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    # 첫 셀은 설치만 하므로 그 import는 세지 않는다.
    names = set().union(*(cell_imports(cell["source"]) for cell in code[1:]))
    modules = with_dependencies(names)
    digest = hashlib.sha256()
    for cell in code:
        digest.update(json.dumps([cell["source"], cell["metadata"].get("tags", [])]).encode())
    for version in pinned_versions(requirements):
        digest.update(f"{version}\n".encode())
    for name in sorted(modules):
        digest.update(f"{name} {module_digest(modules[name])}\n".encode())
    return digest.hexdigest()[:16]
