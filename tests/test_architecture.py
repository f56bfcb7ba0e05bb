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

# 아래층부터. 모듈은 더 낮은 층과, 같은 층에서 자기보다 앞에 적힌 것만 들여올 수 있다
LEVELS = {
    "_typing": 0, "_files": 0, "_console": 0, "_checks": 0, "parameter": 0,
    "activations": 1, "initializers": 1, "gradcheck": 1, "metrics": 1, "graph": 1,
    "perceptron": 2, "losses": 2, "layers": 2, "normalization": 2, "regularizers": 2, "optimizers": 2,
    "models": 3,
    "training": 4, "inspection": 4,
    "datasets": 5, "plots": 5,
    "widgets": 6, "exercises": 6, "experiments": 6,
    "grading": 7, "doctor": 7,
    "__main__": 8,
}  # fmt: skip
ORDER = list(LEVELS)
COMMAND_LINE = {"__main__", "doctor", "grading"}  # 터미널에 글을 쓰는 것이 일인 모듈
HEAVY = ("matplotlib", "sklearn", "scipy", "tqdm", "pooch", "ipywidgets", "IPython", "pandas", "torch")
MAX_LINES = 300


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
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("deepnote_lib.")}
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
    fine = "from deepnote_lib.layers.base import Layer\nfrom deepnote_lib._checks import check_2d"
    assert not violations(ROOT / "layers" / "affine.py", own_imports(ast.walk(ast.parse(fine))))


def random_global(node: ast.AST) -> bool:
    """np.random의 전역 함수나 표준 random을 쓰는지."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        inner = node.value
        numpy = isinstance(inner.value, ast.Name) and inner.value.id in ("np", "numpy")
        allowed = {"Generator", "default_rng", "BitGenerator", "SeedSequence", "PCG64", "RandomState"}
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
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
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
    assert not forbidden(ast.parse("np.random.default_rng(0); x: np.random.Generator"), may_print=False)


@by_file
def test_modules_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


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
for name in deepnote_lib.__all__:
    getattr(deepnote_lib, name)
heavy = [m for m in {HEAVY!r} if m in sys.modules]
outside = sorted({{m.split('.')[0] for m in set(sys.modules) - before}} - set(sys.stdlib_module_names))
import json; print(json.dumps([first, heavy, outside]))
"""
    first, heavy, outside = json.loads(run_python(code))
    assert first == []  # 하위 모듈은 처음 쓸 때 읽는다
    assert heavy == []
    # cython_runtime은 NumPy의 난수 모듈이 만든다
    assert set(outside) - {"numpy", "cython_runtime"} - {m for m in outside if m[0] == "_"} == {"deepnote_lib"}


def test_submodules_are_reached_as_attributes():
    code = "import deepnote_lib; print(deepnote_lib.layers.Affine(2, 3), deepnote_lib.__version__)"
    assert run_python(code).split() == ["Affine(2→3)", deepnote_lib.__version__]
    assert {"layers", "training", "__version__"} <= set(dir(deepnote_lib))


def test_an_unknown_or_heavy_attribute_says_how_to_import_it():
    # getattr로 물어야 이미 읽힌 하위 모듈과 무관하다
    with pytest.raises(AttributeError, match=r"from deepnote_lib import nothing"):
        deepnote_lib.__getattr__("nothing")


def test_the_version_agrees_with_the_project():
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert deepnote_lib.__version__ == project["version"]


# docstring -----------------------------------------------------------------------------

PUBLIC_FILES = [
    p for p in FILES
    if top(p) in LEVELS and LEVELS[top(p)] <= 5 and not top(p).startswith("_") and not p.name.startswith("_")
]  # fmt: skip


def arguments(node: ast.FunctionDef) -> list[str]:
    a = node.args
    names = [x.arg for x in [*a.posonlyargs, *a.args, *a.kwonlyargs]]
    names += [x.arg for x in (a.vararg, a.kwarg) if x is not None]
    return [n for n in names if n not in ("self", "cls")]


def raises(nodes) -> bool:
    """raise가 있거나 검사 함수를 부르는지(그 밖의 함수가 내는 오류까지 따라가지는 않는다)."""
    for node in nodes:
        if isinstance(node, ast.Raise) and "NotImplementedError" not in ast.unparse(node):
            return True
        if isinstance(node, ast.Call) and re.match(r"check_(?!float\b)\w+$", ast.unparse(node.func)):
            return True
    return False


def missing_sections(node: ast.FunctionDef | ast.ClassDef, *, examples: bool) -> list[str]:
    doc = ast.get_docstring(node) or ""
    if not re.search("[가-힣]", doc):
        return ["한국어 요약"]
    needed = ["Examples"] if examples else []
    if isinstance(node, ast.ClassDef):
        init = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
        if any(arguments(n) for n in init):
            needed.append("Parameters")
        if raises(child for n in init for child in ast.walk(n)):
            needed.append("Raises")
    else:
        if arguments(node):
            needed.append("Parameters")
        if node.returns is not None and ast.unparse(node.returns) != "None":
            needed.append("Returns")
        if raises(ast.walk(node)):
            needed.append("Raises")
    return [name for name in needed if not re.search(rf"^{name}\n-+$", doc, re.MULTILINE)]


def public(path: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    """읽는 이가 쓰는 이름: 하위 꾸러미라면 그 `__all__`에 있는 것만."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    nodes = [n for n in tree(path).body if isinstance(n, kinds) and not n.name.startswith("_")]
    nodes = [n for n in nodes if "overload" not in map(ast.unparse, n.decorator_list)]
    if path.parent != ROOT:
        exported = importlib.import_module(f"deepnote_lib.{top(path)}").__all__
        nodes = [n for n in nodes if n.name in exported]
    return nodes


def needs_examples(path: Path, node: ast.FunctionDef | ast.ClassDef) -> bool:
    """그림은 그림 시험이 맡고, 오류와 결과를 담는 클래스는 그것을 돌려주는 함수가 보여 준다."""
    if top(path) == "plots":
        return False
    if isinstance(node, ast.FunctionDef):
        return True
    marks = [ast.unparse(n) for n in (*node.bases, *node.decorator_list)]
    return not any(re.search("Error|NamedTuple|dataclass", mark) for mark in marks)


@pytest.mark.parametrize("path", PUBLIC_FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_public_docstrings_are_complete(path):
    assert re.search("[가-힣]", ast.get_docstring(tree(path)) or ""), "모듈 docstring"
    missing = {
        node.name: found
        for node in public(path)
        if (found := missing_sections(node, examples=needs_examples(path, node)))
    }
    assert missing == {}


@pytest.mark.parametrize("path", PUBLIC_FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_public_methods_are_documented_by_themselves_or_by_their_base(path):
    module = importlib.import_module(dotted(path))
    missing = [
        f"{cls.__name__}.{name}"
        for cls in vars(module).values()
        if inspect.isclass(cls) and cls.__module__ == module.__name__ and not cls.__name__.startswith("_")
        for name, member in vars(cls).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
        if not re.search("[가-힣]", inspect.getdoc(getattr(cls, name)) or "")
    ]
    assert missing == []


def test_the_docstring_check_would_notice():
    source = '''
def f(x: int) -> int:
    """한 줄."""
    raise ValueError
class C:
    """한 줄."""
    def __init__(self, a): check_count("a", a)
'''
    function, cls = ast.parse(source).body
    assert missing_sections(function, examples=True) == ["Examples", "Parameters", "Returns", "Raises"]
    assert missing_sections(cls, examples=True) == ["Examples", "Parameters", "Raises"]
    assert missing_sections(ast.parse("def g(): pass").body[0], examples=True) == ["한국어 요약"]
