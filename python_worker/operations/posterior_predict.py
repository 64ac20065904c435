"""posterior.predict: reward differences of pairs under every sample of a posterior."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..context import Context, Reply
from ..errors import WorkerError, invalid_argument
from ..posterior.kept_posterior import KeptPosterior
from ..posterior.pair_features import PairFeatures
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import PosteriorPredictData, PosteriorPredictParams
from ..row_tensor import row_tensor
from ..store.open_store import open_store


def run(params: PosteriorPredictParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Logits r(a) − r(b), S × N; each response is scored once, however many pairs hold it."""
    kept = _kept(params.posterior, context)
    responses = open_store(kept.store, context).responses_rd
    pairs = row_tensor(tensors, "pairs", len(responses), 2)
    logits = PairFeatures.refer(responses, pairs).logits(kept.heads, context.check).cpu().contiguous().numpy()
    _check_finite(logits, params.posterior)
    return Reply(PosteriorPredictData(samples=kept.heads.members, pairs=len(pairs)), {"logits": logits})


def _check_finite(logits_sn: np.ndarray, handle: str) -> None:
    bad = np.flatnonzero(~np.isfinite(logits_sn).all(axis=1))
    if len(bad):
        raise invalid_argument(
            f"Cannot predict with posterior '{handle}': the logits of sample {bad[0]} are not finite, "
            "a smaller learning rate or other features are needed"
        )


def _kept(handle: str, context: Context) -> KeptPosterior:
    kept = context.state.posteriors.get(handle)
    if kept is None:
        raise WorkerError(
            ErrorCode.UNAVAILABLE,
            f"Cannot predict with posterior '{handle}': this worker does not hold it, a fit before it is needed",
        )
    return kept
