"""A feature store in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch


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
        """Those prompts' features, float32, len(rows) × D."""
        return self.prompts_pd[torch.from_numpy(rows.astype(np.int64))].float().numpy()
