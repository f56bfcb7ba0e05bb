"""데이터 파일을 찾고, 없으면 내려받는다. 어디서 얻었든 SHA-256으로 내용을 확인한다.

`DEEPNOTE_DATA` 폴더, 캐시, 미러의 순서로 찾는다. 내려받은 내용은 해시가 맞을 때만 한 번에
저장하므로, 도중에 끊겨도 손상된 파일이 남지 않는다.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import importlib
import io
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deepnote_lib._files import replacing

ENVIRONMENT = "DEEPNOTE_DATA"
TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

SHA256 = {
    "mnist": {
        TRAIN_IMAGES: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        TRAIN_LABELS: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        TEST_IMAGES: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        TEST_LABELS: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
    "fashion-mnist": {
        TRAIN_IMAGES: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        TRAIN_LABELS: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        TEST_IMAGES: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        TEST_LABELS: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
}
# 앞의 것부터 쓴다. 마지막 것은 http뿐이지만 SHA-256이 내용을 보증한다
MIRRORS = {
    "mnist": (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    "fashion-mnist": (
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
}
TIMEOUT = 30  # 초. 이만큼 아무 바이트도 오지 않으면 다음 미러로 넘어간다


class DatasetError(OSError):
    """데이터 파일을 찾거나, 내려받거나, 읽지 못했다."""


def dataset_error(what: str, *, where: str | None = None, todo: Sequence[str]) -> DatasetError:
    """무슨 일인지(what), 파일의 위치(where), 할 일(todo)을 한 문장씩 담은 예외.

    >>> print(dataset_error("mnist: 파일이 없습니다.", where="/data/a.gz", todo=["파일을 두세요."]))
    mnist: 파일이 없습니다.
      파일 위치: /data/a.gz
      할 일 1: 파일을 두세요.
    """
    lines = [what]
    if where is not None:
        lines.append(f"  파일 위치: {where}")
    lines += [f"  할 일 {i}: {step}" for i, step in enumerate(todo, start=1)]
    return DatasetError("\n".join(lines))


def supplied_folder(dataset: str) -> Path | None:
    """`DEEPNOTE_DATA`가 가리키는 데이터셋 폴더. 변수가 없거나 비었으면 None."""
    value = os.environ.get(ENVIRONMENT, "").strip()
    return Path(value).expanduser() / dataset if value else None


def cache_folder(dataset: str) -> Path:
    """내려받은 파일을 두는 폴더. 만들지는 않는다."""
    return Path(_require("pooch", dataset).os_cache("deepnote")) / dataset


def missing_files(dataset: str) -> list[str]:
    """내려받아야 하는 파일의 이름. 아무것도 내려받지 않는다."""
    supplied, sums = supplied_folder(dataset), SHA256[dataset]
    return [
        file
        for file in FILES
        if (supplied is None or not _exists(supplied / file))
        and _intact(cache_folder(dataset) / file, sums[file]) is None
    ]


def damaged_files(dataset: str) -> list[Path]:
    """두 폴더에 있지만 내용이 원본과 다른 파일."""
    folders = [f for f in (supplied_folder(dataset), cache_folder(dataset)) if f is not None]
    found = [
        (folder / file, sha256) for folder in folders for file, sha256 in SHA256[dataset].items()
    ]
    return [path for path, sha256 in found if _exists(path) and _intact(path, sha256) is None]


def fetch(dataset: str, file: str, *, progress: bool = True) -> tuple[Path, bytes]:
    """파일 하나의 위치와 내용. 없으면 내려받고, 얻지 못하면 DatasetError가 난다."""
    supplied = supplied_folder(dataset)
    if supplied is not None and _exists(supplied / file):
        return supplied / file, _read_supplied(dataset, supplied / file)
    path = cache_folder(dataset) / file
    data = _intact(path, SHA256[dataset][file])
    return path, _download(dataset, path, progress) if data is None else data


def gunzip(data: bytes, name: str) -> bytes:
    """gzip을 푼다. 잘렸거나 gzip이 아니면 파일의 이름을 적은 ValueError가 난다."""
    try:
        if data:
            return gzip.decompress(data)
        raise EOFError
    except EOFError as error:
        raise ValueError(
            f"{name}: 파일이 중간에 잘렸습니다. 받은 크기={len(data):,}바이트"
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(
            f"{name}: 올바른 gzip 파일이어야 합니다. 첫 바이트={data[:4].hex()}"
        ) from error


def _exists(path: Path) -> bool:
    """파일이 있는지. 권한이 없어 볼 수 없으면 있다고 하여, 읽을 때 그 이유가 드러나게 한다."""
    try:
        return path.exists()
    except OSError:
        return True


def _intact(path: Path, sha256: str) -> bytes | None:
    """온전한 파일의 내용. 없거나, 손상되었거나, 읽을 수 없으면 None."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if _sha256(data) == sha256 else None


def _read_supplied(dataset: str, path: Path) -> bytes:
    """사용자가 둔 파일을 읽는다. 손상되었으면 조용히 내려받지 않고 알린다."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise dataset_error(
            f"{dataset}: {ENVIRONMENT} 폴더의 파일을 읽지 못했습니다. {error}",
            where=str(path),
            todo=[
                "파일의 읽기 권한을 확인하세요.",
                f"이 폴더를 쓰지 않으려면 {ENVIRONMENT} 변수를 지우세요.",
            ],
        ) from error
    if _sha256(data) == SHA256[dataset][path.name]:
        return data
    try:
        gunzip(data, path.name)
        reason = f"{path.name}: SHA-256이 다릅니다. 받은 값={_sha256(data)}"
    except ValueError as error:
        reason = str(error)
    raise dataset_error(
        f"{dataset}: {ENVIRONMENT} 폴더의 파일이 원본과 다릅니다. {reason}",
        where=str(path),
        todo=[
            f"이 파일을 지우고 {MIRRORS[dataset][0]}{path.name} 주소에서 받아 같은 위치에 두세요.",
            f"자동으로 내려받으려면 이 파일이나 {ENVIRONMENT} 변수를 지우고 다시 실행하세요.",
        ],
    )


def _download(dataset: str, path: Path, progress: bool) -> bytes:
    """미러에서 받아 캐시에 저장한다. 저장할 파일부터 만들므로 권한의 문제는 받기 전에 드러난다."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # 온전하지 않은 파일만 여기까지 온다
        with replacing(path) as file:
            data = _receive(dataset, path, progress)
            file.write(data)
    except DatasetError:
        raise
    except OSError as error:
        raise _disk_error(dataset, path, error) from error
    return data


def _receive(dataset: str, path: Path, progress: bool) -> bytes:
    """미러를 차례로 시도하여 해시가 맞는 내용을 받는다."""
    pooch, requests, tqdm = (_require(name, dataset) for name in ("pooch", "requests", "tqdm"))
    label, failures = f"{dataset}/{path.name}", []
    for mirror in MIRRORS[dataset]:
        received = io.BytesIO()
        # 연결이 끊기면 pooch가 막대를 닫지 않으므로 여기서 닫는다. 전체 크기는 pooch가 적는다
        bar = tqdm.tqdm(
            total=1,
            desc=label,
            unit="B",
            unit_scale=True,
            ascii=os.name == "nt",
            disable=not progress,
        )
        with bar:
            download = pooch.HTTPDownloader(
                progressbar=bar,
                chunk_size=1 << 16,
                timeout=TIMEOUT,
                headers={"Accept-Encoding": "identity"},  # 서버가 gz를 풀어 보내지 않게 한다
            )
            try:
                download(mirror + path.name, received, None)
            except requests.RequestException as error:
                failures.append(f"\n    {mirror}: {_network_reason(error, requests)}")
                continue
        if _sha256(received.getvalue()) == SHA256[dataset][path.name]:
            return received.getvalue()
        failures.append(
            f"\n    {mirror}: 받은 파일의 SHA-256이 다릅니다. 내용이 잘렸거나, "
            "로그인 화면을 대신 보내는 네트워크일 수 있습니다"
        )
    raise _network_error(dataset, path, failures)


def _network_reason(error: Exception, requests: Any) -> str:
    if isinstance(error, requests.HTTPError):
        return f"서버가 상태 코드 {error.response.status_code}로 답했습니다"
    if isinstance(error, requests.Timeout):
        return f"{TIMEOUT}초 안에 응답하지 않았습니다"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "받는 도중에 연결이 끊겼습니다"
    if isinstance(error, requests.exceptions.SSLError):
        return "인증서를 확인하지 못했습니다"
    return f"연결하지 못했거나 연결이 끊겼습니다 ({type(error).__name__})"


def _network_error(dataset: str, path: Path, failures: list[str]) -> DatasetError:
    supplied = supplied_folder(dataset)
    looked = "" if supplied is None else f" {supplied} 폴더에도 이 파일이 없습니다."
    return dataset_error(
        f"{dataset}: 파일을 내려받지 못했습니다. 파일={path.name}.{looked}" + "".join(failures),
        where=str(path),
        todo=[
            "인터넷 연결을 확인하고 다시 실행하세요. 이미 받은 파일은 다시 받지 않습니다.",
            f"다른 컴퓨터에서 {MIRRORS[dataset][0]}{path.name} 주소에서 받아 위의 위치에 두세요.",
            f"네 파일이 든 {dataset}/ 폴더가 있으면, 그 바깥 폴더를 {ENVIRONMENT} 변수에 적으세요.",
            "데이터 없이 해 보려면 패키지에 들어 있는 datasets.digits()를 쓰세요.",
        ],
    )


def _disk_error(dataset: str, path: Path, error: OSError) -> DatasetError:
    move = f"다른 곳의 파일을 쓰려면 {dataset}/ 폴더의 바깥 폴더를 {ENVIRONMENT} 변수에 적으세요."
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        what = "디스크에 빈 공간이 없습니다"
        first = "디스크를 비운 뒤(60 MB면 넉넉합니다) 다시 실행하세요."
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        what = "폴더에 쓸 수 없습니다(읽기 전용이거나 권한이 없습니다)"
        first = f"{path.parent} 폴더의 쓰기 권한을 확인하고 다시 실행하세요."
    else:
        what, first = f"파일을 쓰지 못했습니다({error})", "위의 위치를 확인하고 다시 실행하세요."
    return dataset_error(
        f"{dataset}: 파일을 저장하지 못했습니다. 파일={path.name}. {what}.",
        where=str(path),
        todo=[first, move],
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _require(module: str, dataset: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise dataset_error(
            f"{dataset}: 내려받으려면 {module} 패키지가 필요합니다. 받은 오류={error}",
            todo=[
                "`python -m pip install pooch tqdm`을 실행하세요.",
                f"또는 네 파일이 든 {dataset}/ 폴더의 바깥 폴더를 {ENVIRONMENT} 변수에 적으세요.",
            ],
        ) from error
