"""퍼셉트론: 논리 게이트, 틀릴 때만 고치는 학습 규칙, 그 실수 횟수의 상한. (퍼셉트론 장)

레이블은 0과 1이고 계단 함수는 step(0) = 0이다. 게이트의 임곗값 θ는 편향 b = -θ로 적는다.
"""

from deepnote_lib.perceptron.gates import AND, INPUTS, NAND, OR, xor
from deepnote_lib.perceptron.geometry import margin, mistake_bound
from deepnote_lib.perceptron.learning import Perceptron

__all__ = ["AND", "INPUTS", "NAND", "OR", "Perceptron", "margin", "mistake_bound", "xor"]
