"""소견을 내는 규칙. 규칙 하나가 함수 하나이고, 층마다가 아니라 가장 먼저 벗어난 층을 한 번 알린다."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from deepnote_lib.inspection import findings as limits
from deepnote_lib.inspection.findings import Finding, InputScale, StartLoss
from deepnote_lib.inspection.statistics import LayerStatistics, ParameterStatistics

Layers = Sequence[LayerStatistics]
Parameters = Sequence[ParameterStatistics]


def find(
    layers: Layers, parameters: Parameters, start: StartLoss, scale: InputScale
) -> tuple[Finding, ...]:
    """모든 규칙을 적용해 위험한 것부터 늘어놓는다. 한 원인의 뒤따르는 증상은 적지 않는다."""
    if broken := list(_not_finite(layers, parameters, start)):
        return tuple(broken)  # NaN과 견준 결과는 뜻이 없다
    found = list(_symmetry(layers, parameters))
    symmetric = bool(found)
    if not symmetric:  # 모두 0인 신경망의 신호와 기울기가 0인 것은 대칭의 증상이다
        found += _dead_neurons(layers)
        if not any(f.severity == "critical" for f in found):  # 모두 죽은 층의 앞뒤도 마찬가지이다
            found += _vanishing_activations(layers, scale)
            found += _vanishing_gradients(layers)
    found += _exploding_activations(layers, scale)
    found += _saturated(layers)
    if not symmetric:  # 모두 같은 신경망의 은닉층에는 반올림 찌꺼기뿐이라 그 비율은 뜻이 없다
        found += _exploding_gradients(layers)
    if not any("activations" in f.kind for f in found):
        found += _large_logits(start, scale)
    if not any("activations" in f.kind or "gradients" in f.kind for f in found):
        found += _updates(parameters)  # 초기화가 원인이면 학습률을 고쳐도 낫지 않는다
    return tuple(sorted(found, key=lambda f: f.severity != "critical"))


def _not_finite(layers: Layers, parameters: Parameters, start: StartLoss) -> Iterator[Finding]:
    # 순전파는 앞에서 뒤로, 역전파는 뒤에서 앞으로 번지므로 그 차례에서 처음 것이 원인에 가깝다
    bad = [row.name for row in layers if not row.finite]
    bad += [row.name for row in reversed(layers) if math.isinf(row.gradient_std) and row.finite]
    bad += [p.name for p in parameters if not p.finite]
    if bad or not math.isfinite(start.value):
        where = (
            f"{len(bad)}곳에 NaN이나 무한대가 있습니다" if bad else f"손실이 {start.value}입니다"
        )
        yield Finding(
            bad[0] if bad else "", "not_finite", "critical",
            f"{where}. 초기화의 표준편차와 학습률을 줄이고 입력의 크기를 확인하세요.",
        )  # fmt: skip


def _symmetry(layers: Layers, parameters: Parameters) -> Iterator[Finding]:
    matrices = [p for p in parameters if len(p.shape) == 2][:-1]  # 마지막 층은 0에서 시작해도 된다
    largest = max((p.gradient_rms for p in parameters), default=0.0)
    outputs = {row.name: row.neuron_spread for row in layers}

    def equal_gradients(p: ParameterStatistics) -> bool:
        if p.gradient_column_spread < limits.SAME_GRADIENT:
            return True
        # 모든 W가 상수이면 p - t의 행의 합이 0이라 기울기에는 반올림 찌꺼기만 남고, 그 차이는 뜻이 없다.
        # 편향이 달라 뉴런의 출력이 이미 다르면 다음 갱신에서 갈라지므로 대칭이 아니다.
        residue = p.gradient_rms <= limits.RESIDUE * p.eps * largest
        return residue and outputs.get(p.name.rpartition(".")[0], 0.0) < limits.SAME_GRADIENT

    same = [
        p for p in matrices
        if p.column_spread < max(limits.SAME, 10 * p.eps) and equal_gradients(p)
    ]  # fmt: skip
    if same:
        p = same[0]
        yield Finding(
            p.name, "symmetry", "critical",
            f"열 {p.shape[1]}개가 서로 같고(차이 {p.column_spread:.1g}) 기울기도 같아서 뉴런 "
            f"{p.shape[1]}개가 언제까지나 뉴런 하나와 같습니다. 같은 층 {len(same)}개. "
            "W를 he_normal이나 xavier_normal처럼 무작위로 초기화하세요.",
        )  # fmt: skip


def _vanishing_activations(layers: Layers, scale: InputScale) -> Iterator[Finding]:
    reference = min(scale.spread, 1.0)  # 입력이 커도 tanh의 출력은 1을 넘지 않는다
    if scale.n < 2 or reference == 0:
        return
    low = [row for row in layers[:-1] if row.spread < limits.VANISHING * reference]
    if low:
        least = min(row.spread for row in low)
        yield Finding(
            low[0].name, "vanishing_activations",
            "critical" if least < limits.VANISHED * reference else "warning",
            f"신호가 사라집니다. 샘플 사이의 표준편차가 입력의 {scale.spread:.3g}에서 여기서는 "
            f"{low[0].spread:.2g}, 가장 작은 곳은 {least:.2g}입니다. W의 표준편차를 √(2/n_in)(ReLU)이나 "
            "√(2/(n_in+n_out))(tanh)으로 키우거나 배치 정규화를 넣으세요.",
        )  # fmt: skip


def _exploding_activations(layers: Layers, scale: InputScale) -> Iterator[Finding]:
    reference = max(scale.rms, 1.0)  # 작은 입력을 배치 정규화가 키운 것은 병이 아니다
    sizes = [math.sqrt(row.second_moment) for row in layers[:-1]]  # 출력은 손실로 판단한다
    high = [i for i, size in enumerate(sizes) if size > limits.EXPLODING * reference]
    if high:
        yield Finding(
            layers[high[0]].name, "exploding_activations",
            "critical" if max(sizes) > limits.EXPLODED * reference else "warning",
            f"신호가 커집니다. 크기 √(2차 적률)이 입력의 {scale.rms:.3g}에서 여기서는 "
            f"{sizes[high[0]]:.3g}, 가장 큰 곳은 {max(sizes):.3g}입니다. W의 표준편차를 √(2/n_in)(ReLU)이나 "
            "√(2/(n_in+n_out))(tanh)으로 줄이거나 배치 정규화를 넣으세요.",
        )  # fmt: skip


def _saturated(layers: Layers) -> Iterator[Finding]:
    high = [row for row in layers if row.saturated_share > limits.SATURATED]
    if high:
        worst = max(high, key=lambda row: row.saturated_share)
        yield Finding(
            worst.name, "saturated", "critical" if worst.saturated_share > limits.FLAT else "warning",
            f"{worst.activation}의 출력 가운데 {worst.saturated_share:.0%}가 포화해 그 자리의 "
            f"미분이 0에 가깝습니다. 포화한 층 {len(high)}개. W의 표준편차를 줄이고(xavier_normal) 입력을 "
            "표준화하세요.",
        )  # fmt: skip


def _dead_neurons(layers: Layers) -> Iterator[Finding]:
    high = [
        row for row in layers
        if row.activation == "relu"
        and row.dead_share > max(limits.DEAD, 0.5 + limits.DEAD_ERROR / math.sqrt(row.width))
    ]  # fmt: skip
    if high:
        worst = max(high, key=lambda row: row.dead_share)
        yield Finding(
            worst.name, "dead_neurons",
            "critical" if worst.dead_share >= limits.ALL_DEAD else "warning",
            f"뉴런 {worst.width}개 가운데 {round(worst.dead_share * worst.width)}개"
            f"({worst.dead_share:.0%})가 모든 샘플에서 0이라 더는 배우지 못합니다. 그런 층 {len(high)}개. "
            "학습률을 줄이고, 편향을 0에서 시작하고, 안 되면 LeakyReLU를 쓰세요.",
        )  # fmt: skip


def _gradient_ratios(layers: Layers) -> list[tuple[float, LayerStatistics]]:
    """마지막 은닉층에 견준 기울기의 크기."""
    hidden = [row for row in layers[:-1] if not math.isnan(row.gradient_std)]
    if (
        not hidden or hidden[-1].gradient_std == 0
    ):  # 마지막 W가 0이면 첫 걸음에는 흐르지 않는 것이 옳다
        return []
    return [(row.gradient_std / hidden[-1].gradient_std, row) for row in hidden]


def _vanishing_gradients(layers: Layers) -> Iterator[Finding]:
    ratio, row = min(_gradient_ratios(layers), key=lambda pair: pair[0], default=(1.0, None))
    if row is not None and ratio < limits.GRADIENT_VANISHING:
        yield Finding(
            row.name, "vanishing_gradients",
            "critical" if ratio < limits.GRADIENT_VANISHING**2 else "warning",
            f"기울기가 소실됩니다. 여기의 표준편차({row.gradient_std:.2g})는 마지막 은닉층의 {ratio:.2g}배입니다. "
            "시그모이드나 tanh는 ReLU로 바꾸고, W를 활성화에 맞게 초기화하고, 층이 많으면 잔차 연결이나 "
            "배치 정규화를 쓰세요.",
        )  # fmt: skip


def _exploding_gradients(layers: Layers) -> Iterator[Finding]:
    ratio, row = max(_gradient_ratios(layers), key=lambda pair: pair[0], default=(1.0, None))
    if row is not None and ratio > limits.GRADIENT_EXPLODING:
        yield Finding(
            row.name, "exploding_gradients",
            "critical" if ratio > limits.GRADIENT_EXPLODING**2 else "warning",
            f"기울기가 폭주합니다. 여기의 표준편차({row.gradient_std:.2g})는 마지막 은닉층의 {ratio:.2g}배입니다. "
            "W의 표준편차를 줄이고, 훈련 도중이라면 clip_gradients로 길이를 제한하세요.",
        )  # fmt: skip


def _large_logits(start: StartLoss, scale: InputScale) -> Iterator[Finding]:
    excess = start.value - start.chance
    if start.n_classes and excess > limits.LOSS_EXCESS:
        cure = (
            f"입력의 크기 √(평균 x²)부터 줄이세요(지금 {scale.rms:.3g}). datasets.standardize가 표준화합니다"
            if scale.rms > limits.INPUT_LARGE
            else "마지막 층의 W를 작게(예: normal(0.01)) 또는 0으로 시작하세요"
        )
        yield Finding(
            "", "large_logits", "warning",
            f"손실({start.value:.3g})이 무작위 추측({start.chance:.3g})보다 {excess:.3g} 큽니다. 로짓의 분산"
            f"({start.logit_variance:.3g})이 커서 틀린 답을 확신합니다. 훈련 전이라면 {cure}.",
        )  # fmt: skip


def _updates(parameters: Parameters) -> Iterator[Finding]:
    moving = [p for p in parameters if len(p.shape) == 2 and p.update_ratio > 0]
    if not moving:
        return
    fastest = max(moving, key=lambda p: p.update_ratio)
    if fastest.update_ratio > limits.UPDATE_LARGE:
        yield Finding(
            fastest.name, "large_updates", "critical" if fastest.update_ratio > 10 else "warning",
            f"한 번의 갱신이 W 크기의 {fastest.update_ratio:.3g}배입니다(흔히 1e-3 안팎을 권하지만 "
            "훈련 길이에 따라 다릅니다). 학습률을 줄이세요.",
        )  # fmt: skip
    elif fastest.update_ratio < limits.UPDATE_SMALL:
        yield Finding(
            fastest.name, "small_updates", "warning",
            f"가장 빠른 W도 한 번의 갱신에 크기의 {fastest.update_ratio:.2g}배만 바뀝니다(흔히 1e-3 안팎을 "
            "권하지만 훈련 길이에 따라 다릅니다). 학습률을 키우세요. 훈련이 끝나 가는 모델이라면 자연스러운 값입니다.",
        )  # fmt: skip
