"""책이 쓰는 글꼴과 MathJax, axe-core를 npm에서 받아 제자리에 둔다.

파일은 저장소에 들어 있으므로 평소에는 실행할 필요가 없다. 버전을 올릴 때만 아래 표를 고치고
`python -m tools.assets.fetch_assets`를 실행한다. npm이 있어야 하며, 받은 파일은 고치지 않고
그대로 둔다(글꼴의 예약 이름을 지키기 위해서다).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools.facts.repository import ROOT

STATIC = "book/_static"
VENDOR = "tests/browser/vendor"

# 패키지@버전 → [(패키지 안의 경로나 폴더, 저장소 안의 위치)]
ASSETS: dict[str, list[tuple[str, str]]] = {
    "pretendard@1.3.9": [
        ("dist/LICENSE.txt", f"{STATIC}/fonts/pretendard/LICENSE.txt"),
        (
            "dist/web/variable/pretendardvariable-dynamic-subset.css",
            f"{STATIC}/fonts/pretendard/pretendardvariable-dynamic-subset.css",
        ),
        (
            "dist/web/variable/woff2-dynamic-subset/",
            f"{STATIC}/fonts/pretendard/woff2-dynamic-subset/",
        ),
    ],
    "d2coding@1.3.2": [
        ("fonts/d2coding-subset.woff2", f"{STATIC}/fonts/d2coding/d2coding-subset.woff2"),
    ],
    "mathjax@3.2.2": [
        ("LICENSE", f"{STATIC}/mathjax/LICENSE"),
        ("es5/tex-mml-chtml.js", f"{STATIC}/mathjax/tex-mml-chtml.js"),
        ("es5/input/tex/extensions/", f"{STATIC}/mathjax/input/tex/extensions/"),
        (
            "es5/output/chtml/fonts/woff-v2/",
            f"{STATIC}/mathjax/output/chtml/fonts/woff-v2/",
        ),
    ],
    "axe-core@4.14.1": [
        ("LICENSE", f"{VENDOR}/axe-core.LICENSE.txt"),
        ("axe.min.js", f"{VENDOR}/axe.min.js"),
    ],
}


def download(package: str, folder: Path) -> Path:
    """패키지 하나를 받아 압축 파일의 경로를 반환한다(무결성은 npm이 확인한다)."""
    run = subprocess.run(
        ["npm", "pack", package, "--silent"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / run.stdout.strip().splitlines()[-1]


def selected(names: list[str], source: str, target: str) -> Iterator[tuple[str, Path]]:
    """압축 파일 안의 이름과 그것을 둘 위치를 짝지어 낸다. 빗금으로 끝나면 폴더 전체다."""
    for name in names:
        inner = str(PurePosixPath(name).relative_to("package"))
        if inner == source:
            yield name, ROOT / target
        elif source.endswith("/") and inner.startswith(source):
            yield name, ROOT / target / inner.removeprefix(source)


def install(archive: Path, wanted: list[tuple[str, str]]) -> int:
    """압축 파일에서 필요한 파일만 꺼내 놓고 개수를 반환한다."""
    count = 0
    with tarfile.open(archive) as tar:
        names = [m.name for m in tar.getmembers() if m.isfile()]
        for source, target in wanted:
            pairs = list(selected(names, source, target))
            if not pairs:
                raise FileNotFoundError(f"{archive.name}: {source} 파일이 있어야 합니다")
            for name, place in pairs:
                member = tar.extractfile(name)
                if member is None:
                    raise FileNotFoundError(f"{archive.name}: {name} 파일을 읽을 수 있어야 합니다")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(member.read())
                count += 1
    return count


def make_space_font(place: Path) -> None:
    """빈칸 두 글자만 든 글꼴을 만든다.

    D2Coding의 배포용 부분 글꼴에는 빈칸이 없어, 빈칸만 다른 글꼴로 그려지면 들여쓰기 폭이 어긋난다.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    names = [".notdef", "space"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x20: "space", 0xA0: "space"})
    builder.setupGlyf({name: Glyph() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader(ascent=860, descent=-140)
    builder.setupNameTable({"familyName": "Deepnote Space", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.font.flavor = "woff"
    builder.save(place)


def main(argv: list[str] | None = None) -> int:
    """모든 패키지를 받아 제자리에 둔다."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, help="미리 받아 둔 .tgz가 있는 폴더")
    source = parser.parse_args(argv).source
    if source is None and shutil.which("npm") is None:
        raise SystemExit("npm이 있어야 합니다")
    with tempfile.TemporaryDirectory() as folder:
        for package, wanted in ASSETS.items():
            archive = (
                source / f"{package.replace('@', '-')}.tgz"
                if source is not None
                else download(package, Path(folder))
            )
            print(f"{package}: 파일 {install(archive, wanted)}개")
    make_space_font(ROOT / STATIC / "fonts" / "d2coding" / "deepnote-space.woff")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
