"""여러 곳에서 함께 쓰는 한도. 슬라이더의 크기는 라이브러리의 `explorer.MAX_BYTES`가 정한다.

제한 시간은 멈춘 셀을 끝내기 위한 것이다. 컴퓨터가 바쁘다고 판정이 달라지지 않도록 넉넉하게 둔다.
빠르고 느린 것은 시계 대신 프로세서 시간으로 판단한다.
"""

from __future__ import annotations

CELL_TIMEOUT = 1800  # 셀 하나가 끝나기를 기다리는 초
CELL_SECONDS = 12  # 셀 하나의 프로세서 시간. 넘으면 refresh가 경고한다
TEST_MINUTES = 20  # 데이터까지 있을 때 `make test`가 쓰는 프로세서 시간의 예산
