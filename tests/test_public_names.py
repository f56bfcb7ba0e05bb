"""공개 이름은 책의 코드 셀이 쓰거나, 그것을 쓸 페이지와 함께 여기에 적혀 있다."""

from __future__ import annotations

import ast
import json
import re
from importlib import import_module
from pathlib import Path

import pytest

import deepnote_lib
from deepnote_lib.graph import Node

RETURNED = (Node,)  # 그래프의 메서드가 만들어 주는 것
ROOT = Path(deepnote_lib.__file__).resolve().parent.parent

# 아직 어느 페이지도 쓰지 않는 이름 → 다시 나누는 책에서 그것을 쓸 페이지. 재편이 끝나면 비어야 한다
WANTED: dict[str, str] = {
    "datasets.fashion_mnist": "mnist",
    "datasets.is_available": "mnist",  # 데이터가 없을 때 건너뛰는 셀
    "datasets.spirals": "tuning",
    "datasets.two_moons": "two-layer",
    "exercises.hint": "softmax",
    "exercises.load": "exercises",  # 연습의 색인
    "exercises.progress": "exercises",
    "initializers.he_uniform": "xavier-he",
    "initializers.lecun_uniform": "xavier-he",
    "initializers.xavier_uniform": "xavier-he",
}


def names_in(source: str) -> set[str]:
    """코드가 쓰는 이름과 속성. 매직 명령 줄은 뺀다."""
    tree = ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.MULTILINE))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def used_by_pages() -> set[str]:
    cells = [
        "".join(cell["source"])
        for path in sorted((ROOT / "book").rglob("*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    return set().union(*map(names_in, cells))


def public_names() -> set[str]:
    """모든 하위 모듈의 `__all__`. 오류의 종류, 함수가 반환할 뿐인 결과의 클래스, 기반 클래스는 뺀다."""
    found = set()
    modules = sorted(set(deepnote_lib.__all__) - {"__version__"})
    for namespace in [import_module(f"deepnote_lib.{module}") for module in modules]:
        module = namespace.__name__.split(".")[1]
        for name in namespace.__all__:
            value = getattr(namespace, name)
            # 결과의 클래스는 독자가 부르지 않는다. __call__이 있는 VarianceScaling은 초기화 함수다
            result = (
                isinstance(value, type)
                and "__call__" not in vars(value)
                and (
                    issubclass(value, Exception | tuple | list)
                    or hasattr(value, "__dataclass_fields__")
                    or value in RETURNED
                )
            )
            base = isinstance(value, type) and any(
                sub.__module__.startswith("deepnote_lib.") for sub in value.__subclasses__()
            )
            if not (result or base):
                found.add(f"{module}.{name}")
    return found


def test_every_public_name_is_used_by_a_page_or_waits_for_one():
    used = used_by_pages()
    unused = {name for name in public_names() if name.split(".")[1] not in used}
    assert unused - set(WANTED) == set()


@pytest.mark.parametrize("name", WANTED)
def test_a_name_leaves_the_list_when_a_page_uses_it(name):
    assert name in public_names()
    assert name.split(".")[1] not in used_by_pages()


def test_the_check_would_notice_an_unused_name():
    assert "softmax" in names_in("from deepnote_lib.activations import softmax")
    assert "digits" in names_in("%matplotlib inline\nx = datasets.digits(rng=0)")
    assert "relu" not in names_in("print('relu')")
