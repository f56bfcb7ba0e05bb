"""책에서 쓰는 데이터셋.

`digits`와 `breast_cancer`는 scikit-learn에 들어 있어 내려받지 않는다. `mnist`와 `fashion_mnist`는
`DEEPNOTE_DATA` 폴더, 캐시, 인터넷의 차례로 찾는다. 나머지는 난수로 만드는 2차원 점이다.
"""

from __future__ import annotations

from deepnote_lib.datasets._errors import DatasetError
from deepnote_lib.datasets.bundled import breast_cancer, digits
from deepnote_lib.datasets.mnist import fashion_mnist, is_available, mnist
from deepnote_lib.datasets.separation import separable
from deepnote_lib.datasets.splits import standardize, train_val_split
from deepnote_lib.datasets.toy import blobs, circles, spirals, two_moons, xor_points

__all__ = [
    "DatasetError",
    "blobs",
    "breast_cancer",
    "circles",
    "digits",
    "fashion_mnist",
    "is_available",
    "mnist",
    "separable",
    "spirals",
    "standardize",
    "train_val_split",
    "two_moons",
    "xor_points",
]
