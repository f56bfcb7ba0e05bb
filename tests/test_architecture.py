"""집의 규칙: 들여오기는 아래 층으로만, 가벼운 import, 금지된 것, 짧은 모듈, 빠짐없는 docstring."""

import ast
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import deepnote_lib

ROOT = Path(deepnote_lib.__file__).resolve().parent
FILES = sorted(ROOT.rglob("*.py"))

# 아래층부터. 모듈은 더 낮은 층과, 같은 층에서 자기보다 앞에 적힌 것만 import할 수 있다
LEVELS = {
    "_typing": 0, "_checks": 0, "_files": 0, "_text": 0, "_console": 0, "parameter": 0, "_state": 0,
    "activations": 1, "metrics": 1, "initializers": 1, "graph": 1,
    "losses": 2, "layers": 2, "regularizers": 2, "optimizers": 2, "perceptron": 2,
    "models": 3, "gradcheck": 3,
    "training": 4, "inspection": 4,
    "datasets": 5, "_figure_text": 5, "plots": 5,
    "widgets": 6, "exercises": 6,
    "_doctor": 7,
    "__main__": 8,
}  # fmt: skip
ORDER = list(LEVELS)
COMMAND_LINE = {"__main__", "_doctor"}  # 터미널에 글을 쓰는 것이 일인 모듈
HEAVY = (
    "matplotlib",
    "sklearn",
    "scipy",
    "tqdm",
    "pooch",
    "ipywidgets",
    "IPython",
    "pandas",
    "torch",
)
MAX_LINES = 300  # 코드의 줄. docstring, 주석, 빈 줄은 세지 않는다
MAX_SPEC = 400  # 연습의 명세는 물음, 검사, 오답까지 파일 하나에 담는다


def top(path: Path) -> str:
    """파일이 속한 모듈이나 하위 꾸러미의 이름."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0]


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(["deepnote_lib", *(p for p in parts if p != "__init__")])


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def own_imports(nodes) -> set[str]:
    """nodes 안에서 들여오는 deepnote_lib의 모듈(맨 위 이름)."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            if node.level:
                found.add("상대 경로")
            elif node.module == "deepnote_lib":
                found |= {alias.name for alias in node.names}
            elif (node.module or "").startswith("deepnote_lib."):
                found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {
                a.name.split(".")[1] for a in node.names if a.name.startswith("deepnote_lib.")
            }
    return found


def violations(path: Path, imported: set[str]) -> set[str]:
    here = top(path)
    allowed = set(ORDER[: ORDER.index(here)]) | {here, "__version__"}
    return imported - allowed


by_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))


def test_every_module_has_a_level_and_the_table_is_in_order():
    assert {top(p) for p in FILES} - {"__init__"} <= set(LEVELS)
    assert list(LEVELS.values()) == sorted(LEVELS.values())


@by_file
def test_imports_go_down_only(path):
    imported = own_imports(ast.walk(tree(path)))
    if top(path) == "__init__":
        assert not imported
    else:
        assert not violations(path, imported)


def test_the_import_check_would_notice_an_import_going_up():
    for line in (
        "from deepnote_lib.training import Trainer",
        "from deepnote_lib import models",
        "import deepnote_lib.plots.curves",
        "from . import affine",
    ):
        assert violations(ROOT / "layers" / "affine.py", own_imports(ast.walk(ast.parse(line))))
    fine = "from deepnote_lib.layers.base import Layer\nfrom deepnote_lib._checks import as_array"
    assert not violations(ROOT / "layers" / "affine.py", own_imports(ast.walk(ast.parse(fine))))


def random_global(node: ast.AST) -> bool:
    """np.random의 전역 함수나 표준 random을 쓰는지."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        inner = node.value
        numpy = isinstance(inner.value, ast.Name) and inner.value.id in ("np", "numpy")
        allowed = {
            "Generator",
            "default_rng",
            "BitGenerator",
            "SeedSequence",
            "PCG64",
            "RandomState",
        }
        return numpy and inner.attr == "random" and node.attr not in allowed
    if isinstance(node, ast.Import):
        return any(alias.name == "random" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random")


def forbidden(module: ast.Module, *, may_print: bool) -> list[str]:
    found = []
    for node in ast.walk(module):
        name = None
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            name = "import *"
        elif isinstance(node, ast.Assert):
            name = "assert"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
        ):
            name = None if may_print else "print"
        elif random_global(node):
            name = "전역 난수"
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and "pickle" in ast.unparse(node):
            name = "pickle"
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path":
            name = "sys.path"
        if name:
            found.append(f"{name}: {getattr(node, 'lineno', '?')}행")
    return found


@by_file
def test_forbidden_constructs_are_absent(path):
    assert forbidden(tree(path), may_print=top(path) in COMMAND_LINE) == []


@pytest.mark.parametrize(
    "line",
    [
        "from numpy import *", "assert x", "print(1)", "np.random.seed(0)", "np.random.normal(3)",
        "numpy.random.rand()", "import random", "from numpy.random import rand", "import pickle",
        "sys.path.append('.')",
    ],
)  # fmt: skip
def test_the_ban_would_notice(line):
    assert forbidden(ast.parse(line), may_print=False)


def test_the_ban_allows_explicit_generators():
    assert not forbidden(
        ast.parse("np.random.default_rng(0); x: np.random.Generator"), may_print=False
    )


def code_lines(path: Path) -> int:
    """코드가 있는 줄의 수. docstring과 주석과 빈 줄은 뺀다."""
    text = path.read_text(encoding="utf-8")
    hidden: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                hidden |= set(range(body[0].lineno, body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(n not in hidden and bool(line.split("#")[0].strip()) for n, line in lines)


@by_file
def test_modules_are_short(path):
    spec = path.parent.name == "exercises" and not path.name.startswith("_")
    assert code_lines(path) <= (MAX_SPEC if spec else MAX_LINES)


def modules_imported(path: Path) -> set[str]:
    """파일이 import하는 deepnote_lib의 파일들(타입 검사 때만 하는 것도 센다)."""
    names = {dotted(p) for p in FILES}
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deepnote_lib"):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & names) or {node.module}
    return found - {"deepnote_lib", dotted(path)}


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """화살표를 따라 제자리로 돌아오는 길. 없으면 빈 목록."""
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return []
        for target in sorted(arrows.get(name, ())):
            if found := walk(target, [*trail, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(arrows) if (found := walk(name, []))), [])


def test_no_two_files_import_each_other():
    assert circle({dotted(path): modules_imported(path) for path in FILES}) == []


def test_the_circle_check_would_notice():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) == ["a", "b", "c", "a"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def run_python(code: str) -> str:
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout


def test_importing_the_package_loads_nothing_heavier_than_numpy():
    code = f"""
import sys
before = set(sys.modules)
import deepnote_lib
first = sorted(m for m in sys.modules if m.startswith('deepnote_lib.'))
for name in set(deepnote_lib.__all__) - {{'datasets', 'plots', 'widgets'}}:
    getattr(deepnote_lib, name)
heavy = [m for m in {HEAVY!r} if m in sys.modules]
outside = sorted({{m.split('.')[0] for m in set(sys.modules) - before}} - set(sys.stdlib_module_names))
import json; print(json.dumps([first, heavy, outside]))
"""
    first, heavy, outside = json.loads(run_python(code))
    assert first == []  # 하위 모듈은 처음 쓸 때 읽는다
    assert heavy == []
    # cython_runtime은 NumPy의 난수 모듈이 만든다
    assert set(outside) - {"numpy", "cython_runtime"} - {m for m in outside if m[0] == "_"} == {
        "deepnote_lib"
    }


def test_submodules_are_reached_as_attributes():
    code = "import deepnote_lib; print(deepnote_lib.layers.Affine(2, 3), deepnote_lib.__version__)"
    assert run_python(code).split() == ["Affine(2→3)", deepnote_lib.__version__]
    code = "import deepnote_lib as d; print(d.datasets.digits, d.plots, d.widgets)"
    assert "digits" in run_python(code)
    assert {"layers", "training", "plots", "__version__"} <= set(dir(deepnote_lib))


def test_a_misspelt_submodule_is_told_the_nearest_name():
    # __getattr__로 물어야 이미 읽힌 하위 모듈과 무관하다
    with pytest.raises(AttributeError, match=r"받은 이름='layer'\. 비슷한 이름: layers"):
        deepnote_lib.__getattr__("layer")
    with pytest.raises(AttributeError, match=r"받은 이름='foo'\. 있는 모듈: activations, datasets"):
        deepnote_lib.__getattr__("foo")


def test_the_version_agrees_with_the_project():
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert deepnote_lib.__version__ == project["version"]


# docstring: 읽는 사람에게 필요한 것 ------------------------------------------------------

PUBLIC_FILES = [
    p for p in FILES
    if (LEVELS.get(top(p), 9) <= 6 and not top(p).startswith("_") and not p.name.startswith("_")
    and top(p) != "exercises")  # 명세의 함수와 클래스는 독자의 답처럼 적는다
    or p.name == "_practice.py"
]  # fmt: skip
by_public_file = pytest.mark.parametrize(
    "path", PUBLIC_FILES, ids=lambda p: str(p.relative_to(ROOT))
)
# 수식이 곧 설명인 모듈: 첫 문단에 실행되는 식이 있어야 한다
FORMULAS = ("activations", "losses", "metrics", "regularizers", "optimizers", "initializers")
HEADERS = {"Parameters", "Attributes"}


def arguments(node: ast.FunctionDef) -> list[str]:
    a = node.args
    names = [x.arg for x in [*a.posonlyargs, *a.args, *a.kwonlyargs]]
    names += [x.arg for x in (a.vararg, a.kwarg) if x is not None]
    return [n for n in names if n not in ("self", "cls")]


def accepted(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """부를 때 쓸 수 있는 이름: 인수, 클래스라면 __init__의 인수와 필드."""
    if isinstance(node, ast.FunctionDef):
        return arguments(node)
    inits = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
    fields = [n.target.id for n in node.body if isinstance(n, ast.AnnAssign)]
    return [name for n in inits for name in arguments(n)] + fields


def headers(doc: str) -> list[str]:
    return re.findall(r"^(\w[\w ]*)\n-{3,}$", doc, re.MULTILINE)


def described(doc: str, header: str) -> list[str]:
    """`header` 아래에 적힌 이름들."""
    found = re.search(rf"^{header}\n-+\n((?:.+\n?|\n(?=[^>\n]*\n {{4}}))*)", doc, re.MULTILINE)
    lines = found[1].split("\n") if found else []
    names = [line for line in lines if re.match(r"^\*{0,2}[a-z]\w*(, ?\*{0,2}[a-z]\w*)*$", line)]
    return [name.strip().lstrip("*") for line in names for name in line.split(",")]


def faults(node: ast.FunctionDef | ast.ClassDef, *, example: bool, formula: bool) -> list[str]:
    """docstring이 읽는 사람에게 주지 않는 것, 또는 주지 않아도 되는 것."""
    doc = ast.get_docstring(node) or ""
    if not re.search("[가-힣]", doc):
        return ["한국어 설명이 없다"]
    found = []
    first, paragraph = doc.split("\n")[0], doc.split("\n\n")[0]
    if not re.search(r"[.)다:]$", first) and "\n" not in paragraph:
        found.append(f"첫 줄이 끝나지 않는다: {first}")
    if formula and not re.search(r"[=←Σ√≤|]|max\(|~|이면 .*, 아니면", doc.split(">>>")[0]):
        found.append("실행되는 식이 없다")
    if example and ">>>" not in doc:
        found.append("실행되는 예가 없다")
    found += [f"쓰지 않는 머리말: {name}" for name in headers(doc) if name not in HEADERS]
    known = accepted(node)
    found += [f"없는 인수: {name}" for name in described(doc, "Parameters") if name not in known]
    if re.search(
        r"ndarray, shape|, optional|\bdefault [\d.]|기본은 |까닭|견[주준줄]|꾸러미|표본|들여오", doc
    ):
        found.append("다른 말투가 섞였다")
    return found


def public(path: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    """읽는 사람이 쓰는 이름: 하위 패키지라면 그 `__all__`에 있는 것만."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    nodes = [n for n in tree(path).body if isinstance(n, kinds) and not n.name.startswith("_")]
    nodes = [n for n in nodes if "overload" not in map(ast.unparse, n.decorator_list)]
    exported = getattr(importlib.import_module(f"deepnote_lib.{top(path)}"), "__all__", None)
    return nodes if exported is None else [n for n in nodes if n.name in exported]


def needs_example(path: Path, node: ast.FunctionDef | ast.ClassDef) -> bool:
    """그림은 그림 테스트가 맡고, 오류와 결과를 담는 클래스는 그것을 반환하는 함수가 보여 준다."""
    if top(path) in ("plots", "widgets"):
        return False
    if isinstance(node, ast.FunctionDef):
        return True
    marks = [ast.unparse(n) for n in (*node.bases, *node.decorator_list)]
    results = ("Report", "Gradients", "Operation", "Step")
    return not any(
        re.search("Error|NamedTuple|dataclass", m) for m in marks
    ) and not node.name.endswith(results)


def needs_formula(path: Path, node: ast.FunctionDef | ast.ClassDef) -> bool:
    """기반 클래스와 결과를 담는 클래스, 그것을 만드는 함수에는 식이 없다."""
    bare = "NotImplementedError" in ast.unparse(node) or "eliability" in node.name
    return top(path) in FORMULAS and needs_example(path, node) and not bare


@by_public_file
def test_public_docstrings_give_what_a_reader_needs(path):
    assert re.search("[가-힣]", ast.get_docstring(tree(path)) or ""), "모듈 docstring"
    wrong = {
        node.name: found
        for node in public(path)
        if (
            found := faults(
                node, example=needs_example(path, node), formula=needs_formula(path, node)
            )
        )
    }
    assert wrong == {}


@by_public_file
def test_public_methods_are_documented_by_themselves_or_by_their_base(path):
    module = importlib.import_module(dotted(path))
    missing = [
        f"{cls.__name__}.{name}"
        for cls in vars(module).values()
        if inspect.isclass(cls)
        and cls.__module__ == module.__name__
        and not cls.__name__.startswith("_")
        for name, member in vars(cls).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
        if not re.search("[가-힣]", inspect.getdoc(getattr(cls, name)) or "")
    ]
    assert missing == []


def test_the_docstring_check_would_notice():
    source = '''
def f(x: int) -> int:
    """한 줄

    Parameters
    ----------
    y
        없는 인수.

    Raises
    ------
    ValueError
        까닭.
    """
'''
    found = faults(ast.parse(source).body[0], example=True, formula=True)
    assert found == [
        "첫 줄이 끝나지 않는다: 한 줄", "실행되는 식이 없다", "실행되는 예가 없다",
        "쓰지 않는 머리말: Raises", "없는 인수: y", "다른 말투가 섞였다",
    ]  # fmt: skip
    assert faults(ast.parse("def g(): pass").body[0], example=True, formula=True) == [
        "한국어 설명이 없다"
    ]
