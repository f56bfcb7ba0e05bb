"""환경 진단: 무엇이 없거나 손상되어도 멈추지 않고 할 일을 말해야 한다."""

from __future__ import annotations

import importlib
import importlib.metadata
import io
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import types

import numpy as np
import pytest
from packaging.requirements import Requirement

import deepnote_lib
from deepnote_lib import _doctor, diagnose
from deepnote_lib.__main__ import main
from deepnote_lib.datasets import _download as download

PACKAGE = pathlib.Path(deepnote_lib.__file__).parent
ESSENTIAL = {"numpy", "matplotlib", "pooch", "tqdm"}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    """사용자의 캐시를 읽지 않게 하고, 데이터의 상태를 테스트마다 정한다."""
    pooch = importlib.import_module("pooch")
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.delenv("DEEPNOTE_DATA", raising=False)


@pytest.fixture
def missing(monkeypatch):
    """없는 패키지를 흉내 낸다."""
    version = importlib.metadata.version

    def remove(*names):
        def lookup(name):
            if name in names:
                raise importlib.metadata.PackageNotFoundError(name)
            return version(name)

        monkeypatch.setattr(importlib.metadata, "version", lookup)

    return remove


@pytest.fixture
def without_ranges(monkeypatch):
    """설치 정보가 없어 버전의 범위를 모르는 환경."""

    def unreadable(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", unreadable)


def run(*paths, **variables):
    """다른 프로세스에서 명령을 실행하여 (종료 코드, 글)을 얻는다. 표준 오류는 비어 있어야 한다.

    paths를 주면 그 폴더에서 먼저 import한다.
    """
    places = os.pathsep.join(map(str, (*paths, PACKAGE.parent)))
    result = subprocess.run(
        [sys.executable, "-m", "deepnote_lib", "doctor"],
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": places, **variables},
        cwd=paths[0] if paths else PACKAGE.parent,
        capture_output=True,
        check=False,
    )
    assert result.stderr == b""
    encoding = variables.get("PYTHONIOENCODING", "utf-8").split(":")[0]
    return result.returncode, result.stdout.decode(encoding)


def section(report, title):
    return report.split(f"[{title}]\n", 1)[1].split("\n\n[", 1)[0]


def value(report, label):
    """`label: 값`인 줄의 값."""
    (line,) = [line for line in report.splitlines() if line.startswith(f"{label}: ")]
    return line.removeprefix(f"{label}: ")


def todo(report):
    return section(report, "할 일")


# 글 전체 --------------------------------------------------------------------------------


def test_the_report_tells_versions_data_fonts_kernel_and_threads(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    report, _ = diagnose()
    assert value(report, "파이썬").startswith(platform.python_version())
    assert value(report, "설치 위치").endswith("deepnote_lib")
    assert f"numpy: {np.__version__}" in section(report, "패키지")
    names = {line.split(": ")[0] for line in section(report, "패키지").splitlines()}
    assert names > ESSENTIAL | {"scikit-learn", "jupyter-book", "pytest", "ipykernel"}
    assert "DEEPNOTE_DATA: (설정하지 않음)" in section(report, "데이터")
    assert "fashion-mnist: " in section(report, "데이터")
    assert "한글 있음" in section(report, "글꼴")
    assert "실행 방식: " in section(report, "노트북")
    assert "BLAS: " in section(report, "계산")
    assert "OPENBLAS_NUM_THREADS=1" in section(report, "계산")
    assert "확인하지 못했습니다" not in report


def test_the_command_prints_the_report_and_ends_with_zero_when_all_is_there(without_ranges, capsys):
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("딥노트 진단")
    assert "[할 일]\n없음. 꼭 필요한 것은 모두 있습니다.\n" in out


def test_what_is_absent_but_not_needed_is_said_at_the_end(missing):
    """“모두 갖춰졌다”고 말한 바로 위에 jupyterlab과 데이터가 ‘없음’이던 때가 있었다."""
    missing("jupyterlab")
    assert todo(diagnose()[0]).splitlines() == [
        "없음. 꼭 필요한 것은 모두 있습니다.",
        "없어도 되지만 지금 없는 것: jupyterlab(노트북을 여는 데 씁니다), mnist 데이터, "
        "fashion-mnist 데이터",
    ]


def test_where_there_is_no_checkout_nothing_that_builds_the_book_is_named(monkeypatch, missing):
    """범위 없는 `pip install jupyter-book`은 이름만 같은 다른 프로그램을 설치한다."""
    building = list(_doctor.BUILDING)
    missing(*building)
    report = diagnose()[0]
    assert value(report, "jupyter-book").endswith("python -m pip install -r requirements.txt)")
    assert 'install "jupyter-book' not in report
    monkeypatch.setattr(_doctor, "CHECKOUT", pathlib.Path("nowhere"))
    report = diagnose()[0]
    assert not [name for name in building if name in section(report, "패키지") + todo(report)]


@pytest.mark.parametrize(
    ("direct_url", "expected"),
    [
        ('{"url": "https://x/y.whl"}', '--force-reinstall --no-deps "https://x/y.whl" 명령을'),
        ("", "deepnote_lib를 지우고 다시 설치하세요."),
        (None, "deepnote_lib를 지우고 다시 설치하세요."),
    ],
)
def test_a_reader_is_told_the_address_it_was_installed_from(monkeypatch, direct_url, expected):
    monkeypatch.setattr(_doctor, "CHECKOUT", pathlib.Path("nowhere"))
    installed = types.SimpleNamespace(read_text=lambda name: direct_url)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: installed)
    assert expected in _doctor._repair()


@pytest.mark.parametrize(
    ("version", "allowed", "expected"),
    [
        ("2.4.6", "<3,>=2.0", True), ("3.0.0", "<3,>=2.0", False), ("1.26.4", "<3,>=2.0", False),
        ("2.0", ">=2", True), ("2.1.0rc1", ">=2.1", True), ("1.0.4.post1", ">=1.0.4.post1,<2", True),
        ("2", "!=2.0", False), ("2", "==2.0", True), ("2.1", "<=2,>1", False), ("9", "", True),
    ],
)  # fmt: skip
def test_ranges_are_read_without_the_package_that_reads_them(version, allowed, expected):
    assert _doctor._within(version, allowed) is expected


def test_the_module_can_be_run_and_prints_on_a_cp949_console(tmp_path):
    """cp949에 없는 글자(여기서는 폴더 이름의 é)가 있어도 멈추지 않는다."""
    code, text = run(PYTHONIOENCODING="cp949:strict", DEEPNOTE_DATA=str(tmp_path / "café"))
    assert code in (0, 1)
    assert text.startswith("딥노트 진단")
    assert "caf? (없는 폴더)" in text


def test_an_output_that_cannot_be_reconfigured_is_used_as_it_is(monkeypatch):
    """Jupyter의 출력에는 reconfigure가 없다."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["doctor"]) in (0, 1)
    assert stream.getvalue().startswith("딥노트 진단")


def test_no_command_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "doctor" in capsys.readouterr().err


def test_a_failing_probe_is_reported_and_the_others_go_on(monkeypatch):
    def broken():
        raise RuntimeError("첫 줄\n둘째 줄")

    monkeypatch.setattr(platform, "machine", broken)
    report, healthy = diagnose()
    assert "시스템: 확인하지 못했습니다 (RuntimeError: 첫 줄 둘째 줄)" in report
    assert f"numpy: {np.__version__}" in report
    assert healthy


@pytest.mark.parametrize(
    ("home", "real", "folder", "expected"),
    [
        ("/home/hong", "/home/hong", "/home/hong/data", "~/data"),
        ("/home/hong", "/Users/hong", "/Users/hong/data", "~/data"),
        ("/home/hong", "/home/hong", "/home/hongik/data", "/home/hongik/data"),
        ("/", "/", "/usr/data", "/usr/data"),
        (None, None, "/usr/data", "/usr/data"),
    ],
)
def test_the_home_folder_is_replaced_by_a_tilde(monkeypatch, home, real, folder, expected):
    """폴더 이름 전체가 같을 때만 바꾸고, 홈이 /이거나 알 수 없으면 바꾸지 않는다."""

    def find_home():
        if home is None:
            raise RuntimeError("Could not determine home directory.")
        return pathlib.Path(home)

    monkeypatch.setattr(pathlib.Path, "home", find_home)
    monkeypatch.setattr(
        os.path, "realpath", lambda path, **options: real if str(path) == home else path
    )
    monkeypatch.setenv("DEEPNOTE_DATA", folder)
    report, _ = diagnose()
    assert value(report, "DEEPNOTE_DATA") == f"{expected} (없는 폴더)"


# 시스템과 패키지 ------------------------------------------------------------------------


def test_an_old_python_is_essential(monkeypatch):
    monkeypatch.setattr(_doctor, "MINIMUM_PYTHON", (99, 0))
    report, healthy = diagnose()
    assert not healthy
    assert "(필수) 파이썬 99.0 이상" in todo(report)


def test_what_is_essential_is_what_the_project_declares(missing):
    """pyproject.toml의 dependencies와 같고, 그 밖의 것은 없어도 된다."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    declared = {Requirement(line).name for line in project["dependencies"]}
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    missing(*declared, *(Requirement(line).name for line in extras))
    report, healthy = diagnose()
    assert not healthy
    lines = [line.partition("(필수) ")[2] for line in todo(report).splitlines() if "(필수)" in line]
    assert {line.split(":")[0] for line in lines} == declared == ESSENTIAL
    assert all("없습니다. python -m pip install" in line for line in lines)


def test_a_missing_essential_package_ends_with_one_and_says_how_to_install(missing, capsys):
    missing("pooch")
    assert main(["doctor"]) == 1
    report = capsys.readouterr().out
    assert value(report, "pooch") == "없음"
    assert "(필수) pooch: 없습니다. python -m pip install" in todo(report)


@pytest.mark.parametrize(
    ("package", "purpose"),
    [
        ("jupyterlab", "노트북을 여는 데"), ("ipywidgets", "연속값 슬라이더에"),
        ("jupyter-book", "책을 빌드하는 데"), ("pytest", "테스트를 실행하는 데"),
    ],
)  # fmt: skip
def test_a_missing_optional_package_is_no_failure_and_says_what_it_is_for(
    missing, package, purpose
):
    missing(package, "deepnote-lib")
    report, healthy = diagnose()
    assert healthy
    assert value(report, package).startswith(f"없음 ({purpose} 씁니다. 설치: python -m pip install")
    assert f"{package}({purpose} 씁니다)" in todo(report).split("지금 없는 것: ")[1]
    assert "버전을 알 수 없음" in report.splitlines()[0]


def test_an_installed_but_broken_essential_package_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    report, healthy = diagnose()
    assert not healthy
    assert "import하지 못함" in value(report, "tqdm")
    assert "(필수) tqdm: 손상되었습니다. python -m pip install --force-reinstall tqdm" in todo(
        report
    )


def test_a_version_outside_the_declared_range_is_told(monkeypatch):
    lines = ["numpy<1", "nbval<0.1; extra == 'test'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: lines)
    report, healthy = diagnose()
    assert not healthy
    assert value(report, "numpy") == f"{np.__version__} (필요한 범위 <1)"
    assert '(필수) numpy: 버전이 범위를 벗어납니다. python -m pip install "numpy<1"' in todo(report)
    assert "nbval: 버전이 범위를 벗어납니다" in todo(report)
    assert "(필수) nbval" not in todo(report)


def test_unreadable_requirements_only_lose_the_ranges(without_ranges):
    assert value(diagnose()[0], "numpy") == np.__version__


def test_numpy_that_cannot_be_imported_does_not_stop_the_report(tmp_path):
    """NumPy가 손상된 것이면 필수 항목이 빠진 것이고, 나머지는 그대로 확인한다."""
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy" / "__init__.py").write_text('raise ImportError("DLL load failed")')
    code, report = run(tmp_path)
    assert code == 1
    assert "(필수) numpy: 손상되었습니다" in report
    assert "BLAS: 확인하지 못했습니다 (ImportError: DLL load failed)" in report
    assert "데이터: 확인하지 못했습니다" in report
    assert "CPU: " in report


# 글꼴 -----------------------------------------------------------------------------------


# 설치할 때 쓴 주소를 알면 그 명령을, 모르면 다시 설치하라는 말만 적는다. 이 환경이 어느 쪽인지는 정할 수 없다
REPAIR = r"(python -m pip install .* 명령을 실행|deepnote_lib를 지우고 다시 설치)하세요"


@pytest.fixture
def copied(tmp_path):
    """망가뜨려도 되는 패키지의 사본. 그 글꼴 폴더를 준다."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "copy" / "deepnote_lib", ignore=ignore)
    return tmp_path / "copy" / "deepnote_lib" / "plots" / "fonts"


def test_a_font_without_hangul_or_a_broken_one_is_essential(copied):
    """DejaVu Sans에는 한글이 없다. 쓸 수 있는 글꼴인지를 이름이 아니라 글자로 판단한다."""
    font_manager = importlib.import_module("matplotlib.font_manager")
    first, second = sorted(copied.glob("*.ttf"))
    shutil.copy(font_manager.findfont("DejaVu Sans"), first)
    second.write_bytes(b"broken")
    code, report = run(copied.parents[2])
    assert code == 1
    assert value(report, first.name) == "DejaVu Sans (한글 없음)"
    assert value(report, second.name).startswith("읽지 못함")
    for name in (first.name, second.name):
        assert re.search(f"[(]필수[)] {name}: 손상되었습니다[.] {REPAIR}", todo(report))


def test_a_missing_font_is_essential(copied):
    for path in copied.glob("*.ttf"):
        path.unlink()
    code, report = run(copied.parents[2])
    assert code == 1
    assert value(report, "한글 글꼴").startswith("없음")
    assert re.search(f"[(]필수[)] 한글 글꼴: 그림의 한글이 깨집니다[.] {REPAIR}", todo(report))


# 데이터 ---------------------------------------------------------------------------------


def test_absent_data_is_told_with_the_places_and_the_command(tmp_path):
    report, healthy = diagnose()
    assert healthy  # 데이터는 없어도 된다
    told = value(report, "fashion-mnist")
    assert told.startswith("없음. python -m deepnote_lib data fashion-mnist")
    assert told.endswith(str(tmp_path / "cache" / "deepnote" / "fashion-mnist"))
    assert "1." not in todo(report)


def test_a_wrong_deepnote_data_and_broken_files_become_things_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("DEEPNOTE_DATA", str(tmp_path / "typo"))
    assert "DEEPNOTE_DATA: 있는 폴더를" in todo(diagnose()[0])
    folder = tmp_path / "typo" / "mnist"
    folder.mkdir(parents=True)
    (folder / download.TEST_LABELS).write_bytes(b"broken")
    report, _ = diagnose()
    assert "있는 폴더를" not in todo(report)
    assert value(report, "mnist").startswith("없음")
    assert f"찾는 폴더 {folder}, " in value(report, "mnist")
    assert f"mnist: 손상된 파일을 지우고 다시 받으세요: {folder / download.TEST_LABELS}" in todo(
        report
    )


@pytest.mark.parametrize("where", ["DEEPNOTE_DATA", "cache"])
def test_broken_files_are_not_ready_even_when_all_four_are_there(monkeypatch, tmp_path, where):
    if where == "DEEPNOTE_DATA":
        monkeypatch.setenv("DEEPNOTE_DATA", str(tmp_path / "cache" / "deepnote"))
    folder = tmp_path / "cache" / "deepnote" / "mnist"
    folder.mkdir(parents=True)
    for name in download.FILES:
        (folder / name).write_bytes(b"broken")
    report, _ = diagnose()
    assert value(report, "mnist").startswith("없음")
    assert all(str(folder / name) in todo(report) for name in download.FILES)


def test_complete_data_is_ready(monkeypatch, tmp_path):
    empty = dict.fromkeys(
        download.FILES, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    monkeypatch.setattr(download, "SHA256", {"mnist": empty})  # 빈 파일의 SHA-256
    folder = tmp_path / "cache" / "deepnote" / "mnist"
    folder.mkdir(parents=True)
    for name in download.FILES:
        (folder / name).touch()
    assert value(diagnose()[0], "mnist") == f"쓸 수 있음; 찾는 폴더 {folder}"


# 노트북과 계산 --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shell", "variables", "expected"),
    [
        ("ZMQInteractiveShell", {}, "Jupyter 노트북"),
        ("TerminalInteractiveShell", {}, "IPython 콘솔"),
        ("NoneType", {}, "콘솔"),
        ("NoneType", {"JPY_PARENT_PID": "1"}, "Jupyter 노트북에서 호출한 명령"),
        ("ZMQInteractiveShell", {"COLAB_RELEASE_TAG": "x"}, "Colab"),
    ],
)
def test_the_surroundings_are_recognised(monkeypatch, shell, variables, expected):
    for name in ("JPY_PARENT_PID", "COLAB_RELEASE_TAG"):
        monkeypatch.delenv(name, raising=False)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    instance = None if shell == "NoneType" else type(shell, (), {})()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: instance))
    assert value(diagnose()[0], "실행 방식") == expected


def test_a_kernel_of_another_python_is_told_apart(monkeypatch):
    class Specs:
        argv = {
            "course": [sys.executable, "-m"],
            "old": ["/opt/old/python"],
            "odd": [],
            "python3": ["python"],
        }

        def find_kernel_specs(self):
            return dict.fromkeys(self.argv, "")

        def get_kernel_spec(self, name):
            return types.SimpleNamespace(argv=self.argv[name])

    monkeypatch.setattr(pathlib.Path, "home", lambda: pathlib.Path("/"))  # 경로를 줄이지 않는다
    module = types.SimpleNamespace(KernelSpecManager=Specs)
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", module)
    report, _ = diagnose()
    assert value(report, "커널 course") == f"{sys.executable} (이 파이썬)"
    assert value(report, "커널 python3") == "python (이 파이썬)"
    assert value(report, "커널 old") == "/opt/old/python (다른 프로그램)"
    assert value(report, "커널 odd") == "(알 수 없음) (다른 프로그램)"
    Specs.argv = {}
    assert "pip install ipykernel" in value(diagnose()[0], "커널")


def test_without_jupyter_or_threadpoolctl_the_report_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", None)
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    report, healthy = diagnose()
    assert healthy
    assert "pip install ipykernel" in value(report, "커널")
    assert "pip install threadpoolctl" in value(report, "스레드")


def test_the_number_of_processors_is_told_where_affinity_is_unknown(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert value(diagnose()[0], "CPU") == "6개 (쓸 수 있는 것 6개)"
