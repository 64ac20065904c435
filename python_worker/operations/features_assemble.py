"""features.assemble: parts of an import become a feature store on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesAssembleParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesAssembleParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """The id of the store that now lies at `params.out`."""
    from ..feature_import.assemble_store import assemble_store

    return Reply(assemble_store(params, tensors, context))
