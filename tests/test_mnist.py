"""MNIST 파일 찾기, 내려받기, 읽기.

인터넷은 쓰지 않는다. 127.0.0.1의 작은 서버가 온전한 파일, 잘린 파일, 틀린 파일을 내주고, 사진 몇 장짜리
데이터셋이 진짜를 대신한다. 진짜 파일이 있어야 하는 테스트는 `mnist` 표시가 있고, 없으면 이유를 밝히며
건너뛴다.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import http.server
import os
import pathlib
import socket
import struct
import sys
import threading

import numpy as np
import pooch
import pytest
import requests

from deepnote_lib import _files, datasets
from deepnote_lib.__main__ import main
from deepnote_lib.datasets import DatasetError
from deepnote_lib.datasets import _download as download
from deepnote_lib.datasets.mnist import read_idx


def idx_gz(array, *, magic=None):
    """IDX 형식의 gzip 바이트. magic으로 헤더를 일부러 틀리게 할 수 있다."""
    header = bytes([0, 0, 8, array.ndim]) if magic is None else magic
    return gzip.compress(
        header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes(), mtime=0
    )


def tiny_files():
    """훈련 5장, 테스트 3장. 화소는 난수라 압축되지 않으므로 절반만 보내면 확실히 잘린다."""
    rng = np.random.default_rng(0)
    return {
        download.TRAIN_IMAGES: idx_gz(rng.integers(0, 256, (5, 28, 28), dtype=np.uint8)),
        download.TRAIN_LABELS: idx_gz(np.array([5, 0, 4, 1, 9], dtype=np.uint8)),
        download.TEST_IMAGES: idx_gz(np.full((3, 28, 28), 51, dtype=np.uint8)),
        download.TEST_LABELS: idx_gz(np.array([7, 2, 1], dtype=np.uint8)),
    }


class Handler(http.server.BaseHTTPRequestHandler):
    """주소의 첫 토막이 답하는 방식이다: /good/파일, /cut/파일, …"""

    def do_GET(self):
        _, mode, name = self.path.split("/")
        self.server.requests.append((mode, name))
        content = self.server.files[name]
        if mode == "missing":
            self.send_error(404)
            return
        if mode == "silent":
            self.server.release.wait(30)
            return
        if mode == "refused":
            return  # 헤더도 보내지 않고 끊는다
        body = {"wrong": content[::-1], "cut": content[: len(content) // 2]}.get(mode, content)
        body = body[: len(body) // 2] if mode == "short" else body
        self.send_response(200)
        if mode == "cut":
            self.send_header("Content-Length", str(len(content)))
        elif mode not in ("short", "nolength"):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.files, running.requests, running.release = tiny_files(), [], threading.Event()
        running.base = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.release.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """작은 데이터셋의 해시, 빈 캐시, 없는 DEEPNOTE_DATA. 캐시의 mnist 폴더를 준다(아직 만들지 않았다)."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in tiny_files().items()}
    monkeypatch.setattr(download, "SHA256", {"mnist": sums, "fashion-mnist": sums})
    monkeypatch.setattr(download, "MIRRORS", {"mnist": (), "fashion-mnist": ()})
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.delenv("DEEPNOTE_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cache" / "deepnote" / "mnist"


@pytest.fixture
def mirrors(monkeypatch, server, cache):
    """미러를 정한다: mirrors("cut", "good")이면 첫 미러는 끊기고 둘째는 온전하다."""

    def use(*modes):
        urls = tuple(f"{server.base}/{mode}/" for mode in modes)
        monkeypatch.setitem(download.MIRRORS, "mnist", urls)
        return urls

    return use


@pytest.fixture
def supplied(monkeypatch, cache, tmp_path):
    """DEEPNOTE_DATA의 mnist 폴더에 작은 데이터셋을 둔다."""
    folder = tmp_path / "data" / "mnist"
    put(folder, tiny_files())
    monkeypatch.setenv("DEEPNOTE_DATA", str(tmp_path / "data"))
    return folder


def put(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def files_under(folder):
    return [p for p in folder.rglob("*") if p.is_file()]


def test_pixels_are_divided_by_255_and_labels_are_int64(supplied):
    (x, y), (x_test, y_test) = datasets.mnist()
    assert x.shape == (5, 784)
    assert x.dtype == np.float32
    assert y.dtype == y_test.dtype == np.int64
    assert y.tolist() == [5, 0, 4, 1, 9]
    assert y_test.tolist() == [7, 2, 1]
    np.testing.assert_array_equal(x_test, np.float32(0.2))  # 51 / 255 = 0.2
    assert x.min() >= 0.0
    assert x.max() <= 1.0


def test_unflattened_images_are_the_same_values_in_28_by_28(supplied):
    (flat, _), _ = datasets.mnist()
    (square, _), _ = datasets.mnist(flatten=False)
    assert square.shape == (5, 28, 28)
    np.testing.assert_array_equal(square.reshape(5, 784), flat)


def test_float64_is_given_on_request_and_arrays_can_be_changed(supplied):
    (x, y), _ = datasets.mnist(dtype=np.float64)
    assert x.dtype == np.float64
    assert x.flags.writeable
    assert y.flags.writeable


@pytest.mark.parametrize("name", ["flatten", "progress"])
def test_a_flag_that_is_not_true_or_false_is_refused_by_name(supplied, name):
    with pytest.raises(TypeError, match=f"^{name}: True나 False"):
        datasets.mnist(**{name: "아니요"})


@pytest.mark.parametrize("dtype", [np.uint8, "글", None, 3])
def test_a_dtype_that_is_not_float_is_refused_by_name(supplied, dtype):
    with pytest.raises(TypeError, match="dtype: "):
        datasets.mnist(dtype=dtype)


def test_fashion_mnist_is_read_from_its_own_folder(supplied):
    put(supplied.parent / "fashion-mnist", tiny_files())
    for path in files_under(supplied):
        path.unlink()
    (x, _), _ = datasets.fashion_mnist()
    assert x.shape == (5, 784)
    assert datasets.is_available("fashion_mnist")
    assert not datasets.is_available("mnist")


@pytest.mark.parametrize(
    ("file", "array", "what"),
    [
        (download.TRAIN_LABELS, np.array([1, 2], dtype=np.uint8), "레이블 수는 사진 수 5"),
        (download.TRAIN_LABELS, np.array([5, 0, 4, 1, 10], dtype=np.uint8), "0~9"),
        (download.TRAIN_IMAGES, np.zeros((5, 4), dtype=np.uint8), "매직 넘버"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(monkeypatch, supplied, file, array, what):
    """해시를 통과했더라도(여기서는 해시를 맞춰 둔다) 내용이 맞는지 다시 본다."""
    data = idx_gz(array)
    put(supplied, {file: data})
    monkeypatch.setitem(download.SHA256["mnist"], file, hashlib.sha256(data).hexdigest())
    with pytest.raises(DatasetError, match=what) as caught:
        datasets.mnist()
    assert file in str(caught.value)


def test_idx_reads_sizes_in_big_endian_order():
    array = np.arange(300 * 2, dtype=np.uint16).astype(np.uint8).reshape(300, 2, 1)
    np.testing.assert_array_equal(read_idx(idx_gz(array), name="a.gz", ndim=3), array)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (idx_gz(np.zeros(3, np.uint8), magic=bytes([0, 0, 9, 1])), "매직 넘버"),  # 9는 int8
        (idx_gz(np.zeros((3, 1), np.uint8)), "매직 넘버"),  # 2차원
        (gzip.compress(bytes([0, 0, 8, 1, 0]), mtime=0), "헤더"),
        (gzip.compress(b"", mtime=0), "헤더"),
        (b"", "잘렸습니다. 받은 크기=0바이트"),
        (
            gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3]), mtime=0),
            r"4개여야 합니다. 받은 개수=3",
        ),
        (
            gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 2, 1, 2, 3]), mtime=0),
            r"2개여야 합니다. 받은 개수=3",
        ),
        (b"<html>login</html>", "gzip"),
        (idx_gz(np.arange(100, dtype=np.uint8))[:-20], "잘렸"),
        (idx_gz(np.arange(100, dtype=np.uint8))[:10] + b"\xff" * 90, "gzip"),
    ],
)
def test_malformed_idx_is_refused_with_the_file_name(data, what):
    with pytest.raises(ValueError, match=what) as caught:
        read_idx(data, name="labels.gz", ndim=1)
    assert str(caught.value).startswith("labels.gz: ")


def test_deepnote_data_comes_before_the_cache_and_the_network(supplied, cache, mirrors, server):
    mirrors("good")
    put(cache, dict.fromkeys(download.FILES, b"broken"))
    datasets.mnist()
    assert server.requests == []
    assert (cache / download.TRAIN_LABELS).read_bytes() == b"broken"


def test_a_file_missing_from_deepnote_data_is_taken_from_the_cache(supplied, cache):
    (supplied / download.TEST_LABELS).unlink()
    put(cache, {download.TEST_LABELS: tiny_files()[download.TEST_LABELS]})
    assert datasets.is_available("mnist")
    assert datasets.mnist()[1][1].tolist() == [7, 2, 1]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda data: data[: len(data) // 2], "잘렸"),
        (lambda data: b"<html>", "gzip"),
        (lambda data: b"", "잘렸습니다. 받은 크기=0바이트"),
        (lambda data: idx_gz(np.zeros((5, 28, 28), np.uint8)), "SHA-256이 다릅니다"),
    ],
)
def test_a_broken_file_in_deepnote_data_is_named_and_not_silently_replaced(
    supplied, mirrors, server, cache, change, what
):
    mirrors("good")
    path = supplied / download.TRAIN_IMAGES
    path.write_bytes(change(path.read_bytes()))
    kept = path.read_bytes()
    with pytest.raises(DatasetError, match=what) as caught:
        datasets.mnist()
    message = str(caught.value)
    assert f"파일 위치: {path}" in message
    assert "DEEPNOTE_DATA" in message
    assert f"{server.base}/good/{path.name}" in message
    assert server.requests == []
    assert path.read_bytes() == kept  # 사용자의 파일은 건드리지 않는다
    assert not cache.exists()
    assert datasets.is_available("mnist")  # 조용히 건너뛰지 않고 위의 오류를 보게 한다


def test_an_unreadable_file_in_deepnote_data_is_named(monkeypatch, supplied):
    def refuse(self):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(pathlib.Path, "read_bytes", refuse)
    with pytest.raises(DatasetError, match="읽기 권한") as caught:
        datasets.mnist()
    assert str(supplied / download.TRAIN_IMAGES) in str(caught.value)


def test_a_folder_that_may_not_be_entered_is_an_error_and_not_a_download(
    monkeypatch, supplied, mirrors, server
):
    def refuse(self, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    mirrors("good")
    monkeypatch.setattr(pathlib.Path, "exists", refuse)
    monkeypatch.setattr(pathlib.Path, "read_bytes", refuse)
    with pytest.raises(DatasetError, match="읽지 못했습니다"):
        datasets.mnist()
    assert server.requests == []


def test_an_empty_variable_counts_as_unset_and_a_tilde_is_the_home_folder(monkeypatch, cache):
    monkeypatch.setenv("DEEPNOTE_DATA", "  ")
    assert download.supplied_folder("mnist") is None
    monkeypatch.setenv("DEEPNOTE_DATA", "~/d")
    assert download.supplied_folder("mnist") == pathlib.Path.home() / "d" / "mnist"


def test_files_are_downloaded_once_and_then_read_from_the_cache(mirrors, server, cache):
    mirrors("good")
    assert not datasets.is_available("mnist")
    assert datasets.mnist(progress=False)[0][1].tolist() == [5, 0, 4, 1, 9]
    assert sorted(server.requests) == sorted(("good", name) for name in download.FILES)
    assert {p.name: p.read_bytes() for p in files_under(cache)} == tiny_files()
    assert datasets.is_available("mnist")
    datasets.mnist(progress=False)
    assert len(server.requests) == 4


def test_availability_never_downloads(mirrors, server, cache):
    mirrors("good")
    assert not datasets.is_available("mnist")
    put(cache, {k: v for k, v in tiny_files().items() if k != download.TEST_LABELS})
    assert not datasets.is_available("mnist")
    assert server.requests == []


@pytest.mark.parametrize(
    ("name", "error"), [("cifar", ValueError), (3, TypeError), (None, TypeError)]
)
def test_an_unknown_dataset_name_is_refused(name, error):
    with pytest.raises(error, match="name: mnist, fashion_mnist 가운데"):
        datasets.is_available(name)


@pytest.mark.parametrize("first", ["missing", "refused", "cut", "short", "wrong"])
def test_the_second_mirror_is_used_when_the_first_fails(mirrors, server, cache, first):
    mirrors(first, "good")
    datasets.mnist(progress=False)
    assert {p.name: p.read_bytes() for p in files_under(cache)} == tiny_files()
    assert ("good", download.TRAIN_IMAGES) in server.requests


@pytest.mark.parametrize(
    ("mode", "what"),
    [
        ("missing", "상태 코드 404"),
        ("refused", "연결하지 못했거나 연결이 끊겼습니다"),
        ("cut", "도중에 연결이 끊겼습니다"),
        ("short", "SHA-256이 다릅니다"),  # 길이를 알리지 않은 채 잘리면 해시만이 알아챈다
        ("wrong", "SHA-256이 다릅니다"),
        ("silent", "0.2초 안에 응답하지 않았습니다"),
    ],
)
def test_a_failed_download_says_what_where_and_what_to_do_and_leaves_no_file(
    monkeypatch, mirrors, cache, mode, what
):
    monkeypatch.setattr(download, "TIMEOUT", 0.2)
    urls = mirrors(mode)
    with pytest.raises(DatasetError, match=what) as caught:
        datasets.mnist(progress=False)
    message = str(caught.value)
    assert message.startswith(f"mnist: 파일을 내려받지 못했습니다. 파일={download.TRAIN_IMAGES}.")
    assert f"파일 위치: {cache / download.TRAIN_IMAGES}" in message
    assert urls[0] + download.TRAIN_IMAGES in message
    assert "DEEPNOTE_DATA" in message
    assert "할 일 1: 인터넷 연결" in message
    assert "할 일 4: 데이터 없이" in message
    assert files_under(cache) == []


def test_without_a_network_every_mirror_is_listed_with_its_reason(monkeypatch, cache):
    with socket.socket() as unused:  # 묶어 두기만 하고 듣지 않는 포트: 연결이 거절된다
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        urls = (f"http://127.0.0.1:{port}/a/", f"http://127.0.0.1:{port}/b/")
        monkeypatch.setitem(download.MIRRORS, "mnist", urls)
        with pytest.raises(DatasetError, match="연결하지 못했거나") as caught:
            datasets.mnist(progress=False)
    assert all(f"{url}: 연결하지" in str(caught.value) for url in urls)
    assert files_under(cache) == []


def test_a_bad_certificate_is_told(monkeypatch, server, cache):
    url = server.base.replace("http:", "https:") + "/good/"
    monkeypatch.setitem(download.MIRRORS, "mnist", (url,))
    monkeypatch.setattr(http.server.BaseHTTPRequestHandler, "send_error", lambda *a, **k: None)
    with pytest.raises(DatasetError, match="인증서"):
        datasets.mnist(progress=False)


def test_a_missing_deepnote_data_folder_is_mentioned_when_the_download_fails(
    monkeypatch, mirrors, tmp_path
):
    mirrors("missing")
    monkeypatch.setenv("DEEPNOTE_DATA", str(tmp_path / "typo"))
    with pytest.raises(DatasetError, match="typo"):
        datasets.mnist(progress=False)


@pytest.mark.parametrize("broken", [b"", b"not a gzip", tiny_files()[download.TRAIN_IMAGES][:500]])
def test_a_corrupt_cached_file_is_noticed_and_downloaded_again(mirrors, server, cache, broken):
    mirrors("good")
    put(cache, {**tiny_files(), download.TRAIN_IMAGES: broken})
    assert not datasets.is_available("mnist")
    datasets.mnist(progress=False)
    assert server.requests == [("good", download.TRAIN_IMAGES)]
    assert files_under(cache)
    assert (cache / download.TRAIN_IMAGES).read_bytes() == tiny_files()[download.TRAIN_IMAGES]


def test_a_corrupt_cached_file_does_not_survive_a_failed_download(mirrors, cache):
    mirrors("missing")
    put(cache, {download.TRAIN_IMAGES: b"broken"})
    with pytest.raises(DatasetError):
        datasets.mnist(progress=False)
    assert files_under(cache) == []


def test_a_file_completed_by_another_program_meanwhile_is_kept(monkeypatch, mirrors, cache):
    mirrors("missing")

    def completed_elsewhere(*args, **kwargs):
        put(cache, tiny_files())
        raise requests.ConnectionError

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", completed_elsewhere)
    with pytest.raises(DatasetError):
        datasets.mnist(progress=False)
    assert len(files_under(cache)) == 4


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "디스크에 빈 공간이 없습니다"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "디스크에 빈 공간이 없습니다"),
        (OSError(errno.EROFS, "Read-only file system"), "폴더에 쓸 수 없습니다"),
        (PermissionError(errno.EACCES, "Permission denied"), "폴더에 쓸 수 없습니다"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_a_disk_problem_is_told_at_once_and_leaves_no_file(
    monkeypatch, mirrors, server, cache, error, what
):
    """다 쓰고 나서 디스크가 실패한다. 미러를 바꿔도 소용없으므로 둘째 미러는 시도하지 않는다."""

    def fail(descriptor):
        raise error

    mirrors("good", "good")
    put(cache, {download.TRAIN_IMAGES: b"broken"})
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DatasetError, match=what) as caught:
        datasets.mnist(progress=False)
    assert f"파일 위치: {cache / download.TRAIN_IMAGES}" in str(caught.value)
    assert "할 일 1: " in str(caught.value)
    assert "DEEPNOTE_DATA" in str(caught.value)
    assert len(server.requests) == 1
    assert files_under(cache) == []


def test_a_read_only_cache_folder_is_told_before_anything_is_downloaded(
    monkeypatch, mirrors, server, cache
):
    """관리자로 실행하면 권한을 빼앗을 수 없으므로, 임시 파일을 만드는 곳에서 거절한다."""

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    cache.mkdir(parents=True)
    mirrors("good")
    monkeypatch.setattr(_files, "open", refuse, raising=False)
    with pytest.raises(DatasetError, match="읽기 전용이거나 권한이 없습니다") as caught:
        datasets.mnist(progress=False)
    assert f"{cache} 폴더의 쓰기 권한" in str(caught.value)
    assert server.requests == []


def test_a_file_in_the_place_of_the_cache_folder_is_told(mirrors, cache):
    cache.parent.parent.mkdir(parents=True)
    cache.parent.write_text("폴더가 아니다")
    mirrors("good")
    with pytest.raises(DatasetError, match="파일을 쓰지 못했습니다"):
        datasets.mnist(progress=False)


def test_interrupting_a_download_leaves_no_file(monkeypatch, mirrors, cache):
    def interrupted(self, url, output_file, pooch, check_only=False):
        output_file.write(b"half")
        raise KeyboardInterrupt

    mirrors("good")
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        datasets.mnist(progress=False)
    assert files_under(cache) == []


@pytest.mark.parametrize("mode", ["good", "nolength"])
def test_the_progress_bar_names_the_file_and_can_be_silenced(mirrors, cache, capfd, mode):
    mirrors(mode)
    datasets.mnist(progress=False)
    assert capfd.readouterr() == ("", "")
    for path in files_under(cache):
        path.unlink()
    datasets.mnist()
    captured = capfd.readouterr()
    assert captured.out == ""
    assert all(f"mnist/{name}" in captured.err for name in download.FILES)
    assert "Downloading data from" not in captured.err


@pytest.mark.parametrize("package", ["pooch", "tqdm"])
def test_without_pooch_or_tqdm_the_message_says_what_to_install(
    monkeypatch, mirrors, server, cache, package
):
    mirrors("good")
    monkeypatch.setitem(sys.modules, package, None)
    assert not datasets.is_available("mnist")
    with pytest.raises(
        DatasetError, match=f"{package} 패키지.*\n.*pip install pooch tqdm"
    ) as caught:
        datasets.mnist()
    assert "DEEPNOTE_DATA" in str(caught.value)
    assert server.requests == []
    assert files_under(cache) == []


def test_without_pooch_deepnote_data_is_enough(monkeypatch, supplied):
    monkeypatch.setitem(sys.modules, "pooch", None)
    assert datasets.is_available("mnist")
    assert datasets.mnist()[1][1].tolist() == [7, 2, 1]


def test_the_data_command_downloads_and_verifies_every_file(mirrors, server, cache, capfd):
    mirrors("good")
    assert main(["data", "--quiet"]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    for name in download.FILES:
        assert f"{cache / name}: SHA-256이 맞습니다" in out


def test_the_data_command_takes_fashion_mnist(monkeypatch, server, cache, capfd):
    monkeypatch.setitem(download.MIRRORS, "fashion-mnist", (f"{server.base}/good/",))
    assert main(["data", "fashion-mnist", "--quiet"]) == 0
    assert len(files_under(cache.parent / "fashion-mnist")) == 4


def test_the_data_command_ends_with_one_and_the_message_when_it_fails(mirrors, cache, capfd):
    mirrors("missing")
    assert main(["data", "mnist", "--quiet"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert "내려받지 못했습니다" in err
    assert "Traceback" not in err


def test_an_unknown_dataset_on_the_command_line_is_a_usage_error(capfd):
    with pytest.raises(SystemExit) as caught:
        main(["data", "cifar"])
    assert caught.value.code == 2
    assert "cifar" in capfd.readouterr().err


def test_every_file_has_a_pinned_sha256_and_https_comes_first():
    for dataset, sums in download.SHA256.items():
        assert tuple(sums) == download.FILES
        assert all(len(value) == 64 and int(value, 16) for value in sums.values())
        assert len(set(sums.values())) == 4
        first, *_ = download.MIRRORS[dataset]
        assert first.startswith("https://")
        assert all(url.endswith("/") for url in download.MIRRORS[dataset])


def needs(name):
    return [
        pytest.mark.mnist,
        pytest.mark.skipif(
            not datasets.is_available(name),
            reason=f"{name} 파일이 없습니다: DEEPNOTE_DATA를 적거나 "
            f"`python -m deepnote_lib data {name.replace('_', '-')}`로 받으세요",
        ),
    ]


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=needs(n)) for n in ("mnist", "fashion_mnist")]
)
def test_the_real_files_have_the_known_shapes_and_statistics(monkeypatch, name):
    def no_network(*args, **kwargs):
        raise AssertionError("있는 파일을 내려받으려 했다")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", no_network)
    (x, y), (x_test, y_test) = getattr(datasets, name)()
    assert x.shape == (60000, 784)
    assert x_test.shape == (10000, 784)
    assert x.dtype == np.float32
    assert float(x.min()) == 0.0
    assert float(x.max()) == 1.0
    # 널리 알려진 훈련 화소의 평균과 표준편차(소수 넷째 자리에서 반올림)
    mean, std = {"mnist": (0.1307, 0.3081), "fashion_mnist": (0.2860, 0.3530)}[name]
    assert float(x.mean(dtype=np.float64)) == pytest.approx(mean, abs=5e-5)
    assert float(x.std(dtype=np.float64)) == pytest.approx(std, abs=5e-5)
    first = {"mnist": [5, 0, 4, 1, 9], "fashion_mnist": [9, 0, 0, 3, 0]}[name]
    assert y[:5].tolist() == first
    if name == "mnist":
        counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
        assert np.bincount(y).tolist() == counts
    else:
        assert np.bincount(y).tolist() == [6000] * 10
    assert len(np.unique(y_test)) == 10
