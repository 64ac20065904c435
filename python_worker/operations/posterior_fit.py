"""posterior.fit: a posterior over reward functions, trained from scratch and kept under a handle."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
import numpy as np
from msgspec.structs import replace

from ..context import Context, Reply
from ..posterior.fit_request import FitRequest
from ..posterior.kept_posteriors import find_posterior, keep_posterior
from ..posterior.kinds import KINDS
from ..protocol.messages import PosteriorFitParams
from ..row_tensor import row_tensor
from ..store.open_store import open_store


def run(params: PosteriorFitParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Fits the kind asked for, or finds it fitted; equal requests give equal handles."""
    responses = open_store(params.store, context).responses_rd
    labelled, validation = (row_tensor(tensors, name, len(responses), 2) for name in ("labelled", "validation"))
    handle = _handle(params, labelled, validation)
    kept = find_posterior(handle, context)
    if kept is None:
        request = FitRequest(params, handle, responses, labelled, validation)
        kept = KINDS[request.kind].fit(request, context)
        keep_posterior(handle, kept, context)
    return Reply(kept.report)


def _handle(params: PosteriorFitParams, labelled: np.ndarray, validation: np.ndarray) -> str:
    """A name by content: everything that shapes the fit, but not where the store lies."""
    anywhere = replace(params, store=replace(params.store, path="-"))
    digest = hashlib.sha256(msgspec.json.encode(anywhere))
    for rows in (labelled, validation):
        digest.update(f"{rows.shape}".encode() + rows.tobytes())
    return digest.hexdigest()
