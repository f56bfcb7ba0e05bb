"""숫자 그림, 틀린 숫자, 가중치를 그림으로 늘어놓는다. 한 축에 한 장으로 그려 축이 늘지 않는다.

그림의 배열 images는 (N, H, W)이거나, D가 제곱수인 (N, D)이다(한 변이 √D인 정사각형으로 본다). titles는
칸마다 위에 적을 글이고, 숫자는 글로 바꾼다.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.image import AxesImage

from deepnote_lib._checks import check_count, check_labels, shown
from deepnote_lib._figure_text import GUIDE
from deepnote_lib._typing import Array
from deepnote_lib.plots._shared import check_words, drawable, get_axes
from deepnote_lib.plots.style import AXIS, PALETTE

# 음수는 파랑, 0은 흰색, 양수는 주홍. 두 색은 어느 색각에서도 구별된다.
DIVERGING = LinearSegmentedColormap.from_list(
    "deepnote_diverging", [PALETTE["blue"], "#FFFFFF", PALETTE["vermillion"]]
)


def digit_grid(
    images: npt.ArrayLike, titles: Sequence[object] | None = None, *, ax: Axes | None = None
) -> Axes:
    """그림 여러 장을 칸에 늘어놓는다. 진할수록 큰 값이고, 모든 칸이 같은 눈금을 쓴다.

    눈금은 0(음수가 있으면 최솟값)에서 최댓값까지이므로 칸끼리 진하기를 비교할 수 있다.

    >>> from matplotlib.figure import Figure
    >>> ax = digit_grid(np.eye(4).reshape(1, 16), [7], ax=Figure().subplots())
    >>> ax.texts[0].get_text()
    '7'
    """
    images = _check_images(images)
    words = None if titles is None else check_words("titles", titles, len(images))
    ax = get_axes(ax)
    low, high = min(0.0, float(images.min())), float(images.max())
    _mosaic(ax, images, words, "gray_r", (low, high if high > low else low + 1.0))
    return ax


def misclassified(
    images: npt.ArrayLike,
    y: npt.ArrayLike,
    predicted: npt.ArrayLike,
    *,
    n: int = 25,
    ax: Axes | None = None,
) -> Axes:
    """모델이 틀린 숫자를 앞에서부터 n장까지 ‘정답→예측’과 함께 늘어놓는다. 없으면 없다고 적는다.

    >>> from matplotlib.figure import Figure
    >>> ax = misclassified(np.ones((3, 4)), [0, 1, 2], [0, 7, 2], ax=Figure().subplots())
    >>> ax.get_title(), ax.texts[0].get_text()
    ('정답→예측 (틀린 1장 가운데 1장)', '1→7')
    """
    images = _check_images(images)
    y = check_labels("y", y, n=len(images))
    predicted = check_labels("predicted", predicted, n=len(images))
    wrong = np.flatnonzero(y != predicted)
    chosen = wrong[: check_count("n", n)]
    ax = get_axes(ax)
    if not chosen.size:
        ax.set_axis_off()
        ax.text(0.5, 0.5, "틀린 숫자가 없습니다", ha="center", va="center", transform=ax.transAxes)
        return ax
    titles = [f"{y[i]}→{predicted[i]}" for i in chosen]
    digit_grid(images[chosen], titles, ax=ax)
    ax.set_title(f"정답→예측 (틀린 {wrong.size}장 가운데 {chosen.size}장)", loc="center")
    return ax


def weight_images(
    W: npt.ArrayLike,
    *,
    shape: tuple[int, int],
    ax: Axes | None = None,
    titles: Sequence[object] | None = None,
) -> Axes:
    """가중치 W (D, K)의 열마다 그림 한 장: 양수는 주홍, 음수는 파랑, 0은 흰색.

    k번째 열이 k번째 출력을 만든다. 눈금은 −max|W|에서 max|W|까지이고 모든 칸이 함께 쓴다. titles가 None이면
    번호 0, 1, …을 적는다.

    Parameters
    ----------
    shape
        입력 그림의 (높이, 너비). 높이 × 너비 = D여야 한다.

    >>> from matplotlib.figure import Figure
    >>> ax = weight_images(np.eye(4)[:, :2], shape=(2, 2), ax=Figure().subplots())
    >>> [t.get_text() for t in ax.texts]
    ['0', '1']
    """
    W = drawable("W", W, ndim=2)
    height, width = _check_shape(shape)
    d, k = W.shape
    if height * width != d or not k:
        raise ValueError(f"W: shape=({height * width}, K)여야 합니다. 받은 shape={W.shape}")
    words = check_words("titles", range(k) if titles is None else titles, k)
    ax = get_axes(ax)
    limit = float(np.abs(W).max()) or 1.0
    picture = _mosaic(ax, W.T.reshape(-1, height, width), words, DIVERGING, (-limit, limit))
    bar = ax.figure.colorbar(picture, ax=ax, shrink=0.8, label="가중치")
    bar.outline.set_visible(False)
    return ax


def _check_images(images: npt.ArrayLike) -> Array:
    array = drawable("images", images)
    if array.ndim == 2:
        side = math.isqrt(array.shape[1])
        if side * side != array.shape[1]:
            raise ValueError(
                "images: shape=(N, H, W)이거나 D가 제곱수인 (N, D)여야 합니다. "
                f"받은 shape={array.shape}"
            )
        array = array.reshape(len(array), side, side)
    if array.ndim != 3 or array.size == 0:
        raise ValueError(
            f"images: 그림이 하나 이상인 (N, H, W)여야 합니다. 받은 shape={array.shape}"
        )
    return array


def _check_shape(shape: tuple[int, int]) -> tuple[int, int]:
    try:
        height, width = shape
    except (TypeError, ValueError):
        raise TypeError(f"shape: (높이, 너비)여야 합니다. 받은 값={shown(shape)}") from None
    return check_count("shape", height), check_count("shape", width)


def _columns(n: int) -> int:
    # 빈칸이 적고 가로세로 비가 그림의 비(1.6)에 가까운 열의 수
    def cost(columns: int) -> float:
        rows = math.ceil(n / columns)
        return 4 * (rows * columns - n) / n + abs(math.log(columns / rows / 1.6))

    return min(range(1, min(n, 12) + 1), key=cost)


def _mosaic(
    ax: Axes,
    images: Array,
    titles: Sequence[str] | None,
    cmap: str | Colormap,
    limit: tuple[float, float],
) -> AxesImage:
    """그림들을 한 장으로 이어 붙여 그리고 테두리와 제목을 단다."""
    n, height, width = images.shape
    columns = _columns(n)
    rows = math.ceil(n / columns)
    # 그림 하나하나를 제자리에 놓는 대신 칸 사이가 비어 있는(NaN) 큰 그림 한 장을 만든다.
    gap_x = max(1, round(0.12 * width))
    gap_y = max(1, round(0.5 * height)) if titles is not None else gap_x
    step_x, step_y = width + gap_x, height + gap_y
    canvas = np.full((rows * step_y, columns * step_x - gap_x), np.nan)
    frames, places = [], []
    for i, image in enumerate(images):
        y, x = (i // columns) * step_y + gap_y, (i % columns) * step_x
        canvas[y : y + height, x : x + width] = image
        left, right, top, bottom = x - 0.5, x + width - 0.5, y - 0.5, y + height - 0.5
        frames.append([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
        places.append(((left + right) / 2, top - 0.06 * height))
    picture = ax.imshow(canvas, cmap=cmap, vmin=limit[0], vmax=limit[1], interpolation="nearest")
    lines = LineCollection(frames, colors=AXIS, linewidths=0.6, clip_on=False, gid=GUIDE)
    ax.add_collection(lines, autolim=False)
    if titles is not None:
        # 글자의 크기는 칸 사이의 높이에 맞춘다. 축의 크기는 포인트로 구한다.
        box = ax.get_window_extent()
        scale = min(box.width / canvas.shape[1], box.height / canvas.shape[0])
        point = 72 / ax.figure.dpi * scale
        size = float(np.clip(0.78 * gap_y * point, 6.5, 13))
        for (x, y), title in zip(places, titles, strict=True):
            ax.text(x, y, title, ha="center", va="bottom", fontsize=size)
    ax.set_axis_off()
    return picture
