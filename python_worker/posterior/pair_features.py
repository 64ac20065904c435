"""Pairs of response rows, with every response taken once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .reward_heads import RewardHeads


@dataclass(frozen=True)
class PairFeatures:
    """N pairs over R distinct responses: `features_rd`, and `pairs_n2` positions into it."""

    features_rd: torch.Tensor
    pairs_n2: torch.Tensor

    @classmethod
    def gather(cls, responses: torch.Tensor, pairs_n2: np.ndarray) -> PairFeatures:
        """Takes the responses that the pairs name (N × 2 rows) from a store's matrix."""
        rows, positions = np.unique(pairs_n2, return_inverse=True)
        index = torch.from_numpy(rows.astype(np.int64)).to(responses.device)
        pairs = torch.from_numpy(positions.reshape(-1, 2).astype(np.int64)).to(responses.device)
        return cls(responses.index_select(0, index), pairs)

    def __len__(self) -> int:
        return len(self.pairs_n2)

    def logits(self, heads: RewardHeads) -> torch.Tensor:
        """Reward differences first − second, M × N."""
        rewards = heads.rewards(self.features_rd)
        return rewards[:, self.pairs_n2[:, 0]] - rewards[:, self.pairs_n2[:, 1]]

    def losses(self, heads: RewardHeads) -> torch.Tensor:
        """Mean Bradley–Terry loss of every head in nats, the first of a pair being the chosen one (M, float64)."""
        return torch.nn.functional.softplus(-self.logits(heads).double()).mean(dim=1)
