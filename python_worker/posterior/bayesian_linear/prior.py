"""The prior of a linear reward and what is believed of it before any label."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

import torch

from ...base.errors import invalid_data
from ..noise.distance import Distance
from .spectrum import Spectrum

# Normal beliefs (mean, standard deviation) of what the evidence chooses.
_LOG_VARIANCE = (log(4.0), 1.0)
_POWER = (1.5, 0.5)
_EXPONENT = (0.5, 0.5)


@dataclass(frozen=True)
class Prior:
    """w ~ N(0, v/c · diag(m^κ)) in the directions of a spectrum with moments m: directions in which a pool's answers
    differ much may matter much (κ = `power`; 0: all alike). v = exp(`log_variance`) is the mean variance over the pool
    of what features add to a pair's logit, c makes it so; `exponent` is the noise model's γ. A covariate's coefficient is
    ~ N(0, `covariate_variance`), whatever the covariate's size."""

    power: float
    exponent: float
    log_variance: float
    covariate_variance: float = 0.0

    def log_density(self) -> float:
        """How plausible the prior is before any label, up to a constant."""
        beliefs = ((self.log_variance, _LOG_VARIANCE), (self.power, _POWER), (self.exponent, _EXPONENT))
        return -sum(((value - mean) / deviation) ** 2 / 2 for value, (mean, deviation) in beliefs)


@dataclass(frozen=True)
class Whitening:
    """Turns Δφ in the directions of a spectrum, followed by the differences in `covariates` covariates of the answers, into
    coordinates in which a prior is standard normal; `typical` is the noise model's typical distance."""

    spectrum: Spectrum
    typical: float
    covariates: int = 0

    def factors(self, prior: Prior) -> torch.Tensor:
        """What each direction and each covariate is multiplied by (R + C, float64)."""
        variances = (self.spectrum.moments_r / self.spectrum.moments_r[0]) ** prior.power
        scales = self.scales(self.spectrum.distances_s, prior.exponent)
        prior_variances = (self.spectrum.squares_sr @ variances.float()).double()
        mean = float((prior_variances if scales is None else prior_variances * scales**2).mean())
        if not 0 < mean < inf:
            raise invalid_data(
                f"Cannot give a linear reward its prior: the mean squared difference of the pool's answers is {mean} in "
                "single precision; scale the features to a size near 1"
            )
        of_covariates = variances.new_full((self.covariates,), prior.covariate_variance)
        return torch.cat((variances * (exp(prior.log_variance) / mean), of_covariates)).sqrt()

    def scales(self, distances_n: torch.Tensor, exponent: float) -> torch.Tensor | None:
        """s of pairs at such distances; None: 1."""
        return None if exponent == 0 else Distance(exponent, self.typical).of(distances_n)

    def design(self, projected_nk: torch.Tensor, distances_n: torch.Tensor, prior: Prior) -> torch.Tensor:
        """Rows of N pairs (float64 N × (R + C)): the logit of a pair is its row times standard normal weights."""
        scales = self.scales(distances_n, prior.exponent)
        design = projected_nk * self.factors(prior)
        return design if scales is None else design * scales.unsqueeze(1)

