"""The kinds of posterior that posterior.fit makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..context.context import Context
from .bayesian_linear.posterior import BayesianLinear
from .contract.fit_request import FitRequest
from .contract.kept_posterior import KeptPosterior, Snapshot
from .cross_backbone import fit_member
from .deep_ensemble import DeepEnsemble
from .fine_tuning.fine_tuned import FineTuned
from .laplace.laplace_posterior import LaplacePosterior
from .latent_reward import LatentReward
from .mc_dropout import McDropout
from .variational import Variational


@dataclass(frozen=True)
class Kind:
    """How a kind is fitted, and made again from a snapshot, equal to the last bit.

    `chooses_exponent` says that it chooses among the exponents of a noise model itself, as it is fitted.
    """

    fit: Callable[[FitRequest, Context], KeptPosterior]
    restore: Callable[[Snapshot, Context], KeptPosterior]
    chooses_exponent: bool = False


# By the `type` of the request's kind: the one place where a kind is registered.
KINDS: Mapping[str, Kind] = {
    "bayesian-linear": Kind(BayesianLinear.fit, BayesianLinear.restore, chooses_exponent=True),
    "deep-ensemble": Kind(DeepEnsemble.fit, DeepEnsemble.restore),
    "fine-tuned": Kind(FineTuned.fit, FineTuned.restore),
    "mc-dropout": Kind(McDropout.fit, McDropout.restore),
    "lru": Kind(LatentReward.fit, LatentReward.restore),
    "variational": Kind(Variational.fit, Variational.restore),
    "laplace": Kind(LaplacePosterior.fit, LaplacePosterior.restore),
    "cross-backbone": Kind(fit_member, DeepEnsemble.restore),
}
