"""슬라이더로 값을 바꾸며 그림을 본다. 커널이 없는 웹 페이지에서도 움직인다."""

from deepnote_lib.widgets.explorer import explore

__all__ = ["explore"]
