"""The loss of preferences."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..pairs.pair_terms import PairTerms


@dataclass(frozen=True)
class BradleyTerry:
    """Mean of w·[softplus(−z) + (1 − t)·z], z = s·(r_first − r_second), nats; of one output, the reward.

    With plain terms that is −ln σ(r_chosen − r_rejected). A bias common to both responses cancels.
    """

    last_bias_cancels: bool = True

    def __call__(self, rewards_m1b: torch.Tensor, terms_m1b: PairTerms) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses (M) and their derivatives by the rewards (M × 1 × B)."""
        first, second = rewards_m1b.chunk(2, dim=2)
        logits = terms_m1b.logits(first - second)
        slope = terms_m1b.slopes(logits).div_(logits.shape[2])
        losses = terms_m1b.losses(logits).mean(dim=(1, 2))
        return losses, torch.cat((slope, -slope), dim=2)


BRADLEY_TERRY = BradleyTerry()
