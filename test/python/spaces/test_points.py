"""Squared distances from matrix products."""

import numpy as np
import torch

from python_worker.spaces import points as module
from python_worker.spaces.points import Points

ROWS = torch.from_numpy(np.random.default_rng(2).standard_normal((50, 7)).astype(np.float32))


def direct(rows, others):
    return (rows.double()[:, None] - others.double()[None]).square().sum(dim=2)


def test_squares_to_are_those_of_the_differences():
    assert torch.allclose(Points(ROWS).squares_to(ROWS[:9]), direct(ROWS, ROWS[:9]), atol=1e-12)


def test_squares_to_a_copy_are_zero_far_from_the_origin():
    far = (ROWS + 1000).repeat(2, 1)
    squares = Points(far).squares_to(far[:50])
    assert (squares.diagonal() == 0).all()
    assert (squares[50:].diagonal() == 0).all()
    assert (squares[:50][~torch.eye(50, dtype=torch.bool)] > 0).all()


def test_squares_to_do_not_depend_on_blocks_or_on_what_is_kept(monkeypatch):
    whole = Points(ROWS).squares_to(ROWS)
    monkeypatch.setattr(module, "_BLOCK_BYTES", 8 * 7 * 4)
    monkeypatch.setattr(module, "_DOUBLE_BYTES", 0)
    checks = []
    blocks = Points(ROWS, lambda: checks.append(1))
    assert torch.allclose(blocks.squares_to(ROWS), whole, atol=1e-13)
    assert len(checks) == 2 * 13
    assert blocks[2:4].dtype == torch.float64


def test_no_points_are_no_distances():
    assert Points(ROWS[:0]).squares_to(ROWS).shape == (0, 50)
