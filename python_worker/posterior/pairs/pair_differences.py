"""The design matrix of a Bradley–Terry model, never whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class PairDifferences:
    """Rows s·(φ(first) − φ(second)) of N pairs, float64 N × D, made in blocks when they are needed.

    `scales_n` are the pairs' s, None for 1; `pairs_n2` are positions into `features_rd`; `check` is called before every block of `block_bytes`.
    """

    features_rd: torch.Tensor
    pairs_n2: torch.Tensor
    check: Callable[[], None] = lambda: None
    block_bytes: int = 64 << 20
    scales_n: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.pairs_n2)

    @property
    def dimension(self) -> int:
        """D."""
        return self.features_rd.shape[1]

    def times(self, vector_d: torch.Tensor) -> torch.Tensor:
        """The matrix times a vector (N)."""
        return torch.cat([block @ vector_d for _rows, block in self._blocks()])

    def transposed_times(self, vector_n: torch.Tensor) -> torch.Tensor:
        """The transposed matrix times a vector (D)."""
        return sum(block.T @ vector_n[rows] for rows, block in self._blocks())

    def gram(self, weights_n: torch.Tensor) -> torch.Tensor:
        """Σ w · row · rowᵀ (D × D)."""
        total = torch.zeros((self.dimension,) * 2, dtype=torch.float64, device=self.features_rd.device)
        for rows, block in self._blocks():
            total.addmm_((block * weights_n[rows, None]).T, block)
        return total

    def _blocks(self) -> Iterator[tuple[slice, torch.Tensor]]:
        size = max(1, self.block_bytes // (8 * self.dimension))
        for start in range(0, len(self), size):
            self.check()
            rows = slice(start, start + size)
            first, second = self.features_rd[self.pairs_n2[rows].T]
            block = first.double() - second.double()
            yield rows, block if self.scales_n is None else block * self.scales_n[rows, None]
