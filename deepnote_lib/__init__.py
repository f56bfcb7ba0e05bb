"""딥노트의 동반 꾸러미: NumPy로 쓴 작은 신경망.

>>> import numpy as np
>>> from deepnote_lib.losses import SoftmaxCrossEntropy
>>> from deepnote_lib.models import mlp
>>> from deepnote_lib.optimizers import SGD
>>> from deepnote_lib.training import Trainer
>>> x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
>>> model = mlp(2, 16, 2, rng=0)
>>> trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.5))
>>> history = trainer.fit(x, y, epochs=200, batch_size=4, rng=0)
>>> model.predict(x)                                             # XOR
array([0, 1, 1, 0])

꾸러미를 들여오는 것만으로는 아무것도 더 읽지 않는다. NumPy만 쓰는 모듈은 `deepnote_lib.layers`처럼
처음 쓸 때 읽고, 그림과 데이터처럼 다른 꾸러미가 필요한 것은 `from deepnote_lib import plots`로 들여온다.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

_NUMPY_ONLY = (
    "activations",
    "gradcheck",
    "graph",
    "initializers",
    "inspection",
    "layers",
    "losses",
    "metrics",
    "models",
    "normalization",
    "optimizers",
    "parameter",
    "perceptron",
    "regularizers",
    "training",
)

__all__ = ["__version__", *_NUMPY_ONLY]


def __getattr__(name: str) -> ModuleType:
    """NumPy만 쓰는 하위 모듈을 처음 쓸 때 읽는다."""
    if name in _NUMPY_ONLY:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(
        f"{__name__}: '{name}'이라는 이름이 없습니다. "
        f"하위 모듈이라면 `from {__name__} import {name}`으로 들여오세요"
    )


def __dir__() -> list[str]:
    return sorted([*globals(), *_NUMPY_ONLY])
