"""딥노트의 동반 패키지: NumPy로 쓴 작은 신경망.

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

규약. 행이 샘플이고 W는 (n_in, n_out), z = x @ W + b이다. 레이블은 클래스 번호이고, 손실은 배치의 평균이다.
난수는 키워드 인수 rng로 정한다(정수 시드, Generator, None은 매번 새로운 난수). 인수로 받은 배열은
바꾸지 않는다.

오류. 잘못된 인수는 TypeError나 ValueError, 호출 순서가 틀리면 RuntimeError, 훈련이 발산하면
FloatingPointError, 데이터와 모델 파일의 문제는 DatasetError와 ModelFileError이다. 메시지는
`이름: 기대. 받은 값` 형식이고, 무엇을 대신 써야 하는지 알려 준다.

import만으로는 NumPy 말고 아무것도 읽지 않는다. 하위 모듈은 `deepnote_lib.layers`처럼 처음 쓸 때 읽는다.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

_SUBMODULES = (
    "activations",
    "datasets",
    "exercises",
    "gradcheck",
    "graph",
    "initializers",
    "inspection",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "parameter",
    "perceptron",
    "plots",
    "regularizers",
    "training",
    "widgets",
)

__all__ = ["__version__", *_SUBMODULES]


def diagnose() -> tuple[str, bool]:
    """실행 환경을 확인해 (질문에 붙여 넣을 글, 필수 항목이 모두 있는지)를 반환한다.

    터미널에서는 `python -m deepnote_lib doctor`가 같은 글을 출력한다. NumPy가 없어도 멈추지 않는다.
    """
    return import_module(f"{__name__}._doctor").diagnose()


def __getattr__(name: str) -> ModuleType:
    """하위 모듈을 처음 쓸 때 읽는다."""
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    close = get_close_matches(name, _SUBMODULES, n=1)
    cure = f"비슷한 이름: {close[0]}" if close else f"있는 모듈: {', '.join(_SUBMODULES)}"
    raise AttributeError(f"{__name__}: 하위 모듈의 이름이어야 합니다. 받은 이름={name!r}. {cure}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_SUBMODULES])
