"""실험의 표: 시드마다의 결과를 JSON 파일 하나에 적고 읽는다.

    {"name": "mnist-mlp", "versions": {…},
     "recipes": {"base": {"fingerprint": "…", "recipe": {…}, "runs": [{"seed": 0, …}, …]}, …}}

표는 꾸러미에 들어 있으므로 데이터가 없거나 인터넷이 없어도 읽을 수 있다. 레시피가 바뀌면 지문이 달라져
낡은 줄이 드러난다.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import deepnote_lib
from deepnote_lib._files import replacing
from deepnote_lib._typing import Array
from deepnote_lib.experiments.mnist_mlp import Job, Recipe, Result, plan

EXPERIMENTS: dict[str, Callable[[], list[Job]]] = {"mnist-mlp": plan}


@dataclass
class Table:
    """실험 하나의 결과.

    Attributes
    ----------
    versions
        결과를 낸 파이썬, NumPy, BLAS 커널, 컴퓨터, 패키지의 버전.
    recipes
        레시피 이름에서 그때의 레시피(모든 값)로 가는 사전.
    runs
        레시피 이름에서 시드 순서의 Result 목록으로 가는 사전.
    """

    name: str
    versions: dict[str, str] = field(default_factory=dict)
    recipes: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[str, list[Result]] = field(default_factory=dict)

    def __getitem__(self, recipe: str) -> list[Result]:
        """레시피 하나의 결과들, 시드 차례.

        Raises
        ------
        KeyError
            표에 없는 레시피일 때.
        """
        if recipe not in self.runs:
            raise KeyError(
                f"recipe: {', '.join(self.runs)} 가운데 하나여야 합니다. 받은 값={recipe!r}"
            )
        return self.runs[recipe]

    def column(self, recipe: str, name: str) -> Array:
        """시드마다의 값 하나, 또는 시드와 에포크마다의 곡선.

        Parameters
        ----------
        recipe : str
        name : str
            Result의 수("test"처럼)나 곡선("val_accuracy"처럼)의 이름.

        Returns
        -------
        실수 배열
            수이면 (시드 수,), 곡선이면 (시드 수, 에포크 수).

        Raises
        ------
        KeyError
            표에 없는 레시피나 이름일 때.
        """
        rows = [asdict(run) for run in self[recipe]]
        return np.array([row[name] if name in row else row["curves"][name] for row in rows])

    def has(self, job: Job) -> bool:
        """같은 레시피와 시드의 결과가 이미 있는가?"""
        same = fingerprint(self.recipes.get(job.name, {})) == fingerprint(asdict(job.recipe))
        return same and any(run.seed == job.seed for run in self.runs[job.name])

    def add(self, name: str, recipe: Recipe, result: Result) -> None:
        """결과 하나를 넣는다. 레시피가 달라졌으면 그 이름의 옛 결과를 버린다.

        Parameters
        ----------
        name : str
        recipe : Recipe
        result : Result
        """
        values = asdict(recipe)
        if fingerprint(self.recipes.get(name, {})) != fingerprint(values):
            self.recipes[name], self.runs[name] = values, []
        others = [run for run in self.runs[name] if run.seed != result.seed]
        self.runs[name] = sorted([*others, result], key=lambda run: run.seed)


def fingerprint(recipe: dict[str, Any]) -> str:
    """레시피의 지문: 모든 값의 SHA-256, 앞의 12글자.

    Examples
    --------
    >>> fingerprint({"lr": 0.5}) == fingerprint({"lr": 0.5}), fingerprint({"lr": 0.5}) == fingerprint({"lr": 0.1})
    (True, False)
    """
    text = json.dumps(recipe, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def versions() -> dict[str, str]:
    """지금의 파이썬, NumPy, BLAS 커널, 컴퓨터, 꾸러미의 판. 알 수 없는 것은 그렇게 적는다.

    Examples
    --------
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
    try:  # scikit-learn이 함께 설치하지만 꾸러미가 직접 요구하지는 않는다
        pools = importlib.import_module("threadpoolctl").threadpool_info()
    except ImportError:
        return "알 수 없음"
    found = [pool for pool in pools if pool.get("user_api") == "blas"]
    kernels = [
        f"{p['internal_api']} {p['version']} {p.get('architecture', '')}".strip() for p in found
    ]
    return ", ".join(sorted(set(kernels))) or "알 수 없음"


def stored_path(name: str) -> Path:
    """꾸러미에 들어 있는 표의 자리.

    Raises
    ------
    ValueError
        모르는 실험일 때.
    """
    return Path(str(files("deepnote_lib.experiments") / "results" / f"{check_name(name)}.json"))


def check_name(name: str) -> str:
    """아는 실험의 이름인지 확인한다.

    Raises
    ------
    ValueError
        모르는 실험일 때. 아는 이름을 모두 알린다.
    """
    if name not in EXPERIMENTS:
        raise ValueError(f"name: {', '.join(EXPERIMENTS)} 가운데 하나여야 합니다. 받은 값={name!r}")
    return name


def load(name: str, path: str | os.PathLike[str] | None = None) -> Table:
    """저장된 표를 읽는다. path가 None이면 패키지에 들어 있는 표이고, MNIST 데이터는 필요 없다.

    >>> load("mnist-mlp").column("base", "test").shape           # 시드 다섯 개
    (5,)
    """
    path = stored_path(name) if path is None else Path(path)
    check_name(name)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        table = Table(stored["name"], stored["versions"])
        for recipe, entry in stored["recipes"].items():
            if entry["fingerprint"] != fingerprint(entry["recipe"]):
                raise ValueError(f"{recipe}의 지문이 다릅니다")
            table.recipes[recipe] = entry["recipe"]
            table.runs[recipe] = [Result(**run) for run in entry["runs"]]
    except FileNotFoundError:
        todo = f"python -m deepnote_lib.experiments {name} 을 실행하세요"
        raise FileNotFoundError(
            f"path: 실험의 표가 있어야 합니다. 받은 경로={path} (파일 없음). {todo}"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"path: save()로 적은 표여야 합니다. 받은 파일={path} ({error})"
        ) from error
    return table


def save(table: Table, path: str | os.PathLike[str]) -> None:
    """표를 적는다. 곁에 다 적은 다음 이름을 바꾸므로, 도중에 실패하면 이전 파일이 그대로 남는다."""
    with replacing(path) as file:
        file.write(_text(table).encode())


def _text(table: Table) -> str:
    """결과 하나가 한 줄인 JSON. 한 줄씩 달라지므로 무엇이 바뀌었는지 보기 쉽다."""
    recipes = []
    for name, recipe in table.recipes.items():
        runs = ",\n".join(json.dumps(asdict(run), ensure_ascii=False) for run in table[name])
        head = f'"fingerprint": "{fingerprint(recipe)}",\n"recipe": {json.dumps(recipe)}'
        recipes.append(f'{json.dumps(name)}: {{{head},\n"runs": [\n{runs}]}}')
    head = f'"name": {json.dumps(table.name)},\n"versions": {json.dumps(table.versions, ensure_ascii=False)}'
    return f'{{{head},\n"recipes": {{\n' + ",\n".join(recipes) + "}}\n"
