"""Chooses the exponent of a noise model by what it predicts of pairs it was not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import numpy as np

from ...context.context import Context
from ...protocol.messages import NoiseReport
from ..contract.fit_request import FitRequest
from ..contract.kept_posterior import KeptPosterior
from ..pairs.labelled_pairs import LabelledPairs
from .held_out_fits import held_out_fits, mean_loss
from .prediction_loss import prediction_loss

_Fit = Callable[[FitRequest, Context], KeptPosterior]


def fit_best_exponent(request: FitRequest, fit: _Fit, context: Context) -> KeptPosterior:
    """The fit itself where nothing is to be chosen; else the one whose exponent has the smallest mean loss.

    The loss is that of the posterior's mean probability on the validation pairs; without validation pairs it is
    cross-fitted over folds of the labelled ones, and the chosen exponent is fitted on all of them. The first of equals
    is taken.
    """
    exponents = request.exponents
    if len(exponents) < 2:
        return fit(request, context)
    if len(request.validation):
        return _by_validation(request, fit, exponents, context)
    losses = [_cross_fitted_loss(request.with_exponent(exponent), fit, context) for exponent in exponents]
    return fit(request.with_exponent(exponents[int(np.argmin(losses))], losses), context)


def _by_validation(request: FitRequest, fit: _Fit, exponents: Sequence[float], context: Context) -> KeptPosterior:
    fitted = [fit(request.with_exponent(exponent), context) for exponent in exponents]
    losses = [prediction_loss(each, request.validation, request.params.ties, context) for each in fitted]
    best = int(np.argmin(losses))
    noise = NoiseReport(exponent=exponents[best], losses=losses)
    return replace(fitted[best], report=msgspec.structs.replace(fitted[best].report, noise=noise))


def _cross_fitted_loss(request: FitRequest, fit: _Fit, context: Context) -> float:
    """Mean loss of every labelled pair under a fit that has not seen its fold; 0 of a single pair."""
    parts = request.parts(request.params.noise.folds)

    def fit_rest(rest: LabelledPairs, _: LabelledPairs) -> KeptPosterior:
        return fit(replace(request, labelled=rest), context)

    return mean_loss(list(held_out_fits(request, parts, fit_rest, context)))
