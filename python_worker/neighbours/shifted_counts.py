"""Acquired items near each prompt once the pool's rows are shifted: the reference's operator-precedence slip."""

from __future__ import annotations

import numpy as np

from ..context.context import Context
from ..store.lazy_rows import LazyRows
from .distances import distances_from

_BLOCK_NUMBERS = 1 << 22
_LANES = 64
_ROUNDING = 2.0**-53


def shifted_counts(
    features_ud: np.ndarray | LazyRows,
    remaining_u: np.ndarray,
    acquired_u: np.ndarray,
    radius_u: np.ndarray,
    context: Context,
) -> np.ndarray:
    """For every row with `remaining` items, acquired items within `radius` (<=) of it after it moved by −μ/σ; int32.

    μ and σ (ddof 1) are those of the remaining items. Where σ is 0 or undefined the shift is not finite and nothing
    is near, as in the reference. Memory beside the features is that of a few blocks.
    """
    counts = np.zeros(len(features_ud), np.int32)
    shift = _shift(features_ud, remaining_u, context)
    if not np.isfinite(shift).all() or not acquired_u.any():
        return counts
    acquired = np.flatnonzero(acquired_u)
    near = _maybe_near(features_ud, shift, np.flatnonzero(remaining_u), acquired, radius_u)
    block = _rows_of_block(features_ud)
    for start in range(0, len(near), block):
        rows = near[start : start + block]
        moved = features_ud[rows] - shift
        for begin in range(0, len(acquired), block):
            context.check()
            some = acquired[begin : begin + block]
            counts[rows] += _inside(features_ud, moved, some, radius_u[rows]) @ acquired_u[some]
        context.progress(start + len(rows), len(near))
    return counts


def _rows_of_block(features_ud: np.ndarray | LazyRows) -> int:
    return max(1, _BLOCK_NUMBERS // max(features_ud.shape))


def _shift(features_ud: np.ndarray | LazyRows, remaining_u: np.ndarray, context: Context) -> np.ndarray:
    """μ/σ over items, float64; not finite where σ is 0 or there are fewer than two items."""
    rows = np.flatnonzero(remaining_u)
    weights = remaining_u[rows].astype(np.float64)
    shift = np.empty(features_ud.shape[1])
    # Blocks of columns: every column's sums stay in one order. Whole vectors of a processor keep its last bits.
    width = max(_LANES, _BLOCK_NUMBERS // max(1, len(rows)) // _LANES * _LANES)
    for start in range(0, len(shift), width):
        context.check()
        columns = slice(start, start + width)
        shift[columns] = _mean_over_deviation(features_ud[:, columns][rows].astype(np.float64), weights)
    return shift


def _mean_over_deviation(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    total = weights.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = weights @ values / total
        values -= mean
        np.square(values, out=values)
        return mean / np.sqrt(weights @ values / (total - 1))


def _maybe_near(
    features_ud: np.ndarray | LazyRows,
    shift: np.ndarray,
    rows: np.ndarray,
    acquired: np.ndarray,
    radius_u: np.ndarray,
) -> np.ndarray:
    """Leaves out rows the shift carries away from all acquired ones: |x − c − y|² ≥ |c|² − 2(x·c − y·c)."""
    along, longest = _along(features_ud, shift)
    length = shift @ shift
    least = length - 2 * (along[rows] - along[acquired].min())
    slack = 8 * len(shift) * _ROUNDING * (length + np.abs(along).max() + longest)
    return rows[least - slack <= radius_u[rows] ** 2]


def _along(features_ud: np.ndarray | LazyRows, shift: np.ndarray) -> tuple[np.ndarray, float]:
    """Product of every row with the shift, and the largest squared length of a row."""
    along, longest, block = np.empty(len(features_ud)), 0.0, _rows_of_block(features_ud)
    for start in range(0, len(along), block):
        values = features_ud[start : start + block].astype(np.float64)
        along[start : start + block] = values @ shift
        longest = max(longest, float(np.einsum("nd,nd->n", values, values).max()))
    return along, longest


def _inside(
    features_ud: np.ndarray | LazyRows, moved_nd: np.ndarray, acquired: np.ndarray, radius_n: np.ndarray
) -> np.ndarray:
    """Which acquired rows lie within the radius of each moved row (n × A); close calls by the one distance routine."""
    others = features_ud[acquired].astype(np.float64)
    squares, other_squares = (np.einsum("nd,nd->n", rows, rows) for rows in (moved_nd, others))
    distances = squares[:, np.newaxis] + other_squares - 2 * (moved_nd @ others.T)
    error = 8 * (len(moved_nd[0]) + 4) * _ROUNDING * (squares.max() + other_squares.max())
    excess = distances - radius_n[:, np.newaxis] ** 2
    inside = excess <= 0
    for row in np.flatnonzero((np.abs(excess) <= error).any(axis=1)):
        unsure = np.flatnonzero(np.abs(excess[row]) <= error)
        inside[row, unsure] = distances_from(moved_nd[row], features_ud, acquired[unsure]) <= radius_n[row]
    return inside
