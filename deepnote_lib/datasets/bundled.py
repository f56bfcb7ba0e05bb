"""패키지에 들어 있는 두 데이터셋. 인터넷도 scikit-learn도 필요 없다.

두 함수 모두 ((x, y), (x_test, y_test))를 반환한다. test_size는 테스트 데이터의 비율(0과 1 사이)이나
개수(정수)이고, 클래스의 비율은 양쪽에서 같다(층화). 값과 순서는 scikit-learn의 load_digits,
load_breast_cancer와 같고, 라이선스는 둘 다 CC BY 4.0이다(`data/LICENSES.md`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from deepnote_lib._typing import Array, IntArray, Rng
from deepnote_lib.datasets._download import dataset_error, gunzip
from deepnote_lib.datasets.splits import split_indices

FOLDER = Path(__file__).parent / "data"
Pair = tuple[Array, IntArray]


def digits(*, test_size: float = 0.2, rng: Rng = None) -> tuple[Pair, Pair]:
    """8×8 손글씨 숫자 1,797장: x = 화소 / 16. x는 float32 (N, 64), 0~1이고 y는 int64 (N,), 0~9이다.

    훈련 데이터의 앞부분은 클래스가 고르지 않으므로, 몇 개만 쓰려면 `x[:n]` 대신
    `rng.permutation(len(x))[:n]`으로 고른다.

    출처: Alpaydin, Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository의 테스트 부분.

    >>> (x, y), (x_test, y_test) = digits(rng=0)
    >>> x.shape, x_test.shape, x.dtype
    ((1437, 64), (360, 64), dtype('float32'))
    """
    x, y = _read("digits")
    return _split((x / 16).astype(np.float32), y, test_size, rng)


def breast_cancer(*, test_size: float = 0.2, rng: Rng = None) -> tuple[Pair, Pair]:
    """유방 종양 569건의 진단. x는 float64 (N, 30), y는 int64 (N,), 0은 악성(212), 1은 양성(357).

    x는 측정한 값 그대로이므로 `standardize`로 표준화해서 쓴다. 여기서 양성(benign)은 해롭지 않은
    종양이라는 뜻이고, 검사 결과의 양성(positive)이 아니다.

    출처: Wolberg, Mangasarian, Street, Street (1993), Breast Cancer Wisconsin (Diagnostic), UCI
    Machine Learning Repository.

    >>> (x, y), (x_test, y_test) = breast_cancer(rng=0)
    >>> x.shape, x_test.shape
    ((455, 30), (114, 30))
    """
    x, y = _read("breast_cancer")
    return _split(x, y, test_size, rng)


def _read(name: str) -> Pair:
    """특성 float64와 마지막 열의 클래스 번호 int64."""
    path = FOLDER / f"{name}.csv.gz"
    try:
        lines = gunzip(path.read_bytes(), path.name).decode().splitlines()
        table = np.loadtxt(lines, delimiter=",")
    except (OSError, ValueError) as error:
        raise dataset_error(
            f"{name}: 패키지에 들어 있는 파일을 읽지 못했습니다 ({error}).",
            where=str(path),
            todo=["`python -m pip install --force-reinstall --no-deps .`으로 다시 설치하세요."],
        ) from error
    return table[:, :-1], table[:, -1].astype(np.int64)


def _split(x: Array, y: IntArray, test_size: float, rng: Rng) -> tuple[Pair, Pair]:
    train, test = split_indices(y, size=test_size, rng=rng, name="test_size")
    return (x[train], y[train]), (x[test], y[test])
