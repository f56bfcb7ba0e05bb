"""명령줄: `python -m deepnote_lib doctor`는 환경을 진단하고 `data`는 데이터를 내려받는다."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from deepnote_lib._console import tolerate_narrow_encoding
from deepnote_lib._doctor import diagnose


def main(argv: Sequence[str] | None = None) -> int:
    """명령을 실행하고 종료 코드를 반환한다. 0은 성공, 1은 실패이고, 틀린 명령은 2로 끝난다."""
    tolerate_narrow_encoding()
    parser = argparse.ArgumentParser(prog="python -m deepnote_lib", description="딥노트의 명령")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor", help="실행 환경을 진단한다")
    data = commands.add_parser("data", help="데이터를 내려받고 SHA-256을 확인한다")
    names = ["mnist", "fashion-mnist"]
    data.add_argument("dataset", nargs="?", default="mnist", choices=names, help="기본값은 mnist")
    data.add_argument("--quiet", action="store_true", help="진행 막대를 보이지 않는다")
    arguments = parser.parse_args(argv)

    if arguments.command == "doctor":
        report, healthy = diagnose()
        sys.stdout.write(report + "\n")
        return 0 if healthy else 1
    return _data(arguments.dataset, progress=not arguments.quiet)


def _data(dataset: str, *, progress: bool) -> int:
    # doctor는 NumPy가 손상되어도 실행되어야 하므로, NumPy를 쓰는 datasets는 여기서 import한다
    from deepnote_lib.datasets._download import FILES, DatasetError, fetch

    try:
        for file in FILES:
            path, _ = fetch(dataset, file, progress=progress)
            sys.stdout.write(f"{path}: SHA-256이 맞습니다\n")
    except DatasetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
