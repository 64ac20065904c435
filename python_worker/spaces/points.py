"""Points that distances to are taken again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

_BLOCK_BYTES = 128 << 20
_DOUBLE_BYTES = 1 << 30
_ROUNDING = 2.0**-53


class Points:
    """N points in D dimensions, float64 where that is no more than 1 GiB, otherwise float32 until they are used."""

    def __init__(self, rows_nd: torch.Tensor, check: Callable[[], None] = lambda: None) -> None:
        """Calls `check` before every block of rows that is read."""
        self._rows = rows_nd.double() if rows_nd.numel() * 8 <= _DOUBLE_BYTES else rows_nd
        self._check = check
        self._squares = torch.empty(len(rows_nd), dtype=torch.float64, device=rows_nd.device)
        for rows, block in self._blocks():
            self._squares[rows] = block.square().sum(dim=1)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: torch.Tensor | slice) -> torch.Tensor:
        """Some points, float64."""
        return self._rows[index].double()

    @property
    def device(self) -> torch.device:
        """Where the points are."""
        return self._rows.device

    def squares_to(self, others_md: torch.Tensor) -> torch.Tensor:
        """‖x − y‖² to other points, float64 N × M. What rounding could have made of 0 is 0."""
        others = others_md.double()
        lengths = others.square().sum(dim=1)
        squares = torch.empty((len(self), len(others)), dtype=torch.float64, device=self.device)
        for rows, block in self._blocks():
            scale = self._squares[rows].unsqueeze(1) + lengths
            some = torch.addmm(scale, block, others.T, alpha=-2)
            squares[rows] = some.masked_fill_(some <= 2 * (block.shape[1] + 4) * _ROUNDING * scale, 0.0)
        return squares

    def _blocks(self) -> Iterator[tuple[slice, torch.Tensor]]:
        size = max(1, _BLOCK_BYTES // (8 * max(1, self._rows.shape[1])))
        for start in range(0, len(self._rows), size):
            self._check()
            rows = slice(start, start + size)
            yield rows, self._rows[rows].double()
