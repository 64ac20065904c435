"""The deep ensemble as a posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..context import Context
from ..protocol.messages import PosteriorFitData, PosteriorFitParams, StoreRef
from ..store.open_store import open_store
from .fit_ensemble import fit_ensemble
from .fit_request import FitRequest, kind_of
from .head_logits import head_logits
from .kept_posterior import Snapshot
from .reward_heads import RewardHeads


@dataclass(frozen=True)
class DeepEnsemble:
    """Heads, what they were asked to be and how their learning went."""

    heads: RewardHeads
    params: PosteriorFitParams
    report: PosteriorFitData

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> DeepEnsemble:
        """Trains the members together, each from streams of its own."""
        kind = request.params.kind
        fitted = fit_ensemble(request.training(kind.members, shared=kind.initialisation == "reference"), context)
        return cls(fitted.heads, request.params, request.answer(kind.members, fitted.reports))

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> DeepEnsemble:
        """The posterior a snapshot was taken of, equal to the last bit."""
        params, flat = snapshot.params, snapshot.tensors["heads"].to(context.state.device)
        dimension = open_store(params.store, context).responses_rd.shape[1]
        heads = RewardHeads.over(flat, snapshot.report.samples, [dimension, *params.head.layers, 1], params.head.activation)
        return cls(heads, params, snapshot.report)

    @property
    def store(self) -> StoreRef:
        """The store whose responses the heads judge."""
        return self.params.store

    @property
    def nbytes(self) -> int:
        """Bytes of the heads."""
        return self.heads.nbytes

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone. Raises INVALID_ARGUMENT for NaN."""
        return {"logits": head_logits(self, self.heads, pairs_n2, context)}

    def snapshot(self, context: Context) -> Snapshot:
        """The heads' numbers."""
        return Snapshot(kind_of(self.params), self.params, self.report, {"heads": self.heads.flat})
