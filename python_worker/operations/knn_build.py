"""knn.build: the exact neighbour graph over some prompt rows, in a file."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..context import Context, Reply
from ..errors import invalid_argument
from ..knn.graph import build_graph
from ..protocol.messages import KnnBuildData, KnnBuildParams
from ..row_tensor import row_tensor
from ..safetensors_file import write_safetensors
from ..store.open_store import open_store


def run(params: KnnBuildParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Writes `ids`, `distances` and `radius` to `out`, whole or not at all."""
    start = time.monotonic()
    store = open_store(params.store, context)
    rows = row_tensor(tensors, "rows", len(store.prompts_pd))
    if not len(rows):
        raise invalid_argument(f"Cannot build neighbour graph '{params.out}': there are no rows, at least one is needed")
    graph = build_graph(store.prompt_rows(rows), params.neighbours, context, context.state.device)
    arrays = {"ids": graph.ids, "distances": graph.distances, "radius": graph.radius}
    return Reply(
        KnnBuildData(
            rows=len(rows),
            neighbours=graph.ids.shape[1],
            sha256=write_safetensors(Path(params.out), arrays),
            certified_rows=len(rows) - graph.widened,
            wall_seconds=time.monotonic() - start,
        )
    )
