"""space.spread: places far from each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from ..context.context import Context, Reply
from ..protocol.messages import SpaceSpreadData, SpaceSpreadParams
from ..spaces.place_features import place_features
from ..spaces.points import Points
from ..spaces.spread import spread
from ..tensors.number_tensor import number_tensor


def run(params: SpaceSpreadParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Positions and distances of the picks."""
    candidates, centres = (place_features(params.space, tensors, name, context) for name in ("candidates", "centres"))
    picks = min(params.picks, len(candidates))
    if "scale" in tensors:
        scale = torch.from_numpy(number_tensor(tensors, "scale", len(candidates)))
        candidates = candidates.double() * scale.to(candidates.device).unsqueeze(1)
    draws = number_tensor(tensors, "draws", picks, 0.0, 1.0) if params.rule == "drawn" else None
    trail = spread(Points(candidates, context.check), centres, picks, draws, context)
    return Reply(SpaceSpreadData(picks=picks), {"positions": trail.positions, "distances": trail.values})
