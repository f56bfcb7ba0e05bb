"""실행 환경을 살펴 그대로 붙여 넣을 수 있는 글로 만든다: `python -m deepnote_lib doctor`.

무엇이 없거나 깨져도 멈추지 않고 할 일을 알려 주어야 하므로, 항목마다 따로 살피고 꾸러미는 그 안에서 불러온다.
홈 폴더는 ~로 바꾼다(사용자 이름이 드러나지 않게).
"""

from __future__ import annotations

import importlib
import importlib.metadata
import locale
import os
import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ESSENTIAL = {  # 배포판 이름: 불러올 이름
    "numpy": "numpy",
    "matplotlib": "matplotlib",
    "scikit-learn": "sklearn",
    "pooch": "pooch",
    "tqdm": "tqdm",
}
OPTIONAL = {  # 배포판 이름: 쓰이는 곳
    "jupyterlab": "노트북을 열려면",
    "ipykernel": "노트북을 실행하려면",
    "ipywidgets": "연속값 슬라이더를 쓰려면",
    "jupyter-book": "책을 지으려면",
    "sphinx-book-theme": "책을 지으려면",
    "pytest": "시험을 돌리려면",
    "nbval": "노트북을 시험하려면",
    "threadpoolctl": "스레드 수를 살피려면",
}
THREAD_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "OPENBLAS_CORETYPE",
)
MINIMUM_PYTHON = (3, 11)


class Finding(NamedTuple):
    """살핀 항목 하나. todo가 있으면 할 일이 있다는 뜻이고, essential이면 그것 없이는 책을 쓸 수 없다."""

    label: str
    value: str
    todo: str = ""
    essential: bool = False


def diagnose() -> tuple[str, bool]:
    """환경을 살펴 (붙여 넣을 글, 필수 항목이 모두 있는지)를 돌려준다.

    Returns
    -------
    report : str
        항목마다 한 줄씩 적고, 끝에 할 일을 번호로 적은 글. 홈 폴더는 ~로 바뀌어 있다.
    healthy : bool
        필수 항목(파이썬, 꾸러미, 글꼴)이 모두 갖추어졌으면 True.

    Notes
    -----
    예외를 내지 않는다. 살피지 못한 항목은 까닭을 적고 넘어간다.

    Examples
    --------
    >>> report, healthy = diagnose()
    >>> report.splitlines()[0].startswith("딥노트 진단")
    True
    """
    lines = [f"딥노트 진단 (deepnote_lib {_version('deepnote-lib') or '버전을 알 수 없음'})"]
    findings: list[Finding] = []
    for title, probe in PROBES:
        found = _guarded(title, probe)
        lines += ["", f"[{title}]", *(f"{f.label}: {f.value}" for f in found)]
        findings += found
    todo = [f"{'(필수) ' if f.essential else ''}{f.todo}" for f in findings if f.todo]
    lines += ["", "[할 일]", *(f"{i}. {step}" for i, step in enumerate(todo, start=1))]
    if not todo:
        lines.append("없음. 모두 갖추어졌습니다.")
    return hide_home("\n".join(lines)), not any(f.essential and f.todo for f in findings)


def hide_home(text: str) -> str:
    """글 속의 홈 폴더 경로를 ~로 바꾼다."""
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
        return [Finding(title, f"살피지 못했습니다 ({_one_line(error)})")]


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except Exception:  # 깨진 메타데이터는 여러 예외를 낸다
        return None


def _system() -> list[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, MINIMUM_PYTHON))
    old = sys.version_info[:2] < MINIMUM_PYTHON
    todo = f"파이썬 {wanted} 이상을 설치하고 가상 환경을 다시 만드세요." if old else ""
    environment = "가상 환경" if sys.prefix != sys.base_prefix else "가상 환경 아님"
    return [
        Finding("파이썬", f"{found} ({platform.python_implementation()})", todo, old),
        Finding("실행 파일", f"{sys.executable} ({environment})"),
        Finding("운영 체제", f"{platform.platform()}, {platform.machine()}"),
        Finding(
            "인코딩",
            f"출력 {getattr(sys.stdout, 'encoding', None)}, 파일 {locale.getpreferredencoding(False)}",
        ),
        Finding("deepnote_lib의 자리", str(Path(__file__).parent)),
    ]


def _requirements() -> dict[str, Any]:
    """배포판 이름 → 허용하는 버전 범위. 설치 정보를 읽을 수 없으면 빈 사전."""
    try:
        from packaging.requirements import Requirement

        lines = importlib.metadata.requires("deepnote-lib") or []
        return {r.name.lower(): r.specifier for r in map(Requirement, lines)}
    except Exception:
        return {}


def _packages() -> list[Finding]:
    ranges = _requirements()
    found = []
    for name in [*ESSENTIAL, *OPTIONAL]:
        essential, version, allowed = name in ESSENTIAL, _version(name), ranges.get(name)
        install = f'python -m pip install "{name}{allowed if allowed is not None else ""}"'
        if version is None and not essential:
            found.append(Finding(name, f"없음 ({OPTIONAL[name]} {install})"))
            continue
        value, todo = version or "없음", "" if version else f"{name}: 없습니다. {install} 을 실행하세요."
        if version and allowed is not None and not allowed.contains(version, prereleases=True):
            value += f" (필요한 범위 {allowed})"
            todo = f"{name}: 버전이 범위를 벗어납니다. {install} 을 실행하세요."
        elif version and essential:
            try:
                importlib.import_module(ESSENTIAL[name])
            except Exception as error:  # 깨진 이진 파일은 ImportError가 아닌 예외도 낸다
                value += f" (불러오지 못함: {_one_line(error)})"
                todo = f"{name}: 깨졌습니다. python -m pip install --force-reinstall {name} 을 실행하세요."
        found.append(Finding(name, value, todo, essential))
    return found


def _fonts() -> list[Finding]:
    folder = Path(__file__).parent / "plots" / "fonts"
    repair = "저장소 폴더에서 python -m pip install --force-reinstall --no-deps . 을 실행하세요."
    files = sorted(p for p in folder.glob("*") if p.suffix.lower() in (".ttf", ".otf"))
    if not files:
        return [Finding("한글 글꼴", f"{folder} 에 없음", f"한글 글꼴: 그림의 한글이 깨집니다. {repair}", True)]
    get_font = importlib.import_module("matplotlib.font_manager").get_font
    found = []
    for path in files:
        try:
            font = get_font(str(path))
            hangul = bool(font.get_char_index(ord("가")))
            value, ok = f"{font.family_name} ({'한글 있음' if hangul else '한글 없음'})", hangul
        except Exception as error:
            value, ok = f"읽지 못함 ({_one_line(error)})", False
        found.append(Finding(path.name, value, "" if ok else f"{path.name}: 깨졌습니다. {repair}", True))
    return found


def _data() -> list[Finding]:
    download = importlib.import_module("deepnote_lib.datasets.download")
    value = os.environ.get(download.ENVIRONMENT, "").strip()
    missing = value and not Path(value).expanduser().is_dir()
    found = [
        Finding(
            download.ENVIRONMENT,
            (value or "(설정하지 않음)") + (" (없는 폴더)" if missing else ""),
            f"{download.ENVIRONMENT}: 있는 폴더를 적거나 변수를 지우세요." if missing else "",
        )
    ]
    for dataset in download.SHA256:
        places = {"캐시": download.cache_folder(dataset)}
        supplied = download.supplied_folder(dataset)
        if supplied is not None:
            places = {download.ENVIRONMENT: supplied, **places}
        seen, broken = [], []
        for place, folder in places.items():
            state = download.folder_state(folder, dataset)
            good = sum(s == "온전" for s in state.values())
            seen.append(f"{place} {folder} 에 {good}/{len(state)}개")
            broken += [str(folder / file) for file, s in state.items() if s == "깨짐"]
        ready = not download.missing_files(dataset) and not broken
        get = f"없으면 python -m deepnote_lib data {dataset} 로 내려받습니다"
        found.append(
            Finding(
                dataset,
                ("쓸 수 있음" if ready else f"갖추어지지 않음. {get}") + "; " + ", ".join(seen),
                f"{dataset}: 깨진 파일을 지우고 다시 받으세요: {', '.join(broken)}" if broken else "",
            )
        )
    return found


def _kernel() -> list[Finding]:
    return [Finding("실행 방식", _surroundings()), *_guarded("커널", _kernel_specs)]


def _surroundings() -> str:
    if "google.colab" in sys.modules or "COLAB_RELEASE_TAG" in os.environ:
        return "Colab"
    ipython = sys.modules.get("IPython")
    shell = type(ipython.get_ipython()).__name__ if ipython is not None else "NoneType"
    if shell == "ZMQInteractiveShell":
        return "Jupyter 노트북"
    if "JPY_PARENT_PID" in os.environ:  # 노트북의 `!python -m …`은 이 변수를 물려받는다
        return "Jupyter 노트북에서 부른 명령"
    return "콘솔" if shell == "NoneType" else "IPython 콘솔"


def _kernel_specs() -> list[Finding]:
    try:
        specs = importlib.import_module("jupyter_client.kernelspec").KernelSpecManager()
    except ImportError:
        return [Finding("커널", "Jupyter 없음 (노트북을 실행하려면 python -m pip install ipykernel)")]
    found = []
    for name in sorted(specs.find_kernel_specs()):
        argv = specs.get_kernel_spec(name).argv
        program = argv[0] if argv else "(알 수 없음)"
        # 노트북에서만 `No module named 'deepnote_lib'`가 나면 커널의 파이썬이 다른 것이다
        same = program in ("python", "python3") or os.path.abspath(program) == os.path.abspath(sys.executable)
        found.append(Finding(f"커널 {name}", f"{program} ({'이 파이썬' if same else '다른 프로그램'})"))
    return found or [Finding("커널", "없음 (노트북을 실행하려면 python -m pip install ipykernel)")]


def _computation() -> list[Finding]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    variables = [f"{name}={os.environ[name]}" for name in THREAD_VARIABLES if name in os.environ]
    return [
        Finding("CPU", f"{os.cpu_count()}개 (쓸 수 있는 것 {usable}개)"),
        *_guarded("BLAS", _blas),
        *_guarded("스레드", _threads),
        Finding("스레드 환경 변수", ", ".join(variables) or "(설정하지 않음)"),
    ]


def _blas() -> list[Finding]:
    config = importlib.import_module("numpy").show_config(mode="dicts")
    blas = config["Build Dependencies"]["blas"]
    return [Finding("BLAS", f"{blas.get('name')} {blas.get('version')}")]


def _threads() -> list[Finding]:
    try:
        threadpoolctl = importlib.import_module("threadpoolctl")
    except ImportError:
        return [Finding("스레드", "살피지 못함 (python -m pip install threadpoolctl)")]
    pools = [
        f"{p.get('internal_api')} {p.get('version') or ''} {p.get('architecture') or ''}".strip()
        + f" 스레드 {p.get('num_threads')}개"
        for p in threadpoolctl.threadpool_info()
    ]
    return [Finding("스레드", ", ".join(pools) or "스레드 풀 없음")]


PROBES: tuple[tuple[str, Callable[[], list[Finding]]], ...] = (
    ("시스템", _system),
    ("꾸러미", _packages),
    ("글꼴", _fonts),
    ("데이터", _data),
    ("노트북", _kernel),
    ("계산", _computation),
)
