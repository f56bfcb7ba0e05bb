"""오래 걸리는 실험의 결과: 미리 훈련해 패키지에 담아 둔 표. MNIST 파일도 인터넷도 필요 없다.

표는 저장소의 `make experiments`가 채운다(`tools/experiments`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from deepnote_lib._checks import check_choice
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.datasets._download import dataset_error

FOLDER = Path(__file__).parent / "data" / "results"
NAMES = ("mnist-mlp",)
CURVES = ("accuracy", "val_accuracy", "val_loss")


@dataclass(frozen=True, eq=False)
class Runs:
    """설정 하나로 시드마다 한 번씩 훈련한 결과. S는 시드의 수, E는 에포크의 수이다.

    Attributes
    ----------
    settings
        훈련을 정하는 값: 이름 → 수, 또는 층·손실·옵티마이저의 이름.
    seed
        시드의 번호 (S,).
    train, validation, test
        끝난 모델의 정확도 (S,), 0~1. 후보를 고르는 훈련에서는 테스트 데이터를 보지 않으므로 test가 NaN이다.
    seconds
        훈련에 쓴 프로세서 시간 (S,), 초.
    accuracy, val_accuracy, val_loss
        에포크마다의 훈련 정확도(훈련 도중), 검증 정확도, 검증 손실 (S, E). 소수점 아래 넷째 자리까지.
    """

    settings: dict[str, Any]
    seed: IntArray
    train: Array
    validation: Array
    test: Array
    seconds: Array
    accuracy: Array = field(repr=False)
    val_accuracy: Array = field(repr=False)
    val_loss: Array = field(repr=False)


def results(name: str) -> dict[str, Runs]:
    """미리 훈련해 둔 실험의 표: 설정의 이름 → 시드마다의 결과.

    "mnist-mlp"는 784-100-10 신경망을 MNIST로 200에포크 훈련한 "base"와, 거기서 몇 가지를 바꾼 설정들이다.

    >>> table = results("mnist-mlp")
    >>> base = table["base"]
    >>> base.seed, base.test.mean().round(3), base.val_accuracy.shape
    (array([0, 1, 2, 3, 4]), np.float64(0.976), (5, 200))
    >>> base.settings["lr"], base.settings["optimizer"]
    (0.5, 'SGD')
    """
    path = FOLDER / f"{check_choice('name', name, NAMES)}.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {
            key: _runs(entry["recipe"], entry["runs"]) for key, entry in stored["recipes"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise dataset_error(
            f"{name}: 패키지에 들어 있는 표를 읽지 못했습니다 ({error}).",
            where=str(path),
            todo=["`python -m pip install --force-reinstall --no-deps .`으로 다시 설치하세요."],
        ) from error


def _runs(recipe: dict[str, Any], runs: list[dict[str, Any]]) -> Runs:
    shape = (len(runs), recipe["epochs"])
    numbers = ("train", "validation", "test", "seconds")
    rows = {name: [run[name] for run in runs] for name in numbers}
    rows |= {name: [run["curves"][name] for run in runs] for name in CURVES}
    arrays = {name: np.array(row, dtype=np.float64) for name, row in rows.items()}  # None은 NaN
    for name, array in arrays.items():
        expected = shape if name in CURVES else shape[:1]
        if array.shape != expected:
            raise ValueError(f"{name}의 shape={array.shape}, 있어야 할 shape={expected}")
    return Runs(recipe, np.array([run["seed"] for run in runs], dtype=np.int64), **arrays)
