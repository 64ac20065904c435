"""A fitted posterior as the worker keeps it under its handle."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.messages import StoreRef
from .reward_heads import RewardHeads


@dataclass(frozen=True)
class KeptPosterior:
    """Heads and the store whose responses they judge."""

    heads: RewardHeads
    store: StoreRef

    @property
    def nbytes(self) -> int:
        """Bytes of the heads."""
        return self.heads.nbytes
