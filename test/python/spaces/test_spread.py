"""Walks away from what is there, against direct distances."""

import numpy as np
import pytest
import torch

from python_worker.base.errors import Cancelled
from python_worker.context.context import Context
from python_worker.spaces.points import Points
from python_worker.spaces.spread import spread


def instance(number):
    """Random points, some repeated, on a lattice in every third instance."""
    rng = np.random.default_rng(number)
    size, dimension = rng.integers(1, 25), rng.integers(1, 5)
    rows = rng.integers(0, 3, (size, dimension)) if number % 3 == 0 else rng.standard_normal((size, dimension))
    rows = rows[rng.integers(0, size, size)].astype(np.float32)
    centres = (rows[: rng.integers(0, 3)] + rng.integers(0, 2)).astype(np.float32)
    return rows, centres, int(rng.integers(1, 30)), rng


def to_nearest(row, others):
    return min((float(np.sum((row.astype(np.float64) - other) ** 2)) for other in others), default=np.inf)


def run(rows, centres, picks, draws):
    points = Points(torch.from_numpy(rows))
    trail = spread(points, torch.from_numpy(centres), picks, draws, Context.offline())
    return trail.positions.tolist(), trail.values


@pytest.mark.parametrize("chunk", range(4))
def test_spread_is_farthest_first_by_brute_force(chunk):
    for number in range(50 * chunk, 50 * chunk + 50):
        rows, centres, picks, _rng = instance(number)
        positions, distances = run(rows, centres, picks, None)
        chosen = list(centres)
        left = list(range(len(rows)))
        for position, distance in zip(positions, distances, strict=True):
            squares = [to_nearest(rows[other], chosen) for other in left]
            best = max(squares)
            expected = left[next(i for i, square in enumerate(squares) if square >= best * (1 - 1e-9) or square == best)]
            assert position == expected
            assert distance == pytest.approx(np.sqrt(best), abs=1e-7)
            left.remove(position)
            chosen.append(rows[position])
        assert len(positions) == min(picks, len(rows))


def test_spread_with_draws_is_k_means_plus_plus():
    for number in range(200):
        rows, centres, picks, rng = instance(number)
        draws = rng.random(picks)
        positions, _ = run(rows, centres, picks, draws)
        chosen, left = list(centres), list(range(len(rows)))
        for draw, position in zip(draws, positions, strict=False):
            weights = np.array([to_nearest(rows[other], chosen) for other in left])
            if not 0 < weights.sum() < np.inf:
                weights = np.ones(len(left))
            shares = np.cumsum(weights / weights.sum())
            assert position == left[min(int(np.searchsorted(shares, draw, side="right")), len(left) - 1)]
            left.remove(position)
            chosen.append(rows[position])


def test_spread_stops_when_it_is_cancelled():
    context = Context.offline()
    context.cancel()
    with pytest.raises(Cancelled):
        spread(Points(torch.ones(3, 2), context.check), torch.ones(0, 2), 2, None, context)
