"""보고: `inspect_network`가 측정과 진단을 하고, 결과를 표와 경고로 적는다."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from deepnote_lib._checks import Model, shown
from deepnote_lib._text import format_table
from deepnote_lib._typing import Array
from deepnote_lib.inspection.diagnose import Finding, diagnose
from deepnote_lib.inspection.measure import (
    LayerStatistics,
    Measurement,
    ParameterStatistics,
    measure,
)
from deepnote_lib.losses import Loss
from deepnote_lib.regularizers import Penalty


def inspect_network(
    model: Model,
    loss: Loss,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    lr: float | None = None,
    penalty: Penalty | None = None,
) -> NetworkReport:
    """층마다 활성값과 기울기를, 매개변수마다 갱신 비율 lr·‖g‖/‖W‖를 측정하고 이상한 곳을 알린다.

    모델과 손실을 통째로 복사해 측정하므로 인수로 받은 모델은 비트 하나도 바뀌지 않는다(메모리를 모델만큼 더
    쓴다). 경고의 기준과 그 이유는 `inspection/diagnose.py`에 있다.

    Parameters
    ----------
    model
        Sequential, 또는 forward(x, training=True), backward(dout), parameters()가 있는 독자의 클래스. 층은
        `layers`에서, 없으면 속성에서 찾는다.
    x
        측정에 쓸 데이터 (N, n_in). 100개쯤이면 충분하고, 죽은 뉴런은 샘플이 적을수록 많아 보인다.
    lr
        SGD의 학습률. 없으면 갱신 비율을 구하지 않는다. Adam의 갱신은 lr·‖g‖가 아니므로 맞지 않는다.
    penalty
        기울기에 더할 규제 항. `report.loss`에는 더하지 않는다.

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
    measured = measure(model, loss, x, y, lr=lr, penalty=penalty)
    return NetworkReport(**vars(measured), findings=diagnose(measured))


@dataclass(frozen=True, repr=False)
class NetworkReport(Measurement):
    """`inspect_network`의 결과. 마지막 줄에 두거나 print하면 표와 경고가 나온다.

    `report["0.Affine"]`은 층의, `report["0.Affine.W"]`는 매개변수의 통계이다. 경고가 없으면 참이므로
    `assert inspect_network(…)`로 쓸 수 있다.

    Attributes
    ----------
    layers
        층의 통계. 순전파가 지난 순서이다.
    findings
        경고. 위험한 것이 앞에 온다.
    """

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """경고가 하나도 없는지."""
        return not self.findings

    def __bool__(self) -> bool:
        return self.healthy

    @property
    def loss(self) -> float:
        """측정한 손실(규제 항은 뺀 값)."""
        return self.start.value

    @property
    def predicted_loss(self) -> float:
        """로짓의 분산 s²으로 예측한 첫 손실 log K + s²(1 − 1/K)/2(이진은 log 2 + 평균 z²/8).

        s²이 1보다 크면 실제보다 크게 나온다. 교차 엔트로피가 아니면 NaN.
        """
        return self.start.predicted

    @property
    def logit_variance(self) -> float:
        """로짓의 분산 s²(이진은 제곱 평균). 교차 엔트로피가 아니면 NaN."""
        return self.start.logit_variance

    @property
    def activation_std(self) -> Array:
        """층마다 출력의 표준편차 (층의 수,)."""
        return np.array([layer.std for layer in self.layers])

    @property
    def gradient_std(self) -> Array:
        """층마다 ∂L/∂출력의 표준편차 (층의 수,)."""
        return np.array([layer.gradient_std for layer in self.layers])

    def __getitem__(self, name: str) -> LayerStatistics | ParameterStatistics:
        rows: list[LayerStatistics | ParameterStatistics] = [*self.layers, *self.parameters]
        found = {row.name: row for row in rows}
        if not isinstance(name, str) or name not in found:
            raise KeyError(
                f"name: 보고에 있는 이름이어야 합니다({', '.join(found)}). 받은 값={shown(name)}"
            )
        return found[name]

    def __repr__(self) -> str:
        parts = [self._heading(), self._layer_table()]
        if self.parameters:
            parts.append(self._parameter_table())
        if self.findings:
            parts.append("\n".join([f"경고 {len(self.findings)}개", *map(str, self.findings)]))
        else:
            parts.append("경고 없음: 이상한 곳을 찾지 못했습니다.")
        return "\n\n".join(parts)

    def _heading(self) -> str:
        text = f"샘플 {self.n_samples}개, 손실 {self.loss:.4g}"
        if self.start.n_classes:
            text += (
                f" (무작위 추측 log {self.start.n_classes} = {self.start.chance:.4g}, "
                f"로짓의 분산 {self.logit_variance:.3g}로 예측한 첫 손실 {self.predicted_loss:.4g})"
            )
        return text

    def _layer_table(self) -> str:
        statistics = ("평균", "표준편차", "2차 적률", "0의 비율", "죽은 뉴런", "포화")
        rows: list[tuple[str, ...]] = [("층", *statistics, "기울기 표준편차")]
        for row in self.layers:
            numbers = map(_number, (row.mean, row.std, row.second_moment))
            dead = _share(row.dead_share) if row.activation == "relu" else ""
            shares = (_share(row.zero_share), dead, _share(row.saturated_share))
            rows.append((row.name, *numbers, *shares, _number(row.gradient_std)))
        return format_table(rows, right=range(1, 8))

    def _parameter_table(self) -> str:
        statistics = ("표준편차", "기울기 크기", "갱신 비율")
        rows: list[tuple[str, ...]] = [("매개변수", "shape", *statistics)]
        for p in self.parameters:
            numbers = map(_number, (p.std, p.gradient_rms, p.update_ratio))
            rows.append((p.name, str(p.shape), *numbers))
        if self.lr is None:
            rows = [row[:-1] for row in rows]
        return format_table(rows, right=range(2, len(rows[0])))


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3g}"


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.1%}"
