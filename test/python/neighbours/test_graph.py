"""The graph equals brute force, and its radius never promises too much."""

import numpy as np
import pytest
import torch

from python_worker.base.errors import Cancelled
from python_worker.context.context import Context
from python_worker.neighbours.distances import distances_from
from python_worker.neighbours.graph import build_graph
from python_worker.neighbours.shortlist import Shortlist


def normal(rows, dimension, seed=1):
    return np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)


def near_duplicates(scale):
    """Ten far points with 30 copies each that differ by `scale` of their length."""
    return np.repeat(normal(10, 24), 30, axis=0) * 50 + 50 * scale * normal(300, 24, 2)


WORLDS = {
    "scattered rows": normal(300, 24),
    "one dimension": normal(200, 1),
    "near-duplicates at 1e-3": near_duplicates(1e-3),
    "near-duplicates at 1e-6": near_duplicates(1e-6),
    "identical rows": np.repeat(normal(5, 8), 40, axis=0),
    "every row the same": np.ones((100, 6), np.float32),
    "a grid full of ties": np.stack(np.meshgrid(*[np.arange(6, dtype=np.float32)] * 3), axis=-1).reshape(-1, 3),
    "far from the origin": normal(200, 16) + 1e4,
    "float16 values": normal(300, 24).astype(np.float16).astype(np.float32),
    "values whose squares overflow": normal(100, 8) * np.float32(1e25),
    "some values whose squares overflow": normal(100, 8) * np.float32(1.5e18),
    "values whose squares vanish": normal(100, 8) * np.float32(1e-25),
}


def brute_force(features, neighbours):
    ids = np.arange(len(features))
    distances = np.stack([distances_from(row, features, ids) for row in features])
    order = np.stack([np.lexsort((ids, np.where(ids == row, -1.0, distances[row]))) for row in ids])[:, :neighbours]
    return distances, order


@pytest.mark.parametrize("features", WORLDS.values(), ids=WORLDS.keys())
@pytest.mark.parametrize("neighbours", [1, 5, 20])
def test_build_graph_equals_brute_force(features, neighbours):
    graph = build_graph(features, neighbours, Context.offline())
    distances, order = brute_force(features, neighbours)
    assert np.array_equal(graph.ids, order)
    assert np.array_equal(graph.distances, np.take_along_axis(distances, order, axis=1))
    assert np.array_equal(graph.ids[:, 0], np.arange(len(features)))
    for row, (listed, radius) in enumerate(zip(graph.ids, graph.radius, strict=True)):
        assert set(np.flatnonzero(distances[row] < radius)) <= set(listed)


def test_build_graph_promises_the_last_neighbour_where_nothing_ties():
    graph = build_graph(WORLDS["scattered rows"], 20, Context.offline())
    assert (graph.radius > graph.distances[:, -1]).all()
    assert graph.widened == 0


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_build_graph_lists_everything_when_there_is_no_more(rows):
    graph = build_graph(normal(rows, 4), 5, Context.offline())
    assert graph.ids.shape == graph.distances.shape == (rows, rows)
    assert np.isposinf(graph.radius).all()


def test_build_graph_widens_rows_a_float32_shortlist_cannot_prove():
    assert build_graph(WORLDS["near-duplicates at 1e-6"], 10, Context.offline()).widened == 300


def test_build_graph_stops_when_cancelled():
    context = Context.offline()
    context.cancel()
    with pytest.raises(Cancelled):
        build_graph(normal(50, 4), 5, context)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("features", WORLDS.values(), ids=WORLDS.keys())
def test_shortlist_bounds_every_row_it_leaves_out(features, dtype):
    everything = np.arange(len(features))
    candidates = Shortlist(features, dtype).nearest(everything, 12)
    for row in everything:
        others = np.setdiff1d(everything, candidates.ids[row])
        assert not (distances_from(features[row], features, others) < candidates.beyond[row]).any()
        assert row in candidates.ids[row]
