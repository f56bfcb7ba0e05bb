"""패키지의 글꼴: 모든 한글을 담고, 예약된 이름을 쓰지 않으며, 없는 글자는 조용히 지나가지 않는다."""

import subprocess
import sys
import warnings
from importlib.resources import files
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from deepnote_lib.plots import style

ROOT = Path(__file__).resolve().parents[1]
FONTS = files("deepnote_lib.plots") / "fonts"
RESERVED = ("nanum", "나눔", "naver")
LICENSE_ID, COPYRIGHT_ID = 13, 0


def names(font: FT2Font) -> dict[int, str]:
    """이름 표의 번호마다 글 하나(윈도우 영어)."""
    return {key[3]: raw.decode("utf-16-be") for key, raw in font.get_sfnt().items() if key[0] == 3}


def draw(text: str, weight: str = "normal") -> None:
    with mpl.rc_context():
        style.use_style()
        figure = Figure(figsize=(12, 8))
        FigureCanvasAgg(figure)
        for i in range(0, len(text), 80):
            figure.text(0, 1 - i / max(len(text), 80), text[i : i + 80], weight=weight, fontsize=5)
        figure.canvas.draw()


@pytest.fixture(params=style.FONT_FILES)
def font(request):
    return FT2Font(str(FONTS / request.param))


def test_a_font_holds_every_hangul_syllable_and_jamo(font):
    charmap = font.get_charmap()
    assert not [chr(c) for c in range(0xAC00, 0xD7A4) if c not in charmap]  # 11,172음절
    assert not [chr(c) for c in range(0x3131, 0x3164) if c not in charmap]  # 낱자


def test_a_font_is_renamed_because_the_original_name_is_reserved(font):
    table = names(font)
    assert font.family_name == style.FONT_FAMILY
    for name_id in (1, 3, 4, 6):  # 가족, 고유, 전체, PostScript 이름
        assert table[name_id].replace(" ", "").startswith("DeepnoteSansKR")
        assert not any(word in table[name_id].lower() for word in RESERVED)
    assert all(key[0] == 3 for key in font.get_sfnt())  # 옛 이름이 남은 다른 표가 없다


def test_a_font_keeps_the_copyright_and_names_its_license(font):
    assert "NHN Corporation" in names(font)[COPYRIGHT_ID]
    assert "SIL Open Font License" in names(font)[LICENSE_ID]


def test_the_license_text_is_shipped_with_its_copyright_lines():
    text = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Copyright (c) 2010, NAVER Corporation" in text
    assert "Reserved Font Name Nanum" in text
    assert "Reserved Font\nName(s) unless explicit written permission" in text.replace("\r", "")


def test_registering_twice_adds_no_second_copy():
    style.register_fonts()
    first = [f.fname for f in font_manager.fontManager.ttflist if f.name == style.FONT_FAMILY]
    style.register_fonts()
    again = [f.fname for f in font_manager.fontManager.ttflist if f.name == style.FONT_FAMILY]
    assert len(first) == len(set(first)) == 2
    assert again == first


def test_bold_text_uses_the_bold_file():
    style.register_fonts()
    path = font_manager.findfont(
        font_manager.FontProperties(family=[style.FONT_FAMILY], weight="bold")
    )
    assert Path(path).name == "DeepnoteSansKR-Bold.ttf"


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_every_hangul_of_the_glossary_and_the_library_is_drawn(weight):
    sources = [*(ROOT / "deepnote_lib").rglob("*.py"), *(ROOT / "book").rglob("glossary.csv")]
    text = "".join(path.read_text("utf-8") for path in sources)
    hangul = sorted({c for c in text if "가" <= c <= "힣"})
    assert len(hangul) > 300
    draw("".join(hangul), weight)  # 경고는 모두 오류이므로 없는 글자가 있으면 실패한다


def test_the_minus_sign_is_in_the_font_itself():
    # 로그 눈금의 지수는 글꼴 목록의 뒤를 찾지 않는다. 원본에는 없어서 tools/assets/make_font.py가 그린다
    for name in style.FONT_FILES:
        charmap = FT2Font(str(FONTS / name)).get_charmap()
        assert ord("−") in charmap
    draw(r"$\mathdefault{10^{-3}}$")


def test_signs_that_the_font_lacks_fall_back_to_dejavu():
    charmap = FT2Font(str(FONTS / style.FONT_FILES[0])).get_charmap()
    assert ord("ℝ") not in charmap  # 그래서 글꼴 목록의 끝에 DejaVu Sans가 있다
    draw("−1.0 × η σ ∂L/∂W ∇ Σ ≤ ≥ ≈ → ∈ ℝ ✓ ŷ ½ · … “인용” ‘강조’ x₁ 2²")


def test_a_missing_glyph_is_a_warning_so_it_fails_the_tests():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="Glyph 40845"):
            draw("龍 사용자 영역")  # 한자는 두 글꼴 어디에도 없다


def test_the_fonts_are_remade_from_the_original(tmp_path):
    """같은 원본이면 같은 바이트가 나온다. 원본이나 fontTools가 없으면 건너뛴다."""
    pytest.importorskip("fontTools", reason="fontTools가 없습니다")
    source = Path("/usr/share/fonts/truetype/nanum")
    if not (source / "NanumGothic.ttf").exists():
        pytest.skip("나눔고딕(fonts-nanum)이 없습니다")
    code = (
        "import sys, pathlib; from tools.assets import make_font as m; "
        "m.make(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), 'Regular')"
    )
    target = tmp_path / "font.ttf"
    command = [sys.executable, "-c", code, str(source / "NanumGothic.ttf"), str(target)]
    subprocess.run(command, check=True, cwd=ROOT)
    made, shipped = FT2Font(str(target)), FT2Font(str(FONTS / style.FONT_FILES[0]))
    # fontTools의 버전에 따라 표를 싸는 법이 달라질 수 있어 내용을 비교한다.
    assert made.get_charmap().keys() == shipped.get_charmap().keys()
    assert names(made) == names(shipped)
