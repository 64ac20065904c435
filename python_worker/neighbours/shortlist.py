"""Candidates for the nearest rows from matrix products, with a proven bound for all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

_BLOCK_NUMBERS = 1 << 24
_ROUTINE_SLACK = 1e-9
_SQUARES_ROUNDING = 2.0**-53


@dataclass(frozen=True)
class Candidates:
    """`ids` (n × S) hold each row itself and those that look nearest; every other row is at least `beyond` (n) away."""

    ids: np.ndarray
    beyond: np.ndarray


class Shortlist:
    """Ranks rows by |y|² − 2xy over centred features in `dtype` (float32 or float64).

    With u half the spacing of 1, the key is wrong by at most 2·D·u·|x||y| for the product in whatever order it is
    summed, and by one rounding each for |y|², for the sum and for the length's square. Both squares are sums in
    float64, wrong by at most D·2⁻⁵³ of themselves: nothing beside u in float32, but not in float64. Centring moves a
    row by at most u times its length. The constants below are larger than that adds up to.
    """

    def __init__(self, features_ud: np.ndarray, dtype: torch.dtype, device: str = "cpu") -> None:
        mean = torch.from_numpy(features_ud.mean(axis=0, dtype=np.float64)).to(device, dtype)
        self._rows = torch.from_numpy(features_ud).to(device).to(dtype) - mean
        squares = torch.cat([block.double().square().sum(dim=1) for block in self._rows.split(self.block)])
        self._squares = squares.to(dtype)
        self._lengths = squares.sqrt().cpu().numpy()
        self._unit = torch.finfo(dtype).eps / 2

    @property
    def block(self) -> int:
        """Rows worth asking about at a time."""
        return max(1, _BLOCK_NUMBERS // max(self._rows.shape))

    def nearest(self, rows: np.ndarray, size: int) -> Candidates:
        """For some of the rows, the row itself and the `size` − 1 others that look nearest, in no order."""
        index = torch.from_numpy(rows).to(self._rows.device)
        keys = torch.addmm(self._squares, self._rows[index], self._rows.T, alpha=-2)
        keys.scatter_(1, index.unsqueeze(1), -torch.inf)
        best, ids = keys.topk(size, dim=1, largest=False, sorted=False)
        worst = best.amax(dim=1).double().cpu().numpy()
        beyond = self._bound(rows, worst) if size < len(self._rows) else np.full(len(rows), np.inf)
        return Candidates(ids.cpu().numpy(), beyond)

    def _bound(self, rows: np.ndarray, worst: np.ndarray) -> np.ndarray:
        """A distance that no row with a key of at least `worst` is nearer than; 0 where numbers may have overflowed."""
        length, longest, dimension = self._lengths[rows], self._lengths.max(), self._rows.shape[1]
        limits = torch.finfo(self._rows.dtype)
        if not 8 * longest**2 < limits.max:
            return np.zeros(len(rows))
        error = self._unit * ((2.02 * dimension + 8) * length * longest + 8 * (length**2 + longest**2))
        error += 1.01 * dimension * _SQUARES_ROUNDING * (length**2 + longest**2)
        underflow = (4 * dimension + 8) * limits.smallest_normal
        centred = np.sqrt(np.maximum(0.0, worst + length**2 - error - underflow))
        moved = 4 * self._unit * longest + 2 * dimension * limits.smallest_normal
        return np.maximum(0.0, centred - moved) * (1 - _ROUTINE_SLACK)
