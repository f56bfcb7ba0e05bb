"""파일을 안전하게 적고 읽는다: 한 번에 바꿔치기하고, pickle을 쓰지 않고, 손상을 한국어로 알린다."""

from __future__ import annotations

import os
import secrets
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_path

# 손상된 .npz를 읽을 때 zipfile, zlib, NumPy가 내는 것들. 바이트를 2,000번 망가뜨려 모았다
DAMAGE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, OSError, MemoryError,
    OverflowError, NotImplementedError, RuntimeError, SyntaxError, tokenize.TokenError,
    zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """곁의 새 파일에 다 적은 다음 이름을 path로 바꾼다. 블록이 실패하면 곁의 파일만 지운다."""
    path = Path(path)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(partial, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def write_npz(
    path: str | os.PathLike[str], arrays: Mapping[str, npt.NDArray], error: type[Exception]
) -> None:
    """배열의 묶음을 적는다. 도중에 실패하면 이전 파일이 그대로 남고 `error`가 된다."""
    check_path("path", path)
    try:
        with replacing(path) as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
    except OSError as reason:
        raise error(
            f"path: 쓸 수 있는 경로여야 합니다. 받은 경로={path} ({reason.strerror or reason})"
        ) from reason


def read_npz(path: str | os.PathLike[str], error: type[Exception]) -> dict[str, npt.NDArray]:
    """모든 배열을 읽는다. 없거나 손상된 파일은 `error`가 된다."""
    check_path("path", path)
    try:
        file = open(path, "rb")  # noqa: SIM115
    except FileNotFoundError:
        raise error(f"path: 저장된 파일이어야 합니다. 받은 경로={path} (파일 없음)") from None
    except OSError as reason:
        raise error(
            f"path: 읽을 수 있는 파일이어야 합니다. 받은 경로={path} ({reason.strerror or reason})"
        ) from reason
    try:
        with file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # 망가진 헤더를 파이썬 2의 것으로 여겨 경고한다
            archive = np.load(file, allow_pickle=False)
            arrays = {name: archive[name] for name in archive.files}
            if not all(isinstance(array, np.ndarray) for array in arrays.values()):
                raise ValueError("배열이 아닌 파일이 들어 있다")  # np.load는 바이트로 읽는다
            return arrays
    except DAMAGE as reason:
        raise error(
            f"path: save()로 적은 .npz 파일이어야 합니다. 받은 파일={path} (손상되었거나 다른 형식)"
        ) from reason
