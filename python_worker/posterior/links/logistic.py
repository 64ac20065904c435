"""The link of Bradley and Terry."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Logistic:
    """P(first preferred) = σ(z); a target between 0 and 1 is a share of such labels."""

    def losses(self, logits: torch.Tensor, targets: torch.Tensor | None, threshold: float) -> torch.Tensor:
        """softplus(−z) + (1 − t)·z."""
        losses = torch.nn.functional.softplus(-logits, threshold=threshold)
        return losses if targets is None else losses + (1 - targets) * logits

    def slopes(self, logits: torch.Tensor, targets: torch.Tensor | None) -> torch.Tensor:
        """σ(z) − t."""
        slopes = -torch.sigmoid(-logits)
        return slopes if targets is None else slopes + (1 - targets)

    def curvatures(self, logits: torch.Tensor) -> torch.Tensor:
        """σ(z)·σ(−z)."""
        return torch.sigmoid(logits) * torch.sigmoid(-logits)

    def told(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits."""
        return logits


LOGISTIC = Logistic()
