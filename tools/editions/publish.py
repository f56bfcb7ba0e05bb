"""펴낼 것을 모은다: 읽는 사람의 노트북과 지금까지의 모든 wheel. 이미 펴낸 wheel은 바꾸지 않는다.

사람들의 컴퓨터에 있는 노트북은 wheel의 이름과 해시를 지니고 있다. 같은 이름의 파일이 달라지거나 없어지면
그 노트북은 더는 설치되지 않는다.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.editions.compare import folders
from tools.editions.wheel import FOLDER, wheel_name
from tools.facts.repository import ROOT, address, site

KEPT = {".git", FOLDER}
README = """# 딥노트의 노트북

[책]({site})의 페이지마다 하나씩 있는 노트북입니다. 책을 펴낼 때마다 자동으로 새로 쓰므로, 고칠 것이 있으면
[저장소]({address}/issues)에 알려 주세요. 맨 위 셀이 `{folder}/`에 있는 `deepnote_lib`를 설치합니다.
"""


class PublishError(RuntimeError):
    """펴내면 이미 나간 노트북이 망가진다."""


def publish(target: Path, root: Path = ROOT) -> None:
    """노트북의 가지를 받아 둔 `target`을 새로 쓰고, 예전의 wheel을 사이트에도 싣는다."""
    html, notebooks = folders(root)
    static = html / "_static" / FOLDER
    current, before = static / wheel_name(root), target / FOLDER / wheel_name(root)
    if before.is_file() and before.read_bytes() != current.read_bytes():
        raise PublishError(
            f"{current.name}: 이미 펴낸 파일과 같아야 합니다. 라이브러리가 달라졌으므로 "
            "pyproject.toml과 deepnote_lib/__init__.py의 판 번호를 올리세요"
        )
    (target / FOLDER).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(current, before)
    for old in (target / FOLDER).glob("*.whl"):
        shutil.copyfile(old, static / old.name)
    for path in target.iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(notebooks / "learner", target, dirs_exist_ok=True)
    text = README.format(site=site(root), address=address(root), folder=FOLDER)
    (target / "README.md").write_text(text, encoding="utf-8")
