"""기울기 클리핑: 기울기 전체의 길이가 한계를 넘으면 방향은 두고 길이만 줄인다."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from deepnote_lib._checks import check_number
from deepnote_lib.parameter import Parameter


def clip_gradients(parameters: Iterable[Parameter], max_norm: float) -> float:
    """전체 길이 ‖g‖ = √(Σ g²)이 max_norm을 넘으면 모든 grad에 max_norm/‖g‖를 곱한다.

    Parameters
    ----------
    parameters : Parameter의 목록
        보통 `model.parameters()`. 각각의 grad를 제자리에서 고친다(value는 그대로이다).
    max_norm : float, 0보다 큼
        자른 뒤의 가장 큰 길이.

    Returns
    -------
    float
        자르기 **전**의 길이. 훈련 내내 적어 두면 기울기가 폭주한 걸음이 보인다.

    Raises
    ------
    TypeError, ValueError
        Parameter가 아닌 것이 있거나 max_norm이 0보다 큰 수가 아닐 때.
    FloatingPointError
        기울기에 NaN이나 무한대가 있을 때. 줄여도 낫지 않으므로 고치지 않고 알린다.

    Notes
    -----
    매개변수 하나하나가 아니라 모두를 한 벡터로 보고 자르므로 갱신의 방향이 바뀌지 않는다. 길이는
    가장 큰 원소로 나눈 다음 float64로 구해서 제곱이 넘치지 않는다. PyTorch의 `clip_grad_norm_`은
    나눗수에 1e-6을 더한다.

    References
    ----------
    Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural networks.

    Examples
    --------
    >>> W = Parameter(np.zeros(2), name="W")
    >>> W.grad[:] = [3.0, 4.0]
    >>> clip_gradients([W], max_norm=1.0)
    5.0
    >>> W.grad
    array([0.6, 0.8])
    """
    parameters = list(parameters) if isinstance(parameters, Iterable) else [parameters]
    for p in parameters:
        if not isinstance(p, Parameter):
            raise TypeError(
                "parameters: model.parameters()처럼 Parameter의 목록이어야 합니다. "
                f"받은 타입={type(p).__name__}"
            )
    max_norm = check_number("max_norm", max_norm, low=0, low_open=True)
    for p in parameters:
        if not np.isfinite(p.grad).all():
            raise FloatingPointError(
                f"{p.name}: 기울기가 모두 유한해야 합니다. 받은 기울기에 NaN이나 무한대가 있습니다"
            )
    largest = max((float(np.abs(p.grad).max(initial=0.0)) for p in parameters), default=0.0)
    if largest == 0:
        return 0.0
    norm = largest * float(
        np.sqrt(sum(np.sum((p.grad.astype(np.float64) / largest) ** 2) for p in parameters))
    )
    if norm > max_norm:
        for p in parameters:
            p.grad *= max_norm / norm
    return norm
