"""책의 모든 그림이 함께 쓰는 모양: 글꼴, 색, 선. `use_style()`을 호출해야 바뀐다.

색은 색각 이상(제1·제2·제3)이 있어도 구별되고 흰 바탕과의 명암비가 3:1을 넘도록 골랐다. 색마다 선의 모양이
달라서 흑백으로 찍어도 구별된다. 그림의 바탕은 늘 불투명한 흰색이라 어두운 화면에서도 읽힌다.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from types import MappingProxyType

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.typing import LineStyleType

FONT_FAMILY = "Deepnote Sans KR"
FONT_FILES = ("DeepnoteSansKR-Regular.ttf", "DeepnoteSansKR-Bold.ttf")

PALETTE = MappingProxyType(
    {
        "blue": "#0F4C9C",
        "vermillion": "#BC3C0A",
        "green": "#0C8F5F",
        "purple": "#A0529A",
        "orange": "#C28710",
        "sky": "#3A98E8",
        "ink": "#2F2F33",
    }
)
COLORS = tuple(PALETTE.values())
LINE_STYLES: tuple[LineStyleType, ...] = (
    "-",
    (0, (5, 2)),
    (0, (7, 2, 1.5, 2)),
    (0, (1.2, 1.6)),
    (0, (10, 3)),
    (0, (6, 2, 1.2, 2, 1.2, 2)),
    (0, (3, 1)),
)
MARKERS = ("o", "^", "s", "D", "v", "P", "X")
GRID, AXIS, FACE = "#E3E5E9", "#6B6F76", "#FFFFFF"

# 390픽셀 너비의 화면에서 6.4인치 그림은 1포인트가 0.78픽셀쯤이 된다. 13포인트면 10픽셀을 지킨다.
RC: dict[str, object] = {
    "font.family": [FONT_FAMILY, "DejaVu Sans"],  # 나눔고딕에 없는 −(빼기표) 등은 DejaVu가 그린다
    "font.size": 13.0,
    "axes.titlesize": 14.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 9.0,
    "axes.labelsize": 13.0,
    "axes.labelcolor": PALETTE["ink"],
    "xtick.labelsize": 12.0,
    "ytick.labelsize": 12.0,
    "legend.fontsize": 12.0,
    "figure.titlesize": 15.0,
    "figure.titleweight": "bold",
    "text.color": PALETTE["ink"],
    "mathtext.fontset": "dejavusans",
    "axes.unicode_minus": True,
    "svg.fonttype": "path",
    "figure.figsize": (6.4, 3.8),
    "figure.dpi": 110.0,
    "savefig.dpi": "figure",
    "figure.constrained_layout.use": True,
    "figure.facecolor": FACE,
    "axes.facecolor": FACE,
    "savefig.facecolor": FACE,
    "savefig.transparent": False,
    "axes.prop_cycle": cycler(color=COLORS) + cycler(linestyle=LINE_STYLES),
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "axes.edgecolor": AXIS,
    "axes.linewidth": 0.9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": AXIS,
    "ytick.color": AXIS,
    "xtick.labelcolor": PALETTE["ink"],
    "ytick.labelcolor": PALETTE["ink"],
    "lines.linewidth": 2.0,
    "lines.markersize": 6.0,
    "lines.color": PALETTE["ink"],
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "none",
    "legend.facecolor": FACE,
    "legend.handlelength": 2.6,
    "image.cmap": "gray_r",
    "image.interpolation": "nearest",
}


def register_fonts() -> None:
    """패키지에 든 글꼴 두 벌을 Matplotlib에 알린다. 여러 번 호출해도 한 번만 알린다.

    독자의 컴퓨터에 한글 글꼴이 있든 없든 그림이 같아지도록 글꼴을 패키지에 담았다.
    """
    manager = font_manager.fontManager
    known = {font.fname for font in manager.ttflist if font.name == FONT_FAMILY}
    for name in FONT_FILES:
        with as_file(files("deepnote_lib.plots") / "fonts" / name) as path:
            if str(path) not in known:
                manager.addfont(str(path))


def use_style() -> None:
    """책의 글꼴과 색을 이 프로세스의 모든 그림에 쓴다. 바꾸는 것은 `mpl.rcParams`와 글꼴 목록뿐이다.

    >>> with mpl.rc_context():
    ...     use_style()
    ...     mpl.rcParams["font.family"]
    ['Deepnote Sans KR', 'DejaVu Sans']
    """
    register_fonts()
    mpl.rcParams.update(mpl.RcParams(RC))
