"""계산 그래프: 작은 수식을 노드로 적고, 순전파와 역전파의 단계를 하나하나 돌려준다.

수(스칼라) 하나하나를 다룬다. 그림은 `deepnote_lib.plots.computational_graph`가 그린다.
"""

from deepnote_lib.graph.backward import Gradients
from deepnote_lib.graph.build import Graph
from deepnote_lib.graph.node import Node
from deepnote_lib.graph.operations import Operation
from deepnote_lib.graph.steps import Step

__all__ = ["Gradients", "Graph", "Node", "Operation", "Step"]
