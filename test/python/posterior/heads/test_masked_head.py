"""A head under masks equals a plain pass with its hidden units dropped."""

import pytest
import torch
from torch.nn.functional import leaky_relu

from python_worker.posterior.heads.initial_weights import initial_weights
from python_worker.posterior.heads.input_dropout import InputDropout
from python_worker.posterior.heads.masked_head import MaskedHead
from python_worker.posterior.heads.reward_heads import RewardHeads
from python_worker.protocol.messages import HeadShape

FEATURES = torch.randn(50, 6, generator=torch.Generator().manual_seed(4))
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "leaky_relu": leaky_relu}


def dropouts(rate=0.4, samples=3):
    return [InputDropout(rate, torch.Generator().manual_seed(sample)) for sample in range(samples)]


def head(layers, activation="tanh"):
    shape = HeadShape(layers=layers, activation=activation, init="xavier_normal", init_scale=1.0)
    initial = initial_weights(shape, 6, torch.Generator().manual_seed(1))
    return initial, RewardHeads.stack([initial], activation, "cpu")


@pytest.mark.parametrize("layers", [[7], [7, 5], [4, 6, 3]])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_rewards_are_those_of_a_pass_with_the_units_of_the_mask_dropped(layers, activation):
    initial, heads = head(layers, activation)
    rewards = MaskedHead.draw(heads, dropouts()).rewards(FEATURES)
    for sample, dropout in enumerate(dropouts()):
        hidden = FEATURES
        for layer, (weight, bias) in enumerate(initial):
            if layer:
                hidden = ACTIVATIONS[activation](hidden) * dropout.mask(torch.empty(hidden.shape[1]))
            hidden = hidden @ weight.T + bias
        assert torch.allclose(rewards[sample], hidden[:, 0], atol=1e-5)


def test_rewards_of_a_response_do_not_depend_on_its_company(monkeypatch):
    masked = MaskedHead.draw(head([7, 5])[1], dropouts())
    rows = torch.tensor([3, 49, 0, 7, 8])
    whole = masked.rewards(FEATURES)
    monkeypatch.setattr("python_worker.posterior.heads.masked_head._BLOCK_BYTES", 4 * 7 * 2)
    checks = []
    assert torch.allclose(masked.rewards(FEATURES, rows, lambda: checks.append(1)), whole[:, rows], atol=1e-6)
    assert len(checks) == 3


def test_samples_share_the_first_layer_and_differ_after_it():
    _, heads = head([7, 5])
    masked = MaskedHead.draw(heads, dropouts())
    assert masked.first[0].data_ptr() == heads.weights[0].data_ptr()
    assert len({row.numpy().tobytes() for row in masked.rewards(FEATURES)}) == 3
