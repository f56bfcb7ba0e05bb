"""기울기 검증: 손으로 유도한 역전파를 수치 미분과 견준다. (오차역전파법 장)

느리지만 식을 몰라도 되는 답(수치 미분)으로 빠르지만 틀리기 쉬운 답(역전파)을 시험한다.
모델과 손실의 꼴만 맞으면 되고, 검증이 끝나면 모델은 시작할 때와 비트까지 같다.
"""

from deepnote_lib.gradcheck.check import gradient_check
from deepnote_lib.gradcheck.numerical import numerical_gradient
from deepnote_lib.gradcheck.report import GradientReport, ParameterCheck

__all__ = ["GradientReport", "ParameterCheck", "gradient_check", "numerical_gradient"]
