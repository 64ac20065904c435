"""Greedy D-optimal design."""

from __future__ import annotations

import numpy as np
import torch

from ..base.errors import invalid_data
from ..context.context import Context
from .choose import TAKEN, first_largest
from .spread import Trail

_ROWS_A_BLOCK = 4096


def greedy_log_det(
    candidates_nd: torch.Tensor, known_kd: torch.Tensor, ridge: float, picks: int, context: Context
) -> Trail:
    """Picks the largest growth of ln det(ridge·I + Σ x·xᵀ) again and again; rows carry the roots of their weights.

    With z = L⁻¹·x, the starting matrix being L·Lᵀ, a pivoted Cholesky factorisation of I + Z·Zᵀ gives every growth.
    Raises INVALID_DATA where the ridge is lost in rounding.
    """
    whitened = _whiten(candidates_nd.double(), _information(known_kd, ridge, context))
    leverage = whitened.square().sum(dim=1)
    positions = np.empty(min(picks, len(whitened)), np.int32)
    values = np.empty(len(positions))
    columns = torch.empty((len(positions), len(whitened)), dtype=torch.float64, device=whitened.device)
    for pick in range(len(positions)):
        context.check()
        context.progress(pick, len(positions))
        position = first_largest(leverage)
        positions[pick], values[pick] = position, np.log1p(float(leverage[position]))
        column = whitened @ whitened[position] - columns[:pick, position] @ columns[:pick]
        columns[pick] = column.div_((1 + leverage[position]).sqrt())
        open_n = leverage >= 0
        leverage = torch.where(open_n, (leverage - columns[pick].square()).clamp_(min=0.0), leverage)
        leverage[position] = TAKEN
    return Trail(positions, values)


def _information(known_kd: torch.Tensor, ridge: float, context: Context) -> torch.Tensor:
    """ridge·I + Σ x·xᵀ, D × D."""
    matrix = torch.eye(known_kd.shape[1], dtype=torch.float64, device=known_kd.device) * ridge
    for start in range(0, len(known_kd), _ROWS_A_BLOCK):
        context.check()
        block = known_kd[start : start + _ROWS_A_BLOCK].double()
        matrix.addmm_(block.T, block)
    return matrix


def _whiten(rows_nd: torch.Tensor, matrix_dd: torch.Tensor) -> torch.Tensor:
    lower, failed = torch.linalg.cholesky_ex(matrix_dd)
    if int(failed):
        raise invalid_data(
            "Cannot choose by information: its matrix is not positive definite in rounding, a larger ridge is needed"
        )
    return torch.linalg.solve_triangular(lower, rows_nd.T, upper=False).T.contiguous()
