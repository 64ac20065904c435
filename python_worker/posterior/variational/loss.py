"""The loss of a normal distribution over rewards."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..pairs.pair_terms import PairTerms
from ..training.bradley_terry import BRADLEY_TERRY


@dataclass(frozen=True)
class VariationalLoss:
    """Bradley–Terry loss of rewards drawn from N(μ, σ²), plus `kl_weight` times the mean over responses of
    KL(N(μ, σ²) || N(0, 1)). The outputs are μ and ln σ²."""

    kl_weight: float
    generator: torch.Generator
    last_bias_cancels: bool = False

    def __call__(self, outputs_m2b: torch.Tensor, terms_m1b: PairTerms) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses (M), nats, and their derivatives by the outputs (M × 2 × B), through r = μ + σ·ε with fresh ε."""
        mean, log_variance = outputs_m2b.split(1, dim=1)
        deviation = (log_variance / 2).exp()
        noise = torch.randn(mean.shape, generator=self.generator).to(mean.device)
        losses, slope = BRADLEY_TERRY(mean + deviation * noise, terms_m1b)
        weight = self.kl_weight / mean.shape[2]
        by_mean = slope + weight * mean
        by_log_variance = slope * noise * deviation / 2 + weight * (deviation**2 - 1) / 2
        divergence = (mean**2 + deviation**2 - log_variance - 1) / 2
        return losses + self.kl_weight * divergence.mean(dim=(1, 2)), torch.cat((by_mean, by_log_variance), dim=1)
