"""What training lowers."""

from __future__ import annotations

from typing import Protocol

import torch


class Objective(Protocol):
    """A loss of M heads on a batch each: of B responses the first half are chosen, the second half rejected."""

    @property
    def last_bias_cancels(self) -> bool:
        """Whether the biases of the last layer have no influence."""

    def __call__(self, outputs_mob: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses (M) of the heads' outputs M × O × B, and their derivatives by the outputs."""
