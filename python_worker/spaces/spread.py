"""Walks through a space away from what is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..context.context import Context
from .choose import TAKEN, draw_by_weight, first_largest
from .points import Points

_CENTRES_A_BLOCK = 256


@dataclass(frozen=True)
class Trail:
    """Chosen positions (P) in order, and what each was worth when it was chosen (P)."""

    positions: np.ndarray
    values: np.ndarray


def spread(
    points: Points, centres_cd: torch.Tensor, picks: int, draws_p: np.ndarray | None, context: Context
) -> Trail:
    """Farthest-first traversal away from the centres, or k-means++ seeding where there are draws.

    Values are distances to the nearest centre or pick before, +inf where there was none.
    """
    squares = _to_nearest(points, centres_cd, context)
    positions = np.empty(min(picks, len(points)), np.int32)
    values = np.empty(len(positions))
    for pick in range(len(positions)):
        context.progress(pick, len(positions))
        position = first_largest(squares) if draws_p is None else draw_by_weight(squares, draws_p[pick])
        positions[pick], values[pick] = position, float(squares[position]) ** 0.5
        squares[position] = TAKEN
        torch.minimum(squares, points.squares_to(points[position : position + 1])[:, 0], out=squares)
    return Trail(positions, values)


def _to_nearest(points: Points, centres_cd: torch.Tensor, context: Context) -> torch.Tensor:
    squares = torch.full((len(points),), torch.inf, dtype=torch.float64, device=points.device)
    for start in range(0, len(centres_cd), _CENTRES_A_BLOCK):
        context.progress(start, len(centres_cd))
        near = points.squares_to(centres_cd[start : start + _CENTRES_A_BLOCK]).amin(dim=1)
        torch.minimum(squares, near, out=squares)
    return squares
