"""독자의 답을 한도 안에서 실행한다: 끝나지 않거나 쓰러져도 부른 쪽은 멀쩡하다.

Linux와 macOS에서는 갈라진 자식 프로세스(fork)에서 실행해 프로세서 시간, 메모리, 출력, 파일의 크기를 막는다.
fork가 없는 Windows와 웹 페이지 안의 파이썬에서는 같은 프로세스에서 줄마다 시간을 보는 추적(trace)으로
막는다. 환경 변수 DEEPNOTE_CHECK에 fork나 trace를 적어 고를 수 있다.
"""

from __future__ import annotations

import builtins
import dis
import faulthandler
import json
import math
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from deepnote_lib._checks import check_choice
from deepnote_lib.exercises._examine import Call, EscapedError, Report, Stopped, Tell

ENVIRONMENT = "DEEPNOTE_CHECK"
SECONDS = 5.0  # 프로세서 시간
WALL = 20  # 초. 잠들거나 기다리는 답을 끝낸다
MEMORY = 1 << 30  # 바이트. 시작할 때보다 더 쓸 수 있는 메모리
FILE = 1 << 20  # 바이트. 답이 만들 수 있는 파일의 크기
LARGEST = 1 << 20  # 바이트. 자식이 보내는 보고 하나
# 한 줄에 적은 while True: pass는 제자리로 뛰는 명령 하나이다. 파이썬 3.11의 추적은 이것을 새 줄로 보지 않는다
SPIN = bytes([dis.opmap["JUMP_BACKWARD"], 1])

Work = Callable[[Call, Tell | None], Report]

TOO_LONG = "프로세서 시간이 {seconds:g}초를 넘어 멈췄습니다. 끝나지 않는 반복문이 있는지 보세요"
NO_MEMORY_LIMIT = (
    "macOS에서는 메모리를 막지 못합니다. 아주 큰 배열을 만드는 답은 컴퓨터를 느리게 할 수 있습니다."
)
TRACED = (
    "이 환경에서는 파이썬의 반복문과 출력만 멈출 수 있습니다. 메모리, NumPy 안의 긴 계산, 잠든 프로그램, "
    "모든 예외를 삼키는 반복문, os._exit()는 막지 못합니다."
)


def way() -> str:
    """답을 실행하는 방법: fork 또는 trace."""
    chosen = os.environ.get(ENVIRONMENT, "").strip()
    can_fork = hasattr(os, "fork") and sys.platform not in ("emscripten", "wasi")
    if not chosen:
        return "fork" if can_fork else "trace"
    check_choice(ENVIRONMENT, chosen, ("fork", "trace") if can_fork else ("trace",))
    return chosen


def unheld() -> str:
    """지금의 방법으로 막지 못하는 것. 카드에 적는다."""
    if way() == "trace":
        return TRACED
    return NO_MEMORY_LIMIT if sys.platform == "darwin" else ""


def run(work: Work) -> Report:
    """work(call, tell)를 한도 안에서 실행해 그 보고를 반환한다. 쓰러지면 마지막으로 알린 곳의 보고이다."""
    return work(_traced(), None) if way() == "trace" else _forked(work)


# 같은 프로세스 ---------------------------------------------------------------------------


def _traced() -> Call:
    """시간을 나누어 쓰는 call 하나. 모두 합해 SECONDS초를 넘으면 그 줄에서 멈춘다."""
    spent = 0.0

    def call(run: Callable[[], Any]) -> Any:
        nonlocal spent
        start, before = time.process_time(), sys.gettrace()

        def trace(frame: Any, event: str, argument: Any) -> Any:
            if event == "call":
                frame.f_trace_opcodes = SPIN in frame.f_code.co_code
            if spent + time.process_time() - start > SECONDS:
                raise Stopped(TOO_LONG.format(seconds=SECONDS))
            return trace

        asked, builtins.input = builtins.input, _no_input
        sys.settrace(trace)
        try:
            return run()
        finally:
            sys.settrace(before)
            builtins.input = asked
            spent += time.process_time() - start

    return call


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("check 안에서는 input()에 답할 사람이 없습니다")


# 갈라진 프로세스 -------------------------------------------------------------------------


def _forked(work: Work) -> Report:
    reading, writing = os.pipe()
    sys.stdout.flush()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # 스레드가 있는 커널에서의 fork. 자식은 답만 실행하고 끝난다
        child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _child(work, writing)
        except Stopped:  # 보고를 보내는 사이에 시간이 다 됐다
            signal.raise_signal(signal.SIGKILL)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        lines, late = _read(reading)
    finally:
        os.close(reading)
        for kill in (os.killpg, os.kill):  # 답이 만든 프로세스까지. 이미 끝났으면 아무 일도 없다
            with suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    last: Report = json.loads(lines[-1]) if lines else {"held": [], "failures": [{}]}
    if not last.pop("running", not lines):
        return last
    failure = last["failures"][-1] if last["failures"] else {}
    failure.setdefault("check", "끝까지 실행됩니다")
    failure["why"] = _ending(status, late)
    return {**last, "failures": [*last["failures"][:-1], failure], "mistake": None}


def _ending(status: int, late: bool) -> str:
    """보고를 다 보내지 못한 자식이 어떻게 끝났는지."""
    if late:
        return (
            f"{WALL}초를 기다려도 끝나지 않아 멈췄습니다. 끝나지 않는 반복문이 있는지, 잠들거나 무언가를 "
            "기다리는지 보세요"
        )
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number in (signal.SIGXCPU, signal.SIGKILL):
        return TOO_LONG.format(seconds=SECONDS)
    if number:
        name = signal.Signals(number).name
        return f"파이썬이 갑자기 쓰러졌습니다({name}). {ENVIRONMENT}=trace로 다시 해 볼 수 있습니다"
    return "답이 파이썬을 끝냈습니다. os._exit() 같은 것을 지우세요"


def _read(pipe: int) -> tuple[list[bytes], bool]:
    """자식이 다 보낸 줄들과, 기다리다 포기했는지."""
    import select

    end, got = time.monotonic() + WALL, b""
    while (left := end - time.monotonic()) > 0 and len(got) < 64 * LARGEST:
        if select.select([pipe], [], [], left)[0]:
            piece = os.read(pipe, 1 << 16)
            if not piece:
                return got.split(b"\n")[:-1], False
            got += piece
    return got.split(b"\n")[:-1], True


def _child(work: Work, writing: int) -> None:
    """자식이 하는 일: 한도를 걸고, 보고를 한 줄씩 보낸다."""
    os.setsid()
    sys.settrace(None)
    faulthandler.disable()  # 쓰러진 자식의 영어 보고가 부른 쪽의 화면에 섞이지 않게 한다
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # 파이썬을 거치지 않는 출력도 부른 쪽의 화면에 닿지 않는다
        os.dup2(nothing, stream)
    builtins.input = _no_input
    _limit()

    def send(report: Report) -> None:
        line = json.dumps(report).encode() + b"\n"
        while line:
            line = line[os.write(writing, line) :]

    def guarded(run: Callable[[], Any]) -> Any:
        try:
            return run()
        except (Exception, SystemExit, Stopped):
            raise
        except BaseException as error:  # 자식에는 Ctrl+C가 오지 않으므로 답이 일으킨 것이다
            raise EscapedError from error

    try:
        report = work(guarded, lambda report: send({**report, "running": True}))
    except Stopped:  # 느린 답이 시간을 거의 다 써서, 모범 답안과 비교하다 넘었다
        signal.raise_signal(signal.SIGKILL)
    except Exception as error:
        why = f"채점기가 멈췄습니다({type(error).__name__}: {error}). 명세의 잘못이니 알려 주세요"
        send({"held": [], "failures": [{"check": "채점기", "why": why}], "mistake": None})
    else:
        send(report)


def _limit() -> None:
    """프로세서 시간, 메모리, 파일 크기의 한도. 시간은 먼저 예외로, 그것을 삼키면 강제로 끝낸다."""
    import resource

    def stop(number: int, frame: Any) -> None:
        raise Stopped(TOO_LONG.format(seconds=SECONDS))

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    limits = [
        (resource.RLIMIT_CPU, math.ceil(SECONDS) + 1),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ]
    if sys.platform == "linux":
        limits.append((resource.RLIMIT_AS, _size() + MEMORY))
    for what, most in limits:
        with suppress(ValueError, OSError):  # 더 좁은 한도가 이미 걸려 있다
            resource.setrlimit(what, (most, most))


def _size() -> int:
    """지금 프로세스의 주소 공간(바이트)."""
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
