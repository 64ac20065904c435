"""The noise models that posterior.fit knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...protocol.messages import ConstantNoise, DistanceNoise
from .constant import Constant
from .distance import Distance
from .noise_model import Noise

# By the `type` of the request's noise: the one place where a model is registered; exponents are down to one by then.
_MODELS: Mapping[str, Callable[..., Noise]] = {
    "constant": lambda _asked: Constant(),
    "distance": lambda asked: Distance(asked.exponents[0], asked.typical),
}


def noise_of(asked: ConstantNoise | DistanceNoise) -> Noise:
    """The model a request names, its first exponent taken."""
    return _MODELS[str(asked.__struct_config__.tag)](asked)
