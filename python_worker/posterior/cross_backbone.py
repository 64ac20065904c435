"""A member of an ensemble whose members have a feature store each."""

from __future__ import annotations

from ..context.context import Context
from .contract.fit_request import FitRequest
from .deep_ensemble import DeepEnsemble
from .training.fit_ensemble import fit_ensemble


def fit_member(request: FitRequest, context: Context) -> DeepEnsemble:
    """Trains one head from the streams that the member of its number has in a deep ensemble."""
    fitted = fit_ensemble(request.training(1, first=request.params.kind.member), context)
    return DeepEnsemble(fitted.heads, request.params, request.answer(1, fitted.reports))
