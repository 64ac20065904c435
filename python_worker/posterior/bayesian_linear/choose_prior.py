"""The prior under which the labels at hand are most probable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from ..pairs.pair_terms import PairTerms
from .evidence import fit_weights, square_root
from .prior import Prior, Whitening

_POWERS = (0.0, 0.5, 1.0, 1.5, 2.0)
_COVARIATE_VARIANCES = (0.0, 0.25, 1.0, 4.0)
_LOG_VARIANCES = tuple(step / 2 for step in range(-4, 11))
# Logits moved by less leave the evidence as it is: the mode is a maximum.
_STILL = 1e-3


@dataclass(frozen=True)
class _Tried:
    """How good a prior is, and the logits of the pairs at the mode under it."""

    score: float
    logits_n: torch.Tensor


@dataclass(frozen=True)
class PriorSearch:
    """Labelled pairs (Δφ in the directions, then differences in covariates, float64 N × (R + C); distances N; targets and
    weights) and the exponents of the noise model that are offered, ascending."""

    projected_nk: torch.Tensor
    distances_n: torch.Tensor
    terms: PairTerms
    exponents: tuple[float, ...]
    whitening: Whitening

    def choose(self) -> Prior:
        """Climbs on a lattice of power, exponent and variances from its middle, a step in one of them at a time, to the
        largest ln evidence + ln plausibility."""
        covariate_variance = _COVARIATE_VARIANCES[1] if self.whitening.covariates else 0.0
        best = Prior(1.0, self.exponents[(len(self.exponents) - 1) // 2], 1.5, covariate_variance)
        known = {best: self._try(best, None)}
        while True:
            for prior in self._neighbours(best):
                if prior not in known:
                    known[prior] = self._try(prior, known[best].logits_n)
            better = max(known, key=lambda prior: known[prior].score)
            if not known[better].score > known[best].score:
                return best
            best = better

    def _try(self, prior: Prior, near_n: torch.Tensor | None) -> _Tried:
        design = square_root(self.whitening.design(self.projected_nk, self.distances_n, prior))
        fitted = fit_weights(design, self.terms, _STILL, near_n)
        return _Tried(fitted.evidence + prior.log_density(), design @ fitted.mean_r)

    def _neighbours(self, prior: Prior) -> Iterator[Prior]:
        lattices = {"log_variance": _LOG_VARIANCES, "power": _POWERS, "exponent": self.exponents}
        if self.whitening.covariates:
            lattices["covariate_variance"] = _COVARIATE_VARIANCES
        for name, lattice in lattices.items():
            at = lattice.index(getattr(prior, name))
            for neighbour in lattice[max(0, at - 1) : at] + lattice[at + 1 : at + 2]:
                yield replace(prior, **{name: neighbour})
