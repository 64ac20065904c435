"""external.fit: a user's own model, made, fitted and kept under a handle."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from msgspec.structs import replace

from ..context.context import Context, Reply
from ..posterior.custom.external_posterior import ExternalPosterior, user_code_of
from ..posterior.custom.user_model import UserModelClass
from ..posterior.kept_posteriors import find_posterior, keep_posterior
from ..protocol.messages import ExternalFitParams
from ..store.open_store import open_store
from ..tensors.row_tensor import row_tensor


def run(params: ExternalFitParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Fits the model, or finds it; equal requests give equal handles. A model that never learns is made once."""
    responses = open_store(params.store, context).responses_rd
    labelled, validation = (row_tensor(tensors, name, len(responses), 2) for name in ("labelled", "validation"))
    model_class = UserModelClass.load(user_code_of(params))
    if not model_class.learns:
        params, labelled, validation = replace(params, round=0), labelled[:0], validation[:0]
    handle = _handle(params, labelled, validation)
    kept = find_posterior(handle, context)
    if kept is None:
        kept = ExternalPosterior(params, model_class, context)
        kept.fit(labelled, validation, handle, context)
        keep_posterior(handle, kept, context)
    return Reply(kept.report)


def _handle(params: ExternalFitParams, labelled: np.ndarray, validation: np.ndarray) -> str:
    """A name by content: everything that shapes the fit, but not where file and store lie."""
    anywhere = replace(params, store=replace(params.store, path="-"), module=Path(params.module).name)
    digest = hashlib.sha256(msgspec.json.encode(anywhere))
    for rows in (labelled, validation):
        digest.update(f"{rows.shape}".encode() + rows.tobytes())
    return digest.hexdigest()
