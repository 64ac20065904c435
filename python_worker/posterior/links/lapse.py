"""A link under which some labels say nothing."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import torch
from torch.nn.functional import logsigmoid


@dataclass(frozen=True)
class Lapse:
    """P(first preferred) = ε/2 + (1 − ε)·σ(z): a share ε in (0, 1) of the labels is drawn by a coin."""

    rate: float

    def losses(self, logits: torch.Tensor, targets: torch.Tensor | None, threshold: float) -> torch.Tensor:
        """−t·ln p − (1 − t)·ln(1 − p)."""
        del threshold
        first = self._log_probability(logits)
        return -first if targets is None else -targets * first - (1 - targets) * self._log_probability(-logits)

    def slopes(self, logits: torch.Tensor, targets: torch.Tensor | None) -> torch.Tensor:
        """(1 − ε)·σ(z)·σ(−z)·((1 − t)/(1 − p) − t/p)."""
        density = log(1 - self.rate) + logsigmoid(logits) + logsigmoid(-logits)
        first = (density - self._log_probability(logits)).exp()
        if targets is None:
            return -first
        return (1 - targets) * (density - self._log_probability(-logits)).exp() - targets * first

    def told(self, logits: torch.Tensor) -> torch.Tensor:
        """ln p − ln(1 − p), at most ln(2/ε − 1) in size."""
        return self._log_probability(logits) - self._log_probability(-logits)

    def _log_probability(self, logits: torch.Tensor) -> torch.Tensor:
        decided = log(1 - self.rate) + logsigmoid(logits)
        return torch.logaddexp(decided, torch.full_like(decided, log(self.rate / 2)))
