"""A Gaussian last layer over a head's body, against PyTorch modules and empirical moments."""

import numpy as np
import pytest
import torch

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.posterior.heads.head_body import HeadBody
from python_worker.posterior.heads.reward_heads import RewardHeads
from python_worker.posterior.laplace.fit_laplace import fit_laplace, refuse_wide_last_layer
from python_worker.posterior.laplace.laplace_mode import find_mode
from python_worker.posterior.pairs.pair_differences import PairDifferences
from python_worker.posterior.pairs.pair_features import PairFeatures

ACTIVATIONS = {
    "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "leaky_relu": torch.nn.LeakyReLU,
}  # fmt: skip
GENERATOR = torch.Generator().manual_seed(3)
FEATURES = torch.randn(80, 6, generator=GENERATOR)
PAIRS = torch.randperm(80, generator=GENERATOR).view(-1, 2).numpy().astype(np.int32)


def module_and_body(sizes, activation):
    """The same random hidden layers as a PyTorch module and as the body of the second of two heads."""
    torch.manual_seed(5)
    linear = [torch.nn.Linear(fan_in, fan_out) for fan_in, fan_out in zip(sizes, [*sizes[1:], 1], strict=True)]
    layers = [(layer.weight.detach(), layer.bias.detach()) for layer in linear]
    other = [(torch.zeros_like(weight), torch.zeros_like(bias)) for weight, bias in layers]
    hidden = [module for layer in linear[:-1] for module in (layer, ACTIVATIONS[activation]())]
    body = HeadBody.of(RewardHeads.stack([other, layers], activation, "cpu"), 1)
    return torch.nn.Sequential(*hidden), body


CASES = [((6, 9, 4), "tanh"), ((6, 5), "relu"), ((6, 5), "sigmoid"), ((6, 7, 3), "leaky_relu"), ((6,), "tanh")]


@pytest.mark.parametrize(("sizes", "activation"), CASES)
def test_head_body_gives_the_activations_of_the_last_hidden_layer(sizes, activation):
    module, body = module_and_body(sizes, activation)
    rows = torch.tensor([7, 7, 3, 79])
    for wanted, given in ((FEATURES, None), (FEATURES[rows], rows)):
        blocks = [hidden for _rows, hidden in body.blocks(FEATURES, given)]
        assert torch.allclose(torch.cat(blocks), module(wanted), atol=1e-6)


@pytest.mark.parametrize(("sizes", "activation"), CASES)
def test_fit_laplace_samples_are_the_body_times_the_mode_plus_coloured_noise(sizes, activation):
    module, body = module_and_body(sizes, activation)
    normal = torch.randn(3, sizes[-1], dtype=torch.float64, generator=GENERATOR)
    normal[0] = 0.0
    heads = fit_laplace(body, PairFeatures.gather(FEATURES, PAIRS), 0.5, normal, Context.offline())
    outputs = module(FEATURES).detach().double()
    mode = find_mode(PairDifferences(outputs, torch.from_numpy(PAIRS).long()), 0.5)
    assert torch.allclose(heads.last_layers_sd[0], mode.weights_d, atol=1e-5)
    logits = PairFeatures.refer(FEATURES, PAIRS).logits(heads)
    assert logits.shape == (3, 40) and logits.dtype == torch.float64
    design = outputs[PAIRS[:, 0]] - outputs[PAIRS[:, 1]]
    assert torch.allclose(logits, heads.last_layers_sd @ design.T, atol=1e-5)
    # The squared lengths of the noise, measured by the inverse covariance, are those of the normal numbers.
    deviation = heads.last_layers_sd - mode.weights_d
    lengths = (deviation @ torch.linalg.inv(mode.precision.covariance()) * deviation).sum(dim=1)
    assert torch.allclose(lengths, (normal**2).sum(dim=1), rtol=1e-4, atol=1e-6)


def test_fit_laplace_samples_have_the_covariance_of_the_approximation():
    module, body = module_and_body((6, 4), "tanh")
    normal = torch.randn(40_000, 4, dtype=torch.float64, generator=GENERATOR)
    heads = fit_laplace(body, PairFeatures.gather(FEATURES, PAIRS), 1.0, normal, Context.offline())
    mode = find_mode(PairDifferences(module(FEATURES).detach(), torch.from_numpy(PAIRS).long()), 1.0)
    covariance = mode.precision.covariance()
    scale = covariance.diagonal().sqrt()
    assert torch.allclose(torch.cov(heads.last_layers_sd.T) / scale / scale[:, None],
                          covariance / scale / scale[:, None], atol=0.03)  # fmt: skip
    assert torch.allclose(heads.last_layers_sd.mean(dim=0), mode.weights_d, atol=0.03 * float(scale.max()))


def test_fit_laplace_is_surer_of_directions_with_more_pairs():
    features = torch.eye(3)
    pairs = np.array([[0, 2]] * 30 + [[2, 0]] * 30 + [[1, 2]] + [[2, 1]], np.int32)
    normal = torch.randn(2_000, 3, dtype=torch.float64, generator=GENERATOR)
    _, body = module_and_body((3,), "tanh")
    heads = fit_laplace(body, PairFeatures.gather(features, pairs), 1.0, normal, Context.offline())
    first, second = PairFeatures.refer(features, np.int32([[0, 2], [1, 2]])).logits(heads).std(dim=0)
    assert first < 0.5 * second


@pytest.mark.parametrize("width", [11_586, 65_536])
def test_refuse_wide_last_layer_names_the_width(width):
    with pytest.raises(WorkerError, match=f"it has {width} weights, .* at most 1024 MiB") as caught:
        refuse_wide_last_layer(width)
    assert caught.value.code == "INVALID_ARGUMENT"


def test_refuse_wide_last_layer_takes_what_can_be_held():
    refuse_wide_last_layer(11_585)
