"""store.open: a feature store, checked and resident."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..context.context import Context, Reply
from ..protocol.messages import StoreOpenData, StoreOpenParams
from ..store.open_store import open_store


def run(params: StoreOpenParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Sizes of the store and the device its responses lie on."""
    store = open_store(params.store, context)
    prompts, responses = store.prompts_pd.shape, store.responses_rd.shape
    return Reply(
        StoreOpenData(
            prompts=prompts[0],
            responses=responses[0],
            prompt_dimension=prompts[1],
            response_dimension=responses[1],
            device=str(store.responses_rd.device),
        )
    )
