"""Counts after the reference's shift, against brute force and the golden selection cases."""

import json
import tracemalloc

import numpy as np
import pytest
import torch
from golden_cases import golden_cases

from python_worker.context.context import Context
from python_worker.neighbours.distances import distances_from
from python_worker.neighbours.shifted_counts import shifted_counts
from python_worker.store.lazy_rows import LazyRows


def counts_of(features, remaining, acquired, radius):
    arrays = np.int32(remaining), np.int32(acquired), np.float64(radius)
    return shifted_counts(np.asarray(features, np.float32), *arrays, Context.offline())


def brute_force(features, remaining, acquired, radius):
    """Item by item, as the definition reads."""
    pool = np.repeat(features, remaining, axis=0).astype(np.float64)
    shift = pool.mean(axis=0) / pool.std(axis=0, ddof=1)
    taken = np.repeat(features, acquired, axis=0).astype(np.float64)
    distances = np.linalg.norm((features - shift)[:, np.newaxis] - taken, axis=2)
    return np.where(remaining > 0, (distances <= radius[:, np.newaxis]).sum(axis=1), 0)


@pytest.mark.parametrize("offset", [0.0, 0.3, 3.0])
@pytest.mark.parametrize("reach", [0.5, 3.0, 9.0])
def test_shifted_counts_equal_brute_force_over_items(offset, reach):
    rng = np.random.default_rng(3)
    features = (rng.standard_normal((120, 6)) + offset).astype(np.float32)
    remaining, acquired = rng.integers(0, 4, 120), rng.integers(0, 3, 120)
    radius = rng.uniform(0, reach, 120)
    expected = brute_force(features, remaining, acquired, radius)
    assert counts_of(features, remaining, acquired, radius).tolist() == expected.tolist()


def test_shifted_counts_include_a_row_exactly_at_the_radius():
    # Pool −1, 1: mean 0, so nothing moves; the acquired row lies 2 from the one and 4 from the other.
    assert counts_of([[-1.0], [1.0], [3.0]], [1, 1, 0], [0, 0, 2], [4.0, 1.999, 9.0]).tolist() == [2, 0, 0]


@pytest.mark.parametrize(
    ("remaining", "acquired"), [([1, 1, 0], [0, 0, 0]), ([1, 0, 0], [0, 1, 1]), ([0, 0, 0], [1, 1, 1])]
)
def test_shifted_counts_are_zero_without_acquired_items_or_a_deviation(remaining, acquired):
    assert counts_of([[1.0], [2.0], [4.0]], remaining, acquired, [9.0] * 3).tolist() == [0, 0, 0]


def test_shifted_counts_are_zero_where_a_dimension_has_no_spread():
    assert counts_of([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]], [1, 1, 0], [0, 0, 1], [99.0] * 3).tolist() == [0, 0, 0]


@pytest.mark.parametrize("case", golden_cases("selection", "*-shift"))
def test_shifted_counts_lead_to_the_golden_picks(case):
    golden = json.loads((case / "case.json").read_text("utf-8"))
    features, scores = (np.load(case / f"{name}.npy", allow_pickle=False) for name in ("features", "scores"))
    items = np.arange(len(features))
    distances = np.stack([distances_from(row, features, items) for row in features])
    pool, acquired = list(golden["poolOrder"]), list(golden["initial"])
    for round_, picks in enumerate(golden["picks"]):
        assert _pick(golden, features, distances, scores[round_], pool, acquired) == picks
        acquired += picks
        pool = [item for item in pool if item not in picks]


def _pick(golden, features, distances, scores, pool, acquired):
    nearest = np.sort(distances[np.ix_(pool, pool)], axis=1)[:, golden["k"] - 1]
    radius = np.zeros(len(features))
    radius[pool] = nearest
    member = [np.isin(np.arange(len(features)), rows) for rows in (pool, acquired)]
    counts = counts_of(features, *member, radius)
    left, picks = list(pool), []
    for _ in range(golden["batch"]):
        psi = torch.special.digamma(torch.from_numpy(counts[left] + 1.0)).numpy()
        entropy = np.log(2 * radius[left] + 1e-4) - psi / golden["digammaDivisor"]
        picks.append(left.pop(int(np.argmax(scores[left] + golden["beta"] * entropy))))
        counts += distances[picks[-1]] <= radius
    return picks


def test_shifted_counts_are_the_same_in_small_blocks_and_over_lazy_rows(monkeypatch):
    rng = np.random.default_rng(8)
    features = (rng.standard_normal((150, 70)) + 0.1).astype(np.float32)
    numbers = np.int32(rng.integers(0, 4, 150)), np.int32(rng.integers(0, 3, 150)), rng.uniform(0, 20, 150)
    whole = shifted_counts(features, *numbers, Context.offline())
    lazy = LazyRows(torch.from_numpy(features), np.arange(150))
    monkeypatch.setattr("python_worker.neighbours.shifted_counts._BLOCK_NUMBERS", 1000)
    for source in (features, lazy):
        assert np.array_equal(shifted_counts(source, *numbers, Context.offline()), whole)
    assert whole.any()


def test_shifted_counts_take_less_memory_than_one_copy_of_the_features(monkeypatch):
    monkeypatch.setattr("python_worker.neighbours.shifted_counts._BLOCK_NUMBERS", 1 << 14)
    features = np.random.default_rng(8).standard_normal((1000, 500)).astype(np.float32)
    ones = np.ones(1000, np.int32)
    tracemalloc.start()
    try:
        shifted_counts(features, ones, np.int32(np.arange(1000) < 20), np.full(1000, 30.0), Context.offline())
        assert tracemalloc.get_traced_memory()[1] < features.nbytes
    finally:
        tracemalloc.stop()
