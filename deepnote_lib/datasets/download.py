"""MNIST와 Fashion-MNIST의 파일을 찾고, 없으면 내려받는다.

`DEEPNOTE_DATA` 폴더 → 캐시 → 미러의 차례로 찾고, 어디서 얻었든 SHA-256을 확인한다. 내려받기는 pooch가
임시 파일에 받아 해시를 확인한 뒤 이름을 바꾸므로, 도중에 끊겨도 깨진 파일이 남지 않는다.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepnote_lib.datasets._errors import DatasetError, dataset_error
from deepnote_lib.datasets.idx import read_idx

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
# 앞의 것부터 쓴다. 마지막 것은 http뿐이지만 SHA-256이 내용을 보증한다.
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


def supplied_folder(dataset: str) -> Path | None:
    """`DEEPNOTE_DATA`가 가리키는 데이터셋 폴더. 변수가 없거나 비었으면 None."""
    value = os.environ.get(ENVIRONMENT, "").strip()
    return Path(value).expanduser() / dataset if value else None


def cache_folder(dataset: str) -> Path:
    """내려받은 파일을 두는 폴더. 만들지는 않는다."""
    return Path(_require("pooch", dataset).os_cache("deepnote")) / dataset


def missing_files(dataset: str) -> list[str]:
    """내려받아야 하는 파일의 이름. 아무것도 내려받지 않는다."""
    supplied = supplied_folder(dataset)
    missing = [f for f in FILES if supplied is None or not _exists(supplied / f)]
    if not missing:
        return []
    folder = cache_folder(dataset)
    return [f for f in missing if _read_cached(folder / f, SHA256[dataset][f]) is None]


def folder_state(folder: Path, dataset: str) -> dict[str, str]:
    """폴더에 있는 파일마다 "온전", "깨짐", "없음" 가운데 하나를 적은 사전."""
    state = {}
    for file, sha256 in SHA256[dataset].items():
        there = "깨짐" if _exists(folder / file) else "없음"
        state[file] = there if _read_cached(folder / file, sha256) is None else "온전"
    return state


def fetch(dataset: str, file: str, *, progress: bool = True) -> tuple[Path, bytes]:
    """파일 하나의 자리와 내용을 돌려준다. 없으면 내려받는다.

    Raises
    ------
    DatasetError
        `DEEPNOTE_DATA`의 파일이 깨졌거나, 내려받거나 저장하지 못했을 때.
    """
    supplied = supplied_folder(dataset)
    if supplied is not None and _exists(supplied / file):
        return supplied / file, _read_supplied(dataset, supplied / file)
    path = cache_folder(dataset) / file
    data = _read_cached(path, SHA256[dataset][file])
    return path, _download(dataset, path, progress) if data is None else data


def _exists(path: Path) -> bool:
    """파일이 있는지 본다. 권한이 없어 볼 수 없으면 있다고 하여, 읽을 때 그 까닭이 드러나게 한다."""
    try:
        return path.exists()
    except OSError:
        return True


def _read_supplied(dataset: str, path: Path) -> bytes:
    """사용자가 둔 파일을 읽는다. 깨졌으면 몰래 내려받지 않고 알린다."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise dataset_error(
            f"{dataset}: {ENVIRONMENT}의 파일을 읽지 못했습니다 ({error}).",
            where=str(path),
            todo=["파일의 읽기 권한을 확인하세요.", f"이 폴더를 쓰지 않으려면 {ENVIRONMENT}를 지우세요."],
        ) from error
    if _sha256(data) == SHA256[dataset][path.name]:
        return data
    try:
        read_idx(data, name=path.name, ndim=3 if "images" in path.name else 1)
        reason = f"{path.name}: SHA-256이 다릅니다. 받은 값={_sha256(data)}"
    except ValueError as error:
        reason = str(error)
    raise dataset_error(
        f"{dataset}: {ENVIRONMENT}의 파일이 원본과 다릅니다. {reason}",
        where=str(path),
        todo=[
            f"이 파일을 지우고 {MIRRORS[dataset][0]}{path.name} 을 받아 같은 자리에 두세요.",
            f"자동으로 내려받으려면 이 파일을 지우거나 {ENVIRONMENT}를 지우고 다시 실행하세요.",
        ],
    )


def _read_cached(path: Path, sha256: str) -> bytes | None:
    """캐시에 온전한 파일이 있으면 그 내용, 없거나 깨졌거나 읽을 수 없으면 None."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if _sha256(data) == sha256 else None


def _download(dataset: str, path: Path, progress: bool) -> bytes:
    """미러를 차례로 시도한다. 디스크의 문제는 미러를 바꿔도 그대로이므로 바로 알린다."""
    pooch, requests = _require("pooch", dataset), _require("requests", dataset)
    sha256 = SHA256[dataset][path.name]
    failures = []
    try:
        for mirror in MIRRORS[dataset]:
            try:
                with _quiet_logger(pooch), _progress_bar(f"{dataset}/{path.name}", progress) as bar:
                    downloader = pooch.HTTPDownloader(
                        progressbar=bar,
                        chunk_size=1 << 16,
                        timeout=TIMEOUT,
                        headers={"Accept-Encoding": "identity"},  # 서버가 gz를 풀어 보내지 않게 한다
                    )
                    pooch.retrieve(
                        mirror + path.name,
                        known_hash=f"sha256:{sha256}",
                        fname=path.name,
                        path=path.parent,
                        downloader=downloader,
                    )
                return path.read_bytes()
            except (requests.RequestException, ValueError) as error:
                failures.append(f"\n    {mirror}: {_network_reason(error, requests)}")
    except OSError as error:
        _discard(path, sha256)
        raise _disk_error(dataset, path, error) from error
    _discard(path, sha256)
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
    if isinstance(error, requests.RequestException):
        return f"연결하지 못했거나 연결이 끊겼습니다 ({type(error).__name__})"
    return (
        "받은 파일의 SHA-256이 다릅니다. 내용이 잘렸거나, "
        "로그인 화면을 대신 보내는 네트워크일 수 있습니다"
    )


def _network_error(dataset: str, path: Path, failures: list[str]) -> DatasetError:
    urls = [mirror + path.name for mirror in MIRRORS[dataset]]
    supplied = supplied_folder(dataset)
    looked = "" if supplied is None else f" {supplied} 에도 이 파일이 없습니다."
    return dataset_error(
        f"{dataset}: {path.name} 을 내려받지 못했습니다.{looked}" + "".join(failures),
        where=str(path),
        todo=[
            "인터넷 연결을 확인하고 다시 실행하세요. 이미 받은 파일은 다시 받지 않습니다.",
            f"다른 컴퓨터에서 {urls[0]} 을 받아 위의 자리에 두세요.",
            f"네 파일이 든 {dataset}/ 폴더가 있으면, 그 바깥 폴더를 {ENVIRONMENT}에 적으세요.",
            "데이터 없이 해 보려면 내려받지 않아도 되는 datasets.digits()를 쓰세요.",
        ],
    )


def _disk_error(dataset: str, path: Path, error: OSError) -> DatasetError:
    move = f"다른 곳에 둔 네 파일을 쓰려면 {dataset}/ 폴더의 바깥 폴더를 {ENVIRONMENT}에 적으세요."
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        what, first = "디스크에 빈 자리가 없습니다", "디스크를 비운 뒤(60 MB면 넉넉합니다) 다시 실행하세요."
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        what = "폴더에 쓸 수 없습니다(읽기 전용이거나 권한이 없습니다)"
        first = f"{path.parent} 폴더의 쓰기 권한을 확인하고 다시 실행하세요."
    else:
        what, first = f"파일을 쓰지 못했습니다({error})", "위의 자리를 확인하고 다시 실행하세요."
    return dataset_error(
        f"{dataset}: {path.name} 을 저장하지 못했습니다. {what}.", where=str(path), todo=[first, move]
    )


def _discard(path: Path, sha256: str) -> None:
    """깨진 캐시 파일을 지운다. 그사이 다른 프로그램이 온전히 받아 두었으면 건드리지 않는다."""
    if _read_cached(path, sha256) is None:
        with contextlib.suppress(OSError):  # 지울 수 없어도 읽을 때마다 해시를 확인하므로 쓰이지 않는다
            path.unlink()


@contextlib.contextmanager
def _progress_bar(label: str, show: bool) -> Iterator[Any]:
    """pooch에 넘길 tqdm 막대. tqdm이 없거나 끄면 False를 준다."""
    if not show:
        yield False
        return
    try:
        tqdm = importlib.import_module("tqdm").tqdm
    except ImportError:
        yield False
        return
    # 연결이 끊기면 pooch가 막대를 닫지 않으므로 여기서 닫는다. 전체 크기는 pooch가 알게 되면 고쳐 적는다.
    with tqdm(total=1, desc=label, unit="B", unit_scale=True, ascii=os.name == "nt") as bar:
        yield bar


@contextlib.contextmanager
def _quiet_logger(pooch: Any) -> Iterator[None]:
    """진행 막대와 겹치는 pooch의 알림을 이 동안만 끈다."""
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _require(module: str, dataset: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise dataset_error(
            f"{dataset}: 내려받기에 필요한 {module}를 불러오지 못했습니다 ({error}).",
            todo=[
                "`python -m pip install pooch tqdm`을 실행하세요.",
                f"또는 네 파일이 든 {dataset}/ 폴더의 바깥 폴더를 {ENVIRONMENT}에 적으세요.",
            ],
        ) from error
