"""진단의 결과: 층과 매개변수의 표, 첫 손실, 소견."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from deepnote_lib._typing import Array
from deepnote_lib.inspection.findings import Finding, StartLoss
from deepnote_lib.inspection.statistics import LayerStatistics, ParameterStatistics
from deepnote_lib.models._table import format_table


@dataclass(frozen=True, repr=False)
class NetworkReport:
    """`inspect_network`의 결과. `print(report)`로 읽는다.

    Attributes
    ----------
    layers : tuple of LayerStatistics
        순전파가 지난 차례.
    parameters : tuple of ParameterStatistics
    findings : tuple of Finding
        소견. 위험한 것이 앞에 온다.
    start : StartLoss
        손실과, 교차 엔트로피라면 무작위 추측의 손실과 예측.
    n_samples : int
    lr : float 또는 None
    """

    layers: tuple[LayerStatistics, ...]
    parameters: tuple[ParameterStatistics, ...]
    findings: tuple[Finding, ...]
    start: StartLoss
    n_samples: int
    lr: float | None

    @property
    def healthy(self) -> bool:
        """소견이 하나도 없는지."""
        return not self.findings

    @property
    def loss(self) -> float:
        """잰 손실(규제 항은 뺀 값)."""
        return self.start.value

    @property
    def predicted_loss(self) -> float:
        """로짓의 분산으로 예측한 첫 손실 ln K + s²(1 − 1/K)/2. 교차 엔트로피가 아니면 NaN."""
        return self.start.predicted

    @property
    def logit_variance(self) -> float:
        """로짓의 분산 s²(이진은 제곱 평균). 교차 엔트로피가 아니면 NaN."""
        return self.start.logit_variance

    @property
    def activation_std(self) -> Array:
        """층마다 출력의 표준편차, shape (층의 수,)."""
        return np.array([layer.std for layer in self.layers])

    @property
    def gradient_std(self) -> Array:
        """층마다 ∂L/∂출력의 표준편차, shape (층의 수,)."""
        return np.array([layer.gradient_std for layer in self.layers])

    def __getitem__(self, name: str) -> LayerStatistics | ParameterStatistics:
        """이름으로 찾는다. 예: report["0.Affine"], report["0.Affine.W"]. 없으면 KeyError."""
        rows: list[LayerStatistics | ParameterStatistics] = [*self.layers, *self.parameters]
        found = {row.name: row for row in rows}
        if name not in found:
            raise KeyError(f"{name}: 보고에 있는 이름이어야 합니다. 있는 이름={', '.join(found)}")
        return found[name]

    def __repr__(self) -> str:
        return f"NetworkReport(층 {len(self.layers)}개, 소견 {len(self.findings)}개)"

    def __str__(self) -> str:
        parts = [self._heading(), self._layer_table()]
        if self.parameters:
            parts.append(self._parameter_table())
        if self.findings:
            parts.append("\n".join([f"소견 {len(self.findings)}개", *map(str, self.findings)]))
        else:
            parts.append("소견 없음: 이상한 곳을 찾지 못했습니다.")
        return "\n\n".join(parts)

    def _heading(self) -> str:
        text = f"샘플 {self.n_samples}개, 손실 {self.loss:.4g}"
        if self.start.n_classes:
            text += (
                f" (무작위 추측 ln {self.start.n_classes} = {self.start.chance:.4g}, "
                f"로짓의 분산 {self.logit_variance:.3g}로 예측한 첫 손실 {self.predicted_loss:.4g})"
            )
        return text

    def _layer_table(self) -> str:
        rows = [
            (
                "층",
                "평균",
                "표준편차",
                "2차 적률",
                "0의 비율",
                "죽은 뉴런",
                "포화",
                "기울기 표준편차",
            )
        ]
        rows += [
            (
                row.name, _number(row.mean), _number(row.std), _number(row.second_moment),
                f"{row.zero_share:.1%}", f"{row.dead_share:.1%}" if row.activation == "relu" else "",
                "" if math.isnan(row.saturated_share) else f"{row.saturated_share:.1%}",
                _number(row.gradient_std),
            )
            for row in self.layers
        ]  # fmt: skip
        return format_table(rows, right=range(1, 8))

    def _parameter_table(self) -> str:
        rows = [("매개변수", "shape", "표준편차", "기울기 크기", "갱신 비율")]
        rows += [
            (p.name, str(p.shape), _number(p.std), _number(p.gradient_rms), _number(p.update_ratio))
            for p in self.parameters
        ]
        if self.lr is None:
            rows = [row[:-1] for row in rows]  # type: ignore[misc]
        return format_table(rows, right=range(2, len(rows[0])))


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3g}"
