"""명령줄: `python -m deepnote_lib doctor`(환경 진단)와 `python -m deepnote_lib data`(데이터 받기)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from deepnote_lib import doctor
from deepnote_lib._console import tolerate_narrow_encoding


def main(argv: Sequence[str] | None = None) -> int:
    """명령을 실행하고 종료 코드를 돌려준다. 0은 성공, 1은 실패다.

    Parameters
    ----------
    argv : 문자열의 목록, 기본 None
        명령줄 인수. None이면 sys.argv에서 읽는다.

    Raises
    ------
    SystemExit
        명령이나 데이터셋의 이름이 틀렸을 때(종료 코드 2).
    """
    tolerate_narrow_encoding()

    parser = argparse.ArgumentParser(prog="python -m deepnote_lib", description="딥노트의 명령")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor", help="실행 환경을 진단한다")
    data = commands.add_parser("data", help="데이터를 내려받고 SHA-256을 확인한다")
    data.add_argument(
        "dataset", nargs="?", default="mnist", choices=["mnist", "fashion-mnist"], help="기본 mnist"
    )
    data.add_argument("--quiet", action="store_true", help="진행 막대를 보이지 않는다")
    arguments = parser.parse_args(argv)

    if arguments.command == "doctor":
        report, healthy = doctor.diagnose()
        sys.stdout.write(report + "\n")
        return 0 if healthy else 1
    return _data(arguments.dataset, progress=not arguments.quiet)


def _data(dataset: str, *, progress: bool) -> int:
    # doctor는 NumPy가 깨져 있어도 돌아야 하므로, NumPy를 쓰는 datasets는 여기서 불러온다
    from deepnote_lib.datasets import DatasetError, download

    try:
        for file in download.FILES:
            path, _ = download.fetch(dataset, file, progress=progress)
            sys.stdout.write(f"{path}: SHA-256이 맞습니다\n")
    except DatasetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
