"""A feature store in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .lazy_rows import LazyRows


@dataclass(frozen=True)
class FeatureStore:
    """Features of a dataset's unique texts.

    `prompts_pd` stays on the host (neighbours are computed there); `responses_rd` lies on the worker's device.
    Either is float32, or the file's 16-bit type where float32 would be large.
    """

    id: str
    path: str
    prompts_pd: torch.Tensor
    responses_rd: torch.Tensor

    @property
    def nbytes(self) -> int:
        """Bytes of both matrices."""
        return self.prompts_pd.nbytes + self.responses_rd.nbytes

    def prompt_rows(self, rows: np.ndarray) -> np.ndarray:
        """Those prompts' features, float32, len(rows) × D: the store's own matrix when it is just that."""
        lazy = self.lazy_prompt_rows(rows)
        return lazy if isinstance(lazy, np.ndarray) else lazy[:]

    def lazy_prompt_rows(self, rows: np.ndarray) -> np.ndarray | LazyRows:
        """The same for one pass over it in blocks, without a copy of the whole."""
        if self.prompts_pd.dtype == torch.float32 and np.array_equal(rows, np.arange(len(self.prompts_pd))):
            return self.prompts_pd.numpy()
        return LazyRows(self.prompts_pd, rows.astype(np.int64))
