"""실험의 표: 시드마다의 결과를 JSON 파일 하나에 적고, 더 채우려고 다시 읽는다.

    {"name": "mnist-mlp", "versions": {…},
     "recipes": {"base": {"recipe": {…}, "runs": [{"seed": 0, …}, …]}, …}}

표에는 그때의 레시피가 함께 있으므로, 레시피가 바뀌면 지금 것과 달라 낡은 줄이 드러난다. 책의 페이지는
같은 파일을 `datasets.results`로 읽는다.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import deepnote_lib
from deepnote_lib._files import replacing
from deepnote_lib.datasets.results import FOLDER
from tools.experiments.mnist_mlp import Job, Recipe
from tools.experiments.training import Result


@dataclass
class Table:
    """실험 하나의 결과.

    Attributes
    ----------
    versions
        결과를 낸 파이썬, NumPy, BLAS 커널, 컴퓨터, 패키지의 버전.
    recipes
        레시피 이름 → 그때의 레시피(`Recipe.settings`).
    runs
        레시피 이름 → 시드 순서의 Result 목록.
    """

    name: str
    versions: dict[str, str] = field(default_factory=dict)
    recipes: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[str, list[Result]] = field(default_factory=dict)

    def has(self, job: Job) -> bool:
        """같은 레시피와 시드의 결과가 이미 있는가?"""
        same = self.recipes.get(job.name) == job.recipe.settings()
        return same and any(run.seed == job.seed for run in self.runs[job.name])

    def add(self, name: str, recipe: Recipe, result: Result) -> None:
        """결과 하나를 넣는다. 레시피가 달라졌으면 그 이름의 옛 결과를 버린다."""
        if self.recipes.get(name) != recipe.settings():
            self.recipes[name], self.runs[name] = recipe.settings(), []
        others = [run for run in self.runs[name] if run.seed != result.seed]
        self.runs[name] = sorted([*others, result], key=lambda run: run.seed)


def versions() -> dict[str, str]:
    """지금의 파이썬, NumPy, BLAS 커널, 컴퓨터, 패키지의 버전. 알 수 없는 것은 그렇게 적는다.

    >>> sorted(versions())
    ['blas', 'deepnote_lib', 'machine', 'numpy', 'python']
    """
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": _blas(),
        "machine": platform.machine(),
        "deepnote_lib": deepnote_lib.__version__,
    }


def _blas() -> str:
    try:  # scikit-learn이 함께 설치하지만 패키지가 직접 요구하지는 않는다
        pools = importlib.import_module("threadpoolctl").threadpool_info()
    except ImportError:
        return "알 수 없음"
    found = [pool for pool in pools if pool.get("user_api") == "blas"]
    kernels = [
        f"{p['internal_api']} {p['version']} {p.get('architecture', '')}".strip() for p in found
    ]
    return ", ".join(sorted(set(kernels))) or "알 수 없음"


def stored_path(name: str) -> Path:
    """패키지에 들어 있는 표의 경로."""
    return FOLDER / f"{name}.json"


def load(path: str | os.PathLike[str]) -> Table:
    """save로 적은 표를 읽는다. 없으면 FileNotFoundError, 손상되었으면 ValueError가 난다."""
    try:
        stored = json.loads(Path(path).read_text(encoding="utf-8"))
        table = Table(stored["name"], stored["versions"])
        for name, entry in stored["recipes"].items():
            table.recipes[name] = dict(entry["recipe"])
            table.runs[name] = [Result(**run) for run in entry["runs"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"path: save()로 적은 표여야 합니다. 받은 파일={path} ({error})"
        ) from error
    return table


def save(table: Table, path: str | os.PathLike[str]) -> None:
    """표를 적는다. 옆의 새 파일에 다 적은 다음 이름을 바꾸므로, 도중에 실패하면 이전 파일이 그대로 남는다."""
    with replacing(path) as file:
        file.write(_text(table).encode())


def _text(table: Table) -> str:
    """결과 하나가 한 줄인 JSON. 한 줄씩 달라지므로 무엇이 바뀌었는지 보기 쉽다."""
    recipes = []
    for name, recipe in table.recipes.items():
        runs = ",\n".join(_json(asdict(run)) for run in table.runs[name])
        recipes.append(f'{_json(name)}: {{"recipe": {_json(recipe)},\n"runs": [\n{runs}]}}')
    head = f'"name": {_json(table.name)},\n"versions": {_json(table.versions)}'
    return f'{{{head},\n"recipes": {{\n' + ",\n".join(recipes) + "}}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
