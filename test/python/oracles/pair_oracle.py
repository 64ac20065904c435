"""The loss of a pair written again the plain way, for autograd: no shared code."""

import torch
from torch.nn.functional import binary_cross_entropy, binary_cross_entropy_with_logits


def columns_of(count, seed=7):
    """Targets (hard, tied and soft ones), weights and scales of pairs, float64."""
    generator = torch.Generator().manual_seed(seed)
    targets = torch.rand(count, generator=generator, dtype=torch.float64)
    targets[::4], targets[1::4], targets[2::8] = 1.0, 0.0, 0.5
    weights = 0.2 + 3 * torch.rand(count, generator=generator, dtype=torch.float64)
    scales = 0.3 + 2 * torch.rand(count, generator=generator, dtype=torch.float64)
    return targets, weights, scales


def logistic(logits, targets):
    """Cross-entropy between Bernoulli(t) and Bernoulli(σ(z))."""
    return binary_cross_entropy_with_logits(logits, targets, reduction="none")


def davidson(ties):
    """Minus the log-likelihood under the softmax of (z/2, ln ν, −z/2); a target of ½ is the middle one."""

    def losses(logits, targets):
        scores = torch.stack((logits / 2, torch.full_like(logits, ties).log(), -logits / 2))
        first, tie, second = scores.log_softmax(dim=0)
        return -torch.where(targets == 0.5, tie, targets * first + (1 - targets) * second)

    return losses


def lapse(rate):
    """Cross-entropy between Bernoulli(t) and Bernoulli(ε/2 + (1 − ε)·σ(z))."""

    def losses(logits, targets):
        return binary_cross_entropy(rate / 2 + (1 - rate) * logits.sigmoid(), targets, reduction="none")

    return losses


def loss_of(differences, targets=None, weights=None, scales=None, link=logistic):
    """w times the loss of the link at s·Δ, pair by pair, nats."""
    logits = differences if scales is None else scales * differences
    losses = link(logits, torch.ones_like(logits) if targets is None else targets.expand_as(logits).contiguous())
    return losses if weights is None else weights * losses
