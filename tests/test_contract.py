"""오류의 약속: 공개된 것을 아무 값으로 호출해도, 결과를 주거나 한국어로 된 정해진 종류의 오류를 낸다.

올바른 호출 하나를 준비해 두고 인수의 일부를 엉뚱한 값으로 바꾼다. 앞의 검사를 통과한 값이 뒤의 계산에서
NumPy나 파이썬의 영어 오류, 또는 경고가 되면 실패이다. 새 공개 이름은 저절로 시험 대상이 되므로,
기본값이 없는 인수의 올바른 값을 VALID에 적어 주기만 하면 된다.
"""

from __future__ import annotations

import inspect
import re
import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import deepnote_lib
from deepnote_lib import plots
from deepnote_lib.activations import softmax
from deepnote_lib.datasets import DatasetError
from deepnote_lib.exercises import check, progress
from deepnote_lib.gradcheck import ParameterCheck, gradient_check
from deepnote_lib.graph import Graph
from deepnote_lib.graph.operations import ADD
from deepnote_lib.initializers import constant, normal, orthogonal, uniform
from deepnote_lib.inspection import NetworkReport, inspect_network
from deepnote_lib.layers import (
    Affine,
    BatchNorm,
    Chain,
    Dropout,
    Layer,
    LeakyReLU,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
)
from deepnote_lib.losses import MSE, Loss, SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.metrics import reliability
from deepnote_lib.models import ModelFileError, Sequential, mlp
from deepnote_lib.optimizers import SGD
from deepnote_lib.parameter import Parameter
from deepnote_lib.perceptron import INPUTS, Perceptron
from deepnote_lib.regularizers import L2
from deepnote_lib.training import EarlyStopping, History, Record, Trainer

mpl.use("Agg")

ALLOWED = (TypeError, ValueError, RuntimeError, FloatingPointError, DatasetError)
ITEM_ACCESS = (KeyError, IndexError)
EXAMPLES = 200
FEWER = {"plots": 20, "widgets": 20, "exercises": 20}  # 그림 한 장, 프로세스 하나가 수십 밀리초이다

# 넘침을 NumPy의 경고로 알리는 것. softmax_naive는 책이 그것을 보여 주려고 있다. 층의 곱셈은 훈련의
# 안쪽 고리라 스텝마다 경고를 껐다 켜지 않는다. 훈련할 때는 Trainer가 한 번 끄고, 손실로 발산을 알린다.
LOUD = re.compile(r"activations\.softmax_naive|(layers|models)\.\w+\.(forward|backward|trace)")
# 독자가 건네는 함수. 그 함수가 내는 오류는 독자의 것이라 바꾸지 않고 전한다
FOREIGN = {"f", "predict", "draw", "alt"}
# 참·거짓을 검사하지 않는 인수. 층마다 스텝마다 받으므로, 파이썬이 참으로 보는 값은 모두 참이다
TRUTHY = {"training", "input_grad"}

# 엉뚱한 값 -----------------------------------------------------------------------------


def nothing(*args: Any, **kwargs: Any) -> None:
    """무엇이든 받고 아무것도 하지 않는 함수."""


class Opaque:
    """메서드가 없는 객체."""

    def __repr__(self) -> str:
        return "Opaque()"


NONSENSE: list[Callable[[], Any]] = [
    lambda: None,
    lambda: True,
    lambda: False,
    lambda: -1,
    lambda: 0,
    lambda: 1,
    lambda: 7,
    lambda: 10**6,
    lambda: 10**30,
    lambda: 3.5,
    lambda: -0.5,
    lambda: 1e300,
    lambda: np.nan,
    lambda: np.inf,
    lambda: -np.inf,
    lambda: 1j,
    lambda: np.float32(0.5),
    lambda: np.int64(2),
    lambda: np.datetime64("2026-03-02"),
    lambda: "문자열",
    lambda: "",
    lambda: "a\0b",
    lambda: b"",
    lambda: [],
    lambda: (),
    lambda: [1, 2],
    lambda: (2, 3),
    lambda: (2.5, "둘"),
    lambda: [[1], [1, 2]],
    lambda: ["가", None],
    lambda: {},
    lambda: {"x": 1},
    lambda: {1, 2},
    lambda: slice(None),
    lambda: ...,
    Opaque,
    lambda: int,
    lambda: ReLU,
    lambda: nothing,
    lambda: iter([1.0]),
    lambda: np.array(2.0),
    lambda: np.zeros(0),
    lambda: np.zeros((0, 4)),
    lambda: np.zeros((6, 0)),
    lambda: np.ones(3),
    lambda: np.ones((6, 4), dtype=np.float32),
    lambda: np.ones((6, 3), dtype=np.int64),
    lambda: np.arange(6) - 3,
    lambda: np.full(6, 10**6),
    lambda: np.ones((2, 3, 4)),
    lambda: np.ones((6, 4), dtype=bool),
    lambda: np.full((6, 4), np.nan),
    lambda: np.full((6, 3), np.inf),
    lambda: np.array([[1e300, -1e300, np.inf]] * 6),
    lambda: np.full((6, 4), 3e38, dtype=np.float32),
    lambda: np.ones((6, 4), dtype=complex),
    lambda: np.zeros(6, dtype="datetime64[D]"),
    lambda: np.array([["가"] * 4] * 6),
    lambda: np.array([None, 1], dtype=object),
    lambda: np.ma.masked_array([1.0, 2.0], mask=[True, False]),
    lambda: Parameter(np.ones(2), name="p"),
    lambda: mlp(4, 5, 3, rng=0),
    lambda: Affine(2, 2, rng=0),
    lambda: SoftmaxCrossEntropy(),
    lambda: SGD([Parameter(np.ones(2), name="q")], lr=0.1),
    lambda: L2(0.1),
    lambda: History(),
    lambda: np.random.default_rng(0),
]
SLOW = {"epochs", "max_epochs", "max_iter", "d"}  # 백만 번(백만 차원)이면 시험이 끝나지 않는다


def shown(value: object) -> str:
    text = repr(value).replace("\n", " ")
    return text if len(text) < 100 else f"{text[:97]}…"


# 올바른 호출 ---------------------------------------------------------------------------

X = np.random.default_rng(0).normal(size=(6, 4))
Z = np.random.default_rng(1).normal(size=(6, 3))
LABELS = np.array([0, 1, 2, 0, 1, 2])
BITS = np.array([0, 1, 1, 0, 1, 0])


def model(dtype: Any = np.float32) -> Sequential:
    return mlp(4, 5, 3, rng=0, dtype=dtype)


def trainer() -> Trainer:
    trained = model()
    return Trainer(trained, SoftmaxCrossEntropy(), SGD(trained.parameters(), lr=0.1))


def parameters() -> list[Parameter]:
    found = [Parameter(X[:2].copy(), name="W"), Parameter(np.ones(3), name="b", penalized=False)]
    for p in found:
        p.grad = np.full(p.shape, 0.5)
    return found


def record(epoch: int = 1) -> Record:
    return Record(epoch, 1.0 / epoch, 0.5, 0.7, 0.4, 0.1)


def graph() -> Graph:
    """노드 셋짜리 그래프 하나. 시험 하나 안에서는 늘 같은 것이라, 노드를 인수로 줄 수 있다."""
    if not GRAPH:
        made = Graph()
        (made.input("x", 2.0) * made.input("y", -3.0)).named("z")
        GRAPH.append(made)
    return GRAPH[0]


GRAPH: list[Graph] = []  # Target.valid가 비운다


def report() -> NetworkReport:
    return inspect_network(model(), SoftmaxCrossEntropy(), X, LABELS)


def draw(ax: Any, k: float) -> None:
    ax.set_title(f"{len(str(k))}")  # k가 무엇이든 그린다


# 인수의 이름 → 올바른 값. "모듈.이름.인수"처럼 적으면 그 호출에만 쓴다
VALID: dict[str, Callable[[], Any]] = {
    "x": lambda: X.copy(),
    "y": lambda: LABELS.copy(),
    "z": lambda: Z.copy(),
    "w": lambda: np.array([1.0, 1.0]),
    "b": lambda: -1.5,
    "p": lambda: softmax(Z),
    "log_p": lambda: np.log(softmax(Z)),
    "logits": lambda: Z.copy(),
    "prediction": lambda: Z.copy(),
    "target": lambda: Z + 1,
    "predicted": lambda: LABELS[::-1].copy(),
    "dout": lambda: X.copy(),
    "shape": lambda: (4, 3),
    "value": lambda: 0.5,
    "std": lambda: 0.1,
    "limit": lambda: 0.1,
    "scale": lambda: 2.0,
    "rate": lambda: 0.5,
    "threshold": lambda: 0.1,
    "strength": lambda: 0.1,
    "l1": lambda: 0.1,
    "l2": lambda: 0.1,
    "lr": lambda: 0.1,
    "max_norm": lambda: 0.1,
    "name": lambda: "W",
    "new": lambda: 0.1,
    "n": lambda: 6,
    "n_in": lambda: 4,
    "n_out": lambda: 3,
    "n_features": lambda: 4,
    "n_classes": lambda: 3,
    "batch_size": lambda: 4,
    "epochs": lambda: 1,
    "patience": lambda: 2,
    "index": lambda: 0,
    "parameters": parameters,
    "model": model,
    "loss": lambda: SoftmaxCrossEntropy(),
    "layers": lambda: (Affine(4, 5, rng=0), ReLU()),
    "inner": lambda: (Affine(4, 4, rng=0), ReLU()),
    "sizes": lambda: (5, 3),
    "path": lambda: "model.npz",
    "validation": lambda: (X.copy(), LABELS.copy()),
    "rng": lambda: 0,
    "progress": lambda: False,
    "id": lambda: "ex-softmax-test",
    "answer": lambda: len,
    "datasets.is_available.name": lambda: "mnist",
    "datasets.results.name": lambda: "mnist-mlp",
    "datasets.standardize.others": lambda: (X[:2].copy(),),
    "graph.Graph.__getitem__.name": lambda: "x",
    "graph.Graph.apply.inputs": lambda: (1.0, 2.0),
    "graph.Graph.input.name": lambda: "w",
    "graph.Node.graph": graph,
    "graph.Operation.accepts.x": lambda: (1.0,),
    "plots.activation_histogram.trace": lambda: list(model().trace(X)),
    "plots.computational_graph.step": lambda: 2,
    "plots.confusion_matrix.cm": lambda: np.array([[3, 1], [0, 2]]),
    "plots.decision_boundary.predict": lambda: lambda x: (x[:, 0] > 0).astype(int),
    "plots.decision_boundary.resolution": lambda: 20,
    "plots.line.b": lambda: 0.5,
    "plots.misclassified.n": lambda: 2,
    "plots.network_report.report": report,
    "plots.reliability_diagram.bins": lambda: reliability(softmax(Z), LABELS),
    "plots.simplex.points": lambda: softmax(Z),
    "plots.weight_images.W": lambda: np.ones((64, 2)),
    "plots.weight_images.shape": lambda: (8, 8),
    "widgets.explore.draw": lambda: draw,
    "widgets.explore.values": lambda: {"k": [1, 2]},
    "inspection.NetworkReport.__getitem__.name": lambda: "0.Affine",
    "a": lambda: 2.0,
    "base": lambda: 2.0,
    "exponent": lambda: 2.0,
    "graph": graph,
    "history": lambda: History([record(1), record(2)]),
    "images": lambda: np.ones((6, 8, 8)),
    "key": lambda: "x",
    "node": lambda: graph()["x"],
    "operation": lambda: ADD,
    "other": lambda: 2.0,
    "step": lambda: 1,
    "gradcheck.numerical_gradient.f": lambda: lambda x: float(np.abs(x).sum()),
    "gradcheck.gradient_check.model": lambda: mlp(4, 2, rng=0, dtype=np.float64),
    "gradcheck.gradient_check.x": lambda: X[:2].copy(),
    "gradcheck.gradient_check.y": lambda: np.array([0, 1]),
    "gradcheck.GradientReport.__getitem__.name": lambda: "x",
    "gradcheck.GradientReport.checks": lambda: (ParameterCheck("W", (0, 0), 1.0, 1.0, 0.1, True),),
    "gradcheck.ParameterCheck.index": lambda: (0, 0),
    "gradcheck.ParameterCheck.analytic": lambda: 1.0,
    "gradcheck.ParameterCheck.numeric": lambda: 1.0,
    "gradcheck.ParameterCheck.ratio": lambda: 0.1,
    "gradcheck.ParameterCheck.passed": lambda: True,
    "layers.Affine.backward.dout": lambda: Z.copy(),
    "layers.Chain.backward.dout": lambda: np.ones((6, 5)),
    "losses.binary_cross_entropy.p": lambda: softmax(Z)[:, 0],
    "losses.binary_cross_entropy.y": lambda: BITS.copy(),
    "losses.sigmoid_binary_cross_entropy.logits": lambda: Z[:, :1].copy(),
    "losses.sigmoid_binary_cross_entropy.y": lambda: BITS.copy(),
    "losses.SigmoidBCE.forward.logits": lambda: Z[:, :1].copy(),
    "losses.SigmoidBCE.forward.y": lambda: BITS.copy(),
    "metrics.Reliability.confidence": lambda: np.array([0.5]),
    "metrics.Reliability.accuracy": lambda: np.array([0.5]),
    "metrics.Reliability.count": lambda: np.array([2]),
    "models.Sequential.load.path": lambda: model().save("model.npz") or "model.npz",
    "models.Sequential.backward.dout": lambda: Z.copy(),
    "parameter.Parameter.value": lambda: np.ones((2, 3)),
    "parameter.Parameter.value=.new": lambda: np.ones((2, 3)),
    "parameter.Parameter.grad=.new": lambda: np.ones((2, 3)),
    "perceptron.xor.x": lambda: INPUTS.copy(),
    "training.EarlyStopping.arrays": lambda: [np.ones(2)],
    "training.EarlyStopping.should_stop.val_loss": lambda: 0.5,
    "training.Evaluation.loss": lambda: 0.5,
    "training.Evaluation.accuracy": lambda: 0.5,
    "training.Record.epoch": lambda: 1,
    "training.Record.loss": lambda: 0.5,
    "training.Record.accuracy": lambda: 0.5,
    "training.Record.val_loss": lambda: 0.5,
    "training.Record.val_accuracy": lambda: 0.5,
    "training.Trainer.optimizer": lambda: None,  # 아래에서 model에 맞춘다
}
for _operation in ("exp", "log", "neg", "power", "relu", "sigmoid", "square", "tanh"):
    VALID[f"graph.Graph.{_operation}.x"] = lambda: 2.0
for _function in ("decision_boundary", "points"):
    VALID[f"plots.{_function}.x"] = lambda: X[:, :2].copy()
for _owner in ("Perceptron", "AND", "NAND", "OR"):
    VALID |= {
        f"perceptron.{_owner}.n_features": lambda: 2,
        f"perceptron.{_owner}.update.x_i": lambda: np.array([1.0, 0.0]),
        f"perceptron.{_owner}.update.y_i": lambda: 1,
    }
    for _method in ("fit", "score", "predict", "decision_function", "distance"):
        VALID[f"perceptron.{_owner}.{_method}.x"] = lambda: INPUTS.copy()
        VALID[f"perceptron.{_owner}.{_method}.y"] = lambda: np.array([0, 0, 0, 1])
for _function in ("margin", "mistake_bound"):
    VALID[f"perceptron.{_function}.x"] = lambda: INPUTS.copy()
    VALID[f"perceptron.{_function}.y"] = lambda: np.array([0, 0, 0, 1])


def ready_layer(layer: Layer) -> Layer:
    """역전파를 할 수 있게, 순전파를 한 번 지난 층."""
    layer.forward(X, training=True)
    return layer


def ready_loss(loss: Loss, prediction: Any, target: Any) -> Loss:
    loss.forward(prediction, target)
    return loss


def stopping() -> EarlyStopping:
    made = EarlyStopping([np.ones(2)], patience=2)
    made.should_stop(1.0)
    return made


# 공개된 클래스 → 메서드를 부를 객체. 적지 않은 클래스는 생성자의 올바른 호출로 만든다
INSTANCES: dict[str, Callable[[], Any]] = {
    "exercises.Progress": progress,
    "exercises.Result": lambda: check("ex-softmax-test", len),
    "gradcheck.GradientReport": lambda: gradient_check(
        mlp(2, 2, rng=0, dtype=np.float64), SoftmaxCrossEntropy(), np.ones((1, 2)), [0]
    ),
    "graph.Gradients": lambda: graph().backward(),
    "graph.Graph": graph,
    "graph.Node": lambda: graph()["x"],
    "graph.Operation": lambda: ADD,
    "graph.Step": lambda: graph().steps[0],
    "inspection.NetworkReport": report,
    "layers.Affine": lambda: ready_layer(Affine(4, 3, rng=0)),
    "layers.BatchNorm": lambda: ready_layer(BatchNorm(4)),
    "layers.Chain": lambda: ready_layer(Chain(Affine(4, 5, rng=0), ReLU())),
    "layers.Dropout": lambda: ready_layer(Dropout(0.5, rng=0)),
    "layers.ReLU": lambda: ready_layer(ReLU()),
    "layers.Residual": lambda: ready_layer(Residual(Affine(4, 4, rng=0), ReLU())),
    "layers.Tanh": lambda: ready_layer(Tanh()),
    "losses.MSE": lambda: ready_loss(MSE(), Z, Z + 1),
    "layers.LeakyReLU": lambda: ready_layer(LeakyReLU()),
    "layers.Sigmoid": lambda: ready_layer(Sigmoid()),
    "losses.SigmoidBCE": lambda: ready_loss(SigmoidBCE(), Z[:, :1], BITS),
    "losses.SoftmaxCrossEntropy": lambda: ready_loss(SoftmaxCrossEntropy(0.1), Z, LABELS),
    "models.Sequential": lambda: ready_layer(model()),
    "parameter.Parameter": lambda: Parameter(np.ones((2, 3)), name="W"),
    "perceptron.Perceptron": lambda: Perceptron(2).fit(INPUTS, [0, 0, 0, 1]),
    "training.EarlyStopping": stopping,
    "training.History": lambda: History([record(1), record(2)]),
    "training.Trainer": trainer,
}

# 공개된 함수가 만들어 주는 함수
MADE: dict[str, Callable[[], Any]] = {
    "initializers.constant(…)": lambda: constant(0.5),
    "initializers.normal(…)": lambda: normal(0.1),
    "initializers.orthogonal(…)": lambda: orthogonal(),
    "initializers.uniform(…)": lambda: uniform(0.1),
}

# 대상 모으기 ---------------------------------------------------------------------------


class Target(NamedTuple):
    """호출할 것 하나: 이름, 호출할 것을 새로 만드는 함수, 인수들."""

    name: str
    make: Callable[[], Callable[..., Any]]
    parameters: tuple[inspect.Parameter, ...]

    @property
    def module(self) -> str:
        return self.name.split(".")[0]

    @property
    def holds_results(self) -> bool:
        """함수가 반환하는 값을 담을 뿐인 클래스의 생성자인지. 무엇을 담든 검사하지 않는다."""
        made = self.make()
        return hasattr(made, "__dataclass_fields__") or hasattr(made, "_fields")

    def valid(self) -> dict[str, Any]:
        """기본값이 없는 인수와, 올바른 값을 적어 둔 인수."""
        GRAPH.clear()
        arguments = {}
        for p in self.parameters:
            factory = VALID.get(f"{self.name}.{p.name}")
            required = p.default is p.empty
            if factory is None and (required or p.name in ("rng", "progress")):
                factory = VALID.get(p.name)
                if factory is None and not self.holds_results:
                    raise LookupError(f"{self.name}.{p.name}: VALID에 올바른 값을 적어 주세요")
                factory = factory or (lambda: None)
            if factory is not None:
                arguments[p.name] = factory()
        if self.name == "training.Trainer":
            arguments["optimizer"] = SGD(arguments["model"].parameters(), lr=0.1)
        return arguments


def called(target: Target, arguments: dict[str, Any]) -> Any:
    """arguments로 부른 결과. 생성기와 반복자는 앞의 셋까지 꺼낸다."""
    positional: list[Any] = []
    keywords = dict(arguments)
    packed = any(p.kind is p.VAR_POSITIONAL for p in target.parameters)
    for p in target.parameters:
        if p.name not in keywords:
            continue
        if p.kind is p.VAR_POSITIONAL:
            values = keywords.pop(p.name)
            positional += values if isinstance(values, tuple | list) else [values]
        elif p.kind is p.VAR_KEYWORD:
            keywords |= keywords.pop(p.name)
        elif p.kind is p.POSITIONAL_ONLY or (packed and p.kind is p.POSITIONAL_OR_KEYWORD):
            positional.append(keywords.pop(p.name))
    try:
        result = target.make()(*positional, **keywords)
        return list(islice(result, 3)) if isinstance(result, Iterator) else result
    finally:
        plt.close("all")


def arguments_of(call: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    return tuple(inspect.signature(call).parameters.values())


def ours(function: object) -> bool:
    return getattr(function, "__module__", "").startswith("deepnote_lib")


SPECIAL = {"__call__", "__getitem__", "__len__", "__iter__", "__bool__", "__repr__", "__neg__"}
SPECIAL |= {f"__{r}{op}__" for r in ("", "r") for op in ("add", "sub", "mul", "truediv", "pow")}


def members(name: str, kind: type, make: Callable[[], Any]) -> Iterator[Target]:
    """객체의 공개 메서드와, 대입할 수 있는 속성."""
    for attribute in dir(kind):
        if attribute.startswith("_") and attribute not in SPECIAL:
            continue
        member = inspect.getattr_static(kind, attribute)
        if isinstance(member, property):
            if member.fset is not None and ours(member.fset):
                setter = member.fset
                yield Target(
                    f"{name}.{attribute}=",
                    lambda setter=setter: lambda new: setter(make(), new),
                    (inspect.Parameter("new", inspect.Parameter.POSITIONAL_ONLY),),
                )
            continue
        function = getattr(kind, attribute)
        if not callable(function) or not ours(inspect.unwrap(function)):
            continue
        own = arguments_of(function)
        bound = own if isinstance(member, staticmethod | classmethod) else own[1:]
        yield Target(f"{name}.{attribute}", lambda a=attribute: getattr(make(), a), bound)


def targets_of(module_name: str) -> list[Target]:
    module = import_module(f"deepnote_lib.{module_name}")
    found: list[Target] = []
    for public in module.__all__:
        name, value = f"{module_name}.{public}", getattr(module, public)
        if isinstance(value, type):
            if issubclass(value, Exception):
                continue
            constructor = Target(name, lambda value=value: value, arguments_of(value))
            found.append(constructor)
            default = lambda constructor=constructor: called(constructor, constructor.valid())  # noqa: E731
            found += members(name, value, INSTANCES.get(name, default))
        elif inspect.isfunction(value):
            found.append(Target(name, lambda value=value: value, arguments_of(value)))
        elif ours(type(value)):  # he_normal, AND처럼 이미 만들어진 객체
            found += members(name, type(value), lambda value=value: value)
    found += [
        Target(name, make, arguments_of(make()))
        for name, make in MADE.items()
        if name.startswith(f"{module_name}.")
    ]
    return found


MODULES = [name for name in deepnote_lib.__all__ if name != "__version__"]
TARGETS = [target for module in MODULES for target in targets_of(module)]
IDS = [target.name for target in TARGETS]


# 시험 ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """파일은 임시 폴더에 적고, 데이터는 내려받지 않는다."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OSError("이 시험은 네트워크를 쓰지 않습니다")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEEPNOTE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with mpl.rc_context():
        plots.use_style()  # 한글 글꼴
        yield


def complaint(target: Target, arguments: dict[str, Any]) -> str:
    """약속을 어긴 점. 없으면 빈 글."""
    texts = ", ".join(f"{name}={shown(value)}" for name, value in arguments.items())
    kinds = ALLOWED + (ITEM_ACCESS if target.name.endswith("__getitem__") else ())
    try:
        called(target, arguments)
    except kinds as error:
        if re.search("[가-힣]", str(error)):
            return ""
        return f"{target.name}({texts})\n한국어가 아닌 오류: {type(error).__name__}: {error}"
    except RuntimeWarning as warning:
        if LOUD.fullmatch(target.name) and re.match("overflow|invalid value", str(warning)):
            return ""
        return f"{target.name}({texts})\nNumPy의 경고: {warning}"
    except Exception as error:
        return f"{target.name}({texts})\n약속에 없는 종류: {type(error).__name__}: {error}"
    return ""


# 기반 클래스의 메서드는 독자가 정의하기 전에는 그렇다고 말하고, 게이트의 훈련과 수의 노드 제곱은
# 늘 거절한다
UNFINISHED = re.compile(
    r"\w+\.(Layer|Loss|Optimizer|Penalty)\.(forward|backward|step|value|add_gradient)"
)
REFUSED = re.compile(r"perceptron\.(AND|NAND|OR)\.(fit|update)|graph\.Node\.__rpow__")


@pytest.mark.parametrize("target", TARGETS, ids=IDS)
def test_the_prepared_call_works(target):
    """준비한 호출이 옳아야, 인수 하나만 바꾼 호출이 뒤의 검사까지 간다."""
    if UNFINISHED.fullmatch(target.name):
        with pytest.raises(NotImplementedError, match=r"\(\)를 정의해야 합니다|step\(\)을 정의"):
            called(target, target.valid())
    elif REFUSED.fullmatch(target.name):
        with suppress(TypeError):
            called(target, target.valid())
    elif target.name in ("datasets.mnist", "datasets.fashion_mnist"):
        with pytest.raises(DatasetError, match="받지 못했습니다"):  # 데이터도 네트워크도 없다
            called(target, target.valid())
    else:
        called(target, target.valid())


def changed(target: Target, changes: list[tuple[str, int]]) -> dict[str, Any]:
    """올바른 인수의 일부를 NONSENSE의 값으로 바꾼 것."""
    arguments = target.valid()
    kinds = {p.name: p.kind for p in target.parameters}
    for name, number in changes:
        value = NONSENSE[number]()
        endless = name in SLOW and isinstance(value, int) and value > 100
        ambiguous = name in TRUTHY and isinstance(value, np.ndarray)
        foreign = name in FOREIGN and isinstance(value, type)
        if endless or ambiguous or foreign:
            continue
        if kinds[name] is inspect.Parameter.VAR_POSITIONAL:
            arguments[name] = (*arguments.get(name, ()), value)
        elif kinds[name] is inspect.Parameter.VAR_KEYWORD:
            arguments[name] = {"k": value}
        else:
            arguments[name] = value
    return arguments


def decoded(case: int, names: list[str]) -> list[tuple[str, int]]:
    """수 하나에 적힌 (인수, NONSENSE의 번호) 하나에서 셋. 목록을 뽑는 것보다 세 배 빠르다."""
    case, several = divmod(case, 3)
    changes = []
    for _ in range(several + 1):
        case, place = divmod(case, len(names))
        case, number = divmod(case, len(NONSENSE))
        changes.append((names[place], number))
    return changes


WITH_ARGUMENTS = [target for target in TARGETS if target.parameters]


@pytest.mark.parametrize("target", WITH_ARGUMENTS, ids=lambda target: target.name)
def test_nonsense_is_answered_in_korean(target):
    names = [p.name for p in target.parameters]

    @settings(
        derandomize=True,
        deadline=None,
        database=None,
        max_examples=FEWER.get(target.module, EXAMPLES),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 3 * (len(names) * len(NONSENSE)) ** 3 - 1))
    def check(case: int) -> None:
        problem = complaint(target, changed(target, decoded(case, names)))
        assert not problem, problem

    check()


@pytest.mark.parametrize(
    "target", [t for t in WITH_ARGUMENTS if t.module not in FEWER], ids=lambda target: target.name
)
def test_every_nonsense_value_alone_in_every_place(target):
    for p in target.parameters:
        for number in range(len(NONSENSE)):
            problem = complaint(target, changed(target, [(p.name, number)]))
            assert not problem, problem


# 검사 자체의 검사 -----------------------------------------------------------------------


def broken(x: Any, n: int = 1) -> Any:
    """약속을 여러 가지로 어기는 함수."""
    return {1: lambda: x.shape, 2: lambda: [][x], 3: lambda: np.float64(1) / np.zeros(1)}[n]()


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "약속에 없는 종류: AttributeError"),
        (2, "한국어가 아닌 오류: TypeError"),
        (3, "NumPy의 경고"),
    ],
)
def test_a_broken_promise_is_reported_with_the_call(n, words):
    target = Target("metrics.broken", lambda: broken, arguments_of(broken))
    report = complaint(target, {"x": "글", "n": n})
    assert f"metrics.broken(x='글', n={n})" in report
    assert words in report


def test_the_walk_reaches_functions_classes_methods_setters_and_ready_made_objects():
    for name in (
        "activations.softmax", "initializers.normal", "initializers.normal(…)",
        "initializers.he_normal.__call__", "layers.Affine", "layers.Affine.backward",
        "models.Sequential.__getitem__", "models.Sequential.load", "optimizers.Adam.lr=",
        "parameter.Parameter.value=", "perceptron.AND.predict", "training.Trainer.fit",
        "training.EarlyStopping.should_stop", "gradcheck.GradientReport.__getitem__",
    ):  # fmt: skip
        assert name in IDS
    assert len(set(IDS)) == len(IDS)
    assert not [name for name in IDS if "._" in name and "__" not in name]


# 손상된 모델 파일 -----------------------------------------------------------------------

BLOCKS, PER_BLOCK = 20, 100


def small_model(seed: int) -> Sequential:
    return Sequential(Affine(3, 4, rng=seed), BatchNorm(4), ReLU(), Affine(4, 2, rng=seed + 1))


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """모델 파일을 한 가지로 망가뜨린 것."""
    kind = rng.integers(5)
    where = int(rng.integers(len(data)))
    if kind == 0:  # 바이트 몇 개를 바꾼다
        changed = bytearray(data)
        for i in rng.integers(len(data), size=rng.integers(1, 9)):
            changed[i] ^= int(rng.integers(1, 256))
        return bytes(changed)
    if kind == 1:  # 뒤를 자른다
        return data[:where]
    if kind == 2:  # 사이에 끼워 넣는다
        return data[:where] + rng.bytes(int(rng.integers(1, 50))) + data[where:]
    if kind == 3:  # 사이를 지운다
        return data[:where] + data[where + int(rng.integers(1, 50)) :]
    return repacked(data, rng)


def repacked(data: bytes, rng: np.random.Generator) -> bytes:
    """zip의 검사합은 맞지만 내용이 틀린 파일: 이름을 바꾸거나, 빼거나, 배열의 머리말을 망가뜨린다."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    i = int(rng.integers(len(members)))
    name, content = members[i]
    kind = rng.integers(4)
    if kind == 0:
        names = ["W.npy", name.replace("0", "9"), "가.npy", name + "x", "../" + name, name[:-4]]
        members[i] = (str(rng.choice(names)), content)
    elif kind == 1:
        del members[i]
    elif kind == 2:
        header = bytearray(content)
        header[int(rng.integers(128))] ^= int(rng.integers(1, 256))
        members[i] = (name, bytes(header))
    else:
        members[i] = (name, content[: int(rng.integers(len(content)))])
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_damaged_model_file_is_refused_in_korean_and_changes_nothing(block):
    saved = small_model(0)
    saved.save("good.npz")
    data = Path("good.npz").read_bytes()
    refused = 0
    for number in range(PER_BLOCK):
        case = PER_BLOCK * block + number
        Path("bad.npz").write_bytes(damaged(data, np.random.default_rng(case)))
        target = small_model(10)
        before = {name: array.tobytes() for name, array in target.state().items()}
        expected, message = before, "path: 성공"
        try:
            target.load("bad.npz")  # 배열이 들지 않은 바이트(시각 따위)만 바뀌었으면 성공한다
            expected = {name: array.tobytes() for name, array in saved.state().items()}
        except ModelFileError as error:
            message = str(error)
            refused += 1
        after = {name: array.tobytes() for name, array in target.state().items()}
        assert after == expected, f"{case}번째 파일"
        assert re.match(r"path: .*[가-힣]", message), f"{case}번째 파일: {message}"
    assert refused > PER_BLOCK / 2
