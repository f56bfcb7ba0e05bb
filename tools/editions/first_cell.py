"""노트북의 맨 앞에 넣는 셀: deepnote_lib를 찾고, 없으면 책이 싣는 wheel로 설치한다."""

from __future__ import annotations

from pathlib import Path

from tools.editions.wheel import FOLDER, sha256
from tools.facts.repository import site

NAME = "install"  # 셀의 id. 다른 셀과 가려 낼 때 쓴다
# 읽는 사람에게는 준비일 뿐이므로 접어 둔다: JupyterLab과 Colab이 저마다의 열쇠를 본다
METADATA = {"jupyter": {"source_hidden": True}, "cellView": "form"}
# 노트북의 변수와 섞이지 않도록 이름은 `_`로 시작한다. 패키지가 있으면 아무것도 출력하지 않는다
SOURCE = """\
# @title 준비: deepnote_lib를 찾고, 없으면 설치합니다
import importlib.util as _find
import pathlib as _path
import subprocess as _run
import sys as _sys

_file = "{name}"
_address = "{folder}/{name}"
_hash = "{digest}"
if _find.find_spec("deepnote_lib") is None:
    _here = [_path.Path(_file), *(p / "{wheels}" / _file for p in _path.Path.cwd().parents)]
    _from = next((p.resolve().as_uri() for p in _here if p.is_file()), _address)
    _done = _run.run(
        [_sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         f"{{_from}}#sha256={{_hash}}"],
        capture_output=True, text=True, encoding="utf-8", errors="replace",
    )
    if _done.returncode:
        raise ModuleNotFoundError(
            "deepnote_lib를 설치하지 못했습니다. 파이썬이 3.11 이상인지, 인터넷에 연결되어 있는지 "
            "확인하고 이 셀을 다시 실행하세요.\\n인터넷이 없는 컴퓨터라면 다른 곳에서 "
            f"{{_address}} 파일을 받아 이 노트북과 같은 폴더에 두고 다시 실행하세요.\\n"
            "pip이 남긴 말: " + (_done.stderr.strip() or "없음").splitlines()[-1]
        )"""


def first_cell(wheel: Path) -> str:
    """wheel 하나를 설치하는 셀. 받은 파일이 그 wheel이 맞는지 pip이 해시로 확인한다."""
    return SOURCE.format(
        name=wheel.name,
        folder=f"{site()}/_static/{FOLDER}",
        wheels=FOLDER,
        digest=sha256(wheel),
    )
