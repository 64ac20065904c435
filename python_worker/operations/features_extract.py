"""features.extract: the texts of a dataset, embedded into a feature store on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context import Context, Reply
from ..protocol.messages import FeaturesExtractParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesExtractParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Sizes, truncations and padding of the store that now lies at `params.out`."""
    from ..features.extract import extract_features

    return Reply(extract_features(params, context))
