"""Dropout keeps means, and training under it equals autograd under the same masks."""

import pytest
import torch
from pair_oracle import columns_of, loss_of

from python_worker.posterior.heads.initial_weights import initial_weights
from python_worker.posterior.heads.input_dropout import InputDropout
from python_worker.posterior.heads.reward_heads import RewardHeads
from python_worker.posterior.pairs.pair_terms import PairTerms
from python_worker.posterior.training.bradley_terry import BRADLEY_TERRY
from python_worker.posterior.training.training_step import StepRules, TrainingStep
from python_worker.protocol.messages import HeadShape, TrainingSettings

RATE, MEMBERS, DIMENSION, LAYERS, BATCH = 0.3, 2, 6, [9, 5], 8
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}


def dropout(seed=7, rate=RATE):
    return InputDropout(rate, torch.Generator().manual_seed(seed))


def test_mask_drops_the_share_asked_for_and_keeps_the_mean():
    mask = dropout().mask(torch.empty(200, 300))
    values, counts = mask.unique(return_counts=True)
    assert torch.allclose(values, torch.tensor([0.0, 1 / 0.7]))
    assert float(counts[0]) / mask.numel() == pytest.approx(RATE, abs=0.01)
    assert float(mask.mean()) == pytest.approx(1, abs=0.02)


def test_mask_is_another_one_for_every_response_and_call():
    drawn = dropout()
    first, second = drawn.mask(torch.empty(1, 40, 2)), drawn.mask(torch.empty(1, 40, 2))
    assert not torch.equal(first[..., 0], first[..., 1])
    assert not torch.equal(first, second)


COLUMNS = [column.float().view(MEMBERS, BATCH) for column in columns_of(MEMBERS * BATCH)]


@pytest.mark.parametrize("columns", [(), COLUMNS], ids=["plain", "with terms"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("clip_norm", [0.0, 1e-3, 100.0])
def test_update_under_dropout_equals_autograd_under_the_same_masks(activation, clip_norm, columns):
    # A large eps: where a gradient is zero AdamW would follow its rounding error.
    training = TrainingSettings(
        lr=0.1, beta1=0.9, beta2=0.999, eps=1e-3, weight_decay=0.0, clip_norm=clip_norm,
        warmup_steps=0, batch=BATCH, epochs=1, eval_every=1, patience=1,
    )  # fmt: skip
    head = HeadShape(layers=LAYERS, activation=activation, init="xavier_normal", init_scale=1.0)
    layers = [initial_weights(head, DIMENSION, torch.Generator().manual_seed(m)) for m in range(MEMBERS)]
    batches = torch.randn(4, MEMBERS, 2 * BATCH, DIMENSION, generator=torch.Generator().manual_seed(5))
    heads = RewardHeads.stack(layers, activation, "cpu")
    stepper = TrainingStep(heads, StepRules(training, BRADLEY_TERRY, dropout()))
    terms = PairTerms(*columns).unsqueeze(1)
    losses = [stepper.update(batch, training.lr, terms) for batch in batches]
    steps = [(batches[:, m], m, [column[m] for column in columns]) for m in range(MEMBERS)]
    expected = list(zip(*(autograd(layers[m], steps[m], activation, training) for m in range(MEMBERS)), strict=True))
    assert torch.allclose(torch.stack(losses), torch.tensor(expected[0]).T, atol=1e-5)
    for member, parameters in enumerate(expected[1]):
        for layer, (weight, bias) in enumerate(parameters):
            assert torch.allclose(heads.weights[layer][member], weight, atol=2e-5)
            if layer < len(LAYERS):  # the last bias cancels in every pair and learns nothing
                assert torch.allclose(heads.biases[layer][member], bias, atol=2e-5)


def autograd(layers, steps, activation, training):
    """Losses and layers of one member after a step a batch, masks drawn by the rule: an array M × units × responses a
    layer, layer after layer."""
    batches, member, columns = steps
    parameters = [(w.clone().requires_grad_(), b.clone().requires_grad_()) for w, b in layers]
    flat = [tensor for layer in parameters for tensor in layer]
    optimizer = torch.optim.AdamW(flat, lr=training.lr, eps=training.eps, weight_decay=0.0)
    generator, losses = torch.Generator().manual_seed(7), []
    for batch in batches:
        hidden = batch
        for layer, (weight, bias) in enumerate(parameters):
            if layer:
                kept = torch.empty(MEMBERS, hidden.shape[1], len(hidden)).bernoulli_(1 - RATE, generator=generator)
                hidden = ACTIVATIONS[activation](hidden) * kept[member].T / (1 - RATE)
            hidden = hidden @ weight.T + bias
        loss = loss_of((hidden[:BATCH] - hidden[BATCH:])[:, 0], *columns).mean()
        optimizer.zero_grad()
        loss.backward()
        if training.clip_norm:
            torch.nn.utils.clip_grad_norm_(flat, training.clip_norm)
        optimizer.step()
        losses.append(loss.item())
    return losses, [(weight.detach(), bias.detach()) for weight, bias in parameters]
