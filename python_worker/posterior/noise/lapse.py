"""Noise of people who at times do not look."""

from __future__ import annotations

from dataclasses import dataclass

from ...base.errors import invalid_argument
from ...store.pair_distances import PairDistances
from ..links.lapse import Lapse as LapseLink


@dataclass(frozen=True)
class Lapse:
    """s = 1; a share `rate` of the labels is drawn by a coin."""

    rate: float

    def scales(self, distances: PairDistances) -> None:
        """Nothing is computed."""
        del distances

    def link(self, ties: float) -> LapseLink:
        """The link of that rate. Raises INVALID_ARGUMENT for ties, which it has no probability for."""
        if ties:
            raise invalid_argument(
                f"Cannot fit under posterior.noise.type lapse: ties are modelled too (ν = {ties:.3g}), "
                "labels.ties half or drop is needed"
            )
        return LapseLink(self.rate)
