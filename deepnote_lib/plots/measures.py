"""배열을 수 몇 개로 줄인다. 자리에 비례하는 무게와 이웃의 차이를 함께 보아 순서가 바뀐 것도 잡는다."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

FLOOR = 1e-5  # 평균과 차이는 배열에서 가장 큰 값의 이 배보다 잘게 적지 않는다


def number(value: float, finest: float = 0.0) -> str:
    """유효 숫자 세 자리로 적는다. finest를 주면 그보다 작은 자리는 버린다."""
    if finest > 0:
        value = round(float(value), -math.floor(math.log10(finest)))
    return f"{value + 0.0:.3g}"  # −0은 0으로 적는다


def measures(values: Any) -> tuple[dict[str, float], float]:
    """배열의 최소, 평균, 최대, 가중평균 Σi·vᵢ/Σi, 걸음 평균|vᵢ₊₁−vᵢ|와 값의 크기를 구한다."""
    v = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan).ravel()
    finite = np.isfinite(v)
    result = {"n": float(v.size)}
    if finite.sum() < v.size:
        result["빈값"] = float(v.size - finite.sum())
    position = np.flatnonzero(finite) + 1.0
    v = v[finite]
    if v.size:
        result |= {"최소": v.min(), "평균": v.mean(), "최대": v.max()}
    if v.size > 1:
        result["가중평균"] = position @ v / position.sum()
        result["표준편차"] = v.std()
        result["걸음"] = np.abs(np.diff(v)).mean()
    return result, float(np.abs(v).max()) if v.size else 0.0


def stats(values: Any, *names: str) -> str:
    """measures의 값 가운데 고른 것(고르지 않으면 모두)을 글로 적는다."""
    result, scale = measures(values)
    # 합이 지워져 남은 작은 값은 컴퓨터마다 다르므로, 모은 값은 scale에 견주어 굵게 적는다.
    exact = ("n", "빈값", "최소", "최대")
    return " ".join(
        f"{name} {number(result[name], (0 if name in exact else FLOOR) * scale)}"
        for name in names or result
        if name in result
    )


def key_of(values: Any) -> list[float]:
    """한 줄 요약에 쓸 대표 수: 평균, 가중평균, 걸음."""
    result, scale = measures(values)
    digits = -math.floor(math.log10(FLOOR * scale)) if scale else 0
    return [round(float(result.get(name, 0.0)), digits) for name in ("평균", "가중평균", "걸음")]
