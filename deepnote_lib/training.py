"""훈련: 미니배치를 나누고, 갱신을 되풀이하고, 에포크마다 기록한다 (오차역전파법, 규제 장).

`Trainer.epochs`는 에포크마다 기록 하나를 내는 생성기라서 조기 종료는 `break` 한 줄이다.
`Trainer.fit`은 그 위에 인내 횟수와 가장 좋은 가중치 되돌리기를 더했다.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import (
    Model,
    as_array,
    check_count,
    check_finite,
    check_flag,
    check_index,
    check_instance,
    check_methods,
    check_number,
    make_rng,
    numeric,
    shown,
)
from deepnote_lib._state import Snapshot, state
from deepnote_lib._typing import Array, IntArray, Rng
from deepnote_lib.layers.base import without_input_grad
from deepnote_lib.losses import Loss, check_loss
from deepnote_lib.optimizers import Optimizer
from deepnote_lib.parameter import check_parameters
from deepnote_lib.regularizers import Penalty

__all__ = ["EarlyStopping", "Evaluation", "History", "Record", "Trainer", "minibatches"]


def minibatches(
    n: int, batch_size: int, *, rng: Rng = None, shuffle: bool = True
) -> Iterator[IntArray]:
    """한 에포크의 미니배치: 0부터 n − 1까지의 번호를 한 번 섞어 batch_size개씩 낸다.

    모든 번호가 정확히 한 번씩 나온다. batch_size가 n을 나누지 못하면 마지막 미니배치가 짧다(버리지 않는다).

    >>> [batch.tolist() for batch in minibatches(5, 2, shuffle=False)]
    [[0, 1], [2, 3], [4]]
    """
    check_count("n", n)
    check_count("batch_size", batch_size)
    check_flag("shuffle", shuffle)
    order = make_rng(rng).permutation(n) if shuffle else np.arange(n)
    return (order[start : start + batch_size] for start in range(0, n, batch_size))


@dataclass(frozen=True)
class Record:
    """에포크 하나의 기록. 검증 데이터나 클래스 번호가 없어 구하지 못한 값은 None이다.

    Attributes
    ----------
    epoch
        1부터 센 에포크.
    loss, accuracy
        에포크 동안의 미니배치 손실(규제 항 포함)과 정확도의 평균. 갱신하기 전에 잰 값들이다.
    val_loss, val_accuracy
        에포크가 끝난 모델의 검증 손실(규제 항 제외)과 정확도.
    lr
        이 에포크의 학습률.
    seconds
        훈련에 걸린 시간(초, 검증 제외). 비교와 repr에서는 빠진다.
    """

    epoch: int
    loss: float
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    lr: float
    seconds: float = field(default=0.0, compare=False, repr=False)


class History(list[Record]):
    """에포크마다의 Record를 담은 목록. 열마다 배열로도 꺼낼 수 있고, `history[:3]`도 History이다.

    >>> history = History([Record(1, 2.0, 0.5, 2.1, 0.4, 0.1), Record(2, 1.0, 0.7, 2.2, 0.4, 0.1)])
    >>> history.loss
    array([2., 1.])
    >>> history.best_epoch                              # 검증 손실 2.1이 가장 낮다
    1
    """

    def __init__(self, records: Iterable[Record] = ()) -> None:
        if not isinstance(records, Iterable) or isinstance(records, np.ndarray):
            raise TypeError(f"records: Record의 목록이어야 합니다. 받은 값={shown(records)}")
        super().__init__(records)
        for record in self:
            check_instance("records", record, Record, "Trainer.fit이 남긴 Record")

    @property
    def loss(self) -> Array:
        """에포크마다의 훈련 손실, (에포크,)."""
        return self._column("loss")

    @property
    def accuracy(self) -> Array:
        """에포크마다의 훈련 정확도. 없으면 NaN."""
        return self._column("accuracy")

    @property
    def val_loss(self) -> Array:
        """에포크마다의 검증 손실. 없으면 NaN."""
        return self._column("val_loss")

    @property
    def val_accuracy(self) -> Array:
        """에포크마다의 검증 정확도. 없으면 NaN."""
        return self._column("val_accuracy")

    @property
    def best_epoch(self) -> int:
        """검증 손실이 가장 낮은 에포크(같으면 먼저). 검증 데이터가 없었으면 훈련 손실로 고른다."""
        if not self:
            raise ValueError("history: 기록이 하나 이상 있어야 합니다. 받은 개수=0")
        watched = self.loss if np.isnan(self.val_loss).any() else self.val_loss
        return int(self[int(watched.argmin())].epoch)

    def to_dict(self) -> dict[str, list[float | None]]:
        """열 이름 → 값의 목록. 걸린 시간은 뺀다(실행마다 다르므로)."""
        names = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr")
        rows = [asdict(record) for record in self]
        return {name: [row[name] for row in rows] for name in names}

    def _column(self, name: str) -> Array:
        return np.array([getattr(record, name) for record in self], dtype=np.float64)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return History(super().__getitem__(index))
        return super().__getitem__(check_index(index, len(self), "기록"))

    def __repr__(self) -> str:
        last = f", 마지막={self[-1]!r}" if self else ""
        return f"History({len(self)}에포크{last})"


class Evaluation(NamedTuple):
    """`Trainer.evaluate`의 결과. accuracy는 레이블이 클래스 번호가 아니면 None이다."""

    loss: float
    accuracy: float | None


class EarlyStopping:
    """조기 종료: 검증 손실이 patience번 이어서 나아지지 않으면 멈추고, 가장 좋았던 값으로 되돌린다.

    기준보다 min_delta **넘게** 낮아지면 나아진 것이고, 그 값이 새 기준이 된다(같은 값은 나아진 것이
    아니다). 사본은 손실이 지금까지 가장 낮을 때마다 새로 뜬다.

    Parameters
    ----------
    arrays
        되돌릴 배열의 목록이나 `model.state()`. restore가 제자리에 적는다.

    >>> w = np.array([1.0])
    >>> stopping = EarlyStopping([w], patience=2)
    >>> for w[0], val_loss in [(10.0, 0.5), (20.0, 0.5), (30.0, 0.6)]:
    ...     stopping.should_stop(val_loss)              # 같은 값 0.5는 나아진 것이 아니다
    False
    False
    True
    >>> stopping.restore()
    >>> w
    array([10.])
    """

    def __init__(
        self,
        arrays: Mapping[str, Array] | Sequence[Array],
        *,
        patience: int,
        min_delta: float = 0.0,
    ) -> None:
        self.patience = check_count("patience", patience)
        self.min_delta = check_number("min_delta", min_delta, low=0)
        if not isinstance(arrays, (Mapping, Sequence)) or isinstance(arrays, str):
            raise TypeError(
                f"arrays: 배열의 목록이나 model.state()여야 합니다. 받은 값={shown(arrays)}"
            )
        named = dict(arrays) if isinstance(arrays, Mapping) else dict(enumerate(arrays))
        for name, array in named.items():
            if not isinstance(array, np.ndarray):
                raise TypeError(
                    f"arrays[{name!r}]: NumPy 배열이어야 합니다. 받은 값={shown(array)}"
                )
        self._best = Snapshot(lambda: named)
        self._lowest = self._reference = np.inf
        self._waited = 0

    def should_stop(self, val_loss: float) -> bool:
        """이번 에포크의 검증 손실을 보고 멈출지 답한다."""
        if isinstance(val_loss, bool) or not isinstance(val_loss, (int, float, np.number)):
            raise TypeError(f"val_loss: 수여야 합니다. 받은 값={shown(val_loss)}")
        if val_loss < self._lowest:
            self._lowest = val_loss
            self._best.take()
        if val_loss < self._reference - self.min_delta:
            self._reference, self._waited = val_loss, 0
        else:
            self._waited += 1
        return self._waited >= self.patience

    def restore(self) -> None:
        """배열들을 손실이 가장 낮았을 때의 값으로 되돌린다(제자리)."""
        self._best.restore()


class Trainer:
    """모델, 손실, 옵티마이저, 규제 항을 묶어 훈련한다: θ ← θ − η ∂(L + penalty)/∂θ를 미니배치마다.

    optimizer는 이 모델의 parameters()로 만든 것이어야 한다. history에는 마지막 epochs나 fit의 기록이
    남고, 도중에 멈춰도 그때까지의 기록이 있다. 손실이 NaN이나 무한대가 되면 FloatingPointError가 난다.

    >>> from deepnote_lib.losses import SoftmaxCrossEntropy
    >>> from deepnote_lib.models import mlp
    >>> from deepnote_lib.optimizers import SGD
    >>> x, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> model = mlp(1, 2, rng=0)
    >>> trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=1.0))
    >>> trainer.fit(x, y, epochs=50, batch_size=2, rng=0)[-1].accuracy
    1.0
    """

    def __init__(
        self, model: Model, loss: Loss, optimizer: Optimizer, *, penalty: Penalty | None = None
    ) -> None:
        check_methods("model", model, ("forward", "backward", "parameters"), "mlp(64, 100, 10)")
        check_loss(loss)
        check_instance("optimizer", optimizer, Optimizer, "SGD(model.parameters(), lr=0.1)")
        if penalty is not None:
            check_methods("penalty", penalty, ("value", "add_gradient"), "L2(0.01)")
        self.model, self.loss, self.optimizer, self.penalty = model, loss, optimizer, penalty
        self.history = History()
        self._last_call = without_input_grad(model)  # 입력의 기울기는 쓸 곳이 없다
        self._check_ownership()
        self._dtype = self._parameters[0].dtype

    def _check_ownership(self) -> None:
        """갱신할 매개변수가 모두 지금 모델의 것인지. 층의 매개변수를 바꿔 끼웠으면 여기서 드러난다."""
        self._parameters = check_parameters(self.model.parameters())
        if not self._parameters:
            raise ValueError("model: 훈련할 매개변수가 하나 이상 있어야 합니다. 받은 개수=0")
        own = {id(p) for p in self._parameters}
        if any(id(p) not in own for p in self.optimizer.parameters):
            raise ValueError(
                "optimizer: 이 모델의 parameters()로 만들어야 합니다. 받은 옵티마이저는 다른 매개변수를 "
                "참조하고 있습니다. 모델이나 층을 다시 만들었다면 옵티마이저도 다시 만드세요"
            )

    def step(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """미니배치 하나로 한 번 갱신하고, 갱신하기 전의 손실(규제 항 포함)을 반환한다.

        손실이 유한하지 않으면 FloatingPointError가 나고 매개변수는 그대로이다.
        """
        return self._step(*self._data(x, y), epoch=0)[0]

    def _step(self, x: Array, y: npt.NDArray, *, epoch: int) -> tuple[float, Array]:
        # 넘침과 NaN은 아래에서 손실로 확인해 알아볼 수 있는 오류로 알린다
        with np.errstate(over="ignore", invalid="ignore"):
            output = self.model.forward(x, training=True)
            value = self.loss.forward(output, y)
            if self.penalty is not None:
                value += self.penalty.value(self._parameters)
            self._check_loss("loss", value, epoch)
            self.model.backward(self.loss.backward(), **self._last_call)
            if self.penalty is not None:
                self.penalty.add_gradient(self._parameters)
            self.optimizer.step()
        return value, output

    def _check_loss(self, name: str, value: float, epoch: int) -> None:
        if not np.isfinite(value):
            where = f"{epoch}번째 에포크에서 " if epoch else ""
            raise FloatingPointError(
                f"{name}: {where}손실이 발산했습니다. 받은 값={value}. 학습률을 줄이고"
                f"(지금 lr={self.optimizer.lr:g}) 입력을 표준화했는지 확인하세요"
            )

    def epochs(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        epochs: int,
        batch_size: int = 32,
        validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
        rng: Rng = None,
    ) -> Iterator[Record]:
        """epochs 에포크를 훈련하며 에포크마다 Record 하나를 낸다. 언제든 `break`로 멈출 수 있다.

        x (N, n_in)는 모델의 dtype으로 한 번만 바꾼다. validation은 (x_val, y_val)이고, rng가 에포크마다
        섞는 순서를 정한다. 인수는 생성기를 만들 때 바로 확인한다.
        """
        self._check_ownership()
        x, y = self._data(x, y)
        check_finite("x", x)
        check_count("epochs", epochs)
        check_count("batch_size", batch_size)
        held_out = None if validation is None else self._validation(validation)
        rng = make_rng(rng)
        self.history = History()
        return self._epochs(x, y, epochs, batch_size, held_out, rng)

    def _epochs(
        self,
        x: Array,
        y: npt.NDArray,
        epochs: int,
        batch_size: int,
        held_out: tuple[Array, npt.NDArray] | None,
        rng: np.random.Generator,
    ) -> Iterator[Record]:
        history, labelled = self.history, are_labels(y)
        for epoch in range(1, epochs + 1):
            start, lr, total, correct = perf_counter(), self.optimizer.lr, 0.0, 0
            for index in minibatches(len(x), batch_size, rng=rng):
                batch_y = y[index]
                # x.take(index, axis=0)는 x[index]와 같고 조금 빠르다
                value, output = self._step(x.take(index, axis=0), batch_y, epoch=epoch)
                total += value * len(index)  # 짧은 마지막 미니배치는 그만큼만 친다
                if labelled:
                    correct += count_correct(output, batch_y)
            seconds = perf_counter() - start
            val_loss, val_accuracy = (None, None) if held_out is None else self.evaluate(*held_out)
            if val_loss is not None:
                self._check_loss("val_loss", val_loss, epoch)
            accuracy = correct / len(x) if labelled else None
            record = Record(epoch, total / len(x), accuracy, val_loss, val_accuracy, lr, seconds)
            history.append(record)
            yield record

    def fit(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        epochs: int,
        batch_size: int = 32,
        validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
        rng: Rng = None,
        patience: int | None = None,
        min_delta: float = 0.0,
        progress: bool = False,
    ) -> History:
        """epochs 에포크를 훈련하고 기록을 반환한다. patience를 주면 조기 종료를 쓴다(`EarlyStopping`).

        patience를 주면 epochs는 최댓값이고, 끝나면(도중에 끊겨도) 검증 손실이 가장 낮았던 에포크의
        매개변수와 이동 평균으로 되돌린다. 주지 않으면 마지막 값을 둔다. 나머지 인수는 `epochs`와 같다.
        """
        stopping = None
        if patience is not None:
            if validation is None:
                raise ValueError(
                    "validation: patience를 쓰려면 (x_val, y_val)이어야 합니다. 받은 값=None"
                )
            stopping = EarlyStopping(state(self.model), patience=patience, min_delta=min_delta)
        check_flag("progress", progress)
        records = self.epochs(
            x, y, epochs=epochs, batch_size=batch_size, validation=validation, rng=rng
        )
        if progress:
            from tqdm import tqdm  # 진행 막대를 쓸 때만 불러온다

            records = tqdm(records, total=epochs, unit="에포크")
        try:
            for record in records:
                if stopping is not None and stopping.should_stop(record.val_loss):  # type: ignore[arg-type]
                    break
        finally:  # 도중에 끊겨도 가장 좋은 값을 남긴다
            if stopping is not None:
                stopping.restore()
        return self.history

    def evaluate(self, x: npt.ArrayLike, y: npt.ArrayLike, *, batch_size: int = 1024) -> Evaluation:
        """추론 방식으로 손실(규제 항 제외)과 정확도를 구한다. 모델은 바뀌지 않는다.

        batch_size는 한 번에 계산할 샘플의 수로, 결과가 아니라 메모리에 영향을 준다.
        """
        x, y = self._data(x, y)
        check_count("batch_size", batch_size)
        total, correct, labelled = 0.0, 0, are_labels(y)
        with np.errstate(over="ignore", invalid="ignore"):  # 발산은 결과의 NaN이 알린다
            for start in range(0, len(x), batch_size):
                batch_y = y[start : start + batch_size]
                output = self.model.forward(x[start : start + batch_size])
                total += self.loss.forward(output, batch_y) * len(batch_y)
                if labelled:
                    correct += count_correct(output, batch_y)
        return Evaluation(total / len(x), correct / len(x) if labelled else None)

    def _validation(self, pair: tuple[npt.ArrayLike, npt.ArrayLike]) -> tuple[Array, npt.NDArray]:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"validation: (x_val, y_val)이어야 합니다. 받은 값={shown(pair)}")
        x, y = self._data(*pair, names=("validation[0]", "validation[1]"))
        return check_finite("validation[0]", x), y

    def _data(
        self, x: npt.ArrayLike, y: npt.ArrayLike, names: tuple[str, str] = ("x", "y")
    ) -> tuple[Array, npt.NDArray]:
        """x와 y를 모델의 dtype으로 한 번 바꾼다(이미 같으면 복사하지 않는다)."""
        x = as_array(names[0], x, dtype=self._dtype)
        y = targets(names[1], y, self._dtype)
        if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
            raise ValueError(
                f"{names[1]}: {names[0]}와 샘플 수가 같아야 합니다. 받은 shape={y.shape}, "
                f"{names[0]}의 shape={x.shape}"
            )
        if len(x) == 0:
            raise ValueError(f"{names[0]}: 샘플이 하나 이상 있어야 합니다. 받은 shape={x.shape}")
        return x, y


def are_labels(y: npt.NDArray) -> bool:
    """클래스 번호인지. 정수 (N,)만 그렇고, 실수나 2차원 배열은 목표값으로 본다."""
    return y.ndim == 1 and y.dtype.kind in "iu"


def targets(name: str, y: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray:
    """클래스 번호는 그대로, 목표값은 dtype의 실수로."""
    array = numeric(name, y)
    return array if are_labels(array) else check_finite(name, as_array(name, array, dtype=dtype))


def count_correct(output: Array, y: npt.NDArray) -> int:
    """맞힌 샘플의 수. 출력 열이 하나면 z > 0을 클래스 1로 본다."""
    if output.shape[1] == 1:
        return int(np.count_nonzero((output[:, 0] > 0) == y))
    return int(np.count_nonzero(output.argmax(axis=1) == y))
