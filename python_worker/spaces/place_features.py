"""Features of places: prompts, pairs of responses, or pairs as a fitted head sees them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from ..base.errors import WorkerError, invalid_argument
from ..context.context import Context
from ..posterior.contract.kept_posterior import LatentPosterior
from ..posterior.kept_posteriors import find_posterior
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import FeatureSpaceRef
from ..store.open_store import open_store
from ..tensors.row_tensor import row_tensor


def place_features(
    space: FeatureSpaceRef, tensors: Mapping[str, np.ndarray], name: str, context: Context
) -> torch.Tensor:
    """Float32 N × D on the worker's device, for the rows of tensor `name`: N prompts, or N × 2 responses (a, b)."""
    store = open_store(space.store, context)
    if space.name == "prompt":
        rows = row_tensor(tensors, name, len(store.prompts_pd))
        return torch.from_numpy(store.prompt_rows(rows)).to(context.device)
    pairs = row_tensor(tensors, name, len(store.responses_rd), 2)
    if space.name == "latent":
        return _latent_posterior(space.posterior, context).latent(pairs, context)
    first, second = torch.from_numpy(pairs.astype(np.int64)).to(context.device).T
    return store.responses_rd[first].float() - store.responses_rd[second].float()


def _latent_posterior(handle: str | None, context: Context) -> LatentPosterior:
    if handle is None:
        raise invalid_argument("Cannot use space 'latent': no posterior is named, the handle of one is needed")
    kept = find_posterior(handle, context)
    if kept is None:
        raise WorkerError(
            ErrorCode.UNAVAILABLE,
            f"Cannot look into posterior '{handle}': this worker does not hold it, a fit before it is needed",
        )
    if not isinstance(kept, LatentPosterior):
        raise invalid_argument(f"Cannot look into posterior '{handle}': it has no hidden layers, reward heads are needed")
    return kept
