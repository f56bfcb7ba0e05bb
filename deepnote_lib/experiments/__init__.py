"""오래 걸리는 실험: 레시피, 실행하는 함수, 저장된 결과의 표.

책은 시드 하나만 다시 돌리고 나머지는 표에서 읽는다. 표를 채우거나 새로 만들려면
`python -m deepnote_lib.experiments`를 실행한다.
"""

from deepnote_lib.experiments import mnist_mlp
from deepnote_lib.experiments.table import Table, load, save

__all__ = ["Table", "load", "mnist_mlp", "save"]
