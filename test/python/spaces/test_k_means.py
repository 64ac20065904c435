"""k-means against scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from python_worker.context.context import Context
from python_worker.spaces.k_means import k_means
from python_worker.spaces.points import Points
from python_worker.spaces.spread import spread


def seeds_of(rows, draws):
    points = torch.from_numpy(rows)
    return rows[spread(Points(points), points[:0], len(draws), draws, Context.offline()).positions]


@pytest.mark.parametrize("number", range(20))
def test_k_means_equals_scikit_learn_from_the_same_seeds(number):
    rng = np.random.default_rng(number)
    rows, draws = rng.standard_normal((60, 3)).astype(np.float32), rng.random(rng.integers(1, 9))
    ours = k_means(torch.from_numpy(rows), np.arange(60, dtype=np.int32), draws, 300, Context.offline())
    theirs = KMeans(len(draws), init=seeds_of(rows, draws), n_init=1, tol=0, algorithm="lloyd").fit(rows.astype(float))
    assert ours.tolist() == theirs.labels_.tolist()


def test_k_means_sends_every_row_to_the_centres_of_some():
    rows = np.float32([[0], [0.1], [10], [10.1], [0.2], [9.9], [5.2]])
    clusters = k_means(torch.from_numpy(rows), np.int32([0, 1, 2, 3]), np.array([0.0, 0.5]), 10, Context.offline())
    assert clusters.tolist() == [0, 0, 1, 1, 0, 1, 1]


def test_k_means_leaves_centres_without_rows_where_they_were():
    rows = torch.ones(5, 2)
    clusters = k_means(rows, np.arange(5, dtype=np.int32), np.array([0.1, 0.5, 0.9]), 5, Context.offline())
    assert clusters.tolist() == [0] * 5


def test_k_means_stops_after_so_many_iterations():
    rng = np.random.default_rng(3)
    rows, draws = rng.standard_normal((80, 2)).astype(np.float32), rng.random(6)
    everything = np.arange(80, dtype=np.int32)
    short, long = (k_means(torch.from_numpy(rows), everything, draws, n, Context.offline()) for n in (1, 100))
    assert short.tolist() != long.tolist()


def test_k_means_of_no_rows_is_empty():
    nothing = np.empty(0, np.int32)
    assert k_means(torch.empty(0, 3), nothing, np.empty(0), 5, Context.offline()).tolist() == []
