"""pairs.distances: how far apart the two responses of each pair are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..context.context import Context, Reply
from ..protocol.messages import PairsDistancesData, PairsDistancesParams
from ..store.open_store import open_store
from ..store.pair_distances import PairDistances
from ..tensors.row_tensor import row_tensor


def run(params: PairsDistancesParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Distances of N pairs of response features, float64."""
    responses = open_store(params.store, context).responses_rd
    pairs = row_tensor(tensors, "pairs", len(responses), 2)
    distances = PairDistances(responses, pairs, context.check).values().cpu().numpy()
    return Reply(PairsDistancesData(pairs=len(pairs)), {"distances": distances})
