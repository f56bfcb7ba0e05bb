"""도구의 짜임: 방마다 한 줄, import는 한 방향, 같은 사실은 한 곳에만, 명령과 문서는 같다."""

from __future__ import annotations

import ast
import doctest
import importlib
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("myst_nb", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

import tools
from deepnote_lib.widgets.explorer import MAX_BYTES
from tools.__main__ import main, parser
from tools.contributing import map as module_map
from tools.contributing import tables
from tools.facts import limits, repository
from tools.facts.environment import blas_environment, kernel_environment
from tools.facts.repository import ROOT
from tools.notebooks.execute import kernel_command

TOOLS = ROOT / "tools"
FILES = sorted(TOOLS.rglob("*.py"))
CHECKED = [*FILES, ROOT / "conftest.py", *sorted((ROOT / "tests").rglob("*.py"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# 방 -----------------------------------------------------------------------------------------


def rooms() -> list[str]:
    """tools의 docstring이 소개하는 방. 적힌 순서대로."""
    return re.findall(r"^(\w+) {2,}\S", tools.__doc__ or "", re.M)


def test_every_room_has_one_line_that_says_what_lives_there():
    folders = {path.parent.name for path in TOOLS.glob("*/__init__.py")}
    assert sorted(rooms()) == sorted(folders)


def imported_rooms(module: ast.Module) -> set[str]:
    """모듈이 import하는 방. `from tools import 방`도 본다."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tools":
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("tools.")}
    return found


@pytest.mark.parametrize("path", sorted(TOOLS.glob("*/*.py")), ids=relative)
def test_a_room_imports_only_from_the_rooms_above_it(path):
    order = rooms()
    assert imported_rooms(tree(path)) <= set(order[: order.index(path.parent.name) + 1])


def test_the_import_check_would_notice_an_import_going_up():
    for line in (
        "from tools.sphinx import boxes",
        "import tools.sphinx.boxes",
        "from tools import sphinx",
    ):
        assert imported_rooms(ast.parse(line)) == {"sphinx"}


def test_the_library_imports_nothing_of_the_tools():
    importing = [p for p in (ROOT / "deepnote_lib").rglob("*.py") if imported_rooms(tree(p))]
    assert importing == []


def test_the_folder_of_the_book_holds_no_python():
    assert [relative(path) for path in (ROOT / "book").rglob("*.py")] == []


def touches_the_module_path(module: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path"
        for node in ast.walk(module)
    )


@pytest.mark.parametrize("path", CHECKED, ids=relative)
def test_nobody_touches_the_module_path(path):
    assert not touches_the_module_path(tree(path))


def test_the_module_path_check_would_notice():
    assert touches_the_module_path(ast.parse("import sys; sys.path.insert(0, 'x')"))


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_examples_in_the_docstrings_are_true(path):
    if path.parent.name == "assets":
        pytest.importorskip("fontTools", reason="fontTools가 없습니다.")
    name = relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


# 사실 ---------------------------------------------------------------------------------------


def test_the_address_of_the_repository_is_that_of_the_configuration():
    said = set(re.findall(r"https://github\.com/[\w-]+/[\w-]+", README + CONTRIBUTING))
    assert said == {repository.address()}


def test_the_makefile_exports_the_same_environment_as_the_tools():
    always, intel = MAKEFILE.split("ifeq ($(shell uname -m),x86_64)")
    exports = dict(re.findall(r"^export ((?:OPENBLAS|OMP)\w+) := (\S+)$", always, re.M))
    assert exports == blas_environment("aarch64")
    exports |= dict(re.findall(r"^export ((?:OPENBLAS|OMP)\w+) := (\S+)$", intel, re.M))
    assert exports == blas_environment("x86_64") == blas_environment("AMD64")
    assert kernel_environment() == blas_environment(platform.machine()) | {"PYTHONHASHSEED": "0"}
    for path in (ROOT / ".ci" / "run", *CHECKED):
        if path.name not in {"environment.py", "test_house.py"}:
            assert "OPENBLAS_CORETYPE" not in path.read_text(encoding="utf-8"), path


def test_every_document_says_the_same_time_limit():
    texts = [README, MAKEFILE, (ROOT / "conftest.py").read_text(encoding="utf-8")]
    said = [re.findall(r"--nbval-cell-timeout=(\d+)", text) for text in texts]
    assert said == [[str(limits.CELL_TIMEOUT)]] * 3


def test_contributing_says_the_limits():
    assert f"{MAX_BYTES // 1000} KB까지" in CONTRIBUTING
    assert f"{limits.CELL_SECONDS}초" in CONTRIBUTING
    assert f"{limits.TEST_MINUTES}분" in CONTRIBUTING


def test_the_kernel_is_started_by_one_command():
    command = kernel_command()
    assert command[:3] == [sys.executable, "-m", "ipykernel_launcher"]
    assert "{connection_file}" in command


# 명령과 문서 --------------------------------------------------------------------------------

VERBS = {
    *("refresh", "check", "book", "notebooks", "verify", "publish", "text", "equations", "graders"),
    *("experiments", "map", "time"),
}


def test_every_verb_has_help_in_korean(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    shown = capsys.readouterr().out
    verbs = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert set(verbs) == VERBS
    for name, verb in verbs.items():
        assert re.search("[가-힣]", verb.description or ""), name
        assert name in shown


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "Makefile", ".ci/run"])
def test_every_command_named_in_a_document_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    commands = re.findall(r"-m (tools[\w.]*)(?: (\w+))?", text)
    for module, verb in commands:
        if module == "tools" and verb:
            assert verb in VERBS, (module, verb)
        else:
            importlib.import_module(module)
    assert commands or document == ".ci/run"


def test_every_verb_is_explained_in_contributing():
    assert set(re.findall(r"python -m tools (\w+)", CONTRIBUTING)) >= VERBS


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "book/_static/LICENSES.md"])
def test_every_path_of_the_tools_named_in_a_document_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"`((?:tools|tests|book)/[\w./-]*)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_checking_means_format_types_and_rules_everywhere():
    recipe = MAKEFILE.split("\ncheck:")[1].split("\n\n")[0]
    for command in ("ruff check .", "ruff format --check .", "mypy", "tools check"):
        assert f"-m {command}\n" in recipe + "\n"
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'packages = ["deepnote_lib", "tools"]' in project
    assert re.search("^make check$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.M)


# 표 -----------------------------------------------------------------------------------------


def test_the_map_of_modules_in_contributing_is_current():
    """어긋나면 `python -m tools map`을 실행한다."""
    assert tables.current(CONTRIBUTING, "map") == module_map.table()


def test_every_module_has_its_line():
    for package in module_map.PACKAGES:
        for name, line in module_map.module_lines(package):
            assert re.search("[가-힣]", line), f"{name}: docstring의 첫 줄이 있어야 합니다"


def test_the_map_takes_the_first_line_and_puts_a_folder_before_its_modules(tmp_path):
    for name, text in {"a/z.py": "끝.\n\n더.", "a/__init__.py": "방.", "b.py": "셋|넷."}.items():
        path = tmp_path / "tools" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""{text}"""', encoding="utf-8")
    (tmp_path / "deepnote_lib").mkdir()
    assert module_map.table(tmp_path).splitlines()[2:] == [
        "| `tools/a/` | 방 |",
        "| `tools/a/z.py` | 끝 |",
        "| `tools/b.py` | 셋\\|넷 |",
    ]


def test_a_table_is_replaced_between_its_two_marks_and_nothing_else():
    start, end = tables.marks("map")
    text = f"앞\n\n{start}\n\n| 옛 |\n\n{end}\n\n뒤\n"
    assert tables.current(text, "map") == "| 옛 |"
    assert tables.filled(text, "map", "| 새 |") == f"앞\n\n{start}\n\n| 새 |\n\n{end}\n\n뒤\n"
    with pytest.raises(ValueError, match=r"time: CONTRIBUTING\.md에 표를 감싸는 두 주석이"):
        tables.current(text, "time")


# 시작 ---------------------------------------------------------------------------------------

ABSENT = (
    "jupyter_client nbformat nbval nbclient jupytext yaml sphinx myst_parser markdown_it psutil"
)


def test_pytest_starts_where_only_the_library_and_pytest_are_installed():
    """책을 만드는 패키지를 없는 것처럼 두고, 라이브러리의 테스트를 모아 본다."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({ABSENT.split()!r}))\n"
        "import pytest; sys.exit(pytest.main(['--collect-only', '-q', 'tests/test_checks.py']))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
