"""책에서 쓰는 데이터셋.

`digits`와 `breast_cancer`는 패키지에 들어 있고, `mnist`와 `fashion_mnist`는 `DEEPNOTE_DATA` 폴더,
캐시, 인터넷의 순서로 찾는다. `results`는 미리 훈련해 둔 실험의 표이고, 나머지는 난수로 만드는 2차원 점이다.
"""

from deepnote_lib.datasets._download import DatasetError
from deepnote_lib.datasets.bundled import breast_cancer, digits
from deepnote_lib.datasets.mnist import fashion_mnist, is_available, mnist
from deepnote_lib.datasets.results import Runs, results
from deepnote_lib.datasets.splits import standardize, train_val_split
from deepnote_lib.datasets.toy import blobs, circles, separable, spirals, two_moons

__all__ = [
    "DatasetError",
    "Runs",
    "blobs",
    "breast_cancer",
    "circles",
    "digits",
    "fashion_mnist",
    "is_available",
    "mnist",
    "results",
    "separable",
    "spirals",
    "standardize",
    "train_val_split",
    "two_moons",
]
