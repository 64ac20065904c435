"""The loss of preferences."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class BradleyTerry:
    """Mean of −ln σ(r_chosen − r_rejected), nats; of one output, the reward. A bias common to both cancels."""

    last_bias_cancels: bool = True

    def __call__(self, rewards_m1b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses (M) and their derivatives by the rewards (M × 1 × B)."""
        chosen, rejected = rewards_m1b.chunk(2, dim=2)
        margin = chosen - rejected
        slope = torch.sigmoid(-margin).div_(-margin.shape[2])
        losses = torch.nn.functional.softplus(-margin).mean(dim=(1, 2))
        return losses, torch.cat((slope, -slope), dim=2)


BRADLEY_TERRY = BradleyTerry()
