"""길이를 보존하는 직교 초기화."""

from __future__ import annotations

import numpy as np

from deepnote_lib._checks import check_number, make_rng
from deepnote_lib._typing import Array, Initializer, Rng
from deepnote_lib.initializers.basic import _check_shape


def orthogonal(gain: float = 1.0) -> Initializer:
    """직교 초기화: 작은 쪽 차원에서 WᵀW 또는 WWᵀ = gain² I.

    Parameters
    ----------
    gain : float, 0보다 큼
        모든 특잇값. 선형·tanh는 1, ReLU는 √2가 알맞다.

    Returns
    -------
    Initializer

    Raises
    ------
    ValueError
        gain이 0보다 크지 않을 때.

    Notes
    -----
    정규 난수 행렬의 QR 분해에서 R의 대각 부호를 Q로 옮겨야 치우침 없는(Haar) 분포가 된다.

    References
    ----------
    Saxe, McClelland, Ganguli (2014), Exact solutions to the nonlinear dynamics of learning.

    Examples
    --------
    >>> W = orthogonal()((5, 3), 0)
    >>> bool(np.allclose(W.T @ W, np.eye(3)))
    True
    """
    gain = check_number("gain", gain, low=0, low_open=True)

    def init(shape: tuple[int, int], rng: Rng) -> Array:
        n_in, n_out = _check_shape(shape)
        tall = (max(n_in, n_out), min(n_in, n_out))
        Q, R = np.linalg.qr(make_rng(rng).standard_normal(tall))
        Q *= np.sign(np.diagonal(R))
        return gain * (Q if n_in >= n_out else Q.T)

    return init
