"""Lloyd's k-means."""

from __future__ import annotations

import numpy as np
import torch

from ..context.context import Context
from .points import Points
from .spread import spread

_ROWS_A_BLOCK = 8192


def k_means(
    rows_nd: torch.Tensor, learnt_on: np.ndarray, draws_k: np.ndarray, iterations: int, context: Context
) -> np.ndarray:
    """The nearest of at most K centres for every row, the first of equals; int32 N.

    Centres start from k-means++ and are learnt on some rows. One that loses all its rows stays where it was.
    """
    if not len(rows_nd):
        return np.empty(0, np.int32)
    sample = rows_nd[torch.from_numpy(learnt_on.astype(np.int64)).to(rows_nd.device)].double()
    seeds = spread(Points(sample, context.check), sample[:0], len(draws_k), draws_k, context)
    centres = sample[torch.from_numpy(seeds.positions.astype(np.int64)).to(sample.device)]
    assigned = None
    for iteration in range(iterations):
        context.progress(iteration, iterations)
        before, assigned = assigned, _assign(sample, centres, context)
        if before is not None and torch.equal(before, assigned):
            break
        centres = _means(sample, assigned, centres)
    return _assign(rows_nd, centres, context).cpu().numpy().astype(np.int32)


def _assign(rows_nd: torch.Tensor, centres_kd: torch.Tensor, context: Context) -> torch.Tensor:
    lengths, nearest = centres_kd.square().sum(dim=1), []
    for block in rows_nd.split(_ROWS_A_BLOCK):
        context.check()
        nearest.append(torch.addmm(lengths, block.double(), centres_kd.T, alpha=-2).argmin(dim=1))
    return torch.cat(nearest)


def _means(rows_nd: torch.Tensor, assigned_n: torch.Tensor, before_kd: torch.Tensor) -> torch.Tensor:
    counts = torch.bincount(assigned_n, minlength=len(before_kd)).unsqueeze(1)
    sums = torch.zeros_like(before_kd).index_add_(0, assigned_n, rows_nd)
    return torch.where(counts > 0, sums / counts.clamp(min=1), before_kd)
