"""장마다 하나씩 있는 대표 코드가 적힌 수에 이른다.

훈련이 끝난 수는 BLAS에 따라 조금 다르므로, 허용 범위는 시드를 바꿔 가며 잰 퍼짐보다 넉넉히 잡았다.
"""

import numpy as np
import pytest

from deepnote_lib import datasets
from deepnote_lib.gradcheck import gradient_check
from deepnote_lib.initializers import he_normal, normal, xavier_normal, zeros
from deepnote_lib.layers import Affine, Dropout, ReLU, Sigmoid
from deepnote_lib.losses import SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD
from deepnote_lib.perceptron import AND, INPUTS, NAND, OR, Perceptron, xor
from deepnote_lib.regularizers import L2
from deepnote_lib.training import Trainer


@pytest.fixture(scope="module")
def digits():
    return datasets.digits(rng=0)


@pytest.mark.perceptron
def test_gates_and_the_perceptron():
    truth = {"AND": (AND, [0, 0, 0, 1]), "NAND": (NAND, [1, 1, 1, 0]), "OR": (OR, [0, 1, 1, 1])}
    for gate, expected in truth.values():
        np.testing.assert_array_equal(gate.predict(INPUTS), expected)
    p = Perceptron(2).fit(INPUTS, [0, 0, 0, 1])
    assert p.converged
    assert p.n_epochs == 6
    np.testing.assert_array_equal(p.predict(INPUTS), [0, 0, 0, 1])
    assert not Perceptron(2).fit(INPUTS, [0, 1, 1, 0]).converged  # XOR는 수렴하지 않는다
    np.testing.assert_array_equal(xor(INPUTS), [0, 1, 1, 0])


@pytest.mark.softmax
def test_softmax_regression_by_hand(digits):
    (x, y), (x_test, y_test) = digits
    model, loss = Affine(64, 10, init=zeros), SoftmaxCrossEntropy()
    for step in range(200):
        value = loss.forward(model.forward(x, training=True), y)
        if step == 0:
            assert value == pytest.approx(np.log(10), rel=1e-6)
        model.backward(loss.backward(), input_grad=False)
        for p in model.parameters():
            p.value -= 0.5 * p.grad
    # 초기화에 난수가 없으므로 남는 차이는 데이터를 나누는 시드뿐이다
    assert value == pytest.approx(0.28, abs=0.02)
    assert (model.forward(x_test).argmax(axis=1) == y_test).mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.backprop
def test_gradient_check_of_a_two_layer_net():
    rng = np.random.default_rng(0)
    net = Sequential(
        Affine(4, 5, rng=rng, dtype=np.float64), Sigmoid(), Affine(5, 3, rng=rng, dtype=np.float64)
    )
    report = gradient_check(
        net, SoftmaxCrossEntropy(), rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    )
    names = [check.name for check in report]
    assert names == ["0.Affine.W", "0.Affine.b", "2.Affine.W", "2.Affine.b", "x"]
    assert all(check.passed for check in report)


def noisy_digits(digits, seed):
    """레이블의 30%를 다시 뽑은 훈련 데이터 300개와 깨끗한 검증 데이터."""
    rng = np.random.default_rng(seed)
    (x, y), _ = digits
    order = rng.permutation(len(x))
    train, val = order[:300], order[300:]
    labels = y[train].copy()
    redrawn = rng.random(300) < 0.3
    labels[redrawn] = rng.integers(0, 10, redrawn.sum())
    return x[train], labels, x[val], y[val]


@pytest.mark.regularization
def test_regularization_on_noisy_labels(digits):
    """규제의 순서와 크기: 없음 < 드롭아웃, L2, 조기 종료. 한 시드의 검증 정확도이므로 폭을 둔다."""
    x, y, x_val, y_val = noisy_digits(digits, seed=0)
    settings = {
        "없음": (0.0, None, None),
        "L2": (0.0, L2(1e-2), None),
        "드롭아웃": (0.5, None, None),
        "조기 종료": (0.0, None, 10),
    }
    accuracy, norms = {}, {}
    for name, (rate, penalty, patience) in settings.items():
        rng = np.random.default_rng(0)
        model = Sequential(
            Affine(64, 256, rng=rng), ReLU(), Dropout(rate, rng=rng), Affine(256, 10, rng=rng)
        )
        trainer = Trainer(
            model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1), penalty=penalty
        )
        trainer.fit(
            x, y, epochs=150, batch_size=32, validation=(x_val, y_val), rng=rng, patience=patience
        )
        accuracy[name] = trainer.evaluate(x_val, y_val).accuracy
        norms[name] = float(np.linalg.norm(model.layers[0].W.value))
    # 다섯 시드의 평균은 없음 .738, L2 .855, 드롭아웃 .815, 조기 종료 .863이고 표준편차는 .01~.02이다
    assert accuracy["없음"] == pytest.approx(0.738, abs=0.06)
    assert accuracy["L2"] == pytest.approx(0.855, abs=0.05)
    assert accuracy["드롭아웃"] == pytest.approx(0.815, abs=0.06)
    assert accuracy["조기 종료"] == pytest.approx(0.863, abs=0.05)
    for name in ("L2", "드롭아웃", "조기 종료"):
        assert accuracy[name] > accuracy["없음"] + 0.03
    # 평균 24.8에서 8.1로: 규제가 하는 일은 W를 줄이는 것이다
    assert norms["없음"] == pytest.approx(24.8, abs=1.5)
    assert norms["L2"] == pytest.approx(8.1, abs=1.0)


@pytest.mark.initialization
def test_initialization_decides_whether_a_deep_net_starts(digits):
    (x, y), _ = digits
    stds, losses = {}, {}
    inits = {"0": zeros, "N": normal(0.01), "Xavier": xavier_normal, "He": he_normal}
    for name, init in inits.items():
        finals = []
        for seed in range(5):
            model = mlp(64, 100, 100, 100, 100, 10, init=init, rng=seed)
            if seed == 0:
                stds[name] = np.array([a.std() for layer, a in model.trace(x) if layer == "ReLU"])
            trainer = Trainer(model, SoftmaxCrossEntropy(), SGD(model.parameters(), lr=0.1))
            finals.append(trainer.fit(x, y, epochs=10, batch_size=64, rng=seed)[-1].loss)
        losses[name] = np.median(finals)
    np.testing.assert_array_equal(stds["0"], 0)
    # 클래스의 비율만 배우므로 ln 10 = 2.3026보다 아주 조금 낮다
    assert losses["0"] == pytest.approx(np.log(10), abs=5e-3)
    assert losses["N"] == pytest.approx(np.log(10), abs=5e-3)
    # 활성값의 표준편차: N은 층마다 10분의 1 아래로 줄고, He는 유지된다
    assert stds["N"][0] == pytest.approx(0.021, abs=0.004)
    assert (stds["N"][1:] < 0.15 * stds["N"][:-1]).all()
    assert stds["Xavier"][0] == pytest.approx(0.235, abs=0.06)
    assert stds["Xavier"][-1] == pytest.approx(0.08, abs=0.03)
    assert ((stds["He"] > 0.2) & (stds["He"] < 0.55)).all()
    # 여덟 시드에서 Xavier는 .14~.32, He는 .07~.14였다. 다섯 시드의 가운데 값으로 견준다
    assert losses["Xavier"] == pytest.approx(0.149, abs=0.05)
    assert losses["He"] == pytest.approx(0.069, abs=0.03)
