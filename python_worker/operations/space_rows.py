"""space.rows: features of some places."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..context.context import Context, Reply
from ..protocol.messages import SpaceRowsData, SpaceRowsParams
from ..spaces.place_features import place_features


def run(params: SpaceRowsParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Features N × D, float32."""
    features = place_features(params.space, tensors, "rows", context).cpu().contiguous().numpy()
    return Reply(SpaceRowsData(rows=len(features), dimension=features.shape[1]), {"features": features})
