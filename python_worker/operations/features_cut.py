"""features.cut: where the prompt of each pair is cut, by the pair's longer answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesCutParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesCutParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Characters of each item's prompt that remain."""
    from ..extraction.cut_pairs import cut_pairs

    data, kept_n = cut_pairs(params, context)
    return Reply(data, {"kept": kept_n})
