"""책이 함께 싣는 deepnote_lib의 wheel: 같은 소스에서는 언제나 같은 바이트가 나온다."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.facts.repository import ROOT

FOLDER = "wheels"  # 사이트의 _static과 노트북의 가지에서 wheel이 있는 폴더
DATE = (1980, 1, 1, 0, 0, 0)  # zip이 적을 수 있는 가장 이른 때
BACKEND = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


class WheelError(RuntimeError):
    """wheel을 만들지 못했다."""


def project(root: Path = ROOT) -> dict[str, Any]:
    """pyproject.toml의 [project]."""
    found: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    return found


def wheel_name(root: Path = ROOT) -> str:
    """wheel 파일의 이름.

    >>> wheel_name().startswith("deepnote_lib-"), wheel_name().endswith("-py3-none-any.whl")
    (True, True)
    """
    return f"deepnote_lib-{project(root)['version']}-py3-none-any.whl"


def sources(root: Path = ROOT) -> list[Path]:
    """wheel에 들어가거나 그 내용을 정하는 파일."""
    about = project(root)
    named = ["pyproject.toml", about["readme"], *about["license-files"]]
    package = [
        path
        for path in (root / "deepnote_lib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return sorted({*package, *(root / name for name in named)})


def source_digest(root: Path = ROOT) -> str:
    """파일들과 setuptools의 판에서 나온 해시."""
    digest = hashlib.sha256(version("setuptools").encode())
    for path in sources(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def repack(source: Path, target: Path) -> None:
    """zip을 다시 싼다. 시각과 권한, 만든 운영 체제가 바이트에 남지 않는다."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name), compresslevel=9)


def build(folder: Path, root: Path = ROOT) -> Path:
    """`folder`에 wheel을 만들고 그 경로를 반환한다. 소스가 그대로이면 있던 것을 쓴다.

    빌드 도구를 따로 내려받지 않도록 지금 환경의 setuptools를 쓰고, 저장소에 흔적을 남기지 않도록
    사본에서 만든다.
    """
    target, mark = folder / wheel_name(root), folder / "source.sha256"
    digest = source_digest(root)
    if target.is_file() and mark.is_file() and mark.read_text() == digest:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="deepnote-") as place:
        copy = Path(place, "source")
        for path in sources(root):
            (copy / path.relative_to(root)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy / path.relative_to(root))
        done = subprocess.run(
            [sys.executable, "-c", BACKEND, place],
            cwd=copy,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
            capture_output=True,
            text=True,
            check=False,
        )
        made = Path(place, target.name)
        if done.returncode or not made.is_file():
            raise WheelError(
                f"wheel: setuptools 77 이상으로 {target.name}이 만들어져야 합니다. "
                f"받은 것={done.stderr.strip().splitlines()[-1:] or done.stdout[-300:]}"
            )
        repack(made, target)
    for other in folder.glob("*.whl"):
        if other != target:
            other.unlink()
    mark.write_text(digest)
    return target


def sha256(path: Path) -> str:
    """파일의 SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
