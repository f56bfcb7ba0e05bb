"""결정성: 같은 시드는 같은 비트를 주고, 전역 난수와 인수는 건드리지 않는다."""

import numpy as np
import pytest

from deepnote_lib.initializers import he_normal, orthogonal, xavier_uniform
from deepnote_lib.layers import Affine, BatchNorm, Dropout, ReLU
from deepnote_lib.losses import SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp
from deepnote_lib.regularizers import ElasticNet
from deepnote_lib.training import Trainer

pytestmark = pytest.mark.backprop
OPTIMIZERS = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW]


def dataset():
    rng = np.random.default_rng(42)
    return rng.normal(size=(50, 6)).astype(np.float32), rng.integers(0, 3, 50)


def train(seed, cls=Adam, **kwargs):
    """초기화, 드롭아웃, 섞기가 Generator 하나를 나누어 쓰는 훈련."""
    rng = np.random.default_rng(seed)
    model = Sequential(
        Affine(6, 16, rng=rng), BatchNorm(16), ReLU(), Dropout(0.3, rng=rng), Affine(16, 3, rng=rng)
    )
    x, y = dataset()
    trainer = Trainer(
        model,
        SoftmaxCrossEntropy(),
        cls(model.parameters(), lr=0.01),
        penalty=ElasticNet(1e-4, 1e-3),
    )
    history = trainer.fit(
        x[:40], y[:40], epochs=5, batch_size=16, validation=(x[40:], y[40:]), rng=rng, **kwargs
    )
    return history, [p.value.copy() for p in model.parameters()]


@pytest.mark.parametrize("cls", OPTIMIZERS)
def test_the_same_seed_gives_the_same_bits(cls):
    (first, weights), (second, again) = train(0, cls), train(0, cls)
    assert first == second
    for a, b in zip(weights, again, strict=True):
        assert a.tobytes() == b.tobytes()


def test_another_seed_gives_another_history():
    assert train(0)[0] != train(1)[0]


def test_showing_progress_and_watching_validation_change_nothing():
    assert train(0, progress=True)[0] == train(0)[0] == train(0, patience=100)[0]


def test_the_loop_and_fit_agree():
    x, y = dataset()
    histories = []
    for use_fit in (True, False):
        model = mlp(6, 8, 3, rng=0)
        trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1))
        if use_fit:
            trainer.fit(x, y, epochs=4, batch_size=16, rng=7)
        else:
            list(trainer.epochs(x, y, epochs=4, batch_size=16, rng=7))
        histories.append(trainer.history)
    assert histories[0] == histories[1]


def test_the_global_random_state_is_untouched():
    np.random.seed(0)  # noqa: NPY002 - 전역 상태를 지켜보려고 일부러 쓴다
    before = np.random.get_state()  # noqa: NPY002
    train(0)
    for init in (he_normal, xavier_uniform, orthogonal()):
        mlp(4, 4, 4, init=init, rng=None)
    after = np.random.get_state()  # noqa: NPY002
    assert before[0] == after[0]
    np.testing.assert_array_equal(before[1], after[1])
    assert before[2:] == after[2:]


def test_reseeding_the_global_generator_changes_nothing():
    np.random.seed(1)  # noqa: NPY002
    first = train(0)[0]
    np.random.seed(2)  # noqa: NPY002
    assert train(0)[0] == first


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_argument_of_training_is_modified(dtype):
    x, y = dataset()
    x = x.astype(dtype)
    copies = x.copy(), y.copy()
    x.flags.writeable = y.flags.writeable = False
    model = mlp(6, 8, 3, rng=0)
    trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1))
    trainer.step(x, y)
    trainer.fit(x, y, epochs=2, batch_size=16, validation=(x, y), rng=0, patience=1)
    trainer.evaluate(x, y)
    model.predict(x)
    list(model.trace(x))
    np.testing.assert_array_equal(x, copies[0])
    np.testing.assert_array_equal(y, copies[1])


def test_a_noncontiguous_view_trains_like_its_copy():
    x, y = dataset()
    wide = np.repeat(x, 2, axis=1)
    losses = []
    for data in (wide[:, ::2], np.ascontiguousarray(wide[:, ::2])):
        model = mlp(6, 8, 3, rng=0)
        trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1))
        losses.append(trainer.fit(data, y, epochs=3, batch_size=16, rng=0).loss)
    np.testing.assert_array_equal(*losses)
