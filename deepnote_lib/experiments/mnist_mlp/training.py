"""MNIST 200에포크 실험의 데이터와 훈련: 레시피 하나를 시드 하나로 돌린다."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import process_time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_count, check_labels, make_rng
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.datasets import mnist
from deepnote_lib.experiments.mnist_mlp.recipes import N_CLASSES, Recipe
from deepnote_lib.initializers import he_normal, normal
from deepnote_lib.layers import Dropout, Layer, ReLU, Sigmoid
from deepnote_lib.losses import SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD, Adam, Momentum, Optimizer
from deepnote_lib.regularizers import L2
from deepnote_lib.training import History, Record, Trainer

N_VALIDATION = 5000
ACTIVATIONS: dict[str, type[Layer]] = {"sigmoid": Sigmoid, "relu": ReLU}
OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}


class OneHotBCE(SigmoidBCE):
    """클래스 번호를 받는 이진 교차 엔트로피: 번호를 원-핫으로 바꾼 다음은 SigmoidBCE와 같다.

    레이블이 클래스 번호라서 Trainer의 기록에 정확도가 남는다.

    Raises
    ------
    TypeError, ValueError
        logits가 (N, K)가 아니거나, y가 0~K−1의 정수 (N,)이 아닐 때.

    Examples
    --------
    >>> z = np.array([[2.0, -1.0, 0.0], [0.0, 0.5, 3.0]])
    >>> OneHotBCE().forward(z, np.array([0, 2])) == SigmoidBCE().forward(z, np.eye(3)[[0, 2]])
    True
    """

    def forward(self, logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """원소 N·K개의 평균 손실. logits (N, K), y는 정수 (N,)."""
        z = np.asarray(logits)
        if z.ndim != 2:
            raise ValueError(f"logits: shape이 (N, K)이어야 합니다. 받은 shape={z.shape}")
        labels = check_labels("y", y, n=len(z), n_classes=z.shape[1])
        return super().forward(z, np.eye(z.shape[1], dtype=z.dtype)[labels])

    def __repr__(self) -> str:
        return "OneHotBCE()"


class Data(NamedTuple):
    """훈련 55,000장, 검증 5,000장, 테스트 10,000장. 쌍마다 (x, y)이고 x는 float32 (N, 784)."""

    train: tuple[Array, IntArray]
    validation: tuple[Array, IntArray]
    test: tuple[Array, IntArray]


@lru_cache(maxsize=1)
def load_data(low: float = -1.0) -> Data:
    """MNIST를 화소의 범위 low~1로 바꾸고, 훈련 데이터의 마지막 5,000장을 검증 데이터로 뗀다.

    Parameters
    ----------
    low : float
        화소의 아래 끝. −1이면 (x − 0.5)·2와 같다.

    Returns
    -------
    Data
        마지막에 부른 범위 하나는 기억해 두었다가 그대로 돌려준다(220 MB).

    Raises
    ------
    DatasetError
        MNIST 파일이 없거나 깨졌을 때. 무엇을 할지 함께 알린다.

    Examples
    --------
    >>> data = load_data()  # doctest: +SKIP
    >>> data.train[0].shape, data.validation[0].shape  # doctest: +SKIP
    ((55000, 784), (5000, 784))
    """
    pairs = mnist(progress=False)
    for x, _ in pairs:  # 새로 읽은 배열이므로 제자리에서 바꿔 메모리를 아낀다
        x *= 1 - low
        x += low
    (x, y), test = pairs
    return Data(
        (x[:-N_VALIDATION], y[:-N_VALIDATION]), (x[-N_VALIDATION:], y[-N_VALIDATION:]), test
    )


@dataclass(frozen=True)
class Result:
    """훈련 하나의 결과. 표에 그대로 적힌다.

    Attributes
    ----------
    seed : int
    train, validation : float
        끝난 모델의 정확도.
    test : float 또는 None
        끝난 모델의 테스트 정확도. 하이퍼파라미터를 고르는 훈련에서는 재지 않으므로 None.
    seconds : float
        훈련에 쓴 프로세서 시간(초). 컴퓨터와 함께 도는 일에 따라 달라지는 어림이다.
    curves : dict
        에포크마다의 "accuracy"(훈련 도중), "val_accuracy", "val_loss". 소수점 아래 넷째 자리까지.
    """

    seed: int
    train: float
    validation: float
    test: float | None
    seconds: float
    curves: dict[str, list[float]]


class Training:
    """레시피 하나를 시드 하나로 훈련한다. 여러 번에 나누어 훈련해도 한 번에 한 것과 같다.

    Parameters
    ----------
    recipe : Recipe
    seed : int
        초깃값, 섞는 순서, 드롭아웃의 마스크를 모두 정한다.
    data : Data 또는 None
        None이면 `load_data(recipe.low)`.

    Attributes
    ----------
    model : Sequential
    trainer : Trainer

    Raises
    ------
    DatasetError
        data가 None인데 MNIST를 얻지 못했을 때.
    TypeError, ValueError
        seed가 0 이상의 정수가 아닐 때.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> pair = rng.random((40, 784), dtype=np.float32), np.arange(40) % 10
    >>> training = Training(Recipe(epochs=3, batch_size=20), 0, Data(pair, pair, pair))
    >>> [record.epoch for record in training.train(2)]
    [1, 2]
    >>> [record.epoch for record in training.train()]            # 남은 에포크
    [3]
    """

    def __init__(self, recipe: Recipe, seed: int, data: Data | None = None) -> None:
        self.recipe, self.seed = recipe, check_count("seed", seed, low=0)
        self.data = load_data(recipe.low) if data is None else data
        rng = make_rng(seed)
        model = mlp(
            self.data.train[0].shape[1],
            recipe.hidden,
            N_CLASSES,
            activation=ACTIVATIONS[recipe.activation],
            init=he_normal if recipe.std is None else normal(recipe.std),
            rng=rng,
        )
        if recipe.dropout:
            first, activation, last = model.layers
            model = Sequential(
                first, activation, Dropout(recipe.dropout, rng=rng.spawn(1)[0]), last
            )
        self.model = model
        self.trainer = Trainer(
            model,
            OneHotBCE() if recipe.output == "sigmoid" else SoftmaxCrossEntropy(),
            OPTIMIZERS[recipe.optimizer](model.parameters(), lr=recipe.lr),
            penalty=L2(recipe.l2) if recipe.l2 else None,
        )
        self._records = self._scheduled(rng)
        self._seconds = 0.0

    def _scheduled(self, rng: np.random.Generator) -> Iterator[Record]:
        size, n = self.recipe.batch_size, self.recipe.epochs
        held_out = self.data.validation
        for record in self.trainer.epochs(
            *self.data.train, epochs=n, batch_size=size, validation=held_out, rng=rng
        ):
            self.trainer.optimizer.lr *= self.recipe.decay
            yield record

    def train(self, epochs: int | None = None) -> History:
        """다음 epochs 에포크를 훈련한다. None이면 남은 에포크를 모두 한다.

        Parameters
        ----------
        epochs : int 또는 None

        Returns
        -------
        History
            이번에 훈련한 에포크의 기록. 처음부터의 기록은 `trainer.history`에 있다.

        Raises
        ------
        TypeError, ValueError
            epochs가 1 이상의 정수가 아닐 때.
        """
        stop = None if epochs is None else check_count("epochs", epochs)
        start = process_time()
        records = History(itertools.islice(self._records, stop))
        self._seconds += process_time() - start
        return records

    def result(self, *, test: bool = True) -> Result:
        """지금의 모델을 훈련, 검증, 테스트 데이터로 평가하고 곡선과 함께 묶는다.

        Parameters
        ----------
        test : bool
            거짓이면 테스트 데이터를 보지 않는다.

        Returns
        -------
        Result
        """
        history, data = self.trainer.history, self.data
        names = ("accuracy", "val_accuracy", "val_loss")
        curves = {name: np.round(getattr(history, name), 4).tolist() for name in names}
        return Result(
            self.seed,
            self._accuracy(data.train),
            self._accuracy(data.validation),
            self._accuracy(data.test) if test else None,
            round(self._seconds, 1),
            curves,
        )

    def _accuracy(self, pair: tuple[Array, IntArray]) -> float:
        return round(float(self.trainer.evaluate(*pair).accuracy or 0.0), 5)


def run(recipe: Recipe, seed: int, data: Data | None = None, *, test: bool = True) -> Result:
    """레시피 하나를 시드 하나로 끝까지 훈련한다.

    Parameters
    ----------
    recipe : Recipe
    seed : int
    data : Data 또는 None
        None이면 MNIST.
    test : bool
        거짓이면 테스트 데이터를 보지 않는다.

    Returns
    -------
    Result

    Raises
    ------
    DatasetError
        data가 None인데 MNIST를 얻지 못했을 때.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> pair = rng.random((40, 784), dtype=np.float32), np.arange(40) % 10
    >>> data, recipe = Data(pair, pair, pair), Recipe(epochs=2, batch_size=20)
    >>> run(recipe, 0, data).curves == run(recipe, 0, data).curves
    True
    """
    training = Training(recipe, seed, data)
    training.train()
    return training.result(test=test)
