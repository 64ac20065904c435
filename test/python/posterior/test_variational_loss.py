"""The variational loss against torch.distributions and autograd."""

import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import logsigmoid

from python_worker.posterior.variational_loss import VariationalLoss

OUTPUTS = torch.randn(3, 2, 8, generator=torch.Generator().manual_seed(2))


def loss_of(weight, outputs=OUTPUTS, seed=4):
    return VariationalLoss(weight, torch.Generator().manual_seed(seed))(outputs)


def written_out(outputs, weight, seed=4):
    """Losses M, each by its definition: the first half of the responses is chosen."""
    noise = torch.randn(3, 1, 8, generator=torch.Generator().manual_seed(seed))[:, 0]
    posterior = Normal(outputs[:, 0], (outputs[:, 1] / 2).exp())
    rewards = posterior.mean + posterior.stddev * noise
    preferences = -logsigmoid(rewards[:, :4] - rewards[:, 4:]).mean(dim=1)
    return preferences + weight * kl_divergence(posterior, Normal(0.0, 1.0)).mean(dim=1)


@pytest.mark.parametrize("weight", [0.0, 0.05, 3.0])
def test_loss_adds_the_mean_divergence_from_a_standard_normal(weight):
    assert torch.allclose(loss_of(weight)[0], written_out(OUTPUTS, weight), atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.05, 3.0])
def test_derivatives_are_those_of_autograd(weight):
    outputs = OUTPUTS.clone().requires_grad_()
    written_out(outputs, weight).sum().backward()
    assert torch.allclose(loss_of(weight)[1], outputs.grad, atol=1e-6)


def test_divergence_vanishes_at_the_standard_normal():
    outputs = torch.zeros(3, 2, 8)
    assert torch.equal(loss_of(5.0, outputs)[0], loss_of(0.0, outputs)[0])
    assert torch.equal(loss_of(5.0, outputs)[1], loss_of(0.0, outputs)[1])


def test_noise_is_fresh_in_every_step():
    loss = VariationalLoss(0.0, torch.Generator().manual_seed(1))
    assert not torch.equal(loss(OUTPUTS)[0], loss(OUTPUTS)[0])
