"""The only place that seeds generators which everybody shares: user code may draw from them."""

from __future__ import annotations

import random

import numpy as np
import torch


def seed_global_generators(seed: int) -> None:
    """Seeds torch (every device), numpy and random alike; 0 ≤ seed < 2**32, which numpy takes at most."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
