"""Fits on all labelled pairs but a part of them, each judged by that part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from ...context.context import Context
from ..contract.fit_request import FitRequest
from ..contract.kept_posterior import KeptPosterior
from ..pairs.labelled_pairs import LabelledPairs
from .prediction_loss import prediction_loss


@dataclass(frozen=True)
class HeldOutFit:
    """A fit on `learnt` pairs: the weighted sum of the losses of the pairs it is judged by (nats), the sum of their
    weights, and what the fit answered."""

    loss: float
    weight: float
    learnt: int
    report: msgspec.Struct


def held_out_fits(
    request: FitRequest,
    parts: Sequence[np.ndarray],
    fit_rest: Callable[[LabelledPairs, LabelledPairs], KeptPosterior],
    context: Context,
) -> Iterator[HeldOutFit]:
    """For every part (indices of labelled pairs) a fit by `fit_rest` of all other labelled pairs; its second argument is
    what the fit is judged by: the part, and then the validation pairs."""
    everything = np.arange(len(request.labelled))
    for part in parts:
        rest = request.labelled.at(np.setdiff1d(everything, part))
        held_out = request.labelled.at(part).joined(request.validation)
        fitted = fit_rest(rest, held_out)
        weight = float(held_out.weights.sum())
        loss = prediction_loss(fitted, held_out, request.params.ties, context) * weight
        yield HeldOutFit(loss, weight, len(rest), fitted.report)


def mean_loss(fits: Sequence[HeldOutFit]) -> float:
    """Weighted mean loss of all pairs that were held out, nats; 0 without any."""
    loss = weight = 0.0
    for each in fits:
        loss += each.loss
        weight += each.weight
    return loss / weight if fits else 0.0
