"""파일을 한 번에 바꿔치기한다: 도중에 실패해도 옛 파일이 그대로 남는다."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


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
