"""패키지와 저장소의 겉모습: 두 의존성 목록, 명령, 라이선스가 서로 어긋나지 않는다."""

import fnmatch
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "deepnote_lib"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]


def pinned() -> dict[str, str]:
    """requirements.txt의 `이름==버전`."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = {}
    for line in lines:
        line = line.split("#")[0].strip()
        if line and not line.startswith("-"):
            name, version = line.split("==")
            pins[name.lower()] = version
    return pins


def ranges() -> list[tuple[str, Requirement]]:
    """pyproject.toml의 모든 범위와 그것이 적힌 곳."""
    groups = {"dependencies": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    return [(group, Requirement(text)) for group, texts in groups.items() for text in texts]


def test_every_pinned_version_satisfies_every_range():
    pins = pinned()
    clashes = [
        f"{group}: {requirement} ↔ {pins[requirement.name.lower()]}"
        for group, requirement in ranges()
        if requirement.name.lower() in pins
        and not requirement.specifier.contains(pins[requirement.name.lower()])
    ]
    assert clashes == []


def test_everything_the_library_book_and_tests_need_is_pinned():
    needed = {
        requirement.name.lower()
        for group, requirement in ranges()
        if group != "notebook"  # JupyterLab은 출력을 바꾸지 않으므로 고정하지 않는다
    }
    assert needed - set(pinned()) == set()


def test_a_learner_needs_four_packages_and_scikit_learn_is_not_one_of_them():
    needed = {requirement.name for group, requirement in ranges() if group == "dependencies"}
    assert needed == {"numpy", "matplotlib", "pooch", "tqdm"}
    assert {g for g, r in ranges() if r.name == "scikit-learn"} == {"test"}


@pytest.mark.parametrize("document", ["README.md", "book/start/install.ipynb"])
def test_the_commands_that_readers_copy_install_the_wheel_of_this_version(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    wheels = set(re.findall(r"deepnote-lib\[notebook\] @ (\S+?)\\?\"", text))
    site = re.search(r"html_baseurl: (\S+?)/? ", (ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert site
    name = f"deepnote_lib-{PROJECT['version']}-py3-none-any.whl"
    assert wheels == {f"{site[1]}/_static/wheels/{name}"}
    assert "py -3 -m venv" in text
    assert "py -3.11" not in text


def test_every_file_that_is_not_code_goes_into_the_wheel():
    globs = SETTINGS["tool"]["setuptools"]["package-data"]["deepnote_lib"]
    names = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert {"datasets/data/digits.csv.gz", "py.typed", "widgets/explore.js"} < set(names)
    assert [name for name in names if not any(fnmatch.fnmatch(name, g) for g in globs)] == []
    assert [
        g for g in globs if not fnmatch.filter(names, g)
    ] == []  # 아무것도 고르지 않는 것은 없다


def test_every_license_file_exists_and_the_expression_names_them():
    assert [name for name in PROJECT["license-files"] if not (ROOT / name).is_file()] == []
    assert set(PROJECT["license"].split(" AND ")) == {"MIT", "OFL-1.1", "CC-BY-4.0"}


def test_the_range_of_numpy_admits_what_colab_preinstalls():
    numpy = next(r for g, r in ranges() if g == "dependencies" and r.name == "numpy")
    assert numpy.specifier.contains("2.0.2")


def test_jupyter_book_2_is_refused():
    # 2.x는 설정 파일의 이름을 바꾸고 아무것도 빌드하지 않은 채 0으로 끝난다
    book = next(r for g, r in ranges() if g == "book" and r.name == "jupyter-book")
    assert not book.specifier.contains("2.1.7")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_make_verb_named_in_a_document_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z]+)", text)) | set(
        re.findall(r"^make ([a-z]+)", text, re.M)
    )
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert named
    assert named - verbs == set()


def test_ci_calls_the_two_commands_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make book$", script, re.M)
    assert re.search(r"^make test$", script, re.M)
    assert "set -euo pipefail" in script


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "LICENSE-TEXT"])
def test_every_file_that_a_document_names_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    targets += re.findall(r"\(((?:book|deepnote_lib)/[\w./-]+)\)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_version_is_the_same_everywhere():
    import deepnote_lib

    assert deepnote_lib.__version__ == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_dataset_is_committed():
    big = [p for p in ROOT.glob("**/*ubyte*") if ".venv" not in p.parts and "_build" not in p.parts]
    assert big == []
