"""배열과 난수의 타입 별칭. 형상은 타입이 아니라 docstring에 적는다."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.integer]
Rng = np.random.Generator | int | None
Initializer = Callable[[tuple[int, int], np.random.Generator], Array]
