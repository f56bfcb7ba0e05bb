"""nbval의 작은 확장: 저장된 출력과 새 출력을 책의 규칙대로 비교한다.

- 글은 그대로 같아야 한다.
- 그림의 바이트는 보지 않고, 그림을 설명한 글의 수를 상대 오차 안에서 비교한다.
- 셀 메타데이터 `deepnote: {tolerance: 0.002}`(절대 오차)나 `{rtol: 0.01}`이 있으면 그 셀의 수는 그
  안에서 비교하고, 나머지 글은 그대로 비교한다.
- HTML에 박힌 base64 그림은 가리고 나머지를 비교한다.
- 한 번도 실행하지 않은 셀은 지나치지 않고 실패한다.
- 노트북이 요구하는 데이터가 없으면 이유를 말하고 건너뛴다.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

import nbval.kernel
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from tools.notebooks.execute import CurrentPythonSpecs, missing_data, required_data

# 그림의 설명은 반올림한 수라서 마지막 자리가 흔들릴 수 있다. 눈에 보이는 차이보다는 훨씬 작다.
FIGURE_RTOL = 2e-3
FIGURE_ATOL = 1e-9
NUMBER = re.compile(r"[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
BASE64 = re.compile(r"base64,\s*[A-Za-z0-9+/=\s]+")


def close_text(new: str, stored: str, *, atol: float, rtol: float) -> bool:
    """수는 허용 오차 안에서, 나머지 글은 그대로 같은가? 자릿수를 맞추는 빈칸은 보지 않는다."""
    frames = ["".join(NUMBER.sub("#", text).split()) for text in (new, stored)]
    if frames[0] != frames[1]:
        return False
    values = [[float(n.replace("−", "-")) for n in NUMBER.findall(text)] for text in (new, stored)]
    return all(abs(a - b) <= atol + rtol * abs(b) for a, b in zip(*values, strict=True))


def mask_pictures(markup: str) -> str:
    """HTML에 박힌 그림의 바이트를 가린다."""
    return BASE64.sub("base64,…", markup)


def is_picture(output: Any) -> bool:
    """그림이나, 그림을 품은 HTML(슬라이더)이 든 출력인가?"""
    data = output.get("data", {})
    return any(kind.startswith("image/") for kind in data) or "base64,…" in data.get(
        "text/html", ""
    )


def text_fields(output: Any) -> Iterator[tuple[Any, str]]:
    """출력에서 글이 든 자리: (담은 그릇, 열쇠)."""
    if "text" in output:
        yield output, "text"
    for kind in output.get("data", {}):
        if kind.startswith("text/"):
            yield output["data"], kind


def align(
    outputs: Sequence[Any], stored: Sequence[Any], *, atol: float = 0.0, rtol: float = 0.0
) -> list[Any]:
    """새 출력의 사본. 허용 오차 안에서 같은 글은 저장된 글로 바꿔, 뒤에서 그대로 비교하게 한다.

    둘 다 HTML 속 그림을 가린 것이어야 한다(`without_pictures`).
    """
    aligned = copy.deepcopy(list(outputs))
    if [output.output_type for output in aligned] != [output.output_type for output in stored]:
        return aligned
    for new, old in zip(aligned, stored, strict=True):
        limits = (atol, rtol)
        if is_picture(old) and not any(limits):
            limits = (FIGURE_ATOL, FIGURE_RTOL)
        kept = {key: box[key] for box, key in text_fields(old)}
        described = {"text/plain"} if limits == (FIGURE_ATOL, FIGURE_RTOL) else set(kept)
        for box, key in text_fields(new):
            if (
                key in described
                and any(limits)
                and close_text(box[key], kept.get(key, ""), atol=limits[0], rtol=limits[1])
            ):
                box[key] = kept[key]
    return aligned


def without_pictures(outputs: Sequence[Any]) -> list[Any]:
    """HTML 속 그림을 가린 사본."""
    masked = copy.deepcopy(list(outputs))
    for output in masked:
        for box, key in text_fields(output):
            if key == "text/html":
                box[key] = mask_pictures(box[key])
    return masked


class BookCell(IPyNbCell):
    """책의 규칙대로 비교하는 코드 셀."""

    def runtest(self) -> None:
        super().runtest()
        if self.cell.execution_count is None and self.cell.source.strip():
            raise NbCellError(
                self.cell_num,
                "한 번도 실행하지 않은 셀이라 비교할 출력이 없습니다. `make refresh`를 실행하세요",
                self.cell.source,
            )

    def compare_outputs(self, test: Any, ref: Any, skip_compare: Any = None) -> bool:
        limits = self.cell.metadata.get("deepnote", {})
        stored = without_pictures(ref)
        new = align(
            without_pictures(test),
            stored,
            atol=limits.get("tolerance", 0.0),
            rtol=limits.get("rtol", 0.0),
        )
        return bool(super().compare_outputs(new, stored, skip_compare))


class BookNotebook(IPyNbFile):
    """책의 노트북 하나."""

    def setup(self) -> None:
        """refresh와 같은 명령으로 커널을 띄운다. nbval에는 명령을 고르는 설정이 없다."""
        with mock.patch.object(nbval.kernel, "NbvalKernelspecManager", CurrentPythonSpecs):
            super().setup()

    def collect(self) -> Iterator[BookCell]:
        for cell in super().collect():
            mine = BookCell.from_parent(
                self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options
            )
            if missing := missing_data(required_data(self.nb.metadata)):
                reason = f"{', '.join(missing)} 데이터가 없습니다. `make data`로 내려받으세요"
                mine.add_marker(pytest.mark.skip(reason=reason))
            yield mine


def adopt(collector: pytest.Collector) -> pytest.Collector:
    """nbval이 모은 노트북이면 책의 노트북으로 바꾸고, 아니면 그대로 둔다."""
    if isinstance(collector, IPyNbFile):
        return BookNotebook.from_parent(collector.parent, path=collector.path)
    return collector
