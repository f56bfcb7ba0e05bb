"""실행 환경을 확인해 그대로 붙여 넣을 수 있는 글로 만든다: `python -m deepnote_lib doctor`.

무엇이 없거나 손상되어도 멈추지 않고 할 일을 알려 줘야 하므로, 항목마다 따로 확인하고 패키지는 그
안에서 import한다. 홈 폴더는 ~로 바꾼다(사용자 이름이 드러나지 않게).
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import locale
import os
import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ESSENTIAL = ("numpy", "matplotlib", "pooch", "tqdm")  # 배포판의 이름이자 import하는 이름
OPTIONAL = {  # 배포판 이름: 쓰이는 곳
    "jupyterlab": "노트북을 여는 데",
    "ipykernel": "노트북을 실행하는 데",
    "ipywidgets": "연속값 슬라이더에",
}
BUILDING = {  # 책을 만드는 사람만 쓴다. 저장소에서 실행할 때만 살핀다
    "jupyter-book": "책을 빌드하는 데",
    "sphinx-book-theme": "책을 빌드하는 데",
    "scikit-learn": "라이브러리를 비교하는 데",
    "pytest": "테스트를 실행하는 데",
    "nbval": "노트북을 테스트하는 데",
}
CHECKOUT = Path(__file__).resolve().parents[1] / "requirements.txt"
THREAD_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "OPENBLAS_CORETYPE",
)
MINIMUM_PYTHON = (3, 11)
PIP = "python -m pip install"


class Finding(NamedTuple):
    """확인한 항목 하나. todo는 할 일이고, essential이면 그것 없이는 책을 쓸 수 없다.

    absent는 없어도 되지만 지금은 없는 것이다.
    """

    label: str
    value: str
    todo: str = ""
    essential: bool = False
    absent: str = ""


def diagnose() -> tuple[str, bool]:
    """환경을 확인해 (붙여 넣을 글, 필수 항목이 모두 있는지)를 반환한다. 예외를 내지 않는다.

    글에는 항목마다 한 줄씩, 끝에는 할 일이 번호로 적혀 있다. 필수 항목은 파이썬, 패키지, 글꼴이다.

    >>> report, healthy = diagnose()
    >>> report.splitlines()[0].startswith("딥노트 진단")
    True
    """
    lines = [f"딥노트 진단 (deepnote_lib {_version('deepnote-lib') or '버전을 알 수 없음'})"]
    findings: list[Finding] = []
    for title, probe in PROBES.items():
        found = _guarded(title, probe)
        lines += ["", f"[{title}]", *(f"{f.label}: {f.value}" for f in found)]
        findings += found
    todo = [f"{'(필수) ' if f.essential else ''}{f.todo}" for f in findings if f.todo]
    absent = ", ".join(f.absent for f in findings if f.absent)
    lines += ["", "[할 일]", *(f"{i}. {step}" for i, step in enumerate(todo, start=1))]
    if not todo:
        lines.append("없음. 꼭 필요한 것은 모두 있습니다.")
    if absent:
        lines.append(f"없어도 되지만 지금 없는 것: {absent}")
    return _hide_home("\n".join(lines)), not any(f.essential and f.todo for f in findings)


def _hide_home(text: str) -> str:
    try:
        home = Path.home()
        homes = {str(home), home.as_posix(), os.path.realpath(home)}
    except (RuntimeError, OSError):
        return text
    flags = re.IGNORECASE if os.name == "nt" else 0
    for path in sorted(homes, key=len, reverse=True):
        if len(Path(path).parts) > 1:  # 홈이 /이면 모든 경로가 바뀐다
            text = re.sub(rf"{re.escape(path)}(?![\w.-])", "~", text, flags=flags)
    return text


def _guarded(title: str, probe: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return probe()
    except Exception as error:  # 진단이 진단하려는 문제로 멈추면 안 된다
        return [Finding(title, f"확인하지 못했습니다 ({_one_line(error)})")]


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _system() -> list[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, MINIMUM_PYTHON))
    old = sys.version_info[:2] < MINIMUM_PYTHON
    todo = f"파이썬 {wanted} 이상을 설치하고 가상 환경을 다시 만드세요." if old else ""
    environment = "가상 환경" if sys.prefix != sys.base_prefix else "가상 환경 아님"
    output, file = getattr(sys.stdout, "encoding", None), locale.getpreferredencoding(False)
    return [
        Finding("파이썬", f"{found} ({platform.python_implementation()})", todo, old),
        Finding("실행 파일", f"{sys.executable} ({environment})"),
        Finding("운영 체제", f"{platform.platform()}, {platform.machine()}"),
        Finding("인코딩", f"출력 {output}, 파일 {file}"),
        Finding("설치 위치", str(Path(__file__).parent)),
    ]


def _requirements() -> dict[str, str]:
    """배포판 이름 → 허용하는 버전 범위(`>=2.0,<3`). 설치 정보를 읽을 수 없으면 빈 사전."""
    try:
        lines = importlib.metadata.requires("deepnote-lib") or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    matches = (re.match(r"([\w.-]+)\s*([^;\s]*)", line) for line in lines)
    return {match[1].lower(): match[2] for match in matches if match}


def _numbers(version: str) -> tuple[int, ...]:
    """버전의 수만 적은 것. 끝의 0은 뺀다.

    >>> _numbers("2.0rc1"), _numbers("1.0.4.post1")
    ((2,), (1, 0, 4))
    """
    found = re.match(r"\d+(?:\.\d+)*", version)
    parts = [int(part) for part in found[0].split(".")] if found else []
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def _within(version: str, allowed: str) -> bool:
    """버전이 범위 안인가? packaging은 설치되지 않았을 수 있어 쓰지 않는다.

    >>> _within("2.4.6", "<3,>=2.0"), _within("3.0", "<3,>=2.0")
    (True, False)
    """
    mine = _numbers(version)
    for sign, wanted in re.findall(r"([<>=!]=?)\s*([\w.]+)", allowed):
        limit = _numbers(wanted)
        holds = {
            ">=": mine >= limit,
            "<=": mine <= limit,
            "==": mine == limit,
            "!=": mine != limit,
            ">": mine > limit,
            "<": mine < limit,
        }
        if not holds[sign]:
            return False
    return True


def _packages() -> list[Finding]:
    ranges = _requirements()
    building = BUILDING if CHECKOUT.is_file() else {}
    found = []
    for name in (*ESSENTIAL, *OPTIONAL, *building):
        essential, version, allowed = name in ESSENTIAL, _version(name), ranges.get(name, "")
        install = f'{PIP} "{name}{allowed}"'
        if name in building:
            # 책을 만드는 패키지는 서로 맞는 버전이 정해져 있어 하나만 설치하면 안 된다
            install = f"{PIP} -r {CHECKOUT.name}"
        value, todo, absent = version or "없음", "", ""
        if version is None and essential:
            todo = f"{name}: 없습니다. {install} 명령을 실행하세요."
        elif version is None:
            absent = f"{name}({(OPTIONAL | building)[name]} 씁니다)"
            value = f"없음 ({(OPTIONAL | building)[name]} 씁니다. 설치: {install})"
        elif not _within(version, allowed):
            value += f" (필요한 범위 {allowed})"
            todo = f"{name}: 버전이 범위를 벗어납니다. {install} 명령을 실행하세요."
        elif essential:
            try:
                importlib.import_module(name)
            except Exception as error:  # 손상된 이진 파일은 ImportError가 아닌 예외도 낸다
                value += f" (import하지 못함: {_one_line(error)})"
                todo = f"{name}: 손상되었습니다. {PIP} --force-reinstall {name} 명령을 실행하세요."
        found.append(Finding(name, value, todo, essential, absent))
    return found


def _repair() -> str:
    """deepnote_lib를 다시 설치하라는 말. 설치할 때 쓴 주소를 알면 그 명령까지 적는다."""
    if CHECKOUT.is_file():
        return f"저장소 폴더에서 {PIP} --force-reinstall --no-deps . 명령을 실행하세요."
    try:
        text = importlib.metadata.distribution("deepnote-lib").read_text("direct_url.json")
        address = json.loads(text or "")["url"]
    except (ImportError, ValueError, KeyError):  # PackageNotFoundError는 ImportError이다
        return "deepnote_lib를 지우고 다시 설치하세요."
    return f'{PIP} --force-reinstall --no-deps "{address}" 명령을 실행하세요.'


def _fonts() -> list[Finding]:
    folder = Path(__file__).parent / "plots" / "fonts"
    repair = _repair()
    files = sorted(p for p in folder.glob("*") if p.suffix.lower() in (".ttf", ".otf"))
    if not files:
        todo = f"한글 글꼴: 그림의 한글이 깨집니다. {repair}"
        return [Finding("한글 글꼴", f"없음 ({folder})", todo, True)]
    get_font = importlib.import_module("matplotlib.font_manager").get_font
    found = []
    for path in files:
        try:
            font = get_font(str(path))
            hangul = bool(font.get_char_index(ord("가")))
            value = f"{font.family_name} ({'한글 있음' if hangul else '한글 없음'})"
        except (RuntimeError, OSError) as error:
            hangul, value = False, f"읽지 못함 ({_one_line(error)})"
        todo = "" if hangul else f"{path.name}: 손상되었습니다. {repair}"
        found.append(Finding(path.name, value, todo, True))
    return found


def _data() -> list[Finding]:
    download = importlib.import_module("deepnote_lib.datasets._download")
    variable = download.ENVIRONMENT
    value = os.environ.get(variable, "").strip()
    absent = bool(value) and not Path(value).expanduser().is_dir()
    todo = f"{variable}: 있는 폴더를 적거나 변수를 지우세요." if absent else ""
    shown = f"{value} (없는 폴더)" if absent else value or "(설정하지 않음)"
    found = [Finding(variable, shown, todo)]
    for dataset in download.SHA256:
        folders = [download.supplied_folder(dataset), download.cache_folder(dataset)]
        damaged = ", ".join(map(str, download.damaged_files(dataset)))
        ready = not damaged and not download.missing_files(dataset)
        get = f"없음. python -m deepnote_lib data {dataset} 명령으로 내려받습니다"
        places = ", ".join(str(folder) for folder in folders if folder is not None)
        found.append(
            Finding(
                dataset,
                f"{'쓸 수 있음' if ready else get}; 찾는 폴더 {places}",
                damaged and f"{dataset}: 손상된 파일을 지우고 다시 받으세요: {damaged}",
                absent="" if ready or damaged else f"{dataset} 데이터",
            )
        )
    return found


def _notebook() -> list[Finding]:
    return [Finding("실행 방식", _surroundings()), *_guarded("커널", _kernels)]


def _surroundings() -> str:
    if "google.colab" in sys.modules or "COLAB_RELEASE_TAG" in os.environ:
        return "Colab"
    ipython = sys.modules.get("IPython")
    shell = type(ipython.get_ipython()).__name__ if ipython is not None else "NoneType"
    if shell == "ZMQInteractiveShell":
        return "Jupyter 노트북"
    if "JPY_PARENT_PID" in os.environ:  # 노트북의 `!python -m …`은 이 변수를 물려받는다
        return "Jupyter 노트북에서 호출한 명령"
    return "콘솔" if shell == "NoneType" else "IPython 콘솔"


def _kernels() -> list[Finding]:
    install = f"노트북을 실행하려면 {PIP} ipykernel"
    try:
        specs = importlib.import_module("jupyter_client.kernelspec").KernelSpecManager()
    except ImportError:
        return [Finding("커널", f"Jupyter 없음 ({install})")]
    found = []
    for name in sorted(specs.find_kernel_specs()):
        program = (specs.get_kernel_spec(name).argv or ["(알 수 없음)"])[0]
        # 노트북에서만 `No module named 'deepnote_lib'`가 나면 커널의 파이썬이 다른 것이다
        same = program in ("python", "python3") or Path(program) == Path(sys.executable)
        found.append(
            Finding(f"커널 {name}", f"{program} ({'이 파이썬' if same else '다른 프로그램'})")
        )
    return found or [Finding("커널", f"없음 ({install})")]


def _computation() -> list[Finding]:
    affinity = getattr(os, "sched_getaffinity", None)
    usable = os.cpu_count() if affinity is None else len(affinity(0))
    variables = [f"{name}={os.environ[name]}" for name in THREAD_VARIABLES if name in os.environ]
    return [
        Finding("CPU", f"{os.cpu_count()}개 (쓸 수 있는 것 {usable}개)"),
        *_guarded("BLAS", _blas),
        *_guarded("스레드", _threads),
        Finding("스레드 환경 변수", ", ".join(variables) or "(설정하지 않음)"),
    ]


def _blas() -> list[Finding]:
    blas = importlib.import_module("numpy").show_config(mode="dicts")["Build Dependencies"]["blas"]
    return [Finding("BLAS", f"{blas.get('name')} {blas.get('version')}")]


def _threads() -> list[Finding]:
    try:
        threadpoolctl = importlib.import_module("threadpoolctl")
    except ImportError:
        return [Finding("스레드", f"확인하지 못함 ({PIP} threadpoolctl)")]
    pools = []
    for pool in threadpoolctl.threadpool_info():
        words = (pool.get(key) for key in ("internal_api", "version", "architecture"))
        pools.append(f"{' '.join(filter(None, words))} 스레드 {pool.get('num_threads')}개")
    return [Finding("스레드", ", ".join(pools) or "스레드 풀 없음")]


PROBES: dict[str, Callable[[], list[Finding]]] = {
    "시스템": _system,
    "패키지": _packages,
    "글꼴": _fonts,
    "데이터": _data,
    "노트북": _notebook,
    "계산": _computation,
}
