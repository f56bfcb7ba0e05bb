"""숫자를 재현하는 환경 변수. NumPy를 import하기 전에 정해야 효과가 있다.

스레드 하나와 같은 BLAS 커널을 쓰면 다른 컴퓨터에서도 덧셈의 순서가 같아 같은 수가 나온다.
두 코어에서 테스트 둘이 스레드를 둘씩 쓰면 훈련이 수십 배 느려지기도 한다.
"""

from __future__ import annotations

import os
import platform


def blas_environment(machine: str | None = None) -> dict[str, str]:
    """BLAS를 고정하는 환경 변수. Makefile의 export와 같다."""
    extra = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if (machine or platform.machine()).lower() in {"x86_64", "amd64"}:
        extra["OPENBLAS_CORETYPE"] = "Haswell"
    return extra


def kernel_environment() -> dict[str, str]:
    """노트북의 커널에 더할 환경 변수. 집합의 순서까지 같게 한다."""
    return {**blas_environment(), "PYTHONHASHSEED": "0"}


def apply_environment() -> None:
    """지금 프로세스에 환경을 적는다. 뒤에 뜨는 커널이 물려받고, MPLBACKEND는 inline으로 둔다."""
    os.environ.update(kernel_environment())
    os.environ.pop("MPLBACKEND", None)
