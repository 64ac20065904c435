"""The kinds of posterior: how each is fitted, and made again from what was kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from ..context.context import Context
from ..protocol.messages import ExternalFitData, ExternalFitParams, PosteriorFitData, PosteriorFitParams
from .bayesian_linear.posterior import BayesianLinear
from .contract.fit_request import FitRequest
from .contract.kept_posterior import KeptPosterior, Snapshot
from .cross_backbone import fit_member
from .custom.external_posterior import ExternalPosterior
from .deep_ensemble import DeepEnsemble
from .fine_tuning.fine_tuned import FineTuned
from .laplace.laplace_posterior import LaplacePosterior
from .latent_reward.posterior import LatentReward
from .mc_dropout import McDropout
from .variational.posterior import Variational


@dataclass(frozen=True)
class Restorable:
    """How a kind is made again from a snapshot, equal to the last bit; None when what it needs has changed.

    `params` and `report` are what its fit is asked and what it answers.
    """

    restore: Callable[[Snapshot, Context], KeptPosterior | None]
    params: type[msgspec.Struct] = PosteriorFitParams
    report: type[msgspec.Struct] = PosteriorFitData


@dataclass(frozen=True)
class Kind(Restorable):
    """A kind that posterior.fit makes.

    `chooses_exponent` says that it chooses among the exponents of a noise model itself, as it is fitted.
    """

    fit: Callable[[FitRequest, Context], KeptPosterior] = field(kw_only=True)
    chooses_exponent: bool = field(default=False, kw_only=True)


# By the `type` of the request's kind: the one place where a kind is registered.
KINDS: Mapping[str, Kind] = {
    "bayesian-linear": Kind(BayesianLinear.restore, fit=BayesianLinear.fit, chooses_exponent=True),
    "deep-ensemble": Kind(DeepEnsemble.restore, fit=DeepEnsemble.fit),
    "fine-tuned": Kind(FineTuned.restore, fit=FineTuned.fit),
    "mc-dropout": Kind(McDropout.restore, fit=McDropout.fit),
    "lru": Kind(LatentReward.restore, fit=LatentReward.fit),
    "variational": Kind(Variational.restore, fit=Variational.fit),
    "laplace": Kind(LaplacePosterior.restore, fit=LaplacePosterior.fit),
    "cross-backbone": Kind(DeepEnsemble.restore, fit=fit_member),
}

# Kinds that an operation of their own fits, by the name in their snapshots.
_FITTED_APART: Mapping[str, Restorable] = {
    ExternalPosterior.KIND: Restorable(ExternalPosterior.restore, ExternalFitParams, ExternalFitData),
}

# Every kind by the name in its snapshots.
RESTORABLE: Mapping[str, Restorable] = {**KINDS, **_FITTED_APART}
