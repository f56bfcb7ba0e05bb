"""채점기의 테스트가 함께 쓰는 것: 빈 진도 파일, 처음 상태의 힌트, 짧은 한도."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepnote_lib.exercises import _limits, _practice


@pytest.fixture(autouse=True)
def progress_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv("DEEPNOTE_PROGRESS", str(path))
    monkeypatch.setattr(_practice, "_last", {})
    monkeypatch.setattr(_practice, "_shown", {})
    return path


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """한도를 줄여 테스트가 오래 걸리지 않게 한다."""
    monkeypatch.setattr(_limits, "SECONDS", 0.2)
    monkeypatch.setattr(_limits, "WALL", 20)


@pytest.fixture(params=["fork", "trace"])
def path_of_run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """답을 실행하는 두 방법."""
    monkeypatch.setenv("DEEPNOTE_CHECK", request.param)
    return str(request.param)
