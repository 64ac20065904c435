"""features.embed: the texts of a dataset, embedded by a user's function into a feature store on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesEmbedParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesEmbedParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Sizes of the store that now lies at `params.out`."""
    from ..features.embed_with_function import embed_with_function

    return Reply(embed_with_function(params, context))
