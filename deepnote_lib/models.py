"""모델: 층을 차례로 이어 붙인 것 (오차역전파법 장).

Sequential도 하나의 층이라 forward, backward, parameters를 그대로 가진다. 거기에 추론, 층별 활성화
보기, 구조 출력, 저장과 불러오기를 더했다.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from deepnote_lib import layers
from deepnote_lib._checks import as_array, check_count, check_finite, make_rng, shown
from deepnote_lib._files import read_npz, write_npz
from deepnote_lib._text import format_table
from deepnote_lib._typing import Array, Initializer, IntArray, Rng
from deepnote_lib.activations import sigmoid, softmax
from deepnote_lib.initializers import he_normal
from deepnote_lib.layers import Affine, Chain, Layer, ReLU

__all__ = ["ModelFileError", "Sequential", "mlp"]


class ModelFileError(ValueError):
    """모델 파일을 읽을 수 없다: 없거나, 손상되었거나, 이 모델과 구조가 다르다."""


class Sequential(Chain):
    """층을 차례로 잇는다: 순전파는 앞에서 뒤로, 역전파는 뒤에서 앞으로 지나간다.

    `model[0]`은 첫 층이다. 같은 층 객체를 두 번 넣을 수 없다(기울기를 덮어쓰기 때문).

    >>> from deepnote_lib.layers import Affine, ReLU
    >>> model = Sequential(Affine(4, 5, rng=0), ReLU(), Affine(5, 3, rng=1))
    >>> model
    Sequential(Affine(4→5), ReLU, Affine(5→3))  매개변수 43개
    >>> model.predict(np.zeros((2, 4)))
    array([0, 0])
    """

    def predict(self, x: npt.ArrayLike) -> IntArray:
        """클래스 번호 (N,): 로짓이 가장 큰 열, 출력 열이 하나면 z > 0."""
        z = self._outputs(x)
        return (z[:, 0] > 0).astype(np.int64) if z.shape[1] == 1 else z.argmax(axis=1)

    def predict_proba(self, x: npt.ArrayLike) -> Array:
        """클래스의 확률 (N, K): softmax(z). 출력 열이 하나면 클래스 1의 확률 σ(z) (N,)."""
        z = self._outputs(x)
        return sigmoid(z[:, 0]) if z.shape[1] == 1 else softmax(z)

    def trace(self, x: npt.ArrayLike) -> Iterator[tuple[str, Array]]:
        """층을 하나씩 지나며 (층 이름, 그 층의 출력)을 낸다. 추론 방식으로 계산한다.

        >>> [(name, a.shape) for name, a in mlp(4, 5, 3, rng=0).trace(np.zeros((2, 4)))]
        [('Affine', (2, 5)), ('ReLU', (2, 5)), ('Affine', (2, 3))]
        """
        a = as_array("x", x, dtype=self.dtype)
        for layer in self.layers:
            a = layer.forward(a)
            yield type(layer).__name__, a

    def summary(self) -> str:
        """층마다 한 줄씩 출력의 shape과 매개변수의 수를 적은 표.

        >>> print(mlp(4, 5, 3, rng=0).summary())
        층           출력    매개변수
        Affine(4→5)  (N, 5)        25
        ReLU         (N, 5)         0
        Affine(5→3)  (N, 3)        18
        합계                       43
        """
        rows, width = [("층", "출력", "매개변수")], self.n_in
        for layer in self.layers:
            width = width if layer.n_out is None else layer.n_out
            label = type(layer).__name__ if isinstance(layer, Sequential) else repr(layer)
            shape = "(N, ?)" if width is None else f"(N, {width})"
            rows.append((label, shape, f"{_count(layer):,}"))
        rows.append(("합계", "", f"{_count(self):,}"))
        return format_table(rows, right=(2,))

    def save(self, path: str | os.PathLike[str]) -> None:
        """매개변수와 이동 평균을 .npz 파일 하나에 적는다(pickle 없이). 실패하면 이전 파일이 그대로 남는다."""
        write_npz(path, self.state() | {"layers": np.array(self._layer_names())}, ModelFileError)

    def load(self, path: str | os.PathLike[str]) -> None:
        """save로 적은 파일을 같은 구조의 모델에 불러온다. 실패하면 ModelFileError이고 모델은 그대로이다.

        >>> import tempfile
        >>> a, b = mlp(4, 3, rng=0), mlp(4, 3, rng=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     a.save(f"{folder}/model.npz")
        ...     b.load(f"{folder}/model.npz")
        >>> np.array_equal(a[0].W, b[0].W)
        True
        """
        stored, arrays = read_npz(path, ModelFileError), self.state()
        names = [str(name) for name in np.ravel(stored.pop("layers", []))]
        if names != self._layer_names() or set(stored) != set(arrays):
            raise ModelFileError(
                f"path: 저장된 모델의 층은 {', '.join(self._layer_names())}이어야 합니다. "
                f"받은 층={', '.join(names) or '알 수 없음'}"
            )
        for name, array in arrays.items():
            new = stored[name]
            if new.shape != array.shape or new.dtype != array.dtype:
                raise ModelFileError(
                    f"path: {name}의 값은 shape={array.shape}, dtype={array.dtype}이어야 합니다. "
                    f"받은 shape={new.shape}, dtype={new.dtype}"
                )
        for name, array in arrays.items():  # 모두 확인한 다음에야 제자리에 적는다
            array[...] = stored[name]

    def _layer_names(self) -> list[str]:
        return [type(layer).__name__ for layer in self.layers]

    def _outputs(self, x: npt.ArrayLike) -> Array:
        x = check_finite("x", as_array("x", x, dtype=self.dtype))
        with np.errstate(over="ignore", invalid="ignore"):
            z = self.forward(x)
        if z.ndim != 2 or z.shape[1] == 0:
            raise ValueError(
                f"x: 출력이 (N, K)가 되는 입력이어야 합니다. 받은 출력의 shape={z.shape}"
            )
        return z

    def __repr__(self) -> str:
        return f"{super().__repr__()}  매개변수 {_count(self):,}개"


def _count(layer: Layer) -> int:
    return sum(p.value.size for p in layer.parameters())


def mlp(
    n_in: int,
    *sizes: int,
    activation: type[Layer] = ReLU,
    init: Initializer = he_normal,
    rng: Rng = None,
    dtype: npt.DTypeLike = np.float32,
) -> Sequential:
    """다층 퍼셉트론: Affine 사이마다 활성화를 넣고, 마지막 Affine은 로짓을 그대로 낸다.

    Parameters
    ----------
    sizes
        층마다의 출력 열 수. 마지막이 클래스의 수이다.
    activation
        은닉층의 활성화 **클래스**. `activation()`으로 층마다 새로 만든다.
    rng
        난수 하나로 모든 층을 차례로 뽑으므로 정수를 주어도 층마다 값이 다르다.

    >>> mlp(64, 100, 10, rng=0)
    Sequential(Affine(64→100), ReLU, Affine(100→10))  매개변수 7,510개
    """
    check_count("n_in", n_in)
    if not sizes:
        raise ValueError(
            f"sizes: 출력의 열 수가 하나 이상 있어야 합니다(예: mlp(64, 100, 10)). 받은 값=mlp({n_in})"
        )
    rng = make_rng(rng)
    stack: list[Layer] = [Affine(n_in, sizes[0], init=init, rng=rng, dtype=dtype)]
    for before, after in pairwise(sizes):
        stack += [_hidden(activation), Affine(before, after, init=init, rng=rng, dtype=dtype)]
    return Sequential(*stack)


def _hidden(activation: type[Layer]) -> Layer:
    """활성화 층 하나. 함수 relu나 객체 ReLU()를 건넸으면 무엇을 건네야 하는지 말한다."""
    try:
        made = activation() if callable(activation) else None
    except TypeError:
        made = None
    if isinstance(made, Layer):
        return made
    name = getattr(activation, "__name__", type(activation).__name__)
    known = {known.lower(): known for known in layers.__all__}
    cure = f". layers.{known[name.lower()]}를 괄호 없이 건네세요" if name.lower() in known else ""
    raise TypeError(
        f"activation: ReLU 같은 층 클래스여야 합니다. 받은 값={shown(activation)}{cure}"
    )
