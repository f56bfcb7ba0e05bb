"""진단: 측정한 값이 기준을 벗어난 곳을 찾아 할 일과 함께 알린다.

기준은 건강한 신경망에 경고하지 않는 쪽에 맞추었다. He(ReLU)와 Xavier(tanh)로 초기화한 너비 32~512, 은닉층
1~6개의 신경망에 숫자 그림이나 표준화한 입력을 넣으면(시드 30개) 값이 기준 옆 괄호 안의 범위에 있었다.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from deepnote_lib.inspection.measure import LayerStatistics, Measurement, ParameterStatistics

Kind = Literal[
    "not_finite",
    "symmetry",
    "vanishing_activations",
    "exploding_activations",
    "saturated",
    "dead_neurons",
    "vanishing_gradients",
    "exploding_gradients",
    "large_logits",
    "large_updates",
    "small_updates",
]


@dataclass(frozen=True)
class Finding:
    """경고 하나.

    Attributes
    ----------
    layer
        가장 먼저(또는 가장 심하게) 벗어난 층이나 매개변수의 이름. 신경망 전체의 일이면 "".
    severity
        주의("warning", 배우기는 하지만 느리다)나 위험("critical", 배우지 못한다).
    message
        측정한 값과 할 일.
    """

    layer: str
    kind: Kind
    severity: Literal["warning", "critical"]
    message: str

    def __str__(self) -> str:
        word = "위험" if self.severity == "critical" else "주의"
        return f"[{word}] {self.layer + ': ' if self.layer else ''}{self.message}"


def diagnose(m: Measurement) -> tuple[Finding, ...]:
    """모든 규칙을 적용해 위험한 것부터 늘어놓는다. 한 원인에 뒤따르는 증상은 적지 않는다."""
    if broken := tuple(not_finite(m)):
        return broken  # NaN과 비교한 결과는 뜻이 없다
    found = list(symmetry(m))
    symmetric = bool(found)
    if not symmetric:  # 모두 0인 신경망의 신호와 기울기가 0인 것은 대칭의 증상이다
        found += dead_neurons(m)
        if not any(f.severity == "critical" for f in found):  # 모두 죽은 층의 앞뒤도 마찬가지이다
            found += vanishing_activations(m)
            found += vanishing_gradients(m)
    found += exploding_activations(m)
    found += saturated(m)
    if not symmetric:  # 모두 같은 신경망의 은닉층에는 반올림 오차뿐이라 그 비율은 뜻이 없다
        found += exploding_gradients(m)
    if not any("activations" in f.kind for f in found):
        found += large_logits(m)
    if not any("activations" in f.kind or "gradients" in f.kind for f in found):
        found += updates(m)  # 초기화가 원인이면 학습률을 바꿔도 낫지 않는다
    return tuple(sorted(found, key=lambda f: f.severity != "critical"))


def not_finite(m: Measurement) -> Iterator[Finding]:
    """NaN과 무한대. 순전파는 뒤로, 역전파는 앞으로 번지므로 그 순서로 처음인 것이 원인에 가깝다."""
    bad = [row.name for row in m.layers if not row.finite]
    bad += [row.name for row in reversed(m.layers) if math.isinf(row.gradient_std) and row.finite]
    bad += [p.name for p in m.parameters if not p.finite]
    if bad or not math.isfinite(m.start.value):
        where = (
            f"{len(bad)}곳에 NaN이나 무한대가 있습니다" if bad else f"손실이 {m.start.value}입니다"
        )
        yield Finding(
            bad[0] if bad else "",
            "not_finite",
            "critical",
            f"{where}. 초기화의 표준편차와 학습률을 줄이고 입력의 크기를 확인하세요.",
        )


# 열이 같다고 보는 차이. float32에서는 반올림이 더 크므로 eps의 10배까지 본다
SAME, SAME_GRADIENT = 1e-10, 1e-3
# 기울기가 반올림 오차뿐이라고 보는, 가장 큰 기울기와 비교한 크기(eps의 배수). 측정한 값은 한 자릿수였다
RESIDUE = 100


def symmetry(m: Measurement) -> Iterator[Finding]:
    """W와 그 기울기의 열이 모두 같은 층: 뉴런이 앞으로도 같은 값이다."""
    matrices = [p for p in m.parameters if len(p.shape) == 2][:-1]  # 마지막 층은 0이어도 된다
    largest = max((p.gradient_rms for p in m.parameters), default=0.0)
    outputs = {row.name: row.neuron_spread for row in m.layers}

    def equal_gradients(p: ParameterStatistics) -> bool:
        if p.gradient_column_spread < SAME_GRADIENT:
            return True
        # 모든 W가 상수이면 p − t의 행의 합이 0이라 기울기에는 반올림 오차만 남고, 그 차이는 뜻이 없다.
        # 편향이 달라 뉴런의 출력이 이미 다르면 다음 갱신에서 달라지므로 대칭이 아니다.
        residue = p.gradient_rms <= RESIDUE * p.eps * largest
        return residue and outputs.get(p.name.rpartition(".")[0], 0.0) < SAME_GRADIENT

    same = [p for p in matrices if p.column_spread < max(SAME, 10 * p.eps) and equal_gradients(p)]
    if same:
        first, n = same[0], same[0].shape[1]
        yield Finding(
            first.name,
            "symmetry",
            "critical",
            f"열 {n}개가 서로 같고(차이 {first.column_spread:.1g}) 기울기도 같아서 뉴런 {n}개가 "
            f"뉴런 하나처럼 동작합니다(대칭). 이런 층은 {len(same)}개입니다. "
            "W를 he_normal이나 xavier_normal처럼 무작위로 초기화하세요.",
        )


# 샘플 사이의 표준편차가 입력의 1%보다 작으면 뒤의 층은 샘플을 거의 구별하지 못한다 (0.25~1.7)
VANISHING, VANISHED = 0.01, 1e-4


def vanishing_activations(m: Measurement) -> Iterator[Finding]:
    """샘플마다의 차이가 층을 지나며 사라진다."""
    reference = min(m.input_spread, 1.0)  # 입력이 커도 tanh의 출력은 1을 넘지 않는다
    if m.n_samples < 2 or reference == 0:
        return
    low = [row for row in m.layers[:-1] if row.spread < VANISHING * reference]
    if low:
        least = min(row.spread for row in low)
        yield Finding(
            low[0].name,
            "vanishing_activations",
            "critical" if least < VANISHED * reference else "warning",
            f"신호가 사라집니다. 샘플 사이의 표준편차가 입력에서는 {m.input_spread:.3g}, 이 층에서는 "
            f"{low[0].spread:.2g}, 가장 작은 층에서는 {least:.2g}입니다. W의 표준편차를 "
            "√(2/n_in)(ReLU)이나 √(2/(n_in+n_out))(tanh)으로 키우거나 배치 정규화를 넣으세요.",
        )


# 활성값의 크기가 입력의 10배를 넘으면 다음 층마다 더 커진다 (0.17~2.7)
EXPLODING, EXPLODED = 10.0, 1e3


def exploding_activations(m: Measurement) -> Iterator[Finding]:
    """활성값이 층을 지나며 커진다."""
    reference = max(m.input_rms, 1.0)  # 작은 입력을 배치 정규화가 키운 것은 이상이 아니다
    sizes = [math.sqrt(row.second_moment) for row in m.layers[:-1]]  # 출력은 손실로 판단한다
    high = [i for i, size in enumerate(sizes) if size > EXPLODING * reference]
    if high:
        yield Finding(
            m.layers[high[0]].name,
            "exploding_activations",
            "critical" if max(sizes) > EXPLODED * reference else "warning",
            f"신호가 커집니다. 크기 √(2차 적률)이 입력에서는 {m.input_rms:.3g}, 이 층에서는 "
            f"{sizes[high[0]]:.3g}, 가장 큰 층에서는 {max(sizes):.3g}입니다. W의 표준편차를 "
            "√(2/n_in)(ReLU)이나 √(2/(n_in+n_out))(tanh)으로 줄이거나 배치 정규화를 넣으세요.",
        )


# 포화한 원소의 미분은 가장 클 때의 4%도 되지 않는다 (0~0.04)
SATURATED, FLAT = 0.25, 0.6


def saturated(m: Measurement) -> Iterator[Finding]:
    """tanh나 시그모이드의 출력이 평평한 곳에 몰렸다."""
    high = [row for row in m.layers if row.saturated_share > SATURATED]
    if high:
        worst = max(high, key=lambda row: row.saturated_share)
        yield Finding(
            worst.name,
            "saturated",
            "critical" if worst.saturated_share > FLAT else "warning",
            f"{worst.activation}의 출력 가운데 {worst.saturated_share:.0%}가 포화해 미분이 0에 "
            f"가깝습니다. 포화한 층은 {len(high)}개입니다. W의 표준편차를 줄이고(xavier_normal) 입력을 "
            "표준화하세요.",
        )


# 샘플이 서로 닮으면 건강한 층도 뉴런의 절반까지 죽은 듯 보인다 (0~0.47). 여기에 표집 오차
# √(1/4)/√너비의 네 배를 더한다. 넓은 층은 오차가 작으므로 적어도 60%로 둔다
DEAD, DEAD_ERROR, ALL_DEAD = 0.6, 2.0, 0.95


def dead_neurons(m: Measurement) -> Iterator[Finding]:
    """ReLU의 뉴런이 모든 샘플에서 0이다."""
    relus = [row for row in m.layers if row.activation == "relu"]
    high = [r for r in relus if r.dead_share > max(DEAD, 0.5 + DEAD_ERROR / math.sqrt(r.width))]
    if high:
        worst = max(high, key=lambda row: row.dead_share)
        yield Finding(
            worst.name,
            "dead_neurons",
            "critical" if worst.dead_share >= ALL_DEAD else "warning",
            f"뉴런 {worst.width}개 가운데 {round(worst.dead_share * worst.width)}개"
            f"({worst.dead_share:.0%})가 모든 샘플에서 0이라 더는 배우지 못합니다. 이런 층은 "
            f"{len(high)}개입니다. 학습률을 줄이고, 편향을 0에서 시작하고, 안 되면 LeakyReLU를 쓰세요.",
        )


# 기울기는 층마다 같은 크기로 흘러야 한다. 마지막 은닉층과 비교한 비율 (0.24~1.7)
GRADIENT_VANISHING, GRADIENT_EXPLODING = 0.01, 100.0


def gradient_ratios(m: Measurement) -> list[tuple[float, LayerStatistics]]:
    """은닉층마다, 마지막 은닉층과 비교한 기울기의 크기."""
    hidden = [row for row in m.layers[:-1] if not math.isnan(row.gradient_std)]
    # 마지막 W가 0이면 첫 스텝에는 기울기가 흐르지 않는 것이 옳다
    if not hidden or hidden[-1].gradient_std == 0:
        return []
    return [(row.gradient_std / hidden[-1].gradient_std, row) for row in hidden]


def vanishing_gradients(m: Measurement) -> Iterator[Finding]:
    """기울기가 앞의 층에 닿기 전에 사라진다."""
    ratio, row = min(gradient_ratios(m), key=lambda pair: pair[0], default=(1.0, None))
    if row is not None and ratio < GRADIENT_VANISHING:
        yield Finding(
            row.name,
            "vanishing_gradients",
            "critical" if ratio < GRADIENT_VANISHING**2 else "warning",
            f"기울기가 소실됩니다. 이 층의 표준편차({row.gradient_std:.2g})는 마지막 은닉층의 "
            f"{ratio:.2g}배입니다. 시그모이드나 tanh는 ReLU로 바꾸고, W를 활성화에 맞게 초기화하고, "
            "층이 많으면 잔차 연결이나 배치 정규화를 쓰세요.",
        )


def exploding_gradients(m: Measurement) -> Iterator[Finding]:
    """기울기가 앞의 층으로 가며 커진다."""
    ratio, row = max(gradient_ratios(m), key=lambda pair: pair[0], default=(1.0, None))
    if row is not None and ratio > GRADIENT_EXPLODING:
        yield Finding(
            row.name,
            "exploding_gradients",
            "critical" if ratio > GRADIENT_EXPLODING**2 else "warning",
            f"기울기가 폭주합니다. 이 층의 표준편차({row.gradient_std:.2g})는 마지막 은닉층의 "
            f"{ratio:.2g}배입니다. W의 표준편차를 줄이고, 훈련 도중이라면 clip_gradients로 길이를 "
            "제한하세요.",
        )


# 첫 손실이 무작위 추측보다 이만큼 크면 정답에 1/K의 e⁻⁴ = 2%만 준 것이다 (−0.2~2.5)
LOSS_EXCESS = 4.0
# 표준화한 입력의 크기는 1이다. 화소값 0~255를 그대로 넣으면 100쯤이 된다
INPUT_LARGE = 3.0


def large_logits(m: Measurement) -> Iterator[Finding]:
    """로짓이 커서 틀린 답을 확신한다."""
    excess = m.start.value - m.start.chance
    if m.start.n_classes and excess > LOSS_EXCESS:
        cure = (
            f"입력의 크기 √(평균 x²)부터 줄이세요(지금 {m.input_rms:.3g}). "
            "datasets.standardize가 표준화합니다"
            if m.input_rms > INPUT_LARGE
            else "마지막 층의 W를 작게(예: normal(0.01)) 또는 0으로 시작하세요"
        )
        yield Finding(
            "",
            "large_logits",
            "warning",
            f"손실({m.start.value:.3g})이 무작위 추측({m.start.chance:.3g})보다 {excess:.3g} 큽니다. "
            f"로짓의 분산({m.start.logit_variance:.3g})이 커서 틀린 답을 확신합니다. "
            f"훈련 전이라면 {cure}.",
        )


# 한 번의 갱신이 W의 절반을 넘게 바꾸면 값이 자리를 잡지 못한다 (lr = 0.1에서 0.003~0.24)
UPDATE_LARGE, UPDATE_HUGE = 0.5, 10
# 흔히 권하는 1e-3의 1/100. 모든 W가 이보다 느리면 학습률이 문제이다
UPDATE_SMALL = 1e-5


def updates(m: Measurement) -> Iterator[Finding]:
    """가장 빠르게 바뀌는 W로 학습률을 판단한다."""
    moving = [p for p in m.parameters if len(p.shape) == 2 and p.update_ratio > 0]
    if not moving:
        return
    fastest = max(moving, key=lambda p: p.update_ratio)
    if fastest.update_ratio > UPDATE_LARGE:
        yield Finding(
            fastest.name,
            "large_updates",
            "critical" if fastest.update_ratio > UPDATE_HUGE else "warning",
            f"한 번의 갱신이 W 크기의 {fastest.update_ratio:.3g}배입니다(흔히 1e-3 안팎을 권하지만 "
            "훈련 길이에 따라 다릅니다). 학습률을 줄이세요.",
        )
    elif fastest.update_ratio < UPDATE_SMALL:
        yield Finding(
            fastest.name,
            "small_updates",
            "warning",
            f"가장 빠른 W도 한 번의 갱신에 크기의 {fastest.update_ratio:.2g}배만 바뀝니다(흔히 1e-3 "
            "안팎을 권하지만 훈련 길이에 따라 다릅니다). 학습률을 키우세요. 훈련이 끝나 가는 모델이라면 "
            "자연스러운 값입니다.",
        )
