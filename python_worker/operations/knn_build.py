"""knn.build: the exact neighbour graph over some prompt rows, in a file."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..base.errors import invalid_argument
from ..base.safetensors_file import write_safetensors
from ..context.context import Context, Reply
from ..neighbours.graph import build_graph
from ..neighbours.prompt_rows import prompt_rows
from ..protocol.messages import KnnBuildData, KnnBuildParams
from ..store.lazy_rows import LazyRows


def run(params: KnnBuildParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Writes `ids`, `distances` and `radius` to `out`, whole or not at all."""
    start = time.monotonic()
    features = prompt_rows(params.store, tensors, context)
    if not len(features):
        raise invalid_argument(f"Cannot build neighbour graph '{params.out}': there are no rows, at least one is needed")
    graph = build_graph(_whole(features), params.neighbours, context, context.state.device)
    arrays = {"ids": graph.ids, "distances": graph.distances, "radius": graph.radius}
    return Reply(
        KnnBuildData(
            rows=len(features),
            neighbours=graph.ids.shape[1],
            sha256=write_safetensors(Path(params.out), arrays),
            certified_rows=len(features) - graph.widened,
            wall_seconds=time.monotonic() - start,
        )
    )


def _whole(features_ud: np.ndarray | LazyRows) -> np.ndarray:
    """All rows at once; copied where they came in a message, whose arrays torch would warn of as not writable."""
    whole = features_ud[:]
    return whole if whole.flags.writeable else whole.copy()
