"""페이지마다, 무엇이 저장된 출력과 마지막으로 같았는지의 기록(book/verified.json).

값은 그때의 해시다. 지금의 해시와 다르면 그 뒤로 코드가 달라진 것이므로 다시 확인해야 한다.
"""

from __future__ import annotations

import json
from pathlib import Path

from tools.facts.repository import BOOK

PATH = BOOK / "verified.json"
Record = dict[str, dict[str, str]]  # 페이지(`softmax/softmax`) → 무엇(`learner`) → 해시


def read(path: Path = PATH) -> Record:
    """기록. 아직 없으면 비어 있다."""
    if not path.is_file():
        return {}
    found: Record = json.loads(path.read_text(encoding="utf-8"))
    return found


def write(page: str, what: str, digest: str, path: Path = PATH) -> None:
    """한 페이지의 기록을 더한다. 도중에 멈춰도 그때까지의 기록은 남는다."""
    record = read(path)
    record.setdefault(page, {})[what] = digest
    lines = [
        f" {json.dumps(name)}: {json.dumps(record[name], sort_keys=True)}"
        for name in sorted(record)
    ]
    temporary = path.with_suffix(".tmp")
    temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    temporary.replace(path)
