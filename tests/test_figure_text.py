"""그림의 요약: 데이터가 바뀌면 글이 바뀐다. 책의 커널에서만 그림의 text/plain이 된다."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from deepnote_lib import _figure_text
from deepnote_lib._figure_text import GUIDE, describe, fingerprint

mpl.use("agg")
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def ax():
    return Figure(figsize=(6.4, 3.8)).subplots()


# --- 데이터 ---


def figure_of(draw):
    figure = Figure()
    draw(figure.subplots())
    return figure


MARCH = np.arange(6.0)
DRAWINGS = {
    "선": lambda ax, v: ax.plot(MARCH, v),
    "점": lambda ax, v: ax.scatter(MARCH, v),
    "점의 값": lambda ax, v: ax.scatter(MARCH, MARCH, c=v),
    "점의 크기": lambda ax, v: ax.scatter(MARCH, MARCH, s=v + 10),
    "막대": lambda ax, v: ax.bar(MARCH, v),
    "가로 막대": lambda ax, v: ax.barh(MARCH, v),
    "그림": lambda ax, v: ax.imshow(v.reshape(2, 3)),
    "칸": lambda ax, v: ax.pcolormesh(v.reshape(2, 3)),
    "등고선": lambda ax, v: ax.contour(v.reshape(2, 3), levels=[1.5]),
    "면": lambda ax, v: ax.fill_between(MARCH, v),
    "화살표": lambda ax, v: ax.quiver(MARCH, MARCH, v, v),
    "계단": lambda ax, v: ax.stairs(v),
    "직선": lambda ax, v: ax.axline((0, v[0]), slope=v[-1]),
    "두 점의 직선": lambda ax, v: ax.axline((0, v[0]), (1, v[-1] + 9)),
    "글": lambda ax, v: [ax.text(i, 0, f"{a:g}") for i, a in enumerate(v)],
    "긴 글": lambda ax, v: [ax.text(i, 0, f"{'가' * 20} {a:g}") for i, a in enumerate(v)],
}


@pytest.mark.parametrize("summary", [describe, fingerprint])
@pytest.mark.parametrize("kind", DRAWINGS)
def test_reordered_data_changes_the_summary_though_the_mean_is_the_same(kind, summary):
    v = np.array([3.0, 1.0, 0.0, 2.0, 5.0, 4.0])
    draw = DRAWINGS[kind]
    first = summary(figure_of(lambda ax: draw(ax, v)))
    assert first == summary(figure_of(lambda ax: draw(ax, v.copy())))
    assert first != summary(figure_of(lambda ax: draw(ax, v[::-1])))


@pytest.mark.parametrize("kind", ["plot", "scatter", "plot_surface", "plot_wireframe"])
def test_three_dimensional_data_is_summarized(kind):
    def draw(values):
        figure = Figure()
        ax = figure.add_subplot(projection="3d")
        if kind in ("plot_surface", "plot_wireframe"):
            getattr(ax, kind)(*np.meshgrid([0.0, 1.0, 2.0], [0.0, 1.0]), values.reshape(2, 3))
        else:
            getattr(ax, kind)(MARCH, MARCH, values)
        before = describe(figure)
        FigureCanvasAgg(figure).draw()
        assert describe(figure) == before  # 그리기 전후가 같다
        return before

    assert draw(MARCH) != draw(MARCH[::-1])


def test_swapping_two_neighbours_among_a_hundred_changes_the_text():
    v = np.linspace(0, 1, 100)
    swapped = v.copy()
    swapped[[10, 11]] = swapped[[11, 10]]
    texts = [describe(figure_of(lambda ax, v=v: ax.plot(v))) for v in (v, swapped)]
    assert texts[0] != texts[1]


def test_hand_computed_numbers_are_in_the_text(ax):
    ax.plot([0, 1, 2, 3], [1.0, 0.0, 0.0, 3.0], label="손실")
    ax.set_title("제목")
    ax.set_xlabel("에포크")
    ax.set_yscale("symlog")
    text = describe(ax.figure)
    # 평균 4/4 = 1, 가중평균 (1·1 + 4·3)/10 = 1.3, 걸음 (1 + 0 + 3)/3 = 1.33
    assert "평균 1 최대 3 가중평균 1.3" in text
    assert "걸음 1.33" in text
    assert "축 1 ‘제목’ x ‘에포크’ y symlog" in text
    assert "선 ‘손실’" in text


def test_rounding_errors_do_not_reach_the_text():
    noise = np.array([1e-17, -2e-17, 1e-17, 0.0])
    v = np.array([1.0, -1.0, 1.0, -1.0])
    assert describe(figure_of(lambda ax: ax.plot(v))) == describe(
        figure_of(lambda ax: ax.plot(v + noise))
    )
    # 합이 지워져 남은 1e-8은 float32 훈련이라면 컴퓨터마다 다르다
    assert "평균 0 " in describe(figure_of(lambda ax: ax.plot(v + 1e-8)))


def test_missing_values_are_counted():
    assert "n 3 빈값 1" in describe(figure_of(lambda ax: ax.plot([1.0, np.nan, 2.0])))


def test_colors_of_points_and_category_names_are_told():
    figure = figure_of(lambda ax: ax.scatter([0, 1, 2], [0, 1, 2], c=["red", "blue", "red"]))
    assert "색 2가지(1, 2)" in describe(figure)
    figure = figure_of(lambda ax: ax.bar(["가", "나"], [1, 2], label="개수"))
    assert "[가, 나]" in describe(figure)
    assert "막대 ‘개수’" in describe(figure)
    assert "[하나, 둘]" in describe(figure_of(lambda ax: ax.set_xticks([0, 1], ["하나", "둘"])))


def test_color_bars_and_guides_are_not_data(ax):
    shown = ax.imshow([[0, 1]])
    ax.figure.colorbar(shown)
    ax.add_line(Line2D([0, 1], [0, 1], gid=GUIDE))
    assert describe(ax.figure).count("\n") == 2


def test_a_crowded_figure_stays_within_25_lines_and_still_changes():
    def draw(ax, last):
        for i in range(40):
            ax.plot([0, 1, last if i == 39 else 1])

    texts = [describe(figure_of(lambda ax, last=last: draw(ax, last))) for last in (1, 7)]
    assert all(len(t.splitlines()) == 25 for t in texts)
    assert texts[0] != texts[1]
    figure = Figure()
    for i, ax in enumerate(figure.subplots(5, 6).flat):
        ax.set_title(f"칸 {i}")
    figure.suptitle("모두")
    figure.text(0, 0, "그림의 글")
    text = describe(figure)
    assert "축 30개" in text
    assert "칸 24" in text


def test_only_figures_are_described(ax):
    with pytest.raises(TypeError, match="fig:"):
        describe(ax)


def test_a_fingerprint_is_one_line_even_for_a_crowded_figure():
    def draw(ax):
        ax.set_title("두 줄\n제목")
        for i in range(10):
            ax.plot([i, i + 1])

    text = fingerprint(figure_of(draw))
    assert "\n" not in text
    assert "‘두 줄 제목’" in text
    assert "그 밖" in text


# --- 책의 커널과 독자의 커널 ---

CELLS = [
    "from matplotlib import pyplot as plt\nfrom deepnote_lib import plots\nplots.use_style()",
    "ax = plots.loss_curve([3.0, 1.0, 2.0])\nplt.show()",
    "fig, ax = plt.subplots()\n_ = ax.plot([1, 2])",
    "fig",
]
WORDS = ["처음 3 가운데 1 끝 2", "처음 1 가운데 2 끝 2", "처음 1 가운데 2 끝 2"]


def notebook():
    import nbformat

    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """`python -m tools refresh`가 실행한 노트북과, 그것을 저장한 파일."""
    pytest.importorskip("nbclient")
    import nbformat

    from tools.notebooks.execute import execute

    nb, path = notebook(), tmp_path_factory.mktemp("book") / "figures.ipynb"
    execute(nb, path.parent)
    nbformat.write(nb, path)
    return nb, path


def test_refresh_stores_the_text_of_every_figure(executed):
    """화면에 띄운 그림도, 마지막 줄에 적은 그림도. 페이지에는 이것을 위한 코드가 없다."""
    for cell, words in zip(executed[0].cells[1:], WORDS, strict=True):
        (output,) = cell.outputs
        assert output["data"]["text/plain"].startswith("그림 6.4×3.8인치, 축 1개\n축 1")
        assert words in output["data"]["text/plain"]
        assert "image/png" in output["data"]


def nbval_states(folder: Path) -> dict[str, list[str]]:
    """폴더의 노트북들을 nbval로 비교한, 파일마다 셀들의 결과."""
    report = folder / "report.xml"
    command = [
        sys.executable, "-m", "pytest", "-p", "conftest", "-c", str(ROOT / "pyproject.toml"),
        f"--rootdir={ROOT}", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120",
        f"--junitxml={report}", "-q", str(folder),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    states: dict[str, list[str]] = {path.stem: [] for path in folder.glob("*.ipynb")}
    for case in ET.parse(report).getroot().iter("testcase"):
        name = case.get("classname", "").removesuffix(".ipynb").split(".")[-1]
        states[name].append("failure" if case.find("failure") is not None else "passed")
    return states


def test_nbval_compares_the_text_of_every_figure(executed):
    pytest.importorskip("nbval")
    import nbformat

    nb, path = executed
    changed = nbformat.from_dict(nb)
    for cell in changed.cells[1:]:
        data = cell.outputs[0]["data"]
        data["text/plain"] = data["text/plain"].replace("처음", "시작")
    nbformat.write(changed, path.with_name("changed.ipynb"))
    assert nbval_states(path.parent) == {
        "figures": ["passed"] * 4,
        "changed": ["passed", *["failure"] * 3],
    }


def test_the_kernel_of_a_reader_keeps_matplotlibs_own_text():
    nbclient = pytest.importorskip("nbclient")
    nb = notebook()
    nbclient.NotebookClient(nb, timeout=120, kernel_name="python3").execute()
    for cell in nb.cells[1:]:
        (output,) = cell.outputs
        assert output["data"]["text/plain"] == "<Figure size 704x418 with 1 Axes>"
        assert "image/png" in output["data"]


def test_importing_and_styling_leave_the_figure_class_as_it_was():
    code = (
        "from matplotlib.figure import Figure; before = dict(vars(Figure));"
        "from deepnote_lib import _figure_text, plots; plots.use_style();"
        "print(dict(vars(Figure)) == before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_the_extension_prints_the_description(monkeypatch, ax):
    from IPython.lib.pretty import pretty

    monkeypatch.setattr(Figure, "_repr_pretty_", None, raising=False)  # 테스트가 끝나면 지워진다
    _figure_text.load_ipython_extension(None)
    ax.plot([0, 1], [2, 3])
    assert pretty(ax.figure) == describe(ax.figure)
    assert pretty([ax.figure]) == f"[{describe(ax.figure)}]"


def test_a_kernel_that_cannot_read_the_extension_does_not_start(monkeypatch, tmp_path):
    """요약이 없는 출력을 조용히 저장하지 않는다."""
    pytest.importorskip("ipykernel")
    from tools.notebooks import execute

    monkeypatch.setattr(execute, "FIGURE_TEXT", "deepnote_lib.missing")
    argv = execute.CurrentPythonSpecs().get_kernel_spec("python3").argv
    command = [part.format(connection_file=tmp_path / "kernel.json") for part in argv]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "No module named 'deepnote_lib.missing'" in done.stderr
