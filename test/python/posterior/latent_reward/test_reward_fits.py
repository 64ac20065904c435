"""Latent reward uncertainty against SciPy's normal distribution."""

import numpy as np
import pytest
import torch
from scipy.special import expit
from scipy.stats import norm

from python_worker.base.errors import WorkerError
from python_worker.posterior.latent_reward.reward_fits import RewardFits

RNG = np.random.default_rng(3)
LABELLED = RNG.normal([1.0, -0.5], [2.0, 0.3], (40, 2))
PAIRS = RNG.normal(0, 3, (200, 2))


def uncertainty(pairs, labelled=LABELLED):
    return RewardFits.fit(torch.from_numpy(labelled), "it").uncertainty(torch.from_numpy(pairs)).numpy()


def score_by_scipy(chosen, rejected, labelled=LABELLED):
    total = 0
    for value, column in ((chosen, labelled[:, 0]), (rejected, labelled[:, 1])):
        mean, deviation = norm.fit(column)
        below = norm.cdf(value, mean, deviation)
        total += min(below, 1 - below)
    return -total


def test_fit_gives_the_mean_and_deviation_of_each_side():
    fits = RewardFits.fit(torch.from_numpy(LABELLED), "it")
    for side in range(2):
        expected = norm.fit(LABELLED[:, side])
        assert (fits.means_2[side].item(), fits.deviations_2[side].item()) == pytest.approx(expected, rel=1e-12)


def test_uncertainty_is_the_score_expected_over_which_side_is_chosen():
    expected = [
        expit(a - b) * score_by_scipy(a, b) + expit(b - a) * score_by_scipy(b, a) for a, b in PAIRS
    ]  # fmt: skip
    assert uncertainty(PAIRS) == pytest.approx(expected, rel=1e-9, abs=1e-14)


def test_uncertainty_is_the_same_to_the_last_bit_with_sides_swapped():
    assert np.array_equal(uncertainty(PAIRS), uncertainty(np.ascontiguousarray(PAIRS[:, ::-1])))


def test_uncertainty_lies_between_minus_one_and_zero_and_is_lowest_at_the_means():
    values = uncertainty(PAIRS)
    assert (values >= -1).all() and (values <= 0).all()
    middle = LABELLED - LABELLED.mean(axis=0)  # both sides have mean 0
    assert uncertainty(np.zeros((1, 2)), middle) == pytest.approx([-1.0])
    assert uncertainty(np.array([[90.0, -90.0]]), middle) == pytest.approx([0.0], abs=1e-12)


@pytest.mark.parametrize(("column", "side"), [(0, "chosen"), (1, "rejected")])
@pytest.mark.parametrize("count", [1, 3])
def test_fit_refuses_rewards_without_spread(column, side, count):
    labelled = RNG.normal(size=(count, 2))
    labelled[:, column] = 0.1
    if count == 1 and column == 1:
        side = "chosen"  # a single label has no spread on either side
    words = f"rewards of the {side} responses of all labelled pairs .{count}.*two different"
    with pytest.raises(WorkerError, match=words) as caught:
        uncertainty(PAIRS, labelled)
    assert caught.value.code == "INVALID_ARGUMENT"
