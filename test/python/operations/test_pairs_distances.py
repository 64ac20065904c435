"""pairs.distances over a real store."""

import numpy as np
import pytest
import torch

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.operations import pairs_distances
from python_worker.protocol.messages import PairsDistancesParams

RESPONSES = np.float32([[0, 0], [3, 4], [0, 1], [3, 4], [1e4, 0], [1e4, 1e-3]])


@pytest.fixture
def params(make_store, tmp_path):
    return PairsDistancesParams(store=make_store(tmp_path / "store", np.ones((2, 3)), RESPONSES))


def distances(params, pairs):
    return pairs_distances.run(params, {"pairs": np.int32(pairs)}, Context.offline()).tensors["distances"]


def test_pairs_distances_are_euclidean_and_alike_both_ways(params):
    assert distances(params, [[0, 1], [1, 0], [0, 2], [1, 3], [2, 2]]).tolist() == [5, 5, 1, 0, 0]
    assert distances(params, [[0, 1]]).dtype == np.float64


def test_pairs_distances_are_taken_in_double_precision(params):
    assert distances(params, [[4, 5]])[0] == pytest.approx(float(np.float32(1e-3)), rel=1e-12)


def test_pairs_distances_of_half_precision_stores_are_those_of_the_stored_numbers(make_store, tmp_path):
    half = PairsDistancesParams(store=make_store(tmp_path / "half", np.ones((2, 3)), RESPONSES[:4], torch.float16))
    assert distances(half, [[0, 1], [1, 2]]) == pytest.approx([5, np.hypot(3, 3)])


def test_pairs_distances_do_not_depend_on_the_block(params, monkeypatch):
    pairs = np.random.default_rng(1).integers(0, 6, (40, 2))
    whole = distances(params, pairs)
    monkeypatch.setattr("python_worker.store.pair_distances._BLOCK_BYTES", 32 * 3)
    assert np.array_equal(distances(params, pairs), whole)


def test_pairs_distances_of_no_pairs_are_none(params):
    assert distances(params, np.empty((0, 2))).shape == (0,)


@pytest.mark.parametrize("rows", [[[0, 6]], [[-1, 0]]])
def test_pairs_distances_refuse_rows_that_are_not_there(params, rows):
    with pytest.raises(WorkerError, match="Cannot use tensor 'pairs'") as caught:
        distances(params, rows)
    assert caught.value.code == "INVALID_ARGUMENT"


def test_pairs_distances_stop_when_cancelled(params):
    context = Context.offline()
    context.cancel()
    with pytest.raises(Cancelled):
        pairs_distances.run(params, {"pairs": np.int32([[0, 1]])}, context)
