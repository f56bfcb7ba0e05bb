"""PyTorch와 같은 값이 나온다: 순전파, 손실, 기울기, 옵티마이저 세 걸음, 배치 정규화.

`tests/golden/torch.npz`는 `tools/assets/make_golden.py`가 적어 둔 값이라 PyTorch 없이도 늘 견준다.
PyTorch가 있으면 같은 함수를 그 자리에서 불러 다시 견준다. 난수를 쓰는 드롭아웃은 뺐다.
"""

from pathlib import Path

import numpy as np
import pytest

from deepnote_lib.layers import Affine, BatchNorm, LeakyReLU, ReLU, Sigmoid, Tanh
from deepnote_lib.losses import MSE, SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import Sequential
from deepnote_lib.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp
from deepnote_lib.regularizers import L2
from deepnote_lib.training import Trainer
from tools.assets.make_golden import NAMES, STEPS, inputs, reference

pytestmark = pytest.mark.backprop
GOLDEN = Path(__file__).parent / "golden" / "torch.npz"
# float64에서 더하는 순서만 다르다. 관찰한 차이는 1e-15 안팎이고 그 천 배를 허용한다
CLOSE = {"rtol": 1e-12, "atol": 1e-13}

ACTIVATIONS = {"relu": ReLU, "leaky_relu": LeakyReLU, "sigmoid": Sigmoid, "tanh": Tanh}
LOSSES = {
    "softmax": (SoftmaxCrossEntropy, "labels"),
    "smoothing": (lambda: SoftmaxCrossEntropy(0.1), "labels"),
    "sigmoid_bce": (SigmoidBCE, "bits"),
    "mse": (MSE, "target"),
}
OPTIMIZERS = {
    "SGD": (lambda p: SGD(p, lr=0.1), None),
    "SGD+L2": (lambda p: SGD(p, lr=0.1), L2(0.05)),  # weight_decay = λ, 기울기 λW
    "Momentum": (lambda p: Momentum(p, lr=0.1), None),  # 학습률이 일정해 두 꼴이 같다
    "Nesterov": (lambda p: Nesterov(p, lr=0.1), None),
    "AdaGrad": (lambda p: AdaGrad(p, lr=0.1), None),
    "RMSProp": (lambda p: RMSProp(p, lr=0.01), None),
    "Adam": (lambda p: Adam(p, lr=0.01), None),
    "AdamW": (lambda p: AdamW(p, lr=0.01, weight_decay=0.1), None),
}


@pytest.fixture(scope="module", params=["적어 둔 값", "그 자리에서"])
def torch_values(request):
    if request.param == "적어 둔 값":
        with np.load(GOLDEN, allow_pickle=False) as archive:
            return dict(archive)
    pytest.importorskip("torch")
    return reference()


def net(values, *middle):
    layers = []
    for i in range(2):
        W, b = values[f"input/W{i}"], values[f"input/b{i}"]
        layer = Affine(*W.shape, rng=0, dtype=np.float64)
        layer.W.value[:], layer.b.value[:] = W, b
        layers.append(layer)
    return Sequential(layers[0], *middle, layers[1])


def affine_parameters(model):
    return [p for layer in (model.layers[0], model.layers[-1]) for p in layer.parameters()]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_loss_and_gradients(torch_values, activation, loss):
    make, target = LOSSES[loss]
    model, criterion, key = (
        net(torch_values, ACTIVATIONS[activation]()),
        make(),
        f"net/{activation}/{loss}",
    )
    out = model.forward(torch_values["input/x"], training=True)
    np.testing.assert_allclose(out, torch_values[f"{key}/out"], **CLOSE)
    value = criterion.forward(out, torch_values[f"input/{target}"])
    np.testing.assert_allclose(value, torch_values[f"{key}/loss"], **CLOSE)
    np.testing.assert_allclose(
        model.backward(criterion.backward()), torch_values[f"{key}/dx"], **CLOSE
    )
    for name, p in zip(NAMES, model.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, torch_values[f"{key}/d{name}"], **CLOSE)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_three_steps_of_each_optimizer(torch_values, name):
    make, penalty = OPTIMIZERS[name]
    model = net(torch_values, Tanh())
    trainer = Trainer(model, SoftmaxCrossEntropy(), make(model.parameters()), penalty=penalty)
    for step in range(STEPS):
        trainer.step(torch_values["input/x"], torch_values["input/labels"])
        for key, p in zip(NAMES, model.parameters(), strict=True):
            np.testing.assert_allclose(
                p.value, torch_values[f"optimizer/{name}/{step}/{key}"], **CLOSE
            )


@pytest.mark.initialization
def test_batch_norm(torch_values):
    x, n = torch_values["input/x"], len(torch_values["input/x"])
    norm = BatchNorm(7, dtype=np.float64)
    norm.gamma.value[:], norm.beta.value[:] = (
        torch_values["input/gamma"],
        torch_values["input/beta"],
    )
    model, loss = net(torch_values, norm, Tanh()), SoftmaxCrossEntropy()
    out = model.forward(x, training=True)
    np.testing.assert_allclose(out, torch_values["norm/out"], **CLOSE)
    np.testing.assert_allclose(
        loss.forward(out, torch_values["input/labels"]), torch_values["norm/loss"], **CLOSE
    )
    np.testing.assert_allclose(model.backward(loss.backward()), torch_values["norm/dx"], **CLOSE)
    for name, p in zip(NAMES, affine_parameters(model), strict=True):
        np.testing.assert_allclose(p.grad, torch_values[f"norm/d{name}"], **CLOSE)
    np.testing.assert_allclose(norm.gamma.grad, torch_values["norm/dgamma"], **CLOSE)
    np.testing.assert_allclose(norm.beta.grad, torch_values["norm/dbeta"], **CLOSE)

    model.forward(x * 2 + 1, training=True)
    np.testing.assert_allclose(norm.running_mean, torch_values["norm/running_mean"], **CLOSE)
    # PyTorch의 이동 분산은 N − 1로 나눈 것이다. 두 번 갱신해도 0.81·1을 뺀 나머지가 N/(N−1)배이다
    expected = 0.81 + (norm.running_var - 0.81) * n / (n - 1)
    np.testing.assert_allclose(expected, torch_values["norm/running_var"], **CLOSE)
    norm.running_var[:] = torch_values["norm/running_var"]
    np.testing.assert_allclose(model.forward(x), torch_values["norm/predicted"], **CLOSE)


def test_the_golden_file_says_what_made_it_and_from_which_inputs():
    with np.load(GOLDEN, allow_pickle=False) as archive:
        assert str(archive["versions"]).startswith("torch 2.")
        for name, array in inputs().items():  # 도구의 입력을 바꾸고 파일을 그대로 두지 않았다
            np.testing.assert_array_equal(archive[f"input/{name}"], array)
