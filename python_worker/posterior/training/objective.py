"""What training lowers."""

from __future__ import annotations

from typing import Protocol

import torch

from ..pairs.pair_terms import PairTerms


class Objective(Protocol):
    """A loss of M heads on a batch each: of B responses the first half are the first of their pairs, the second half
    the second ones in the same order."""

    @property
    def last_bias_cancels(self) -> bool:
        """Whether the biases of the last layer have no influence."""

    def __call__(self, outputs_mob: torch.Tensor, terms_m1b: PairTerms) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses (M) of the heads' outputs M × O × B and the terms of the B/2 pairs, and the derivatives by the outputs."""
