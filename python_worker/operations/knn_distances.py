"""knn.distances: from a few prompt rows to all, by the routine that made the graph."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..context import Context, Reply
from ..knn.distances import distances_from
from ..protocol.messages import KnnDistancesData, KnnDistancesParams
from ..row_tensor import row_tensor
from ..store.open_store import open_store


def run(params: KnnDistancesParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Distances Q × U, equal to the graph's to the last bit."""
    store = open_store(params.store, context)
    rows = row_tensor(tensors, "rows", len(store.prompts_pd))
    queries = row_tensor(tensors, "queries", len(rows))
    features, everything = store.lazy_prompt_rows(rows), np.arange(len(rows))
    distances = np.empty((len(queries), len(rows)))
    for position, query in enumerate(queries):
        context.check()
        distances[position] = distances_from(features[query], features, everything)
    return Reply(KnnDistancesData(queries=len(queries)), {"distances": distances})
