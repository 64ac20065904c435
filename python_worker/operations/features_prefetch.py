"""features.prefetch: the files an extraction reads of a model, brought into the cache and hashed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesPrefetchParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesPrefetchParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """What was missing, where it lies, and every file with its size and hash."""
    from ..models.files.prefetch import prefetch

    return Reply(prefetch(params, context))
