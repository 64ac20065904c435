"""Constant noise: the plain Bradley–Terry model."""

from __future__ import annotations

from dataclasses import dataclass

from ...store.pair_distances import PairDistances


@dataclass(frozen=True)
class Constant:
    """s = 1: far-apart answers are as decisive as their rewards say."""

    def scales(self, distances: PairDistances) -> None:
        """Nothing is computed."""
        del distances
