"""명령줄 모듈이 함께 쓰는 콘솔의 준비."""

from __future__ import annotations

import contextlib
import sys


def tolerate_narrow_encoding() -> None:
    """cp949 콘솔이 담지 못하는 글자에서 멈추지 않고 ?를 쓰게 한다."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # Jupyter의 출력에는 없는 메서드이다
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
