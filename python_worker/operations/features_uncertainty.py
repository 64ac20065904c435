"""features.uncertainty: next-token entropies over the answers of a dataset, as columns of its items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesUncertaintyParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesUncertaintyParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Sizes and hash of the file of columns that now lies at `params.out`."""
    from ..extraction.uncertainty import compute_uncertainty

    return Reply(compute_uncertainty(params, context))
