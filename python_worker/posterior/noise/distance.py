"""Noise that grows with the distance of a pair's answers."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...store.pair_distances import PairDistances
from ..links.bradley_terry_link import bradley_terry_link
from ..links.link import Link

# Nearer answers than this share of the typical distance count as that near: s stays finite at distance 0.
_NEAREST = 0.1


@dataclass(frozen=True)
class Distance:
    """s = (t / max(d, t/10))^γ for pairs of distance d, t being the typical distance: at γ = 1 the expected size of a
    logit no longer depends on how far apart the answers' features are."""

    exponent: float
    typical: float

    def scales(self, distances: PairDistances) -> torch.Tensor | None:
        """s of every pair, float64, at most 10^γ; None for γ = 0."""
        return None if self.exponent == 0 else self.of(distances.values())

    def of(self, distances_n: torch.Tensor) -> torch.Tensor:
        """s at such distances."""
        return (self.typical / distances_n.clamp(min=_NEAREST * self.typical)) ** self.exponent

    def link(self, ties: float) -> Link:
        """Bradley and Terry's, or Davidson's where there are ties."""
        return bradley_terry_link(ties)
