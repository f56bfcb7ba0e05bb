"""훈련: 미니배치를 나누고, 갱신을 되풀이하고, 에포크마다 기록한다 (오차역전파법, 규제 장).

`Trainer.epochs`는 에포크마다 기록 하나를 내는 생성기라서 조기 종료는 `break` 한 줄이다.
`Trainer.fit`은 그 위에 인내 횟수와 가장 좋은 가중치 되돌리기를 더했다.
"""

from deepnote_lib.training.batches import minibatches
from deepnote_lib.training.history import Evaluation, History, Record
from deepnote_lib.training.trainer import Trainer

__all__ = ["Evaluation", "History", "Record", "Trainer", "minibatches"]
