"""space.log-det: places that add most to an information matrix."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from ..context.context import Context, Reply
from ..protocol.messages import SpaceLogDetData, SpaceLogDetParams
from ..spaces.log_det import greedy_log_det
from ..spaces.place_features import place_features
from ..tensors.number_tensor import number_tensor


def run(params: SpaceLogDetParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Positions and growths of the picks."""
    candidates, known = (
        _weighted(params, tensors, *names, context) for names in (("candidates", "weights"), ("known", "knownWeights"))
    )
    trail = greedy_log_det(candidates, known, params.ridge, params.picks, context)
    tensors_out = {"positions": trail.positions, "growths": trail.values}
    return Reply(SpaceLogDetData(picks=len(trail.positions)), tensors_out)


def _weighted(
    params: SpaceLogDetParams, tensors: Mapping[str, np.ndarray], rows: str, weights: str, context: Context
) -> torch.Tensor:
    """√w·x of every row, float64 N × D."""
    features = place_features(params.space, tensors, rows, context)
    roots = torch.from_numpy(np.sqrt(number_tensor(tensors, weights, len(features), 0.0))).to(features.device)
    return features.double() * roots.unsqueeze(1)
