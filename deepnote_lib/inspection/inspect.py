"""한 번의 순전파와 역전파로 신경망을 진단한다."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import check_finite, check_float, check_number
from deepnote_lib._typing import Array
from deepnote_lib.activations import logsumexp
from deepnote_lib.inspection.findings import InputScale, StartLoss
from deepnote_lib.inspection.recording import Recorder
from deepnote_lib.inspection.report import NetworkReport
from deepnote_lib.inspection.rules import find
from deepnote_lib.inspection.statistics import parameter_statistics
from deepnote_lib.losses import SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.regularizers import Penalty


def inspect_network(
    model: Any,
    loss: Any,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    lr: float | None = None,
    penalty: Penalty | None = None,
) -> NetworkReport:
    """층마다 활성값과 기울기를, 매개변수마다 갱신 비율 lr·‖g‖/‖W‖를 재고 이상한 곳을 알린다.

    Parameters
    ----------
    model
        Sequential이나 forward(x, training=True), backward(dout), parameters()가 있는 모델. 층은
        `layers`에서, 없으면 속성에서 찾는다.
    loss
        forward(출력, y)와 backward()가 있는 손실.
    x : 실수 배열, shape (N, n_in)
        잴 데이터. 100개쯤이면 넉넉하다. 죽은 뉴런은 샘플이 적을수록 많아 보인다.
    y : 배열
        손실에 그대로 건네는 정답.
    lr : float 또는 None
        SGD의 학습률. None이면 갱신 비율을 재지 않는다. Adam의 갱신은 lr·‖g‖가 아니므로 맞지 않는다.
    penalty : Penalty 또는 None
        기울기에 더할 규제 항. `report.loss`에는 더하지 않는다.

    Returns
    -------
    NetworkReport
        `print(report)`는 표와 소견, `report.findings`는 소견의 목록이다.

    Raises
    ------
    TypeError, ValueError
        x가 유한한 실수 배열이 아니거나, 샘플이 없거나, lr이 양수가 아니거나, 모델·손실과 y가 맞지 않을 때.

    Notes
    -----
    모델과 손실을 통째로 복사해 재므로 매개변수, 기울기, 이동 평균, 난수, 역전파의 캐시가 모두 그대로
    남는다. 메모리를 모델만큼 더 쓴다. 로짓의 분산이 s²일 때 첫 손실의 예측은
    ln K + s²(1 − 1/K)/2이고(이진은 ln 2 + 평균 z²/8), s²이 1보다 크면 실제보다 크게 나온다.
    기준과 그 까닭은 `inspection/findings.py`에 있다.

    Examples
    --------
    >>> from deepnote_lib.initializers import constant
    >>> from deepnote_lib.losses import SoftmaxCrossEntropy
    >>> from deepnote_lib.models import mlp
    >>> x, y = np.random.default_rng(0).normal(size=(100, 20)), np.arange(100) % 10
    >>> inspect_network(mlp(20, 50, 50, 10, rng=0), SoftmaxCrossEntropy(), x, y, lr=0.1).healthy
    True
    >>> report = inspect_network(mlp(20, 50, 10, init=constant(0.1)), SoftmaxCrossEntropy(), x, y)
    >>> [f.kind for f in report.findings]
    ['symmetry']
    """
    if lr is not None:
        lr = check_number("lr", lr, low=0, low_open=True)
    model, loss = copy.deepcopy((model, loss))
    parameters = list(model.parameters())
    dtype = parameters[0].value.dtype if parameters else np.dtype(np.float64)
    x = check_finite("x", check_float("x", x)).astype(dtype, copy=False)
    if x.ndim < 2 or not x.size:
        raise ValueError(f"x: 비지 않은 (N, n_in) 배열이어야 합니다. 받은 shape={x.shape}")

    recorder = Recorder(model)
    with np.errstate(all="ignore"):  # 넘침과 NaN은 소견으로 알린다
        output = model.forward(x, training=True)
        value = float(loss.forward(output, y))
        model.backward(loss.backward())
        if penalty is not None:
            penalty.add_gradient(parameters)
        stats = tuple(parameter_statistics(name, p, lr) for name, p in recorder.parameters)
        start = _start_loss(loss, value, output, y)
        flat = x.reshape(len(x), -1).astype(np.float64)
        rms, spread = float(np.sqrt((flat**2).mean())), float(np.sqrt(flat.var(axis=0).mean()))
    layers = tuple(recorder.rows)
    findings = find(layers, stats, start, InputScale(rms, spread, len(x)))
    return NetworkReport(layers, stats, findings, start, len(x), lr)


def _start_loss(loss: Any, value: float, output: Array, y: npt.ArrayLike) -> StartLoss:
    """손실이 교차 엔트로피라면 무작위 추측의 손실과 로짓의 분산으로 예측한 손실도 구한다."""
    nothing = StartLoss(value, 0, math.nan, math.nan, math.nan)
    if not np.isfinite(output).all() or output.ndim != 2:
        return nothing
    z = output.astype(np.float64)
    if isinstance(loss, SigmoidBCE):
        power = float((z**2).mean())
        return StartLoss(value, 2, math.log(2), power, math.log(2) + power / 8)
    labels, k = np.asarray(y), z.shape[1]
    if k < 2 or labels.dtype.kind not in "iu" or labels.shape != (len(z),):
        return nothing
    # 읽는 이가 만든 손실이라도 값이 로짓의 교차 엔트로피와 같으면 그렇게 다룬다
    expected = float((logsumexp(z) - z[np.arange(len(z)), labels]).mean())
    if not isinstance(loss, SoftmaxCrossEntropy) and abs(value - expected) > 1e-4 * (
        1 + abs(expected)
    ):
        return nothing
    variance = float(z.var(axis=1, ddof=1).mean())  # 행 안의 분산이라 행마다의 상수에는 무관하다
    return StartLoss(value, k, math.log(k), variance, math.log(k) + variance * (1 - 1 / k) / 2)
