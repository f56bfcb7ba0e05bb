"""읽는 사람의 환경: 책이 권하는 것만 설치하고, deepnote_lib는 노트북의 맨 앞 셀이 설치하게 둔다."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tools.editions.wheel import project
from tools.facts.repository import ROOT

EXTRA = "notebook"


class LearnerError(RuntimeError):
    """읽는 사람의 환경을 만들지 못했다."""


def packages(root: Path = ROOT) -> list[str]:
    """`deepnote-lib[notebook]`이 함께 설치하는 것."""
    about = project(root)
    return [*about["dependencies"], *about["optional-dependencies"][EXTRA]]


def pins(root: Path = ROOT) -> list[str]:
    """requirements.txt가 고정한 버전. 출력을 그대로 비교하려면 버전이 같아야 한다."""
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    return re.findall(r"(?m)^[\w.-]+==[^\s#]+", text)


def python_of(folder: Path) -> Path:
    """가상 환경의 파이썬."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str) -> None:
    """명령을 실행한다. 실패하면 마지막 줄을 알린다."""
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "없음").splitlines()[-1]
        raise LearnerError(f"읽는 사람의 환경을 만들지 못했습니다. 받은 말: {said}")


def prepare(folder: Path, root: Path = ROOT) -> Path:
    """환경을 만들고 그 파이썬을 반환한다. 이미 있으면 deepnote_lib만 지운다."""
    python, mark = python_of(folder), folder / "packages.txt"
    wanted = "\n".join([sys.version, *packages(root), *pins(root)])
    if not mark.is_file() or mark.read_text(encoding="utf-8") != wanted:
        run(sys.executable, "-m", "venv", "--clear", str(folder))
        limits = folder / "constraints.txt"
        limits.write_text("\n".join(pins(root)) + "\n", encoding="utf-8")
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run(*install, "-c", str(limits), *packages(root))
        mark.write_text(wanted, encoding="utf-8")
    run(str(python), "-m", "pip", "uninstall", "--quiet", "--yes", "deepnote-lib")
    return python
