"""MNIST 손글씨와 Fashion-MNIST 옷 사진. 28×28 흑백 70,000장을 같은 형식으로 돌려준다.

파일을 찾고 내려받는 일은 `download`가, 형식을 읽는 일은 `idx`가 한다.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib._typing import Array, IntArray
from deepnote_lib.datasets import download
from deepnote_lib.datasets._errors import dataset_error
from deepnote_lib.datasets.idx import read_idx

N_CLASSES = 10
Pair = tuple[Array, IntArray]


def mnist(
    *, flatten: bool = True, dtype: npt.DTypeLike = np.float32, progress: bool = True
) -> tuple[Pair, Pair]:
    """MNIST 손글씨 숫자(훈련 60,000장, 테스트 10,000장)를 돌려준다. 없으면 11 MB를 내려받는다.

    x = 화소 / 255

    Parameters
    ----------
    flatten : bool, 기본 True
        참이면 (N, 784), 거짓이면 (N, 28, 28).
    dtype : 실수 dtype, 기본 float32
        x의 dtype. float32면 훈련 데이터가 188 MB, float64면 376 MB다.
    progress : bool, 기본 True
        내려받을 때 진행 막대를 보인다.

    Returns
    -------
    (x, y), (x_test, y_test)
        x는 0~1(바탕이 0, 글씨가 1에 가깝다), y는 int64 (N,), 0~9.

    Raises
    ------
    DatasetError
        파일이 깨졌거나, 내려받거나 저장하지 못했을 때. 무엇을 어디에 두면 되는지 함께 알린다.
    TypeError
        dtype이 실수가 아닐 때.

    Notes
    -----
    파일은 환경 변수 `DEEPNOTE_DATA`의 `mnist/` 폴더, 캐시, 인터넷의 차례로 찾고 SHA-256을 확인한다.
    MNIST는 CC BY-SA 3.0으로 공개되어 있다(Y. LeCun, C. Cortes).

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition,
    Proc. IEEE 86 (1998).

    Examples
    --------
    >>> (x, y), (x_test, y_test) = mnist()  # doctest: +SKIP
    >>> x.shape, x_test.shape  # doctest: +SKIP
    ((60000, 784), (10000, 784))
    """
    return _load("mnist", flatten, dtype, progress)


def fashion_mnist(
    *, flatten: bool = True, dtype: npt.DTypeLike = np.float32, progress: bool = True
) -> tuple[Pair, Pair]:
    """Fashion-MNIST 옷 사진(훈련 60,000장, 테스트 10,000장)을 돌려준다. 없으면 30 MB를 내려받는다.

    x = 화소 / 255

    Parameters
    ----------
    flatten : bool, 기본 True
        참이면 (N, 784), 거짓이면 (N, 28, 28).
    dtype : 실수 dtype, 기본 float32
        x의 dtype.
    progress : bool, 기본 True
        내려받을 때 진행 막대를 보인다.

    Returns
    -------
    (x, y), (x_test, y_test)
        x는 0~1, y는 int64 (N,), 0~9: 차례로 티셔츠, 바지, 풀오버, 드레스, 코트, 샌들, 셔츠, 운동화, 가방,
        앵클부츠.

    Raises
    ------
    DatasetError
        파일이 깨졌거나, 내려받거나 저장하지 못했을 때.
    TypeError
        dtype이 실수가 아닐 때.

    Notes
    -----
    파일을 찾는 차례는 `mnist`와 같고 폴더 이름은 `fashion-mnist/`다. MIT 라이선스다(Zalando SE).

    References
    ----------
    H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine
    learning algorithms (2017), arXiv:1708.07747.

    Examples
    --------
    >>> (x, y), _ = fashion_mnist(flatten=False)  # doctest: +SKIP
    >>> x.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    return _load("fashion-mnist", flatten, dtype, progress)


def is_available(name: str) -> bool:
    """네 파일이 모두 있어 내려받지 않고 쓸 수 있는지 알려 준다. 아무것도 내려받지 않는다.

    Parameters
    ----------
    name : str
        "mnist" 또는 "fashion_mnist"("fashion-mnist"도 된다).

    Returns
    -------
    bool
        모든 파일이 `DEEPNOTE_DATA`나 캐시에 있으면 True.

    Raises
    ------
    ValueError
        모르는 이름일 때.

    Notes
    -----
    캐시의 깨진 파일은 다시 받아야 하므로 없는 것으로 본다. `DEEPNOTE_DATA`의 깨진 파일은 있는 것으로 본다:
    다른 데이터로 조용히 넘어가지 않고, `mnist()`가 어느 파일이 왜 깨졌는지 알린다.

    Examples
    --------
    >>> is_available("mnist") in (True, False)
    True
    """
    dataset = name.replace("_", "-")
    if dataset not in download.SHA256:
        known = ", ".join(repr(key.replace("-", "_")) for key in download.SHA256)
        raise ValueError(f"name: {known} 가운데 하나여야 합니다. 받은 값={name!r}")
    try:
        return not download.missing_files(dataset)
    except OSError:
        # 캐시의 자리를 알 수 없으면(pooch가 없으면) 내려받을 수도 없다
        return False


def _load(dataset: str, flatten: bool, dtype: npt.DTypeLike, progress: bool) -> tuple[Pair, Pair]:
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise TypeError(f"dtype: 실수 dtype이어야 합니다. 받은 dtype={kind}")
    return (
        _pair(dataset, download.TRAIN_IMAGES, download.TRAIN_LABELS, flatten, kind, progress),
        _pair(dataset, download.TEST_IMAGES, download.TEST_LABELS, flatten, kind, progress),
    )


def _pair(
    dataset: str, images_file: str, labels_file: str, flatten: bool, dtype: np.dtype, progress: bool
) -> Pair:
    images_path, images_data = download.fetch(dataset, images_file, progress=progress)
    labels_path, labels_data = download.fetch(dataset, labels_file, progress=progress)
    try:
        images = read_idx(images_data, name=str(images_path), ndim=3)
        labels = read_idx(labels_data, name=str(labels_path), ndim=1)
        if len(images) != len(labels):
            raise ValueError(
                f"{labels_path}: 레이블 수가 사진 수 {len(images)}과 같아야 합니다. 받은 개수={len(labels)}"
            )
        if labels.size and labels.max() >= N_CLASSES:
            raise ValueError(f"{labels_path}: 레이블은 0~9여야 합니다. 받은 최댓값={labels.max()}")
    except ValueError as error:
        raise dataset_error(
            f"{dataset}: {error}", where=str(images_path.parent), todo=["원본 파일로 바꾸고 다시 실행하세요."]
        ) from error
    x = images.astype(dtype)
    x /= 255  # float32에서 바로 나눈다. float64를 거치면 메모리가 두 배 든다
    return (x.reshape(len(x), x.shape[1] * x.shape[2]) if flatten else x), labels.astype(np.int64)
