"""진도: 연습마다 시도한 횟수, 통과한 날, 했던 실수를 파일 하나에 적는다. 지우면 처음부터이다."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from deepnote_lib._files import replacing
from deepnote_lib._text import format_table

ENVIRONMENT = "DEEPNOTE_PROGRESS"
Entries = dict[str, dict[str, Any]]


def progress_file() -> Path:
    """진도 파일의 경로. 환경 변수 DEEPNOTE_PROGRESS에 적으면 그 파일이다."""
    if value := os.environ.get(ENVIRONMENT, "").strip():
        return Path(value).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return folder / "deepnote" / "progress.json"


def read(path: Path) -> tuple[Entries, str]:
    """적힌 진도와, 읽지 못했다면 그것을 알리는 문장."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entries, dict) or not all(map(_valid, entries.values())):
            raise ValueError("진도의 형식이 아니다")
    except FileNotFoundError:
        return {}, ""
    except OSError as reason:
        return {}, f"진도 파일을 읽지 못했습니다: {path} ({reason.strerror or reason})"
    except (ValueError, RecursionError):  # JSON과 인코딩의 오류도 ValueError이다
        aside = path.with_name(path.name + ".bad")
        with suppress(OSError):
            os.replace(path, aside)
        return {}, f"진도 파일이 손상되어 새로 시작합니다. 손상된 파일은 {aside}에 두었습니다"
    return entries, ""


def _valid(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("tries"), int)
        and isinstance(entry.get("passed"), str | None)
        and isinstance(entry.get("mistakes"), dict)
        and all(isinstance(count, int) for count in entry["mistakes"].values())
    )


def record(name: str, *, passed: bool, mistake: str | None) -> str:
    """시도 하나를 적는다. 문제가 있으면 그것을 알리는 문장을 반환한다."""
    path = progress_file()
    entries, trouble = read(path)
    entry = entries.setdefault(name, {"tries": 0, "passed": None, "mistakes": {}})
    entry["tries"] += 1
    if passed and entry["passed"] is None:
        entry["passed"] = date.today().isoformat()
    if mistake is not None:
        entry["mistakes"][mistake] = entry["mistakes"].get(mistake, 0) + 1
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(json.dumps(entries, ensure_ascii=False, indent=1).encode())
    except OSError as reason:
        return f"진도를 적지 못했습니다: {path} ({reason.strerror or reason})"
    return trouble


@dataclass(frozen=True, repr=False)
class Progress:
    """`progress()`의 결과: 통과한 연습 passed, 시도만 한 연습 tried, 남은 연습 left와 파일의 경로 path."""

    passed: tuple[str, ...]
    tried: tuple[str, ...]
    left: tuple[str, ...]
    path: Path
    rows: tuple[tuple[str, ...], ...]
    trouble: str

    def __repr__(self) -> str:
        total = len(self.passed) + len(self.tried) + len(self.left)
        head = [f"연습 {total}개 가운데 {len(self.passed)}개를 통과했습니다."]
        body = [format_table(self.rows, right=(3,))] if len(self.rows) > 1 else []
        foot = [f"기록: {self.path} (지우면 처음부터입니다)", *filter(None, [self.trouble])]
        return "\n".join([*head, *body, *foot])

    def _repr_html_(self) -> str:
        return f'<pre style="line-height: 1.5">{escape(repr(self))}</pre>'
