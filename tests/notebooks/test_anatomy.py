"""규칙마다, 지키면 조용하고 어기면 그 규칙의 말로 알린다. 온전한 견본 절을 하나씩 망가뜨린다."""

from __future__ import annotations

import pytest

pytest.importorskip("myst_parser", reason="책을 만드는 패키지(jupyter-book)가 없습니다.")

from tools.rules.check import check_page

BREAKS = {
    "상황 질문이 없다": (
        "떡볶이집 손님이 또 올지를 어떻게 수 하나로 말할까요?",
        "떡볶이집입니다.",
        "상황 질문",
    ),
    "목표 상자가 없다": (
        "{box} 이 절을 마치면",
        "{box} 한 걸음 더: 목표",
        "‘이 절을 마치면’ 상자가 없",
    ),
    "목표가 하나뿐이다": ("- 만든 함수를 라이브러리와 견줄 수 있습니다.\n", "", "목표가 1개"),
    "목표를 시험할 수 없다": ("견줄 수 있습니다", "이해합니다", "‘…할 수 있습니다’로 끝나야"),
    "실패하는 시도가 없다": (":tags: [fails]\n\n", "", "fails 꼬리표"),
    "요구 조건이 없다": ("사이여야 한다는 조건을 지켜야 합니다", "사이입니다", "요구 조건"),
    "식에 이름표가 없다": (":label: eq-sample\n", "", "eq-…가 붙은 식"),
    "식을 읽지 않는다": ("분모는 1에 점수의 지수를 더한 값입니다. 손", "# 손", "그 식을 읽는 문장"),
    "숫자를 넣지 않는다": ("손으로 넣어 보면 $z", "$z", "숫자를 손으로"),
    "맨손 구현이 없다": (
        "def my_sigmoid(z):\n    decay = np.exp(-z)\n    return 1 / (1 + decay)\n",
        "my_sigmoid = sigmoid\n",
        "맨손 구현",
    ),
    "라이브러리와 대조하지 않는다": (
        "assert np.allclose(my_sigmoid(score), sigmoid(score))\n",
        "",
        "대조하는 assert",
    ),
    "대조가 ✓를 찍지 않는다": ('print("✓ 라이브러리와 같다")\n', "", "✓ 줄"),
    "실험이 없다": (
        "fig, ax = plt.subplots(figsize=(3, 2))\nax.plot(z, my_sigmoid(z))\nplt.show()\n",
        "z\n",
        "실험",
    ),
    "깨지는 경우가 없다": ("{box} 자주 하는 실수", "{box} 한 걸음 더", "깨지는 경우"),
    "예상을 묻지 않는다": (
        ":::{predict} predict-sample-raw\n",
        ":::{box} 한 걸음 더\n",
        "predict가 없습니다",
    ),
    "예상이 셀 앞이 아니다": (
        "- [x] 1을 넘는다\n:::\n",
        "- [x] 1을 넘는다\n:::\n\n먼저 읽습니다.\n",
        "바로 다음이 코드 셀",
    ),
    "예상의 답이 없다": (
        "{answer} predict-sample-raw",
        "{box} 한 걸음 더",
        "answer predict-sample-raw가 와야",
    ),
    "답이 다른 예상을 가리킨다": (
        "{answer} predict-sample-raw",
        "{answer} predict-sample-other",
        "앞에 predict predict-sample-other가 없습니다",
    ),
    "답에 번호를 적었다": ("확률이 2.0<!-- run", "②입니다. 확률이 2.0<!-- run", "답의 번호(②)"),
    "틀린 예상에 이유가 없다": (
        "\n  점수에도 위와 아래가 막혀 있다고 본 것입니다.\n",
        "",
        "보기 ‘1을 넘지 않는다’의 이유",
    ),
    "핵심 정리가 없다": ("{box} 핵심 정리", "{box} 한 걸음 더", "‘핵심 정리’ 상자가 0개"),
    "핵심 정리가 명사로 끝난다": ("확률로 바꾼다.", "확률로 바꾸는 함수", "동사로 끝나는"),
    "확인 문제가 둘이다": (
        ":::{quiz} 부호\n:label: quiz-sample-sign\n",
        ":::{box} 한 걸음 더\n",
        "확인 문제가 2개",
    ),
    "다음 절 예고가 없다": ("## 다음 절에서는", "## 마무리", "‘## 다음 절에서는’이 아닙"),
    "다음 절의 이름표가 다르다": ("(sample-next)=", "(sample-after)=", "(sample-next)="),
    "강의자 노트가 끝이 아니다": (
        "- 시간: 설명 20분, 문제 10분.\n:::",
        "- 시간: 설명 20분, 문제 10분.\n:::\n\n뒤의 글입니다.",
        "강의자 노트: 페이지의 맨 끝",
    ),
    "강의자 노트에 시험 문제가 있다": (
        "- 시간: 설명 20분, 문제 10분.\n",
        "- 시간: 설명 20분, 문제 10분.\n- 시험 문제: “점수를 구하시오.” (답: 1)\n",
        "강의자 노트: 시험 문제는 book/_bank/exam.md로",
    ),
    "핵심 정리가 문제보다 뒤다": (
        ":::{box} 핵심 정리\n- 시그모이드는 점수를 확률로 바꾼다.\n:::\n",
        ":::{quiz} 먼저\n:label: quiz-sample-early\n묻습니다.\n:::\n\n"
        ":::{box} 핵심 정리\n- 시그모이드는 점수를 확률로 바꾼다.\n:::\n",
        "문제보다 앞",
    ),
    "보기가 하나뿐이다": (
        "- [ ] ○\n\n  점수와 확률을 섞어 본 것입니다.\n",
        "",
        "quiz-sample-range: 보기가 1개",
    ),
    "옳은 보기가 둘이다": ("- [ ] ○", "- [x] ○", "옳은 보기(- [x])가 2개"),
    "보기에 이유가 없다": (
        "\n  점수의 크기만 보고 방향을 보지 않았습니다.\n",
        "",
        "보기 ‘그대로이다’의 이유",
    ),
    "이유가 다른 보기를 번호로 가리킨다": (
        "점수의 크기만 보고 방향을 보지 않았습니다.",
        "②와 달리 점수의 크기만 보았습니다.",
        "② 대신 그 보기의 말",
    ),
    "보기를 글 속에 늘어놓는다": (
        "점수가 0이면 확률은 얼마입니까?",
        "점수가 0이면 확률은 얼마입니까? ① 0 ② 0.5",
        "보기를 목록(- [ ])으로",
    ),
    "모르는 종류의 문제다": (":kind: number", ":kind: essay", "받은 값=essay"),
    "수 적기의 보기가 수가 아니다": ("- [x] 0.5\n", "- [x] 절반\n", "받은 값: 절반"),
    "수 적기의 보기가 겹친다": ("- [ ] 0\n", "- [ ] 0.45 ± 0.1\n", "다른 보기와 겹칩니다"),
    "문제의 이름표가 다르다": ("quiz-sample-sign", "sign", "이름표는 quiz-…로"),
    "풀이가 펼쳐져 있다": (
        "```{solution-start} ex-sample-inverse\n:class: dropdown\n```",
        "```{solution-start} ex-sample-inverse\n```",
        "dropdown",
    ),
    "직접 해 보기에 힌트가 없다": ("{box} 힌트", "{box} 한 걸음 더", "힌트 상자"),
    "출발 셀이 없다": (
        "```{code-cell} ipython3\ndef score_of(p):\n    ...  # 여기를 채우세요\n```\n",
        "",
        "출발 코드 셀",
    ),
    "풀이 코드가 확인하지 않는다": (
        "assert np.isclose(score_of(my_sigmoid(0.3)), 0.3)\n",
        "",
        "풀이 코드에 assert",
    ),
    "풀이를 닫지 않는다": ("```{solution-end}\n```\n", "", "solution-end가 없"),
    "지시문을 닫지 않는다": (
        "- 시간: 설명 20분, 문제 10분.\n:::",
        "- 시간: 설명 20분, 문제 10분.",
        "닫히지 않은 지시문",
    ),
    "첫 줄에 이름표가 없다": ("(sec-sample)=\n", "", "첫 줄은 (sec-이름)="),
    "제목에 이름표가 없다": ("(sample-quiz)=\n", "", "바로 위에 (이름표)="),
    "이름표가 쪽의 이름으로 시작하지 않는다": ("(sample-quiz)=", "(other-quiz)=", "sample-로 시작"),
    "모르는 상자다": ("{box} 자주 하는 실수", "{box} 주의", "모르는 상자"),
    "제목이 단계를 건너뛴다": ("## 확인 문제", "#### 확인 문제", "단계를 건너"),
    "장이 적혀 있지 않다": ("chapter: sample, ", "", "deepnote.chapter"),
    "대체 글이 짧다": ("점수가 커질수록 확률이 0에서 1로 올라가는 곡선", "곡선", "대체 글"),
    "대체 글이 영어다": (
        "점수가 커질수록 확률이 0에서 1로 올라가는 곡선",
        "a curve rising from zero to one",
        "대체 글",
    ),
    "use_style이 없다": ("plots.use_style()\n", "plots.PALETTE\n", "use_style()"),
    "import가 흩어져 있다": ("z = np.linspace", "import math\nz = np.linspace", "첫 코드 셀에 모"),
    "셀이 길다": ("z = np.linspace(-4, 4, 41)\n", "z = np.linspace(-4, 4, 41)\n" * 13, "15줄 이하"),
    "설치 명령이 있다": ("z = np.linspace", "!pip install numpy\nz = np.linspace", "설치 명령"),
    "글꼴을 손본다": (
        "z = np.linspace",
        'plt.rcParams["font.family"] = "x"\nz = np.linspace',
        "use_style()에 맡",
    ),
    "전역 난수를 쓴다": ("z = np.linspace", "np.random.seed(0)\nz = np.linspace", "default_rng"),
    "절대 경로가 있다": ("z = np.linspace", 'open("/home/me/a")\nz = np.linspace', "절대 경로"),
    "run 표시가 낡았다": (
        "2.0<!-- run: 가장 큰 확률 -->",
        "2.5<!-- run: 가장 큰 확률 -->",
        "본문은 2.5, 출력은 2.0",
    ),
    "run 표시의 짝이 없다": (
        "<!-- run: 가장 큰 확률 -->",
        "<!-- run: 가장 작은 확률 -->",
        "찍은 출력이 없",
    ),
    "소수에 표시가 없다": ("<!-- run: 가장 큰 확률 -->", "", "소수 2.0에 run 표시"),
    "금지한 용어를 쓴다": ("지수의 부호를", "파라미터의 부호를", "매개변수"),
    "규제를 정규화라고 부른다": ("지수의 부호를", "L2 정규화의 부호를", "규제"),
    "굵게가 깨진다": ("지수의 부호를", "**지수(exp)**의 부호를", "굵게가 깨진다"),
    "음슴체다": ("후보가 셋 이상일 때를 다룹니다.", "후보가 셋 이상일 때를 다루게 됨.", "음슴체"),
    "해요체다": ("후보가 셋 이상일 때를 다룹니다.", "후보가 셋 이상일 때를 다뤄요.", "해요체"),
    "한다체다": ("후보가 셋 이상일 때를 다룹니다.", "후보가 셋 이상일 때를 다룬다.", "한다체"),
    "문장이 길다": (
        "후보가 셋 이상일 때를",
        "후보가 셋 이상일 때를 " + "아주 길게 " * 20,
        "90자 이하",
    ),
    "알 수 있다를 되풀이한다": (
        "후보가 셋",
        "알 수 있고 알 수 있고 알 수 있습니다. 후보가 셋",
        "알 수 있",
    ),
    "곧은 따옴표를 쓴다": ("후보가 셋", '"후보"가 셋', "곧은 따옴표"),
}


def test_a_complete_section_has_nothing_to_mend(page_with):
    assert [str(found) for found in check_page(page_with())] == []


@pytest.mark.parametrize(("old", "new", "message"), BREAKS.values(), ids=BREAKS)
def test_each_missing_item_is_named(page_with, old, new, message):
    found = [item.message for item in check_page(page_with(old, new))]
    assert any(message in text for text in found), found


def test_a_section_must_have_enough_words(page_with, filler):
    found = [item.message for item in check_page(page_with(filler, "짧은 글입니다."))]
    assert len(found) == 1
    assert "1500~4000어절" in found[0]


def test_other_kinds_of_pages_need_no_anatomy(page_with):
    page = page_with("kind: section", "kind: guide")
    assert check_page(page, ("anatomy",)) == []
