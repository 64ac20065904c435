"""Every way to begin draws the numbers it is named after."""

from math import sqrt

import pytest
import torch

from python_worker.posterior.heads.initial_weights import initial_weights
from python_worker.protocol.messages import HeadShape

IN, OUT = 300, 200


def first_layer(init, scale=0.05, seed=1):
    head = HeadShape(layers=[OUT], activation="tanh", init=init, init_scale=scale)
    return initial_weights(head, IN, torch.Generator().manual_seed(seed))[0]


# Deviation of each, by the papers' formulas; kaiming_uniform is PyTorch's with a = 0.
DEVIATIONS = {
    "normal": 0.05,
    "uniform": 0.05 / sqrt(3),
    "xavier_normal": sqrt(2 / (IN + OUT)),
    "xavier_uniform": sqrt(2 / (IN + OUT)),
    "kaiming_normal": sqrt(2 / IN),
    "kaiming_uniform": sqrt(2 / IN),
}


@pytest.mark.parametrize(("init", "deviation"), DEVIATIONS.items())
def test_weights_have_the_deviation_and_the_shape_of_their_distribution(init, deviation):
    weight, _ = first_layer(init)
    assert weight.shape == (OUT, IN) and weight.dtype == torch.float32
    assert float(weight.mean()) == pytest.approx(0, abs=5 * deviation / sqrt(OUT * IN))
    assert float(weight.std()) == pytest.approx(deviation, rel=0.02)
    kurtosis = float(((weight / deviation) ** 4).mean())
    assert kurtosis == pytest.approx(3.0 if init.endswith("normal") else 1.8, rel=0.05)


@pytest.mark.parametrize("init", DEVIATIONS)
def test_biases_are_uniform_in_one_over_the_root_of_the_inputs(init):
    _, bias = first_layer(init)
    assert bias.shape == (OUT,) and float(bias.abs().max()) <= IN**-0.5
    assert float(bias.std()) == pytest.approx(IN**-0.5 / sqrt(3), rel=0.15)


@pytest.mark.parametrize("init", ["normal", "uniform"])
def test_the_scale_is_that_of_normal_and_uniform(init):
    assert torch.allclose(first_layer(init, 0.5)[0], first_layer(init, 0.05)[0] * 10)


def test_equal_streams_give_equal_weights_and_others_others():
    assert torch.equal(first_layer("normal")[0], first_layer("normal")[0])
    assert not torch.equal(first_layer("normal")[0], first_layer("normal", seed=2)[0])
