"""knn.distances: from a few prompt rows to all, by the routine that made the graph."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..context.context import Context, Reply
from ..neighbours.distances import distances_from
from ..neighbours.prompt_rows import prompt_rows
from ..protocol.messages import KnnDistancesData, KnnDistancesParams
from ..tensors.row_tensor import row_tensor


def run(params: KnnDistancesParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Distances Q × U, equal to the graph's to the last bit."""
    features = prompt_rows(params.store, tensors, context)
    queries = row_tensor(tensors, "queries", len(features))
    everything = np.arange(len(features))
    distances = np.empty((len(queries), len(features)))
    for position, query in enumerate(queries):
        context.check()
        distances[position] = distances_from(features[query], features, everything)
    return Reply(KnnDistancesData(queries=len(queries)), {"distances": distances})
