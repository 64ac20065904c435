"""Greedy D-optimal design against numpy's slogdet."""

import numpy as np
import pytest
import torch

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.spaces.log_det import greedy_log_det


def log_det(rows, ridge):
    dimension = rows.shape[1]
    return np.linalg.slogdet(ridge * np.eye(dimension) + rows.T @ rows)[1]


@pytest.mark.parametrize("chunk", range(4))
def test_greedy_log_det_takes_the_argmax_of_slogdet_at_every_step(chunk):
    for number in range(50 * chunk, 50 * chunk + 50):
        rng = np.random.default_rng(number)
        size, dimension, ridge = rng.integers(1, 20), rng.integers(1, 6), 10.0 ** rng.integers(-3, 3)
        rows = rng.integers(-2, 3, (size, dimension)) if number % 3 == 0 else rng.standard_normal((size, dimension))
        rows, known = rows.astype(np.float64), rng.standard_normal((rng.integers(0, 9), dimension))
        trail = greedy_log_det(torch.from_numpy(rows), torch.from_numpy(known), ridge, 12, Context.offline())
        matrix, left = known, list(range(size))
        for position, growth in zip(trail.positions, trail.values, strict=True):
            growths = np.array([log_det(np.vstack([matrix, rows[i]]), ridge) - log_det(matrix, ridge) for i in left])
            best = growths.max()
            assert position == left[int(np.argmax(growths >= best * (1 - 1e-9) - 1e-11))]
            assert growth == pytest.approx(best, abs=1e-9)
            matrix = np.vstack([matrix, rows[position]])
            left.remove(position)
        assert len(trail.positions) == min(12, size)


def test_greedy_log_det_is_exact_after_hundreds_of_picks():
    rows = np.random.default_rng(0).standard_normal((600, 24))
    trail = greedy_log_det(torch.from_numpy(rows), torch.zeros(0, 24), 0.01, 500, Context.offline())
    assert trail.values.sum() == pytest.approx(log_det(rows[trail.positions], 0.01) - log_det(rows[:0], 0.01), abs=1e-8)


def test_greedy_log_det_refuses_a_ridge_that_rounding_loses():
    known = torch.full((3, 4), 1e9)
    with pytest.raises(WorkerError, match="a larger ridge is needed"):
        greedy_log_det(torch.ones(2, 4), known, 1e-9, 1, Context.offline())
