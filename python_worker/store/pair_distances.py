"""Distances between the responses of pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True)
class PairDistances:
    """‖φ(first) − φ(second)‖ of N pairs (rows `pairs_n2` of `features_rd`), made when they are asked for."""

    features_rd: torch.Tensor
    pairs_n2: np.ndarray
    check: Callable[[], None] = lambda: None

    def values(self) -> torch.Tensor:
        """Euclidean distances, float64 N on the device of the features; `check` is called before every block."""
        pairs = torch.from_numpy(self.pairs_n2.astype(np.int64)).to(self.features_rd.device)
        distances = torch.empty(len(pairs), dtype=torch.float64, device=pairs.device)
        size = max(1, _BLOCK_BYTES // (16 * self.features_rd.shape[1]))
        for start in range(0, len(pairs), size):
            self.check()
            first, second = (self.features_rd[rows].double() for rows in pairs[start : start + size].T)
            distances[start : start + size] = torch.linalg.vector_norm(first - second, dim=1)
        return distances
