"""The one routine every distance comes from."""

from __future__ import annotations

import numpy as np

from ..store.lazy_rows import LazyRows

_BLOCK_NUMBERS = 1 << 16


def distances_from(query_d: np.ndarray, features_ud: np.ndarray | LazyRows, candidates: np.ndarray) -> np.ndarray:
    """Euclidean distances from one point to some rows of float32 features, float64.

    Differences and their sum are float64 in an order that depends on D alone, so a pair of rows has one distance to
    the last bit: from either side and in whatever company.
    """
    squares = np.empty(len(candidates))
    query = query_d.astype(np.float64)
    block = max(1, _BLOCK_NUMBERS // len(query))
    for start in range(0, len(candidates), block):
        difference = features_ud[candidates[start : start + block]].astype(np.float64)
        difference -= query
        np.einsum("nd,nd->n", difference, difference, out=squares[start : start + block])
    return np.sqrt(squares, out=squares)
