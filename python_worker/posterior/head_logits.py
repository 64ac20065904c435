"""Logits of pairs of a store's responses under rewards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch

from ..context import Context
from ..errors import invalid_argument
from ..store.open_store import open_store
from .kept_posterior import KeptPosterior
from .pair_features import PairFeatures


class Rewards(Protocol):
    """S samples of a reward function."""

    def rewards(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None, check: Callable[[], None]
    ) -> torch.Tensor:
        """Rewards S × N of N rows of features; calls `check` before every block."""


def head_logits(posterior: KeptPosterior, rewards: Rewards, pairs_n2: np.ndarray, context: Context) -> np.ndarray:
    """Float32 S × N; each response is scored once, however many pairs hold it. Raises INVALID_ARGUMENT for NaN."""
    responses = open_store(posterior.store, context).responses_rd
    logits_sn = PairFeatures.refer(responses, pairs_n2).logits(rewards, context.check).cpu().float().contiguous().numpy()
    bad = np.flatnonzero(~np.isfinite(logits_sn).all(axis=1))
    if len(bad):
        raise invalid_argument(
            f"Cannot predict with posterior '{posterior.report.posterior}': the logits of sample {bad[0]} are not "
            "finite, a smaller learning rate or other features are needed"
        )
    return logits_sn
