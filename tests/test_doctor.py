"""환경 진단의 시험: 무엇이 없거나 깨져도 멈추지 않고 할 일을 말해야 한다."""

from __future__ import annotations

import importlib
import importlib.metadata
import io
import os
import pathlib
import platform
import subprocess
import sys
import types

import numpy as np
import pytest

from deepnote_lib import doctor
from deepnote_lib.__main__ import main
from deepnote_lib.datasets import download


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    """사용자의 캐시를 읽지 않게 하고, 글꼴과 데이터의 상태를 시험마다 정한다."""
    pooch = importlib.import_module("pooch")
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.delenv("DEEPNOTE_DATA", raising=False)


@pytest.fixture
def missing(monkeypatch):
    """없는 꾸러미를 흉내 낸다."""
    version = importlib.metadata.version

    def remove(*names):
        def lookup(name):
            if name in names:
                raise importlib.metadata.PackageNotFoundError(name)
            return version(name)

        monkeypatch.setattr(importlib.metadata, "version", lookup)

    return remove


def section(report, title):
    return report.split(f"[{title}]\n", 1)[1].split("\n\n[", 1)[0]


def todo(report):
    return section(report, "할 일")


def test_the_report_tells_versions_data_fonts_kernel_and_threads(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    report, _ = doctor.diagnose()
    assert f"파이썬: {platform.python_version()}" in section(report, "시스템")
    assert f"numpy: {np.__version__}" in section(report, "꾸러미")
    for name in [*doctor.ESSENTIAL, *doctor.OPTIONAL]:
        assert f"\n{name}: " in "\n" + section(report, "꾸러미")
    assert "DEEPNOTE_DATA: (설정하지 않음)" in section(report, "데이터")
    assert "fashion-mnist: " in section(report, "데이터")
    assert "실행 방식: " in section(report, "노트북")
    assert "BLAS: " in section(report, "계산")
    assert "OPENBLAS_NUM_THREADS=1" in section(report, "계산")


def test_every_probe_succeeds_in_a_complete_environment():
    report, _ = doctor.diagnose()
    assert "살피지 못했습니다" not in report


def test_the_command_prints_the_report_and_ends_with_zero_when_all_is_there(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "PROBES", (("시스템", doctor._system),))
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("딥노트 진단")
    assert out.endswith("없음. 모두 갖추어졌습니다.\n")


def test_the_module_can_be_run_and_prints_on_a_cp949_console(tmp_path):
    """cp949에 없는 글자(여기서는 폴더 이름의 é)가 있어도 멈추지 않는다."""
    result = subprocess.run(
        [sys.executable, "-m", "deepnote_lib", "doctor"],
        env={**os.environ, "PYTHONIOENCODING": "cp949:strict", "DEEPNOTE_DATA": str(tmp_path / "café")},
        capture_output=True,
        check=False,
    )
    assert result.returncode in (0, 1)
    assert result.stderr == b""
    text = result.stdout.decode("cp949")
    assert text.startswith("딥노트 진단")
    assert "caf? (없는 폴더)" in text


def test_an_output_that_cannot_be_reconfigured_is_used_as_it_is(monkeypatch):
    """Jupyter의 출력에는 reconfigure가 없다."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["doctor"]) in (0, 1)
    assert stream.getvalue().startswith("딥노트 진단")


def test_the_home_folder_is_replaced_by_a_tilde(monkeypatch, tmp_path):
    home = tmp_path / "hong"
    home.mkdir()
    monkeypatch.setattr(pathlib.Path, "home", lambda: home)
    monkeypatch.setenv("DEEPNOTE_DATA", str(home / "data"))
    report, _ = doctor.diagnose()
    assert f"DEEPNOTE_DATA: ~{os.sep}data" in report
    assert "hong" not in report


def test_only_whole_path_components_are_replaced(monkeypatch):
    monkeypatch.setattr(pathlib.Path, "home", lambda: pathlib.Path("/home/hong"))
    monkeypatch.setattr(os.path, "realpath", lambda path: "/Users/hong")
    text = "/home/hong/a /home/hong, /home/hongik/b /Users/hong/c"
    assert doctor.hide_home(text) == "~/a ~, /home/hongik/b ~/c"


def test_a_root_home_or_no_home_changes_nothing(monkeypatch):
    monkeypatch.setattr(pathlib.Path, "home", lambda: pathlib.Path("/"))
    assert doctor.hide_home("/usr/bin, /") == "/usr/bin, /"

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(pathlib.Path, "home", homeless)
    assert doctor.hide_home("/usr/bin") == "/usr/bin"


def test_a_failing_probe_is_reported_and_the_others_go_on(monkeypatch):
    def broken():
        raise RuntimeError("첫 줄\n둘째 줄")

    monkeypatch.setattr(doctor, "PROBES", (("망가진 것", broken), ("시스템", doctor._system)))
    report, healthy = doctor.diagnose()
    assert "망가진 것: 살피지 못했습니다 (RuntimeError: 첫 줄 둘째 줄)" in report
    assert "파이썬: " in report
    assert healthy


def test_an_old_python_is_essential(monkeypatch):
    monkeypatch.setattr(doctor, "MINIMUM_PYTHON", (99, 0))
    report, healthy = doctor.diagnose()
    assert not healthy
    assert "(필수) 파이썬 99.0 이상" in todo(report)


def test_a_missing_essential_package_ends_with_one_and_says_how_to_install(missing, capsys):
    missing("scikit-learn")
    assert main(["doctor"]) == 1
    report = capsys.readouterr().out
    assert "scikit-learn: 없음" in report
    assert "(필수) scikit-learn: 없습니다. python -m pip install" in todo(report)


def test_a_missing_optional_package_is_no_failure_and_says_what_it_is_for(missing):
    missing("ipywidgets", "deepnote-lib")
    findings = {f.label: f for f in doctor._packages()}
    assert findings["ipywidgets"].value.startswith("없음 (연속값 슬라이더를 쓰려면 python -m pip install")
    assert not findings["ipywidgets"].todo
    assert "버전을 알 수 없음" in doctor.diagnose()[0].splitlines()[0]


def test_an_installed_but_broken_essential_package_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    finding = next(f for f in doctor._packages() if f.label == "scikit-learn")
    assert "불러오지 못함" in finding.value
    assert "--force-reinstall" in finding.todo
    assert finding.essential


def test_a_version_outside_the_declared_range_is_told(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ["numpy<1", "nbval<0.1; extra == 'test'"])
    findings = {f.label: f for f in doctor._packages()}
    assert findings["numpy"].value == f"{np.__version__} (필요한 범위 <1)"
    assert findings["numpy"].todo
    assert findings["numpy"].essential
    assert findings["nbval"].todo
    assert not findings["nbval"].essential


def test_unreadable_requirements_only_lose_the_ranges(monkeypatch):
    def unreadable(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", unreadable)
    assert doctor._requirements() == {}
    assert {f.label: f for f in doctor._packages()}["numpy"].value == np.__version__


def test_the_essential_packages_are_the_declared_dependencies():
    """pyproject.toml의 dependencies와 이 목록이 갈라지지 않게 한다."""
    declared = [line for line in importlib.metadata.requires("deepnote-lib") if "extra" not in line]
    assert {line.split("<")[0].split(">")[0].strip() for line in declared} == set(doctor.ESSENTIAL)


def test_a_font_with_hangul_is_named_and_one_without_or_a_broken_one_is_essential(
    monkeypatch, tmp_path
):
    """DejaVu Sans에는 한글이 없다. 대신 쓸 수 있는 글꼴인지를 이름이 아니라 글자로 판단한다."""
    font_manager = importlib.import_module("matplotlib.font_manager")
    fonts = tmp_path / "plots" / "fonts"
    fonts.mkdir(parents=True)
    monkeypatch.setattr(doctor, "__file__", str(tmp_path / "doctor.py"))
    (finding,) = doctor._fonts()
    assert finding.essential
    assert "저장소 폴더에서" in finding.todo
    dejavu = pathlib.Path(font_manager.findfont("DejaVu Sans"))
    (fonts / "a.ttf").write_bytes(dejavu.read_bytes())
    (fonts / "b.ttf").write_bytes(b"broken")
    (fonts / "OFL.txt").write_text("license")
    latin, broken = doctor._fonts()
    assert latin.value == "DejaVu Sans (한글 없음)"
    assert latin.todo
    assert broken.value.startswith("읽지 못함")
    assert broken.todo

    class Korean:
        family_name = "Some Korean"

        def get_char_index(self, code):
            return 7

    monkeypatch.setattr(font_manager, "get_font", lambda path: Korean())
    assert doctor._fonts()[0].value == "Some Korean (한글 있음)"
    assert not doctor._fonts()[0].todo


def test_absent_data_is_told_with_the_places_and_the_command(tmp_path):
    findings = {f.label: f for f in doctor._data()}
    value = findings["fashion-mnist"].value
    assert "python -m deepnote_lib data fashion-mnist" in value
    assert f"캐시 {tmp_path / 'cache' / 'deepnote' / 'fashion-mnist'} 에 0/4개" in value
    assert not findings["mnist"].todo


def test_a_wrong_deepnote_data_and_broken_files_become_things_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("DEEPNOTE_DATA", str(tmp_path / "typo"))
    assert "있는 폴더를" in doctor._data()[0].todo
    folder = tmp_path / "typo" / "mnist"
    folder.mkdir(parents=True)
    (folder / download.TEST_LABELS).write_bytes(b"broken")
    variable, mnist, _ = doctor._data()
    assert not variable.todo
    assert str(folder / download.TEST_LABELS) in mnist.todo
    assert "갖추어지지 않음" in mnist.value
    assert f"DEEPNOTE_DATA {folder} 에 0/4개" in mnist.value


def test_broken_files_are_not_ready_even_when_all_four_are_there(monkeypatch, tmp_path):
    monkeypatch.setenv("DEEPNOTE_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    for name in download.FILES:
        (tmp_path / "mnist" / name).write_bytes(b"broken")
    assert doctor._data()[1].value.startswith("갖추어지지 않음")


def test_complete_data_is_ready(monkeypatch, tmp_path):
    empty = dict.fromkeys(download.FILES, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    monkeypatch.setattr(download, "SHA256", {"mnist": empty})  # 빈 파일의 SHA-256
    folder = tmp_path / "cache" / "deepnote" / "mnist"
    folder.mkdir(parents=True)
    for name in download.FILES:
        (folder / name).touch()
    _, mnist = doctor._data()
    assert mnist.value.startswith("쓸 수 있음; 캐시")
    assert "4/4개" in mnist.value


@pytest.mark.parametrize(
    ("shell", "variables", "expected"),
    [
        ("ZMQInteractiveShell", {}, "Jupyter 노트북"),
        ("TerminalInteractiveShell", {}, "IPython 콘솔"),
        ("NoneType", {}, "콘솔"),
        ("NoneType", {"JPY_PARENT_PID": "1"}, "Jupyter 노트북에서 부른 명령"),
        ("ZMQInteractiveShell", {"COLAB_RELEASE_TAG": "x"}, "Colab"),
    ],
)
def test_the_surroundings_are_recognised(monkeypatch, shell, variables, expected):
    for name in ("JPY_PARENT_PID", "COLAB_RELEASE_TAG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    instance = None if shell == "NoneType" else type(shell, (), {})()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: instance))
    assert doctor._surroundings() == expected


def test_a_kernel_of_another_python_is_told_apart(monkeypatch):
    class Specs:
        argv = {"course": [sys.executable, "-m"], "old": ["/opt/old/python"], "odd": [], "python3": ["python"]}

        def find_kernel_specs(self):
            return dict.fromkeys(self.argv, "")

        def get_kernel_spec(self, name):
            return types.SimpleNamespace(argv=self.argv[name])

    module = types.SimpleNamespace(KernelSpecManager=Specs)
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", module)
    values = {f.label: f.value for f in doctor._kernel_specs()}
    assert values["커널 course"] == f"{sys.executable} (이 파이썬)"
    assert values["커널 python3"] == "python (이 파이썬)"
    assert values["커널 old"] == "/opt/old/python (다른 프로그램)"
    assert values["커널 odd"] == "(알 수 없음) (다른 프로그램)"
    Specs.argv = {}
    assert "pip install ipykernel" in doctor._kernel_specs()[0].value


def test_without_jupyter_or_threadpoolctl_the_report_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", None)
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    assert "pip install ipykernel" in doctor._kernel_specs()[0].value
    assert "pip install threadpoolctl" in doctor._threads()[0].value


def test_broken_numpy_does_not_stop_the_report(monkeypatch):
    """NumPy를 불러올 수 없으면 필수 항목이 빠진 것이고, 나머지는 그대로 살핀다."""
    real = importlib.import_module

    def without_numpy(name, *args):
        if name in ("numpy", "deepnote_lib.datasets.download", "matplotlib", "matplotlib.font_manager"):
            raise ImportError("DLL load failed")
        return real(name, *args)

    monkeypatch.setattr(importlib, "import_module", without_numpy)
    report, healthy = doctor.diagnose()
    assert not healthy
    assert "(필수) numpy: 깨졌습니다" in report
    assert "BLAS: 살피지 못했습니다 (ImportError: DLL load failed)" in report
    assert "데이터: 살피지 못했습니다" in report
    assert "CPU: " in report


def test_the_number_of_processors_is_told_where_affinity_is_unknown(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert doctor._computation()[0].value == "6개 (쓸 수 있는 것 6개)"


def test_no_command_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "doctor" in capsys.readouterr().err
