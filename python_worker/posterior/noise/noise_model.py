"""What a noise model tells of pairs."""

from __future__ import annotations

from typing import Protocol

import torch

from ...store.pair_distances import PairDistances
from ..links.link import Link


class Noise(Protocol):
    """s in the logit s·(r_first − r_second) of a pair, and what a logit says of labels; it never sees a label."""

    def scales(self, distances: PairDistances) -> torch.Tensor | None:
        """s of N pairs, float64, positive and alike for (a, b) and (b, a); None: 1 everywhere, nothing is computed."""

    def link(self, ties: float) -> Link:
        """How probable labels are at a logit; `ties` is Davidson's ν, 0 where a tie is a label of ½ like any other."""
