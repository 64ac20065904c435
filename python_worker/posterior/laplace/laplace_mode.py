"""The most probable last layer of a Bradley–Terry model under a Gaussian prior."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...base.errors import invalid_argument
from ..pairs.pair_differences import PairDifferences
from ..pairs.pair_terms import PLAIN, PairTerms
from .laplace_precision import LaplacePrecision

_MOST_STEPS = 200
# Distance to the mode in posterior standard deviations; one step from here is exact to rounding.
_NEAR = 1e-6
# Logits of separable pairs without a prior go on growing by about 1 a step, however near zero the gradient is.
_STILL = 1e-3


@dataclass(frozen=True)
class LaplaceMode:
    """The weights (D, float64) and the precision of the Laplace approximation there."""

    weights_d: torch.Tensor
    precision: LaplacePrecision


def find_mode(differences: PairDifferences, prior_precision: float, terms: PairTerms = PLAIN) -> LaplaceMode:
    """Minimises the losses of the margins w·Δ under the pairs' targets and weights, plus λ‖w‖²/2, by Newton's method.

    With plain terms the loss of a pair is log(1 + exp(−w·Δ)): the first of it is the chosen one.

    Raises INVALID_ARGUMENT where there is no such minimum: a singular Hessian or separable pairs with λ = 0.
    """
    objective = _Objective(differences, prior_precision, terms)
    weights = torch.zeros(differences.dimension, dtype=torch.float64, device=differences.features_rd.device)
    margins = torch.zeros(len(differences), dtype=torch.float64, device=weights.device)
    for _ in range(_MOST_STEPS):
        gradient = objective.gradient(weights, margins)
        step = -objective.precision(margins).solve(gradient)
        change, distance = differences.times(step), max(0.0, float(-(gradient @ step))) ** 0.5
        share = 1.0 if distance <= _NEAR else objective.share((weights, margins), (step, change), distance)
        weights, margins = weights + share * step, margins + share * change
        if distance <= _NEAR and float(change.abs().max()) <= _STILL:
            return LaplaceMode(weights, objective.precision(differences.times(weights)))
    raise invalid_argument(
        f"Cannot approximate the posterior of the last layer: Newton's method has not converged in {_MOST_STEPS} steps "
        "(separable pairs have no most probable weights), a larger posterior.laplace.priorPrecision is needed"
    )


_Point = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class _Objective:
    """The negative log posterior of weights whose margins w·Δ are known."""

    differences: PairDifferences
    prior_precision: float
    terms: PairTerms

    def value(self, weights: torch.Tensor, margins: torch.Tensor) -> float:
        losses = self.terms.losses(margins, threshold=40)
        return float(losses.sum() + self.prior_precision / 2 * weights @ weights)

    def gradient(self, weights: torch.Tensor, margins: torch.Tensor) -> torch.Tensor:
        return self.prior_precision * weights + self.differences.transposed_times(self.terms.slopes(margins))

    def precision(self, margins: torch.Tensor) -> LaplacePrecision:
        hessian = self.differences.gram(self.terms.curvatures(margins))
        hessian.diagonal().add_(self.prior_precision)
        return LaplacePrecision.factor(hessian)

    def share(self, point: _Point, step: _Point, distance: float) -> float:
        """The largest of 1, ½, ¼, … by which a step lowers the objective as a convex function's should."""
        before, share = self.value(*point), 1.0
        while share > 1e-12:
            after = self.value(*(value + share * change for value, change in zip(point, step, strict=True)))
            if after <= before - 1e-4 * share * distance**2 + 1e-14 * abs(before):
                break
            share /= 2
        return share
