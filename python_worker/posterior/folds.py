"""Labelled pairs in parts, each of which is held out once."""

from __future__ import annotations

import numpy as np
import torch

from ..protocol.messages import PosteriorFitParams
from ..seeding import torch_generator


def folds_of(params: PosteriorFitParams, count: int, folds: int) -> list[np.ndarray]:
    """Indices of `count` pairs in `folds` parts of about equal size (fewer where there are fewer pairs), drawn from the
    stream (seed, 'folds', round); none of a single pair, which leaves nothing to learn from."""
    if count < 2:
        return []
    order = torch.randperm(count, generator=torch_generator((params.seed, "folds", params.round))).numpy()
    return np.array_split(order, min(folds, count))
