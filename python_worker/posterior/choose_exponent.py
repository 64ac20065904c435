"""Chooses the exponent of a noise model by what it predicts of pairs it was not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import numpy as np
import torch

from ..context import Context
from ..protocol.messages import DistanceNoise, NoiseReport
from ..seeding import torch_generator
from .fit_request import FitRequest
from .kept_posterior import KeptPosterior
from .labelled_pairs import LabelledPairs

_Fit = Callable[[FitRequest, Context], KeptPosterior]


def fit_best_exponent(request: FitRequest, fit: _Fit, context: Context) -> KeptPosterior:
    """The fit itself where nothing is to be chosen; else the one whose exponent has the smallest mean loss.

    The loss is that of the posterior's mean probability on the validation pairs; without validation pairs it is
    cross-fitted over folds of the labelled ones, and the chosen exponent is fitted on all of them. The first of equals
    is taken.
    """
    noise = request.params.noise
    if not isinstance(noise, DistanceNoise) or len(noise.exponents) == 1:
        return fit(request, context)
    if len(request.validation):
        return _by_validation(request, fit, noise.exponents, context)
    losses = [_cross_fitted_loss(request.with_exponent(exponent), fit, noise.folds, context) for exponent in noise.exponents]
    return fit(request.with_exponent(noise.exponents[int(np.argmin(losses))], losses), context)


def _by_validation(request: FitRequest, fit: _Fit, exponents: Sequence[float], context: Context) -> KeptPosterior:
    fitted = [fit(request.with_exponent(exponent), context) for exponent in exponents]
    losses = [_mean_loss(each, request.validation, context) for each in fitted]
    best = int(np.argmin(losses))
    noise = NoiseReport(exponent=exponents[best], losses=losses)
    return replace(fitted[best], report=msgspec.structs.replace(fitted[best].report, noise=noise))


def _cross_fitted_loss(request: FitRequest, fit: _Fit, folds: int, context: Context) -> float:
    """Mean loss of every labelled pair under a fit that has not seen its fold."""
    count = len(request.labelled)
    if count < 2:
        return 0.0
    stream = torch_generator((request.params.seed, "folds", request.params.round))
    order = torch.randperm(count, generator=stream).numpy()
    total = 0.0
    for fold in np.array_split(order, min(folds, count)):
        rest = np.setdiff1d(order, fold)
        fitted = fit(replace(request, labelled=request.labelled.at(rest)), context)
        total += _mean_loss(fitted, request.labelled.at(fold), context) * len(fold)
    return total / count


def _mean_loss(fitted: KeptPosterior, pairs: LabelledPairs, context: Context) -> float:
    """Weighted mean of −[t ln p̄ + (1 − t) ln(1 − p̄)], nats, p̄ the mean over samples."""
    logits_sn = torch.from_numpy(fitted.predict(pairs.rows_n2, context)["logits"]).double()
    samples = np.log(len(logits_sn))
    first, second = (torch.logsumexp(torch.nn.functional.logsigmoid(sign * logits_sn), dim=0) - samples for sign in (1, -1))
    losses = -(pairs.targets * first + (1 - pairs.targets) * second)
    return float((pairs.weights * losses).sum() / pairs.weights.sum())
