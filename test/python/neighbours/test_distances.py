"""One distance a pair, to the last bit."""

import numpy as np
import pytest

from python_worker.neighbours.distances import distances_from


@pytest.mark.parametrize("dimension", [1, 3, 384, 1001, 4096])
def test_distances_from_does_not_depend_on_side_place_or_company(dimension):
    features = np.random.default_rng(1).standard_normal((90, dimension)).astype(np.float32)
    everything = np.arange(90)
    whole = np.stack([distances_from(row, features, everything) for row in features])
    assert np.array_equal(whole, whole.T)
    for ids in (everything[::-1], everything[7:8], everything[3:60:5]):
        assert np.array_equal(distances_from(features[4], features, ids), whole[4, ids])


def test_distances_from_is_right_where_float32_products_fail():
    features = np.full((2, 64), 1000.0, np.float32)
    features[1, 5] = np.nextafter(np.float32(1000), np.float32(2000))
    assert distances_from(features[0], features, np.array([1]))[0] == float(features[1, 5]) - 1000
