"""The Laplace approximation of a logistic model under a standard normal prior, and its evidence."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...base.errors import invalid_data
from ..pairs.pair_terms import PairTerms

_MOST_STEPS = 100
_SMALLEST_SHARE = 1e-6
# Relative to the mean prior variance of a logit; pairs that stand twice make their kernel singular.
_JITTER = 1e-10


@dataclass(frozen=True)
class WeightPosterior:
    """A normal distribution over weights: its mean (R), the lower Cholesky factor of its precision (R × R), and the
    logarithm of the evidence of the labels, nats; float64."""

    mean_r: torch.Tensor
    lower_rr: torch.Tensor
    evidence: float


def fit_weights(
    design_nr: torch.Tensor, terms: PairTerms, still: float = 1e-6, near_n: torch.Tensor | None = None
) -> WeightPosterior:
    """The Laplace approximation at the mode of Σ losses(X·w) + ‖w‖²/2, found by damped Newton steps.

    `near_n` are logits to begin near (those of a like model); without, it begins at 0. It has converged once a step moves
    no logit by more than `still`. ln evidence = −Σ losses − ‖w‖²/2 − ½ ln det H (MacKay 1992), H = XᵀWX + I. Raises
    INVALID_DATA where it does not converge.
    """
    weights = torch.zeros(design_nr.shape[1], dtype=torch.float64, device=design_nr.device)
    if near_n is not None:
        weights = _nearest(design_nr, terms, near_n)
    for _ in range(_MOST_STEPS):
        logits = design_nr @ weights
        gradient = design_nr.T @ terms.slopes(logits) + weights
        lower = _factor(_hessian(design_nr, terms, logits))
        step = -torch.cholesky_solve(gradient.unsqueeze(1), lower).squeeze(1)
        weights = weights + _share(design_nr, terms, weights, step) * step
        if float((design_nr @ step).abs().max()) <= still:
            return WeightPosterior(weights, lower, _evidence(design_nr, terms, weights, lower))
    raise invalid_data(
        f"Cannot fit a linear reward: Newton's method has not converged in {_MOST_STEPS} steps on "
        f"{len(design_nr)} pairs; give features of a smaller range"
    )


def square_root(design_nr: torch.Tensor) -> torch.Tensor:
    """A matrix N × min(N, R) of the same X·Xᵀ, so that fewer pairs than directions cost no more than their number."""
    count, rank = design_nr.shape
    if count >= rank:
        return design_nr
    kernel = design_nr @ design_nr.T
    kernel.diagonal().add_(_JITTER * kernel.diagonal().mean() + torch.finfo(torch.float64).tiny)
    lower, failed = torch.linalg.cholesky_ex(kernel)
    return design_nr if failed else lower


def _nearest(design_nr: torch.Tensor, terms: PairTerms, logits_n: torch.Tensor) -> torch.Tensor:
    """The minimum of the quadratic that the objective is like at the logits, which need not be any weights' own."""
    lower = _factor(_hessian(design_nr, terms, logits_n))
    target = design_nr.T @ (terms.curvatures(logits_n) * logits_n - terms.slopes(logits_n))
    return torch.cholesky_solve(target.unsqueeze(1), lower).squeeze(1)


def _hessian(design_nr: torch.Tensor, terms: PairTerms, logits_n: torch.Tensor) -> torch.Tensor:
    hessian = design_nr.T @ (design_nr * terms.curvatures(logits_n).unsqueeze(1))
    hessian.diagonal().add_(1.0)
    return hessian


def _factor(hessian_rr: torch.Tensor) -> torch.Tensor:
    lower, failed = torch.linalg.cholesky_ex(hessian_rr)
    if failed or not lower.isfinite().all():
        raise invalid_data(
            "Cannot fit a linear reward: its Hessian is singular to working precision; give labels of less extreme weights "
            "or features of a smaller range"
        )
    return lower


def _share(design_nr: torch.Tensor, terms: PairTerms, weights_r: torch.Tensor, step_r: torch.Tensor) -> float:
    """The largest of 1, ½, ¼, … by which a step does not raise the objective."""
    before, share = _objective(design_nr, terms, weights_r), 1.0
    while share > _SMALLEST_SHARE and _objective(design_nr, terms, weights_r + share * step_r) > before + 1e-12:
        share /= 2
    return share


def _objective(design_nr: torch.Tensor, terms: PairTerms, weights_r: torch.Tensor) -> float:
    return float(terms.losses(design_nr @ weights_r, threshold=40).sum() + weights_r @ weights_r / 2)


def _evidence(design_nr: torch.Tensor, terms: PairTerms, weights_r: torch.Tensor, lower_rr: torch.Tensor) -> float:
    return -_objective(design_nr, terms, weights_r) - float(lower_rr.diagonal().log().sum())
