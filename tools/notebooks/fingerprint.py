"""노트북의 결과를 정하는 것들의 해시: 코드 셀, 태그, 쓰는 deepnote_lib의 정의들, 패키지의 버전.

파일이 아니라 정의(함수, 클래스, 상수) 하나하나를 따라간다. 그래서 함수 하나를 바꾸면 그것을 쓰는
페이지만 다시 실행된다. 주석, docstring, 타입 주석을 거쳐 가는 길은 결과를 바꾸지 않으므로 세지 않는다.
파이썬 버전에 따라 달라지지 않도록 `ast.dump` 대신 비어 있는 필드를 건너뛰는 적기를 쓴다.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tools.facts.repository import ROOT

PACKAGE = "deepnote_lib"
# 커널이 시작할 때 읽어 그림의 글을 정하는 모듈. 페이지에는 적혀 있지 않다
ALWAYS = (f"{PACKAGE}._figure_text", "*")
# 출력에 찍히는 수와 그림을 정하는 패키지. requirements.txt의 버전이 바뀌면 다시 실행한다
PINNED = ("numpy", "matplotlib")
Piece = tuple[str, str]  # (모듈, 정의의 이름). 이름이 "*"이면 모듈 전체


def strip_docstrings(tree: ast.AST) -> None:
    """모듈, 클래스, 함수의 docstring을 제자리에서 지운다."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]


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


def module_file(name: str) -> Path | None:
    """점 이름의 모듈 파일. 모듈이 아니면 None."""
    base = ROOT.joinpath(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    """노드와 그 안의 모든 노드. 타입 주석은 건너뛴다."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from without_annotations(child)


def imports(node: ast.AST) -> Iterator[tuple[str, Piece]]:
    """import 문이 deepnote_lib에서 가져와 이름 붙이는 것들."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.split(".")[0] == PACKAGE:
                whole = alias.name if alias.asname else PACKAGE
                yield alias.asname or PACKAGE, (whole, "*")
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
        for alias in node.names:
            yield alias.asname or alias.name, (str(node.module), alias.name)


def bound(statement: ast.stmt) -> set[str]:
    """모듈의 맨 위 문장이 정하는 이름."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    nodes = ast.walk(statement)
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


class Module:
    """모듈 하나: 정의마다의 문장들과, import로 들어온 이름이 가리키는 곳."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.links: dict[str, Piece] = {}
        self.pieces: dict[str, list[ast.stmt]] = {}
        tree = ast.parse(source)
        strip_docstrings(tree)
        loose: list[ast.stmt] = []
        for statement in tree.body:
            self.links |= dict(imports(statement))
            if isinstance(statement, ast.Import | ast.ImportFrom):
                continue
            for key in (names := bound(statement)):
                self.pieces.setdefault(key, []).append(statement)
            if not names:
                loose.append(statement)
        for statement in loose:  # `INPUTS.setflags(…)`는 INPUTS의 일부이다
            used = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
            for key in used & self.pieces.keys():
                self.pieces[key].append(statement)

    def references(self, statements: Iterable[ast.AST]) -> Iterator[Piece]:
        """문장들이 쓰는 정의. 모듈을 이름으로 쓰면 뒤에 붙은 속성이 정의의 이름이다."""
        for node in (n for statement in statements for n in without_annotations(statement)):
            if isinstance(node, ast.Import | ast.ImportFrom):  # 함수 안의 늦은 import
                yield from (piece for _, piece in imports(node))
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                yield from (
                    (str(arg.value), "*") for arg in node.args if isinstance(arg, ast.Constant)
                )
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module = as_module(self.links.get(node.value.id))
                if module is not None:
                    yield module, node.attr
            elif isinstance(node, ast.Name) and node.id in self.links:
                if as_module(self.links[node.id]) is None:
                    yield self.links[node.id]
            elif isinstance(node, ast.Name) and node.id in self.pieces:
                yield self.name, node.id
        yield from self.bare_modules(statements)

    def bare_modules(self, statements: Iterable[ast.AST]) -> Iterator[Piece]:
        """속성 없이 쓰인 모듈(`getattr(losses, name)`)은 모듈 전체를 쓰는 것으로 본다."""
        nodes = [n for statement in statements for n in without_annotations(statement)]
        dotted = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
        bare = [n for n in nodes if isinstance(n, ast.Name) and id(n) not in dotted]
        for module in (as_module(self.links.get(node.id)) for node in bare):
            if module is not None:
                yield module, "*"


def as_module(piece: Piece | None) -> str | None:
    """이름이 가리키는 것이 모듈이면 그 점 이름."""
    if piece is None:
        return None
    name = piece[0] if piece[1] == "*" else f"{piece[0]}.{piece[1]}"
    return name if module_file(name) else None


@functools.cache
def read(name: str) -> Module | None:
    """deepnote_lib의 모듈. 없으면 None."""
    path = module_file(name) if name.split(".")[0] == PACKAGE else None
    return None if path is None else Module(name, path.read_text(encoding="utf-8"))


def closure(pieces: Iterable[Piece]) -> set[Piece]:
    """정의들과, 그것들이 (여러 단계로) 쓰는 정의."""
    found: set[Piece] = set()
    waiting = list(pieces)
    while waiting:
        piece = waiting.pop()
        module = read(piece[0])
        if piece in found or module is None:
            continue
        found.add(piece)
        name = piece[1]
        if name == "*":
            waiting += [(module.name, key) for key in module.pieces]
            waiting += [(linked[0], linked[1]) for linked in module.links.values()]
        elif name in module.pieces:
            waiting += module.references(module.pieces[name])
        elif name in module.links:  # 패키지의 __init__이 다시 내보내는 이름
            waiting.append(module.links[name])
        if inner := as_module(piece):
            waiting.append((inner, "*"))
    return found


def used_by(sources: Iterable[str]) -> set[Piece]:
    """코드 셀들이 쓰는 정의. 패키지를 통째로 import하면 어느 것이나 쓸 수 있다."""
    statements: list[ast.stmt] = []
    for source in sources:
        lines = (line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
        try:
            statements += ast.parse("\n".join(lines)).body
        except SyntaxError:
            continue
    page = Module("", "")
    page.links = {
        name: piece
        for statement in statements
        for node in ast.walk(statement)
        for name, piece in imports(node)
    }
    code = [s for s in statements if not isinstance(s, ast.Import | ast.ImportFrom)]
    whole = {piece for piece in page.links.values() if piece == (PACKAGE, "*")}
    if whole:
        return {(name, "*") for name in all_modules()}
    return closure([ALWAYS, *page.references(code)])


def all_modules() -> set[str]:
    """패키지의 모든 모듈."""
    files = (ROOT / PACKAGE).rglob("*.py")
    dotted = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files)
    return {name.removesuffix(".__init__") for name in dotted}


def home_package(path: Path) -> Path:
    """파일을 지닌 가장 가까운 패키지의 폴더."""
    return next(folder for folder in path.parents if (folder / "__init__.py").is_file())


@functools.cache
def assets_digest(folder: Path) -> str:
    """패키지와 함께 있는 데이터, 글꼴, JS, CSS의 해시. 안쪽 패키지의 것은 그 패키지가 센다."""
    digest = hashlib.sha256()
    for other in sorted(folder.rglob("*")):
        kept = other.is_file() and other.suffix not in {".py", ".pyc", ".typed"}
        if kept and home_package(other) == folder:
            digest.update(other.read_bytes())
    return digest.hexdigest()


@functools.cache
def piece_digest(piece: Piece) -> str:
    """정의 하나의 해시. 그것이 든 패키지의 데이터도 함께 센다."""
    module, path = read(piece[0]), module_file(piece[0])
    if module is None or path is None:
        return ""
    code = [canonical(statement) for statement in module.pieces.get(piece[1], [])]
    text = "\n".join([*code, assets_digest(home_package(path))])
    return hashlib.sha256(text.encode()).hexdigest()


def pinned_versions(requirements: Path) -> Iterator[str]:
    """requirements.txt에 고정한 버전 가운데 출력을 정하는 것(`numpy==2.4.6`)."""
    text = requirements.read_text(encoding="utf-8")
    for name in PINNED:
        yield from re.findall(rf"(?im)^{re.escape(name)}==[^\s#]+", text)


def fingerprint(nb: Any, requirements: Path = ROOT / "requirements.txt") -> str:
    """노트북의 해시. 이 값이 같으면 다시 실행해도 같은 출력이 나온다."""
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    digest = hashlib.sha256()
    for cell in code:
        digest.update(json.dumps([cell["source"], cell["metadata"].get("tags", [])]).encode())
    for version in pinned_versions(requirements):
        digest.update(f"{version}\n".encode())
    for piece in sorted(used_by(cell["source"] for cell in code)):
        digest.update(f"{piece} {piece_digest(piece)}\n".encode())
    return digest.hexdigest()[:16]
