"""Constant noise: the plain Bradley–Terry model."""

from __future__ import annotations

from dataclasses import dataclass

from ...store.pair_distances import PairDistances
from ..links.bradley_terry_link import bradley_terry_link
from ..links.link import Link


@dataclass(frozen=True)
class Constant:
    """s = 1: far-apart answers are as decisive as their rewards say."""

    def scales(self, distances: PairDistances) -> None:
        """Nothing is computed."""
        del distances

    def link(self, ties: float) -> Link:
        """Bradley and Terry's, or Davidson's where there are ties."""
        return bradley_terry_link(ties)
