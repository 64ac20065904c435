"""Learns from held-out parts of the labels when training is to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...context.context import Context
from ..contract.fit_request import FitRequest
from ..contract.kept_posterior import KeptPosterior
from ..pairs.labelled_pairs import LabelledPairs
from .held_out_fits import held_out_fits, mean_loss

_Fit = Callable[[FitRequest, Context], KeptPosterior]


def fit_cross_fitted(request: FitRequest, folds: int, fit: _Fit, context: Context) -> KeptPosterior:
    """A fit on all labelled pairs that stops where fits on parts of them were best, under the exponent that was best.

    Every part is held out once; with the validation pairs, if there are any, it stops the members that are fitted on the
    rest of n' pairs, and gives the loss that exponents are compared by (the first of equals is taken). The last fit has no
    validation: all its members stop at the median of the best steps times n/n', rounded, within 1 and the last epoch's end.
    A single pair is trained on to the last epoch, under the first exponent.
    """
    exponents = request.exponents or [None]
    parts = request.parts(folds)
    if not parts:
        return fit(request.with_exponent(exponents[0], _told([0.0 for _ in exponents])), context)
    tried = [_cross_fit(request.with_exponent(exponent), parts, fit, context) for exponent in exponents]
    losses = [each.loss for each in tried]
    best = int(np.argmin(losses))
    chosen = request.with_exponent(exponents[best], _told(losses))
    return fit(replace(chosen, validation=request.validation.at(np.arange(0)), last_step=tried[best].last_step), context)


def _told(losses: Sequence[float]) -> Sequence[float]:
    """The losses that a report tells: none where there was nothing to choose among."""
    return losses if len(losses) > 1 else ()


@dataclass(frozen=True)
class _CrossFitted:
    """Weighted mean loss of the held-out pairs, and the step at which a fit on all of them is to stop."""

    loss: float
    last_step: int


def _cross_fit(request: FitRequest, parts: Sequence[np.ndarray], fit: _Fit, context: Context) -> _CrossFitted:
    def fit_rest(rest: LabelledPairs, held_out: LabelledPairs) -> KeptPosterior:
        return fit(replace(request, labelled=rest, validation=held_out), context)

    fits = list(held_out_fits(request, parts, fit_rest, context))
    count = len(request.labelled)
    steps = [member.best_step * count / each.learnt for each in fits for member in each.report.members]
    return _CrossFitted(mean_loss(fits), max(1, round(float(np.median(steps)))))
