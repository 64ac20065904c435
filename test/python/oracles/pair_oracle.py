"""The loss of a pair written again the plain way, for autograd: no shared code."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def columns_of(count, seed=7):
    """Targets (hard, tied and soft ones), weights and scales of pairs, float64."""
    generator = torch.Generator().manual_seed(seed)
    targets = torch.rand(count, generator=generator, dtype=torch.float64)
    targets[::4], targets[1::4], targets[2::8] = 1.0, 0.0, 0.5
    weights = 0.2 + 3 * torch.rand(count, generator=generator, dtype=torch.float64)
    scales = 0.3 + 2 * torch.rand(count, generator=generator, dtype=torch.float64)
    return targets, weights, scales


def loss_of(differences, targets=None, weights=None, scales=None):
    """w times the cross-entropy between Bernoulli(t) and Bernoulli(σ(s·Δ)), pair by pair, nats."""
    logits = differences if scales is None else scales * differences
    losses = binary_cross_entropy_with_logits(
        logits, torch.ones_like(logits) if targets is None else targets.expand_as(logits), reduction="none"
    )
    return losses if weights is None else weights * losses
