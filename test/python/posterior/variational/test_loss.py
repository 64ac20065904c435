"""The variational loss against torch.distributions and autograd."""

import pytest
import torch
from pair_oracle import columns_of
from pair_oracle import loss_of as loss_of_pairs
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import logsigmoid

from python_worker.posterior.heads.initial_weights import initial_weights
from python_worker.posterior.heads.reward_heads import RewardHeads
from python_worker.posterior.pairs.pair_terms import PLAIN, PairTerms
from python_worker.posterior.training.training_step import StepRules, TrainingStep
from python_worker.posterior.variational.loss import VariationalLoss
from python_worker.protocol.messages import HeadShape, TrainingSettings

OUTPUTS = torch.randn(3, 2, 8, generator=torch.Generator().manual_seed(2))


COLUMNS = [column.float().view(3, 4) for column in columns_of(12)]


def loss_of(weight, outputs=OUTPUTS, seed=4, columns=()):
    return VariationalLoss(weight, torch.Generator().manual_seed(seed))(outputs, PairTerms(*columns).unsqueeze(1))


def written_out(outputs, weight, seed=4, columns=()):
    """Losses M, each by its definition: the first half of the responses is chosen where there are no columns."""
    noise = torch.randn(3, 1, 8, generator=torch.Generator().manual_seed(seed))[:, 0]
    posterior = Normal(outputs[:, 0], (outputs[:, 1] / 2).exp())
    rewards = posterior.mean + posterior.stddev * noise
    preferences = loss_of_pairs(rewards[:, :4] - rewards[:, 4:], *columns).mean(dim=1)
    return preferences + weight * kl_divergence(posterior, Normal(0.0, 1.0)).mean(dim=1)


@pytest.mark.parametrize("weight", [0.0, 0.05, 3.0])
def test_loss_adds_the_mean_divergence_from_a_standard_normal(weight):
    assert torch.allclose(loss_of(weight)[0], written_out(OUTPUTS, weight), atol=1e-6)


@pytest.mark.parametrize("columns", [(), COLUMNS], ids=["plain", "with terms"])
@pytest.mark.parametrize("weight", [0.0, 0.05, 3.0])
def test_losses_and_derivatives_are_those_of_autograd(weight, columns):
    outputs = OUTPUTS.clone().requires_grad_()
    expected = written_out(outputs, weight, columns=columns)
    expected.sum().backward()
    losses, slopes = loss_of(weight, columns=columns)
    assert torch.allclose(losses, expected.detach(), atol=1e-6)
    assert torch.allclose(slopes, outputs.grad, atol=1e-6)


def test_divergence_vanishes_at_the_standard_normal():
    outputs = torch.zeros(3, 2, 8)
    assert torch.equal(loss_of(5.0, outputs)[0], loss_of(0.0, outputs)[0])
    assert torch.equal(loss_of(5.0, outputs)[1], loss_of(0.0, outputs)[1])


def test_noise_is_fresh_in_every_step():
    loss = VariationalLoss(0.0, torch.Generator().manual_seed(1))
    assert not torch.equal(loss(OUTPUTS, PLAIN)[0], loss(OUTPUTS, PLAIN)[0])


def test_update_by_the_loss_equals_autograd_clip_and_adamw():
    training = TrainingSettings(
        lr=0.05, beta1=0.9, beta2=0.999, eps=1e-3, weight_decay=0.0, clip_norm=0.2,
        warmup_steps=0, batch=4, epochs=1, eval_every=1, patience=1,
    )  # fmt: skip
    head = HeadShape(layers=[6], activation="tanh", init="xavier_normal", init_scale=1.0)
    layers = [initial_weights(head, 5, torch.Generator().manual_seed(m), outputs=2) for m in range(3)]
    batches = torch.randn(5, 3, 8, 5, generator=torch.Generator().manual_seed(6))
    heads = RewardHeads.stack(layers, "tanh", "cpu")
    stepper = TrainingStep(heads, StepRules(training, VariationalLoss(0.5, torch.Generator().manual_seed(0))))
    parameters = [[tensor.clone().requires_grad_() for layer in member for tensor in layer] for member in layers]
    optimizers = [torch.optim.AdamW(each, lr=0.05, eps=1e-3, weight_decay=0.0) for each in parameters]
    generator = torch.Generator().manual_seed(0)
    for batch in batches:
        losses = stepper.update(batch, 0.05)
        noise = torch.randn(3, 1, 8, generator=generator)[:, 0]
        for member, (first, first_bias, second, second_bias) in enumerate(parameters):
            mean, log_variance = (torch.tanh(batch[member] @ first.T + first_bias) @ second.T + second_bias).T
            posterior = Normal(mean, (log_variance / 2).exp())
            rewards = mean + posterior.stddev * noise[member]
            divergence = kl_divergence(posterior, Normal(0.0, 1.0)).mean()
            loss = -logsigmoid(rewards[:4] - rewards[4:]).mean() + 0.5 * divergence
            optimizers[member].zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters[member], 0.2)
            optimizers[member].step()
            assert float(losses[member]) == pytest.approx(loss.item(), abs=1e-5)
    for member, (first, first_bias, second, second_bias) in enumerate(parameters):
        assert torch.allclose(heads.weights[0][member], first, atol=2e-5)
        assert torch.allclose(heads.biases[0][member], first_bias, atol=2e-5)
        assert torch.allclose(heads.weights[1][member], second, atol=2e-5)
        assert torch.allclose(heads.biases[1][member], second_bias, atol=2e-5)
