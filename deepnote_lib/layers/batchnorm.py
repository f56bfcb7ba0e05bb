"""배치 정규화: 층의 입력을 미니배치의 평균 0, 분산 1로 맞춘다 (초기화 장)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import as_array, check_count, check_dtype, check_number
from deepnote_lib._typing import Array
from deepnote_lib.layers.base import Layer
from deepnote_lib.parameter import Parameter


class BatchNorm(Layer):
    """배치 정규화: x̂ = (x − μ) / √(σ² + ε), out = γx̂ + β.

    훈련할 때 μ, σ²는 미니배치의 열마다 구한 평균과 분산이고, 추론할 때는 훈련하며 모은 이동 평균이다.

    Parameters
    ----------
    momentum
        이동 평균이 이전 값을 남기는 비율. 0 이상 1 미만.
    eps
        분산이 0일 때 나눗셈을 지키는 ε. 양수.

    ε은 제곱근 안에 있다. 정규화와 이동 평균에 모두 N으로 나눈 분산을 쓴다(Keras와 같다). PyTorch는
    이동 평균에만 N − 1로 나눈 분산을 쓰고, PyTorch의 momentum=0.1이 여기의 momentum=0.9이다.
    바로 앞의 Affine이 더한 b는 평균을 뺄 때 사라지므로 그 b의 기울기는 정확히 0이다.
    γ는 1, β는 0에서 시작하고 둘 다 규제하지 않는다.

    출처: Ioffe, Szegedy (2015), Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift.

    >>> layer = BatchNorm(1, eps=1e-12, dtype=np.float64)
    >>> layer.forward([[1.0], [3.0]], training=True).round(6)             # 평균 2, 표준편차 1
    array([[-1.],
           [ 1.]])
    >>> layer.running_mean                                                # 0.9·0 + 0.1·2
    array([0.2])
    """

    n_in: int
    n_out: int

    def __init__(
        self,
        n_features: int,
        *,
        momentum: float = 0.9,
        eps: float = 1e-5,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.n_in = self.n_out = check_count("n_features", n_features)
        self.momentum = check_number("momentum", momentum, low=0, high=1, high_open=True)
        self.eps = check_number("eps", eps, low=0, low_open=True)
        kind = check_dtype(dtype)
        self.gamma = Parameter(np.ones(n_features, dtype=kind), name="gamma", penalized=False)
        self.beta = Parameter(np.zeros(n_features, dtype=kind), name="beta", penalized=False)
        self.running_mean: Array = np.zeros(n_features, dtype=kind)
        self.running_var: Array = np.ones(n_features, dtype=kind)
        self._x_hat: Array | None = None
        self._std: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        x = as_array("x", x, dtype=self.gamma.dtype, n_columns=self.n_in)
        if not training:
            self._x_hat = self._std = None
            std = np.sqrt(self.running_var + self.eps)
            return self.gamma.value * ((x - self.running_mean) / std) + self.beta.value
        if x.shape[0] < 2:
            raise ValueError(
                "x: 훈련할 때는 미니배치에 샘플이 2개 이상이어야 합니다. "
                f"받은 shape={x.shape}. 마지막 미니배치가 1개로 남지 않는 batch_size를 고르세요"
            )
        mean, var = x.mean(axis=0), x.var(axis=0)
        self.running_mean[:] = self.momentum * self.running_mean + (1 - self.momentum) * mean
        self.running_var[:] = self.momentum * self.running_var + (1 - self.momentum) * var
        self._std = np.sqrt(var + self.eps)
        self._x_hat = (x - mean) / self._std
        return self.gamma.value * self._x_hat + self.beta.value

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        x_hat, std = self._recorded(self._x_hat), self._recorded(self._std)
        dout = self._matching(dout, x_hat)
        np.sum(dout * x_hat, axis=0, out=self.gamma.grad)  # ∂L/∂γ = Σₙ ∂L/∂outₙ x̂ₙ
        np.sum(dout, axis=0, out=self.beta.grad)  # ∂L/∂β = Σₙ ∂L/∂outₙ
        if not input_grad:
            return None
        d_hat = dout * self.gamma.value  # ∂L/∂x̂ = γ ∂L/∂out
        # μ와 σ도 x의 함수이므로 두 평균을 뺀다: ∂L/∂x = (d − mean(d) − x̂ mean(d x̂)) / σ
        return (d_hat - d_hat.mean(axis=0) - x_hat * (d_hat * x_hat).mean(axis=0)) / std

    def parameters(self) -> list[Parameter]:
        return [self.gamma, self.beta]

    def buffers(self) -> dict[str, Array]:
        return {"running_mean": self.running_mean, "running_var": self.running_var}

    def __repr__(self) -> str:
        return f"BatchNorm({self.n_in})"
