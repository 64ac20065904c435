"""features.merge: parts of an extraction, assembled into feature stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesMergeParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesMergeParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Ids and sizes of the stores that now lie at `params.out`, truncations and padding."""
    from ..extraction.merge import merge_parts

    return Reply(merge_parts(params, context))
