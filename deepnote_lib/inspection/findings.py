"""소견: 통계가 기준을 벗어난 곳과 할 일. 기준마다 까닭을 적는다.

기준은 건강한 신경망을 병들었다고 하지 않는 쪽에 맞추었다. He(ReLU)와 Xavier(tanh)로 초기화한 너비
32~512, 은닉층 1~6개의 신경망에 숫자 그림이나 표준화한 입력을 넣으면(시드 30개) 값이 괄호 안의 범위에
있었다.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# 샘플 사이의 표준편차가 입력의 1%보다 작으면 뒤의 층은 샘플을 거의 가리지 못한다 (0.25~1.7)
VANISHING, VANISHED = 0.01, 1e-4
# 활성값의 크기가 입력의 10배를 넘으면 다음 층마다 더 커진다 (0.17~2.7)
EXPLODING, EXPLODED = 10.0, 1e3
# 포화한 원소는 기울기가 가장 클 때의 4%도 되지 않는다 (0~0.04)
SATURATED, FLAT = 0.25, 0.6
# 샘플이 서로 닮으면 건강한 층도 뉴런의 절반까지 죽은 듯 보인다 (0~0.47). 여기에 표집 오차
# √(1/4)/√너비의 네 배를 더한다. 넓은 층은 오차가 작으므로 적어도 60%로 둔다
DEAD, DEAD_ERROR, ALL_DEAD = 0.6, 2.0, 0.95
# 기울기는 층마다 같은 크기로 흘러야 한다. 마지막 은닉층에 견준 비율 (0.24~1.7)
GRADIENT_VANISHING, GRADIENT_EXPLODING = 0.01, 100.0
# 첫 손실이 무작위 추측보다 이만큼 크면 정답에 1/K의 e⁻⁴ = 2%만 준 것이다 (−0.2~2.5)
LOSS_EXCESS = 4.0
# 표준화한 입력의 크기는 1이다. 화소값 0~255를 그대로 넣으면 100쯤이 된다
INPUT_LARGE = 3.0
# 한 번의 갱신이 W의 절반을 넘게 바꾸면 같은 자리를 지킬 수 없다 (lr = 0.1에서 0.003~0.24)
UPDATE_LARGE = 0.5
# 흔히 권하는 1e-3의 1/100. 모든 W가 이보다 느리면 학습률이 문제이다
UPDATE_SMALL = 1e-5
# 열이 같다고 보는 차이. float32에서는 반올림이 더 크므로 eps의 10배까지 본다
SAME, SAME_GRADIENT = 1e-10, 1e-3
# 가장 큰 기울기에 견준 반올림 찌꺼기의 크기(eps의 배수). 잰 값은 한 자릿수였다
RESIDUE = 100


@dataclass(frozen=True)
class Finding:
    """소견 하나.

    Attributes
    ----------
    layer : str
        가장 먼저(또는 가장 심하게) 벗어난 층이나 매개변수의 이름. 신경망 전체의 일이면 "".
    kind : str
        "not_finite", "symmetry", "vanishing_activations", "exploding_activations", "saturated",
        "dead_neurons", "vanishing_gradients", "exploding_gradients", "large_logits",
        "large_updates", "small_updates" 가운데 하나.
    severity : "warning" 또는 "critical"
        주의(배우기는 하지만 느리다)와 위험(배우지 못한다).
    message : str
        잰 값과 할 일.
    """

    layer: str
    kind: str
    severity: Literal["warning", "critical"]
    message: str

    def __str__(self) -> str:
        word = "위험" if self.severity == "critical" else "주의"
        return f"[{word}] {self.layer + ': ' if self.layer else ''}{self.message}"


@dataclass(frozen=True)
class StartLoss:
    """손실의 값과 훈련 전의 예측. 교차 엔트로피가 아니면 n_classes는 0, 나머지는 NaN이다."""

    value: float
    n_classes: int
    chance: float
    logit_variance: float
    predicted: float


@dataclass(frozen=True)
class InputScale:
    """입력의 크기 √(평균 x²), 샘플 사이의 표준편차, 샘플의 수."""

    rms: float
    spread: float
    n: int
