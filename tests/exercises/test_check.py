"""check, hint, progress: 카드의 글과 HTML, 알아본 실수, 힌트의 단계, 진도의 파일."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from deepnote_lib.exercises import check, hint, ids, load, progress
from deepnote_lib.exercises._compare import Rule, difference, written
from deepnote_lib.exercises._hints import shuffled
from deepnote_lib.exercises._progress import progress_file
from deepnote_lib.exercises._spec import Exercise

LSE = "ex-softmax-lse"
LAYER = "ex-layerwise-affine"


def no_add_back(z):
    shifted = z - np.max(z, axis=-1)[:, None]
    return np.log(np.sum(np.exp(shifted), axis=-1))


# 결과와 카드 -----------------------------------------------------------------------------


def test_an_answer_that_behaves_like_a_named_mistake_hears_it(path_of_run: str) -> None:
    result = check(LSE, no_add_back, rng=3)
    assert not result
    assert result.mistake == "최댓값 되더하기 누락"
    assert "도로 더하지 않았습니다" in result.advice[0]
    assert "같은 수를 더하거나" in result.advice[1]


def test_another_mistake_is_not_forced_into_a_name() -> None:
    assert check(LSE, lambda z: z.sum(axis=1)).mistake is None
    assert check(LSE, lambda z: no_add_back(z) * 2).mistake is None


def test_the_failing_input_is_the_smallest_on_which_this_answer_fails() -> None:
    def right_for_one_or_two_rows(z):
        good = load(LSE).reference(z)
        return good if len(z) < 3 else good + 1

    failure = check(LSE, right_for_one_or_two_rows, rng=0).failures[0]
    space: dict[str, Any] = {"np": np}
    exec(failure.input, space)  # 그대로 붙여 넣을 수 있다
    assert len(space["z"]) == 3
    assert failure.got == written(right_for_one_or_two_rows(space["z"]), rounded=True)


def test_inputs_are_fresh_without_a_seed_and_repeat_with_one() -> None:
    inputs = [check(LSE, lambda z: z, rng=rng).failures[0].input for rng in (None, None, 5, 5)]
    assert inputs[0] != inputs[1]
    assert inputs[2] == inputs[3]


def test_the_text_shows_what_holds_what_fails_and_not_the_expected_value(capsys: Any) -> None:
    result = check(LSE, lambda z: np.log(np.exp(z).sum(axis=1)), rng=0)
    text = capsys.readouterr().out
    assert text == f"{result}\n"
    lines = text.splitlines()
    assert lines[0] == "배치용 logsumexp: 아직입니다(검사 3개 가운데 2개 통과)"
    assert "  ✓ 보통 크기의 로짓에서 행마다 LSE가 맞습니다" in lines
    assert "  ✗ 로짓이 1000쯤이어도 넘치지 않습니다" in lines
    assert any(line.startswith("      입력: z = np.array([[") for line in lines)
    assert "      무한대가 들어 있습니다" in lines
    assert '  기대한 값과 힌트: hint("ex-softmax-lse")' in lines
    assert result.failures[0].expected
    assert result.failures[0].expected not in text
    assert repr(result) == "Result(ex-softmax-lse, 아직, mistake='log(sum)만')"


def test_an_error_shows_its_meaning_and_the_line_of_the_answer(path_of_run: str) -> None:
    def broken(z):
        scale = 1.0
        return z + undefined_name * scale  # noqa: F821

    why = check(LSE, broken, rng=0).failures[0].why
    assert "정의하지 않은 이름을 썼습니다 (NameError: name 'undefined_name'" in why
    assert why.splitlines()[1].strip().startswith("return z + undefined_name * scale")


def test_what_the_answer_prints_is_shown_with_its_failure(capsys: Any) -> None:
    def prints(z):
        print("형상:", z.shape)
        return z

    result = check(LSE, prints, rng=0)
    assert result.failures[0].printed.startswith("형상: (1, ")
    assert capsys.readouterr().out.startswith("배치용 logsumexp")  # 답의 출력이 새지 않는다


def test_changing_the_given_array_is_a_failure() -> None:
    def in_place(z):
        z -= z.max(axis=1, keepdims=True) * 1.0
        return load(LSE).reference(z)

    def right_but_in_place(z):
        good = load(LSE).reference(z.copy())
        z[:] = 0
        return good

    assert "z: 받은 배열을 바꾸었습니다" in check(LSE, right_but_in_place).failures[0].why
    assert not check(LSE, in_place)


def test_reusing_one_array_for_every_answer_is_judged_by_the_values_it_had() -> None:
    kept: dict[tuple[int, ...], np.ndarray] = {}

    def buffered(z):
        out = kept.setdefault(z.shape[:1], np.empty(len(z)))
        out[:] = load(LSE).reference(z)
        return out

    result = check(LSE, buffered)
    assert result.held == tuple(c.title for c in load(LSE).checks[:2])
    # 셋째 검사는 두 번 부르고 비교하므로, 앞의 값이 덮인 것을 알아본다
    assert [f.check for f in result.failures] == [load(LSE).checks[2].title]


def test_a_class_is_told_which_gradient_is_wrong() -> None:
    class FlatAffine(load(LAYER).reference):  # type: ignore[misc]
        def backward(self, dout):
            dx = super().backward(dout)
            self.db = 3 * dout.sum(axis=0)
            return dx

    result = check(LAYER, FlatAffine, rng=0)
    assert result.mistake is None
    assert result.failures[0].why.startswith("db: ")


def test_the_html_is_the_twin_of_the_text_and_escapes_it() -> None:
    def names_itself(z):
        raise ValueError("<b>&")

    result = check(LSE, names_itself, rng=0)
    html = result._repr_html_()
    assert html.startswith('<div role="status"')
    assert html.count("<div") == html.count("</div") == 1
    assert "&lt;b&gt;&amp;" in html
    assert "<b>&" not in html
    bare = re.sub(r"<[^>]+>|\s", "", html).replace("&lt;", "<").replace("&gt;", ">")
    for line in str(result).splitlines():
        for word in re.sub(r"[▶✗✓※:]", " ", line).split():
            assert word.replace("&", "&amp;").replace("<", "<") in bare or word in line
    assert (
        "<code>axis=1</code>" in check(LSE, lambda z: load(LSE).wrong["축 전체"](z))._repr_html_()
    )


def test_in_a_notebook_the_card_is_html_with_a_text_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    python, display = ModuleType("IPython"), ModuleType("IPython.display")
    python.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    display.display = lambda data, raw: shown.append(data)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", python)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    result = check(LSE, no_add_back)
    hint(LSE)
    assert shown[0] == {"text/html": result._repr_html_(), "text/plain": str(result)}
    assert shown[1]["text/markdown"].startswith("**힌트 1/4. 떠올려 볼 것**")


def test_a_real_kernel_shows_one_card_and_lives_on() -> None:
    cells = [
        "import numpy as np\nfrom deepnote_lib.exercises import check, hint",
        "def f(z):\n    while True:\n        pass",
        'check("ex-softmax-lse", f)',
        'def f(z):\n    return z.nothing\ncheck("ex-softmax-lse", f)',
        'hint("ex-softmax-lse")\nprint("살아 있다")',
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    endless, error, last = (cell.outputs for cell in notebook.cells[2:])
    assert [o.output_type for o in endless] == ["display_data"]
    assert "프로세서 시간이 5초를" in endless[0].data["text/html"]
    assert "return z.nothing" in error[0].data["text/plain"]
    assert "text/markdown" in last[0].data
    assert last[1].text == "살아 있다\n"


# 비교 -----------------------------------------------------------------------------------

ROW = np.array([1.0, 2.0])


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (ROW + 1e-12, ROW),
        (ROW.astype(np.float32) * np.float32(1 + 1e-6), ROW),
        (np.array([1, 2]), ROW),
        (np.float64(3), 3),
        (np.array(3.0), 3.0),
        (np.bool_(True), True),
        ([1.0, ROW], (1.0, ROW)),
        ({"a": 1, "b": 2}, {"a": 1.0}),
        (np.array([-np.inf, np.inf]), np.array([-np.inf, np.inf])),
        (np.array([1e-16]), np.array([0.0])),
        (None, None),
        ("가", "가"),
    ],
)
def test_equal_values_are_equal(got: Any, want: Any) -> None:
    assert difference(got, want) == ""


@pytest.mark.parametrize(
    ("got", "want", "said"),
    [
        (None, ROW, "아무것도 돌려주지 않았습니다"),
        ([1.0, 2.0], ROW, "NumPy 배열이어야 합니다. 받은 값의 종류는 list입니다. np.array"),
        (ROW[:, None], ROW, r"shape=\(2,\)이어야 합니다. 받은 shape=\(2, 1\)"),
        (ROW + [0, 1e-8], ROW, r"\[1\] 자리의 값이 다릅니다$"),
        (ROW * 2, ROW, "다른 값은 모두 2개입니다"),
        (np.array([np.nan, 2]), ROW, "nan이 들어 있습니다"),
        (np.array([1, np.inf]), ROW, "무한대가 들어 있습니다"),
        (ROW.astype(np.float32) * np.float32(1.01), ROW, "값이 다릅니다"),
        (ROW > 1, ROW, "수의 배열이어야 합니다. 받은 dtype=bool"),
        (ROW, ROW > 1, "참과 거짓의 배열"),
        (np.array(["가", "나"]), ROW, "수의 배열"),
        (ROW, 3.0, "수 하나여야 합니다. 받은 값의 shape"),
        (True, 3.0, "수 하나여야 합니다. 받은 값의 종류는 bool"),
        (4.0, 3.0, "값이 다릅니다"),
        (1, True, "True나 False여야 합니다"),
        (False, True, "판정이 반대입니다"),
        (ROW, (ROW, ROW, ROW), "값 3개를 돌려주어야 합니다. 받은 것은 ndarray 하나"),
        ((1.0, 2.0), (1.0, 3.0), "2번째 값: 값이 다릅니다"),
        (3, {"a": 1}, "이름 붙은 값들"),
        ({"b": 1}, {"a": 1}, "a: 돌려준 값에 없습니다"),
        ("가", "나", "값이 다릅니다"),
        (1j, 1.0, "수 하나여야 합니다. 받은 값의 종류는 complex"),
        (int, 1.0, "종류는 클래스"),
        (len, 1.0, "종류는 함수"),
    ],
)
def test_a_difference_is_said_in_one_sentence(got: Any, want: Any, said: str) -> None:
    assert re.search(said, difference(got, want))


def test_nan_is_never_right_but_two_answers_may_fail_alike() -> None:
    broken = np.array([np.nan, 1.0])
    assert difference(broken, broken) == "nan이 들어 있습니다"
    assert difference(broken, broken, Rule(nan_is_nan=True)) == ""
    result = check(LSE, lambda z: np.full(len(z), np.nan))
    assert result.held == ()  # 성질의 검사에서 nan과 nan이 같다고 하지 않는다


def test_a_compared_value_that_is_not_the_returned_one_is_named(capsys: Any) -> None:
    result = check("ex-softmax-stable", lambda z: z * 0 + 0.1, rng=0)
    failure = next(f for f in result.failures if f.shows)
    assert failure.check == "행마다 확률을 모두 더하면 1입니다"
    assert "      받은 값(행의 합): np.array([" in str(result)
    assert ">받은 값(행의 합)</p>" in result._repr_html_()
    hint("ex-softmax-stable")
    capsys.readouterr()
    assert failure._named("기대한 값") == "기대한 값(행의 합)"
    assert failure._replace(shows="")._named("받은 값") == "받은 값"


def test_values_that_look_alike_in_six_digits_are_shown_with_more() -> None:
    def single(z):
        return load(LSE).reference(z.astype(np.float32)).astype(np.float64)

    failure = check(LSE, single, rng=0).failures[0]
    assert failure.got != failure.expected
    assert "자릿수가 모자랍니다(float32로 계산했나요?" in failure.why
    far = check(LSE, lambda z: load(LSE).reference(z) * 1.001, rng=0).failures[0]
    assert "자릿수" not in far.why


def test_an_error_in_the_check_is_not_told_as_an_error_of_the_answer() -> None:
    result = check("ex-softmax-gradient-dz", lambda z, y: [[0.0]], rng=0)
    why = {failure.check: failure.why for failure in result.failures}
    assert "돌려준 값으로는 검사를 계산할 수 없습니다" in why["한 행을 모두 더하면 0입니다"]
    too_few = check("ex-softmax-gradient-dz", lambda z: z, rng=0).failures[0].why
    assert too_few.startswith("값의 종류나 인수의 수가 맞지 않습니다")


def test_a_repeated_error_is_told_once(capsys: Any) -> None:
    check(LSE, lambda a, b: 1)
    text = capsys.readouterr().out
    assert text.count("missing 1 required positional argument") == 1
    assert text.count("위와 같은 까닭입니다") == 2


def test_a_value_that_cannot_be_written_or_compared_is_still_a_report(path_of_run: str) -> None:
    def endlessly_nested(z):
        found: list[Any] = []
        for _ in range(10**5):
            found = [found]
        return found

    class Raising(np.ndarray):
        @property
        def shape(self) -> Any:  # type: ignore[override]
            raise RuntimeError

    assert not check(LSE, endlessly_nested)
    assert not check(LSE, lambda z: np.zeros(2).view(Raising))


def test_an_object_that_claims_to_equal_everything_is_not_believed() -> None:
    class Equal:
        def __eq__(self, other: object) -> bool:
            return True

    class EqualArray(np.ndarray):
        def __sub__(self, other: Any) -> Any:
            return np.zeros(2)

    assert difference(Equal(), ROW)
    assert difference(Equal(), "가")
    assert difference(np.zeros(2).view(EqualArray), ROW)


def test_values_are_written_as_code() -> None:
    assert written(np.float32([1.5])) == "np.array([1.5], dtype=np.float32)"
    assert written((np.int64(3), [ROW], len)) == "(3, [np.array([1., 2.])], len)"
    assert written(((2,), [2])) == "((2,), [2])"
    assert written(1 / 3, rounded=True) == "0.333333"
    assert len(written("가" * 10_000)) == 600

    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    assert written(Broken()) == "<Broken>"


# 힌트와 명세 -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ids())
def test_hints_go_step_by_step_to_the_reference(name: str, capsys: Any) -> None:
    for _ in range(8):
        hint(name)
    text = capsys.readouterr().out
    titles = list(dict.fromkeys(re.findall(r"^힌트 \d/\d\. (.*)$", text, re.MULTILINE)))
    assert titles[:3] == ["떠올려 볼 것", "작은 입력의 보기", "식"]
    assert titles[-1] == "모범 답안"
    assert "@exercise" not in text
    assert load(name).name in text


def test_after_a_failure_the_hint_shows_that_input_and_the_expected_value(capsys: Any) -> None:
    failure = check(LSE, no_add_back).failures[0]
    hint(LSE)
    capsys.readouterr()
    hint(LSE)
    text = capsys.readouterr().out
    assert failure.input in text
    assert failure.expected in text
    check(LSE, load(LSE).reference)  # 통과하면 잊는다
    capsys.readouterr()


def test_the_lines_are_mixed_the_same_way_every_time_and_never_in_order() -> None:
    code = "def f(x):\n    a = x\n    b = a\n    return b\n"
    mixed = shuffled(code)
    assert mixed == shuffled(code) != code
    assert sorted(mixed.splitlines()) == sorted(code.splitlines())
    assert mixed.startswith("def f(x):")
    assert shuffled("def f(x):\n    return x\n") == ""


@pytest.mark.parametrize("name", ids())
def test_a_specification_says_what_a_reader_needs(name: str) -> None:
    exercise = load(name)
    assert exercise.id == name
    assert exercise.level in ("core", "advanced")
    assert 3 <= exercise.minutes <= 60
    assert exercise.chapter == exercise.section.split("/")[0]
    assert callable(exercise.reference)
    assert exercise.wrong
    assert repr(exercise) == f"Exercise({name}, {exercise.title!r}, {exercise.section})"


def test_an_unknown_exercise_is_told_the_nearest_name() -> None:
    with pytest.raises(
        ValueError, match=r"받은 값='ex-softmax-les'\. 비슷한 이름표: ex-softmax-lse"
    ):
        load("ex-softmax-les")
    with pytest.raises(ValueError, match=r"ids\(\)가 모든"):
        check("무엇", no_add_back)
    with pytest.raises(TypeError, match="문자열"):
        hint(3)  # type: ignore[arg-type]


def test_a_specification_with_a_fault_is_refused() -> None:
    given: dict[str, Any] = {
        "section": "softmax/softmax", "level": "core", "minutes": 5, "task": "…", "starter": "…",
        "hints": ("…", "…"),
    }  # fmt: skip
    with pytest.raises(ValueError, match="level: core 또는 advanced여야"):
        Exercise("제목", **{**given, "level": "easy"})
    with pytest.raises(ValueError, match=r"hints: .*두 개 이상"):
        Exercise("제목", **{**given, "hints": ("…",)})
    with pytest.raises(ValueError, match="by: 이 연습의 검사여야"):
        Exercise("제목", **given).mistake("이름", by=load(LSE).checks[0], says="…", see="…")
    with pytest.raises(RuntimeError, match=r"@exercise\.answer"):
        _ = Exercise("제목", **given).reference


# 진도 -----------------------------------------------------------------------------------


def test_progress_remembers_tries_the_day_and_the_mistakes(progress_path: Path) -> None:
    assert progress().left == ids()
    check(LSE, no_add_back)
    check(LSE, no_add_back)
    assert progress().tried == (LSE,)
    check(LSE, load(LSE).reference)
    check(LSE, no_add_back)  # 한번 통과한 것은 통과한 것이다
    found = progress()
    assert found.passed == (LSE,)
    assert found.path == progress_path
    assert "최댓값 되더하기 누락 3번" in repr(found)
    assert str(progress_path) in repr(found)
    assert "<pre" in found._repr_html_()
    progress_path.unlink()
    assert progress().left == ids()


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", '{"a": 3}', '{"a": {"tries": "둘", "passed": null, "mistakes": {}}}', "\0", "[" * 10**5],
)  # fmt: skip
def test_a_damaged_file_is_set_aside_and_said(progress_path: Path, damage: str) -> None:
    progress_path.write_text(damage, encoding="utf-8")
    result = check(LSE, no_add_back)
    assert any("진도 파일이 손상되어 새로 시작합니다" in note for note in result.notes)
    aside = progress_path.with_name("progress.json.bad")
    assert aside.read_text(encoding="utf-8") == damage
    assert progress().tried == (LSE,)
    progress_path.write_bytes(b"\xff\xfe\x00")
    assert "손상" in repr(progress())


def test_a_folder_that_cannot_be_written_is_said_and_harms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DEEPNOTE_PROGRESS", str(tmp_path / "file" / "progress.json"))
    result = check(LSE, load(LSE).reference)
    assert result.passed
    assert any(note.startswith("진도를 적지 못했습니다") for note in result.notes)
    monkeypatch.setenv("DEEPNOTE_PROGRESS", str(tmp_path))
    assert "진도 파일을 읽지 못했습니다" in repr(progress())


def test_an_exercise_that_left_the_book_is_ignored(progress_path: Path) -> None:
    entry = {"tries": 1, "passed": None, "mistakes": {}}
    progress_path.write_text(json.dumps({"ex-gone": entry}), encoding="utf-8")
    assert progress().left == ids()


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, ".local/share/deepnote/progress.json"),
        ("linux", {"XDG_DATA_HOME": "{home}/x"}, "x/deepnote/progress.json"),
        ("darwin", {}, "Library/Application Support/deepnote/progress.json"),
        ("win32", {}, "AppData/Local/deepnote/progress.json"),
        ("win32", {"LOCALAPPDATA": "{home}/L"}, "L/deepnote/progress.json"),
    ],
)
def test_the_file_lies_where_the_system_keeps_such_files(
    platform: str, variables: dict[str, str], expected: str, tmp_path: Path, monkeypatch: Any
) -> None:
    for name in ("DEEPNOTE_PROGRESS", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert progress_file() == tmp_path / expected
