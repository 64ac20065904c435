"""features.verify: a sample of a store's texts, embedded again and compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesVerifyParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesVerifyParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """How far the features of the sample are from those in the store."""
    from ..extraction.verify import verify_store

    return Reply(verify_store(params, context))
