"""Pairs of response rows, with every response taken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from .pair_terms import PLAIN, PairTerms


class Rewards(Protocol):
    """S samples of a reward function."""

    def rewards(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None, check: Callable[[], None]
    ) -> torch.Tensor:
        """Rewards S × N of N rows of features (None: all); calls `check` before every block."""


@dataclass(frozen=True)
class PairFeatures:
    """N pairs over R distinct responses: rows `rows_r` of `features_rd` (None: all), `pairs_n2` positions into them,
    and the terms of the pairs."""

    features_rd: torch.Tensor
    pairs_n2: torch.Tensor
    rows_r: torch.Tensor | None = None
    terms: PairTerms = PLAIN

    @classmethod
    def gather(cls, responses: torch.Tensor, pairs_n2: np.ndarray, terms: PairTerms = PLAIN) -> PairFeatures:
        """Copies the responses that the pairs name (N × 2 rows) from a store's matrix, for many passes over them."""
        referring = cls.refer(responses, pairs_n2, terms)
        return cls(responses.index_select(0, referring.rows_r), referring.pairs_n2, None, referring.terms)

    @classmethod
    def refer(cls, responses: torch.Tensor, pairs_n2: np.ndarray, terms: PairTerms = PLAIN) -> PairFeatures:
        """The same over the matrix itself, for a single pass."""
        rows, positions = np.unique(pairs_n2, return_inverse=True)
        index = torch.from_numpy(rows.astype(np.int64)).to(responses.device)
        pairs = torch.from_numpy(positions.reshape(-1, 2).astype(np.int64)).to(responses.device)
        return cls(responses, pairs, index, terms.to(responses.device, torch.float64))

    def __len__(self) -> int:
        return len(self.pairs_n2)

    def logits(self, heads: Rewards, check: Callable[[], None] = lambda: None) -> torch.Tensor:
        """Predicted logits, S × N: s·(first − second) through the link. Calls `check` before every block of responses."""
        return self.told(self.differences(self.rewards(heads, check)))

    def told(self, differences: torch.Tensor) -> torch.Tensor:
        """Reward differences (S × N) as predicted logits, in their precision."""
        return self.terms.told(self.terms.logits(differences)).to(differences.dtype)

    def rewards(self, heads: Rewards, check: Callable[[], None] = lambda: None) -> torch.Tensor:
        """Rewards of the responses, S × R."""
        return heads.rewards(self.features_rd, self.rows_r, check)

    def differences(self, rewards_sr: torch.Tensor) -> torch.Tensor:
        """Reward differences first − second of the pairs, S × N."""
        return rewards_sr[:, self.pairs_n2[:, 0]] - rewards_sr[:, self.pairs_n2[:, 1]]

    def losses(self, heads: Rewards, check: Callable[[], None] = lambda: None) -> torch.Tensor:
        """Mean loss of every head under the terms of the pairs, nats (M, float64)."""
        logits = self.terms.logits(self.differences(self.rewards(heads, check)).double())
        return self.terms.losses(logits).mean(dim=1)
