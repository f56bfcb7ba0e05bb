"""MNIST 200에포크 실험: 784-100-10 신경망의 레시피와 그것을 한 번 돌리는 함수 (규제 장).

책의 노트북과 `python -m deepnote_lib.experiments`가 같은 함수를 쓴다. 노트북은 시드 하나만 다시 돌리고,
나머지 시드와 설정은 저장된 표에서 읽는다.
"""

from deepnote_lib.experiments.mnist_mlp.recipes import (
    BASE,
    GRID,
    GRID_SEEDS,
    RECIPES,
    REPORTED,
    SEEDS,
    Job,
    Recipe,
    plan,
    to_mean,
)
from deepnote_lib.experiments.mnist_mlp.training import (
    Data,
    OneHotBCE,
    Result,
    Training,
    load_data,
    run,
)

__all__ = [
    "BASE",
    "GRID",
    "GRID_SEEDS",
    "RECIPES",
    "REPORTED",
    "SEEDS",
    "Data",
    "Job",
    "OneHotBCE",
    "Recipe",
    "Result",
    "Training",
    "load_data",
    "plan",
    "run",
    "to_mean",
]
