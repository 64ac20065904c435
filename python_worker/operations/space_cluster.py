"""space.cluster: k-means over places."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..base.errors import invalid_argument
from ..context.context import Context, Reply
from ..protocol.messages import SpaceClusterData, SpaceClusterParams
from ..spaces.k_means import k_means
from ..spaces.place_features import place_features
from ..tensors.number_tensor import number_tensor
from ..tensors.row_tensor import row_tensor


def run(params: SpaceClusterParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """The cluster of every row."""
    features = place_features(params.space, tensors, "rows", context)
    learnt_on = row_tensor(tensors, "learntOn", len(features))
    draws = number_tensor(tensors, "draws", least=0.0, below=1.0)
    if len(features) and not (len(learnt_on) and len(draws)):
        found = f"there are {len(draws)} clusters to learn on {len(learnt_on)} rows"
        raise invalid_argument(f"Cannot cluster {len(features)} rows: {found}, at least one of each is needed")
    clusters = k_means(features, learnt_on, draws[: len(learnt_on)], params.iterations, context)
    return Reply(SpaceClusterData(rows=len(clusters), clusters=min(len(draws), len(learnt_on))), {"clusters": clusters})
