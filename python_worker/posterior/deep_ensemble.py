"""The deep ensemble as a posterior."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..context.context import Context
from .contract.fit_request import FitRequest
from .contract.head_posterior import HeadPosterior, restored_heads
from .contract.kept_posterior import Snapshot
from .training.fit_ensemble import fit_ensemble


class DeepEnsemble(HeadPosterior):
    """Heads of independent initialisation and data order, each a sample."""

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> DeepEnsemble:
        """Trains the members together, each from streams of its own."""
        kind = request.params.kind
        fitted = fit_ensemble(request.training(kind.members, shared=kind.initialisation == "reference"), context)
        return cls(fitted.heads, request.params, request.answer(kind.members, fitted.reports))

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> DeepEnsemble:
        """The posterior a snapshot was taken of, equal to the last bit."""
        heads = restored_heads(snapshot, context, members=snapshot.report.samples)
        return cls(heads, snapshot.params, snapshot.report)

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone. Raises INVALID_ARGUMENT for NaN."""
        return {"logits": self._finite(self._pairs(pairs_n2, context).logits(self.heads, context.check))}
