"""MNIST 200에포크 실험의 데이터와 훈련: 레시피 하나를 시드 하나로 훈련한다."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import process_time
from typing import NamedTuple

import numpy as np

from deepnote_lib._checks import check_count
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.datasets import mnist
from deepnote_lib.layers import Dropout
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.regularizers import L2
from deepnote_lib.training import Record, Trainer
from tools.experiments.mnist_mlp import N_CLASSES, Recipe

N_VALIDATION = 5000


class Data(NamedTuple):
    """훈련 55,000장, 검증 5,000장, 테스트 10,000장. 쌍마다 (x, y)이고 x는 float32 (N, 784)."""

    train: tuple[Array, IntArray]
    validation: tuple[Array, IntArray]
    test: tuple[Array, IntArray]


@lru_cache(maxsize=1)
def load_data(low: float = -1.0) -> Data:
    """MNIST를 화소의 범위 low~1로 바꾸고, 훈련 데이터의 마지막 5,000장을 검증 데이터로 뗀다.

    마지막에 쓴 범위 하나는 기억해 두었다가 그대로 반환한다(220 MB).

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
    train, validation
        끝난 모델의 정확도.
    test
        끝난 모델의 테스트 정확도. 하이퍼파라미터를 고르는 훈련에서는 구하지 않으므로 None.
    seconds
        훈련에 쓴 프로세서 시간(초). 컴퓨터와 함께 실행되는 일에 따라 달라지는 근사이다.
    curves
        에포크마다의 "accuracy"(훈련 도중), "val_accuracy", "val_loss". 소수점 아래 넷째 자리까지.
    """

    seed: int
    train: float
    validation: float
    test: float | None
    seconds: float
    curves: dict[str, list[float]]


def build(recipe: Recipe, n_in: int, rng: np.random.Generator) -> Trainer:
    """레시피의 모델, 손실, 옵티마이저, 규제 항을 묶은 Trainer.

    >>> build(Recipe(), 784, np.random.default_rng(0)).model
    Sequential(Affine(784→100), Sigmoid, Affine(100→10))  매개변수 79,510개
    """
    model = mlp(
        n_in, recipe.hidden, N_CLASSES, activation=recipe.activation, init=recipe.init, rng=rng
    )
    if recipe.dropout:
        first, activation, last = model.layers
        model = Sequential(first, activation, Dropout(recipe.dropout, rng=rng.spawn(1)[0]), last)
    optimizer = recipe.optimizer(model.parameters(), lr=recipe.lr)
    penalty = L2(recipe.l2) if recipe.l2 else None
    return Trainer(model, recipe.loss(), optimizer, penalty=penalty)


def epochs(
    trainer: Trainer, recipe: Recipe, data: Data, rng: np.random.Generator
) -> Iterator[Record]:
    """레시피의 에포크를 모두 훈련하며 하나씩 낸다. 나눠서 꺼내도 한 번에 훈련한 것과 같다."""
    for record in trainer.epochs(
        *data.train,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        validation=data.validation,
        rng=rng,
    ):
        trainer.optimizer.lr *= recipe.decay
        yield record


def run(recipe: Recipe, seed: int, data: Data | None = None, *, test: bool = True) -> Result:
    """레시피 하나를 시드 하나로 끝까지 훈련한다. 시드가 초깃값, 섞는 순서, 드롭아웃의 마스크를 모두 정한다.

    data가 None이면 MNIST이고, test가 거짓이면 테스트 데이터를 보지 않는다.

    >>> rng = np.random.default_rng(0)
    >>> pair = rng.random((40, 784), dtype=np.float32), np.arange(40) % 10
    >>> data, recipe = Data(pair, pair, pair), Recipe(epochs=2, batch_size=20)
    >>> run(recipe, 0, data).curves == run(recipe, 0, data).curves
    True
    """
    rng = np.random.default_rng(check_count("seed", seed, low=0))
    data = load_data(recipe.low) if data is None else data
    trainer = build(recipe, data.train[0].shape[1], rng)
    start = process_time()
    for _ in epochs(trainer, recipe, data, rng):
        pass
    return _result(trainer, seed, data, process_time() - start, test=test)


def _result(trainer: Trainer, seed: int, data: Data, seconds: float, *, test: bool) -> Result:
    def accuracy(pair: tuple[Array, IntArray]) -> float:
        return round(float(trainer.evaluate(*pair).accuracy or 0.0), 5)

    names = ("accuracy", "val_accuracy", "val_loss")
    return Result(
        seed,
        accuracy(data.train),
        accuracy(data.validation),
        accuracy(data.test) if test else None,
        round(seconds, 1),
        {name: np.round(getattr(trainer.history, name), 4).tolist() for name in names},
    )
