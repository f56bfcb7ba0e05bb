"""MNIST가 쓰는 IDX 형식을 읽는다. 머리말의 매직 넘버와 크기가 내용과 맞는지 확인한다.

형식: 0, 0, 타입(8 = uint8), 차원 수(각 1바이트) → 축마다 길이(빅엔디언 4바이트) → 값.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib

import numpy as np
import numpy.typing as npt

UINT8 = 8


def read_idx(data: bytes, *, name: str, ndim: int) -> npt.NDArray[np.uint8]:
    """gzip으로 묶인 IDX 바이트를 uint8 배열로 읽는다.

    Parameters
    ----------
    data : bytes
        `*-ubyte.gz` 파일의 내용 전체.
    name : str
        오류 메시지에 쓸 파일 이름.
    ndim : int
        있어야 할 차원 수. 사진은 3, 레이블은 1이다.

    Returns
    -------
    ndarray of uint8
        읽기 전용 배열. 사진은 (N, 높이, 너비), 레이블은 (N,)이다.

    Raises
    ------
    ValueError
        gzip이 아니거나, 잘렸거나, 매직 넘버나 크기가 맞지 않을 때.

    References
    ----------
    Y. LeCun, C. Cortes, C. Burges, THE MNIST DATABASE of handwritten digits, "FILE FORMATS".

    Examples
    --------
    >>> raw = bytes([0, 0, 8, 1, 0, 0, 0, 3]) + bytes([5, 0, 4])
    >>> read_idx(gzip.compress(raw), name="labels.gz", ndim=1)
    array([5, 0, 4], dtype=uint8)
    """
    try:
        raw = gzip.decompress(data)
    except EOFError as error:
        raise ValueError(f"{name}: 파일이 중간에 잘렸습니다. 받은 크기={len(data):,}바이트") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{name}: 올바른 gzip 파일이어야 합니다. 첫 바이트={data[:4].hex()}") from error
    header = 4 + 4 * ndim
    expected_magic = bytes([0, 0, UINT8, ndim])
    if raw[:4] != expected_magic or len(raw) < header:
        raise ValueError(
            f"{name}: IDX 매직 넘버가 {expected_magic.hex()}이고 머리말이 {header}바이트여야 합니다. "
            f"받은 값={raw[:4].hex()}, 전체 {len(raw):,}바이트"
        )
    shape = struct.unpack(f">{ndim}I", raw[4:header])
    if len(raw) - header != math.prod(shape):
        raise ValueError(
            f"{name}: 머리말의 크기 {shape}이면 값이 {math.prod(shape):,}개여야 합니다. "
            f"받은 개수={len(raw) - header:,}"
        )
    return np.frombuffer(raw, dtype=np.uint8, offset=header).reshape(shape)
