"""책을 빌드하는 Sphinx 확장. _config.yml의 `local_extensions`가 저장소의 뿌리에서 찾는다."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parents[1]


@functools.cache
def code_version() -> int:
    """확장과 확장이 읽는 모듈의 코드에서 나온 수."""
    digest = hashlib.sha256()
    files = [*(TOOLS / "facts").iterdir(), *(TOOLS / "sphinx").iterdir()]
    for path in sorted([*files, TOOLS / "rules" / "equations.py"]):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return int(digest.hexdigest()[:12], 16)


def metadata() -> dict[str, Any]:
    """확장이 Sphinx에게 알리는 것. 확장의 코드가 달라지면 책을 처음부터 다시 빌드하게 한다."""
    return {
        "version": "1",
        "env_version": code_version(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
