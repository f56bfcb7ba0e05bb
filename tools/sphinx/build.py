"""책을 빌드한다: 경고가 있으면 실패하고, 실패한 빌드는 다음 빌드를 속일 것을 남기지 않는다."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.facts.repository import ROOT
from tools.rules.built import html_folder

COMMAND = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
OPTIONS = ("-W", "-n", "--keep-going", "--quiet")


def build(root: Path = ROOT) -> bool:
    """책을 빌드하고 경고 없이 끝났는지를 반환한다. 도구의 말은 그대로 화면에 나온다."""
    command = [sys.executable, "-c", COMMAND, "build", str(root), *OPTIONS]
    if subprocess.run(command, cwd=root, check=False).returncode == 0:
        return True
    # 캐시가 남으면 다음 빌드가 그 페이지를 다시 읽지 않아 경고를 놓친다
    shutil.rmtree(root / "_build" / ".doctrees", ignore_errors=True)
    # 첫 빌드가 글을 읽다가 멈추면 _static이 폴더가 아니라 파일로 남아 다음 빌드까지 막는다
    if not (html_folder(root) / "_static").is_dir():
        shutil.rmtree(html_folder(root), ignore_errors=True)
    return False
