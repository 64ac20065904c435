"""features.forecast: what an extraction would take, by a sample of its texts and a trial of its model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesForecastParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesForecastParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Texts, tokens, parts, bytes of stores and weights, and how fast a few batches went."""
    from ..extraction.forecast import forecast

    return Reply(forecast(params, context))
