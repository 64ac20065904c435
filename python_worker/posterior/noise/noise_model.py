"""What a noise model tells of pairs."""

from __future__ import annotations

from typing import Protocol

import torch

from ...store.pair_distances import PairDistances


class Noise(Protocol):
    """s in the logit s·(r_first − r_second) of a pair; it never sees a label."""

    def scales(self, distances: PairDistances) -> torch.Tensor | None:
        """s of N pairs, float64, positive and alike for (a, b) and (b, a); None: 1 everywhere, nothing is computed."""
