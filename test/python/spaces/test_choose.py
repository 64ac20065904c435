"""One choice among positions."""

import torch

from python_worker.spaces.choose import TAKEN, draw_by_weight, first_largest


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


def test_first_largest_takes_the_first_of_equals():
    assert first_largest(tensor(1, 3, 2, 3)) == 1
    assert first_largest(tensor(1, 3 - 1e-10, 3)) == 1
    assert first_largest(tensor(1, 3 - 1e-6, 3)) == 2
    assert first_largest(tensor(TAKEN, torch.inf, torch.inf)) == 1
    assert first_largest(tensor(TAKEN, 0, 0)) == 1


def test_draw_by_weight_falls_on_shares():
    weights = tensor(1, 0, TAKEN, 3)
    assert [draw_by_weight(weights, draw) for draw in (0.0, 0.2499, 0.25, 0.999999)] == [0, 0, 3, 3]


def test_draw_by_weight_takes_all_alike_where_nothing_weighs():
    for weight in (0.0, torch.inf):
        weights = tensor(TAKEN, weight, weight, TAKEN, weight)
        assert [draw_by_weight(weights, draw) for draw in (0.0, 0.34, 0.99)] == [1, 2, 4]
