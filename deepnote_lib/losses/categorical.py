"""교차 엔트로피의 함수들: 확률, 로그 확률, 로짓, 그리고 같은 값을 주는 다섯 가지 꼴."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from deepnote_lib.activations import log_softmax, logsumexp, softmax
from deepnote_lib.losses._inputs import _rows
from deepnote_lib.metrics import one_hot

_SUM_TOLERANCE = 1e-3  # float16 소프트맥스의 반올림과 수치 미분의 흔들림은 받고, 로짓은 걸러 낸다


def cross_entropy(p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """교차 엔트로피: -(1/N) Σₙ log p[n, yₙ].

    Parameters
    ----------
    p : 실수 배열, (N, K)
        확률. 행의 합이 1이다. 로짓이 아니다.
    y : 정수 배열, (N,)
        클래스 번호. 원-핫이 아니다.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    TypeError, ValueError
        p의 행이 확률 분포가 아니거나(합의 허용 오차 0.001), y가 (N,) 클래스 번호가 아닐 때.

    Notes
    -----
    정답의 확률이 0이면 값은 ∞이다. log(p + 1e-7)처럼 작은 수를 더하면 손실이 16.1에서 막히고
    기울기가 손실과 어긋난다. 로짓이 있으면 `softmax_cross_entropy`를 쓴다.

    Examples
    --------
    >>> round(cross_entropy([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]], [0, 2]), 4)   # -(log .7 + log .5)/2
    0.5249

    책: eq-cross-entropy
    """
    p, rows, labels = _rows("p", p, y)
    sums = p.sum(axis=1)
    if not ((p >= 0).all() and (np.abs(sums - 1) <= _SUM_TOLERANCE).all()):
        raise ValueError(
            "p: 행마다 0 이상이고 합이 1인 확률이어야 합니다. "
            f"받은 최솟값={p.min():g}, 합의 범위={sums.min():g}~{sums.max():g}. "
            "로짓이라면 softmax_cross_entropy를 쓰세요"
        )
    with np.errstate(divide="ignore"):  # log 0 = -∞는 옳은 값이다
        return float(-np.mean(np.log(p[rows, labels]))) + 0.0  # -0.0을 0.0으로


def nll(log_p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """음의 로그 가능도: -(1/N) Σₙ log_p[n, yₙ].

    Parameters
    ----------
    log_p : 실수 배열, (N, K)
        로그 확률(`log_softmax`의 출력). 확률이 아니다.
    y : 정수 배열, (N,)
        클래스 번호.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    TypeError, ValueError
        log_p에 양수가 있거나(허용 오차 0.001), y가 (N,) 클래스 번호가 아닐 때.

    Examples
    --------
    >>> round(nll(np.log([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]]), [0, 2]), 4)
    0.5249
    """
    log_p, rows, labels = _rows("log_p", log_p, y)
    if not log_p.max() <= _SUM_TOLERANCE:
        raise ValueError(
            f"log_p: 0 이하인 로그 확률이어야 합니다. 받은 최댓값={log_p.max():g}. "
            "확률이라면 cross_entropy를, 로짓이라면 softmax_cross_entropy를 쓰세요"
        )
    return float(-np.mean(log_p[rows, labels])) + 0.0  # -0.0을 0.0으로


def softmax_cross_entropy(logits: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """로짓의 교차 엔트로피: (1/N) Σₙ (log Σₖ e^z[n, k] - z[n, yₙ]).

    Parameters
    ----------
    logits : 실수 배열, (N, K)
        소프트맥스에 넣기 전의 값 z.
    y : 정수 배열, (N,)
        클래스 번호.

    Returns
    -------
    float, 0 이상

    Raises
    ------
    TypeError, ValueError
        logits가 (N, K)가 아니거나, y가 (N,) 클래스 번호가 아닐 때.

    Notes
    -----
    로짓이 모두 같으면 log K이다. 확률을 거치지 않으므로 로짓의 차이가 커도 ∞가 되지 않는다.

    Examples
    --------
    >>> softmax_cross_entropy([[0.0, 2000.0]], [0])
    2000.0
    """
    logits, rows, labels = _rows("logits", logits, y)
    shifted = logits - logits.max(axis=1, keepdims=True)  # 로짓이 커도 뺄셈이 자릿수를 잃지 않는다
    return float(np.mean(logsumexp(shifted, axis=1) - shifted[rows, labels]))


def cross_entropy_chain(logits: npt.ArrayLike, y: npt.ArrayLike) -> dict[str, float]:
    """같은 교차 엔트로피를 낮은 수준에서 높은 수준까지 다섯 꼴로 계산한다.

    Parameters
    ----------
    logits : 실수 배열, (N, K)
        로짓.
    y : 정수 배열, (N,)
        클래스 번호.

    Returns
    -------
    dict[str, float]
        쓴 함수를 적은 이름과 값. 낮은 수준부터 차례로 다섯이다.

    Raises
    ------
    TypeError, ValueError
        logits가 (N, K)가 아니거나, y가 (N,) 클래스 번호가 아닐 때.

    Notes
    -----
    식은 모두 같지만 수는 그렇지 않다. 확률이 0으로 내려앉으면 앞의 두 꼴은 log 0 때문에
    ∞(정답 자리) 또는 0·∞ = NaN(다른 자리)이 되고, 뒤의 세 꼴은 옳은 값을 지킨다.

    Examples
    --------
    >>> for form, value in cross_entropy_chain([[2.0, 1.0, 0.0]], [0]).items():
    ...     print(f"{value:.4f}  {form}")
    0.4076  p = softmax(z); -Σ t log p
    0.4076  -(t * log(softmax(z))).sum(axis=1).mean()
    0.4076  -(t * log_softmax(z)).sum(axis=1).mean()
    0.4076  nll(log_softmax(z), y)
    0.4076  softmax_cross_entropy(z, y)
    """
    z, rows, labels = _rows("logits", logits, y)
    t = one_hot(labels, z.shape[1], dtype=z.dtype)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = softmax(z)
        total = 0.0
        for n in rows:
            total += -np.sum(t[n] * np.log(p[n]))
        one_line = -(t * np.log(softmax(z))).sum(axis=1).mean()
    return {
        "p = softmax(z); -Σ t log p": float(total / len(rows)),
        "-(t * log(softmax(z))).sum(axis=1).mean()": float(one_line),
        "-(t * log_softmax(z)).sum(axis=1).mean()": float(-(t * log_softmax(z)).sum(axis=1).mean()),
        "nll(log_softmax(z), y)": nll(log_softmax(z), labels),
        "softmax_cross_entropy(z, y)": softmax_cross_entropy(z, labels),
    }
