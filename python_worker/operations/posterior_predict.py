"""posterior.predict: reward differences of pairs under every sample of a posterior."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..base.errors import WorkerError
from ..context.context import Context, Reply
from ..posterior.contract.kept_posterior import KeptPosterior
from ..posterior.kept_posteriors import find_posterior
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import PosteriorPredictData, PosteriorPredictParams
from ..store.open_store import open_store
from ..tensors.row_tensor import row_tensor


def run(params: PosteriorPredictParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Logits r(a) − r(b), S × N, and what else the kind of posterior the handle names tells of pairs."""
    kept = _kept(params.posterior, context)
    pairs = row_tensor(tensors, "pairs", len(open_store(kept.store, context).responses_rd), 2)
    told = kept.predict(pairs, context)
    return Reply(PosteriorPredictData(samples=len(told["logits"]), pairs=len(pairs)), told)


def _kept(handle: str, context: Context) -> KeptPosterior:
    kept = find_posterior(handle, context)
    if kept is None:
        raise WorkerError(
            ErrorCode.UNAVAILABLE,
            f"Cannot predict with posterior '{handle}': this worker does not hold it, a fit before it is needed",
        )
    return kept
