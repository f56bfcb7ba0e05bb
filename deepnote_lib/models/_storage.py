"""배열의 묶음을 .npz 파일에 안전하게 적고 읽는다(pickle 없이, 한 번에 바꿔치기)."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from deepnote_lib._files import replacing


def write_npz(path: str | os.PathLike[str], arrays: Mapping[str, npt.NDArray]) -> None:
    """곁에 다 적은 다음 이름을 바꾼다. 도중에 실패하면 옛 파일이 그대로 남는다."""
    with replacing(path) as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def read_npz(path: str | os.PathLike[str]) -> dict[str, npt.NDArray]:
    """모든 배열을 읽는다. 없거나 손상된 파일은 무엇이 잘못됐는지 말하는 오류가 된다."""
    try:
        with open(path, "rb") as file:
            archive = np.load(file, allow_pickle=False)
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise FileNotFoundError(f"path: 저장된 모델 파일이어야 합니다. 받은 경로={path} (파일 없음)") from None
    except (ValueError, EOFError, KeyError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"path: save()로 적은 .npz 파일이어야 합니다. 받은 파일={path} (손상되었거나 다른 형식)"
        ) from error
