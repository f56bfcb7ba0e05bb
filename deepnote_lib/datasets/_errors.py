"""데이터를 얻지 못했을 때의 예외 하나. 무엇이, 어디에, 어떻게 할지를 늘 함께 말한다."""

from __future__ import annotations

from collections.abc import Sequence


class DatasetError(OSError):
    """데이터 파일을 찾거나, 내려받거나, 읽지 못했다."""


def dataset_error(what: str, *, where: str | None = None, todo: Sequence[str]) -> DatasetError:
    """무슨 일인지(what), 파일이 있을 자리(where), 할 일(todo)을 한 문장씩 담은 예외를 만든다.

    Examples
    --------
    >>> print(dataset_error("mnist: 파일이 없습니다.", where="/data/a.gz", todo=["파일을 두세요.", "다시 실행하세요."]))
    mnist: 파일이 없습니다.
      파일 자리: /data/a.gz
      할 일 1: 파일을 두세요.
      할 일 2: 다시 실행하세요.
    """
    lines = [what]
    if where is not None:
        lines.append(f"  파일 자리: {where}")
    lines += [f"  할 일 {i}: {step}" for i, step in enumerate(todo, start=1)]
    return DatasetError("\n".join(lines))
