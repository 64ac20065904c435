"""One head with several last layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from ..heads.head_body import HeadBody


@dataclass(frozen=True)
class LaplaceHeads:
    """S samples of a reward function: a body and `last_layers_sd` (float64, S × width of the body), without bias."""

    body: HeadBody
    last_layers_sd: torch.Tensor

    def rewards(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None = None, check: Callable[[], None] = lambda: None
    ) -> torch.Tensor:
        """Rewards S × N (float64) of N rows of features (None: all), the body being passed once.

        Calls `check` before every block of rows.
        """
        count = len(features_rd) if rows_n is None else len(rows_n)
        shape = (len(self.last_layers_sd), count)
        rewards = torch.empty(shape, dtype=torch.float64, device=features_rd.device)
        for block, hidden in self.body.blocks(features_rd, rows_n, check):
            rewards[:, block] = self.last_layers_sd @ hidden.double().T
        return rewards
