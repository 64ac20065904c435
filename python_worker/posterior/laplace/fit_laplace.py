"""Fits a Gaussian over the last layer of a trained head and draws from it."""

from __future__ import annotations

from dataclasses import replace

import torch

from ...base.errors import invalid_argument
from ...context.context import Context
from ..heads.head_body import HeadBody
from ..pairs.pair_differences import PairDifferences
from ..pairs.pair_features import PairFeatures
from .laplace_heads import LaplaceHeads
from .laplace_mode import find_mode

_MOST_BYTES = 1 << 30


def refuse_wide_last_layer(width: int) -> None:
    """Raises INVALID_ARGUMENT where a width × width matrix of float64 is too large to hold."""
    if 8 * width**2 <= _MOST_BYTES:
        return
    raise invalid_argument(
        f"Cannot approximate the posterior of the last layer: it has {width} weights, whose covariance takes "
        f"{8 * width**2 >> 20} MiB, at most {_MOST_BYTES >> 20} MiB "
        "(a smaller last entry of posterior.head.layers) are needed"
    )


def fit_laplace(
    body: HeadBody, labelled: PairFeatures, prior_precision: float, normal_sd: torch.Tensor, context: Context
) -> LaplaceHeads:
    """Draws a last layer for every row of standard normal numbers (float64, S × width).

    The Gaussian is the Laplace approximation of a Bradley–Terry model on the body's outputs, the first of a pair being
    the chosen one, with independent normal priors of mean 0 and precision λ: mean at the mode, covariance
    (Σ w c s²ΔφΔφᵀ + λI)⁻¹ with the pairs' weights w, scales s and curvatures c, p(1 − p) without ties. Raises INVALID_ARGUMENT where there is no mode.
    """
    blocks = body.blocks(labelled.features_rd, labelled.rows_r, context.check)
    outputs_rd = torch.cat([hidden for _rows, hidden in blocks])
    terms = labelled.terms
    differences = PairDifferences(outputs_rd, labelled.pairs_n2, context.check, scales_n=terms.scales_n)
    mode = find_mode(differences, prior_precision, replace(terms, scales_n=None))
    return LaplaceHeads(body, mode.weights_d + mode.precision.colour(normal_sd.to(outputs_rd.device)))
