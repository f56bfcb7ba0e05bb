"""한도: 어떤 답도 몇 초 안에 읽을 수 있는 한국어 보고가 되고, 부른 쪽은 그대로이다."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepnote_lib.exercises import Result, _limits, check, ids, load

pytestmark = pytest.mark.usefixtures("hurried")


def endless(*inputs: Any) -> None:
    while True:
        pass


def exits(*inputs: Any) -> None:
    sys.exit("끝")


def recursive(*inputs: Any) -> Any:
    return recursive(*inputs)


def talkative(*inputs: Any) -> None:
    for _ in range(1000):
        print("가" * 1_000_000)


def wrong_type(*inputs: Any) -> str:
    return "정답"


def wrong_shape(*inputs: Any) -> np.ndarray:
    return np.zeros((7, 7, 7))


def four_gigabytes(*inputs: Any) -> np.ndarray:
    return np.ones(2**29)


def one_gigabyte_of_text(*inputs: Any) -> None:
    print("x" * 10**9)


HAZARDS: dict[Callable[..., Any], str] = {
    endless: r"프로세서 시간이 0\.2초를 넘어 멈췄습니다",
    exits: r"프로그램을 끝내려 했습니다. exit\(\)를 지우세요 \(SystemExit: 끝\)",
    recursive: "함수가 자기를 끝없이 부릅니다",
    talkative: "출력이 1,000,000자를 넘어 멈췄습니다",
    wrong_type: "",  # 무엇이어야 하는지는 연습마다 다르다
    wrong_shape: "",
}
ONLY_FORKED = {
    four_gigabytes: "메모리를 한도보다 많이 쓰려 했습니다",
}


@pytest.fixture
def unhurried(hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """끝나지 않는 답만 짧은 한도로 멈춘다. 바쁜 컴퓨터에서 느려진 다른 답이 한도에 걸리지 않게 한다."""
    monkeypatch.setattr(_limits, "SECONDS", 5)


def hurry(hazard: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """끝나지 않는 답이면 한도를 줄인다."""
    if hazard is endless:
        monkeypatch.setattr(_limits, "SECONDS", 0.2)


def dressed(name: str, hazard: Callable[..., Any]) -> Any:
    """연습이 함수를 기다리면 함수, 클래스를 기다리면 모든 메서드가 위험한 클래스."""
    reference = load(name).reference
    if not isinstance(reference, type):
        return hazard
    methods = {m: lambda self, *a, **k: hazard(*a) for m in vars(reference) if m[:1] != "_"}
    return type(reference.__name__, (), {**methods, "__init__": lambda self, *a, **k: None})


@contextmanager
def unharmed() -> Iterator[None]:
    """부른 쪽의 상태가 그대로인지."""

    def state() -> tuple[Any, ...]:
        files = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
        limits = sys.getrecursionlimit(), np.geterr(), Path.cwd(), sys.gettrace(), input, files
        return (*limits, sys.stdout, sys.stderr, signal.getsignal(signal.SIGPROF))

    before = state()
    yield
    assert state() == before
    with pytest.raises(ChildProcessError):  # 거두지 않은 자식이 없다
        os.waitpid(-1, os.WNOHANG)


def report(name: str, answer: Any) -> Result:
    """검사한 결과. 통과하지 못했고, 이유마다 한국어 문장이 있다."""
    with unharmed():
        found = check(name, answer, rng=0)
    assert not found.passed
    assert all(any("가" <= letter <= "힣" for letter in f.why) for f in found.failures)
    return found


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", ids())
@pytest.mark.parametrize("hazard", [*HAZARDS, *ONLY_FORKED], ids=lambda h: h.__name__)
def test_every_exercise_survives_every_hazard_in_a_child(
    name: str, hazard: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPNOTE_CHECK", "fork")
    hurry(hazard, monkeypatch)
    found = report(name, dressed(name, hazard))
    said = (HAZARDS | ONLY_FORKED)[hazard]
    assert any(re.search(said, f.why) for f in found.failures)
    assert not any("막지 못합니다" in note for note in found.notes if sys.platform == "linux")


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", ids())
@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda h: h.__name__)
def test_every_exercise_survives_the_hazards_of_python_in_the_process(
    name: str, hazard: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPNOTE_CHECK", "trace")
    hurry(hazard, monkeypatch)
    found = report(name, dressed(name, hazard))
    assert any(re.search(HAZARDS[hazard], f.why) for f in found.failures)
    assert any("메모리" in note and "막지 못합니다" in note for note in found.notes)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("given", [None, 3, "글", np.zeros(3), [1], int], ids=repr)
@pytest.mark.parametrize("name", ids())
def test_something_that_is_no_answer_is_told_what_to_give(name: str, given: Any) -> None:
    if isinstance(given, type) and isinstance(load(name).reference, type):
        return
    found = report(name, given)
    assert f'check("{name}", {load(name).name})' in found.failures[0].why


def test_an_endless_loop_on_one_line_is_stopped_on_both_paths(path_of_run: str) -> None:
    space: dict[str, Any] = {}
    exec("def spinning(z):\n    while True: pass", space)
    assert "프로세서 시간이 0.2초를 넘어" in why(space["spinning"])


# 자식에서만 막는 것 ----------------------------------------------------------------------


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPNOTE_CHECK", "fork")


def why(answer: Callable[..., Any]) -> str:
    return report("ex-softmax-lse", answer).failures[0].why


@pytest.mark.usefixtures("forked")
def test_a_loop_that_swallows_every_exception_is_killed() -> None:
    def stubborn(z):
        while True:
            with suppress(BaseException):
                endless()

    start = time.monotonic()
    assert "프로세서 시간" in why(stubborn)
    assert time.monotonic() - start < 30


@pytest.mark.usefixtures("forked")
def test_one_gigabyte_of_text_in_one_print_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "SECONDS", 5)  # 글자 십억 개를 만드는 데만 0.2초가 넘는다
    assert re.search("출력이 1,000,000자를 넘어|메모리를 한도보다", why(one_gigabyte_of_text))


@pytest.mark.usefixtures("forked")
def test_a_sleeping_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "WALL", 0.5)
    said = why(lambda z: time.sleep(60))
    assert "0.5초를 기다려도" in said
    assert "반복문" in said  # 바쁜 컴퓨터에서는 끝없는 반복문도 이 시간에 걸린다


@pytest.mark.usefixtures("forked")
def test_an_interrupt_that_the_answer_raises_is_named_with_its_line() -> None:
    def interrupts(z):
        raise KeyboardInterrupt

    found = report("ex-softmax-lse", interrupts)
    assert found.failures[0].why.startswith("답이 KeyboardInterrupt를 일으켰습니다")
    assert found.failures[0].why.endswith("raise KeyboardInterrupt")


@pytest.mark.usefixtures("forked")
def test_an_answer_that_ends_python_is_reported_with_its_input() -> None:
    found = report("ex-softmax-lse", lambda z: os._exit(3))
    assert "파이썬을 끝냈습니다" in found.failures[0].why
    assert found.failures[0].input.startswith("z = np.array([[")


@pytest.mark.usefixtures("forked")
def test_a_crash_is_named_by_its_signal() -> None:
    assert "SIGSEGV" in why(lambda z: os.kill(os.getpid(), signal.SIGSEGV))


@pytest.mark.usefixtures("forked")
def test_time_that_runs_out_between_two_calls_is_still_called_time() -> None:
    def slow(z):
        end = time.process_time() + 0.0195
        while time.process_time() < end:
            pass
        return load("ex-softmax-lse").reference(z)

    assert "프로세서 시간" in why(slow)

    def stopped_outside(call: Any, tell: Any) -> Any:
        tell({"held": [], "failures": [{"check": "비교", "input": ""}], "mistake": None})
        endless()

    found = _limits.run(stopped_outside)
    assert "프로세서 시간" in found["failures"][0]["why"]


@pytest.mark.usefixtures("forked")
def test_raw_output_and_big_files_reach_nobody(capfd: Any, tmp_path: Path) -> None:
    def writes(z):
        os.write(1, b"raw\n")
        (tmp_path / "big").write_bytes(bytes(10**8))

    assert "OSError" in why(writes)
    assert "raw" not in capfd.readouterr().out
    assert (tmp_path / "big").stat().st_size <= _limits.FILE


@pytest.mark.usefixtures("forked")
def test_what_the_answer_changes_in_the_child_stays_there() -> None:
    seen: list[int] = []
    report("ex-softmax-lse", lambda z: seen.append(1))
    assert seen == []


@pytest.mark.usefixtures("forked")
def test_a_fault_of_the_grader_is_not_blamed_on_the_answer() -> None:
    def broken(call: Any, tell: Any) -> Any:
        raise KeyError("이름")

    assert "명세의 잘못이니" in _limits.run(broken)["failures"][0]["why"]


# 두 방법 모두 ----------------------------------------------------------------------------


def test_input_is_refused(path_of_run: str) -> None:
    assert "input()에 답할 사람이 없습니다" in why(lambda z: input("? "))


def test_settings_changed_by_an_answer_are_put_back(path_of_run: str) -> None:
    def meddles(z):
        np.seterr(all="raise")
        sys.setrecursionlimit(5000)
        return z

    why(meddles)


def test_a_right_answer_passes_on_both_paths(path_of_run: str) -> None:
    for name in ids():
        with unharmed():
            assert check(name, load(name).reference, rng=0)


def test_an_unknown_path_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPNOTE_CHECK", "thread")
    with pytest.raises(ValueError, match=r"DEEPNOTE_CHECK: .*fork.*trace"):
        check("ex-softmax-lse", endless)


def test_where_there_is_no_fork_the_process_itself_is_traced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DEEPNOTE_CHECK", raising=False)
    assert _limits.way() == "fork"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "메모리" in _limits.unheld()
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert _limits.way() == "trace"
