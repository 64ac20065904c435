"""Pairs of response rows, with every response taken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from .reward_heads import RewardHeads


@dataclass(frozen=True)
class PairFeatures:
    """N pairs over R distinct responses: rows `rows_r` of `features_rd` (None: all), `pairs_n2` positions into them."""

    features_rd: torch.Tensor
    pairs_n2: torch.Tensor
    rows_r: torch.Tensor | None = None

    @classmethod
    def gather(cls, responses: torch.Tensor, pairs_n2: np.ndarray) -> PairFeatures:
        """Copies the responses that the pairs name (N × 2 rows) from a store's matrix, for many passes over them."""
        referring = cls.refer(responses, pairs_n2)
        return cls(responses.index_select(0, referring.rows_r), referring.pairs_n2)

    @classmethod
    def refer(cls, responses: torch.Tensor, pairs_n2: np.ndarray) -> PairFeatures:
        """The same over the matrix itself, for a single pass."""
        rows, positions = np.unique(pairs_n2, return_inverse=True)
        index = torch.from_numpy(rows.astype(np.int64)).to(responses.device)
        pairs = torch.from_numpy(positions.reshape(-1, 2).astype(np.int64)).to(responses.device)
        return cls(responses, pairs, index)

    def __len__(self) -> int:
        return len(self.pairs_n2)

    def logits(self, heads: RewardHeads, check: Callable[[], None] = lambda: None) -> torch.Tensor:
        """Reward differences first − second, M × N. Calls `check` before every block of responses."""
        rewards = heads.rewards(self.features_rd, self.rows_r, check)
        return rewards[:, self.pairs_n2[:, 0]] - rewards[:, self.pairs_n2[:, 1]]

    def losses(self, heads: RewardHeads, check: Callable[[], None] = lambda: None) -> torch.Tensor:
        """Mean Bradley–Terry loss of every head in nats, the first of a pair being the chosen one (M, float64)."""
        return torch.nn.functional.softplus(-self.logits(heads, check).double()).mean(dim=1)
