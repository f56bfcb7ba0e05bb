"""층을 차례로 잇는 모델."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_float
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.activations import sigmoid, softmax
from deepnote_lib.layers import Layer, Residual
from deepnote_lib.models._storage import read_npz, write_npz
from deepnote_lib.models._table import format_table
from deepnote_lib.parameter import Parameter


class Sequential(Layer):
    """층을 차례로 잇는다. 순전파는 앞에서 뒤로, 역전파는 뒤에서 앞으로 지나간다.

    Parameters
    ----------
    *layers : Layer
        하나 이상의 층. 같은 층 객체를 두 번 넣을 수 없다(기울기를 덮어쓰기 때문).

    Raises
    ------
    TypeError
        층 객체가 아닌 것(클래스 ReLU처럼)이 있거나 매개변수의 dtype이 섞였을 때.
    ValueError
        층이 없거나, 겹치거나, 앞 층의 출력 열 수와 뒤 층의 입력 열 수가 다를 때.

    Examples
    --------
    >>> from deepnote_lib.layers import Affine, ReLU
    >>> model = Sequential(Affine(4, 5, rng=0), ReLU(), Affine(5, 3, rng=1))
    >>> model
    Sequential(Affine(4→5), ReLU, Affine(5→3))  매개변수 43개
    >>> model.predict(np.zeros((2, 4)))
    array([0, 0])
    """

    def __init__(self, *layers: Layer) -> None:
        if not layers:
            raise ValueError("layers: 층이 하나 이상 있어야 합니다. 받은 층이 없습니다")
        width: int | None = None
        for i, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                got = f"클래스 {layer.__name__}" if isinstance(layer, type) else type(layer).__name__
                raise TypeError(f"layers: {i}번째는 층 객체여야 합니다(예: ReLU()). 받은 것={got}")
            if width is not None and layer.n_in is not None and layer.n_in != width:
                raise ValueError(
                    f"layers: {i}번째 {layer!r}의 n_in은 앞 층의 출력 열 수 {width}이어야 합니다. "
                    f"받은 n_in={layer.n_in}"
                )
            width = width if layer.n_out is None else layer.n_out
        self.layers = layers
        self.n_in = next((layer.n_in for layer in layers if layer.n_in is not None), None)
        self.n_out = width
        if len({id(p) for p in self.parameters()}) < len(self.parameters()) or len(
            {id(layer) for layer in layers}
        ) < len(layers):
            raise ValueError("layers: 같은 층 객체를 두 번 넣을 수 없습니다. 층마다 새로 만드세요")
        kinds = {str(p.value.dtype) for p in self.parameters()}
        if len(kinds) > 1:
            raise TypeError(f"layers: dtype이 모두 같아야 합니다. 받은 dtype={', '.join(sorted(kinds))}")
        trained = (i for i, layer in enumerate(layers) if layer.parameters())
        self._first_trained = next(trained, 0)

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """매개변수의 dtype. 매개변수가 없으면 float64."""
        parameters = self.parameters()
        return parameters[0].value.dtype if parameters else np.dtype(np.float64)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, dout: Array, *, input_grad: bool = True) -> Array | None:
        d: Array | None = dout
        for i, layer in reversed(list(enumerate(self.layers))):
            if not input_grad and i == self._first_trained:  # 더 앞에는 고칠 매개변수가 없다
                layer.backward(d, input_grad=False)  # type: ignore[arg-type]
                return None
            d = layer.backward(d)  # type: ignore[arg-type]
        return d

    def parameters(self) -> list[Parameter]:
        return [p for layer in self.layers for p in layer.parameters()]

    def buffers(self) -> dict[str, Array]:
        return {
            f"{i}.{type(layer).__name__}.{name}": array
            for i, layer in enumerate(self.layers)
            for name, array in layer.buffers().items()
        }

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """자리와 층의 이름을 붙인 매개변수를 차례로 낸다.

        Returns
        -------
        (이름, Parameter)의 반복자
            이름은 "0.Affine.W" 꼴이고 모델 안에서 겹치지 않는다.

        Examples
        --------
        >>> from deepnote_lib.models import mlp
        >>> [name for name, _ in mlp(2, 3, rng=0).named_parameters()]
        ['0.Affine.W', '0.Affine.b']
        """
        for i, layer in enumerate(self.layers):
            prefix = f"{i}.{type(layer).__name__}"
            if isinstance(layer, (Sequential, Residual)):
                for name, p in layer.named_parameters():
                    yield f"{prefix}.{name}", p
            else:
                for p in layer.parameters():
                    yield f"{prefix}.{p.name}", p

    def predict(self, x: npt.ArrayLike) -> IntArray:
        """클래스 번호를 예측한다: 로짓이 가장 큰 열, 열이 하나면 z > 0.

        Parameters
        ----------
        x : 실수 배열, shape (N, n_in)
            모델의 dtype으로 한 번 바꿔 쓴다.

        Returns
        -------
        정수 배열, shape (N,)

        Raises
        ------
        TypeError, ValueError
            x가 수의 배열이 아니거나 shape이 맞지 않을 때.
        """
        z = self.forward(self._convert(x))
        return (z[:, 0] > 0).astype(np.int64) if z.shape[1] == 1 else z.argmax(axis=1)

    def predict_proba(self, x: npt.ArrayLike) -> Array:
        """클래스의 확률: softmax(z), 열이 하나면 σ(z).

        Parameters
        ----------
        x : 실수 배열, shape (N, n_in)

        Returns
        -------
        실수 배열, shape (N, K). 출력 열이 하나인 모델은 클래스 1의 확률 (N,).

        Raises
        ------
        TypeError, ValueError
            x가 수의 배열이 아니거나 shape이 맞지 않을 때.
        """
        z = self.forward(self._convert(x))
        return sigmoid(z[:, 0]) if z.shape[1] == 1 else softmax(z)

    def trace(self, x: npt.ArrayLike) -> Iterator[tuple[str, Array]]:
        """층을 하나씩 지나며 (층 이름, 그 층의 출력)을 낸다. 예측 방식으로 계산한다.

        Parameters
        ----------
        x : 실수 배열, shape (N, n_in)

        Returns
        -------
        (str, 실수 배열 (N, 그 층의 열 수))의 반복자

        Raises
        ------
        TypeError, ValueError
            x가 수의 배열이 아니거나 shape이 맞지 않을 때.

        Examples
        --------
        >>> from deepnote_lib.models import mlp
        >>> [(name, a.shape) for name, a in mlp(4, 5, 3, rng=0).trace(np.zeros((2, 4)))]
        [('Affine', (2, 5)), ('ReLU', (2, 5)), ('Affine', (2, 3))]
        """
        a = self._convert(x)
        for layer in self.layers:
            a = layer.forward(a)
            yield type(layer).__name__, a

    def summary(self) -> str:
        """층마다 한 줄씩 출력의 shape과 매개변수의 수를 적은 표.

        Returns
        -------
        str

        Examples
        --------
        >>> from deepnote_lib.models import mlp
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
        """매개변수와 이동 평균을 .npz 파일 하나에 적는다(pickle 없이).

        Parameters
        ----------
        path : 경로
            적힌 이름 그대로 쓴다. 다 쓴 다음에 이름을 바꾸므로, 도중에 멈춰도 옛 파일이 남는다.

        Raises
        ------
        OSError
            폴더가 없거나 쓸 수 없을 때.
        """
        write_npz(path, self._arrays() | {"layers": np.array(self._layer_names())})

    def load(self, path: str | os.PathLike[str]) -> None:
        """save로 적은 파일을 같은 구조의 모델에 불러온다. 실패하면 모델은 그대로이다.

        Parameters
        ----------
        path : 경로

        Raises
        ------
        FileNotFoundError
            파일이 없을 때.
        ValueError
            파일이 손상되었거나, 층의 구성·shape·dtype이 이 모델과 다를 때.

        Examples
        --------
        >>> import tempfile
        >>> from deepnote_lib.models import mlp
        >>> a, b = mlp(4, 3, rng=0), mlp(4, 3, rng=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     a.save(f"{folder}/model.npz")
        ...     b.load(f"{folder}/model.npz")
        >>> np.array_equal(a.layers[0].W.value, b.layers[0].W.value)
        True
        """
        stored, arrays = read_npz(path), self._arrays()
        names = [str(name) for name in stored.pop("layers", np.array([])).ravel()]
        if names != self._layer_names() or set(stored) != set(arrays):
            raise ValueError(
                f"path: 저장된 모델의 층은 {', '.join(self._layer_names())}이어야 합니다. "
                f"받은 층={', '.join(names) or '알 수 없음'}"
            )
        for name, array in arrays.items():
            new = stored[name]
            if new.shape != array.shape or new.dtype != array.dtype:
                raise ValueError(
                    f"path: {name}의 값은 shape={array.shape}, dtype={array.dtype}이어야 합니다. "
                    f"받은 shape={new.shape}, dtype={new.dtype}"
                )
        for name, array in arrays.items():  # 모두 확인한 다음에야 제자리에 적는다
            array[...] = stored[name]

    def _arrays(self) -> dict[str, npt.NDArray]:
        return {name: p.value for name, p in self.named_parameters()} | self.buffers()

    def _layer_names(self) -> list[str]:
        return [type(layer).__name__ for layer in self.layers]

    def _convert(self, x: npt.ArrayLike) -> Array:
        return check_float("x", x).astype(self.dtype, copy=False)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})  매개변수 {_count(self):,}개"


def _count(layer: Layer) -> int:
    return sum(p.value.size for p in layer.parameters())
