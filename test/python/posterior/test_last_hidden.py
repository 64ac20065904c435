"""The last hidden layer of a head."""

import pytest
import torch

from python_worker.posterior import last_hidden as module
from python_worker.posterior.last_hidden import last_hidden
from python_worker.posterior.reward_heads import RewardHeads

FEATURES = torch.randn(40, 6, generator=torch.Generator().manual_seed(4))
ROWS = torch.tensor([3, 39, 0, 7, 3])


def heads_of(sizes, activation="tanh"):
    generator = torch.Generator().manual_seed(3)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    layers = [
        [(torch.randn(m, n, generator=generator), torch.randn(m, generator=generator)) for m, n in shapes]
        for _ in range(2)
    ]
    return RewardHeads.stack(layers, activation, "cpu"), layers


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "leaky_relu"])
def test_last_hidden_is_what_the_last_layer_weighs(activation):
    heads, layers = heads_of([6, 5, 4, 1], activation)
    for member in range(2):
        hidden = last_hidden(heads, member, FEATURES, ROWS)
        weight, bias = layers[member][-1]
        assert hidden.shape == (5, 4)
        assert torch.allclose(hidden @ weight[0] + bias[0], heads.rewards(FEATURES, ROWS)[member], atol=1e-5)


def test_last_hidden_of_a_linear_head_are_the_features():
    heads, _ = heads_of([6, 1])
    assert torch.equal(last_hidden(heads, 0, FEATURES, ROWS), FEATURES[ROWS])


def test_last_hidden_goes_block_by_block(monkeypatch):
    heads, _ = heads_of([6, 5, 1])
    whole = last_hidden(heads, 1, FEATURES, ROWS)
    monkeypatch.setattr(module, "_BLOCK_BYTES", 4 * 6 * 2)
    checks = []
    assert torch.allclose(last_hidden(heads, 1, FEATURES, ROWS, lambda: checks.append(1)), whole, atol=1e-6)
    assert len(checks) == 3
