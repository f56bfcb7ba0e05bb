"""훈련 루프: 순전파, 역전파, 규제, 갱신을 미니배치마다 되풀이한다."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_count, check_finite, check_float, make_rng
from deepnote_lib._typing import Array, Rng
from deepnote_lib.layers import Layer
from deepnote_lib.optimizers import Optimizer
from deepnote_lib.regularizers import Penalty
from deepnote_lib.training._scoring import Loss, are_labels, count_correct
from deepnote_lib.training.batches import minibatches
from deepnote_lib.training.early_stopping import EarlyStopping
from deepnote_lib.training.history import Evaluation, History, Record


class Trainer:
    """모델, 손실, 옵티마이저를 묶어 훈련한다.

    Parameters
    ----------
    model : Layer
        보통 Sequential.
    loss : SoftmaxCrossEntropy, SigmoidBCE, MSE 등
    optimizer : Optimizer
        이 모델의 매개변수로 만든 것이어야 한다.
    penalty : Penalty 또는 None
        L1, L2, ElasticNet. 손실에 더하고 기울기에도 더한다.

    Attributes
    ----------
    history : History
        마지막 epochs나 fit의 기록. 훈련을 도중에 멈춰도 그때까지의 기록이 남는다.

    Raises
    ------
    ValueError
        옵티마이저가 다른 모델의 매개변수를 쥐고 있을 때.

    Examples
    --------
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
        self, model: Layer, loss: Loss, optimizer: Optimizer, *, penalty: Penalty | None = None
    ) -> None:
        self.model, self.loss, self.optimizer, self.penalty = model, loss, optimizer, penalty
        self.history = History()
        self._parameters = model.parameters()
        own = {id(p) for p in self._parameters}
        if any(id(p) not in own for p in optimizer.parameters):
            raise ValueError(
                "optimizer: 이 모델의 parameters()로 만들어야 합니다. "
                "받은 옵티마이저는 다른 모델의 매개변수를 쥐고 있습니다"
            )
        self._dtype = self._parameters[0].value.dtype
        self._epoch = 0  # 0은 epochs 밖

    def step(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """미니배치 하나로 한 번 갱신하고, 갱신하기 전의 손실(규제 항 포함)을 돌려준다.

        Parameters
        ----------
        x : 실수 배열, shape (N, n_in)
        y : 배열
            손실이 받는 레이블이나 목표값.

        Returns
        -------
        float

        Raises
        ------
        FloatingPointError
            손실이 NaN이나 무한대일 때. 매개변수는 갱신하지 않는다.
        TypeError, ValueError
            x나 y의 dtype, shape이 맞지 않을 때.
        """
        self._epoch = 0
        return self._step(*self._data(x, y))[0]

    def _step(self, x: Array, y: npt.NDArray) -> tuple[float, Array]:
        # 넘침과 NaN은 아래에서 손실로 확인해 알아볼 수 있는 오류로 알린다
        with np.errstate(over="ignore", invalid="ignore"):
            output = self.model.forward(x, training=True)
            value = self.loss.forward(output, y)
            if self.penalty is not None:
                value += self.penalty.value(self._parameters)
            self._check_loss("loss", value)
            self.model.backward(self.loss.backward(), input_grad=False)
            if self.penalty is not None:
                self.penalty.add_gradient(self._parameters)
            self.optimizer.step()
        return value, output

    def _check_loss(self, name: str, value: float) -> None:
        if not np.isfinite(value):
            where = f"{self._epoch}번째 에포크에서 " if self._epoch else ""
            raise FloatingPointError(
                f"{name}: {where}손실이 유한해야 합니다. 받은 값={value}. "
                f"학습률을 줄여 보세요(지금 lr={self.optimizer.lr:g})"
            )

    def epochs(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        n: int,
        batch_size: int,
        validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
        rng: Rng = None,
    ) -> Iterator[Record]:
        """n 에포크를 훈련하며 에포크마다 Record 하나를 낸다. 언제든 `break`로 멈출 수 있다.

        Parameters
        ----------
        x : 실수 배열, shape (N, n_in)
            모델의 dtype으로 한 번만 바꾼다. 건넨 배열은 바뀌지 않는다.
        y : 배열, 첫 축의 길이 N
        n : int
            에포크의 수.
        batch_size : int
        validation : (x_val, y_val) 또는 None
        rng : Generator, int 또는 None
            에포크마다 섞는 순서를 정한다.

        Returns
        -------
        Record의 반복자

        Raises
        ------
        FloatingPointError
            손실이 NaN이나 무한대가 되었을 때.
        TypeError, ValueError
            인수가 맞지 않을 때. 데이터에 NaN이나 무한대가 있을 때.
        """
        check_count("n", n)
        check_count("batch_size", batch_size)
        x, y = self._data(x, y)
        held_out = None if validation is None else self._data(*validation)
        check_finite("x", x)
        check_finite("y", y)
        self.history = History()
        return self._run(x, y, n, batch_size, held_out, make_rng(rng))

    def _run(
        self,
        x: Array,
        y: npt.NDArray,
        n: int,
        batch_size: int,
        held_out: tuple[Array, npt.NDArray] | None,
        rng: np.random.Generator,
    ) -> Iterator[Record]:
        labelled = are_labels(y)
        for epoch in range(1, n + 1):
            self._epoch = epoch
            start, lr, total, correct = perf_counter(), self.optimizer.lr, 0.0, 0
            for index in minibatches(len(x), batch_size, rng=rng):
                batch_y = y[index]
                value, output = self._step(x.take(index, axis=0), batch_y)  # x[index]와 같고 조금 빠르다
                total += value * len(index)  # 짧은 마지막 미니배치는 그만큼만 친다
                if labelled:
                    correct += count_correct(output, batch_y)
            seconds = perf_counter() - start
            val_loss, val_accuracy = (None, None) if held_out is None else self.evaluate(*held_out)
            if val_loss is not None:
                self._check_loss("val_loss", val_loss)
            accuracy = correct / len(x) if labelled else None
            record = Record(epoch, total / len(x), accuracy, val_loss, val_accuracy, lr, seconds)
            self._epoch = 0
            self.history.append(record)
            yield record

    def fit(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        epochs: int,
        batch_size: int,
        validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
        rng: Rng = None,
        patience: int | None = None,
        min_delta: float = 0.0,
        progress: bool = False,
    ) -> History:
        """epochs 에포크를 훈련하고 기록을 돌려준다. patience를 주면 조기 종료를 쓴다.

        Parameters
        ----------
        x, y, batch_size, validation, rng
            `epochs`와 같다.
        epochs : int
            에포크의 수(조기 종료를 쓰면 최댓값).
        patience : int 또는 None
            인내 횟수. 검증 손실이 지금까지의 기준보다 min_delta **넘게** 낮아지지 않은 에포크가
            patience번 이어지면 멈춘다. 같은 값은 나아진 것이 아니다. 끝나면(도중에 끊겨도)
            검증 손실이 가장 낮았던 에포크의 매개변수와 이동 평균으로 되돌린다. None이면 멈추지
            않고 마지막 값을 둔다.
        min_delta : float
            나아졌다고 칠 최소한의 차이. 0 이상.
        progress : bool
            참이면 tqdm으로 진행 막대를 보인다.

        Returns
        -------
        History
            `trainer.history`와 같은 것.

        Raises
        ------
        FloatingPointError
            손실이 NaN이나 무한대가 되었을 때.
        TypeError, ValueError
            인수가 맞지 않을 때. patience를 주고 validation을 주지 않았을 때.
        """
        stopping = None
        if patience is not None:
            if validation is None:
                raise ValueError("validation: patience를 쓰려면 (x_val, y_val)이어야 합니다. 받은 값=None")
            stopping = EarlyStopping(self._state(), patience=patience, min_delta=min_delta)
        records = self.epochs(x, y, n=epochs, batch_size=batch_size, validation=validation, rng=rng)
        if progress:
            from tqdm import tqdm  # 진행 막대를 쓸 때만 들여온다

            records = tqdm(records, total=epochs, unit="에포크")
        try:
            for record in records:
                if stopping is not None and stopping.should_stop(record.val_loss):  # type: ignore[arg-type]
                    break
        finally:  # 도중에 끊겨도 가장 좋은 값을 남긴다
            if stopping is not None:
                stopping.restore()
        return self.history

    def evaluate(
        self, x: npt.ArrayLike, y: npt.ArrayLike, *, batch_size: int = 1024
    ) -> Evaluation:
        """예측 방식으로 손실(규제 항 제외)과 정확도를 구한다. 모델은 바뀌지 않는다.

        Parameters
        ----------
        x : 실수 배열, shape (N, n_in)
        y : 배열, 첫 축의 길이 N
        batch_size : int
            한 번에 계산할 샘플의 수. 결과가 아니라 메모리에 영향을 준다.

        Returns
        -------
        Evaluation(loss, accuracy)

        Raises
        ------
        TypeError, ValueError
            x나 y의 dtype, shape이 맞지 않을 때.
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

    def _data(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, npt.NDArray]:
        """x와 y를 모델의 dtype으로 한 번 바꾼다(이미 같으면 복사하지 않는다)."""
        x, y = check_float("x", x).astype(self._dtype, copy=False), np.asarray(y)
        if not are_labels(y):
            y = check_float("y", y).astype(self._dtype, copy=False)
        if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
            raise ValueError(f"y: x와 샘플 수가 같아야 합니다. 받은 shape={y.shape}, x의 shape={x.shape}")
        if len(x) == 0:
            raise ValueError(f"x: 샘플이 하나 이상 있어야 합니다. 받은 shape={x.shape}")
        return x, y

    def _state(self) -> list[Array]:
        return [p.value for p in self._parameters] + list(self.model.buffers().values())
