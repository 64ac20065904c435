"""Rows of a matrix that are read when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class LazyRows:
    """The rows `rows_u` (int64) of `matrix_pd`, indexed like a float32 array U × D that is never whole in memory.

    `lazy[:, 3:9]` is lazy too; `lazy[rows]` and `lazy[row]` are float32 arrays.
    """

    matrix_pd: torch.Tensor
    rows_u: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """U and D."""
        return len(self.rows_u), self.matrix_pd.shape[1]

    def __len__(self) -> int:
        return len(self.rows_u)

    def __getitem__(self, key):
        if isinstance(key, tuple):
            every, columns = key
            assert every == slice(None), "rows are taken after columns"
            return LazyRows(self.matrix_pd[:, columns], self.rows_u)
        return self.matrix_pd[torch.as_tensor(self.rows_u[key])].float().numpy()
