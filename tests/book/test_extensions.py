"""책의 Sphinx 확장: 상자의 종류, 검색어, 번호, 화면의 글."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest

pytest.importorskip("sphinx_exercise", reason="책을 빌드하는 패키지(sphinx-exercise)가 없습니다.")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from tools.facts.boxes import KINDS, split_title
    from tools.facts.particles import ENDINGS, PARTICLES
    from tools.facts.repository import ROOT
    from tools.sphinx import boxes, ko_search, ko_ui, numbering, questions

PAGE = """(sec-sample)=
# 견본

:::{{box}} 핵심 정리
먼저 봅니다.
:::

{boxes}

정확도는 **0.950**<!-- run: 정확도 -->입니다.

<!-- term-ok -->

가중치 ($W$)를 $x$와 곱하고 $b$ 하나를 더합니다. 편향(bias)을 25%로, `sum()`을 씁니다.

:::{{quiz}} 짧은 제목
:label: quiz-sample-one
질문입니다.

- [ ] 첫째

  첫째의 이유입니다.
- [x] 둘째

  둘째의 이유입니다.

맺는 글입니다.
:::

:::{{quiz}} 수
:label: quiz-sample-number
:kind: number
:unit: 번
몇 번입니까?

- [x] 2,260 ± 0.5

  옳은 수의 이유입니다.
- [ ] 1/4

  틀린 수의 이유입니다.
:::

:::{{quiz}} 순서
:label: quiz-sample-order
:kind: order
늘어놓으세요.

1. `a = 1`

   먼저인 이유입니다.
2. `b = a`

   다음인 이유입니다.
:::

:::{{predict}} predict-sample-one
무엇이 나올까요?

- [ ] 하나

  하나의 이유입니다.
- [x] 둘
:::

```{{code-cell}} ipython3
y = 2
```

:::{{answer}} predict-sample-one
둘인 까닭입니다.
:::

:::{{exercise}} 해 볼 일
:label: ex-sample-one
{{ref}}`quiz-sample-one`에서 본 대로 하세요.
:::

```{{solution-start}} ex-sample-one
:class: dropdown
```

둘째 답입니다.

```{{code-cell}} ipython3
x = 1
```

```{{solution-end}}
```

:::{{practice}} ex-softmax-lse
:::

```{{code-cell}} ipython3
:tags: [starter]

def logsumexp_rows(z):
    return z
```

:::{{practice-index}}
:::
"""


def build(folder: Path, page: str) -> str:
    """페이지 하나짜리 책을 빌드하고 그 HTML을 반환한다."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "index.md").write_text(
        "---\nkernelspec: {name: python3, display_name: Python 3, language: python}\n"
        "deepnote: {chapter: perceptron, kind: section}\n"
        f"file_format: mystnb\n---\n{page}",
        encoding="utf-8",
    )
    settings = {
        "extensions": [
            "myst_nb",
            "tools.sphinx.questions",
            "tools.sphinx.practice",
            "tools.sphinx.typography",
        ],
        "html_theme": "basic",
        "language": "ko",
        "nb_execution_mode": "off",
        "numfig": True,
        "exercise_style": "solution_follow_exercise",
        "numfig_format": {"exercise": "연습문제 %s", "quiz": "확인 문제 %s"},
        "myst_enable_extensions": ["colon_fence", "dollarmath", "tasklist"],
    }
    with (
        warnings.catch_warnings(),
        patch_docutils(),
        docutils_namespace(),
        open(folder / "log.txt", "w", encoding="utf-8") as log,
    ):
        warnings.simplefilter("ignore")
        app = Sphinx(
            source,
            None,
            folder / "html",
            folder / "doctrees",
            "html",
            confoverrides=settings,
            status=None,
            warning=log,
        )
        app.build()
    return (folder / "html" / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """모든 상자가 든 페이지의 (HTML, 경고)."""
    folder = tmp_path_factory.mktemp("boxes")
    every = "\n\n".join(f":::{{box}} {name}: 부제목\n내용.\n:::" for name in KINDS)
    html = build(folder, PAGE.format(boxes=every))
    return html, (folder / "log.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_title_decides_the_kind(name: str) -> None:
    assert split_title(f"{name}: 부제목: 둘") == (name, "부제목: 둘")
    assert boxes.parse_title(name) == (name, "")


def test_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"이 절을 마치면.*힌트.*받은 제목=꿀팁"):
        boxes.parse_title("꿀팁")


def test_unknown_kind_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(boxes.BoxError, match="꿀팁"):
        build(tmp_path, "# 견본\n\n:::{box} 꿀팁\n내용\n:::\n")


def test_page_with_every_box_builds_without_warnings(sample: tuple[str, str]) -> None:
    assert sample[1] == ""


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_folded_or_open_as_declared(sample: tuple[str, str], name: str) -> None:
    kind = KINDS[name]
    tag, title = ("details", "summary") if kind.folded else ("div", "p")
    assert f'<{tag} class="box-{kind.css} box admonition">' in sample[0]
    assert (
        f'<{title} class="admonition-title"><span class="box-kind">{name}</span> '
        f'<span class="box-subtitle">부제목</span></{title}>'
    ) in sample[0]


def test_quizzes_and_exercises_are_numbered_apart(sample: tuple[str, str]) -> None:
    assert 'class="caption-number">확인 문제 1' in sample[0]
    assert 'class="caption-number">연습문제 1' in sample[0]
    assert '<span class="box-subtitle">짧은 제목</span>' in sample[0]
    assert 'href="#quiz-sample-one"' in sample[0]
    assert ">확인 문제 1</span>" in sample[0]


def test_solutions_are_folded_and_keep_their_code(sample: tuple[str, str]) -> None:
    parts = sample[0].split('<details class="box-solution solution box admonition"')
    assert len(parts) == 2
    assert "둘째 답입니다" in parts[1]
    assert "cell_input" in parts[1].split("</details>")[0]


def question(html: str, label: str) -> str:
    """물음 하나의 HTML."""
    return html.split(f'data-question="{label}"')[1].split(questions.QUIZ_END)[0]


def test_a_quiz_lists_its_choices_and_folds_its_reasons(sample: tuple[str, str]) -> None:
    html = question(sample[0], "quiz-sample-one")
    asked, key = html.split("<details")
    assert re.findall(r'choice-mark">(.)<', asked) == ["①", "②"]
    assert "이유" not in asked
    assert 'data-place="1"><strong>답: ②' in key
    assert re.findall(r"(.째)의 이유", key) == ["첫째", "둘째"]
    assert key.index("둘째의 이유") < key.index("맺는 글입니다")


def test_a_number_to_type_is_not_shown_before_it_is_typed(sample: tuple[str, str]) -> None:
    asked, key = question(sample[0], "quiz-sample-number").split("<details")
    assert "2,260" not in asked
    assert 'data-unit="번"' in asked
    assert "답: 2,260번" in key
    assert 'data-tolerance="0.5" data-value="2260.0"' in key
    assert 'data-value="0.25"' in key


def test_lines_to_order_are_shuffled(sample: tuple[str, str]) -> None:
    asked, key = question(sample[0], "quiz-sample-order").split("<details")
    assert re.findall(r'class="choice" data-place="(.)"', asked) == ["1", "0"]
    assert key.index(">a</span>") < key.index(">b</span>")


def test_a_prediction_holds_its_cell_and_its_answer(sample: tuple[str, str]) -> None:
    group = sample[0].split('<div class="predict" data-question="predict-sample-one">')[1]
    assert group.index("무엇이 나올까요") < group.index("cell_input") < group.index("답: ②")
    assert group.index("하나의 이유") < group.index("둘인 까닭")


def test_a_practice_shows_its_task_its_starter_and_then_its_hints(sample: tuple[str, str]) -> None:
    html = sample[0].split('id="ex-softmax-lse"')[1]
    for earlier, later in itertools.pairwise(
        ["배치용 logsumexp", "핵심 · 10분", "cell_input", "check", "떠올려 볼 것", "모범 답안"]
    ):
        assert html.index(earlier) < html.index(later), (earlier, later)
    assert html.count('<details class="box-hint') >= 4


def test_the_index_lists_every_exercise_with_its_level_and_minutes(sample: tuple[str, str]) -> None:
    table = sample[0].split('<table class="practice-index')[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
    cells = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    assert cells[0] == ["제목", "수준", "시간", "절"]
    assert ["해", "볼", "일", "ex-sample-one", "–", "–", "견본"] in cells
    assert ["배치용", "logsumexp", "ex-softmax-lse", "핵심", "10분", "견본"] in cells


MISUSED = {
    "답이 없는 예상": (
        ":::{predict} predict-a\n무엇?\n:::\n\n글입니다.",
        "같은 제목 아래에 answer predict-a가 없습니다",
    ),
    "셀이 없는 예상": (
        ":::{predict} predict-a\n무엇?\n:::\n\n:::{answer} predict-a\n답입니다.\n:::",
        "사이에는 코드 셀만",
    ),
    "사이에 글이 있는 예상": (
        ":::{predict} predict-a\n무엇?\n:::\n\n글입니다.\n\n```{code-cell} ipython3\n1\n```\n\n"
        ":::{answer} predict-a\n답입니다.\n:::",
        "사이에는 코드 셀만",
    ),
    "물음이 없는 답": (
        ":::{answer} predict-a\n답입니다.\n:::",
        "앞에 predict predict-a가 없습니다",
    ),
    "보기가 없는 문제": (":::{quiz} 하나\n:label: quiz-a\n무엇?\n:::", "보기의 목록"),
    "옳은 보기가 없는 문제": (
        ":::{quiz} 하나\n:label: quiz-a\n무엇?\n\n- [ ] 하나\n- [ ] 둘\n:::",
        "옳은 보기(- [x])가 꼭 하나",
    ),
    "모르는 연습": (":::{practice} ex-unknown\n:::", "연습의 이름표여야 합니다"),
    "출발 코드가 없는 연습": (
        ":::{practice} ex-softmax-lse\n:::",
        "바로 다음에 출발 코드 셀이 와야 합니다",
    ),
    "수가 아닌 보기": (
        ":::{quiz} 하나\n:label: quiz-a\n:kind: number\n무엇?\n\n- [x] 많이\n- [ ] 2\n:::",
        "받은 값: 많이",
    ),
}


@pytest.mark.parametrize("name", MISUSED)
def test_a_misused_question_stops_the_build(tmp_path: Path, name: str) -> None:
    page, expected = MISUSED[name]
    with pytest.raises(boxes.BoxError, match=re.escape(expected)):
        build(tmp_path, f"(sec-sample)=\n# 견본\n\n## 절\n\n{page}\n")


def test_run_comments_vanish_without_a_gap(sample: tuple[str, str]) -> None:
    assert "<strong>0.950</strong>입니다." in sample[0]
    assert "run:" not in sample[0]
    assert "term-ok" not in sample[0]


def test_particles_stay_with_their_symbol(sample: tuple[str, str]) -> None:
    """수식에 붙은 괄호와 조사는 한 덩어리이고, 띄어 쓴 말은 아니다."""
    math = r'<span class="math notranslate nohighlight">\\({}\\)</span>'.replace("\\\\", "\\")
    assert f'가중치 <span class="nobr">({math.format("W")})를</span>' in sample[0]
    assert f'<span class="nobr">{math.format("x")}와</span> 곱하고' in sample[0]
    assert f"곱하고 {math.format('b')} 하나를" in sample[0]


def test_no_id_is_repeated(sample: tuple[str, str]) -> None:
    ids = re.findall(r'\bid="([^"]+)"', sample[0])
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("손실을", "손실"),
        ("학습률이", "학습률"),
        ("은닉층에서는", "은닉층"),
        ("소프트맥스란", "소프트맥스"),
        ("softmax는", "softmax"),
        ("ReLU", "relu"),
        ("기울기", "기울기"),
        ("가중치", "가중치"),
        ("정의", "정의"),  # '의'를 떼면 한 글자가 남는다
    ],
)
def test_stem_takes_off_particles_only(word: str, stem: str) -> None:
    assert ko_search.stem(word) == stem


def test_search_takes_off_every_particle_that_the_checks_know() -> None:
    assert set(PARTICLES.split("|")) <= set(ENDINGS)


def test_split_also_gives_the_unspaced_form() -> None:
    words = ko_search.SearchKorean({}).split("교차 엔트로피가 두 배로 는다")
    assert {"교차엔트로피", "두배로"} <= {w for w in words if " " not in w}
    assert "엔트로피가두" not in words  # 조사가 붙은 말과는 잇지 않는다


def test_glossary_gives_aliases_and_protected_words(tmp_path: Path) -> None:
    path = tmp_path / "glossary.csv"
    path.write_text(
        "en,ko,variants_forbidden,aliases,note\n"
        "weight,가중치,웨이트;re:무게.*,무게(물리),\n"
        "gradient descent,경사 하강법,경사하강법,,\n",
        encoding="utf-8",
    )
    keep, alias = ko_search.read_glossary(path)
    assert {"가중치", "경사", "하강법"} <= keep
    assert alias["웨이트"] == alias["무게"] == alias["weight"] == ["가중치"]
    assert alias["gradientdescent"] == ["경사", "하강법"]
    assert not any("re" in key and "무게" in key for key in alias)
    assert "경사하강법" not in alias  # 붙여 쓴 꼴은 색인이 찾는다


def test_query_side_stems_like_the_index_side(tmp_path: Path) -> None:
    """같은 낱말을 파이썬과 자바스크립트가 똑같이 다룬다."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node가 없어 질의를 다루는 규칙을 확인할 수 없습니다.")
    words = ["손실을", "학습률이", "기울기", "softmax는", "데이터에서는", "가중치와", "평가", "XOR"]
    script = tmp_path / "stem.js"
    script.write_text(
        ko_search.script(ko_search.KEEP, {})
        + f"\nconsole.log(JSON.stringify({json.dumps(words)}.map(deepnoteKo.stem)))",
        encoding="utf-8",
    )
    run = subprocess.run([node, str(script)], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [ko_search.stem(w) for w in words]


def test_template_english_becomes_korean() -> None:
    source = (
        '<button title="Toggle primary sidebar" data-mode="light" title="밝게">© Copyright 2026'
    )
    assert ko_ui.translate_html(source) == (
        '<button title="책 목차 열기·닫기" data-mode="light">© 2026'
    )


def test_headings_inside_a_chapter_page_do_not_shift_the_sections() -> None:
    tree = {"root": ["a", "b"], "a": ["a1"], "b": ["b1", "b2"]}
    numbers = {page: numbering.shown(n) for page, n in numbering.number_pages("root", tree).items()}
    assert numbers == {
        "a": ("1장",),
        "a1": (1, 1),
        "b": ("2장",),
        "b1": (2, 1),
        "b2": (2, 2),
    }


def test_static_files_are_small_and_licensed() -> None:
    """딸린 파일은 8 MB를 넘지 않고, 남의 것은 라이선스 표에 있다."""
    static = ROOT / "book" / "_static"
    files = [p for p in static.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 8_000_000
    table = (static / "LICENSES.md").read_text(encoding="utf-8")
    for folder in [*(static / "fonts").iterdir(), static / "mathjax"]:
        assert folder.name in table
        assert any(re.match("LICENSE|OFL", p.name) for p in folder.iterdir()), folder


def test_style_sheet_asks_for_nothing_outside_the_book() -> None:
    static = ROOT / "book" / "_static"
    sheets = [*static.glob("*.css"), *static.glob("fonts/**/*.css")]
    assert sheets
    for sheet in sheets:
        for url in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
            address = url.strip("\"'")
            assert address.startswith("data:") or (sheet.parent / address).exists(), address
