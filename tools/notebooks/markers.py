"""본문의 수와 셀이 찍은 수를 잇는 표시 `<!-- run: 이름표 -->`를 읽고, 비교하고, 고쳐 쓴다.

본문의 `0.950<!-- run: 테스트 정확도 -->`는 그 이름표로 시작하는 가장 가까운 출력 줄(앞에서 먼저,
없으면 뒤에서, 그래도 없으면 이름표가 든 줄)에서 이름표 뒤의 첫 수를 가리킨다. `#2`를 붙이면 둘째
수다.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tools.facts.particles import correct_numbers

NUMBER = r"[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?"
PRINTED_NUMBER = re.compile(rf"(?<![A-Za-z0-9_.]){NUMBER}")
RUN_MARK = re.compile(r"<!--\s*run:\s*(?P<label>.*?)\s*-->")
# 수와 표시 사이에는 %, 닫는 $, 굵게, 백틱만 올 수 있다.
MARKED_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.])(?P<number>{NUMBER})(?P<tail>[%$*`]{{0,4}})(?P<mark>{RUN_MARK.pattern})"
)


class MarkerError(ValueError):
    """표시가 가리키는 수를 출력에서 찾지 못했다."""


def printed_lines(cell: Mapping[str, Any]) -> list[str]:
    """셀이 글자로 찍은 줄. 그림의 설명은 넣지 않는다."""
    lines: list[str] = []
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream" and output.get("name") == "stdout":
            lines += "".join(output["text"]).splitlines()
        elif output["output_type"] == "execute_result":
            lines += "".join(output["data"].get("text/plain", "")).splitlines()
    return lines


def printed_number(cells: Sequence[Mapping[str, Any]], position: int, mark: str) -> str:
    """`position`번째 셀에 있는 표시 `mark`(이름표와 `#k`)가 가리키는, 출력에 찍힌 수."""
    label, order = mark, 1
    if found := re.fullmatch(r"(.*?)\s*#(\d+)", mark):
        label, order = found[1], int(found[2])
    before = [line for cell in cells[:position] for line in printed_lines(cell)][::-1]
    after = [line for cell in cells[position + 1 :] for line in printed_lines(cell)]
    # 더 긴 이름표의 한 토막(“나래의 오답률” 속의 “오답률”)보다 줄 맨 앞의 이름표가 먼저다.
    whole = re.compile(rf"{re.escape(label)}(?![가-힣A-Za-z0-9_]|\.\d)")
    start = [line for line in before + after if whole.match(line.strip())]
    inside = [line for line in before + after if label in line]
    for line in start + inside:
        numbers = PRINTED_NUMBER.findall(line.split(label, 1)[1])
        if not 1 <= order <= len(numbers):
            raise MarkerError(f"이름표 ‘{label}’ 뒤에 {order}번째 수가 없습니다. 찍힌 줄: {line!r}")
        return numbers[order - 1]
    raise MarkerError(f"이름표 ‘{label}’: 찍은 출력이 없습니다")


def same_number(prose: str, printed: str) -> bool:
    """빼기 기호의 글자만 다르면 같은 수로 본다."""
    return prose.replace("−", "-") == printed.replace("−", "-")


def rewrite(cells: Sequence[Mapping[str, Any]], position: int) -> str:
    """셀 본문의 표시된 수를 출력의 수로, 그 뒤의 조사를 읽는 소리에 맞게 바꾼 글.

    찾지 못한 표시는 그대로 둔다.
    """

    def replacement(match: re.Match[str]) -> str:
        try:
            number = printed_number(cells, position, match["label"])
        except MarkerError:
            return match[0]
        if same_number(match["number"], number):
            return match[0]
        if match["number"].startswith("−"):
            number = number.replace("-", "−", 1)
        return number + match["tail"] + match["mark"]

    return correct_numbers(MARKED_NUMBER.sub(replacement, cells[position]["source"]))


def mismatches(cells: Sequence[Mapping[str, Any]], position: int) -> list[str]:
    """셀 본문에서 출력과 다르거나 짝이 없는 표시를 설명한 문장들."""
    source = cells[position]["source"]
    found: list[str] = []
    marked: set[int] = set()
    for match in MARKED_NUMBER.finditer(source):
        marked.add(match.start("mark"))
        try:
            number = printed_number(cells, position, match["label"])
        except MarkerError as error:
            found.append(f"run 표시: {error}")
            continue
        if not same_number(match["number"], number):
            found.append(f"run 표시 ‘{match['label']}’: 본문은 {match['number']}, 출력은 {number}")
    for match in RUN_MARK.finditer(source):
        if match.start() not in marked:
            found.append(f"run 표시 ‘{match['label']}’ 바로 앞에 수가 없습니다")
    return found
