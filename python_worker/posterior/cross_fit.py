"""Learns from held-out parts of the labels when training is to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..context import Context
from .fit_request import FitRequest
from .kept_posterior import KeptPosterior
from .prediction_loss import prediction_loss

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
        return fit(request.with_exponent(exponents[0], [0.0] * (len(exponents) if len(exponents) > 1 else 0)), context)
    tried = [_cross_fit(request.with_exponent(exponent), parts, fit, context) for exponent in exponents]
    losses = [each.loss for each in tried]
    best = int(np.argmin(losses))
    chosen = request.with_exponent(exponents[best], losses if len(exponents) > 1 else ())
    return fit(replace(chosen, validation=request.validation.at(np.arange(0)), last_step=tried[best].last_step), context)


@dataclass(frozen=True)
class _CrossFitted:
    """Mean loss of the held-out pairs, and the step at which a fit on all of them is to stop."""

    loss: float
    last_step: int


def _cross_fit(request: FitRequest, parts: list[np.ndarray], fit: _Fit, context: Context) -> _CrossFitted:
    count, ties = len(request.labelled), request.params.ties
    total, judged, steps = 0.0, 0, []
    for part in parts:
        rest = np.setdiff1d(np.arange(count), part)
        held_out = request.labelled.at(part).joined(request.validation)
        fitted = fit(replace(request, labelled=request.labelled.at(rest), validation=held_out), context)
        total += prediction_loss(fitted, held_out, ties, context) * len(held_out)
        judged += len(held_out)
        steps += [member.best_step * count / len(rest) for member in fitted.report.members]
    return _CrossFitted(total / judged, max(1, round(float(np.median(steps)))))
