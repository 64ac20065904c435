"""Dropout on the inputs of layers."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class InputDropout:
    """Drops an input with probability `rate`; what is kept is scaled by 1 / (1 − rate), so that means stay."""

    rate: float
    generator: torch.Generator

    def mask(self, inputs: torch.Tensor) -> torch.Tensor:
        """A fresh factor for every number of `inputs`: 0 or 1 / (1 − rate); drawn on the host, whatever the device."""
        kept = torch.empty(inputs.shape).bernoulli_(1.0 - self.rate, generator=self.generator)
        return kept.div_(1.0 - self.rate).to(inputs.device)
