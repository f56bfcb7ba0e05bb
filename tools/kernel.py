"""노트북을 실행하는 커널의 명령과 환경을 한곳에서 정한다. refresh와 nbval이 함께 쓴다."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

CELL_TIMEOUT = 120
# 그림의 text/plain을 그려진 데이터의 요약으로 바꾸는 IPython 확장. 독자의 커널은 읽지 않는다
FIGURE_TEXT = "deepnote_lib._figure_text"


def kernel_environment() -> dict[str, str]:
    """커널에 더할 환경 변수. 다른 컴퓨터에서도 같은 수가 찍히도록 BLAS의 계산 순서를 고정한다."""
    extra = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    if platform.machine().lower() in {"x86_64", "amd64"}:
        extra["OPENBLAS_CORETYPE"] = "Haswell"
    return extra


def apply_environment() -> None:
    """지금 프로세스에 환경을 적는다. 뒤에 뜨는 커널이 물려받고, MPLBACKEND는 inline으로 둔다."""
    os.environ.update(kernel_environment())
    os.environ.pop("MPLBACKEND", None)


class CurrentPythonSpecs(KernelSpecManager):
    """커널 이름이 무엇이든 지금 돌고 있는 파이썬을 쓴다. 설치된 kernelspec은 보지 않는다.

    확장을 읽지 못하면 커널이 뜨지 않는다. 그대로 두면 요약이 없는 출력이 저장된다.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv += [
            "--IPKernelApp.log_level=ERROR",
            f"--IPKernelApp.extra_extensions={FIGURE_TEXT}",
            "--IPKernelApp.reraise_ipython_extension_failures=True",
        ]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def required_data(metadata: Mapping[str, Any]) -> list[str]:
    """노트북의 `deepnote.requires`에 적힌 데이터 이름."""
    return list(metadata.get("deepnote", {}).get("requires", []))


def missing_data(names: Iterable[str]) -> list[str]:
    """이름 가운데 아직 내려받지 않은 데이터."""
    names = list(names)
    if not names:
        return []
    from deepnote_lib import datasets

    return [name for name in names if not datasets.is_available(name)]
