"""MNIST 손글씨와 Fashion-MNIST 옷 사진: 28×28 흑백 사진 70,000장을 같은 형식으로 읽는다.

두 함수 모두 ((x, y), (x_test, y_test))를 반환한다. x = 화소 / 255는 0~1이고 (N, 784), flatten이
거짓이면 (N, 28, 28)이다. y는 int64 (N,)이고 0~9이다. 파일은 환경 변수 `DEEPNOTE_DATA`의 폴더, 캐시,
인터넷의 순서로 찾으며, 얻지 못하면 무엇을 어디에 두면 되는지 알려 주는 DatasetError가 난다.
"""

from __future__ import annotations

import math
import struct

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_choice, check_dtype, check_flag
from deepnote_lib._typing import Array, IntArray
from deepnote_lib.datasets._download import (
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    dataset_error,
    fetch,
    gunzip,
    missing_files,
)

N_CLASSES = 10
UINT8 = 8  # IDX가 uint8에 매긴 번호
Pair = tuple[Array, IntArray]


def mnist(
    *, flatten: bool = True, dtype: npt.DTypeLike = np.float32, progress: bool = True
) -> tuple[Pair, Pair]:
    """MNIST 손글씨 숫자(훈련 60,000장, 테스트 10,000장). 없으면 11 MB를 내려받는다.

    바탕이 0이고 글씨가 1에 가깝다. 훈련 데이터의 x는 float32면 188 MB, float64면 376 MB이다.
    progress가 거짓이면 진행 막대를 보이지 않는다.

    출처: LeCun, Bottou, Bengio, Haffner (1998), Gradient-based learning applied to document
    recognition. 라이선스는 CC BY-SA 3.0이다(Y. LeCun, C. Cortes).

    >>> (x, y), (x_test, y_test) = mnist()  # doctest: +SKIP
    >>> x.shape, x_test.shape  # doctest: +SKIP
    ((60000, 784), (10000, 784))
    """
    return _load("mnist", flatten, dtype, progress)


def fashion_mnist(
    *, flatten: bool = True, dtype: npt.DTypeLike = np.float32, progress: bool = True
) -> tuple[Pair, Pair]:
    """Fashion-MNIST 옷 사진(훈련 60,000장, 테스트 10,000장). 없으면 30 MB를 내려받는다.

    클래스는 0부터 티셔츠, 바지, 풀오버, 드레스, 코트, 샌들, 셔츠, 운동화, 가방, 앵클부츠이다.

    출처: Xiao, Rasul, Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking
    machine learning algorithms. 라이선스는 MIT이다(Zalando SE).

    >>> (x, y), _ = fashion_mnist(flatten=False)  # doctest: +SKIP
    >>> x.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    return _load("fashion-mnist", flatten, dtype, progress)


def is_available(name: str) -> bool:
    """네 파일이 모두 있어 바로 쓸 수 있는지(name은 "mnist"나 "fashion_mnist"). 내려받지 않는다.

    캐시의 손상된 파일은 다시 받아야 하므로 없는 것으로 본다. `DEEPNOTE_DATA`의 손상된 파일은 있는
    것으로 본다: 조용히 건너뛰지 않고, `mnist()`가 어느 파일이 왜 손상되었는지 알린다.

    >>> is_available("mnist") in (True, False)
    True
    """
    dataset = check_choice("name", name, ("mnist", "fashion_mnist")).replace("_", "-")
    try:
        return not missing_files(dataset)
    except OSError:  # pooch가 없어 캐시의 위치를 모르면 내려받을 수도 없다
        return False


def read_idx(data: bytes, *, name: str, ndim: int) -> npt.NDArray[np.uint8]:
    """gzip으로 압축된 IDX 바이트를 읽기 전용 uint8 배열로 읽는다. name은 오류에 적을 파일 이름이다.

    형식: 0, 0, 타입(8 = uint8), 차원 수(각 1바이트), 축마다 길이(빅 엔디언 4바이트), 값. 헤더가
    ndim이나 내용의 크기와 맞지 않으면 ValueError가 난다.

    출처: LeCun, Cortes, Burges, THE MNIST DATABASE of handwritten digits, "FILE FORMATS".

    >>> import gzip
    >>> raw = bytes([0, 0, 8, 1, 0, 0, 0, 3]) + bytes([5, 0, 4])
    >>> read_idx(gzip.compress(raw), name="labels.gz", ndim=1)
    array([5, 0, 4], dtype=uint8)
    """
    raw = gunzip(data, name)
    header = 4 + 4 * ndim
    magic = bytes([0, 0, UINT8, ndim])
    if raw[:4] != magic or len(raw) < header:
        raise ValueError(
            f"{name}: IDX 매직 넘버가 {magic.hex()}이고 헤더가 {header}바이트여야 합니다. "
            f"받은 값={raw[:4].hex()}, 전체 {len(raw):,}바이트"
        )
    shape = struct.unpack(f">{ndim}I", raw[4:header])
    if len(raw) - header != math.prod(shape):
        raise ValueError(
            f"{name}: 헤더의 크기가 {shape}이면 값이 {math.prod(shape):,}개여야 합니다. "
            f"받은 개수={len(raw) - header:,}"
        )
    return np.frombuffer(raw, dtype=np.uint8, offset=header).reshape(shape)


def _load(dataset: str, flatten: bool, dtype: npt.DTypeLike, progress: bool) -> tuple[Pair, Pair]:
    kind = check_dtype(dtype)
    check_flag("flatten", flatten)
    check_flag("progress", progress)
    return (
        _pair(dataset, TRAIN_IMAGES, TRAIN_LABELS, flatten, kind, progress),
        _pair(dataset, TEST_IMAGES, TEST_LABELS, flatten, kind, progress),
    )


def _pair(
    dataset: str, images_file: str, labels_file: str, flatten: bool, dtype: np.dtype, progress: bool
) -> Pair:
    images_path, images_data = fetch(dataset, images_file, progress=progress)
    labels_path, labels_data = fetch(dataset, labels_file, progress=progress)
    try:
        images = read_idx(images_data, name=str(images_path), ndim=3)
        labels = read_idx(labels_data, name=str(labels_path), ndim=1)
        if len(images) != len(labels):
            raise ValueError(
                f"{labels_path}: 레이블 수는 사진 수 {len(images)}과 같아야 합니다. "
                f"받은 개수={len(labels)}"
            )
        if labels.size and labels.max() >= N_CLASSES:
            raise ValueError(
                f"{labels_path}: 레이블은 0~9 사이여야 합니다. 받은 최댓값={labels.max()}"
            )
    except ValueError as error:
        raise dataset_error(
            f"{dataset}: {error}",
            where=str(images_path.parent),
            todo=["원본 파일로 바꾸고 다시 실행하세요."],
        ) from error
    x = images.astype(dtype)
    x /= 255  # float32에서 바로 나눈다. float64를 거치면 메모리가 두 배 든다
    return (x.reshape(len(x), x.shape[1] * x.shape[2]) if flatten else x), labels.astype(np.int64)
