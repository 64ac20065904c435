"""The noise models that posterior.fit knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...protocol.messages import ConstantNoise, DistanceNoise, LapseNoise, PosteriorFitParams
from ...store.pair_distances import PairDistances
from ..pairs.pair_terms import PairTerms
from .constant import Constant
from .distance import Distance
from .lapse import Lapse
from .noise_model import Noise

# By the `type` of the request's noise: the one place where a model is registered; exponents are down to one by then.
_MODELS: Mapping[str, Callable[..., Noise]] = {
    "constant": lambda _asked: Constant(),
    "distance": lambda asked: Distance(asked.exponents[0], asked.typical),
    "lapse": lambda asked: Lapse(asked.rate),
}


def noise_of(asked: ConstantNoise | DistanceNoise | LapseNoise) -> Noise:
    """The model a request names, its first exponent taken."""
    return _MODELS[str(asked.__struct_config__.tag)](asked)


def exponents_of(asked: ConstantNoise | DistanceNoise | LapseNoise) -> Sequence[float]:
    """The exponents that the model a request names is offered; none where it has no exponent."""
    return getattr(asked, "exponents", ())


def terms_under(params: PosteriorFitParams, distances: PairDistances) -> PairTerms:
    """What the noise model of a request says of pairs: their scales and their link."""
    noise = noise_of(params.noise)
    return PairTerms(scales_n=noise.scales(distances), link=noise.link(params.ties))
