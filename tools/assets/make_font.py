"""그림에 쓰는 글꼴 두 벌(보통, 굵게)을 나눔고딕에서 다시 만든다.

나눔고딕은 이름이 예약된 OFL 글꼴이므로, 글자를 추린 판은 이름을 바꾸어(Deepnote Sans KR)
같은 허가서(OFL.txt)와 함께 나눠 준다. 저작권 표시는 그대로 둔다.

    python -m tools.assets.make_font [NanumGothic.ttf가 있는 폴더]

fontTools가 있어야 한다. Debian에서는 fonts-nanum 패키지가 원본을 담고 있다.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from tools.facts.repository import ROOT

FAMILY = "Deepnote Sans KR"
STYLES = {"Regular": "NanumGothic.ttf", "Bold": "NanumGothicBold.ttf"}
TARGET = ROOT / "deepnote_lib" / "plots" / "fonts"
# 라틴, 그리스, 문장 부호, 화살표, 수학 기호, 도형, 한글 자모와 모든 음절
UNICODES = (
    "0020-007E,00A0-00FF,0370-03FF,2010-2027,2030-203B,2070-209C,2190-2199,2200-22FF,"
    "25A0-25CF,3000-303F,3131-318E,AC00-D7A3"
)
COPYRIGHT, FAMILY_ID, STYLE_ID, UNIQUE_ID, FULL_ID, VERSION, POSTSCRIPT = range(7)
DESCRIPTION, LICENSE, LICENSE_URL = 10, 13, 14
KEPT = {COPYRIGHT, VERSION, 8, 9, 11, 12}  # 저작권, 판, 만든 이와 그 주소


def rename(font: TTFont, style: str) -> None:
    """이름 표를 영어 하나로 새로 쓴다. 만든 이와 저작권은 그대로 남긴다."""
    table = font["name"]
    version = str(table.getDebugName(VERSION))
    # 등록 상표 표시는 원본 이름의 것이므로 빼고, 원본이 무엇인지는 설명에 적는다.
    source = "NanumGothic" if style == "Regular" else "NanumGothic Bold"
    names = {
        FAMILY_ID: FAMILY,
        STYLE_ID: style,
        UNIQUE_ID: f"{FAMILY} {style};{re.sub('[^0-9.]', '', version.split(';')[0])}",
        FULL_ID: FAMILY if style == "Regular" else f"{FAMILY} {style}",
        POSTSCRIPT: f"{FAMILY.replace(' ', '')}-{style}",
        DESCRIPTION: f"A renamed subset (Modified Version) of {source}, made by make_font.py.",
        LICENSE: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        LICENSE_URL: "https://openfontlicense.org",
    }
    kept = {i: str(table.getDebugName(i)) for i in KEPT if table.getDebugName(i)}
    table.names = []
    for name_id, text in sorted({**kept, **names}.items()):
        table.setName(text, name_id, 3, 1, 0x409)


def add_minus(font: TTFont) -> None:
    """원본에 없는 빼기 기호(U+2212)를 더하기의 가로줄과 같은 자리와 너비로 그린다.

    로그 눈금의 지수처럼 글꼴 목록의 뒤를 찾지 않는 자리에서도 음수가 보이게 한다.
    """
    cmap, glyf = font.getBestCmap(), font["glyf"]
    plus, dash = glyf[cmap[ord("+")]], glyf[cmap[0x2013]]
    middle, half = (plus.yMin + plus.yMax) // 2, (dash.yMax - dash.yMin) // 2
    pen = TTGlyphPen(None)
    pen.moveTo((plus.xMin, middle - half))
    for corner in [
        (plus.xMin, middle + half),
        (plus.xMax, middle + half),
        (plus.xMax, middle - half),
    ]:
        pen.lineTo(corner)
    pen.closePath()
    order = font.getGlyphOrder()
    glyf["minus"] = pen.glyph()
    font.setGlyphOrder([*dict.fromkeys([*order, "minus"])])
    font["hmtx"]["minus"] = (font["hmtx"][cmap[ord("+")]][0], plus.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x2212] = "minus"


def make(source: Path, target: Path, style: str) -> None:
    """글자를 추리고 이름을 바꾸어 target에 쓴다. 같은 원본이면 늘 같은 바이트가 나온다."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    options.name_IDs, options.name_languages, options.legacy_kern = ["*"], ["*"], False
    options.recalc_timestamp = False
    options.drop_tables += ["TSI0", "TSI1", "TSI2", "TSI3", "TSI5"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(UNICODES))
    subsetter.subset(font)
    add_minus(font)
    rename(font, style)
    font["OS/2"].usWeightClass = 700 if style == "Bold" else 400
    font.save(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "source",
        nargs="?",
        type=Path,
        default=Path("/usr/share/fonts/truetype/nanum"),
        help="NanumGothic.ttf와 NanumGothicBold.ttf가 있는 폴더",
    )
    source = parser.parse_args().source
    for style, name in STYLES.items():
        target = TARGET / f"DeepnoteSansKR-{style}.ttf"
        make(source / name, target, style)
        print(f"{target.name}: {target.stat().st_size:,}바이트")


if __name__ == "__main__":
    main()
