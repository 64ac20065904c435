"""Normal fits to rewards, and how far rewards lie in their tails."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...base.errors import invalid_argument
from ..pairs.pair_terms import PLAIN, PairTerms


@dataclass(frozen=True)
class RewardFits:
    """Mean and standard deviation (ddof 0) of the rewards of chosen and of rejected responses, float64 on the host."""

    means_2: torch.Tensor
    deviations_2: torch.Tensor

    @classmethod
    def fit(cls, rewards_n2: torch.Tensor, name: str) -> RewardFits:
        """The fits to labelled pairs (chosen, rejected). Raises INVALID_ARGUMENT when either has no spread."""
        for column, side in enumerate(("chosen", "rejected")):
            rewards = rewards_n2[:, column]
            if bool(rewards.min() == rewards.max()):
                raise invalid_argument(
                    f"Cannot fit {name} by lru: the rewards of the {side} responses of all labelled pairs "
                    f"({len(rewards)}) are {float(rewards[0]):.6g}, at least two different rewards are needed"
                )
        return cls(rewards_n2.mean(dim=0), rewards_n2.std(dim=0, correction=0))

    def uncertainty(self, rewards_n2: torch.Tensor, terms: PairTerms = PLAIN) -> torch.Tensor:
        """Expectation of −(α_chosen + α_rejected) over which response of each pair (a, b) is chosen, float64 N.

        α = min(F, 1 − F) under the side's normal; P(a chosen) = σ of the logit that the pairs'
        terms tell. Swapping the sides of a pair changes nothing, to the last bit.
        """
        a, b = rewards_n2.T
        logit = terms.told(terms.logits(a - b))
        if_a = self._tail(a, 0) + self._tail(b, 1)
        if_b = self._tail(b, 0) + self._tail(a, 1)
        return -(torch.sigmoid(logit) * if_a + torch.sigmoid(-logit) * if_b)

    def _tail(self, rewards_n: torch.Tensor, side: int) -> torch.Tensor:
        return torch.special.ndtr(-((rewards_n - self.means_2[side]) / self.deviations_2[side]).abs())
