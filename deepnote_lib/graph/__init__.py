"""계산 그래프: 작은 수식을 노드로 적고, 순전파와 역전파를 한 단계씩 보여 준다. (오차역전파법 장)

수(스칼라) 하나하나를 다루고, 그림은 `deepnote_lib.plots.computational_graph`가 그린다. 수를 그대로
적으면(`2 * x`) 상수 노드가 되고, 상수로는 기울기를 보내지 않는다.
"""

from deepnote_lib.graph.backward import Gradients
from deepnote_lib.graph.build import Graph
from deepnote_lib.graph.node import Node
from deepnote_lib.graph.operations import Operation
from deepnote_lib.graph.steps import Step

__all__ = ["Gradients", "Graph", "Node", "Operation", "Step"]
