"""The neighbour graph on one thread, checked against direct float64 distances.

    python bench/knn.py [rows] [dimension]          18000 4096 unless told
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_worker.context.context import Context  # noqa: E402
from python_worker.neighbours.graph import NeighbourGraph, build_graph  # noqa: E402

_NEIGHBOURS = 48
_SAMPLED = 64


def clustered(rows: int, dimension: int) -> np.ndarray:
    """Rows around 300 centres, a few far dimensions like those of language models, and 1 % near-duplicates."""
    rng = np.random.default_rng(9)
    centres = rng.standard_normal((300, dimension), np.float32)
    features = centres[rng.integers(0, 300, rows)] + 0.4 * rng.standard_normal((rows, dimension), np.float32)
    features[:, :4] += 40
    copies = rng.integers(0, rows, rows // 100)
    features[: len(copies)] = features[copies] + 1e-3 * rng.standard_normal((len(copies), dimension), np.float32)
    return features


def wrong_rows(features: np.ndarray, graph: NeighbourGraph) -> int:
    """Sampled rows whose neighbours are not those of direct float64 distances."""
    rows = np.random.default_rng(17).choice(len(features), min(_SAMPLED, len(features)), replace=False)
    return sum(not _is_right(features, graph, row) for row in rows)


def _is_right(features: np.ndarray, graph: NeighbourGraph, row: int) -> bool:
    distances = np.sqrt(((features - features[row].astype(np.float64)) ** 2).sum(axis=1))
    keys = np.where(np.arange(len(features)) == row, -1.0, distances)
    nearest = np.lexsort((np.arange(len(features)), keys))[: graph.ids.shape[1]]
    listed = set(graph.ids[row].tolist())
    near = set(np.flatnonzero(distances < graph.radius[row] * (1 - 1e-12)).tolist())
    same = np.allclose(graph.distances[row], distances[nearest], rtol=1e-12, atol=0)
    return same and listed == set(nearest.tolist()) and near <= listed


def main() -> None:
    torch.set_num_threads(1)
    rows, dimension = (int(text) for text in (sys.argv[1:] + ["18000", "4096"][len(sys.argv) - 1 :])[:2])
    features = clustered(rows, dimension)
    wall, cpu = time.perf_counter(), time.process_time()
    graph = build_graph(features, _NEIGHBOURS, Context.offline())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{rows} x {dimension}, K {graph.ids.shape[1]}, one thread: {wall:.1f} s wall, {cpu:.1f} s of CPU")
    print(f"rows proven by the first shortlist: {rows - graph.widened} of {rows}; the others widened until proven")
    print(f"sampled rows that differ from direct float64 distances: {wrong_rows(features, graph)} of {_SAMPLED}")


if __name__ == "__main__":
    main()
