"""GitHub의 워크플로와 신고 양식: 부르는 명령이 있고, 세 운영 체제에서 검사하고, 한국어로 묻는다."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

pytest.importorskip("jupyter_book", reason="책을 빌드하는 패키지(jupyter-book)가 없습니다.")

import yaml

from tools.__main__ import parser
from tools.editions.publish import PublishError, publish
from tools.facts.repository import NOTEBOOK_BRANCH, ROOT, config, site

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(
    path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"
)
by_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


def commands(workflow: dict[str, Any]) -> str:
    return "\n".join(str(step.get("run", "")) for step in steps(workflow))


@by_workflow
def test_every_command_of_a_workflow_exists(path):
    text = commands(load(path))
    verbs = set(parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr]
    makefile = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"-m tools (\w+)", text)) <= verbs
    assert set(re.findall(r"\bmake (\w+)", text)) <= makefile


@by_workflow
def test_a_workflow_may_only_read_unless_a_job_says_otherwise(path):
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    for step in steps(workflow):
        if uses := step.get("uses"):
            assert re.fullmatch(r"actions/[\w-]+@v\d+|docker://rhysd/actionlint:[\d.]+", uses), uses


def test_the_checks_run_on_three_systems_and_three_pythons_in_a_folder_with_a_korean_name():
    jobs = load(GITHUB / "workflows" / "check.yml")["jobs"]
    allowed = SpecifierSet(
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "requires-python"
        ]
    )
    for name in ("library", "reader"):
        matrix = jobs[name]["strategy"]["matrix"]
        assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
        assert len(matrix["python"]) == 3
        assert all(allowed.contains(f"{python}.0") for python in matrix["python"])
        assert re.search("[가-힣] [가-힣]", jobs[name]["defaults"]["run"]["working-directory"])
    home = next(step["run"] for step in jobs["reader"]["steps"] if "HOME" in step.get("run", ""))
    assert "USERPROFILE" in home
    assert "집" in home


def test_a_reader_installs_what_the_book_says():
    """읽는 사람의 작업은 저장소를 받지 않고, wheel과 노트북만 받는다."""
    reader = load(GITHUB / "workflows" / "check.yml")["jobs"]["reader"]
    assert not [s for s in reader["steps"] if str(s.get("uses", "")).startswith("actions/checkout")]
    text = "\n".join(str(step.get("run", "")) for step in reader["steps"])
    assert 'pip install "$(echo wheels/*.whl)[notebook]"' in text
    for name in re.findall(r"notebooks/learner/([\w/-]+\.ipynb)", text):
        assert (ROOT / "book" / name).is_file(), name


def test_the_newest_dependencies_are_tried_every_week():
    workflow = load(GITHUB / "workflows" / "newest.yml")
    (schedule,) = workflow[True]["schedule"]  # YAML은 on을 참으로 읽는다
    assert re.fullmatch(r"\d+ \d+ \* \* \d", schedule["cron"])
    assert "requirements.txt" not in commands(workflow)
    extras = re.search(r"-e \"\.\[([\w,]+)\]\"", commands(workflow))
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extras
    assert set(extras[1].split(",")) == set(settings["optional-dependencies"])
    assert all(Requirement(line) for line in settings["dependencies"])


def test_what_is_published_goes_where_the_book_leads():
    text = (GITHUB / "workflows" / "pages.yml").read_text(encoding="utf-8")
    assert f"git push origin {NOTEBOOK_BRANCH}" in text
    assert "-m tools publish ../published" in text
    assert (config()["repository"]["url"] + f"/archive/refs/heads/{NOTEBOOK_BRANCH}.zip") in (
        ROOT / "README.md"
    ).read_text(encoding="utf-8")


def test_a_release_is_checked_and_published_before_it_is_made():
    jobs = load(GITHUB / "workflows" / "release.yml")["jobs"]
    assert jobs["check"] == {"needs": "version", "uses": "./.github/workflows/check.yml"}
    assert jobs["pages"]["needs"] == "check"
    assert jobs["release"]["needs"] == "pages"
    for name in ("check", "pages"):
        workflow = load(GITHUB / "workflows" / f"{name}.yml")
        assert "workflow_call" in workflow[True]


# 신고 양식 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_in_korean_and_what_it_needs(path):
    form = load(path)
    assert {"name", "description", "body"} <= set(form)
    kinds = {"textarea", "input", "dropdown"}
    for item in form["body"]:
        assert item["type"] in kinds
        assert re.search("[가-힣]", item["attributes"]["label"])
    ids = [item["id"] for item in form["body"]]
    assert len(set(ids)) == len(ids)
    assert any(item.get("validations", {}).get("required") for item in form["body"])


def test_someone_whose_install_fails_is_asked_for_the_diagnosis():
    text = (GITHUB / "ISSUE_TEMPLATE" / "1-install.yml").read_text(encoding="utf-8")
    assert "python -m deepnote_lib doctor" in text
    (link,) = load(GITHUB / "ISSUE_TEMPLATE" / "config.yml")["contact_links"]
    assert link["url"].rstrip("/") == site()


# 펴내기 -------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """빌드한 책을 흉내 낸 뿌리 폴더."""
    for name in ("pyproject.toml", "_config.yml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for place, text in {
        "html/_static/wheels/deepnote_lib-0.1.0-py3-none-any.whl": "이번 판",
        "notebooks/learner/start/numpy.ipynb": "배우는 노트북",
        "notebooks/instructor/start/numpy.ipynb": "가르치는 노트북",
    }.items():
        path = tmp_path / "_build" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_publishing_replaces_the_notebooks_and_keeps_every_wheel(built, tmp_path):
    branch = tmp_path / "published"
    for place in (".git", "old/gone.ipynb", "wheels/deepnote_lib-0.0.9-py3-none-any.whl"):
        path = branch / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("예전", encoding="utf-8")
    publish(branch, built)
    left = {path.relative_to(branch).as_posix() for path in branch.rglob("*") if path.is_file()}
    assert left == {
        *(".git", "README.md", "start/numpy.ipynb"),
        *(f"wheels/deepnote_lib-{v}-py3-none-any.whl" for v in ("0.0.9", "0.1.0")),
    }
    assert (branch / "start" / "numpy.ipynb").read_text(encoding="utf-8") == "배우는 노트북"
    carried = built / "_build" / "html" / "_static" / "wheels"
    assert len(list(carried.glob("*.whl"))) == 2
    publish(branch, built)  # 두 번째에도 같다


def test_a_wheel_that_readers_have_is_never_replaced(built, tmp_path):
    branch = tmp_path / "published"
    publish(branch, built)
    wheel = built / "_build/html/_static/wheels/deepnote_lib-0.1.0-py3-none-any.whl"
    wheel.write_text("같은 이름의 다른 파일", encoding="utf-8")
    with pytest.raises(
        PublishError, match=r"0\.1\.0.*이미 펴낸 파일과 같아야 .*판 번호를 올리세요"
    ):
        publish(branch, built)
