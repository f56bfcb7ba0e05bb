"""PyTorch가 계산한 값을 tests/golden/torch.npz에 적는다.

    python -m tools.assets.make_golden     (PyTorch가 있는 환경에서. deepnote_lib은 쓰지 않는다)

테스트는 이 파일과 늘 비교하고, PyTorch가 있으면 `reference()`를 호출해 한 번 더 비교한다.
여기에는 PyTorch의 규약이 그대로 남는다. 가중치만 (n_in, n_out)으로 뒤집어 적는다.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from tools.facts.repository import ROOT

OUTPUT = ROOT / "tests" / "golden" / "torch.npz"
SIZES = (5, 7, 3)
N = 8
STEPS = 3
NAMES = ("W0", "b0", "W1", "b1")


def inputs(seed: int = 20240601) -> dict[str, np.ndarray]:
    """데이터와 처음 매개변수. 파일에 함께 적으므로 테스트는 난수에 기대지 않는다."""
    rng = np.random.default_rng(seed)
    arrays: dict[str, np.ndarray] = {
        "x": rng.normal(size=(N, SIZES[0])),
        "labels": rng.integers(0, SIZES[2], N),
        "bits": rng.integers(0, 2, (N, SIZES[2])).astype(np.float64),
        "target": rng.normal(size=(N, SIZES[2])),
    }
    for i in range(2):
        arrays[f"W{i}"] = rng.normal(size=(SIZES[i], SIZES[i + 1]))
        arrays[f"b{i}"] = rng.normal(size=SIZES[i + 1])
    arrays["gamma"] = rng.uniform(0.5, 1.5, SIZES[1])
    arrays["beta"] = rng.normal(size=SIZES[1])
    return arrays


def reference() -> dict[str, np.ndarray]:
    """모든 경우의 PyTorch 값. 키는 "경우/이름" 형태다."""
    import torch
    from torch import nn

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    given = inputs()
    out: dict[str, np.ndarray] = {f"input/{name}": array for name, array in given.items()}
    x = torch.tensor(given["x"])
    losses: dict[str, tuple[Any, Any]] = {
        "softmax": (nn.CrossEntropyLoss(), torch.tensor(given["labels"])),
        "smoothing": (nn.CrossEntropyLoss(label_smoothing=0.1), torch.tensor(given["labels"])),
        "sigmoid_bce": (nn.BCEWithLogitsLoss(), torch.tensor(given["bits"])),
        "mse": (nn.MSELoss(), torch.tensor(given["target"])),
    }
    activations = {
        "relu": nn.ReLU,
        "leaky_relu": nn.LeakyReLU,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
    }

    def linear(i: int) -> Any:
        layer = nn.Linear(SIZES[i], SIZES[i + 1])
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(given[f"W{i}"].T))
            layer.bias.copy_(torch.tensor(given[f"b{i}"]))
        return layer

    def array(tensor: Any) -> np.ndarray:
        return tensor.detach().numpy().copy()

    def values(first: Any, second: Any, grad: bool = False) -> list[np.ndarray]:
        tensors = [first.weight, first.bias, second.weight, second.bias]
        found = [array(t.grad if grad else t) for t in tensors]
        return [f.T if f.ndim == 2 else f for f in found]

    for a, activation in activations.items():
        for name, (loss, y) in losses.items():
            first, second = linear(0), linear(1)
            leaf = x.clone().requires_grad_(True)
            z = nn.Sequential(first, activation(), second)(leaf)
            value = loss(z, y)
            value.backward()
            key = f"net/{a}/{name}"
            out |= {
                f"{key}/out": array(z),
                f"{key}/loss": array(value),
                f"{key}/dx": array(leaf.grad),
            }
            out |= {
                f"{key}/d{n}": v for n, v in zip(NAMES, values(first, second, True), strict=True)
            }

    def groups(first: Any, second: Any, decay: float) -> list[dict[str, Any]]:
        return [
            {"params": [first.weight, second.weight], "weight_decay": decay},
            {"params": [first.bias, second.bias], "weight_decay": 0.0},
        ]

    optim = torch.optim
    optimizers = {
        "SGD": lambda p: optim.SGD(p(0.0), lr=0.1),
        "SGD+L2": lambda p: optim.SGD(p(0.05), lr=0.1),
        "Momentum": lambda p: optim.SGD(p(0.0), lr=0.1, momentum=0.9),
        "Nesterov": lambda p: optim.SGD(p(0.0), lr=0.1, momentum=0.9, nesterov=True),
        "AdaGrad": lambda p: optim.Adagrad(p(0.0), lr=0.1, eps=1e-8),
        "RMSProp": lambda p: optim.RMSprop(p(0.0), lr=0.01, alpha=0.9, eps=1e-8),
        "Adam": lambda p: optim.Adam(p(0.0), lr=0.01),
        "AdamW": lambda p: optim.AdamW(p(0.1), lr=0.01),
    }
    for name, make in optimizers.items():
        first, second = linear(0), linear(1)
        optimizer = make(lambda decay, a=first, b=second: groups(a, b, decay))
        loss, y = losses["softmax"]
        for step in range(STEPS):
            optimizer.zero_grad()
            loss(nn.Sequential(first, nn.Tanh(), second)(x), y).backward()
            optimizer.step()
            for n, v in zip(NAMES, values(first, second), strict=True):
                out[f"optimizer/{name}/{step}/{n}"] = v

    first, second = linear(0), linear(1)
    norm = nn.BatchNorm1d(SIZES[1], eps=1e-5, momentum=0.1)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor(given["gamma"]))
        norm.bias.copy_(torch.tensor(given["beta"]))
    net = nn.Sequential(first, norm, nn.Tanh(), second)
    leaf = x.clone().requires_grad_(True)
    loss, y = losses["softmax"]
    z = net(leaf)
    value = loss(z, y)
    value.backward()
    out |= {"norm/out": array(z), "norm/loss": array(value), "norm/dx": array(leaf.grad)}
    out |= {f"norm/d{n}": v for n, v in zip(NAMES, values(first, second, True), strict=True)}
    out |= {"norm/dgamma": array(norm.weight.grad), "norm/dbeta": array(norm.bias.grad)}
    net(x * 2 + 1)  # 이동 평균을 한 번 더 갱신한다
    out |= {
        "norm/running_mean": array(norm.running_mean),
        "norm/running_var": array(norm.running_var),
    }
    net.eval()
    out["norm/predicted"] = array(net(x))
    return out


def main() -> None:
    """파일을 쓰고 한 줄로 알린다."""
    import torch

    versions = f"torch {torch.__version__}, numpy {np.__version__}, python {sys.version.split()[0]}"
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    arrays = reference()
    np.savez_compressed(OUTPUT, **arrays, versions=np.array(versions))  # type: ignore[arg-type]
    print(f"{OUTPUT}: 배열 {len(arrays)}개, {OUTPUT.stat().st_size:,}바이트 ({versions})")


if __name__ == "__main__":
    main()
