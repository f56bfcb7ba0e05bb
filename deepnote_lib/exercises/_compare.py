"""답이 반환한 값을 기대한 값과 비교해, 같지 않으면 무엇이 다른지 한 문장으로 말한다.

허용 오차는 반올림의 이론에서 온다. float64의 답은 기대한 값의 최댓값의 1e-9까지, float32의 답은 4,096번의
반올림이 한쪽으로 쌓인 5e-4까지 봐준다. 1e-9는 float64에서 4,096번 쌓인 9e-13보다 넉넉하고, 로그 안에 더한
1e-7 같은 꼼수보다 백 배 좁다. 더해서 0이 되는 값에는 항의 크기만 한 반올림이 남으므로, 1e-3보다 작은
최댓값은 1e-3으로 본다.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

DOUBLE = 1e-9
SINGLE = 4096 * float(np.finfo(np.float32).eps)
SMALLEST = 1e-3  # 최댓값이 이보다 작으면 이 값으로 본다
SHORT = 16 * float(np.finfo(np.float32).eps)  # 이만큼만 다르면 자릿수가 모자란 것으로 본다
TOO_FEW_DIGITS = "자릿수가 모자랍니다(float32로 계산했나요? 작은 수를 더했나요?)"
LONGEST = 600  # 글자. 이보다 긴 값은 줄인다


class Rule(NamedTuple):
    """두 값을 견주는 법. 검사는 nan을 언제나 틀린 것으로 보고, 진단은 같은 자리의 nan을 같은 것으로 본다."""

    tolerance: float = DOUBLE
    nan_is_nan: bool = False


CHECKING = Rule()


def difference(got: Any, want: Any, rule: Rule = CHECKING) -> str:
    """got이 want와 다른 점을 말하는 문장. 같으면 빈 글이다."""
    if isinstance(want, dict):
        return _named(got, want, rule)
    if got is None and want is not None:
        return "아무것도 돌려주지 않았습니다. return을 썼는지 보세요"
    if isinstance(want, tuple | list):
        return _several(got, want, rule)
    if isinstance(want, np.ndarray) and want.ndim:
        return _array(got, want, rule)
    if isinstance(want, bool | np.bool_):
        if not isinstance(got, bool | np.bool_):
            return f"True나 False여야 합니다. 받은 값의 종류는 {kind(got)}입니다"
        return "" if bool(got) == bool(want) else "판정이 반대입니다"
    if is_number(want):
        return _number(got, want, rule)
    same = type(got) is type(want) and got == want
    return "" if isinstance(same, bool) and same else "값이 다릅니다"


def is_number(value: Any) -> bool:
    """수 하나인지. 0차원 배열도 수로 본다."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "fiu"
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _named(got: Any, want: dict[str, Any], rule: Rule) -> str:
    if not isinstance(got, dict):
        return f"이름 붙은 값들(dict)이어야 합니다. 받은 값의 종류는 {kind(got)}입니다"
    if missing := [key for key in want if key not in got]:
        return f"{missing[0]}: 돌려준 값에 없습니다"
    for key, value in want.items():
        if found := difference(got[key], value, rule):
            return f"{key}: {found}"
    return ""


def _several(got: Any, want: tuple[Any, ...] | list[Any], rule: Rule) -> str:
    if not isinstance(got, tuple | list) or len(got) != len(want):
        number = f"{len(got)}개" if isinstance(got, tuple | list) else f"{kind(got)} 하나"
        return f"값 {len(want)}개를 돌려주어야 합니다. 받은 것은 {number}입니다"
    for i, (one, other) in enumerate(zip(got, want, strict=True), 1):
        if found := difference(one, other, rule):
            return f"{i}번째 값: {found}"
    return ""


def _number(got: Any, want: Any, rule: Rule) -> str:
    if isinstance(got, np.ndarray) and got.ndim:
        return f"수 하나여야 합니다. 받은 값의 shape={got.shape}"
    if not is_number(got):
        return f"수 하나여야 합니다. 받은 값의 종류는 {kind(got)}입니다"
    return _values(np.asarray(got), np.asarray(want), rule)


def _array(got: Any, want: np.ndarray, rule: Rule) -> str:
    if not isinstance(got, np.ndarray):
        cure = " np.array(…)로 감싸세요" if isinstance(got, list | tuple) else ""
        return f"NumPy 배열이어야 합니다. 받은 값의 종류는 {kind(got)}입니다.{cure}".rstrip(".")
    if got.shape != want.shape:
        return f"shape={want.shape}이어야 합니다. 받은 shape={got.shape}"
    if (want.dtype.kind == "b") != (got.dtype.kind == "b") or got.dtype.kind not in "fiub":
        wanted = "참과 거짓" if want.dtype.kind == "b" else "수"
        return f"{wanted}의 배열이어야 합니다. 받은 dtype={got.dtype}"
    return _values(np.asarray(got), want, rule)


def _values(got: np.ndarray, want: np.ndarray, rule: Rule) -> str:
    if want.dtype.kind in "iub" and got.dtype.kind in "iub":
        close = np.asarray(got == want)
    else:
        single = "f" in (got.dtype.kind, want.dtype.kind) and np.float32 in (got.dtype, want.dtype)
        allowed = max(rule.tolerance, SINGLE if single else 0.0)
        a, b = got.astype(np.float64), want.astype(np.float64)
        finite = np.isfinite(b)
        scale = float(np.abs(b[finite]).max(initial=SMALLEST))
        with np.errstate(invalid="ignore"):
            close = np.where(finite, np.abs(a - b) <= allowed * scale, a == b)
        if rule.nan_is_nan:
            close |= np.isnan(a) & np.isnan(b)
        for name, broken in (("nan이", np.isnan(a)), ("무한대가", np.isinf(a))):
            if (broken & ~close).any():
                return f"{name} 들어 있습니다"
    if close.all():
        return ""
    if want.ndim == 0:
        return "값이 다릅니다"
    wrong = np.argwhere(~close)
    place = ", ".join(str(int(i)) for i in wrong[0])
    more = f" 다른 값은 모두 {len(wrong)}개입니다" if len(wrong) > 1 else ""
    return f"[{place}] 자리의 값이 다릅니다.{more}".rstrip(".")


def kind(value: Any) -> str:
    """값의 종류를 부르는 이름."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return "클래스"
    return "함수" if callable(value) else type(value).__name__


def frozen(value: Any) -> Any:
    """나중에 바뀌지 않을 사본. 답이 돌려준 배열을 다음 호출에서 다시 써도 영향을 받지 않는다."""
    if isinstance(value, np.ndarray):
        return np.array(value)
    if isinstance(value, tuple | list):
        return type(value)(map(frozen, value)) if type(value) in (tuple, list) else value
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return value


def written(value: Any, *, rounded: bool = False) -> str:
    """값을 코드로 적은 글. 입력이면 그대로 붙여 넣어 다시 해 볼 수 있고, rounded이면 여섯 자리로 줄인다."""
    try:
        text = _code(value, rounded)
    except Exception:  # 독자가 만든 객체의 __repr__은 무엇이든 할 수 있고, 값은 끝없이 깊을 수 있다
        text = f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _code(value: Any, rounded: bool) -> str:
    floats: Any = {"precision": 6} if rounded else {"floatmode": "unique"}
    if isinstance(value, np.ndarray):
        with np.printoptions(threshold=60, edgeitems=3, **floats):
            text = "np." + repr(np.asarray(value))
        text = re.sub(r"dtype=(?!object)(\w+)", r"dtype=np.\1", text)
        return re.sub(r"\n\s+", " ", text)
    if rounded and isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, dict):
        return "\n".join(f"{key} = {_code(item, rounded)}" for key, item in value.items())
    if isinstance(value, tuple | list):
        inside = ", ".join(_code(item, rounded) for item in value)
        comma = "," if len(value) == 1 else ""  # (2)는 튜플이 아니라 수이다
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{comma})"
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return repr(value)
