"""Scales of the noise models by hand."""

import numpy as np
import pytest
import torch

from python_worker.posterior.noise.models import noise_of
from python_worker.protocol.messages import ConstantNoise, DistanceNoise
from python_worker.store.pair_distances import PairDistances

# Distances 0, 0.1, 1, 2, 4 and 2 again, the other way round.
PLACES = torch.tensor([[0.0], [0.1], [1.0], [2.0], [4.0]])
PAIRS = np.int32([[0, 0], [0, 1], [0, 2], [0, 3], [0, 4], [3, 0]])


def scales(exponent, typical=2.0, pairs=PAIRS):
    asked = DistanceNoise(exponents=[exponent], typical=typical, folds=5)
    return noise_of(asked).scales(PairDistances(PLACES, pairs))


@pytest.mark.parametrize(("exponent", "expected"), [
    (0.5, [10**0.5, 10**0.5, 2**0.5, 1, 0.5**0.5, 1]),
    (1, [10, 10, 2, 1, 0.5, 1]),
    (2, [100, 100, 4, 1, 0.25, 1]),
])  # fmt: skip
def test_scales_are_powers_of_the_typical_distance_over_a_pairs_own(exponent, expected):
    # Nearer than a tenth of the typical distance counts as that near: 0 and 0.1 count as 0.2.
    assert scales(exponent).tolist() == pytest.approx(expected, rel=1e-6)
    assert scales(exponent).dtype == torch.float64


def test_scales_of_equal_distances_are_1_where_that_is_the_typical_one():
    assert scales(1.3, pairs=np.int32([[0, 3], [3, 0], [0, 3]])).tolist() == [1, 1, 1]


def test_scales_of_exponent_0_and_of_constant_noise_are_not_computed():
    def unread():
        raise AssertionError

    unreadable = PairDistances(PLACES, PAIRS, unread)
    assert noise_of(ConstantNoise()).scales(unreadable) is None
    assert noise_of(DistanceNoise(exponents=[0], typical=2.0, folds=5)).scales(unreadable) is None
